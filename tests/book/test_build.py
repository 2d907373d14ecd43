"""A faulty book is not built: every time, with words that say where and what to do."""

import json
import shutil
import subprocess
import sys

import nbformat
import outputs
import pytest
from bookmap import EXT, ROOT
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

    def build(self):
        """Run the build; return its exit code and what it printed."""
        command = [sys.executable, self.root / "book/_ext/build.py", "--quiet"]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        return run.returncode, run.stdout + run.stderr

    @property
    def site(self):
        """Where the site goes."""
        return self.root / "_build" / "html"


@pytest.fixture
def book(tmp_path):
    """Return a sound book."""
    return Book(tmp_path)


def fail(notebook):
    notebook.cells[-1].outputs = [
        nbformat.v4.new_output("error", ename="NameError", evalue="no draw")
    ]


def forget(notebook):
    notebook.cells[-1].execution_count = None


STORED = [
    (fail, "book/neurons/demo.ipynb, cell 3: it failed with NameError: no draw"),
    (forget, "book/neurons/demo.ipynb, cell 3: it was never executed"),
]


@pytest.mark.parametrize(("spoil", "words"), STORED, ids=["error", "not executed"])
def test_a_stored_fault_is_named_with_page_and_cell(book, spoil, words):
    book.chapter(spoil=spoil)
    assert outputs.problems(book.root) == [words]


def test_a_sound_chapter_has_no_problem(book):
    assert outputs.problems(book.root) == []


def test_an_error_that_the_chapter_asks_for_is_none(book):
    book.chapter(TEXT.replace("mystnb:", "tags: [raises-exception]\nmystnb:"), spoil=fail)
    assert outputs.problems(book.root) == []


def test_a_text_that_was_changed_after_the_run_is_refused(book):
    file = book.root / "book/neurons/demo.md"
    file.write_text(TEXT.replace("A formula", "One formula"), encoding="utf-8")
    (problem,) = outputs.problems(book.root)
    assert problem.startswith("book/neurons/demo.ipynb: the text changed")


def test_a_notebook_that_was_edited_by_hand_is_refused(book):
    file = book.root / "book/neurons/demo.ipynb"
    notebook = json.loads(file.read_text(encoding="utf-8"))
    notebook["cells"][-1]["outputs"][0]["data"]["text/plain"] = "better than it was"
    file.write_text(json.dumps(notebook), encoding="utf-8")
    assert outputs.problems(book.root) == ["book/neurons/demo.ipynb: demo.ipynb was edited by hand"]


def test_a_chapter_that_was_never_executed_is_refused(book):
    (book.root / "book/neurons/demo.ipynb").unlink()
    assert outputs.problems(book.root) == ["book/neurons/demo.ipynb: it was never executed"]


def test_a_failed_chapter_fails_the_build_and_says_what_to_do(book):
    book.chapter(spoil=fail)
    code, said = book.build()
    assert code == 1
    assert "demo.ipynb, cell 3: it failed with NameError" in said
    assert "make refresh" in said
    assert not book.site.exists()


def test_a_workshop_without_release_fails_the_build(book):
    book.write("exercises/source/w/w.ipynb", "{}")
    code, said = book.build()
    assert code == 1
    assert "Not released" in said
    assert "labkit.grading.release" in said


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """What two builds in a row say of a book with many faults, and the book."""
    book = Book(tmp_path_factory.mktemp("faulty"))
    book.chapter(
        TEXT.replace("$a = b$", r"$\nosuchthing$ and $a = b$").replace(
            "alt: A red square", 'alt: " " #'
        )
    )
    faults = "![](square.svg)\n\nSee [](nowhere).\n\n$$\n\\frac{1\n$$\n\n{cite}`nobody1900`\n"
    book.write("book/intro.md", f"# A book\n\nIt begins here.\n\n{faults}")
    book.write("book/square.svg", SQUARE)
    return [book.build(), book.build()], book


FAULTS = {
    "formula in a chapter": r"book/neurons/demo.ipynb, cell 2: KaTeX parse error: Undefined control",
    "displayed formula": "book/intro.md, line 9: KaTeX parse error: Unexpected end of input",
    "figure of a cell": "book/neurons/demo.ipynb, cell 3: this figure has no alt text",
    "image in a text": "book/intro.md, line 5: this figure has no alt text",
    "reference": "'nowhere'",
    "citation": "nobody1900",
}


@pytest.mark.parametrize("run", [0, 1], ids=["first run", "second run"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_reported_on_every_run(faulty, fault, run):
    code, said = faulty[0][run]
    assert code == 1
    assert FAULTS[fault] in said


def test_a_faulty_book_leaves_no_site(faulty):
    assert not faulty[1].site.exists()


def test_a_failure_leaves_the_last_good_site_and_a_cure_replaces_it(book):
    assert book.build()[0] == 0
    before = (book.site / "book/intro.html").read_bytes()
    book.write("book/intro.md", "# A book\n\nSee [](nowhere).\n")
    assert book.build()[0] == 1
    assert (book.site / "book/intro.html").read_bytes() == before
    book.write("book/intro.md", "# A book\n\nIt is mended.\n")
    assert book.build()[0] == 0
    assert "It is mended." in (book.site / "book/intro.html").read_text(encoding="utf-8")


def test_a_folder_that_holds_something_else_is_not_replaced(tmp_path):
    import build

    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "to-mother.txt").write_text("Dear", encoding="utf-8")
    with pytest.raises(build.BuildError, match="holds something else than a book"):
        build.publish(tmp_path / "site", tmp_path / "letters")
    assert (tmp_path / "letters" / "to-mother.txt").exists()


def test_the_build_lives_where_make_and_the_readme_say():
    assert (EXT / "build.py").is_file()
    assert "book/_ext/build.py" in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "book/_ext/build.py" in (ROOT / "README.md").read_text(encoding="utf-8")
