"""The perceptron workshop as students meet it, run cell by cell in this process."""

import ast
import contextlib
import io
import re
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "exercises" / "source" / "perceptron" / "perceptron.ipynb"
CHAPTERS = ROOT / "book" / "neurons"


@cache
def cells():
    return nbformat.read(NOTEBOOK, as_version=4).cells


def about(cell):
    return cell.metadata.get("nbgrader", {})


def code(**facts):
    """Code cells whose nbgrader facts are these, by grade id."""
    return {
        about(cell)["grade_id"]: cell
        for cell in cells()
        if cell.cell_type == "code"
        and about(cell)
        and all(about(cell)[name] is value for name, value in facts.items())
    }


def run(source, space):
    """Execute a cell, and return the value of its last line."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), space)
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), space) if last else None


def opened():
    """The names of a notebook whose first two cells have run."""
    space = {}
    for cell in code(locked=True, grade=False).values():
        run(cell.source, space)
    return space


TESTS = sorted(code(grade=True, solution=False))


@pytest.mark.parametrize("name", TESTS)
def test_the_last_line_is_a_number_whatever_stands_above(name, monkeypatch):
    monkeypatch.setenv("LABKIT_DATA_STRICT", "1")
    space = opened()
    with contextlib.redirect_stdout(io.StringIO()):
        assert run(code()[name].source, space) == 0.0


@pytest.mark.parametrize("name", TESTS)
def test_a_test_cell_touches_no_name_of_the_notebook(name, monkeypatch):
    monkeypatch.setenv("LABKIT_DATA_STRICT", "1")
    space = opened()
    run(code()[name.removesuffix("-test")].source, space)
    before = dict(space)
    with contextlib.redirect_stdout(io.StringIO()):
        points = run(code()[name].source, space)
    assert points == about(code()[name])["points"]
    assert set(space) - set(before) == {"_grade"}
    assert all(space[key] is value for key, value in before.items())


@pytest.mark.parametrize("name", TESTS)
def test_a_failed_check_sends_the_reader_to_a_section_that_exists(name):
    read = re.search(r'read="Task (\d+); chapter “(.+?)”, section “(.+?)”"', code()[name].source)
    task, chapter, section = read.groups()
    texts = [path.read_text(encoding="utf-8") for path in CHAPTERS.glob("*.md")]
    assert any(f"\n# {chapter}\n" in text and f"\n## {section}\n" in text for text in texts)
    heading = rf"### Task {task} · [^\n]* \((\d+)( bonus)? points\)"
    above = cells()[cells().index(code()[name.removesuffix("-test")]) - 1].source
    assert int(re.match(heading, above)[1]) == about(code()[name])["points"]


@pytest.mark.parametrize("name", TESTS)
def test_a_test_cell_works_though_the_student_used_its_names(name, monkeypatch):
    monkeypatch.setenv("LABKIT_DATA_STRICT", "1")
    space = opened()
    run(code()[name.removesuffix("-test")].source, space)
    space |= dict.fromkeys(("checks", "task", "X", "y", "w", "W", "b", "rng", "iris"), "mine")
    with contextlib.redirect_stdout(io.StringIO()):
        assert run(code()[name].source, space) == about(code()[name])["points"]


def examples(source):
    """The calls of a task's example whose results stand beside them as ``# result``."""
    block = re.search(r"```python\n(.*?)```", source, re.DOTALL)
    return block[1] if block else ""


@pytest.mark.parametrize(
    ("name", "call", "result"),
    [
        ("step", "step(np.array([-2.0, 0.0, 3.0]))", "array([0, 1, 1])"),
        (
            "weighted_sum",
            "weighted_sum(np.array([1.0, 2.0]), np.array([0.5, -1.0]), 3.0)",
            "1.5",
        ),
        ("predict", "predict(X, np.array([1.0, -1.0]), 1.5)", "array([1, 1, 0])"),
        (
            "learn_one",
            "learn_one(np.array([0.5, -1.0]), 0.25, np.array([1.0, 2.0]), 1, 0.5)",
            "(array([1., 0.]), 0.75)",
        ),
        (
            "one_epoch",
            "one_epoch(nothing, np.array([1.0]), 0.0, X, y)",
            "(array([1.]), 0.0, 1)",
        ),
        (
            "fit",
            "fit(sleepy, np.ones((5, 3)), np.ones(5), 4)",
            "(array([0., 0., 0.]), 0.0, [2, 2, 2, 2])",
        ),
        (
            "probability",
            "probability(np.array([[0.0], [2.0]]), np.array([1.0]), 0.0)",
            "array([0.5, 0.8808])",
        ),
        (
            "gradient_step",
            "gradient_step(np.zeros(2), 0.0, X, y, 0.1)",
            "(array([0.1, 0.05]), 0.05)",
        ),
    ],
)
def test_the_example_in_the_text_is_what_the_answer_gives(name, call, result):
    text = examples(cells()[cells().index(code()[name]) - 1].source)
    assert call in text
    assert result in text
    space = opened()
    run(code()[name].source, space)
    run(text, space)
    got = eval(call, space)
    wanted = eval(result, {"array": np.array})
    pairs = zip(got, wanted, strict=True) if isinstance(wanted, tuple) else [(got, wanted)]
    assert all(np.allclose(a, b, atol=5e-5) for a, b in pairs)


def test_the_points_in_the_title_are_those_of_the_tasks():
    core, bonus = re.search(r"(\d+) points, and (\d+) more", cells()[0].source).groups()
    points = sum(about(cell)["points"] for cell in cells() if about(cell).get("grade"))
    optional = next(i for i, cell in enumerate(cells()) if cell.source.startswith("## Optional"))
    late = sum(about(cell)["points"] for cell in cells()[optional:] if about(cell).get("grade"))
    assert late == int(bonus)
    assert points - late == int(core)


@pytest.mark.parametrize("name", ["move", "overlap"])
def test_a_hand_graded_answer_has_its_rubric_in_the_instructor_version(name):
    cell = next(cell for cell in cells() if about(cell).get("grade_id") == name)
    assert about(cell)["grade"]
    assert about(cell)["solution"]
    assert "### BEGIN MARK SCHEME" in cell.source
    assert f"{about(cell)['points']:g} points" in cell.source
