"""Recognises the misconception behind a wrong value."""

from labkit.checks import compare


def named(mistakes, returned, rtol=compare.RTOL, atol=compare.ATOL):
    """Find the misconception that a wrong value betrays.

    Parameters
    ----------
    mistakes : sequence of (wrong, sentence)
        As in `Task.returns`.
    returned : object
        What came back.
    rtol, atol : float
        How near it must be to the value that a mistake leads to.

    Returns
    -------
    str or None
        The sentence of the first that fits.

    Examples
    --------
    >>> named([(1, "one too many"), (lambda r: r < 0, "below zero")], -3)
    'below zero'
    """
    for wrong, sentence in mistakes:
        if _betrays(wrong, returned, rtol, atol):
            return sentence
    return None


def _betrays(wrong, returned, rtol, atol):
    if not callable(wrong):
        return compare.matches(returned, wrong, rtol, atol)
    parts = returned if isinstance(returned, tuple) else (returned,)
    numbers = [compare.as_numbers(part) for part in parts]
    if any(part is None for part in numbers):
        return False
    try:
        return bool(wrong(*numbers))
    except Exception:
        # a test made for one shape meets another: then it is not this mistake
        return False


def only_printed(probe, returned):
    """Say so when a function printed its answer instead of returning it.

    Parameters
    ----------
    probe : Probe
        What called the function.
    returned : object
        What came back.

    Returns
    -------
    str or None
        The sentence, or None when it did not.

    Examples
    --------
    >>> from labkit.checks.probe import Probe
    >>> only_printed(Probe("f", lambda: print), None) is None
    True
    """
    if returned is None and probe.printed is not None and probe.printed.written:
        return "It was printed, not returned: `print` shows a value, `return` hands it over."
    return None
