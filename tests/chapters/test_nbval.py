"""nbval, as `make test` calls it: every cell runs, and what is tagged is compared."""

import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from chapters import ROOT
from draft import draft
from nbformat.v4 import new_output

PLOT = """import matplotlib.pyplot as plt
fig, ax = plt.subplots(figsize=(1, 1))
print("drawn")"""
GLUE = """from IPython.display import publish_display_data
publish_display_data(
    {"application/papermill.record/text/plain": "0.5"}, {"scrapbook": {"name": "half"}}
)
print("glued")"""
# one worker, one run of pytest inside
pytestmark = pytest.mark.xdist_group("nbval")
CHECKED, UNCHECKED = "nbval-check-output", "hide-input"
GLUED = "application/papermill.record/text/plain"


def printed(text):
    return new_output("stream", text=text)


def shown(**data):
    return new_output("display_data", data)


CHANNELS = """from ipykernel.kernelapp import IPKernelApp
print(IPKernelApp.instance().transport)"""
# name: (tag, code, outputs in the stored notebook, what must come of it)
CELLS = {
    "an equal text": (CHECKED, "print(1 + 1)", [printed("2\n")], "PASSED"),
    "channels": (CHECKED, CHANNELS, [printed("ipc\n")], "PASSED"),  # no race for ports
    "another text": (CHECKED, "print(1 + 2)", [printed("4\n")], "FAILED"),
    "another result": (CHECKED, "6 * 7", [shown(**{"text/plain": "43"})], "FAILED"),
    "another text, unchecked": (UNCHECKED, "print(5)", [printed("6\n")], "PASSED"),
    "another figure": (
        CHECKED,
        PLOT,
        [
            printed("drawn\n"),
            shown(**{"image/png": "aaaa", "text/plain": "<Figure size 100x100 with 1 Axes>"}),
        ],
        "PASSED",
    ),
    "another figure and another text": (
        CHECKED,
        PLOT,
        [
            printed("redrawn\n"),
            shown(**{"image/png": "aaaa", "text/plain": "<Figure size 100x100 with 1 Axes>"}),
        ],
        "FAILED",
    ),
    "another glued value": (CHECKED, GLUE, [printed("glued\n"), shown(**{GLUED: "9"})], "PASSED"),
    "a text that is gone": (CHECKED, "pass", [printed("gone\n")], "FAILED"),
    "a text that is new": (CHECKED, "print('new')", [], "FAILED"),
    "an error": (UNCHECKED, "1 / 0", [], "FAILED"),
    "TensorFlow in part I": (UNCHECKED, "import tensorflow", [], "FAILED"),
    "Keras in part I": (UNCHECKED, "import keras", [], "FAILED"),
    "an expected error": ("raises-exception", "1 / 0", [], "PASSED"),
    "a shortened run": (
        CHECKED,
        "import os\nprint(os.environ['LABKIT_QUICK'])",
        [printed("1\n")],
        "PASSED",
    ),
}


DATA = """class DataError(Exception):
    pass


class Here:
    ok = True


class Gone:
    ok = False


def status(name):
    return [Here] if name == "here" else [Gone]


def load(name):
    return f"the sample of {name}"


def names():
    return ("here", "gone")
"""


# what the tiny labkit lacks comes from the real one
BOTH = "from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)\n"


def stored(chapter, outputs):
    """Store a chapter with these outputs of its cells, unexecuted; its first cell has none."""
    notebook = draft(chapter).notebook
    for count, cell in enumerate(c for c in notebook.cells if c.cell_type == "code"):
        cell.execution_count = count + 1
        cell.outputs = [[], *outputs][count]
    nbformat.write(notebook, chapter.notebook)


def nbval(course):
    """Run nbval on the chapters of a course, as `make test` does, and return what it prints."""
    shutil.copy(ROOT / "book" / "conftest.py", course.root / "book")
    shutil.copy(ROOT / "pyproject.toml", course.root)
    course.write("labkit/__init__.py", BOTH)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rA", "-n1", "--dist=loadfile", "--nbval-lax", "book"],
        cwd=course.root,
        env=os.environ | {"LABKIT_QUICK": "1", "PYTHONPATH": str(course.root)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def report(tmp_path_factory, make_course, tagged):
    """Outcome of each cell by its name, and what pytest printed."""
    course = make_course(tmp_path_factory.mktemp("nbval"))
    chapter = course.chapter(*(tagged(tag, code) for tag, code, _, _ in CELLS.values()))
    stored(chapter, [outputs for _, _, outputs, _ in CELLS.values()])
    printed = nbval(course)
    found = re.findall(r"(PASSED|FAILED) book/neurons/demo\.ipynb::Cell (\d+)", printed)
    outcomes = {int(number): outcome for outcome, number in found}
    return {name: outcomes.get(n) for n, name in enumerate(CELLS, 1)}, printed


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_passes_only_if_it_runs_and_shows_what_it_should(report, name):
    outcomes, text = report
    assert outcomes[name] == CELLS[name][-1], text


def test_the_failure_shows_what_was_stored_and_what_came(report):
    assert re.search(r"mismatch 'stdout'", report[1])


@pytest.fixture(scope="module")
def data_report(tmp_path_factory, make_course, tagged):
    """What pytest printed of two chapters whose stored outputs are old, on data here and gone."""
    course = make_course(tmp_path_factory.mktemp("nbval"))
    course.write("labkit/data.py", DATA)
    for name in ("here", "gone"):
        code = f"from labkit.data import load\nprint(load('{name}'))  # no keras.load('model')"
        chapter = course.chapter(tagged(CHECKED, code), name=name)
        stored(chapter, [[printed("as in the book\n")]])
    return nbval(course)


@pytest.mark.parametrize(
    "line",
    [
        "FAILED book/neurons/here.ipynb::Cell 1",
        "PASSED book/neurons/gone.ipynb::Cell 1",
        "book/neurons/gone.ipynb: not compared, gone not here",
    ],
)
def test_outputs_are_compared_where_the_published_data_are(data_report, line):
    assert line in data_report
    assert "here.ipynb: not compared" not in data_report
