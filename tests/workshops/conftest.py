"""Finds the workshops and their cases, so that each case is a test of its own."""

from functools import cache
from pathlib import Path

import pytest

from labkit.grading.cases import load_cases
from labkit.grading.course import workshop_names
from labkit.grading.trial import run_cases, whole_workshop_cases
from labkit.grading.workshop import Workshop

EXERCISES = Path(__file__).parents[2] / "exercises"


# one submission for several cases about different tasks; or for each case one, some minutes more
WAYS = ("together", "alone")


def marks(name, way):
    """One worker for all cases of a workshop: they are autograded at one go."""
    group = pytest.mark.xdist_group(f"{name}-{way}")
    return [group, pytest.mark.slow] if way == "alone" else [group]


@cache
def workshop_called(name):
    return Workshop(EXERCISES / "source" / name)


@cache
def cases_of(name):
    """All cases of a workshop, those that every workshop has included."""
    return whole_workshop_cases() + load_cases(EXERCISES / "cases" / name)


def pytest_generate_tests(metafunc):
    names = workshop_names(EXERCISES)
    if "case" in metafunc.fixturenames:
        params = [
            pytest.param(name, case, way, id=f"{name}-{case.student}-{way}", marks=marks(name, way))
            for name in names
            for way in WAYS
            for case in cases_of(name)
        ]
        metafunc.parametrize(("name", "case", "way"), params)
    elif "workshop" in metafunc.fixturenames:
        metafunc.parametrize("workshop", [workshop_called(name) for name in names], ids=names)


@pytest.fixture(scope="session")
def exercises():
    """The course folder."""
    return EXERCISES


@pytest.fixture(scope="session")
def graded(tmp_path_factory):
    """Autograde all cases of a workshop at once, the first time that one is asked for."""

    @cache
    def grade(name, way):
        folder = tmp_path_factory.mktemp(name)
        with pytest.MonkeyPatch.context() as patch:
            # graded work is strict; a test may do without the published data
            patch.setenv("LABKIT_DATA_STRICT", "0")
            patch.setenv("LABKIT_OFFLINE", "1")
            together = way == "together"
            groups = 1 if together else 2  # each makes a release of its own
            cases = cases_of(name)
            verdicts = run_cases(EXERCISES, name, cases, folder, groups, together=together)
        return workshop_called(name), verdicts

    return grade
