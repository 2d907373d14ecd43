"""From the text of a chapter to the notebook it asks for: same cells, stable ids, no outputs."""

import hashlib
import re
from dataclasses import dataclass

import nbformat
import yaml
from jupytext.myst import MystMetadataParsingError, myst_to_notebook

from canonical import KERNELSPEC, LANGUAGE_INFO
from labkit.site import install_requirement

INSTALL_ID = "install-labkit"
# of the text alone: how jupytext wrote it, and what its reader adds
_OWN_KEYS = {"jupytext", "jupyter", "source_map"}
_REQUIREMENT = re.compile(r'"labkit @ git\+[^"\s]*"')


class ChapterError(Exception):
    """What is wrong with a chapter, where, and what to do about it."""


@dataclass(frozen=True)
class Draft:
    """The notebook that a text asks for, before execution.

    Attributes
    ----------
    notebook : NotebookNode
        Cells with stable ids and no outputs.
    lines : tuple of int
        For each cell, the line of the text on which its content begins (1 is the first line;
        0 stands for the cell that installs labkit, which is in no text).
    """

    notebook: nbformat.NotebookNode
    lines: tuple


def front_matter(text):
    """Read the mapping at the head of a MyST file; empty if it has none.

    Parameters
    ----------
    text : Path
        The file.

    Returns
    -------
    dict

    Raises
    ------
    ChapterError
        If the head is no valid YAML.
    """
    content = text.read_text(encoding="utf-8")
    if not content.startswith("---\n"):
        return {}
    try:
        return next(yaml.safe_load_all(content)) or {}
    except yaml.YAMLError as error:
        raise ChapterError(f"{text}: the front matter is not valid YAML: {error}") from error


def install_cell():
    """Make the first cell of every chapter: it fetches labkit where it is missing, as on Colab.

    Returns
    -------
    NotebookNode
        A code cell that the book does not show.
    """
    source = (
        "import importlib.util\n\n"
        'if importlib.util.find_spec("labkit") is None:  # as on Colab\n'
        f'    %pip install --quiet "{install_requirement()}"'
    )
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": ["remove-cell"]})
    cell.id = INSTALL_ID
    return cell


def without_address(notebook):
    """Copy a notebook, leaving out from where its first cell installs labkit.

    A copy of the course at another address has another such cell, and the same chapters.

    Parameters
    ----------
    notebook : NotebookNode
        Of a chapter; it stays as it is.

    Returns
    -------
    NotebookNode
    """
    return _installing(notebook, "labkit")


def with_address(notebook):
    """Copy a notebook, letting its first cell install labkit from the course's own address.

    Parameters
    ----------
    notebook : NotebookNode
        Of a chapter; of any other notebook, nothing changes.

    Returns
    -------
    NotebookNode
    """
    return _installing(notebook, install_requirement())


def _installing(notebook, requirement):
    """Copy of a notebook whose first cell, if it is ours, installs `requirement`."""
    copy = nbformat.from_dict(notebook)
    for cell in copy.cells[:1]:
        if cell.get("id") == INSTALL_ID:
            cell.source = _REQUIREMENT.sub(lambda _: f'"{requirement}"', cell.source)
    return copy


def draft(chapter):
    """Make the notebook that the text of a chapter asks for.

    Parameters
    ----------
    chapter : Chapter
        Its text is read; its notebook is not.

    Returns
    -------
    Draft

    Raises
    ------
    ChapterError
        If the front matter lacks what a chapter needs, or a code cell would not be executed.
    """
    text = chapter.text.read_text(encoding="utf-8")
    try:
        notebook = myst_to_notebook(text, add_source_map=True)
    except (MystMetadataParsingError, nbformat.ValidationError) as error:
        raise ChapterError(f"{chapter.name}.md: {error}") from error
    lines = _first_lines(text.splitlines(), notebook)
    _refuse_unexecuted(chapter, notebook.cells, lines)
    notebook.cells.insert(0, install_cell())
    _name(notebook.cells)
    notebook.metadata = _metadata(chapter, notebook.metadata)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return Draft(notebook, (0, *lines))


def _first_lines(text, notebook):
    """For each cell, the line of the text on which its content begins; options come before it."""
    starts = [start + 1 for start in notebook.metadata.source_map]
    ends = [*starts[1:], len(text) + 1]
    firsts = [cell.source.split("\n")[0] for cell in notebook.cells]
    return [
        next((line for line in range(start, end) if text[line - 1] == first), start)
        for start, end, first in zip(starts, ends, firsts, strict=True)
    ]


def _refuse_unexecuted(chapter, cells, lines):
    """Refuse code that would look executed and is not: empty cells, and cells inside other blocks."""
    for cell, line in zip(cells, lines, strict=True):
        where = f"{chapter.name}.md:{line}"
        if cell.cell_type == "code" and not cell.source.strip():
            raise ChapterError(f"{where}: this code cell is empty.")
        if cell.cell_type == "markdown" and "{code-cell}" in cell.source:
            raise ChapterError(
                f"{where}: a code cell stands inside another block, where it is not executed.\n"
                "What to do: end the block before the cell, or hide the cell with a tag."
            )


def _metadata(chapter, header):
    """Metadata of the notebook, from the front matter of the text."""
    concepts = header.get("labkit", {}).get("concepts")
    if not isinstance(concepts, list):
        raise ChapterError(
            f"{chapter.name}.md: the front matter lists no concepts.\n"
            "What to do: add `labkit: {concepts: [ID, ...]}` (an empty list if it teaches none)."
        )
    if header.get("kernelspec", {}).get("language") != "python":
        raise ChapterError(
            f"{chapter.name}.md: the front matter names no kernelspec with `language: python`.\n"
            "What to do: copy the front matter of another chapter."
        )
    others = {key: value for key, value in header.items() if key not in _OWN_KEYS}
    mine = {"labkit": {"concepts": concepts}}
    ours = {"kernelspec": KERNELSPEC, "language_info": LANGUAGE_INFO}
    return nbformat.from_dict({**others, **ours, **mine})


def _name(cells):
    """Give each cell after the first an id that follows from its content, and its rank if repeated."""
    seen = {}
    for cell in cells[1:]:
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        seen[digest] = seen.get(digest, 0) + 1
        cell.id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"


def dump(notebook):
    """Text of a notebook file.

    Parameters
    ----------
    notebook : NotebookNode
        Any notebook.

    Returns
    -------
    str
        JSON with sorted keys and a final newline.
    """
    return nbformat.writes(notebook, indent=1, sort_keys=True) + "\n"
