"""A workshop as its instructor wrote it: its tasks, its points, its answers, its faults."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat

from labkit.errors import LabkitError

SOLUTION = ("BEGIN SOLUTION", "END SOLUTION")
HIDDEN = ("BEGIN HIDDEN TESTS", "END HIDDEN TESTS")
MARK_SCHEME = ("BEGIN MARK SCHEME", "END MARK SCHEME")


@dataclass(frozen=True)
class Task:
    """One task of a workshop.

    Parameters
    ----------
    name : str
        The ``grade_id`` of the cell that the student fills in.
    graded_by : str
        The ``grade_id`` of the cell that carries the points: the test cell, or the answer
        itself if a person grades it.
    points : float
        What the task is worth.
    by_hand : bool
        Whether a person grades it.

    Examples
    --------
    >>> Task("step", "step-test", 3.0, by_hand=False).points
    3.0
    """

    name: str
    graded_by: str
    points: float
    by_hand: bool


class Workshop:
    """The instructor version of a workshop.

    Parameters
    ----------
    folder : str or PathLike
        ``exercises/source/NAME``; it holds ``NAME.ipynb`` and the public files, if any.

    Raises
    ------
    LabkitError
        If the folder or its notebook is missing or is not a notebook.

    Examples
    --------
    >>> import tempfile
    >>> notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("Hello.")])
    >>> with tempfile.TemporaryDirectory() as root:
    ...     folder = Path(root, "greeting")
    ...     folder.mkdir()
    ...     nbformat.write(notebook, folder / "greeting.ipynb")
    ...     Workshop(folder).tasks
    ()
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        self.name = self.folder.name
        self.path = self.folder / f"{self.name}.ipynb"
        self.notebook = read_notebook(self.path)

    def __repr__(self):
        return f"Workshop({self.name!r}: {len(self.tasks)} tasks, {self.points:g} points)"

    @cached_property
    def cells(self):
        """Cells that nbgrader knows, by ``grade_id`` (dict of str to NotebookNode)."""
        return {grading(cell)["grade_id"]: cell for cell in marked_cells(self.notebook)}

    @cached_property
    def tasks(self):
        """The tasks in the order of the notebook (tuple of `Task`)."""
        return tuple(_task(cell) for cell in self.cells.values() if carries_points(cell))

    @property
    def points(self):
        """What the whole workshop is worth (float)."""
        return sum(task.points for task in self.tasks)

    def task(self, name):
        """Find a task by its name.

        Parameters
        ----------
        name : str
            The ``grade_id`` of the cell that the student fills in.

        Returns
        -------
        Task
            The task.

        Raises
        ------
        LabkitError
            If there is none of that name.
        """
        known = {task.name: task for task in self.tasks}
        if name not in known:
            raise LabkitError(
                f"workshop {self.name!r} has no task {name!r}.", f"Its tasks are {sorted(known)}."
            )
        return known[name]

    @property
    def reference(self):
        """The instructor's answers: source by ``grade_id`` (dict of str to str)."""
        return {
            name: outside(without_markers(cell.source, SOLUTION), MARK_SCHEME).strip()
            for name, cell in self.cells.items()
            if is_answer(cell)
        }


def read_notebook(path):
    """Read a notebook, with an error that says what is wrong with it.

    Parameters
    ----------
    path : str or PathLike
        The ``.ipynb`` file.

    Returns
    -------
    nbformat.NotebookNode
        The notebook, as version 4.

    Raises
    ------
    LabkitError
        If the file is missing or is not a notebook.

    Examples
    --------
    >>> read_notebook("nowhere.ipynb")
    Traceback (most recent call last):
    labkit.errors.LabkitError: there is no notebook nowhere.ipynb.
    """
    path = Path(path)
    if not path.is_file():
        raise LabkitError(f"there is no notebook {path}.")
    try:
        return nbformat.read(path, as_version=4)
    except (ValueError, AttributeError, KeyError, nbformat.ValidationError) as error:
        raise LabkitError(f"{path} is not a notebook: {str(error)[:200]}") from error


def grading(cell):
    """Return what nbgrader knows about a cell (dict, empty for an ordinary cell)."""
    return cell.metadata.get("nbgrader", {})


def marked_cells(notebook):
    """List the cells that nbgrader grades, fills or restores (list of NotebookNode)."""
    return [cell for cell in notebook.cells if grading(cell).get("grade_id")]


def carries_points(cell):
    """Tell whether a grade belongs to this cell (bool)."""
    return bool(grading(cell).get("grade") or grading(cell).get("task"))


def is_answer(cell):
    """Tell whether the student writes this cell (bool)."""
    return bool(grading(cell).get("solution"))


def with_answers(notebook, answers):
    """Fill answers into a copy of a workshop's notebook.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The release version, as a student gets it.
    answers : dict of str to str
        What to write into which cell, by ``grade_id``.

    Returns
    -------
    nbformat.NotebookNode
        The student's notebook.

    Raises
    ------
    LabkitError
        If an answer belongs to no cell that a student may write.

    Examples
    --------
    >>> cell = nbformat.v4.new_code_cell("raise NotImplementedError")
    >>> cell.metadata["nbgrader"] = {"grade_id": "step", "solution": True}
    >>> done = with_answers(nbformat.v4.new_notebook(cells=[cell]), {"step": "x = 1"})
    >>> done.cells[0].source
    'x = 1'
    """
    filled = nbformat.from_dict(notebook)  # a deep copy
    places = {grading(cell)["grade_id"]: cell for cell in marked_cells(filled) if is_answer(cell)}
    if unknown := sorted(set(answers) - set(places)):
        raise LabkitError(
            f"no cell for an answer is called {unknown}.", f"There are {sorted(places)}."
        )
    for name, source in answers.items():
        places[name].source = source.rstrip("\n")
    return filled


def region(source, markers):
    r"""Find the lines between two markers.

    Parameters
    ----------
    source : str
        Source of a cell.
    markers : tuple of (str, str)
        What the opening and the closing line contain.

    Returns
    -------
    list of str or None
        The lines inside all such regions; None if there is no region.

    Examples
    --------
    >>> region("a\n### BEGIN SOLUTION\nb\n### END SOLUTION\nc", SOLUTION)
    ['b']
    >>> region("a", SOLUTION) is None
    True
    """
    found = re.findall(_region(markers), source, re.MULTILINE)
    return "".join(found).splitlines() if found else None


def outside(source, markers):
    r"""Drop the regions between two markers, and the marker lines.

    Parameters
    ----------
    source : str
        Source of a cell.
    markers : tuple of (str, str)
        What the opening and the closing line contain.

    Returns
    -------
    str
        What is left.

    Examples
    --------
    >>> outside("a\n### BEGIN SOLUTION\nb\n### END SOLUTION\nc", SOLUTION)
    'a\nc'
    """
    return re.sub(_region(markers) + "\n?", "", source, flags=re.MULTILINE)


def without_markers(source, markers):
    """Strip the marker lines themselves from a cell's source (str)."""
    return "\n".join(
        line for line in source.split("\n") if not any(marker in line for marker in markers)
    )


def _region(markers):
    """Build the pattern of a region; its group is what stands between the marker lines."""
    return rf"^.*{markers[0]}.*\n((?:.*\n)*?).*{markers[1]}.*$"


def _task(cell):
    """Make the task whose points `cell` carries."""
    about = grading(cell)
    name, by_hand = about["grade_id"], bool(is_answer(cell) or about.get("task"))
    return Task(
        name=name if by_hand else name.removesuffix("-test"),
        graded_by=name,
        points=float(about.get("points", 0)),
        by_hand=by_hand,
    )
