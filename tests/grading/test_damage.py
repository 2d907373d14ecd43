"""What the guide says of damaged submissions, each seen with stock nbgrader and our settings."""

import nbformat
import pytest

from labkit.grading.cells import marked_cells, with_answers
from labkit.grading.course import CommandError, Course
from labkit.grading.workshop import Workshop

pytestmark = [pytest.mark.nbgrader, pytest.mark.xdist_group("damage")]

DOUBLE = "def double(x):\n    {}\n    return 2 * x"


def answered(**answers):
    """A change of a reference submission: other answers."""
    return lambda notebook: with_answers(notebook, answers)


def without_cell(notebook):
    notebook.cells = [cell for cell in notebook.cells if cell.id != "square-test"]
    return notebook


def with_pasted_test(notebook):
    test = next(cell for cell in notebook.cells if cell.id == "double-test")
    notebook.cells.append(nbformat.from_dict(test | {"id": "pasted"}))
    return notebook


DAMAGE = {
    "whole": answered(),
    "warns": answered(double=DOUBLE.format("import warnings; warnings.warn('soon gone')")),
    "stderr": answered(double=DOUBLE.format("import sys; print('note', file=sys.stderr)")),
    "endless": answered(double=DOUBLE.format("while True: pass")),
    "dies": answered(double=DOUBLE.format("import os; os._exit(1)")),
    "deleted": without_cell,
    "pasted": with_pasted_test,
}


@pytest.fixture(scope="module")
def course(mini_course, tmp_path_factory):
    """A class of damaged submissions, autograded once."""
    course = Course.copy(mini_course, tmp_path_factory.mktemp("damage") / "course")
    reference, release = course.workshops["mini"].reference, Workshop(course.release("mini"))
    for student, damage in DAMAGE.items():
        submission = with_answers(release.notebook, reference)
        course.hand_in(student, "mini", damage(submission))
    course.hand_in("cut", "mini", release.notebook)
    cut = course.folder / "submitted" / "cut" / "mini" / "mini.ipynb"
    cut.write_bytes(cut.read_bytes()[:300])
    course.nbgrader("autograde", "mini", "--Execute.timeout=3", check=False)
    return course


@pytest.fixture(scope="module")
def standings(course):
    return {standing.student: standing for standing in course.standings("mini")}


@pytest.mark.parametrize(
    ("student", "status", "double", "square"),
    [
        ("whole", "by hand", 2, 4),
        ("warns", "by hand", 2, 4),
        ("stderr", "by hand", 0, 4),
        ("endless", "by hand", 0, 4),
        ("deleted", "by hand", 2, 4),
        ("pasted", "failed", None, None),
        ("dies", "failed", None, None),
        ("cut", "failed", None, None),
    ],
)
def test_it_is_as_the_guide_says(student, status, double, square, standings):
    standing = standings[student]
    assert standing.status == status
    assert standing.scores.get("double-test") == double
    assert standing.scores.get("square-test") == square


def test_a_damaged_submission_stops_nobody_else_but_shows_in_the_exit_code(course):
    assert course.nbgrader("autograde", "mini", "--student=cut", check=False).code == 1
    assert {path.name for path in (course.folder / "autograded").iterdir()} >= {"whole", "warns"}


def test_a_failed_regrade_leaves_the_old_points_which_the_status_gives_away(course):
    path = course.folder / "submitted" / "whole" / "mini" / "mini.ipynb"
    good = path.read_bytes()
    path.write_bytes(good[:300])
    course.nbgrader("autograde", "mini", "--student=whole", "--force", check=False)
    path.write_bytes(good)
    standing = next(s for s in course.standings("mini") if s.student == "whole")
    assert (standing.status, standing.score) == ("failed", 6)


def test_old_metadata_stop_the_class_and_leaving_the_student_out_helps(
    mini_course, tmp_path_factory
):
    course = Course.copy(mini_course, tmp_path_factory.mktemp("old") / "course")
    notebook = Workshop(course.release("mini")).notebook
    course.hand_in("b", "mini", notebook)
    for cell in marked_cells(notebook):
        cell.metadata.nbgrader.schema_version = 2
    course.hand_in("a", "mini", notebook)
    with pytest.raises(CommandError, match="old version"):
        course.nbgrader("autograde", "mini")
    assert not (course.folder / "autograded" / "b").exists()
    course.nbgrader("autograde", "mini", "--CourseDirectory.student_id_exclude=a")
    assert (course.folder / "autograded" / "b").exists()
