"""A workshop as its instructor wrote it: its tasks, its points, its answers, its faults."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat

from labkit.errors import LabkitError
from labkit.grading.cells import (
    MARK_SCHEME,
    SOLUTION,
    carries_points,
    grading,
    is_answer,
    marked_cells,
    outside,
    without_markers,
)


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
