"""Say where in the book something stands, in words an author can act on."""

from pathlib import Path

from chapters import Chapter
from draft import draft

ROOT = Path(__file__).resolve().parent.parent.parent


def place(node, root=ROOT):
    """Return the place of a docutils node: its file, and its cell or line.

    MyST-NB numbers the lines of a notebook ``(cell + 1) * 10000 + line`` with cells from 0;
    we count cells from 1, as people do.

    Examples
    --------
    >>> from docutils import nodes
    >>> image = nodes.image()
    >>> image.source, image.line = "book/neurons/neurons.ipynb", 30000
    >>> place(image)
    'book/neurons/neurons.ipynb, cell 3'
    """
    source, line = source_and_line(node)
    file = Path(source)
    name = file.relative_to(root).as_posix() if file.is_relative_to(root) else source
    if line is None:
        return name
    cell, line = divmod(line, 10000)
    return f"{name}, cell {cell}" if cell else f"{name}, line {line}"


def place_in_text(node, root=ROOT):
    """Return the place of a node in the text that its author wrote.

    Parameters
    ----------
    node : docutils.nodes.Node
        From a page, or from the executed notebook of a chapter.
    root : Path
        The repository.

    Returns
    -------
    str
        File and line; of a notebook without a text beside it, what `place` says.
    """
    source, line = source_and_line(node)
    text = Path(source).with_suffix(".md")
    if line is None or not source.endswith(".ipynb") or not text.is_file():
        return place(node, root)
    cell, offset = divmod(line, 10000)
    offset = max(offset - 2, 0)  # MyST-NB and MyST both add one to count from 1
    first = draft(Chapter(text, root)).lines[cell - 1]
    name = text.relative_to(root).as_posix() if text.is_relative_to(root) else str(text)
    return f"{name}, line {first + offset}"


def source_and_line(node):
    """Return the nearest known source and line of a node, from itself upwards."""
    while node is not None:
        if node.source and node.line:  # MyST leaves 0 where it does not know
            return node.source, node.line
        if node.parent is None:
            return node.source or node.get("source", "?"), node.line
        node = node.parent
    return "?", None
