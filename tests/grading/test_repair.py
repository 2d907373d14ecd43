"""A notebook gets the cells of its release back, whatever a student or a program did to them."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from labkit.grading.cells import grading, with_answers
from labkit.grading.course import Course
from labkit.grading.repair import Original, originals, repair
from labkit.grading.workshop import Workshop

pytestmark = [pytest.mark.nbgrader, pytest.mark.xdist_group("repair")]


@pytest.fixture(scope="module")
def course(mini_course, tmp_path_factory):
    course = Course.copy(mini_course, tmp_path_factory.mktemp("repair") / "course")
    course.release("mini")
    return course


@pytest.fixture(scope="module")
def release(course):
    """The cells that the gradebook knows."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course.folder}/gradebook.db") as book:
        return originals(book, "mini", "mini")


@pytest.fixture
def handed_in(course):
    """A faultless submission, to be spoilt."""
    notebook = Workshop(course.folder / "release" / "mini").notebook
    return with_answers(notebook, course.workshops["mini"].reference)


def cell_of(notebook, name):
    return next(cell for cell in notebook.cells if grading(cell).get("grade_id") == name)


def names(notebook):
    return [grading(cell)["grade_id"] for cell in notebook.cells if grading(cell)]


ORDER = ["double", "double-test", "square", "square-test", "why"]


def test_the_gradebook_tells_the_cells_of_the_release(release):
    assert [original.name for original in release] == ORDER
    test = release[1]
    assert (test.grade, test.solution, test.locked, test.points) == (True, False, True, 2)
    assert "HIDDEN" in test.source
    why = release[4]
    assert (why.cell_type, why.grade, why.solution, why.locked) == ("markdown", True, True, False)


def test_a_submission_in_order_is_left_alone(handed_in, release):
    before = nbformat.from_dict(handed_in)
    assert repair(handed_in, release) == []
    assert names(handed_in) == ORDER
    for cell in before.cells:  # but that the tests are whole again
        if grading(cell).get("locked"):
            cell.source = cell_of(handed_in, grading(cell)["grade_id"]).source
    assert [cell.source for cell in handed_in.cells] == [cell.source for cell in before.cells]


def copied(notebook):
    test = cell_of(notebook, "double-test")
    notebook.cells.append(nbformat.from_dict(test | {"id": "pasted"}))


def copied_without_a_name(notebook):
    copy = new_code_cell("1 + 1", metadata={"nbgrader": {}})
    notebook.cells.insert(2, copy)


def split(notebook):
    """A split cell: both halves carry the settings of the whole."""
    answer = cell_of(notebook, "double")
    half = nbformat.from_dict(answer | {"id": "half", "source": "a = 1"})
    notebook.cells.insert(notebook.cells.index(answer), half)


def merged(notebook):
    """A test merged into the answer above it."""
    answer, test = cell_of(notebook, "double"), cell_of(notebook, "double-test")
    answer.source += "\n\n" + test.source
    notebook.cells.remove(test)


def deleted(*gone):
    def damage(notebook):
        for name in gone:
            notebook.cells.remove(cell_of(notebook, name))

    return damage


def changed(name, **settings):
    def damage(notebook):
        cell_of(notebook, name).metadata["nbgrader"].update(settings)

    return damage


def retyped(name, cell_type):
    def damage(notebook):
        cell = cell_of(notebook, name)
        for key in ("outputs", "execution_count"):
            cell.pop(key, None)
        cell.cell_type = cell_type

    return damage


def tagged(notebook):
    cell_of(notebook, "double-test").metadata["tags"] = ["skip-execution", "mine"]


def of_another_workshop(notebook):
    settings = {"grade": True, "grade_id": "stranger", "points": 99, "schema_version": 3}
    notebook.cells.append(new_code_cell("99", metadata={"nbgrader": settings}))


def nonsense(notebook):
    notebook.cells.append(new_code_cell("1", metadata={"nbgrader": "yes"}))
    notebook.cells.append(new_code_cell("1", metadata={"nbgrader": {"grade_id": ["x"]}}))


DAMAGES = {
    "a copied test": (copied, ["'double-test' was there more than once"]),
    "an ordinary cell with empty settings": (copied_without_a_name, []),
    "a split answer": (split, ["'double' was there more than once"]),
    "a test merged into the answer": (merged, ["'double-test' was missing"]),
    "a deleted test": (deleted("square-test"), ["'square-test' was missing"]),
    "the first cells deleted": (
        deleted("double-test", "square-test", "why"),
        ["'double-test' was missing", "'square-test' was missing", "'why' was missing"],
    ),
    "an older version": (changed("double-test", schema_version=2), ["'double-test' were changed"]),
    "a newer version": (changed("double", schema_version=4), ["'double' were changed"]),
    "no version": (changed("double", schema_version=None), ["'double' were changed"]),
    "more points": (changed("double-test", points=50), ["'double-test' were changed"]),
    "a test that carries none": (
        changed("double-test", grade=False),
        ["'double-test' were changed"],
    ),
    "a test to be written": (changed("double-test", solution=True), ["'double-test' were changed"]),
    "an answer that is none": (changed("double", solution=False), ["'double' were changed"]),
    "a test that is raw": (retyped("double-test", "raw"), ["was a raw cell; it is code"]),
    "an answer that is text": (retyped("double", "markdown"), ["was a markdown cell; it is code"]),
    "a test to skip": (tagged, ["tagged 'skip-execution'"]),
    "a cell of another workshop": (of_another_workshop, ["not of this workshop"]),
    "settings that are none": (nonsense, ["not of this workshop"]),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_was_damaged_is_restored_and_said(damage, handed_in, release):
    spoil, sentences = DAMAGES[damage]
    spoil(handed_in)
    said = repair(handed_in, release)
    assert sorted(names(handed_in)) == sorted(ORDER)
    for original in release:
        cell = cell_of(handed_in, original.name)
        assert cell.metadata["nbgrader"] == original.settings
        assert cell.cell_type == original.cell_type
        assert "skip-execution" not in cell.metadata.get("tags", [])
        if original.locked:
            assert cell.source == original.source
    assert all(any(part in sentence for sentence in said) for part in sentences), said
    assert len(said) >= len(sentences)
    assert repair(handed_in, release) == []
    nbformat.validate(handed_in)


def test_what_a_student_wrote_stays(handed_in, release):
    before = cell_of(handed_in, "double").source
    tagged(handed_in)
    changed("double", points=3, schema_version=1)(handed_in)
    repair(handed_in, release)
    assert cell_of(handed_in, "double").source == before
    assert cell_of(handed_in, "double-test").metadata["tags"] == ["mine"]


def test_a_deleted_answer_does_not_come_back_over_one_that_stands_elsewhere(handed_in, release):
    answer = cell_of(handed_in, "double")
    del answer.metadata["nbgrader"]
    assert repair(handed_in, release) == []
    assert names(handed_in) == ORDER[1:]
    assert answer in handed_in.cells


def test_an_empty_notebook_gets_all_that_can_be_graded():
    release = [
        Original("text", "markdown", "Read.", "0" * 32, locked=True),
        Original("step", "code", "stub", "0" * 32, solution=True),
        Original("step-test", "code", "check", "0" * 32, grade=True, locked=True, points=1),
    ]
    notebook = new_notebook(cells=[new_markdown_cell("mine")])
    assert len(repair(notebook, release)) == 2
    assert [cell.source for cell in notebook.cells] == ["mine", "Read.", "check"]
