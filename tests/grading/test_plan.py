"""Submissions become jobs: read, repaired, complete, the same for the same; results are kept whole."""

import os
import shutil

import pytest
from nbformat.v4 import new_code_cell

from labkit.errors import LabkitError
from labkit.grading import store as storing
from labkit.grading.cells import grading, with_answers
from labkit.grading.course import Course
from labkit.grading.jobs import Job, Limits, Outcome, Result, Step
from labkit.grading.plan import plan, read_release
from labkit.grading.store import Store
from labkit.grading.workshop import Workshop

pytestmark = [pytest.mark.nbgrader, pytest.mark.xdist_group("plan")]


@pytest.fixture(scope="module")
def course(mini_course, tmp_path_factory):
    course = Course.copy(mini_course, tmp_path_factory.mktemp("plan") / "course")
    (course.folder / "source" / "mini" / "numbers.csv").write_text("1,2\n")
    course.release("mini")
    return course


@pytest.fixture(scope="module")
def release(course):
    return read_release(course, "mini")


@pytest.fixture
def hand_in(course):
    """A function that hands in the reference answers, after a change."""
    made = []

    def hand(student, change=lambda notebook: None):
        notebook = Workshop(course.folder / "release" / "mini").notebook
        notebook = with_answers(notebook, course.workshops["mini"].reference)
        change(notebook)
        course.hand_in(student, "mini", notebook)
        made.append(student)
        return course.folder / "submitted" / student / "mini"

    yield hand
    for student in made:
        shutil.rmtree(course.folder / "submitted" / student)


def test_the_release_is_read_from_gradebook_and_source(release):
    assert list(release.cells) == ["mini"]
    assert [cell.name for cell in release.cells["mini"]][:2] == ["double", "double-test"]
    assert release.files == {"numbers.csv": b"1,2\n"}
    assert release.kernelspecs["mini"]["language"] == "python"
    assert "numpy" in release.modules


def test_a_submission_becomes_a_job_with_the_hidden_tests(hand_in, course, release):
    hand_in("s01")
    planned = plan(course, release, "s01", Limits(cell=5))
    assert (planned.findings, planned.repairs) == ([], [])
    job = planned.jobs["mini"]
    assert [step.test for step in job.steps] == [False, False, True, False, True]
    assert "of 10" in job.steps[2].source
    assert job.limits.cell == 5
    assert job.files == {"numbers.csv": b"1,2\n"}
    cells = planned.notebooks["mini"].cells
    assert [cells[step.index].source for step in job.steps] == [step.source for step in job.steps]


def test_the_workshops_files_take_the_place_of_a_students(hand_in, course, release):
    folder = hand_in("s01")
    (folder / "numbers.csv").write_text("forged")
    (folder / "own.py").write_text("x = 1")
    (folder / "timestamp.txt").write_text("2027-03-01 18:00:00 UTC")
    files = plan(course, release, "s01").jobs["mini"].files
    assert files == {"numbers.csv": b"1,2\n", "own.py": b"x = 1"}


def test_equal_submissions_of_two_students_are_one_job(hand_in, course, release):
    for student in ("s01", "s02"):
        hand_in(student)
    first, second = (plan(course, release, student).jobs["mini"] for student in ("s01", "s02"))
    assert first.key == second.key
    hand_in("s03", lambda notebook: notebook.cells.append(new_code_cell("x = 1")))
    assert plan(course, release, "s03").jobs["mini"].key != first.key


def test_what_was_damaged_is_repaired_and_said(hand_in, course, release):
    def spoil(notebook):
        test = next(cell for cell in notebook.cells if cell.id == "double-test")
        notebook.cells.remove(test)
        notebook.metadata["kernelspec"] = {"name": "bash", "display_name": "x", "language": "bash"}

    hand_in("s01", spoil)
    planned = plan(course, release, "s01")
    assert planned.repairs == ["The cell 'double-test' was missing and was put back."]
    assert [step.test for step in planned.jobs["mini"].steps].count(True) == 2
    assert planned.notebooks["mini"].metadata.kernelspec["name"] == "python3"


def test_what_cannot_be_read_has_no_job(hand_in, course, release):
    folder = hand_in("s01")
    (folder / "mini.ipynb").write_text("{")
    planned = plan(course, release, "s01")
    assert planned.jobs == {}
    assert [finding.status for finding in planned.findings] == ["corrupt"]


def test_empty_cells_are_not_executed(hand_in, course, release):
    hand_in("s01", lambda notebook: notebook.cells.insert(0, new_code_cell(" \n")))
    planned = plan(course, release, "s01")
    assert all(step.source.strip() for step in planned.jobs["mini"].steps)
    assert grading(planned.notebooks["mini"].cells[planned.jobs["mini"].steps[1].index])


def test_an_unknown_workshop_is_named_with_those_that_there_are(course):
    with pytest.raises(LabkitError, match="there is no workshop 'maxi'") as caught:
        read_release(course, "maxi")
    assert "There are mini" in str(caught.value)


def test_a_workshop_that_was_never_generated_is_said_to_be(mini_course, tmp_path):
    fresh = Course.copy(mini_course, tmp_path / "course")
    with pytest.raises(LabkitError, match="there is no gradebook") as caught:
        read_release(fresh, "mini")
    assert "nbgrader generate_assignment mini" in str(caught.value)


JOB, RESULT = Job((Step(0, "x"),)), Result([Outcome(0, "ok", [], 1, 0.5)], 0.6)


def test_a_result_is_kept_and_found(tmp_path):
    store = Store(tmp_path / "deep" / "results")
    assert store.find(JOB) is None
    store.keep(JOB, RESULT)
    assert store.find(JOB) == RESULT
    assert [path.name for path in store.folder.iterdir()] == [f"{JOB.key}.json"]


@pytest.mark.parametrize("text", ["", "{", '{"version": 0}', "[]", '{"version": 1, "outcomes": 3}'])
def test_a_result_that_cannot_be_read_is_made_again(text, tmp_path):
    store = Store(tmp_path)
    (tmp_path / f"{JOB.key}.json").write_text(text)
    assert store.find(JOB) is None
    store.keep(JOB, RESULT)
    assert store.find(JOB) == RESULT


def test_a_full_disk_loses_nothing(tmp_path, monkeypatch):
    store = Store(tmp_path)
    store.keep(JOB, RESULT)

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storing.os, "fsync", full)
    with pytest.raises(LabkitError, match="No space left on device"):
        store.keep(JOB, Result([]))
    assert store.find(JOB) == RESULT
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LabkitError, match="cannot be made"):
        Store(tmp_path / "file" / "results")


def test_the_key_of_a_job_is_a_file_name():
    assert os.path.basename(JOB.key) == JOB.key
    assert len(JOB.key) == 64
