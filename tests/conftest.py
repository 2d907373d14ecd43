"""What holds for all tests: several run at a time, each on one core."""

import os
from pathlib import Path

# before NumPy and TensorFlow are imported: threads of their own would only get in each other's way
for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
    os.environ.setdefault(name, "1")
WITHOUT = str(Path(__file__).parent / "without")  # what processes started here do without
if WITHOUT not in os.environ.get("PYTHONPATH", "").split(os.pathsep):
    os.environ["PYTHONPATH"] = os.pathsep.join(
        filter(None, [WITHOUT, os.environ.get("PYTHONPATH")])
    )


def pytest_collection_modifyitems(items):
    """Begin with what takes minutes in one piece, so that no worker waits for another at the end."""
    items.sort(key=lambda item: item.get_closest_marker("nbgrader") is None)
