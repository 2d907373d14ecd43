"""What students get: complete, checked, and without a word of the answers."""

import json

import nbformat
import pytest

from labkit.errors import LabkitError
from labkit.grading.cells import grading, marked_cells
from labkit.grading.preprocessors import PLACEHOLDER, FillRequirement
from labkit.grading.release import STAMPS, release
from labkit.site import install_requirement, repository

pytestmark = pytest.mark.nbgrader


def cell_of(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)


@pytest.fixture
def released(mini, make_course, tmp_path):
    output = tmp_path / "out"
    release(make_course(mini), output)
    return nbformat.read(output / "mini" / "mini.ipynb", as_version=4)


def test_the_release_has_stubs_and_visible_tests_and_the_requirement(released):
    sources = {cell.id: cell.source for cell in released.cells}
    assert sources["first"] == f"# Install {install_requirement()}"
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


def test_another_branch_means_another_release(mini, make_course, tmp_path, monkeypatch):
    course, output = make_course(mini), tmp_path / "out"
    release(course, output)
    monkeypatch.setattr("labkit.site.branch", lambda: "autumn")
    assert release(course, output) == {"mini": True}


def test_the_placeholder_is_filled_with_the_branch_too(monkeypatch):
    monkeypatch.setattr("labkit.site.branch", lambda: "autumn")
    cell = nbformat.v4.new_code_cell(f'pip("{PLACEHOLDER}")')
    filled, _ = FillRequirement().preprocess_cell(cell, {}, 0)
    assert filled.source == f'pip("labkit @ git+{repository()}@autumn")'


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
        lambda c, m: c.update(source="# {{labkti}}"),
        "placeholder {{labkti}} left",
    ),
    "the answer in the text": (
        "double-text",
        lambda c, m: c.metadata.update(note="x\n    return x**2  # itself times itself\n"),
        "shows the secret line: return x",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_source_is_refused_and_what_stood_there_stays(fault, mini, make_course, tmp_path):
    name, change, message = FAULTS[fault]
    stale = tmp_path / "out" / "mini" / "mini.ipynb"
    stale.parent.mkdir(parents=True)
    stale.write_text("an old release")
    with pytest.raises(LabkitError, match=message):
        release(make_course(spoil(mini, name, change)), tmp_path / "out")
    assert [path.read_text() for path in (tmp_path / "out").rglob("*.ipynb")] == ["an old release"]


def test_a_release_made_in_vain_is_tried_again(mini, make_course, tmp_path):
    course, output = make_course(mini), tmp_path / "out"
    release(course, output)
    good = (output / "mini" / "mini.ipynb").read_bytes()
    mini.cells[0].source = "# {{labkti}}"
    with pytest.raises(LabkitError, match="labkti"):
        release(make_course(mini), output)
    assert (output / "mini" / "mini.ipynb").read_bytes() == good
    mini.cells[0].source = "# Mended"
    assert release(make_course(mini), output) == {"mini": True}
    assert "Mended" in (output / "mini" / "mini.ipynb").read_text()


def contents(folder):
    """All files under a folder, with their bytes."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("place", ["source", "source/mini", "source/new", "link"])
def test_an_output_in_the_sources_is_refused(place, mini, make_course):
    course = make_course(mini)
    (course / "link").symlink_to(course / "source")
    before = contents(course)
    with pytest.raises(LabkitError, match="lies in the course's sources"):
        release(course, course / place)
    assert contents(course) == before
    assert not (course / "source" / "new").exists()


@pytest.mark.parametrize("foreign", ["thesis.txt", "mini.ipynb.bak", "drafts/mini.ipynb"])
def test_a_folder_that_is_no_release_is_left_alone(foreign, mini, make_course, tmp_path):
    path = tmp_path / "out" / "mini" / foreign
    path.parent.mkdir(parents=True)
    path.write_text("years of work")
    with pytest.raises(LabkitError, match=r"out/mini was not made by labkit.grading.release"):
        release(make_course(mini), tmp_path / "out")
    assert contents(tmp_path / "out") == {path: b"years of work"}


@pytest.mark.parametrize("place", ["out", "out/mini"])
def test_a_file_in_the_way_is_left_alone(place, mini, make_course, tmp_path):
    path = tmp_path / place
    path.parent.mkdir(exist_ok=True)
    path.write_text("years of work")
    with pytest.raises(LabkitError, match="was not made by"):
        release(make_course(mini), tmp_path / "out")
    assert path.read_text() == "years of work"


def test_a_link_is_not_followed_to_what_it_names(mini, make_course, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "mini.ipynb").write_text("years of work")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mini").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(LabkitError, match="was not made by"):
        release(make_course(mini), tmp_path / "out")
    assert (tmp_path / "elsewhere" / "mini.ipynb").read_text() == "years of work"


def test_stamps_name_nothing_outside_the_output(mini, make_course, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "thesis").mkdir()
    (tmp_path / "out" / STAMPS).write_text('{"../thesis": "", "..": "", "": ""}')
    release(make_course(mini), tmp_path / "out")
    assert (tmp_path / "thesis").is_dir()


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
