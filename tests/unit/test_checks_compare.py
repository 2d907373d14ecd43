"""Comparisons take plain numbers alone, and say how two values differ."""

import numpy as np
import pytest

from labkit.checks import as_numbers, as_parts, difference, matches


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (True, "b"),
        (3, "i"),
        (np.uint8(3), "u"),
        (2.5, "f"),
        ([1, 2.5], "f"),
        (np.ones(2, dtype=np.float32), "f"),
        (np.ma.array([1, 2], mask=[0, 1]), "i"),
    ],
)
def test_numbers_become_a_plain_array(value, kind):
    array = as_numbers(value)
    assert type(array) is np.ndarray
    assert array.dtype.kind == kind


@pytest.mark.parametrize(
    "value",
    [None, "1", b"1", 1j, [[1], [1, 2]], object(), abs, {1: 2}, np.datetime64("2020-01-01")],
)
def test_what_is_no_number_stays_none(value):
    assert as_numbers(value) is None


@pytest.mark.parametrize(
    ("returned", "expected", "equal"),
    [
        (1, 1, True),
        (1.0, 1, True),
        (True, 1, True),
        (np.array(1), 1, True),
        (1.0 + 1e-7, 1, False),
        (1.0 + 1e-7, 1.0, True),
        (1.0 + 1e-4, 1.0, False),
        (np.float32(0.1) * np.float32(3), 0.3, True),
        (np.ones((2, 1)), np.ones(2), False),
        (np.ones(2), np.ones((2, 1)), False),
        (np.ones(1), 1.0, False),
        ([1, 2], np.array([1, 2]), True),
        (np.nan, np.nan, True),
        (np.nan, 1.0, False),
        (np.inf, np.inf, True),
        ((1, np.ones(2)), (1, np.ones(2)), True),
        ([1, np.ones(2)], (1, np.ones(2)), True),
        ((1, np.ones(2), 3), (1, np.ones(2)), False),
        ("yes", "yes", True),
        ("no", "yes", False),
        (1, "yes", False),
        (None, 0, False),
    ],
)
def test_values_match_in_shape_and_in_numbers(returned, expected, equal):
    assert matches(returned, expected) is equal
    names = ("a", "b") if isinstance(expected, tuple) else ()
    lists = isinstance(returned, list) and not isinstance(expected, tuple)
    assert (difference(returned, expected, names=names) is None) is (equal and not lists)


@pytest.mark.parametrize(
    ("value", "count", "parts"),
    [
        ((1, 2), 2, (1, 2)),
        ([1, 2], 2, (1, 2)),
        ((1,), 2, None),
        (np.ones(2), 2, None),
        (1, 1, None),
    ],
)
def test_parts_are_those_of_a_tuple_or_a_list(value, count, parts):
    assert as_parts(value, count) == parts


@pytest.mark.parametrize(
    ("returned", "expected", "kind", "words"),
    [
        (None, 1.0, None, "Does the function end with `return`"),
        (abs, 1.0, None, "the parentheses of a call are missing"),
        ("1.0", 1.0, None, "this is a str"),
        ([1.0], np.ones(1), None, "The numbers came in a list"),
        ((1.0,), np.ones(1), None, "The numbers came in a tuple"),
        (np.ones(1), 1.0, None, "the number alone was asked for"),
        (np.ones(3), 1.0, None, "one number was asked for"),
        (1.0, np.ones(3), None, "One number came back for all"),
        (np.ones((3, 1)), np.ones(3), None, "a table of 3 x 3"),
        (np.ones((1, 3)), np.ones(3), None, "in a row of shape (1, 3)"),
        (np.ones((3, 3)), np.ones(3), None, "met a column (n, 1)"),
        (np.ones((3, 2)), np.ones((2, 3)), None, "rows and columns are swapped"),
        (np.ones(4), np.ones(3), None, "The shape is (4,) instead of (3,)"),
        (np.array([1.0, np.nan]), np.ones(2), None, "There is a nan"),
        (np.array([-1.0, 2.0]), np.array([1.0, -2.0]), None, "opposite sign"),
        (-3, 3, None, "opposite sign"),
        (np.array([0, 1, 1]), np.array([1, 0, 0]), None, "0 and 1 are swapped"),
        (np.array([[1.0, 3], [2, 4]]), np.array([[1.0, 2], [3, 4]]), None, "Rows and columns"),
        (np.array([1.5, 2.5, 4.5]), np.array([1.0, 2, 4]), None, "off by the same 0.5"),
        (np.array([1, 5, 9]), np.array([1, 2, 9]), None, "1 of 3 numbers differ, the first at [1]"),
        (True, 1, "int", "truth values (bool) came back, and whole numbers (int) were"),
        (1.0, 1, "int", "floating-point numbers (float) came back"),
        (1, 1.0, "float", "whole numbers (int) came back"),
        (1, True, "bool", "truth values (bool) were asked for"),
        (np.ones(2, dtype=np.uint8), np.ones(2), "float", "whole numbers (int) came back"),
    ],
)
def test_a_difference_is_put_in_words(returned, expected, kind, words):
    assert words in difference(returned, expected, kind=kind)


@pytest.mark.parametrize(("returned", "expected"), [(0, 1), (1, 0), (2.0, 3.0), ("a", "b")])
def test_one_other_number_betrays_nothing(returned, expected):
    assert difference(returned, expected) == ""


@pytest.mark.parametrize("returned", [[3, 1, 0], np.array([3, 1, 0]), (3, 1, 0)])
def test_a_list_or_an_array_will_do_where_a_list_is_expected(returned):
    assert difference(returned, [3, 1, 0]) is None


def test_the_part_that_differs_is_named():
    sentence = difference((np.ones(2), 3.0), (np.ones(2), 1.0), names=("w", "b"))
    assert sentence == "b is 3.0 instead of 1.0."


@pytest.mark.parametrize("kind", ["int", "float", "bool"])
def test_every_kind_accepts_its_own(kind):
    value = np.ones(2, dtype=kind)
    assert difference(value, value, kind=kind) is None
