"""What a check prints: one line when it passed, a short block when it failed."""

import textwrap

WIDTH = 92
_LABEL = 12


class Mismatch(Exception):  # noqa: N818 - a finding about an answer, not an error in a program
    """A check's finding that an answer is not what was asked for.

    Parameters
    ----------
    why : str
        Why it may have happened, in a sentence for the learner.
    expected : str, optional
        What should have come back.
    called : str, optional
        The call; where None, the last call that the check made.
    returned : str, optional
        What came back; where None, what the last call returned.

    Examples
    --------
    >>> Mismatch("The bias is missing.", expected="1.5").expected
    '1.5'
    """

    def __init__(self, why, expected=None, called=None, returned=None):
        super().__init__(why)
        self.why, self.expected = why, expected
        self.called, self.returned = called, returned


def passed(title):
    """Write the line of a check that passed.

    Parameters
    ----------
    title : str
        What was checked.

    Returns
    -------
    str
        One line.

    Examples
    --------
    >>> passed("step(0.0) is 1")
    '✓ step(0.0) is 1'
    """
    return f"✓ {title}"


def failed(title, **rows):
    """Write the block of a check that failed.

    Parameters
    ----------
    title : str
        What was checked.
    **rows : str or None
        Labels and texts in their order, such as ``called="step(0.0)"``; None leaves
        a row out.

    Returns
    -------
    str
        A title line, then one indented row for each label, wrapped to 92 characters.

    Examples
    --------
    >>> print(failed("step(0.0) is 1", called="step(0.0)", returned="0", expected=None))
    ✗ step(0.0) is 1
        called      step(0.0)
        returned    0
    """
    return "\n".join([f"✗ {title}", *(_row(k, v) for k, v in rows.items() if v)])


def _row(label, text):
    indent = " " * (4 + _LABEL)
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=f"    {label:<{_LABEL}}",
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
