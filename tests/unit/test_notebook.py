import sys
import types

import nbformat
import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter

from labkit import notebook


@pytest.fixture
def published(monkeypatch):
    """What a notebook's shell would receive."""
    messages = []
    shell = types.SimpleNamespace(
        display_formatter=DisplayFormatter(),
        display_pub=types.SimpleNamespace(publish=lambda **message: messages.append(message)),
    )
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    return messages


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.25, "0.25"),
        (3, "3"),
        ("setosa", "'setosa'"),
        (np.float64(0.25), "0.25"),
        (np.int64(3), "3"),
        (np.array(0.5), "0.5"),
    ],
    ids=repr,
)
def test_values_are_stored_as_plain_text_that_a_format_can_use(published, value, text):
    notebook.glue("name", value)
    (message,) = published
    assert message["data"] == {"application/papermill.record/text/plain": text}
    assert message["metadata"]["scrapbook"] == {
        "name": "name",
        "mime_prefix": "application/papermill.record/",
    }


def test_an_array_is_stored_as_it_is_displayed(published):
    notebook.glue("weights", np.array([1, 2]))
    assert published[0]["data"]["application/papermill.record/text/plain"] == "array([1, 2])"


def test_myst_nb_finds_the_value_under_its_name(published):
    from myst_nb.ext.glue import extract_glue_data_cell

    notebook.glue("accuracy", 0.95)
    output = nbformat.v4.new_output("display_data", **published[0])
    ((name, data),) = extract_glue_data_cell(nbformat.v4.new_code_cell(outputs=[output]))
    assert (name, data["data"]) == ("accuracy", {"text/plain": "0.95"})


def test_outside_a_notebook_nothing_happens(monkeypatch, capsys):
    monkeypatch.setattr("IPython.get_ipython", lambda: None)
    assert notebook.glue("name", 1) is None
    assert capsys.readouterr().out == ""


def test_without_ipython_nothing_happens(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", None)
    assert notebook.glue("name", 1) is None


@pytest.mark.parametrize("name", ["", "two words", "a:b", "a`b", 3, None])
def test_a_name_that_cannot_be_quoted_is_refused(name):
    with pytest.raises(ValueError, match=r"name must be text without spaces"):
        notebook.glue(name, 1)
