"""Strips of links and workshop cards: escaped, and clear about what they lack."""

from types import SimpleNamespace

import launch
import pages
import pytest
import workshops
from bookmap import ROOT
from bs4 import BeautifulSoup
from nbformat import from_dict
from sphinx.errors import ExtensionError

TITLE = """One <unit>, "sharp" & 'blunt'"""


def test_a_strip_says_any_title_as_it_is():
    html = launch.strip([(TITLE, "a.ipynb?b=1&lt=2")], f"Open: {TITLE}")
    strip = BeautifulSoup(html, "html.parser")
    assert strip.nav["aria-label"] == f"Open: {TITLE}"
    assert strip.a.text == TITLE
    assert strip.a["href"] == "a.ipynb?b=1&lt=2"
    assert {tag.name for tag in strip.find_all()} == {"nav", "ul", "li", "a"}


def test_a_description_says_any_text_as_it_is(monkeypatch):
    monkeypatch.setattr(pages, "own_description", lambda *_: TITLE)
    context = {}
    pages.describe(None, "a", "page.html", context, None)
    assert BeautifulSoup(context["metatags"], "html.parser").meta["content"] == TITLE


def workshop(names):
    """A workshop whose metadata name these concepts."""
    notebook = from_dict({"cells": [], "metadata": {"labkit": {"concepts": names}}})
    return SimpleNamespace(path="some.ipynb", notebook=notebook)


def test_a_workshop_examines_the_concepts_it_names():
    assert [c.id for c in workshops.examined(workshop(["N2", "N1"]), ROOT)] == ["N2", "N1"]


def test_a_concept_that_is_not_described_is_refused_with_its_workshop():
    words = r"some\.ipynb: its metadata name the concepts \['Q9'\], which book/concepts\.yml lacks"
    with pytest.raises(ExtensionError, match=words):
        workshops.examined(workshop(["N1", "Q9"]), ROOT)


def test_cards_stand_in_the_order_of_the_contents_and_those_without_a_page_last(tmp_path):
    toc = "- file: book/workshops/index\n- file: book/workshops/perceptron\n- file: book/workshops/mlp\n"
    (tmp_path / "_toc.yml").write_text(toc, encoding="utf-8")
    names = ["backpropagation", "mlp", "perceptron"]
    found = workshops.in_reading_order(names, tmp_path)
    assert found == ["perceptron", "mlp", "backpropagation"]


def test_a_malformed_list_of_concepts_is_refused_with_its_fault(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "concepts.yml").write_text("concepts: [N1]", encoding="utf-8")
    with pytest.raises(ExtensionError, match=r"concepts\.yml: `parts` must be a mapping"):
        workshops.examined(workshop(["N1"]), tmp_path)
