import subprocess
import sys

import pytest

import labkit.data

HEAVY = ("tensorflow", "keras", "matplotlib", "pandas", "sklearn", "nbgrader")


def loaded_after(code):
    """Which heavy packages a fresh process has loaded after running this."""
    code += f"\nimport sys; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize(
    "code",
    ["import labkit", "import labkit.data", "import labkit.data.cli", "from labkit import data"],
)
def test_import_loads_no_heavy_package(code):
    assert loaded_after(code) == "[]"


def test_the_check_sees_a_heavy_package():
    assert loaded_after("import labkit, pandas") == "['pandas']"


def test_reading_images_loads_no_heavy_package(real):
    assert loaded_after("from labkit.data import load; load('mnist')") == "[]"


@pytest.mark.parametrize("name", labkit.data.__all__)
def test_public_names_exist_and_are_documented(name):
    assert getattr(labkit.data, name).__doc__
