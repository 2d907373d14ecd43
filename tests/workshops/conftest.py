"""Finds the workshops and their cases, so that each case is a test of its own."""

from functools import cache
from pathlib import Path

import pytest

from labkit.grading.cases import load_cases
from labkit.grading.course import workshop_names
from labkit.grading.trial import run_cases, whole_workshop_cases
from labkit.grading.workshop import Workshop

EXERCISES = Path(__file__).parents[2] / "exercises"


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
            # one worker for all cases of a workshop: they are autograded together, once
            pytest.param(
                name, case, id=f"{name}-{case.student}", marks=pytest.mark.xdist_group(name)
            )
            for name in names
            for case in cases_of(name)
        ]
        metafunc.parametrize(("name", "case"), params)
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
    def grade(name):
        verdicts = run_cases(EXERCISES, name, cases_of(name), tmp_path_factory.mktemp(name))
        return workshop_called(name), verdicts

    return grade
