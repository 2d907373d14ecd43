"""What every workshop must have before it is worth a student's evening."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from labkit.checks import Task
from labkit.data import catalog
from labkit.grading.cases import load_cases
from labkit.grading.cells import HIDDEN, outside, region
from labkit.grading.faults import faults
from labkit.grading.preprocessors import PLACEHOLDER

CONCEPTS = Path(__file__).parents[2] / "book" / "concepts.yml"
PART_ONE = {
    concept["id"]
    for concept in yaml.safe_load(CONCEPTS.read_text(encoding="utf-8"))["concepts"]
    if concept["part"] == "neurons"
}


def autograded(workshop):
    return [task for task in workshop.tasks if not task.by_hand]


def test_the_source_has_no_fault(workshop):
    assert faults(workshop) == []


def test_there_are_eight_tasks_or_more_and_one_for_a_person(workshop):
    assert len(workshop.tasks) >= 8
    assert any(task.by_hand for task in workshop.tasks)


def takes_arguments(workshop, task):
    """Whether the answer can be called with other numbers than those the student sees."""
    defined = [
        node
        for node in ast.walk(ast.parse(workshop.reference[task.name]))
        if isinstance(node, ast.FunctionDef) and node.name == task.name
    ]
    return any(node.args.args for node in defined)


def test_every_test_cell_has_visible_checks_and_hidden_ones_where_numbers_can_change(workshop):
    sources = {task.name: workshop.cells[task.graded_by].source for task in autograded(workshop)}
    hidden = {
        name
        for name, source in sources.items()
        if checks("\n".join(region(source, HIDDEN) or []), helpers(source))
    }
    visible = {
        name for name, source in sources.items() if checks(outside(source, HIDDEN), helpers(source))
    }
    assert visible == set(sources)
    assert hidden >= {task.name for task in autograded(workshop) if takes_arguments(workshop, task)}


def checks(source, helpers=()):
    """Whether a piece of a test cell checks anything, itself or by a function of the cell."""
    methods = [f"task.{name}(" for name in vars(Task) if name not in ("score", "__init__")]
    calls = [rf"(?<!def )\b{name}\(" for name in helpers]
    return any(name in source for name in methods) or any(re.search(c, source) for c in calls)


def helpers(source):
    """Names of the functions in a test cell that make checks wherever they are called."""
    (grade,) = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    defined = [node for node in grade.body if isinstance(node, ast.FunctionDef)]
    return [node.name for node in defined if node.name != "_" and checks(ast.unparse(node))]


@pytest.mark.parametrize(
    ("piece", "found"),
    [
        ("task.returns('one', 1, expected=1)", True),
        ("look('one', 1)", True),
        ("x = 1", False),
        ("def look(title): pass", False),
        ("overlook('one', 1)", False),
    ],
)
def test_a_check_is_seen_by_itself_and_in_a_function_of_the_cell(piece, found):
    source = "def _grade():\n    def look(title, x):\n        task.returns(title, x, expected=1)\n"
    assert helpers(source) == ["look"]
    assert checks(piece, helpers(source)) is found


def test_every_autograded_task_has_three_hints(workshop):
    counts = hints_by_task(workshop)
    assert counts == {task.name: 3 for task in autograded(workshop)}


def hints_by_task(workshop):
    """Number of hints in the text before each task's cell."""
    counts, text = Counter(), ""
    names = {id(workshop.cells[task.name]): task.name for task in autograded(workshop)}
    for cell in workshop.notebook.cells:
        if id(cell) in names:
            counts[names[id(cell)]] = text.count("<summary>Hint")
            text = ""
        elif cell.cell_type == "markdown":
            text += cell.source
    return counts


def test_the_first_code_cell_installs_what_the_release_fills_in_and_nothing_else(workshop):
    first = next(cell for cell in workshop.notebook.cells if cell.cell_type == "code")
    texts = [
        node.value
        for node in ast.walk(ast.parse(first.source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert PLACEHOLDER in texts
    assert [text for text in texts if "git+" in text or "://" in text] == []


def test_the_folder_holds_nothing_but_the_notebook(workshop):
    public = workshop.notebook.metadata.get("labkit", {}).get("files", [])
    found = {str(path.relative_to(workshop.folder)) for path in workshop.folder.rglob("*")}
    assert found == {workshop.path.name, *public}


def test_every_task_has_three_wrong_answers_and_a_right_one(workshop, exercises):
    cases = load_cases(exercises / "cases" / workshop.name)
    wrong = Counter(case.task for case in cases if case.kind == "wrong")
    right = Counter(case.task for case in cases if case.kind == "right")
    names = {task.name for task in autograded(workshop)}
    assert {name for name in names if wrong[name] < 3} == set()
    assert {name for name in names if right[name] < 1} == set()
    assert set(wrong) | set(right) <= names


def test_every_wrong_answer_says_something_of_its_own(workshop, exercises):
    cases = load_cases(exercises / "cases" / workshop.name)
    answers = Counter(tuple(sorted(case.answers.items())) for case in cases)
    assert [answer for answer, count in answers.items() if count > 1] == []


def test_part_one_does_without_tensorflow(workshop):
    source = "\n".join(cell.source for cell in workshop.notebook.cells)
    in_part_one = set(workshop.notebook.metadata.labkit.concepts) & PART_ONE
    assert not in_part_one or re.findall(r"(?:import|from) +(tensorflow|keras)\b", source) == []


def test_the_data_sets_that_it_loads_stand_in_its_metadata(workshop):
    source = "\n".join(c.source for c in workshop.notebook.cells if c.cell_type == "code")
    loaded = set(re.findall(r"""\bload\(["'](\w+)["']""", source))
    with_files = {name for name in loaded if catalog.entry(name).files}
    assert with_files == set(workshop.notebook.metadata.labkit.get("data", []))


def test_there_is_a_workshop(exercises):
    assert list((exercises / "source").glob("*/*.ipynb"))


@pytest.mark.parametrize("kind", ["source", "cases"])
def test_sources_and_cases_belong_together(kind, exercises):
    names = {path.name for path in (exercises / kind).iterdir() if path.is_dir()}
    other = "cases" if kind == "source" else "source"
    assert names == {path.name for path in (exercises / other).iterdir() if path.is_dir()}
