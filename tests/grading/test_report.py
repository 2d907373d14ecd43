"""What the demonstration prints: true also when grading failed."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from labkit.grading.gradebook import Standing
from labkit.grading.report import grades_table, paths_to_look_at, remarks, timings_table
from labkit.grading.workshop import Task

WORKSHOP = SimpleNamespace(name="mini", tasks=[Task("step", "step-test", 7, False)], points=7)
COURSE = SimpleNamespace(folder=Path("/nowhere"))


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (Standing("s10", "failed"), "It counts 0 until a person decides."),
        (Standing("s10", "failed", score=2), "Its old 2 of 7 points stand until a person"),
        (Standing("s10", "failed", score=3, penalty=0.5), "Its old 2.5 of 7 points stand"),
    ],
)
def test_the_remark_on_a_failed_submission_agrees_with_the_table(standing, words):
    remark = remarks(COURSE, WORKSHOP, [standing])[-1]
    assert remark.startswith("s10 failed: no mini.ipynb. ")
    assert words in remark
    (total,) = grades_table(WORKSHOP, [standing], {"s10": "Jomo"}).columns[2].cells
    assert f" {total} " in words


@pytest.mark.parametrize("status", ["graded", "by hand"])
def test_the_first_graded_student_is_the_example(status):
    standings = [Standing("s01", "failed"), Standing("s02", status), Standing("s03", status)]
    text = paths_to_look_at(Path("demo"), "mini", standings)
    assert "Autograded  demo/course/autograded/s02/mini/mini.ipynb" in text
    assert "Feedback    demo/course/feedback/s02/mini/mini.html" in text


@pytest.mark.parametrize("status", ["failed", "missing"])
def test_nobody_graded_is_said_and_everything_else_is_still_named(status):
    lines = paths_to_look_at(Path("demo"), "mini", [Standing("s01", status)]).splitlines()
    assert "Autograded  nothing: no submission could be graded; read the messages" in lines
    assert not [line for line in lines if line.startswith("Feedback")]
    assert "Grades      demo/course/grades.csv" in lines


def test_the_guides_table_of_times_has_the_columns_that_are_made_now():
    times = Path(__file__).parents[2] / "book" / "instructor" / "timings.inc"
    assert times.read_text(encoding="utf-8").startswith(timings_table({}))
