"""Puts a submitted notebook back into the form of the release, whatever happened to its cells.

Students copy, split, merge and delete cells, and notebook programs and old versions of nbgrader
change what stands beside them. nbgrader stops at much of this, for one student or for the whole
class. Here every cell that nbgrader knows from the release gets its own settings back, once; what
the student wrote stays as it is.
"""

from dataclasses import dataclass

from nbformat.v4 import new_code_cell, new_markdown_cell

from labkit.grading.faults import SCHEMA

SKIPPING = "skip-execution"  # the tag with which nbclient leaves a cell out


@dataclass(frozen=True)
class Original:
    """A cell of the release that nbgrader knows.

    Parameters
    ----------
    name : str
        Its ``grade_id``.
    cell_type : str
        ``"code"`` or ``"markdown"``.
    source, checksum : str
        What it holds in the release, the hidden tests included, and nbgrader's checksum of that.
    grade, solution, task, locked : bool
        Whether it carries points, is written by the student, is a task that a person grades,
        and is overwritten with `source` when it is graded.
    points : float
        Points it carries; 0 without any.

    Examples
    --------
    >>> Original("step", "code", "", "0" * 32, solution=True).settings["solution"]
    True
    """

    name: str
    cell_type: str
    source: str
    checksum: str
    grade: bool = False
    solution: bool = False
    task: bool = False
    locked: bool = False
    points: float = 0.0

    @property
    def settings(self):
        """The cell's nbgrader metadata (dict)."""
        settings = {
            "schema_version": SCHEMA,
            "grade_id": self.name,
            "cell_type": self.cell_type,
            "checksum": self.checksum,
            "grade": self.grade,
            "solution": self.solution,
            "task": self.task,
            "locked": self.locked,
        }
        return settings | ({"points": self.points} if self.grade or self.task else {})

    @property
    def restored(self):
        """Whether a notebook without this cell gets it back (bool).

        An answer does not come back where the student wrote it elsewhere, for the stub would
        take its place; unless a grade hangs on the very cell.
        """
        return self.locked or self.grade or self.task

    def cell(self):
        """Make the cell (nbformat.NotebookNode) as the release has it."""
        make = new_code_cell if self.cell_type == "code" else new_markdown_cell
        return make(self.source, metadata={"nbgrader": self.settings})


def originals(gradebook, assignment, notebook):
    """Read from the gradebook which cells a release has.

    Parameters
    ----------
    gradebook : nbgrader.api.Gradebook
        Open.
    assignment, notebook : str
        Name of the workshop, and of the notebook without ``.ipynb``.

    Returns
    -------
    tuple of Original
        In the order of the release.

    Raises
    ------
    nbgrader.api.MissingEntry
        If the gradebook does not know the notebook.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> nothing = {f"{kind}_cells": [] for kind in ("source", "solution", "grade", "task")}
    >>> book = SimpleNamespace(find_notebook=lambda *names: SimpleNamespace(**nothing))
    >>> originals(book, "mini", "mini")
    ()
    """
    known = gradebook.find_notebook(notebook, assignment)
    solutions = {cell.name for cell in known.solution_cells}
    points = {cell.name: cell.max_score for cell in [*known.grade_cells, *known.task_cells]}
    graded, tasks = (
        {cell.name for cell in cells} for cells in (known.grade_cells, known.task_cells)
    )
    return tuple(
        Original(
            name=cell.name,
            cell_type=cell.cell_type,
            source=cell.source,
            checksum=cell.checksum,
            grade=cell.name in graded,
            solution=cell.name in solutions,
            task=cell.name in tasks,
            locked=cell.locked,
            points=points.get(cell.name, 0.0),
        )
        for cell in known.source_cells
    )


def repair(notebook, release):
    """Give every cell of the release its place and its settings back.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        What a student handed in; changed in place.
    release : sequence of Original
        The cells that nbgrader knows.

    Returns
    -------
    list of str
        What was repaired, a sentence for each; empty for a notebook in order.

    Examples
    --------
    >>> from nbformat.v4 import new_notebook
    >>> test = Original("step-test", "code", "check()", "0" * 32, grade=True, locked=True, points=2)
    >>> notebook = new_notebook()
    >>> repair(notebook, [test])
    ["The cell 'step-test' was missing and was put back."]
    >>> notebook.cells[0].source
    'check()'
    """
    known = {original.name: original for original in release}
    said = [*_forget_strangers(notebook, known), *_keep_the_last(notebook)]
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            said += _set_right(cell, known[_name(cell)])
    return [*said, *_put_back(notebook, release)]


def _name(cell):
    """Return a cell's ``grade_id``; None if it has none that could be one."""
    settings = cell.metadata.get("nbgrader")
    name = settings.get("grade_id") if isinstance(settings, dict) else None
    return name if isinstance(name, str) else None


def _forget_strangers(notebook, known):
    """Make ordinary cells of those whose settings belong to no cell of the release."""
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata and _name(cell) not in known:
            settings = cell.metadata.pop("nbgrader")
            # an ordinary cell may carry settings that say nothing
            if isinstance(settings, dict) and not any(map(settings.get, ("grade", "solution"))):
                continue
            yield "A cell with settings that are not of this workshop counts as an ordinary one."


def _keep_the_last(notebook):
    """Make ordinary cells of all copies of a cell but the last, as nbgrader does."""
    names = set()
    for cell in reversed(notebook.cells):
        name = _name(cell)
        if name in names:
            del cell.metadata["nbgrader"]
            yield f"The cell {name!r} was there more than once; the last one counts."
        elif name is not None:
            names.add(name)


def _set_right(cell, original):
    """Give one cell the type, the settings and, if it is locked, the source of the original."""
    tags = cell.metadata.get("tags", [])
    if SKIPPING in tags:
        cell.metadata["tags"] = [tag for tag in tags if tag != SKIPPING]
        yield f"The cell {original.name!r} was tagged {SKIPPING!r}; it is executed all the same."
    if cell.cell_type != original.cell_type:
        yield f"The cell {original.name!r} was a {cell.cell_type} cell; it is {original.cell_type}."
        _change_type(cell, original.cell_type)
    if _meaning(cell.metadata["nbgrader"]) != _meaning(original.settings):
        yield f"The settings of the cell {original.name!r} were changed; they are restored."
    cell.metadata["nbgrader"] = type(cell.metadata)(original.settings)
    if original.locked and cell.source != original.source:
        cell.source = original.source  # as ever: the hidden tests come back like this


def _change_type(cell, cell_type):
    cell.cell_type = cell_type
    cell.pop("attachments", None)
    if cell_type == "code":
        cell.update(outputs=[], execution_count=None)
    else:
        for name in ("outputs", "execution_count"):
            cell.pop(name, None)


def _meaning(settings):
    """Reduce settings to what counts: defaults filled in, and what nbgrader derives left out."""
    flags = {name: bool(settings.get(name)) for name in ("grade", "solution", "task")}
    locked = flags["grade"] or bool(settings.get("locked"))
    points = settings.get("points") if flags["grade"] or flags["task"] else None
    return flags, locked and not flags["solution"], points, settings.get("schema_version")


def _put_back(notebook, release):
    """Insert the cells that are missing, each behind the one that it follows in the release."""
    cells = notebook.cells
    for number, original in enumerate(release):
        present = {name: index for index, cell in enumerate(cells) if (name := _name(cell))}
        if original.name in present or not original.restored:
            continue
        before = [present[o.name] for o in release[:number] if o.name in present]
        after = [present[o.name] for o in release[number:] if o.name in present]
        place = before[-1] + 1 if before else min(after, default=len(cells))
        cells.insert(place, original.cell())
        yield f"The cell {original.name!r} was missing and was put back."
