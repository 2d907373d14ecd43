"""A small course in a temporary folder, on which the machinery of the chapters is tried."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "book" / "_ext"))

HEADER = """---
jupytext:
  text_representation:
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
labkit:
  concepts: [N1]
---
"""


class Course:
    """A repository with a tiny labkit, a lock, and chapters written by a test."""

    def __init__(self, root):
        self.root = root
        self.write("labkit/__init__.py", "")
        self.write("labkit/tool.py", "def double(x):\n    return 2 * x\n")
        self.write("labkit/other.py", "")
        self.write("requirements.txt", "numpy==2.0.0\n")

    def write(self, path, content):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
        return file

    def chapter(self, *cells, name="demo", header=HEADER):
        """Write a chapter of one title and code cells, each given as code or (options, code)."""
        from chapters import Chapter

        pairs = [cell if isinstance(cell, tuple) else ("", cell) for cell in cells]
        blocks = [f"```{{code-cell}} ipython3\n{options}{code}\n```\n" for options, code in pairs]
        text = header + "# Demo\n\nSome words.\n\n" + "\n".join(blocks)
        return Chapter(self.write(f"book/neurons/{name}.md", text), self.root)

    def run(self, chapter, **options):
        """Execute a chapter, without storing it."""
        import asyncio

        from execution import execute

        return asyncio.run(execute(chapter, **options))

    def stored(self, chapter):
        """Execute a chapter and store it."""
        from refresh import store

        store(chapter, self.run(chapter))
        return chapter


@pytest.fixture
def course(tmp_path):
    return Course(tmp_path)


@pytest.fixture(scope="session")
def make_course():
    """Make a course in a folder of the caller's choice."""
    return Course


@pytest.fixture(scope="session")
def tagged():
    """Make a cell with a tag, as `Course.chapter` takes it."""
    return lambda tag, code: (f":tags: [{tag}]\n\n", code)
