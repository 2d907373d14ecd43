"""A workshop whose data are not there is not graded at all, rather than with zeros."""

import pytest

from labkit.errors import LabkitError
from labkit.grading.course import Course
from labkit.grading.preprocessors import RequireData


@pytest.fixture(autouse=True)
def no_data(monkeypatch, tmp_path):
    monkeypatch.delenv("LABKIT_DATA", raising=False)
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("LABKIT_OFFLINE", "1")
    monkeypatch.setenv("LABKIT_DATA_STRICT", "1")


def needing(notebook, *names):
    notebook.metadata.labkit = {"data": list(names)}
    return notebook


def test_missing_data_are_named_with_the_cure(mini):
    with pytest.raises(LabkitError, match="needs the data set 'titanic'") as caught:
        RequireData().preprocess(needing(mini, "titanic"), {})
    assert "labkit data fetch titanic" in str(caught.value)


@pytest.mark.parametrize("names", [(), ("iris", "digits"), ("no such data",)])
def test_what_needs_no_file_passes(mini, names):
    assert RequireData().preprocess(needing(mini, *names), {})[0] is mini


def test_a_sample_serves_where_it_may(mini, monkeypatch):
    monkeypatch.setenv("LABKIT_DATA_STRICT", "0")
    RequireData().preprocess(needing(mini, "titanic"), {})


@pytest.mark.nbgrader
def test_the_scores_that_there_were_stay(mini, make_course, tmp_path, monkeypatch):
    course = Course.copy(make_course(needing(mini, "titanic")), tmp_path / "graded")
    workshop = course.workshops["mini"]
    course.release("mini")
    course.hand_in("ann", "mini", workshop.notebook)
    monkeypatch.setenv("LABKIT_DATA_STRICT", "0")
    course.nbgrader("autograde", "mini")
    before = course.standings("mini")
    assert before[0].scores["double-test"] == 2
    monkeypatch.setenv("LABKIT_DATA_STRICT", "1")
    again = course.nbgrader("autograde", "mini", "--force", check=False)
    assert again.code == 1
    assert "needs the data set 'titanic'" in again.log
    assert course.standings("mini")[0].scores == before[0].scores
