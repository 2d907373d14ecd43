"""Chapters are pairs: ``NAME.md``, which people write, and ``NAME.ipynb``, which is its proof.

This module finds the pairs, makes the notebook that belongs to a text, and says whether a
stored notebook is still the proof of its text: made from these words, by this labkit, with
this lock, and not edited since. `refresh` executes; nothing here does.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import nbformat
import yaml
from canonical import KERNELSPEC, LANGUAGE_INFO
from jupytext.myst import myst_to_notebook

from labkit.site import install_requirement

ROOT = Path(__file__).resolve().parents[2]
LOCK = "requirements.txt"
INSTALL_ID = "install-labkit"
# raise it when the stored form changes, so that every chapter is made anew
FORMAT = 1


class ChapterError(Exception):
    """What is wrong with a chapter, where, and what to do about it."""


@dataclass(frozen=True)
class Chapter:
    """A text and the notebook made from it.

    Attributes
    ----------
    text : Path
        ``NAME.md``, absolute.
    root : Path
        The repository it belongs to.
    """

    text: Path
    root: Path = ROOT

    @property
    def notebook(self):
        """Path of the generated notebook."""
        return self.text.with_suffix(".ipynb")

    @property
    def name(self):
        """Part and name, such as ``neurons/perceptron``."""
        return self.text.relative_to(self.root / "book").with_suffix("").as_posix()


@dataclass(frozen=True)
class Draft:
    """The notebook that a text asks for, before execution.

    Attributes
    ----------
    notebook : NotebookNode
        Cells with stable ids and no outputs.
    lines : tuple of int
        For each cell, the line of the text on which its content begins (1 is the first).
    """

    notebook: nbformat.NotebookNode
    lines: tuple


def find(names=(), root=ROOT):
    """Chapters of the book, in alphabetical order.

    Parameters
    ----------
    names : iterable of str
        Which ones: ``perceptron``, ``neurons/perceptron`` or a path; all if empty.
    root : Path
        The repository.

    Returns
    -------
    list of Chapter

    Raises
    ------
    ChapterError
        If a name fits no chapter.
    """
    texts = sorted((root / "book").glob("*/*.md"))
    chapters = [Chapter(text, root) for text in texts if "jupytext" in front_matter(text)]
    if not names:
        return chapters
    chosen = {chapter for name in names for chapter in _fitting(name, chapters)}
    return [chapter for chapter in chapters if chapter in chosen]


def _fitting(name, chapters):
    """Chapters that `name` means."""
    wanted = Path(name).with_suffix("").as_posix().removeprefix("book/")
    fitting = [c for c in chapters if wanted in (c.name, c.text.stem, str(c.text.with_suffix("")))]
    if not fitting:
        known = ", ".join(chapter.name for chapter in chapters) or "none"
        raise ChapterError(f"no chapter is called {name!r}. The chapters are: {known}.")
    return fitting


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
    """First cell of every chapter: fetches labkit where it is missing, as on Colab.

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


def draft(chapter):
    """Make the notebook that a chapter's text asks for.

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
        If the front matter lacks what a chapter needs, or a code cell is empty.
    """
    notebook = myst_to_notebook(chapter.text.read_text(encoding="utf-8"), add_source_map=True)
    lines = (0, *(line + 1 for line in notebook.metadata.source_map))
    concepts = notebook.metadata.get("labkit", {}).get("concepts")
    if not isinstance(concepts, list):
        raise ChapterError(
            f"{chapter.name}: the front matter lists no concepts.\n"
            "What to do: add `labkit: {concepts: [ID, ...]}` (an empty list if it teaches none)."
        )
    notebook.cells.insert(0, install_cell())
    _refuse_empty(chapter, notebook.cells, lines)
    _name(notebook.cells)
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": KERNELSPEC,
            "language_info": LANGUAGE_INFO,
            "labkit": {"concepts": concepts},
        }
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return Draft(notebook, lines)


def _refuse_empty(chapter, cells, lines):
    """Refuse a code cell without code: Jupyter would not execute it."""
    for cell, line in zip(cells, lines, strict=True):
        if cell.cell_type == "code" and not cell.source.strip():
            raise ChapterError(f"{chapter.name}.md:{line}: this code cell is empty.")


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


def sealed(chapter, notebook, modules):
    """Add what proves an executed notebook: what it was made from, and a seal.

    Parameters
    ----------
    chapter : Chapter
        Whose notebook it is.
    notebook : NotebookNode
        Executed, in canonical form.
    modules : iterable of str
        The files of labkit that the run imported, relative to the repository.

    Returns
    -------
    NotebookNode
        The notebook to store.
    """
    sources = {path: _digest_of(chapter.root / path) for path in (*modules, LOCK)}
    notebook.metadata.labkit.update(sources=sources, digest=_digest(chapter, sources))
    notebook.metadata.labkit.seal = _seal(notebook)
    return notebook


def _digest_of(path):
    """Short SHA-256 of a file, whatever its line ends; empty if there is none."""
    if not path.is_file():
        return ""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()[:16]


def _digest(chapter, sources):
    """SHA-256 over the text, the labkit that ran, the lock and the stored form."""
    parts = [FORMAT, _digest_of(chapter.text), sorted(sources.items())]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _seal(notebook):
    """SHA-256 over everything in a notebook but the seal itself."""
    copy = nbformat.from_dict(notebook)
    copy.metadata.labkit.pop("seal", None)
    return hashlib.sha256(dump(copy).encode()).hexdigest()


def stale(chapter):
    """Say why a stored notebook is no longer the proof of its text.

    Parameters
    ----------
    chapter : Chapter
        The pair.

    Returns
    -------
    list of str
        Reasons in words; empty if the pair is in sync.

    Raises
    ------
    ChapterError
        If the text itself is malformed.
    """
    wanted = draft(chapter)
    if not chapter.notebook.is_file():
        return ["it was never executed"]
    try:
        stored = nbformat.read(chapter.notebook, as_version=4)
        proof = stored.metadata["labkit"]
        sources, digest, seal = (proof[key] for key in ("sources", "digest", "seal"))
    except (ValueError, KeyError, nbformat.reader.NotJSONError) as error:
        return [f"{chapter.notebook.name} was not made by `make refresh` ({error!r:.80})"]
    reasons = [*_changed_cells(wanted, stored), *_changed_sources(chapter.root, sources)]
    if not reasons and digest != _digest(chapter, sources):
        reasons.append("the front matter, or the form in which notebooks are stored, changed")
    if seal != _seal(stored):
        reasons.append(f"{chapter.notebook.name} was edited by hand")
    return reasons


def in_sync(chapter):
    """Whether the stored notebook is the proof of the text beside it.

    Parameters
    ----------
    chapter : Chapter
        The pair.

    Returns
    -------
    bool
    """
    return not stale(chapter)


def _changed_cells(wanted, stored):
    """First cell in which text and notebook differ, in words."""
    new, old = wanted.notebook.cells, stored.cells
    for number, (cell, line) in enumerate(zip(new, wanted.lines, strict=True)):
        before = old[number] if number < len(old) else None
        if before is None or _content(cell) != _content(before):
            where = f"from line {line} on" if line else "in the address of the repository"
            return [f"the text changed ({where})"]
    return ["the text lost cells at its end"] if len(old) > len(new) else []


def _content(cell):
    """Take what the author wrote out of a cell."""
    return cell.get("id"), cell.cell_type, cell.source, cell.metadata


def _changed_sources(root, sources):
    """Files of labkit, and the lock, that are not what the notebook was made with."""
    return [
        f"{path} changed" if (root / path).is_file() else f"{path} is gone"
        for path, digest in sources.items()
        if _digest_of(root / path) != digest
    ]
