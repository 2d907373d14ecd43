"""Code cells in a chapter's text are formatted as ruff formats its notebook."""

import subprocess
import sys

import nbformat
import pytest
from chapters import ROOT, ChapterError
from draft import draft
from tidy import tidy

UNTIDY = "x = [ 1,\n      2 ]\n\n\n\ndef f( ) :\n    return   x"
TIDY = "x = [1, 2]\n\n\ndef f():\n    return x"


@pytest.fixture
def chapter(course):
    for name in ("pyproject.toml", "book/ruff.toml"):
        course.write(name, (ROOT / name).read_text(encoding="utf-8"))
    options = "---\ntags: [slow,   hide-input]\n---\n"
    return course.chapter("a=1", (options, UNTIDY), "b = 2")


def test_only_the_code_of_untidy_cells_changes(chapter):
    before = chapter.text.read_text(encoding="utf-8")
    assert tidy(chapter) == 2
    after = chapter.text.read_text(encoding="utf-8")
    assert after == before.replace("a=1", "a = 1").replace(UNTIDY, TIDY)


def test_ruff_then_finds_the_notebook_formatted(chapter):
    tidy(chapter)
    nbformat.write(draft(chapter).notebook, chapter.notebook)
    command = [sys.executable, "-m", "ruff", "format", "--check", str(chapter.notebook)]
    assert subprocess.run(command, cwd=chapter.root, check=False).returncode == 0


def test_a_tidy_chapter_is_left_untouched(chapter):
    tidy(chapter)
    time = chapter.text.stat().st_mtime_ns
    assert tidy(chapter) == 0
    assert chapter.text.stat().st_mtime_ns == time


def test_code_that_ruff_cannot_read_is_refused_and_left(course):
    course.write("book/ruff.toml", "")
    chapter = course.chapter("a = = 1")
    before = chapter.text.read_text(encoding="utf-8")
    with pytest.raises(ChapterError, match=r"neurons/demo\.md: .*parse"):
        tidy(chapter)
    assert chapter.text.read_text(encoding="utf-8") == before
