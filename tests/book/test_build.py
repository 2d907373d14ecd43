"""A faulty book is not built: every time, with words that say where and what to do."""

import json
import shutil

import build
import nbformat
import outputs
import pytest
from bookmap import EXT, ROOT
from smallbook import SQUARE, TEXT, Book

from labkit import site


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


@pytest.mark.xdist_group("faulty")
@pytest.mark.parametrize("run", [0, 1], ids=["first run", "second run"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_reported_on_every_run(faulty, fault, run):
    code, said = faulty[0][run]
    assert code == 1
    assert FAULTS[fault] in said


@pytest.mark.xdist_group("faulty")
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


FORK = "https://github.com/a-fork/of-it"


def test_a_fork_changes_one_line(book):
    stored = (book.root / "book/neurons/demo.ipynb").read_bytes()
    ours = site.repository()
    settings = (ROOT / "_config.yml").read_text(encoding="utf-8")
    book.write("_config.yml", settings.replace(ours, FORK))
    shutil.copytree(ROOT / "labkit", book.root / "labkit")
    code, said = book.build(PYTHONPATH=str(book.root))
    assert code == 0, said
    offered = nbformat.read(book.site / "_sources/book/neurons/demo.ipynb", as_version=4)
    assert f'"labkit @ git+{FORK}@' in offered.cells[0].source
    files = {path: path.read_bytes() for path in book.site.rglob("*") if path.is_file()}
    assert [path.name for path, content in files.items() if ours.encode() in content] == []
    assert (book.root / "book/neurons/demo.ipynb").read_bytes() == stored


@pytest.fixture
def letters(tmp_path):
    """A folder of somebody's own, still to be named by `write_to`."""

    def write_to(name):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "to-mother.txt").write_text("Dear", encoding="utf-8")
        return tmp_path / name / "to-mother.txt"

    return write_to


@pytest.mark.parametrize(
    ("place", "what"), [("site", "a book"), (".site-build", "a build")], ids=["site", "work"]
)
def test_a_folder_that_holds_something_else_is_refused_and_left(tmp_path, letters, place, what):
    letter = letters(place)
    with pytest.raises(build.BuildError, match=rf"{place} holds something else than {what}"):
        build.build(tmp_path / "site")
    assert letter.read_text(encoding="utf-8") == "Dear"


def test_a_file_in_the_place_of_the_site_is_refused_and_left(tmp_path):
    (tmp_path / "site").write_text("mine", encoding="utf-8")
    with pytest.raises(build.BuildError, match="holds something else than a book"):
        build.build(tmp_path / "site")


def published(output):
    """Go the way of a build without Sphinx: an empty site into its place."""
    work = build.work_folder(output)
    with build.workplace(work):
        (work / "html").mkdir(exist_ok=True)
        (work / "html" / "searchindex.js").touch()
        build.publish(work, output)


def test_the_build_leaves_the_folders_beside_the_site_alone(tmp_path, letters):
    names = [".book", "html.new", "html.old"]
    beside = [letters(name) for name in names]
    published(tmp_path / "html")
    published(tmp_path / "html")
    assert [letter.exists() for letter in beside] == [True] * 3
    assert {path.name for path in tmp_path.iterdir()} == {"html", ".html-build", *names}
    files = {path.name for path in (tmp_path / ".html-build").iterdir()}
    assert files == {"html", "shape", build.MARK}


SHAPING = [
    "_config.yml",
    "book/_ext/katex.py",
    "book/_static/course.css",
    "book/_templates/404.html",
    "book/_vendor/katex/katex.min.js",
    "book/_vendor/katex/fonts/KaTeX_Main-Regular.woff2",
]


@pytest.mark.parametrize("path", SHAPING)
def test_what_shapes_every_page_makes_the_build_forget(book, monkeypatch, path):
    monkeypatch.setattr(build, "ROOT", book.root)
    before = build.shape()
    with open(book.root / path, "ab") as file:
        file.write(b"\n")
    assert build.shape() != before


def test_a_file_of_another_name_makes_the_build_forget(book, monkeypatch):
    monkeypatch.setattr(build, "ROOT", book.root)
    before = build.shape()
    (book.root / "book/_static/course.css").rename(book.root / "book/_static/coarse.css")
    assert build.shape() != before


def test_the_build_lives_where_make_and_the_readme_say():
    assert (EXT / "build.py").is_file()
    assert "book/_ext/build.py" in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "book/_ext/build.py" in (ROOT / "README.md").read_text(encoding="utf-8")
