"""The course folder: copied with care, driven through nbgrader, read and never written."""

import os
import sqlite3

import pytest

from labkit.errors import LabkitError
from labkit.grading.cells import with_answers
from labkit.grading.course import CommandError, Course, fresh_folder
from labkit.grading.steps import STEPS
from labkit.grading.workshop import Workshop

pytestmark = pytest.mark.nbgrader


@pytest.fixture
def course(mini_course, tmp_path):
    return Course.copy(mini_course, tmp_path / "copy")


def test_a_copy_has_the_settings_and_the_sources(course, mini_course):
    for name in ("nbgrader_config.py", "source/mini/mini.ipynb"):
        assert (course.folder / name).read_bytes() == (mini_course / name).read_bytes()


def test_a_copy_replaces_an_older_copy(course, mini_course):
    (course.folder / "left over").touch()
    Course.copy(mini_course, course.folder)
    assert not (course.folder / "left over").exists()


def test_a_workshop_that_is_not_there_is_refused(mini_course, tmp_path):
    with pytest.raises(LabkitError, match=r"no notebook .*absent.ipynb"):
        Course.copy(mini_course, tmp_path / "copy", ["absent"])


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_labkit_did_not_make_is_left_alone(kind, tmp_path):
    place = tmp_path / "place"
    if kind == "file":
        place.write_text("mine")
    else:
        place.mkdir()
        (place / "mine.txt").touch()
    with pytest.raises(LabkitError, match="was not made by labkit"):
        fresh_folder(place)
    assert place.exists()


def test_the_course_id_comes_from_the_settings_which_change_nothing_here(
    course, call_course, monkeypatch
):
    monkeypatch.delenv("PYTHONHASHSEED", raising=False)
    call_course(course.folder, "own-name")
    assert course.course_id == "own-name"
    assert "PYTHONHASHSEED" not in os.environ


def test_a_failing_command_carries_the_words_of_nbgrader(course):
    with pytest.raises(
        CommandError, match=r"(?s)`nbgrader autograde nothing` failed.*No notebooks"
    ):
        course.nbgrader("autograde", "nothing")


def test_settings_of_whoever_runs_it_do_not_count(course, tmp_path, monkeypatch):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "nbgrader_config.py").write_text("raise SystemExit('my settings')")
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "own"))
    assert course.release("mini", "--no-db").is_dir()


def test_standings_before_anything_happened_say_what_to_do(course):
    with pytest.raises(LabkitError, match="generate_assignment mini"):
        course.standings("mini")


def test_standings_of_an_unknown_workshop_are_refused(course):
    course.release("mini")
    with pytest.raises(LabkitError, match="has no workshop 'maxi'"):
        course.standings("maxi")


def test_a_roster_needs_nothing_but_ids(course):
    (course.folder / "roster.csv").write_text("id\nk2\nk1\n")
    course.release("mini")
    course.nbgrader(*STEPS["roster"].typed().split()[1:])
    assert [standing.student for standing in course.standings("mini")] == ["k1", "k2"]


def test_reading_leaves_the_gradebook_as_it_was(course):
    course.release("mini")
    course.nbgrader("db", "student", "add", "s01")
    path = course.folder / "gradebook.db"
    before = path.read_bytes()
    (standing,) = course.standings("mini")
    assert (standing.student, standing.status) == ("s01", "missing")
    assert path.read_bytes() == before


def test_points_that_a_person_gave_count(course):
    release = Workshop(course.release("mini")).notebook
    course.hand_in("s01", "mini", with_answers(release, course.workshops["mini"].reference))
    course.nbgrader("autograde", "mini")
    with sqlite3.connect(course.folder / "gradebook.db") as book:
        book.execute(
            "UPDATE grade SET manual_score = 0.5, needs_manual_grade = 0 WHERE auto_score IS NULL"
        )
    (standing,) = course.standings("mini")
    assert (standing.status, standing.scores["why"], standing.score) == ("graded", 0.5, 6.5)
