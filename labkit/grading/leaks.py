"""What a release must not show: answers, hidden tests, outputs, unfilled placeholders."""

import re
from pathlib import Path

from labkit.grading.cells import (
    HIDDEN,
    MARK_SCHEME,
    SOLUTION,
    carries_points,
    is_answer,
    outside,
    region,
)
from labkit.grading.workshop import read_notebook

_REGIONS = (SOLUTION, HIDDEN, MARK_SCHEME)
_PLACEHOLDER = re.compile(r"\{\{\s*[a-z_]{3,}\s*\}\}")
_TRIVIAL = 12  # a shorter line ("return z", "else:") gives nothing away


def leaks(workshop, release):
    """List what a released workshop shows that it must not.

    Parameters
    ----------
    workshop : labkit.grading.workshop.Workshop
        The instructor version.
    release : str or PathLike
        The folder that students get.

    Returns
    -------
    list of str
        One sentence for each leak, naming the file; empty if there is none.

    Raises
    ------
    LabkitError
        If a released notebook cannot be read.

    Examples
    --------
    >>> import tempfile, nbformat
    >>> from labkit.grading.workshop import Workshop
    >>> with tempfile.TemporaryDirectory() as root:
    ...     folder = Path(root, "leaky")
    ...     folder.mkdir()
    ...     cell = nbformat.v4.new_code_cell("### BEGIN SOLUTION", id="a")
    ...     nbformat.write(nbformat.v4.new_notebook(cells=[cell]), folder / "leaky.ipynb")
    ...     leaks(Workshop(folder), folder)
    ['leaky.ipynb contains BEGIN SOLUTION']
    """
    secrets = secret_lines(workshop)
    files = sorted(path for path in Path(release).rglob("*") if path.is_file())
    return [
        f"{path.relative_to(release)} {leak}" for path in files for leak in _of_file(path, secrets)
    ]


def secret_lines(workshop):
    r"""Collect the lines that only the instructor may see.

    Lines of answers, hidden tests and mark schemes, but for those too short to give anything
    away and those that the workshop itself shows elsewhere (a hint, a visible test).

    Parameters
    ----------
    workshop : labkit.grading.workshop.Workshop
        The instructor version.

    Returns
    -------
    set of str
        The lines, stripped.

    Examples
    --------
    >>> import tempfile, nbformat
    >>> from labkit.grading.workshop import Workshop
    >>> source = "### BEGIN HIDDEN TESTS\ncheck(step(0.0), 1)\n### END HIDDEN TESTS"
    >>> with tempfile.TemporaryDirectory() as root:
    ...     folder = Path(root, "gates")
    ...     folder.mkdir()
    ...     cell = nbformat.v4.new_code_cell(source)
    ...     nbformat.write(nbformat.v4.new_notebook(cells=[cell]), folder / "gates.ipynb")
    ...     secret_lines(Workshop(folder))
    {'check(step(0.0), 1)'}
    """
    parts = [_parts(cell) for cell in workshop.notebook.cells]
    shown = "\n".join(kept for _, kept in parts)
    secret = {line.strip() for removed, _ in parts for line in removed}
    # Inside a sentence counts as shown too: a hint often quotes a line of code there.
    return {line for line in secret if len(line) >= _TRIVIAL and line not in shown}


def _parts(cell):
    """Split a cell into the lines that nbgrader removes for students and the text it keeps."""
    if is_answer(cell) and region(cell.source, SOLUTION) is None:
        return cell.source.split("\n"), ""
    removed, kept = [], cell.source
    for markers in _REGIONS:
        removed += region(kept, markers) or []
        kept = outside(kept, markers)
    return removed, kept


def _of_file(path, secrets):
    """List what one released file shows."""
    if path.suffix == ".ipynb":
        yield from _of_notebook(read_notebook(path))
    text = _readable(path)
    yield from (f"contains {marker}" for pair in _REGIONS for marker in pair if marker in text)
    yield from (f"has the placeholder {found} left" for found in set(_PLACEHOLDER.findall(text)))
    yield from (f"shows the secret line: {line}" for line in sorted(secrets) if line in text)


def _of_notebook(notebook):
    """List what only a notebook can show: outputs, and answers without their stub."""
    for index, cell in enumerate(notebook.cells):
        if cell.get("outputs") or cell.get("execution_count"):
            yield f"has outputs in cell {index}"
        if cell.get("attachments") and is_answer(cell):
            yield f"has an attachment in the answer of cell {index}"
        if (
            is_answer(cell)
            and not carries_points(cell)
            and "NotImplementedError" not in cell.source
        ):
            yield f"has no stub in the solution cell {index}"


def _readable(path):
    """Read a file's text; of a notebook, every string that it holds, unescaped."""
    text = path.read_bytes().decode("utf-8", errors="replace")
    return "\n".join(_strings(read_notebook(path))) if path.suffix == ".ipynb" else text


def _strings(node):
    """Walk through every key and value of a nested structure that is text."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        yield from (text for item in node.items() for part in item for text in _strings(part))
    elif isinstance(node, list):
        yield from (text for part in node for text in _strings(part))
