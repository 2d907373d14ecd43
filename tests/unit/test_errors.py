"""labkit's base error: says the problem and the remedy, and survives pickling."""

import pickle

import pytest

from labkit.data.errors import DataError
from labkit.errors import LabkitError
from labkit.nn import NotFittedError


def test_message_shows_problem_and_remedy():
    error = LabkitError("no file 'a.csv'.", "Run `labkit data fetch`.")
    assert str(error) == "no file 'a.csv'.\nWhat to do: Run `labkit data fetch`."
    assert (error.problem, error.remedy) == ("no file 'a.csv'.", "Run `labkit data fetch`.")


def test_message_without_remedy_is_the_problem():
    assert str(LabkitError("no file 'a.csv'.")) == "no file 'a.csv'."


@pytest.mark.parametrize("kind", [LabkitError, DataError, NotFittedError])
def test_error_keeps_its_kind_and_remedy_between_processes(kind):
    error = pickle.loads(pickle.dumps(kind("problem", "remedy")))
    assert type(error) is kind
    assert (error.problem, error.remedy) == ("problem", "remedy")


def test_catching_labkits_errors_catches_all_of_them():
    assert issubclass(DataError, LabkitError)
    assert issubclass(NotFittedError, LabkitError)
