"""Cells of a notebook as nbgrader sees them: marks in the metadata, regions in the source."""

import re

import nbformat

from labkit.errors import LabkitError

SOLUTION = ("BEGIN SOLUTION", "END SOLUTION")
HIDDEN = ("BEGIN HIDDEN TESTS", "END HIDDEN TESTS")
MARK_SCHEME = ("BEGIN MARK SCHEME", "END MARK SCHEME")


def grading(cell):
    """Return what nbgrader knows about a cell.

    Parameters
    ----------
    cell : nbformat.NotebookNode
        A cell.


    Returns
    -------
    dict
        Its nbgrader metadata; empty for an ordinary cell.


    Examples
    --------
    >>> grading(nbformat.v4.new_code_cell())
    {}
    """
    return cell.metadata.get("nbgrader", {})


def marked_cells(notebook):
    """List the cells that nbgrader grades, fills or restores.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        A notebook.


    Returns
    -------
    list of nbformat.NotebookNode
        The cells that have a ``grade_id``.


    Examples
    --------
    >>> marked_cells(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell()]))
    []
    """
    return [cell for cell in notebook.cells if grading(cell).get("grade_id")]


def carries_points(cell):
    """Tell whether a grade belongs to a cell.

    Parameters
    ----------
    cell : nbformat.NotebookNode
        A cell.


    Returns
    -------
    bool
        Whether it is a test, or an answer that a person grades.


    Examples
    --------
    >>> carries_points(nbformat.v4.new_code_cell(metadata={"nbgrader": {"grade": True}}))
    True
    """
    return bool(grading(cell).get("grade") or grading(cell).get("task"))


def is_answer(cell):
    """Tell whether the student writes a cell.

    Parameters
    ----------
    cell : nbformat.NotebookNode
        A cell.


    Returns
    -------
    bool
        Whether it is a solution cell.


    Examples
    --------
    >>> is_answer(nbformat.v4.new_code_cell(metadata={"nbgrader": {"solution": True}}))
    True
    """
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
    r"""Strip the marker lines themselves from a cell's source.

    Parameters
    ----------
    source : str
        Source of a cell.
    markers : tuple of (str, str)
        What the opening and the closing line contain.


    Returns
    -------
    str
        The source without these lines.


    Examples
    --------
    >>> without_markers("### BEGIN SOLUTION\nb\n### END SOLUTION", SOLUTION)
    'b'
    """
    return "\n".join(
        line for line in source.split("\n") if not any(marker in line for marker in markers)
    )


def _region(markers):
    """Build the pattern of a region; its group is what stands between the marker lines."""
    return rf"^.*{markers[0]}.*\n((?:.*\n)*?).*{markers[1]}.*$"
