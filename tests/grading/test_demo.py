"""`make demo`: the class gets the grades that its answers are worth."""

import csv
import shutil
import subprocess
import sys

import pytest
from rich.console import Console

from labkit.grading.cases import load_cases
from labkit.grading.classroom import ROSTER, make_class
from labkit.grading.course import Course
from labkit.grading.demo import Demo
from labkit.grading.steps import EXAMPLE

pytestmark = [pytest.mark.nbgrader, pytest.mark.xdist_group("demo")]

STUDENTS = list(ROSTER)
OWN_ROSTER = "id\nk1\nk2\n"


def command(exercises, output):
    return [
        *(sys.executable, "-m", "labkit.grading.demo"),
        *("--output", str(output), "--course", str(exercises)),
    ]


@pytest.fixture(scope="module")
def edited(exercises, call_course, tmp_path_factory):
    """The course with a class and a name of its own, as the guide tells to make it."""
    folder = tmp_path_factory.mktemp("own") / "exercises"
    shutil.copytree(exercises / "source", folder / "source")
    shutil.copytree(exercises / "cases", folder / "cases")
    shutil.copy(exercises / "nbgrader_config.py", folder)
    call_course(folder, "own-name")
    (folder / "roster.csv").write_text(OWN_ROSTER)
    return folder


@pytest.fixture(scope="module")
def demo(edited, tmp_path_factory):
    """The folder of a demonstration, and what it printed."""
    output = tmp_path_factory.mktemp("demo") / "played"
    run = subprocess.run(
        command(edited, output), capture_output=True, text=True, check=False, timeout=600
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return output, run.stdout


@pytest.fixture(scope="module")
def course(demo):
    return Course(demo[0] / "course")


@pytest.fixture(scope="module")
def workshop(course):
    return course.workshops["perceptron"]


@pytest.fixture(scope="module")
def pupils(workshop, exercises):
    cases = load_cases(exercises / "cases" / "perceptron")
    return {pupil.student: pupil for pupil in make_class(workshop, cases)}


@pytest.fixture(scope="module")
def standings(course):
    return {standing.student: standing for standing in course.standings("perceptron")}


@pytest.fixture(scope="module")
def rows(course):
    with (course.folder / "grades.csv").open(newline="") as table:
        return {row["student_id"]: row for row in csv.DictReader(table)}


def autograded(workshop):
    return {task.name: task for task in workshop.tasks if not task.by_hand}


def test_everybody_of_the_roster_has_a_standing_and_a_row(standings, rows):
    assert list(standings) == sorted(rows) == STUDENTS


@pytest.mark.parametrize("student", STUDENTS)
def test_right_answers_get_all_points_and_wrong_ones_do_not(student, pupils, standings, workshop):
    pupil, standing, tasks = pupils[student], standings[student], autograded(workshop)
    if pupil.spoilt == "cut" or not pupil.hands_in:
        right, wrong = set(), set()
        assert not [score for score in standing.scores.values() if score]
    else:
        wrong = set(pupil.wrong) if pupil.answers else set(tasks)
        right = set(tasks) - wrong
    scores = {name: standing.scores.get(task.graded_by) for name, task in tasks.items()}
    assert {name: scores[name] for name in right} == {name: tasks[name].points for name in right}
    assert all(scores[name] < tasks[name].points for name in wrong)


@pytest.mark.parametrize("student", STUDENTS)
def test_the_exported_score_is_the_sum_of_the_tasks(student, standings, rows, workshop):
    total = sum(score or 0 for score in standings[student].scores.values())
    assert float(rows[student]["score"]) == pytest.approx(total, abs=1e-9)
    assert float(rows[student]["max_score"]) == workshop.points


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("everything right", "by hand"),
        ("untouched", "graded"),
        ("file cut off", "failed"),
        ("file renamed", "by hand"),
        ("nothing handed in", "missing"),
    ],
)
def test_the_status_tells_what_happened(part, status, pupils, standings):
    student = next(pupil.student for pupil in pupils.values() if pupil.role == part)
    assert standings[student].status == status


def test_untouched_gets_nothing_at_all(pupils, standings, workshop):
    student = next(pupil.student for pupil in pupils.values() if pupil.role == "untouched")
    assert standings[student].scores == {task.graded_by: 0 for task in workshop.tasks}


def test_the_extension_of_the_guide_takes_the_lateness_away(course, guide_block, tmp_path):
    shutil.copytree(course.folder, tmp_path / "course")
    code = guide_block("extension").replace(EXAMPLE["course"], course.course_id)
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path / "course", check=True)
    late = {s.student: s.seconds_late for s in Course(tmp_path / "course").standings("perceptron")}
    assert late["s09"] == 0


def test_only_the_late_are_late(pupils, standings):
    late = {student for student, standing in standings.items() if standing.seconds_late > 0}
    assert late == {pupil.student for pupil in pupils.values() if pupil.late}


def test_all_who_were_graded_get_feedback(course, standings):
    graded = {name for name, s in standings.items() if s.status in ("graded", "by hand")}
    feedback = {path.parts[-3] for path in course.folder.glob("feedback/*/perceptron/*.html")}
    assert feedback == graded


def test_the_first_student_fetched_the_feedback(demo):
    assert list(demo[0].glob("students/s01/perceptron/feedback/*/perceptron.html"))


def test_the_table_shows_every_student_with_the_total(demo, standings):
    lines = {line.split()[0]: line for line in demo[1].splitlines() if line[1:4] in STUDENTS}
    shown = {student: f" {standings[student].score:g} " in lines[student] for student in STUDENTS}
    assert shown == dict.fromkeys(STUDENTS, True)


def test_the_damaged_file_is_explained(demo):
    assert "s10 failed: perceptron.ipynb is not a notebook" in demo[1]


def test_every_path_that_it_names_exists(demo):
    names = ("Gradebook", "Autograded", "Feedback", "Grades", "Messages")
    found = [line.split(maxsplit=1) for line in demo[1].splitlines() if line.startswith(names)]
    assert len(found) == len(names)
    assert [path for _, path in found if not (demo[0] / path).exists()] == []


def test_the_course_itself_is_left_alone(edited, demo):
    names = {path.name for path in edited.iterdir()}
    assert names == {"nbgrader_config.py", "roster.csv", "source", "cases"}
    assert (edited / "roster.csv").read_text() == OWN_ROSTER


def test_the_demonstration_keeps_the_name_of_the_course(course):
    assert course.course_id == "own-name"


def test_somebody_elses_folder_is_refused(exercises, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    run = subprocess.run(
        command(exercises, tmp_path), capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode == 1
    assert "was not made by labkit" in run.stderr
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_its_own_folder_is_made_anew(exercises, tmp_path):
    first = Demo(exercises, "perceptron", tmp_path / "demo", Console(quiet=True))
    (first.folder / "left over").touch()
    (first.course.folder / "left over").touch()
    second = Demo(exercises, "perceptron", tmp_path / "demo", Console(quiet=True))
    assert second.folder == first.folder
    assert list(second.folder.rglob("left over")) == []
    assert second.course.workshops
