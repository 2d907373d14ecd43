"""A class of twelve that hands in what classes hand in."""

import csv
from dataclasses import dataclass

import nbformat

from labkit.errors import LabkitError
from labkit.grading.cells import with_answers
from labkit.grading.workshop import read_notebook

CUT, RENAMED = "cut", "renamed"


@dataclass(frozen=True)
class Pupil:
    """One simulated student.

    Parameters
    ----------
    student : str
        Id, as in the roster.
    role : str
        What this one does, in words.
    answers : dict of str to str or None
        Source by ``grade_id``; None for one who hands in nothing.
    wrong : tuple of str
        Names of the tasks that are answered wrongly.
    late : bool
        Whether it is handed in after the due date.
    spoilt : str
        How the file is spoilt: ``""``, ``"cut"`` or ``"renamed"``.

    Examples
    --------
    >>> Pupil("s08", "untouched", {}).hands_in
    True
    """

    student: str
    role: str
    answers: dict | None
    wrong: tuple = ()
    late: bool = False
    spoilt: str = ""

    @property
    def hands_in(self):
        """Whether there is anything to collect (bool)."""
        return self.answers is not None

    def work(self, folder, workshop):
        """Do the workshop: fill the answers into the fetched notebook.

        Parameters
        ----------
        folder : pathlib.Path
            The student's copy of the workshop.
        workshop : str
            Its name.
        """
        path = folder / f"{workshop}.ipynb"
        nbformat.write(with_answers(read_notebook(path), self.answers), path)
        if self.spoilt == CUT:  # as an upload that broke off leaves it
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        if self.spoilt == RENAMED:
            path.rename(folder / renamed(workshop))


def renamed(workshop):
    """Name a file as a browser names the second download of a workshop.

    Parameters
    ----------
    workshop : str
        Its name.

    Returns
    -------
    str
        The file name.

    Examples
    --------
    >>> renamed("perceptron")
    'perceptron (1).ipynb'
    """
    return f"{workshop} (1).ipynb"


ROSTER = {
    "s01": "Amara Okafor",
    "s02": "Benedikt Lindqvist",
    "s03": "Chiara Moretti",
    "s04": "Dev Raghunathan",
    "s05": "Elif Yildirim",
    "s06": "Finn Gallagher",
    "s07": "Graciela Ibarra",
    "s08": "Hiroshi Tanabe",
    "s09": "Ingrid Solberg",
    "s10": "Jomo Wanjiru",
    "s11": "Katarzyna Zielinska",
    "s12": "Leandro Figueiredo",
}


def write_roster(path):
    """Write the roster of the simulated class, as ``nbgrader db student import`` reads it.

    Parameters
    ----------
    path : str or PathLike
        Where to; a file that stands there is overwritten.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_roster(Path(folder, "roster.csv"))
    ...     Path(folder, "roster.csv").read_text().splitlines()[:2]
    ['id,first_name,last_name', 's01,Amara,Okafor']
    """
    with open(path, "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "first_name", "last_name"])
        rows.writerows([student, *name.split()] for student, name in ROSTER.items())


# Each part: what the student does, and how many of the n autograded tasks come from the cases.
_PARTS = (
    {"role": "everything right"},
    {"role": "right in other ways", "kind": "right", "count": lambda n: n},
    {"role": "one task wrong", "count": lambda n: 1},
    {"role": "two tasks wrong", "count": lambda n: 2},
    {"role": "three tasks wrong", "count": lambda n: 3},
    {"role": "half of it wrong", "count": lambda n: n // 2},
    {"role": "every task wrong", "count": lambda n: n},
    {"role": "untouched", "blank": True},
    {"role": "late, one task wrong", "count": lambda n: 1, "late": True},
    {"role": "file cut off", "spoilt": CUT},
    {"role": "file renamed", "spoilt": RENAMED},
    {"role": "nothing handed in", "absent": True},
)


def make_class(workshop, cases):
    """Let each student of the simulated class play a part.

    Parameters
    ----------
    workshop : labkit.grading.workshop.Workshop
        The instructor version.
    cases : list of labkit.grading.cases.Case
        Where wrong answers and other right ones are taken from.

    Returns
    -------
    list of Pupil
        One for each student of `ROSTER`.

    Raises
    ------
    LabkitError
        If a task has no case of a kind that is needed.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> pupils = make_class(SimpleNamespace(tasks=(), reference={}), [])
    >>> pupils[-1].student, pupils[-1].role
    ('s12', 'nothing handed in')
    """
    return [
        _pupil(workshop, cases, student, index, **part)
        for index, (student, part) in enumerate(zip(ROSTER, _PARTS, strict=True))
    ]


def _pupil(
    workshop,
    cases,
    student,
    index,
    *,
    role,
    kind="wrong",
    count=lambda n: 0,
    blank=False,
    absent=False,
    **more,
):
    """Make one student; `index` turns the choice of tasks and answers, so that few are alike."""
    if blank or absent:
        return Pupil(student, role, None if absent else {}, **more)
    tasks = [task.name for task in workshop.tasks if not task.by_hand]
    chosen = [tasks[(index + i) % len(tasks)] for i in range(min(count(len(tasks)), len(tasks)))]
    answers = dict(workshop.reference)
    for task in chosen:
        answers |= _pick(cases, task, kind, index).answers
    return Pupil(student, role, answers, tuple(chosen) if kind == "wrong" else (), **more)


def _pick(cases, task, kind, index):
    """Choose one of the cases of a task."""
    fitting = [case for case in cases if case.task == task and case.kind == kind]
    if not fitting:
        raise LabkitError(f"task {task!r} has no {kind} answer among the cases.")
    return fitting[index % len(fitting)]
