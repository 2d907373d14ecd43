"""Chapters are pairs: ``NAME.md``, which people write, and ``NAME.ipynb``, which is its proof.

This module finds the pairs and says whether a stored notebook is still the proof of its text:
made from these words, by this labkit, with this lock, and not edited since. From which address
its first cell installs labkit is no part of the proof: a fork has another. `draft` says which
notebook a text asks for, `execution` runs it, `canonical` gives it its one form.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import nbformat

from draft import ChapterError, draft, dump, front_matter, without_address

__all__ = ["ROOT", "Chapter", "ChapterError", "find", "front_matter", "sealed", "stale"]

ROOT = Path(__file__).resolve().parents[2]
LOCK = "requirements.txt"
# raise it when the stored form changes, so that every chapter is made anew
FORMAT = 1


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


def find(names=(), root=ROOT):
    """List the chapters of the book, in alphabetical order.

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
        If a name fits no chapter, or a front matter is no valid YAML.
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
    """SHA-256 over everything in a notebook but the seal itself and the course's address."""
    copy = without_address(notebook)
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
    except (ValueError, KeyError, AttributeError, nbformat.reader.NotJSONError) as error:
        return [f"{chapter.notebook.name} was not made by `make refresh` ({error!r:.80})"]
    reasons = [*_changed_cells(wanted, stored), *_changed_sources(chapter.root, sources)]
    if not reasons and digest != _digest(chapter, sources):
        reasons.append("the front matter, or the form in which notebooks are stored, changed")
    if seal != _seal(stored):
        reasons.append(f"{chapter.notebook.name} was edited by hand")
    return reasons


def _changed_cells(wanted, stored):
    """First cell in which text and notebook differ, in words."""
    new, old = (without_address(notebook).cells for notebook in (wanted.notebook, stored))
    for number, (cell, line) in enumerate(zip(new, wanted.lines, strict=True)):
        before = old[number] if number < len(old) else None
        if before is None or _content(cell) != _content(before):
            return [_where_changed(cell, before, line)]
    return ["the text lost cells at its end"] if len(old) > len(new) else []


def _where_changed(cell, before, line):
    """Say on which line of the text `cell` begins to differ from what it was."""
    if not line:
        return "the cell that installs labkit changed"
    new, old = (c.source.splitlines() if c else [] for c in (cell, before))
    offset = next((n for n, pair in enumerate(zip(new, old, strict=False)) if len({*pair}) > 1), 0)
    return f"the text changed (line {line + offset})"


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
