"""``make refresh``: what it executes, stores, refuses and reports."""

import json
import re

import draft
import pytest
import refresh
from chapters import ChapterError, find, stale
from execution import Run


@pytest.fixture
def call(course, monkeypatch):
    """Call the command line on the small course."""
    return lambda *arguments: called(course, monkeypatch, *arguments)


def called(course, monkeypatch, *arguments):
    monkeypatch.setattr(refresh, "ROOT", course.root)
    return refresh.main([*arguments])


def change(path, old, new):
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_a_stored_chapter_is_in_sync(executed):
    assert stale(executed.known()) == []


def test_a_chapter_without_notebook_is_stale(course):
    assert stale(course.chapter("1")) == ["it was never executed"]


@pytest.mark.parametrize(
    ("path", "old", "new", "reason"),
    [
        (
            "book/neurons/demo.md",
            "double(21)",
            "double(22)",
            r"the text changed \(line 18\)",
        ),
        (
            "book/neurons/demo.md",
            "Some words",
            "Other words",
            r"the text changed \(line 14\)",
        ),
        ("book/neurons/demo.md", "[N1]", "[N2]", "the front matter"),
        ("labkit/tool.py", "2 *", "3 *", r"labkit/tool\.py changed"),
        ("requirements.txt", "2.0.0", "2.0.1", r"requirements\.txt changed"),
        ("book/neurons/demo.ipynb", '"42"', '"43"', r"demo\.ipynb was edited by hand"),
        ("book/neurons/demo.ipynb", '"N1"', '"N2"', r"demo\.ipynb was edited by hand"),
    ],
)
def test_a_change_makes_a_chapter_stale_and_says_why(stored, path, old, new, reason):
    change(stored.root / path, old, new)
    [said] = stale(stored.known())
    assert re.search(reason, said)


def test_a_first_cell_that_installs_something_else_is_found_out(stored):
    change(stored.known().notebook, '\\"labkit @ git+', '\\"malware @ git+')
    assert stale(stored.known()) == [
        "the cell that installs labkit changed",
        "demo.ipynb was edited by hand",
    ]


ELSEWHERE = "labkit @ git+https://github.com/a-fork/of-it@main"


@pytest.fixture
def fork(stored, monkeypatch):
    """The course with nothing changed but its address."""
    monkeypatch.setattr(draft, "install_requirement", lambda: ELSEWHERE)
    return stored


def test_another_address_of_the_repository_leaves_a_chapter_in_sync(fork):
    assert stale(fork.known()) == []


def test_a_fork_that_edits_a_notebook_is_found_out(fork):
    change(fork.known().notebook, '"42"', '"43"')
    assert stale(fork.known()) == ["demo.ipynb was edited by hand"]


def test_refresh_puts_a_new_address_into_the_first_cell_and_executes_nothing(
    fork, monkeypatch, capfd
):
    chapter = fork.known()
    before = chapter.notebook.read_text(encoding="utf-8")
    old = re.search(r'\\"(labkit @ [^"\\]+)', before)[1]
    monkeypatch.setattr(refresh, "execute", None)
    assert called(fork, monkeypatch) == 0
    assert chapter.notebook.read_text(encoding="utf-8") == before.replace(old, ELSEWHERE)
    assert "neurons/demo: not executed; its first cell has" in capfd.readouterr().out
    assert stale(chapter) == []
    assert called(fork, monkeypatch) == 0
    assert capfd.readouterr().out == "all 1 chapters are in sync\n"


def test_check_writes_no_new_address(fork, monkeypatch):
    before = fork.known().notebook.read_bytes()
    assert called(fork, monkeypatch, "--check") == 0
    assert fork.known().notebook.read_bytes() == before


def test_a_missing_labkit_file_makes_a_chapter_stale(stored):
    (stored.root / "labkit/tool.py").unlink()
    assert stale(stored.known()) == ["labkit/tool.py is gone"]


def test_labkit_code_that_the_chapter_does_not_import_leaves_it_in_sync(stored):
    stored.write("labkit/other.py", "changed = 1\n")
    assert stale(stored.known()) == []


def test_other_line_ends_leave_a_chapter_in_sync(stored):
    path = stored.root / "labkit/tool.py"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert stale(stored.known()) == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"cells": []}'])
def test_a_notebook_that_is_none_is_stale(course, content):
    chapter = course.chapter("1")
    chapter.notebook.write_text(content, encoding="utf-8")
    assert "was not made by `make refresh`" in stale(chapter)[0]


def test_refresh_executes_what_is_stale_and_then_nothing(course, call, capfd):
    course.chapter("1")
    assert call() == 0
    assert "neurons/demo: stored; 2 code cells" in capfd.readouterr().out
    assert call() == 0
    assert capfd.readouterr().out == "all 1 chapters are in sync\n"


def test_all_executes_what_is_in_sync_and_changes_no_byte(stored, monkeypatch):
    chapter = stored.known()
    before = chapter.notebook.read_bytes()
    time = chapter.notebook.stat().st_mtime_ns
    assert called(stored, monkeypatch, "--all") == 0
    assert chapter.notebook.read_bytes() == before
    assert chapter.notebook.stat().st_mtime_ns > time


def test_check_lists_what_is_stale_and_executes_nothing(course, call, capsys):
    chapter = course.chapter("1")
    assert call("--check") == 1
    assert "neurons/demo: it was never executed" in capsys.readouterr().out
    assert not chapter.notebook.exists()


def test_check_is_content_with_chapters_in_sync(executed, monkeypatch):
    assert called(executed, monkeypatch, "--check") == 0


def test_a_failing_chapter_keeps_its_old_notebook_and_the_others_are_stored(
    stored, monkeypatch, capfd
):
    failing = stored.known()
    before = failing.notebook.read_bytes()
    change(failing.text, "double(21)", "1 / 0")
    fine = stored.chapter("2", name="fine")
    assert called(stored, monkeypatch, "-j", "2") == 1
    assert "book/neurons/demo.md:18: cell 3 failed." in capfd.readouterr().err
    assert failing.notebook.read_bytes() == before
    assert stale(fine) == []


def test_a_write_that_fails_keeps_the_old_notebook(stored, monkeypatch):
    chapter = stored.known()
    before = chapter.notebook.read_bytes()

    def full(*_):
        raise OSError("no space left")

    monkeypatch.setattr(refresh.os, "replace", full)
    with pytest.raises(OSError, match="no space left"):
        refresh.store(chapter, draft.draft(chapter).notebook)
    assert chapter.notebook.read_bytes() == before
    assert sorted(file.suffix for file in chapter.text.parent.iterdir()) == [".ipynb", ".md"]


@pytest.mark.parametrize("name", ["demo", "neurons/demo", "book/neurons/demo.md"])
def test_a_chapter_can_be_named(course, name):
    chapter = course.chapter("1")
    course.chapter("2", name="other")
    assert find([name], course.root) == [chapter]


def test_only_the_chapter_that_is_named_is_executed(course, call):
    chapter, other = course.chapter("1"), course.chapter("2", name="other")
    assert call("demo") == 0
    assert (chapter.notebook.exists(), other.notebook.exists()) == (True, False)


def test_an_unknown_name_is_refused_with_the_known_ones(course, call, capsys):
    course.chapter("1")
    assert call("dmeo") == 1
    assert "'dmeo'. The chapters are: neurons/demo." in capsys.readouterr().err


def test_a_page_without_jupytext_header_is_no_chapter(course):
    course.write("book/neurons/plain.md", "# Plain\n")
    course.write("book/neurons/titled.md", "---\ntitle: x\n---\n# Titled\n")
    chapter = course.chapter("1")
    assert find(root=course.root) == [chapter]


def test_a_front_matter_that_is_no_yaml_is_refused_by_name(course):
    course.write("book/neurons/broken.md", "---\na: [\n---\n")
    with pytest.raises(ChapterError, match=r"broken\.md: the front matter is not valid YAML"):
        find(root=course.root)


@pytest.mark.parametrize(
    ("seconds", "slow", "said"),
    [
        ([1, 9.9], [], []),
        ([1, 10.4], [], ["cell 2 took 10.4 s; the limit is 10 s unless it is tagged slow"]),
        ([1, 300], [1], []),
        ([9.5] * 10, [], ["the chapter took 95 s; the limit is 90 s"]),
    ],
)
def test_what_takes_too_long_is_reported(seconds, slow, said):
    assert refresh.remarks(Run(None, dict(enumerate(seconds)), set(slow))) == said


def test_a_cell_tagged_slow_is_known_as_slow(course, tagged):
    run = course.run(course.chapter("1", tagged("slow", "2")))
    assert run.slow == {len(run.notebook.cells) - 1}


def test_a_stored_notebook_has_sorted_keys_and_ends_with_a_line_end(executed):
    text = executed.known().notebook.read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
