"""Every chapter's notebook is the proof of its text."""

import nbformat
import pytest
from chapters import ROOT, find, stale
from draft import draft, dump, without_address

CHAPTERS = find()
every_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)


def test_there_are_chapters():
    assert {"neurons/neurons", "neurons/perceptron"} <= {chapter.name for chapter in CHAPTERS}


@every_chapter
def test_text_and_notebook_are_in_sync(chapter):
    assert stale(chapter) == [], "run `make refresh`"


@every_chapter
def test_text_and_notebook_are_equal_cell_by_cell(chapter):
    stored = without_address(nbformat.read(chapter.notebook, as_version=4)).cells
    wanted = without_address(draft(chapter).notebook).cells
    assert [(c.cell_type, c.source, c.metadata) for c in stored] == [
        (c.cell_type, c.source, c.metadata) for c in wanted
    ], "run `make refresh`"


@every_chapter
def test_a_notebook_is_stored_in_its_one_form(chapter):
    text = chapter.notebook.read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    assert text == dump(notebook)
    counts = [c.execution_count for c in notebook.cells if c.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))


def test_no_notebook_is_without_its_text():
    folders = {path.parent for path in (ROOT / "book").glob("*/*.md")}
    notebooks = {path for folder in folders for path in folder.glob("*.ipynb")}
    assert notebooks <= {chapter.notebook for chapter in CHAPTERS}
