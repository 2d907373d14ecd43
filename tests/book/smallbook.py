"""A book of three pages in a temporary folder, to try the real build on."""

import os
import shutil
import subprocess
import sys

import nbformat
from bookmap import ROOT
from chapters import Chapter, sealed
from draft import draft, dump

PARTS = [
    "_config.yml",
    "requirements.txt",
    "book/_ext",
    "book/_static",
    "book/_templates",
    "book/_vendor",
]
TOC = """format: jb-book
root: book/intro
chapters:
  - file: book/neurons/demo
  - file: book/references
"""
TEXT = """---
jupytext:
  text_representation:
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
labkit:
  concepts: []
---

# A chapter

A formula, $a = b$.

```{code-cell} python3
---
mystnb:
  image:
    alt: A red square on nothing
---
draw()
```
"""
SQUARE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9H0z"/></svg>'
)


class Book:
    """A book of three pages in a temporary folder, built by the real build."""

    def __init__(self, root):
        self.root = root
        for part in PARTS:
            target = root / part
            target.parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy2
            copy(ROOT / part, target)
        self.write("_toc.yml", TOC)
        self.write("book/intro.md", "# A book\n\nIt begins here.\n")
        self.write("book/references.bib", "")
        self.write("book/references.md", "# References\n\nThere are none.\n")
        self.chapter()

    def write(self, path, text):
        """Write one file of the book."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def chapter(self, text=TEXT, spoil=lambda notebook: None):
        """Write a chapter and the notebook that a run of it would have stored."""
        self.write("book/neurons/demo.md", text)
        chapter = Chapter(self.root / "book/neurons/demo.md", self.root)
        notebook = draft(chapter).notebook
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        for count, cell in enumerate(code, start=1):
            cell.execution_count = count
        code[-1].outputs = [nbformat.v4.new_output("display_data", {"image/svg+xml": SQUARE})]
        spoil(notebook)
        self.write("book/neurons/demo.ipynb", dump(sealed(chapter, notebook, [])))

    def build(self, **environment):
        """Run the build; return its exit code and what it printed."""
        command = [sys.executable, self.root / "book/_ext/build.py", "--quiet"]
        env = os.environ | environment
        run = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        return run.returncode, run.stdout + run.stderr

    @property
    def site(self):
        """Where the site goes."""
        return self.root / "_build" / "html"
