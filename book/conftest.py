"""How ``pytest --nbval-lax book`` runs the chapters: every cell must run, as it ran in refresh.

Only a cell tagged ``nbval-check-output`` must show what the book shows, and there the text:
figures differ in the last digit from one processor to the next, and glued values stand in the
prose, where the cell that computes them can be checked itself. A chapter whose published data
are not here runs on built-in samples, and what it shows is not compared.
"""

import os
import re
import tempfile
from functools import cache
from pathlib import Path

import nbval.kernel
import pytest

from labkit.grading.kernels import BlockingFileKernelManager

_NOT_COMPARED = ("image/", "application/papermill.record/")
_PATH, _WITHOUT = pytest.StashKey(), pytest.StashKey()


def pytest_configure(config):
    """Run the kernels in this environment, and find the data from any folder."""
    config.option.nbval_current_env = True
    os.environ["LABKIT_PROGRESS"] = "0"
    os.environ["LABKIT_OFFLINE"] = "1"  # no test fetches anything
    # with ports, kernels that start at one moment may race for one
    nbval.kernel.KernelManager = BlockingFileKernelManager
    # several chapters run at a time: threads of their own would only get in each other's way
    for name in (
        "OMP_NUM_THREADS",
        "TF_NUM_INTRAOP_THREADS",
        "TF_NUM_INTEROP_THREADS",
    ):
        os.environ.setdefault(name, "1")
    if os.environ.get("LABKIT_DATA"):
        os.environ["LABKIT_DATA"] = str(Path(os.environ["LABKIT_DATA"]).resolve())


@pytest.hookimpl(
    tryfirst=True
)  # before the kernel of the item's notebook is started
def pytest_runtest_setup(item):
    """Run the chapters of part I where TensorFlow and Keras cannot be imported."""
    before = item.config.stash.setdefault(_PATH, os.environ.get("PYTHONPATH", ""))
    if item.path.parent.name == "neurons":
        folder = (
            item.config.stash.setdefault(_WITHOUT, None) or _without_tensorflow()
        )
        item.config.stash[_WITHOUT] = folder
        os.environ["PYTHONPATH"] = os.pathsep.join(
            filter(None, [folder.name, before])
        )
    else:
        os.environ["PYTHONPATH"] = before


def _without_tensorflow():
    """Make a folder in which TensorFlow and Keras are nothing but an error."""
    folder = tempfile.TemporaryDirectory(prefix="without-tensorflow-")
    for name in ("tensorflow", "keras"):
        text = f"raise ImportError('part I of the course does without {name}')\n"
        Path(folder.name, f"{name}.py").write_text(text, encoding="utf-8")
    return folder


def pytest_itemcollected(item):
    """Leave figures and glued values of a chapter out of the comparison."""
    if not hasattr(item, "cell"):
        return
    shown = {
        kind
        for output in item.cell.get("outputs", [])
        for kind in output.get("data", {})
    }
    skipped = {kind for kind in shown if kind.startswith(_NOT_COMPARED)}
    item.parent.skip_compare = (*item.parent.skip_compare, *skipped)
    if missing_data(item.path):
        item.options["check"] = False


@cache
def missing_data(path):
    """Return the names of the data sets that a chapter loads and that are not here."""
    names = set(
        re.findall(r"\bload\(\\?[\"']([\w-]+)", path.read_text(encoding="utf-8"))
    )
    if not names:
        return []
    from labkit import data

    names &= {*data.names()}  # others load models
    try:
        return sorted(
            name
            for name in names
            if not all(found.ok for found in data.status(name))
        )
    except (
        data.DataError
    ):  # what is wrong with the settings, the chapter's own cell says better
        return []


def pytest_terminal_summary(terminalreporter):
    """Say of which chapters the outputs were not compared, and why."""
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports(
        "failed"
    )
    root = terminalreporter.config.rootpath
    for file in sorted({report.fspath for report in reports}):
        if names := missing_data(root / file):
            terminalreporter.write_line(
                f"{file}: not compared, {', '.join(names)} not here"
            )
