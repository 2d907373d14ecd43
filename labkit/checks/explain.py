"""Turns an exception of a student's code into what happened and why it may have."""

import difflib
import linecache
import os
import re
import sysconfig
import traceback

from labkit.checks import tensors
from labkit.checks.guard import TimeUp
from labkit.checks.show import shorten

_LABKIT = os.path.dirname(os.path.dirname(__file__))
_INSTALLED = (_LABKIT, *{sysconfig.get_paths()[k] for k in ("stdlib", "platstdlib", "purelib")})


def happened(error, test_file=""):
    """Say in a few words how a call ended that returned nothing.

    Parameters
    ----------
    error : BaseException
        What the call raised.
    test_file : str
        File of the test cell, whose lines are not the student's.

    Returns
    -------
    str
        The error's type and message, and the student's line where it arose.

    Examples
    --------
    >>> happened(ZeroDivisionError("division by zero"))
    'nothing: ZeroDivisionError, division by zero'
    """
    if isinstance(error, TimeUp):
        return "nothing: it was still running when its time was up"
    name, words = type(error).__name__, _message(error)
    if isinstance(error, NotImplementedError) and not words:  # libraries raise it, with words
        return "nothing: it is not written yet"
    text = f"nothing: {name}, {words}" if words else f"nothing: {name}"
    line = _student_line(error, test_file)
    return f"{text}, at {line}" if line else text


def explain(error, name, known=()):
    """Say why an exception may have been raised, and what to do.

    Parameters
    ----------
    error : BaseException
        What the student's code raised.
    name : str
        The function that the task asks for.
    known : iterable of str
        Names that exist in the notebook, among which a misspelt one is sought.

    Returns
    -------
    str
        One or two sentences for the learner.

    Examples
    --------
    >>> explain(NotImplementedError(), "step")
    'step is still the stub: replace `raise NotImplementedError` by your own lines.'
    >>> explain(ValueError("odd"), "step")[:37]
    'Read the last words of the error; the'
    """
    for kind, pattern, sentence in _REASONS:
        if isinstance(error, kind) and re.search(pattern, _message(error)):
            return sentence.format(name=name) + _suggestion(error, known)
    return "Read the last words of the error; the line it names is where to look first."


def missing(name, known=()):
    """Say that the student's notebook has nothing of the name a task asks for.

    Parameters
    ----------
    name : str
        The name that the task asks for.
    known : iterable of str
        Names that the notebook does have.

    Returns
    -------
    str
        A sentence, with the nearest existing name where there is one.

    Examples
    --------
    >>> missing("step", known=["stepp"])[-34:]
    'There is `stepp`: is that the one?'
    """
    near = difflib.get_close_matches(name, known, n=1)
    hint = f" There is `{near[0]}`: is that the one?" if near else ""
    return (
        f"There is no `{name}` yet. Run the cell that defines it, and keep the name exactly.{hint}"
    )


_REASONS = (
    *tensors.REASONS,
    (TimeUp, "", "{name} took too long. A loop whose condition never becomes false?"),
    (
        NotImplementedError,
        "^$",
        "{name} is still the stub: replace `raise NotImplementedError` by your own lines.",
    ),
    (
        RecursionError,
        "",
        "{name} calls itself again and again. Is one of its variables named like the function?",
    ),
    (
        UnboundLocalError,
        "",
        "A variable is used before this function has given it a value. Give it one before the "
        "loop or the `if`.",
    ),
    (
        NameError,
        "",
        "A name is used that does not exist. Is it spelled as in the first line of the function?",
    ),
    (
        TypeError,
        r"missing \d+ required|takes .* positional|unexpected keyword",
        "The arguments do not agree with the task. Keep the line `def {name}(...)` as it was given.",
    ),
    (
        TypeError,
        "NoneType",
        "Something is None here: often a function without `return`, or one that only prints.",
    ),
    (
        TypeError,
        "not subscriptable|is not iterable|has no len",
        "This is one number, not a list or an array: it has no `[...]`, no length, no loop.",
    ),
    (TypeError, "not callable", "A number or an array is called like a function: look for `(`."),
    (
        ValueError,
        "truth value of an array",
        "`if` needs one truth value, as do Python's `max` and `min`, and an array has many. Compare "
        "the whole array at once, as in `z >= 0`, or choose with `np.where(condition, a, b)` or "
        "`np.maximum(a, b)`.",
    ),
    (
        TypeError,
        "only .* arrays? can be converted",
        "A single number was needed where an array stands: `int(...)` and `float(...)` take one "
        "number. For a whole array use `.astype(int)`.",
    ),
    (
        ValueError,
        "matmul|not aligned|mismatch in its core dimension",
        "The shapes do not fit. In `A @ B` the last axis of A must be as long as the first of B. "
        "Rows are samples: X is (n, n_in). Write each shape down.",
    ),
    (
        ValueError,
        "broadcast",
        "The shapes do not fit for `+`, `-` or `*`. Write down the shape of each side: from the "
        "right, two axes must be equal, or one of them 1.",
    ),
    (
        ValueError,
        "unpack",
        "A different number of things came back than there are names on the left of `=`.",
    ),
    (
        IndexError,
        "",
        "An index goes past the end. Are rows (samples) and columns (inputs) what you think? "
        "Counting starts at 0.",
    ),
    (KeyError, "", "A key is used that the dictionary does not have. Keep the keys as given."),
    (AttributeError, "", "The value has no such attribute: is it a list where an array is needed?"),
    (ZeroDivisionError, "", "A division by zero: which number may be zero here?"),
    (AssertionError, "", "An `assert` of your own is not true here."),
    (ImportError, "", "This package is not needed for the task, and may be missing elsewhere."),
    (
        (EOFError, OSError),
        "",
        "Neither `input()` nor files are needed: everything comes in through the arguments.",
    ),
    (SystemExit, "", "`exit()` ends the program. A function ends with `return`."),
    (MemoryError, "", "There is not enough memory. Does an array grow at every turn of a loop?"),
    (RuntimeError, "input", "`input()` cannot be used: everything comes in through the arguments."),
)


def _message(error):
    try:
        return shorten(tensors.plain_message(str(error)), 160)
    except Exception:  # a student's error class may fail to show itself
        return "an error whose message cannot be shown"


def _suggestion(error, known):
    wanted = getattr(error, "name", None) if isinstance(error, NameError) else None
    near = difflib.get_close_matches(wanted, known, n=1) if isinstance(wanted, str) else []
    return f" There is `{near[0]}`: is that the one?" if near else ""


def _student_line(error, test_file):
    frames = traceback.extract_tb(error.__traceback__)
    lines = [(f.filename, f.lineno, linecache.getline(f.filename, f.lineno)) for f in frames]
    lines += _lines_in_graph(error)
    lines = [line for line in lines if line[0] != test_file and _is_students(line[0])]
    if not lines:
        return ""
    _, number, text = lines[-1]
    text = shorten(text.strip())
    return f"line {number} of the cell" + (f": {text}" if text else "")


def _lines_in_graph(error):
    try:
        return tensors.lines_in_graph(str(error))
    except Exception:  # a student's error class may fail to show itself
        return []


def _is_students(filename):
    ours = (*_INSTALLED, "<frozen")
    return not filename.startswith(ours) and tensors.REWRITTEN not in filename
