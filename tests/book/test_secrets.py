"""No file of the built site shows an answer or a hidden check of a workshop.

What is secret is worked out here anew, and not by the code that makes the releases.
"""

import html
import json
import re
from functools import cache

import pytest
from bookmap import ROOT
from bs4 import BeautifulSoup

SOURCES = sorted((ROOT / "exercises" / "source").glob("*/*.ipynb"))
REGION = re.compile(r"### BEGIN (SOLUTION|HIDDEN TESTS|MARK SCHEME)(.*?)### END \1", re.DOTALL)
SHORT = 20  # a shorter line ("return z") says nothing that a chapter would not


def plain(text):
    """Text in which only words and signs count."""
    return re.sub(r"\s+", " ", html.unescape(text))


def source(cell):
    """Text of a cell."""
    return "".join(cell["source"])


def secret_parts(cell):
    """What of a cell only the instructor sees."""
    grading = cell["metadata"].get("nbgrader", {})
    if cell["cell_type"] == "markdown" and grading.get("solution"):
        return [source(cell)]
    return [match[2] for match in REGION.finditer(source(cell))]


def lines(text):
    """Lines long enough to give something away."""
    stripped = (plain(line).strip(" #") for line in text.splitlines())
    return {line for line in stripped if len(line) >= SHORT}


def secrets(path):
    """Lines of a workshop that must stay with the instructor.

    A line that the workshop shows elsewhere (the last hint of a task), or that a chapter
    teaches in so many words, is no secret.
    """
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    hidden = set().union(*(lines(part) for cell in cells for part in secret_parts(cell)))
    seen = [REGION.sub("", source(cell)) for cell in cells if cell["cell_type"] == "code"]
    seen += [
        source(cell) for cell in cells if cell["cell_type"] != "code" and not secret_parts(cell)
    ]
    seen += [page.read_text(encoding="utf-8") for page in (ROOT / "book").rglob("*.md")]
    public = plain("\n".join(seen))
    return {line for line in hidden if line not in public}


def readable(path):
    """What a file says: the text of a page, its source, or the cells of a notebook."""
    text = path.read_text(encoding="utf-8", errors="ignore")
    if path.suffix == ".ipynb":
        return "\n".join(source(cell) for cell in json.loads(text)["cells"])
    if path.suffix == ".html":
        return text + BeautifulSoup(text, "html.parser").get_text()
    return text


@cache
def texts(folder):
    """What every file of a folder says; reading the site takes seconds, so it is done once."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [
        (path, plain(readable(path))) for path in files if path.suffix not in (".woff2", ".png")
    ]


def leaks(folder, words):
    """Each line of `words` that stands in a file of `folder`, with the file's name."""
    return [
        f"{path.name}: {word}" for path, text in texts(folder) for word in words if word in text
    ]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_workshop_has_secrets(path):
    assert len(secrets(path)) > 20


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_file_of_the_site_shows_a_secret(site, path):
    assert leaks(site, secrets(path)) == []


@pytest.mark.parametrize("marker", ["BEGIN SOLUTION", "BEGIN HIDDEN TESTS", "BEGIN MARK SCHEME"])
def test_no_released_notebook_carries_a_marker(site, marker):
    texts = [path.read_text(encoding="utf-8") for path in (site / "workshops").rglob("*.ipynb")]
    assert texts
    assert not any(marker in text for text in texts)


def test_the_index_of_the_search_knows_no_instructor_file(site):
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    assert '"book/intro"' in index
    assert "exercises/" not in index


SECRET = "return np.where(secret_sum >= 0, 1, 0)"
PLACES = {
    "page.html": '<span class="k">return</span> <span>np.where(secret_sum &gt;= 0, 1, 0)</span>',
    "searchindex.js": f"Search.setIndex('{SECRET}')",
    "chapter.ipynb": json.dumps({"cells": [{"source": ["x = 1\n", f"{SECRET}\n"]}]}),
    "chapter.md.txt": f"text\n    {SECRET}\n",
}


@pytest.mark.parametrize("name", PLACES)
def test_a_planted_secret_is_found(tmp_path, name):
    (tmp_path / name).write_text(PLACES[name], encoding="utf-8")
    assert leaks(tmp_path, {SECRET}) == [f"{name}: {SECRET}"]
