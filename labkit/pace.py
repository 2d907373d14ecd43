"""Long computations: in full for the reader, shortened in an ordinary test run.

A chapter that trains for minutes would make every test run wait for it. It writes its long
settings with `slow`, in a cell tagged ``slow``::

    epochs = slow(30, quick=2)

``make refresh`` (which stores what the book shows), ``make test-all`` and every reader run
the cell in full. ``make test`` sets ``LABKIT_QUICK=1``, and the cell runs with the quick
setting: the same code, less of it. Its numbers are then not those of the book, so neither
this cell nor one that shows its numbers may be tagged ``nbval-check-output``.
"""

import os

from labkit.errors import LabkitError

VARIABLE = "LABKIT_QUICK"
_MEANING = {"": False, "0": False, "1": True}


def is_quick():
    """Whether this is a shortened run.

    Returns
    -------
    bool
        True if the environment variable ``LABKIT_QUICK`` is ``1``; False if it is ``0`` or unset.

    Raises
    ------
    LabkitError
        If the variable has another value.

    Examples
    --------
    >>> is_quick() in (True, False)
    True
    """
    value = os.environ.get(VARIABLE, "")
    if value not in _MEANING:
        raise LabkitError(f"{VARIABLE} is {value!r}; it must be 0 or 1.", f"Unset {VARIABLE}.")
    return _MEANING[value]


def slow(full, *, quick):
    """Choose the setting for this run: the full one, or the quick one of a test run.

    Parameters
    ----------
    full : object
        What the book and every reader use.
    quick : object
        What a shortened run uses: the same type, a fraction of the work.

    Returns
    -------
    object
        `full`, or `quick` when `is_quick`.

    Raises
    ------
    LabkitError
        If ``LABKIT_QUICK`` is neither 0 nor 1.

    Examples
    --------
    >>> slow(30, quick=2) == (2 if is_quick() else 30)
    True
    """
    return quick if is_quick() else full
