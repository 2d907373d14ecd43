"""The instructor guide says what works: its commands are those that the demonstration runs."""

import re
import subprocess
import sys

import nbformat
import pytest

from labkit.grading.steps import EXAMPLE, SITE_CONFIG, STEPS


@pytest.fixture(scope="module")
def text(guide):
    return guide.read_text(encoding="utf-8")


def test_the_guide_and_the_demo_have_the_same_commands_in_the_same_order(guide_blocks):
    shown = [
        (who, line.removeprefix("$ "))
        for who, body in guide_blocks
        if who in ("instructor", "student")
        for line in body.splitlines()
    ]
    assert shown == [(step.who, step.typed()) for step in STEPS.values()]


def test_what_only_the_demo_adds_is_explained(text):
    added = [step.typed(simulated=True)[len(step.typed()) :].strip() for step in STEPS.values()]
    assert [words for words in added if words and f"`{words}`" not in text] == []


def test_the_settings_for_students_are_those_of_the_demo(text):
    root = "/usr/local/share/nbgrader/exchange"
    assert SITE_CONFIG.format(course=EXAMPLE["course"], exchange=root) in text


def test_the_guide_calls_the_course_by_one_name_and_says_that_it_is_an_example(text):
    name = EXAMPLE["course"]
    assert re.findall(r'Gradebook\("[^"]*", "(.*?)"\)', text) == [name]
    assert f"Wherever this page says `{name}`, write yours." in text


def test_one_sentence_a_line(text):
    prose = re.sub(r"^(`{3,}).*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)
    lines = [line for line in prose.splitlines() if not line.startswith(("|", "#"))]
    assert [line for line in lines if re.search(r"[.?!] [A-Z]", line)] == []


@pytest.mark.nbgrader
@pytest.mark.parametrize(("days", "penalty"), [(0.001, 2), (1, 2), (1.5, 4), (30, 20)])
def test_the_late_policy_takes_a_tenth_a_day(guide_block, days, penalty):
    scope = {}
    exec(guide_block("late"), scope)
    policy = scope["TenthPerDay"]()
    assert policy.late_submission_penalty("s01", 20, days * 86400) == pytest.approx(penalty)


@pytest.mark.nbgrader
@pytest.mark.parametrize("name", ["s07_submission_perceptron.ipynb", "s07_perceptron (1).ipynb"])
def test_files_of_a_learning_management_system_are_collected(
    guide_block, name, tmp_path, exercises
):
    archive = tmp_path / "downloaded" / "perceptron" / "archive"
    archive.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(), archive / name)
    (tmp_path / "nbgrader_config.py").write_text((exercises / "nbgrader_config.py").read_text())
    typed = guide_block("zip").strip().removeprefix("$ nbgrader ")
    run = subprocess.run(
        f"{sys.executable} -m nbgrader {typed}",
        shell=True,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "submitted" / "s07" / "perceptron" / "perceptron.ipynb").is_file()
