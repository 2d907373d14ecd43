"""Compares what came back with what was expected, and says in words how they differ.

Nothing here trusts a student's object: its ``==`` is never called. Values become plain
NumPy arrays first, and what does not become numbers is not equal to numbers.
"""

import numpy as np

from labkit.checks import tensors
from labkit.checks.show import show, type_name

# A float32 answer is a right answer: its rounding is 1e-7 of each of a few summed terms.
RTOL, ATOL = 1e-5, 1e-8

KINDS = {
    "int": ("iu", "whole numbers (int)"),
    "float": ("f", "floating-point numbers (float)"),
    "bool": ("b", "truth values (bool)"),
}


def as_numbers(value):
    """Turn a value into a plain array of numbers.

    Parameters
    ----------
    value : object
        Anything.

    Returns
    -------
    ndarray or None
        An array of kind bool, int, unsigned or float; None for anything else
        (text, objects, complex numbers, lists with rows of different lengths).

    Examples
    --------
    >>> as_numbers([1, 2])
    array([1, 2])
    >>> as_numbers("1") is None
    True
    """
    try:
        held = tensors.numbers(value) if tensors.holds_numbers(value) else value
        array = np.array(held, subok=False)
    except Exception:
        return None
    return array if array.dtype.kind in "biuf" else None


def matches(returned, expected, rtol=RTOL, atol=ATOL):
    """Tell whether a value is the expected one, in shape and in numbers.

    Parameters
    ----------
    returned : object
        What came back.
    expected : number, ndarray, str or tuple of these
        What to compare with.
    rtol, atol : float
        Relative and absolute tolerance where ``expected`` holds floats; whole numbers
        and truth values must be equal.

    Returns
    -------
    bool
        True when they agree. Types are not compared: 1, 1.0 and True agree.

    Examples
    --------
    >>> matches([1.0, 2.0], np.array([1, 2]))
    True
    >>> matches(np.ones((2, 1)), np.ones(2))
    False
    """
    if isinstance(expected, tuple):
        parts = as_parts(returned, len(expected))
        return parts is not None and all(
            matches(part, wanted, rtol, atol) for part, wanted in zip(parts, expected, strict=True)
        )
    if isinstance(expected, str):
        return type(returned) is str and returned == expected
    numbers, wanted = as_numbers(returned), np.asarray(expected)
    if numbers is None or numbers.shape != wanted.shape:
        return False
    return bool(np.all(_close(numbers, wanted, rtol, atol)))


def as_parts(value, count):
    """Split a returned tuple or list into its parts.

    Parameters
    ----------
    value : object
        What came back.
    count : int
        How many parts there should be.

    Returns
    -------
    tuple or None
        The parts, or None when it is no tuple or list of that length.

    Examples
    --------
    >>> as_parts([1, 2], 2)
    (1, 2)
    >>> as_parts(5, 2) is None
    True
    """
    if not isinstance(value, tuple | list):
        return None
    parts = tuple(value)
    return parts if len(parts) == count else None


def difference(returned, expected, kind=None, names=(), rtol=RTOL, atol=ATOL):
    """Say how a value differs from the expected one.

    Parameters
    ----------
    returned : object
        What came back.
    expected : number, ndarray, list, str or tuple of these
        What should have come back. For a list, a list and an array will do; for an array,
        only an array.
    kind : {"int", "float", "bool"}, optional
        Type of number that is asked for; without it any will do.
    names : sequence of str
        What the parts of a tuple are called.
    rtol, atol : float
        Tolerances, as in `matches`.

    Returns
    -------
    str or None
        A sentence that says what is wrong with it as far as can be told ("" when the
        numbers are simply others), None when it is as expected.

    Examples
    --------
    >>> difference(np.array([[1], [2]]), np.array([1, 2]))[:47]
    'The numbers stand in a column of shape (2, 1); '
    >>> difference(True, 1, kind="int")[:30]
    'The numbers are right, but not'
    >>> difference(0.5, 0.5) is None
    True
    """
    if isinstance(expected, tuple):
        return _parts_difference(returned, expected, names, rtol, atol)
    if isinstance(expected, str):
        return None if matches(returned, expected) else ""
    wanted = np.asarray(expected)
    if sentence := misshapen(returned, wanted.shape, lists=isinstance(expected, list)):
        return sentence
    numbers = as_numbers(returned)
    if not np.all(_close(numbers, wanted, rtol, atol)):
        return _values(numbers, wanted, rtol, atol)
    return _kind(numbers, kind) if kind else None


def misshapen(returned, shape, lists=False):
    """Say how a value fails to be numbers of one shape.

    Parameters
    ----------
    returned : object
        What came back.
    shape : tuple of int
        Required shape.
    lists : bool
        Whether a list will do where an array of that shape does.

    Returns
    -------
    str or None
        A sentence for the learner, None when the form is right.

    Examples
    --------
    >>> misshapen(np.zeros((3, 2)), (2, 3))
    'The shape is (3, 2) instead of (2, 3): rows and columns are swapped.'
    """
    numbers = as_numbers(returned)
    if numbers is None:
        return _not_numbers(returned)
    if isinstance(returned, list | tuple) and shape and not lists:
        return _not_an_array(returned)
    return _shape(numbers.shape, numbers.size, shape) if numbers.shape != shape else None


def _close(numbers, wanted, rtol, atol):
    if wanted.dtype.kind in "biu":
        return numbers == wanted
    return np.isclose(numbers, wanted, rtol=rtol, atol=atol, equal_nan=True)


def _parts_difference(returned, expected, names, rtol, atol):
    parts = as_parts(returned, len(expected))
    called = ", ".join(names)
    if parts is None:
        return f"{len(expected)} things were asked for: end with `return {called}`."
    for name, part, wanted in zip(names, parts, expected, strict=True):
        sentence = difference(part, wanted, rtol=rtol, atol=atol)
        if sentence is not None:
            return f"{name} is {show(part)} instead of {show(wanted)}. {sentence}".rstrip()
    return None


def _not_numbers(returned):
    if returned is None:
        return "Nothing was returned. Does the function end with `return`, on every path?"
    if callable(returned):
        return "A function came back, not its result: the parentheses of a call are missing."
    if tensors.holds_numbers(returned) == "symbol":
        return (
            "This tensor belongs to the graph of a `tf.function`, and has no numbers outside. Return "
            "it from the function, instead of keeping it in a Python variable."
        )
    return f"Numbers were asked for, and this is {type_name(returned)}."


def _not_an_array(returned):
    return (
        f"The numbers came in {type_name(returned)}, and a NumPy array was asked for: with a list, "
        "`* 2` repeats and `+` joins instead of calculating. Wrap it: `np.array(...)`."
    )


def _shape(have, size, want):
    if want == () and size == 1:
        return (
            f"It is an array of shape {have} with one number in it; the number alone was asked for."
        )
    if want == ():
        return f"An array of shape {have} came back, and one number was asked for."
    if len(want) == 1 and have in ((want[0], 1), (1, want[0])):
        return (
            f"The numbers stand in a {'column' if have[1] == 1 else 'row'} of shape {have}; a flat "
            f"array of shape {want} was asked for. Subtract one from the other, and NumPy quietly "
            f"makes a table of {want[0]} x {want[0]}. Use `.ravel()`, or do not make the second axis."
        )
    if len(have) == 2 and len(want) == 1 and want[0] in have:
        return (
            f"A table of shape {have} came instead of a flat array of shape {want}. Somewhere a flat "
            "array (n,) met a column (n, 1), and NumPy combined each number with each."
        )
    if have == () and want:
        return f"One number came back for all; an array of shape {want} was asked for."
    if have == want[::-1] and len(want) == 2:
        return f"The shape is {have} instead of {want}: rows and columns are swapped."
    return f"The shape is {have} instead of {want}."


def _kind(numbers, kind):
    letters, words = KINDS[kind]
    if numbers.dtype.kind in letters:
        return None
    have = next((w for k, w in KINDS.values() if numbers.dtype.kind in k), str(numbers.dtype))
    return (
        f"The numbers are right, but not their type: {have} came back, and {words} were asked "
        f"for. `.astype({kind})` converts an array, `{kind}(...)` a single number."
    )


def _values(numbers, wanted, rtol, atol):
    if np.isnan(numbers).any() and not np.isnan(wanted.astype(float)).any():
        return "There is a nan (not a number) in it: 0/0, inf - inf or log of a negative number."
    low, high = (numbers.astype(float), wanted.astype(float))
    if _near(low, -high, rtol, atol):
        return "This is the right number with the opposite sign."
    if wanted.ndim == 2 and low.shape == high.T.shape and _near(low, high.T, rtol, atol):
        return "Rows and columns are swapped."
    if high.size > 1 and set(np.unique(high)) <= {0.0, 1.0} and _near(low, 1 - high, rtol, atol):
        return "0 and 1 are swapped."
    if high.size > 2 and _near(low - high, np.full(high.shape, (low - high).flat[0]), rtol, atol):
        return f"Every number is off by the same {show((low - high).flat[0])}."
    return _first_difference(numbers, wanted, rtol, atol) if wanted.ndim else ""


def _near(a, b, rtol, atol):
    return bool(np.all(np.isclose(a, b, rtol=rtol, atol=atol)))


def _first_difference(numbers, wanted, rtol, atol):
    wrong = np.argwhere(~_close(numbers, wanted, rtol, atol))
    at = tuple(int(i) for i in wrong[0])
    place = f"[{', '.join(map(str, at))}]"
    return (
        f"{len(wrong)} of {wanted.size} numbers differ, the first at {place}: "
        f"{show(numbers[at])} instead of {show(wanted[at])}."
    )
