"""A chapter runs in a fresh kernel, and the same run gives the same bytes."""

import os
import re

import pytest
from chapters import ChapterError
from draft import dump

PLOT = """%matplotlib inline
%config InlineBackend.figure_formats = ["svg"]
import matplotlib.pyplot as plt
fig, ax = plt.subplots(figsize=(2, 2))
_ = ax.plot([0, 1], "o")"""


def outputs(run):
    return [output for cell in run.notebook.cells for output in cell.get("outputs", [])]


def test_two_runs_of_one_chapter_give_the_same_bytes(course):
    chapter = course.chapter(PLOT, "print('a', end='')\nprint('b')", "hash('salted')", "1 / 3")
    assert dump(course.run(chapter).notebook) == dump(course.run(chapter).notebook)


@pytest.fixture(scope="module")
def sound(tmp_path_factory, make_course, tagged):
    """Run of a chapter in which all is well, in a folder whose name has a blank and a quote."""
    course = make_course(tmp_path_factory.mktemp("it's a") / "course of mine")
    code = "from labkit.tool import double\ndouble(2)"
    return course.run(course.chapter(code, "2", tagged("raises-exception", "1 / 0"), "3"))


def test_cells_are_counted_from_one_and_carry_no_times(sound):
    cells = [cell for cell in sound.notebook.cells if "outputs" in cell]
    assert [cell.execution_count for cell in cells] == [1, 2, 3, 4, 5]
    assert not any("execution" in cell.metadata for cell in cells)


def test_the_proof_names_the_labkit_files_that_ran_and_no_others(sound):
    assert set(sound.notebook.metadata.labkit.sources) == {
        "labkit/__init__.py",
        "labkit/tool.py",
        "requirements.txt",
    }


def test_a_failing_cell_is_named_with_its_line_and_error(course):
    chapter = course.chapter("ok = 1", "def f():\n    return 1 / 0\n\n\nf()")
    line = chapter.text.read_text(encoding="utf-8").splitlines().index("    return 1 / 0") + 1
    expected = rf"^book/neurons/demo\.md:{line}: cell 4 failed\.\n  return 1 / 0\nZeroDivisionError"
    with pytest.raises(ChapterError, match=expected):
        course.run(chapter)


def test_an_error_inside_an_earlier_cells_function_points_to_the_call(course):
    chapter = course.chapter("def f():\n    a = 1\n    return a / 0", "x = 2\nf()")
    with pytest.raises(ChapterError, match=r"cell 4 failed\.\n  f\(\)\nZeroDivisionError"):
        course.run(chapter)


def test_a_syntax_error_is_named_with_its_line(course):
    with pytest.raises(ChapterError, match=r"cell 3 failed\.\n  b = = 2\nSyntaxError"):
        course.run(course.chapter("a = 1\nb = = 2"))


def test_a_warning_is_an_error(course):
    chapter = course.chapter("import warnings\nwarnings.warn('old name')")
    with pytest.raises(ChapterError, match=r"cell 3 failed[\s\S]*wrote to stderr[\s\S]*old name"):
        course.run(chapter)


def test_a_cell_may_fail_on_purpose(sound):
    failed, after = outputs(sound)[-2:]
    assert (failed.ename, after.data["text/plain"]) == ("ZeroDivisionError", "3")


def test_a_cell_that_should_fail_and_does_not_is_an_error(course, tagged):
    with pytest.raises(ChapterError, match="tagged raises-exception, and raised none"):
        course.run(course.chapter(tagged("raises-exception", "1 / 1")))


def test_a_cell_without_end_is_stopped(course):
    with pytest.raises(ChapterError, match=r"cell 3 failed[\s\S]*timed out"):
        course.run(course.chapter("while True:\n    pass"), timeout=2)


def test_a_dead_kernel_is_reported_as_the_failure_of_its_cell(course):
    with pytest.raises(ChapterError, match=r"cell 3 failed[\s\S]*died"):
        course.run(course.chapter("import os\nos._exit(1)"))


def test_a_question_to_the_keyboard_fails_at_once(course):
    with pytest.raises(ChapterError, match="StdinNotImplementedError"):
        course.run(course.chapter("input('name?')"))


SETTING = "import os\nprint([os.environ.get(name) for name in {names}])"


def test_a_chapter_runs_at_full_length_and_with_strict_data(course, monkeypatch):
    monkeypatch.setenv("LABKIT_QUICK", "1")
    monkeypatch.setenv("LABKIT_DATA_STRICT", "0")
    names = ["LABKIT_QUICK", "LABKIT_DATA_STRICT"]
    run = course.run(course.chapter(SETTING.format(names=names)))
    assert outputs(run)[0].text == "[None, '1']\n"


@pytest.mark.parametrize("value", [None, ""])
def test_data_beside_the_repository_are_found(tmp_path, monkeypatch, value):
    from execution import environment

    monkeypatch.delenv("LABKIT_DATA", raising=False)
    if value is not None:
        monkeypatch.setenv("LABKIT_DATA", value)
    root = tmp_path / "course"
    assert "LABKIT_DATA" not in environment(root, "profile")
    (tmp_path / "shared" / "data").mkdir(parents=True)
    assert environment(root, "profile")["LABKIT_DATA"] == str(tmp_path / "shared" / "data")


def test_a_relative_data_folder_is_found_from_the_chapters_folder(course, monkeypatch):
    from execution import environment

    monkeypatch.setenv("LABKIT_DATA", "some/data")
    assert environment(course.root, "profile")["LABKIT_DATA"] == os.path.abspath("some/data")


def test_nobodys_settings_change_what_is_stored(course, tmp_path, monkeypatch):
    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "mine.py").write_text("surprise = 1")
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 9")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("MATPLOTLIBRC", str(tmp_path / "matplotlibrc"))
    code = "import matplotlib\n('surprise' in dir(), matplotlib.rcParams['lines.linewidth'])"
    assert outputs(course.run(course.chapter(code)))[0].data["text/plain"] == "(False, 1.5)"


def test_a_labkit_from_elsewhere_is_refused(course):
    code = "import sys, types\nm = types.ModuleType('labkit')\nm.__file__ = '/else/labkit.py'\n"
    chapter = course.chapter(code + "sys.modules['labkit'] = m")
    with pytest.raises(ChapterError, match=re.escape("imported labkit from /else/labkit.py")):
        course.run(chapter)
