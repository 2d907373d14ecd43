"""From the text of a chapter to the notebook it asks for."""

import re

import nbformat
import pytest
from draft import INSTALL_ID, ChapterError, draft, install_cell

from labkit import site

KERNEL = "kernelspec: {name: python3, display_name: Python 3, language: python}\n"


def test_the_first_cell_installs_labkit_where_it_is_missing_and_is_not_shown(course):
    cell = draft(course.chapter("1")).notebook.cells[0]
    assert cell.id == INSTALL_ID
    assert cell.metadata.tags == ["remove-cell"]
    assert f'%pip install --quiet "{site.install_requirement()}"' in cell.source


def test_the_install_cell_does_nothing_where_labkit_is_installed():
    source = install_cell().source
    condition, action = source.split("\n")[2:]
    assert condition.startswith('if importlib.util.find_spec("labkit") is None:')
    assert action.startswith("    %pip")


def test_equal_cells_get_different_ids_and_the_same_text_gets_the_same_ids(course):
    chapter = course.chapter("1", "1", "1", "2")
    ids = [cell.id for cell in draft(chapter).notebook.cells]
    assert len(set(ids)) == len(ids)
    assert ids == [cell.id for cell in draft(chapter).notebook.cells]


def test_a_cell_keeps_its_id_when_another_is_inserted_before_it(course):
    before = draft(course.chapter("a = 1", "b = 2")).notebook.cells[-1].id
    assert draft(course.chapter("a = 1", "c = 3", "b = 2")).notebook.cells[-1].id == before


def test_the_notebook_is_valid_and_names_its_language(course):
    notebook = draft(course.chapter("1")).notebook
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.language == "python"
    assert notebook.metadata.language_info == {"name": "python", "pygments_lexer": "ipython3"}
    assert notebook.metadata.labkit == {"concepts": ["N1"]}


def test_the_rest_of_the_front_matter_goes_with_the_notebook(course):
    header = f"---\njupytext: {{}}\n{KERNEL}labkit: {{concepts: []}}\nmyst: {{html_meta: {{a: b}}}}\n---\n"
    metadata = draft(course.chapter("1", header=header)).notebook.metadata
    assert set(metadata) == {"kernelspec", "language_info", "labkit", "myst"}
    assert metadata.myst == {"html_meta": {"a": "b"}}


@pytest.mark.parametrize(
    "options", ["", ":tags: [slow]\n\n", "---\ntags: [slow]\nmystnb:\n  image: {alt: a}\n---\n"]
)
def test_each_cell_knows_the_line_on_which_its_code_begins(course, options):
    chapter = course.chapter((options, "first = 1\nsecond = 2"))
    lines = chapter.text.read_text(encoding="utf-8").splitlines()
    assert lines[draft(chapter).lines[-1] - 1] == "first = 1"


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (f"labkit: {{}}\n{KERNEL}", "lists no concepts"),
        (f"labkit: {{concepts: N1}}\n{KERNEL}", "lists no concepts"),
        ("labkit: {concepts: []}\n", "no kernelspec with `language: python`"),
        (
            "labkit: {concepts: []}\nkernelspec: {language: python}\n",
            "'name' is a required property",
        ),
    ],
)
def test_a_front_matter_that_lacks_something_is_refused(course, head, message):
    chapter = course.chapter("1", header=f"---\njupytext: {{}}\n{head}---\n")
    with pytest.raises(ChapterError, match=message):
        draft(chapter)


def test_a_code_cell_that_would_not_be_executed_is_refused(course):
    empty = course.chapter("")
    with pytest.raises(ChapterError, match=r"neurons/demo\.md:\d+: this code cell is empty"):
        draft(empty)


def test_a_code_cell_inside_another_block_is_refused(course):
    chapter = course.chapter("1")
    text = chapter.text.read_text(encoding="utf-8")
    listed = "- item\n\n  ```{code-cell}\n  2\n  ```\n"
    chapter.text.write_text(text + "\n" + listed, encoding="utf-8")
    with pytest.raises(ChapterError, match="stands inside another block"):
        draft(chapter)


def test_options_that_are_no_yaml_are_refused_by_name(course):
    chapter = course.chapter((":tags: [unclosed\n\n", "1"))
    with pytest.raises(ChapterError, match=re.escape("neurons/demo.md")):
        draft(chapter)
