"""What students get: complete, checked, and without a word of the answers."""

import json

import nbformat
import pytest

from labkit.errors import LabkitError
from labkit.grading.cells import grading, marked_cells
from labkit.grading.release import STAMPS, release
from labkit.site import repository

pytestmark = pytest.mark.nbgrader


def cell_of(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)


@pytest.fixture
def released(mini, make_course, tmp_path):
    output = tmp_path / "out"
    release(make_course(mini), output)
    return nbformat.read(output / "mini" / "mini.ipynb", as_version=4)


def test_the_release_has_stubs_and_visible_tests_and_the_address(released):
    sources = {cell.id: cell.source for cell in released.cells}
    assert sources["first"] == f"# From {repository()}"
    assert sources["double"] == "def double(x):\n    raise NotImplementedError  # YOUR CODE HERE"
    assert "double of 3" in sources["double-test"]
    assert sources["why"] == "*Your answer here.*"
    assert not [text for text in sources.values() if "HIDDEN" in text or "of 10" in text]


def test_the_release_carries_points_and_is_locked(released):
    test = cell_of(released, "double-test")
    assert grading(test)["points"] == 2
    assert test.metadata["editable"] is False


def test_the_release_is_the_same_bytes_every_time(mini, make_course, tmp_path):
    course = make_course(mini)
    for name in ("one", "two"):
        release(course, tmp_path / name)
    one, two = ((tmp_path / name / "mini" / "mini.ipynb").read_bytes() for name in ("one", "two"))
    assert one == two


def test_the_course_folder_is_only_read(mini, make_course, tmp_path):
    course = make_course(mini)
    before = sorted(path for path in course.rglob("*"))
    release(course, tmp_path / "out")
    assert sorted(path for path in course.rglob("*")) == before


def test_what_has_not_changed_is_kept_and_what_has_is_made(mini, make_course, tmp_path):
    course, output = make_course(mini), tmp_path / "out"
    assert release(course, output) == {"mini": True}
    assert release(course, output) == {"mini": False}
    mini.cells[0].source = "# Other words"
    make_course(mini)
    assert release(course, output) == {"mini": True}
    assert "Other words" in (output / "mini" / "mini.ipynb").read_text()


def test_a_release_that_somebody_altered_is_made_anew(mini, make_course, tmp_path):
    course, output = make_course(mini), tmp_path / "out"
    release(course, output)
    path = output / "mini" / "mini.ipynb"
    good = path.read_bytes()
    path.write_bytes(good.replace(b"Write", b"Wrote"))
    assert release(course, output) == {"mini": True}
    assert path.read_bytes() == good


@pytest.mark.parametrize("damage", ["{", "[]", "null"])
def test_damaged_stamps_only_cost_time(mini, make_course, tmp_path, damage):
    course, output = make_course(mini), tmp_path / "out"
    output.mkdir()
    (output / STAMPS).write_text(damage)
    assert release(course, output) == {"mini": True}
    assert list(json.loads((output / STAMPS).read_text())) == ["mini"]


def test_a_workshop_that_is_gone_goes_from_the_output_too(mini, make_course, tmp_path):
    course, output = make_course(mini), tmp_path / "out"
    release(course, output)
    (course / "source" / "mini").rename(course / "source" / "away")
    (course / "source" / "away" / "mini.ipynb").rename(course / "source" / "away" / "away.ipynb")
    assert release(course, output) == {"away": True}
    assert not (output / "mini").exists()


def spoil(notebook, name, change):
    """Apply one fault to the workshop."""
    cell = cell_of(notebook, name)
    change(cell, cell.metadata.get("nbgrader"))
    return notebook


FAULTS = {
    "a grade_id twice": ("square", lambda c, m: m.update(grade_id="double"), "stands on 2 cells"),
    "no points": ("double-test", lambda c, m: m.pop("points"), "has points None"),
    "no positive points": ("double-test", lambda c, m: m.update(points=0), "has points 0"),
    "an old schema": ("double", lambda c, m: m.update(schema_version=2), "schema_version 2, not 3"),
    "metadata in part": ("double", lambda c, m: m.pop("locked"), r"lacks nbgrader .*'locked'"),
    "no grade_id": ("double", lambda c, m: m.pop("grade_id"), "no grade_id"),
    "no region": (
        "double",
        lambda c, m: c.update(source="def double(x):\n    return x + x"),
        "students would get a bare stub",
    ),
    "a test without its task": (
        "double-test",
        lambda c, m: m.update(grade_id="treble-test"),
        "follows no solution cell 'treble'",
    ),
    "half a hidden region": (
        "double-test",
        lambda c, m: c.update(source=c.source.replace("### END HIDDEN TESTS", "")),
        "without the other",
    ),
    "hidden tests elsewhere": (
        "double-text",
        lambda c, m: c.update(source="BEGIN HIDDEN TESTS\na\nEND HIDDEN TESTS"),
        "is not a test cell",
    ),
    "outputs": ("double", lambda c, m: c.update(execution_count=1), "has outputs"),
    "a misspelt placeholder": (
        "first",
        lambda c, m: c.update(source="# {{repositry}}"),
        "placeholder {{repositry}} left",
    ),
    "the answer in the text": (
        "double-text",
        lambda c, m: c.metadata.update(note="x\n    return x**2  # itself times itself\n"),
        "shows the secret line: return x",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_source_is_refused_and_nothing_is_left(fault, mini, make_course, tmp_path):
    name, change, message = FAULTS[fault]
    stale = tmp_path / "out" / "mini" / "mini.ipynb"
    stale.parent.mkdir(parents=True)
    stale.write_text("an old release")
    with pytest.raises(LabkitError, match=message):
        release(make_course(spoil(mini, name, change)), tmp_path / "out")
    assert not stale.parent.exists()


def test_another_language_is_refused(mini, make_course, tmp_path):
    mini.metadata.kernelspec.language = "R"
    with pytest.raises(LabkitError, match="language 'R', not 'python'"):
        release(make_course(mini), tmp_path / "out")


def test_a_workshop_without_tasks_is_refused(mini, make_course, tmp_path):
    mini.cells = [cell for cell in mini.cells if cell not in marked_cells(mini)]
    with pytest.raises(LabkitError, match="nothing to grade"):
        release(make_course(mini), tmp_path / "out")


def test_secrets_in_files_beside_the_notebook_are_found(mini, make_course, tmp_path):
    course = make_course(mini)
    (course / "source" / "mini" / "notes.txt").write_text("print('double of 10')\n### END SOLUTION")
    with pytest.raises(LabkitError, match=r"notes.txt contains END SOLUTION"):
        release(course, tmp_path / "out")
