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
        if (root / "labkit").exists():  # a copy
            return
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

        store(chapter, self.run(chapter).notebook)
        return chapter

    def copy(self, folder):
        """Copy the course into an empty folder, with what is stored."""
        import shutil

        shutil.copytree(self.root, folder, dirs_exist_ok=True)
        return Course(folder)

    def known(self, name="demo"):
        """Give a chapter that is there already."""
        from chapters import Chapter

        return Chapter(self.root / f"book/neurons/{name}.md", self.root)


@pytest.fixture
def course(tmp_path):
    return Course(tmp_path)


USES_TOOL = "from labkit.tool import double\ndouble(21)"


@pytest.fixture(scope="session")
def executed(tmp_path_factory):
    """A course with one executed chapter, which uses labkit; for looking only."""
    course = Course(tmp_path_factory.mktemp("executed"))
    course.stored(course.chapter(USES_TOOL))
    return course


@pytest.fixture
def stored(executed, tmp_path):
    """A copy of that course, to do with as a test likes."""
    return executed.copy(tmp_path / "stored")


@pytest.fixture(scope="session")
def make_course():
    """Make a course in a folder of the caller's choice."""
    return Course


@pytest.fixture(scope="session")
def tagged():
    """Make a cell with a tag, as `Course.chapter` takes it."""
    return lambda tag, code: (f":tags: [{tag}]\n\n", code)
