"""A small workshop of three tasks, to try the tools on: what is planted here is known."""

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).parents[2]
EXERCISES = ROOT / "exercises"
GUIDE = ROOT / "book" / "instructor" / "guide.md"
BLOCK = re.compile(r"^```\{code-block\} \w+\n:class: (\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

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
        new_code_cell("# Install {{labkit}}", id="first"),
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


@pytest.fixture(scope="session")
def exercises():
    """The course folder."""
    return EXERCISES


@pytest.fixture(scope="session")
def call_course():
    """A function that changes a course's name in its settings, as the guide tells to."""

    def call(folder, name):
        path = folder / "nbgrader_config.py"
        settings, count = re.subn('(course_id = )".*"', rf'\1"{name}"', path.read_text())
        assert count == 1
        path.write_text(settings)

    return call


@pytest.fixture(scope="session")
def guide():
    """The instructor guide."""
    return GUIDE


@pytest.fixture(scope="session")
def guide_blocks():
    """The code blocks of the guide that have a class: pairs of the class and the code."""
    return BLOCK.findall(GUIDE.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def guide_block(guide_blocks):
    """A function that finds the guide's only block of a class."""

    def find(kind):
        (body,) = [body for found, body in guide_blocks if found == kind]
        return body

    return find
