"""A progress bar is for people who wait, and for nobody else."""

import io
import sys
from types import SimpleNamespace

import pytest

from labkit import progress


@pytest.fixture
def surroundings(monkeypatch):
    """Set where the process seems to run; nobody watches unless the test says so."""
    for name in ("LABKIT_PROGRESS", "LABKIT_DATA_STRICT", "NBGRADER_EXECUTION"):
        monkeypatch.delenv(name, raising=False)

    def set_up(notebook=False, terminal=False, widgets=True, **environment):
        shell = SimpleNamespace(kernel=object()) if notebook else None
        fake = SimpleNamespace(get_ipython=lambda: shell)
        monkeypatch.setitem(sys.modules, "IPython", fake)
        stream = io.StringIO()
        stream.isatty = lambda: terminal
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setattr(progress, "find_spec", lambda name: widgets or None)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return stream

    return set_up


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        ({"notebook": True}, True),
        ({"notebook": True, "widgets": False}, False),
        ({"notebook": True, "LABKIT_DATA_STRICT": "1"}, False),
        ({"notebook": True, "NBGRADER_EXECUTION": "autograde"}, False),
        ({"notebook": True, "NBGRADER_EXECUTION": "validate"}, False),
        ({"notebook": True, "LABKIT_PROGRESS": "0"}, False),
        ({"terminal": True}, True),
        ({"terminal": True, "LABKIT_DATA_STRICT": "1"}, True),
        ({"terminal": True, "LABKIT_PROGRESS": "0"}, False),
        ({}, False),
    ],
    ids=str,
)
def test_a_bar_is_shown_only_to_a_person(surroundings, where, shown):
    surroundings(**where)
    assert progress.has_audience() is shown


def test_without_standard_error_there_is_no_audience(surroundings, monkeypatch):
    surroundings()
    monkeypatch.setattr(sys, "stderr", None)
    assert progress.has_audience() is False


def test_a_bar_shows_its_text_and_what_it_says_later(surroundings):
    stream = surroundings()
    with progress.progress_bar("training", 2, shown=True) as advance:
        advance(1)
        advance(1, "epoch 2 of 2")
    assert "epoch 2 of 2" in stream.getvalue()


def test_a_hidden_bar_writes_nothing(surroundings):
    stream = surroundings(terminal=True)
    with progress.progress_bar("training", 2, shown=False) as advance:
        advance(2, "done")
    assert stream.getvalue() == ""
