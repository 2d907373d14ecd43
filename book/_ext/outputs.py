"""What must be true of stored chapters before the book is built from them."""

import nbformat

from chapters import ROOT, find, stale
from draft import ChapterError


def problems(root=ROOT):
    """Return what is wrong with the stored chapters, one line for each problem.

    Parameters
    ----------
    root : Path
        The repository.

    Returns
    -------
    list of str
        Each names the page, and the cell if there is one; empty if all is well.
    """
    try:
        chapters = find(root=root)
        return [line for chapter in chapters for line in chapter_problems(chapter)]
    except ChapterError as error:
        return [str(error)]


def chapter_problems(chapter):
    """Return what is wrong with one chapter: cells first, then its sync with the text."""
    path = chapter.notebook.relative_to(chapter.root).as_posix()
    if not chapter.notebook.is_file():
        return [f"{path}: it was never executed"]
    cells = nbformat.read(chapter.notebook, as_version=4).cells
    found = [
        f"{path}, cell {number}: {problem}"
        for number, cell in enumerate(cells, start=1)
        if cell.cell_type == "code"
        for problem in cell_problems(cell)
    ]
    return found or [f"{path}: {reason}" for reason in stale(chapter)]


def cell_problems(cell):
    """Return what is wrong with one stored code cell.

    Examples
    --------
    >>> cell_problems(nbformat.v4.new_code_cell("1 + 1"))
    ['it was never executed']
    """
    if cell.source.strip() and cell.execution_count is None:
        return ["it was never executed"]
    if "raises-exception" in cell.metadata.get("tags", []):
        return []
    errors = (output for output in cell.outputs if output.output_type == "error")
    return [f"it failed with {error.ename}: {error.evalue}" for error in errors]
