"""Say where in the book something stands, in words an author can act on."""

from pathlib import Path

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


def source_and_line(node):
    """Return the nearest known source and line of a node, from itself upwards."""
    while node is not None:
        if node.source and node.line:  # MyST leaves 0 where it does not know
            return node.source, node.line
        if node.parent is None:
            return node.source or node.get("source", "?"), node.line
        node = node.parent
    return "?", None
