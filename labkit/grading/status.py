"""What became of a submission, in one word that a program can read."""

from dataclasses import dataclass

_NOTHING = "Nothing."


@dataclass(frozen=True)
class Meaning:
    """What a status says.

    Parameters
    ----------
    means : str
        What happened.
    do : str
        What the instructor does about it.
    person : bool
        Whether the points stand only after a person has looked.

    Examples
    --------
    >>> Meaning("All cells ran.", "Nothing.").person
    False
    """

    means: str
    do: str
    person: bool = False


# From the harmless to the grave: of several, a submission gets the last.
STATUSES = {
    "ok": Meaning("Every cell was executed, and the tests gave their points.", _NOTHING),
    "tampered": Meaning(
        "Cells of the release were changed, copied or deleted. They were put back, and the "
        "submission was graded.",
        "Nothing, unless the sentence beside it surprises you.",
    ),
    "output_limit": Meaning(
        "A cell printed or drew more than the limit. The rest of its output is lost; the "
        "submission was graded.",
        "Nothing.",
    ),
    "timeout": Meaning(
        "A cell ran into the time limit and was stopped. The tests that do not need it were graded.",
        "Look whether the machine was busy; grade again with a longer `--timeout`.",
    ),
    "oom": Meaning(
        "A cell wanted more memory than the limit, and its kernel was killed. The tests that do "
        "not need it were graded.",
        "Look at the code; grade again with more `--memory` if it is right.",
    ),
    "dead": Meaning(
        "A cell ended its kernel. The cells before it were executed again, and the tests that do "
        "not need it were graded.",
        "Nothing: the cell would end anybody's kernel.",
    ),
    "partial": Meaning(
        "A part could not be graded: of several notebooks one, or the cells after the time for the "
        "whole submission was over.",
        "Read the sentence beside it.",
        person=True,
    ),
    "missing": Meaning(
        "There is no notebook of the name that was asked for.",
        "Rename the file if the sentence beside it names it; grade again.",
        person=True,
    ),
    "corrupt": Meaning(
        "The file is no notebook that can be read.", "Ask for the file again.", person=True
    ),
    "too_large": Meaning(
        "A file is larger than the limit.",
        "Ask for the notebook without outputs; grade again.",
        person=True,
    ),
    "refused": Meaning(
        "The submission holds what no submission may hold, such as a link to a file elsewhere.",
        "Speak with the student.",
        person=True,
    ),
}


def worst(statuses):
    """Choose the status of a whole from those of its parts.

    Parameters
    ----------
    statuses : iterable of str
        Any number of them.

    Returns
    -------
    str
        The gravest; ``"ok"`` if there are none.

    Raises
    ------
    ValueError
        If one is unknown.

    Examples
    --------
    >>> worst(["ok", "timeout", "tampered"])
    'timeout'
    """
    order = list(STATUSES)
    return max(statuses, key=order.index, default="ok")
