"""What the guide says of damaged submissions, each seen with stock nbgrader and our settings."""

import nbformat
import pytest

from labkit.grading.cells import marked_cells, with_answers
from labkit.grading.course import Course
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


def with_a_test_to_skip(notebook):
    test = next(cell for cell in notebook.cells if cell.id == "double-test")
    test.metadata["tags"] = ["skip-execution"]
    return with_answers(notebook, {"double": DOUBLE.format("return 0")})


def of_an_old_version(notebook):
    for cell in marked_cells(notebook):
        cell.metadata.nbgrader.schema_version = 2
    return notebook


DAMAGE = {
    "whole": answered(),
    "warns": answered(double=DOUBLE.format("import warnings; warnings.warn('soon gone')")),
    "stderr": answered(double=DOUBLE.format("import sys; print('note', file=sys.stderr)")),
    "endless": answered(double=DOUBLE.format("while True: pass")),
    "dies": answered(double=DOUBLE.format("import os; os._exit(1)")),
    "deleted": without_cell,
    "pasted": with_pasted_test,
    "skips": with_a_test_to_skip,
    "old": of_an_old_version,
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
        ("pasted", "by hand", 2, 4),
        ("skips", "by hand", 0, 4),
        ("old", "by hand", 2, 4),
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


def test_what_was_repaired_is_in_the_log_with_the_student(course):
    log = course.nbgrader("autograde", "mini", "--student=pasted", "--force").log
    assert "pasted: The cell 'double-test' was there more than once" in log
    assert course.nbgrader("autograde", "mini", "--student=warns", "--force").log.count("cell") == 0


def test_everybody_but_one_can_be_graded(course):
    one = "--CourseDirectory.student_id_exclude=cut,dies"
    assert course.nbgrader("autograde", "mini", one, check=False).ok
