"""Values are shown in one short line."""

import numpy as np
import pandas as pd
import pytest

from labkit.checks.show import shorten, show, show_call


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (True, "True"),
        (0.5, "0.5"),
        (2.0, "2.0"),
        (1 / 3, "0.333333"),
        (float("nan"), "nan"),
        (np.float64(0.1), "0.1"),
        (np.int64(3), "3"),
        (np.bool_(True), "True"),
        (None, "None"),
        ("text", "'text'"),
        (np.array(3.0), "3.0"),
        (np.array([1, 0]), "[1, 0] of shape (2,)"),
        (np.eye(2), "[[1.0, 0.0], [0.0, 1.0]] of shape (2, 2)"),
        (np.zeros(0), "[] of shape (0,)"),
        (np.ones((4, 5)), "array of shape (4, 5)"),
        (np.array([None]), "array of shape (1,)"),
        ([1, 2], "the list [1, 2]"),
        ((np.ones(2), 3.0), "([1.0, 1.0], 3.0)"),
        ({0: np.float64(2.0), "b": 1 / 3}, "{0: 2.0, 'b': 0.333333}"),
        (pd.DataFrame({"Age": [40, 50]}), "table {'Age': [40, 50]}"),
        (
            pd.DataFrame(np.zeros((2, 5)), columns=[*"abcde"]),
            "table of 2 rows with 'a', 'b', 'c', 'd', 'e'",
        ),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "table of 1 row with 'a', 'a'"),
        (pd.Series([1, 2, 3], name="Exited"), "column 'Exited' of 3 rows"),
        (abs, "the function abs"),
        (lambda x: x, "a function"),
        (np.random.default_rng(0), "a random generator"),
    ],
)
def test_a_value_is_shown_as_a_student_would_write_it(value, text):
    assert show(value) == text


def test_a_call_can_be_typed_in_as_it_is_shown():
    rng = np.random.default_rng(0)
    text = show_call("f", (np.array([1.0, 2.0]), 0.5, [1, 2], abs, (1, 2), rng))
    assert text == "f([1.0, 2.0], 0.5, [1, 2], abs, (1, 2), rng)"


class ReprFails:
    def __repr__(self):
        raise RuntimeError("no")


class ReprIsNoText:
    def __repr__(self):
        return 3


class StrangeText(str):
    def __len__(self):
        raise RuntimeError("no")


class ReprIsStrange:
    def __repr__(self):
        return StrangeText("x")


def test_a_strange_text_is_not_used():
    assert show(ReprIsStrange()) == "a ReprIsStrange"


@pytest.mark.parametrize("value", [ReprFails(), ReprIsNoText()])
def test_what_cannot_be_shown_is_described(value):
    assert show(value) == f"a {type(value).__name__} that cannot be shown (its __repr__ fails)"


@pytest.mark.parametrize("text", ["a" * 10**6, "a\nb", "\x1b[31mred", "tab\there"])
def test_any_text_fits_on_one_printable_line(text):
    line = shorten(text)
    assert len(line) <= 72
    assert line.isprintable()
