"""The proof of the tests: every case of every workshop through real nbgrader autograding.

The instructor's answers get full marks; the untouched release gets nothing; every wrong answer
loses points in its own task alone, by the check that should catch it and with the words that
should teach; every other right answer gets full marks.

`make test` puts answers to different tasks into one submission, never to more than half of the
tasks; `make test-all` also hands in every case alone.
"""

import pytest

from labkit.grading.trial import complaints

pytestmark = pytest.mark.nbgrader


def test_the_case_gets_what_it_must(name, case, way, graded):
    workshop, verdicts = graded(name, way)
    found = complaints(workshop, verdicts[case.student])
    assert not found, "\n".join(["", f"{name}: {case.student} ({case.why})", *found])
