"""How ``pytest --nbval-lax book`` runs the chapters: every cell must run, as it ran in refresh.

Only a cell tagged ``nbval-check-output`` must show what the book shows, and there the text:
figures differ in the last digit from one processor to the next, and glued values stand in the
prose, where the cell that computes them can be checked itself.
"""

import os
from pathlib import Path

_NOT_COMPARED = ("image/", "application/papermill.record/")


def pytest_configure(config):
    """Run the kernels in this environment, and find the data from any folder."""
    config.option.nbval_current_env = True
    if os.environ.get("LABKIT_DATA"):
        os.environ["LABKIT_DATA"] = str(Path(os.environ["LABKIT_DATA"]).resolve())


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
