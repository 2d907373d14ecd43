"""Short, safe texts for whatever a student's code hands back."""

import sys

import numpy as np

from labkit.checks import tensors

WIDTH = 72
_PLAIN = {bool: bool.__repr__, int: int.__repr__, str: str.__repr__, type(None): repr}


def show(value):
    """Describe a value in one short line, whatever its class does.

    Parameters
    ----------
    value : object
        Anything. A class whose ``__repr__`` raises, returns no text or returns a
        novel is described by its type instead.

    Returns
    -------
    str
        One line without control characters, at most about 100 characters.

    Examples
    --------
    >>> show(np.array([0.0, 0.5]))
    '[0.0, 0.5] of shape (2,)'
    >>> show((np.zeros((20, 3)), 0.1))
    '(array of shape (20, 3), 0.1)'
    >>> show([1, 0])
    'the list [1, 0]'

    A tensor is shown with its type: ``tensor [0.0, 0.5] of shape (2,), float32``.
    """
    return _text(value, words=True)


def show_call(name, args):
    """Write a call as the student would type it, with long arrays abbreviated.

    Parameters
    ----------
    name : str
        Name of the function.
    args : tuple
        Positional arguments.

    Returns
    -------
    str
        For example ``step(0.0)``.

    Examples
    --------
    >>> show_call("predict", (np.array([[1.0, 2.0]]), np.array([0.5, 1.0]), -1))
    'predict([[1.0, 2.0]], [0.5, 1.0], -1)'
    """
    return f"{name}({', '.join(_text(arg, words=False) for arg in args)})"


def type_name(value):
    """Name of a value's type, with its article: ``'a list'``.

    Examples
    --------
    >>> type_name([]), type_name(3)
    ('a list', 'an int')
    """
    name = type(value).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _text(value, words):
    kind = type(value)
    if kind in _PLAIN:
        return shorten(_PLAIN[kind](value))
    if kind is float:
        return _number(value)
    if isinstance(value, np.ndarray | np.generic):
        return _array(np.asarray(value), words)
    if holder := tensors.holds_numbers(value):
        return _tensor(value, holder, words)
    if kind is tuple:
        return shorten(f"({', '.join(_text(part, words=False) for part in value[:6])})")
    if kind is dict:
        pairs = [": ".join(_text(x, words=False) for x in pair) for pair in [*value.items()][:6]]
        return shorten(f"{{{', '.join(pairs)}}}")
    if (pandas := sys.modules.get("pandas")) and kind in (pandas.DataFrame, pandas.Series):
        return _table(value)
    if kind is list and tensors.hold_tensors(value):
        body = f"[{', '.join(_text(part, words=False) for part in value[:6])}]"
        return shorten(f"the list {body}" if words else body)
    if kind is list and words:
        return f"the list {shorten(_repr(value))}"
    if kind is np.random.Generator:
        return "a random generator" if words else "rng"
    if callable(value) and hasattr(value, "__name__"):
        name = shorten(str(value.__name__))
        if not name.isidentifier():
            return "a function"
        return f"the function {name}" if words else name
    return shorten(_repr(value))


def _tensor(value, holder, words):
    """Describe a tensor or variable on one line, in a call as it would be typed in."""
    numbers = tensors.numbers(value)
    if numbers is None:
        return "a tensor of a graph, which has no numbers"
    text, dtype = _array(numbers, words), shorten(str(value.dtype.name))
    if text.startswith("array "):
        return f"{dtype} {holder} {text.removeprefix('array ')}"
    if words:
        return f"{holder} {text}, {dtype}"
    maker = "Variable" if holder == "variable" else "constant"
    usual = dtype in ("float32", "int32", "bool")  # what TensorFlow makes of Python's own numbers
    return f"tf.{maker}({text}" + ("" if usual else f", dtype=tf.{dtype}") + ")"


def _table(value):
    """Describe a pandas table or column on one line: in full if it is small, else by its size."""
    rows = f"{len(value)} row{'s' if len(value) != 1 else ''}"
    if value.ndim == 1:
        return shorten(f"column {_text(value.name, words=False)} of {rows}")
    if value.size <= 9 and value.columns.is_unique:
        return shorten(f"table {_repr(value.to_dict('list'))}")
    names = ", ".join(_text(name, words=False) for name in value.columns[:12])
    return shorten(f"table of {rows} with {names}")


def _number(value):
    if isinstance(value, np.generic):
        value = value.item()
    return f"{value:.6g}" if isinstance(value, float) and value % 1 else repr(value)


def _array(array, words):
    if array.size > 9 or array.dtype.kind not in "biuf":
        return f"array of shape {array.shape}"
    body = _rows(array)
    return f"{body} of shape {array.shape}" if words and array.ndim else body


def _rows(array):
    if array.ndim == 0:
        return _number(array[()])
    return f"[{', '.join(map(_rows, array))}]"


def _repr(value):
    try:
        text = repr(value)
    except Exception:
        return f"{type_name(value)} that cannot be shown (its __repr__ fails)"
    return text if type(text) is str else type_name(value)


def shorten(text, width=WIDTH):
    """Put a text on one printable line of at most ``width`` characters.

    Parameters
    ----------
    text : str
        Any text.
    width : int
        Longest length, in characters.

    Returns
    -------
    str
        The text, cut in the middle where it is too long.

    Examples
    --------
    >>> shorten("a" * 100, 11)
    'aaaa...aaaa'
    """
    # cut first: a repr of a gigabyte must not be scanned character by character
    if len(text) > 4 * width:
        text = text[: 2 * width] + text[-2 * width :]
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(line) <= width:
        return line
    half = (width - 3) // 2
    return f"{line[:half]}...{line[-half:]}"
