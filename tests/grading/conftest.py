"""A small workshop of three tasks, to try the tools on: what is planted here is known."""

import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

EXERCISES = Path(__file__).parents[2] / "exercises"

TEST = """\
def check(title, returned, expected, points):
    right = returned == expected
    print("✓" if right else "✗", title)
    if not right:
        print("    returned   ", returned, "\\n    expected   ", expected)
    return points * right

points = check("{name} of 3", {name}(3), {three}, {half})
### BEGIN HIDDEN TESTS
points += check("{name} of 10", {name}(10), {ten}, {half})
### END HIDDEN TESTS
points"""


def _marks(name, **more):
    about = {"grade": False, "grade_id": name, "locked": False, "schema_version": 3}
    return {"nbgrader": about | {"solution": False, "task": False} | more}


def _task(name, body, three, ten, points):
    solution = f"def {name}(x):\n    ### BEGIN SOLUTION\n    {body}\n    ### END SOLUTION"
    tests = TEST.format(name=name, three=three, ten=ten, half=points / 2)
    graded = _marks(f"{name}-test", grade=True, locked=True, points=points)
    return [
        new_markdown_cell(f"Write `{name}(x)`.", id=f"{name}-text"),
        new_code_cell(solution, id=name, metadata=_marks(name, solution=True)),
        new_code_cell(tests, id=f"{name}-test", metadata=graded),
    ]


def _mini():
    why = _marks("why", solution=True, grade=True, points=1)
    cells = [
        new_code_cell("# From {{repository}}", id="first"),
        *_task("double", "return x + x  # twice", 6, 20, points=2),
        *_task("square", "return x**2  # itself times itself", 9, 100, points=4),
        new_markdown_cell("Because two is the number of hands.", id="why", metadata=why),
    ]
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": spec})


def write_course(folder, notebook):
    """Make a course folder around a notebook called mini."""
    (folder / "source" / "mini").mkdir(parents=True, exist_ok=True)
    shutil.copy(EXERCISES / "nbgrader_config.py", folder)
    nbformat.write(notebook, folder / "source" / "mini" / "mini.ipynb")
    return folder


@pytest.fixture
def mini():
    """The instructor's notebook, fresh for each test to spoil."""
    return _mini()


@pytest.fixture
def make_course(tmp_path):
    """A function that makes (or changes) the course of this test."""
    return lambda notebook: write_course(tmp_path / "course", notebook)


@pytest.fixture(scope="module")
def mini_course(tmp_path_factory):
    """A course with the faultless workshop, for the tests of one module to share."""
    return write_course(tmp_path_factory.mktemp("mini"), _mini())
