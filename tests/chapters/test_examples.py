"""The examples in the docstrings of ``book/_ext`` run, and show what they say."""

import doctest
import importlib

import pytest
from chapters import ROOT

FILES = sorted((ROOT / "book" / "_ext").glob("*.py"))
WITH_EXAMPLES = [path.stem for path in FILES if ">>> " in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_the_examples_run(name):
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted > 0
    assert found.failed == 0


def test_most_of_what_sphinx_is_taught_has_an_example():
    assert {"katex", "launch", "outputs", "pages", "places"} <= set(WITH_EXAMPLES)
