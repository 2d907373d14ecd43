"""What a student hands in is read as a stranger's bytes: nothing is followed, run or believed."""

import json
import os
import socket

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from labkit.grading.intake import Limits, take_in
from labkit.grading.status import STATUSES, worst


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "submitted" / "s01" / "mini"
    folder.mkdir(parents=True)
    return folder


def good():
    cell = new_code_cell("x = 1", outputs=[new_output("stream", text="forged")], execution_count=3)
    return new_notebook(cells=[cell, new_markdown_cell("Because.")])


def content(**changes):
    return json.loads(nbformat.writes(good())) | changes


def with_cell(**changes):
    whole = content()
    whole["cells"][0] |= changes
    return whole


def hand_in(folder, data, name="mini.ipynb"):
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    (folder / name).write_bytes(data)


def test_a_good_notebook_is_read_and_what_it_printed_is_not(folder):
    hand_in(folder, content())
    hand_in(folder, b"a,b\n1,2\n", "table.csv")
    (folder / "more").mkdir()
    hand_in(folder, b"x = 2\n", "more/own.py")
    taken = take_in(folder, ["mini"])
    assert taken.findings == ()
    assert taken.files == {"table.csv": b"a,b\n1,2\n", "more/own.py": b"x = 2\n"}
    code, text = taken.notebooks["mini"].cells
    assert (code.source, code.outputs, code.execution_count) == ("x = 1", [], None)
    assert (text.cell_type, text.source) == ("markdown", "Because.")
    nbformat.validate(taken.notebooks["mini"])


TRUNCATED = json.dumps(content()).encode()[:200]
CONFLICT = b'{\n<<<<<<< HEAD\n"cells": []\n=======\n>>>>>>> theirs\n}'
CORRUPT = {
    "empty": (b"", "is empty"),
    "blank": (b" \n", "is empty"),
    "cut off": (TRUNCATED, "is no JSON"),
    "a byte-order mark": (b"\xef\xbb\xbf" + json.dumps(content()).encode(), "byte-order mark"),
    "another encoding": (json.dumps(content()).encode("utf-16"), "is not UTF-8"),
    "a merge": (CONFLICT, "a merge that was not finished"),
    "deep": (b"[" * 200_000, "nested deeper"),
    "a number of many digits": (b"1" * 10_000, "is no JSON"),
    "a list": ([1, 2], "is no notebook"),
    "an older format": ({"nbformat": 3, "worksheets": []}, "of format 3"),
    "a newer format": (content(nbformat=5), "of format 5"),
    "no cells": (content(cells=None), "no list of cells"),
    "a cell that is none": (content(cells=["x"]), "Cell 1 of 'mini.ipynb' is no cell"),
    "a source that is no text": (with_cell(source=[1, 2]), "its source is no text"),
}


@pytest.mark.parametrize("case", CORRUPT)
def test_what_is_no_notebook_is_said_to_be_none(case, folder):
    data, words = CORRUPT[case]
    hand_in(folder, data)
    taken = take_in(folder, ["mini"])
    assert taken.notebooks == {}
    (finding,) = taken.findings
    assert (finding.status, finding.notebook) == ("corrupt", "mini")
    assert words in finding.sentence


def test_a_folder_with_the_notebooks_name_is_no_notebook(folder):
    (folder / "mini.ipynb").mkdir()
    assert "is a folder" in take_in(folder, ["mini"]).findings[0].sentence


ODD = {
    "an id twice": content(cells=[{**content()["cells"][0]}, {**content()["cells"][0]}]),
    "no id": with_cell(id=None),
    "an id that is none": with_cell(id="a b/c" * 40),
    "an older minor format": content(nbformat_minor=1),
    "a newer minor format": content(nbformat_minor=99),
    "no metadata": with_cell(metadata=None),
    "tags that are none": with_cell(metadata={"tags": [1, "a", "a"]}),
    "settings that are none": with_cell(metadata={"nbgrader": "x"}),
    "lines": with_cell(source=["x ", "= 1"]),
    "a kind of cell that is none": with_cell(cell_type=["code"]),
    "outputs that are none": with_cell(outputs="x"),
    "more than a cell has": with_cell(more={"a": 1}),
    "half a letter": with_cell(source="x = '\ud800'"),
    "attachments that are none": with_cell(cell_type="markdown", attachments={"a": {"b": 1}}),
}


@pytest.mark.parametrize("case", ODD)
def test_an_odd_notebook_becomes_a_valid_one(case, folder, tmp_path):
    hand_in(folder, ODD[case])
    taken = take_in(folder, ["mini"])
    assert taken.findings == ()
    notebook = taken.notebooks["mini"]
    for cell in notebook.cells:
        cell.metadata.pop("nbgrader", None)  # which `repair` sets right
    nbformat.validate(notebook)
    nbformat.write(notebook, tmp_path / "again.ipynb")
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells) == 2


def test_reading_twice_gives_the_same(folder):
    hand_in(folder, with_cell(id=None))
    assert take_in(folder, ["mini"]) == take_in(folder, ["mini"])


def test_the_image_of_an_explanation_stays(folder):
    image = {"plot.png": {"image/png": "iVBO"}}
    hand_in(folder, with_cell(cell_type="markdown", attachments=image))
    assert take_in(folder, ["mini"]).notebooks["mini"].cells[0].attachments == image


def test_a_missing_notebook_is_named_with_the_nearest(folder):
    for name in ("Mini (1).ipynb", "notes.ipynb"):
        hand_in(folder, content(), name)
    taken = take_in(folder, ["mini", "other"])
    assert [finding.status for finding in taken.findings] == ["missing", "missing"]
    assert "Was 'Mini (1).ipynb' renamed?" in taken.findings[0].sentence
    assert "notes.ipynb" in taken.findings[0].sentence
    assert taken.files == {}


@pytest.mark.parametrize("exists", [True, False])
def test_nothing_handed_in_is_missing(exists, folder):
    (finding,) = take_in(folder if exists else folder / "no", ["mini"]).findings
    assert finding.status == "missing"
    assert "no other notebook" in finding.sentence


def test_one_notebook_that_cannot_be_read_leaves_the_others(folder):
    hand_in(folder, content(), "a.ipynb")
    hand_in(folder, b"{", "b.ipynb")
    taken = take_in(folder, ["a", "b"])
    assert list(taken.notebooks) == ["a"]
    assert [(f.status, f.notebook) for f in taken.findings] == [("corrupt", "b")]


def linked(folder, tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_text(json.dumps(content()))
    (folder / "mini.ipynb").symlink_to(secret)


def linked_beside(folder, tmp_path):
    hand_in(folder, content())
    (folder / "passwd").symlink_to("/etc/passwd")


def linked_folder(folder, tmp_path):
    hand_in(folder, content())
    (folder / "home").symlink_to(tmp_path)


def pipe(folder, tmp_path):
    hand_in(folder, content())
    os.mkfifo(folder / "pipe")


def sock(folder, tmp_path):
    hand_in(folder, content())
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(folder / "s"))


@pytest.mark.parametrize("plant", [linked, linked_beside, linked_folder, pipe, sock])
def test_links_and_devices_are_refused_and_not_followed(plant, folder, tmp_path, monkeypatch):
    monkeypatch.chdir(folder)
    plant(folder, tmp_path)
    taken = take_in(folder, ["mini"])
    assert (taken.notebooks, taken.files) == ({}, {})
    (finding,) = taken.findings
    assert finding.status == "refused"
    assert "not followed" in finding.sentence


def test_a_student_whose_folder_is_a_link_is_refused(folder, tmp_path):
    hand_in(folder, content())
    (tmp_path / "link").symlink_to(folder)
    (finding,) = take_in(tmp_path / "link", ["mini"]).findings
    assert finding.status == "refused"


def test_what_is_too_large_is_not_even_read(folder):
    with open(folder / "mini.ipynb", "wb") as file:
        file.truncate(200_000_000)
    (finding,) = take_in(folder, ["mini"]).findings
    assert finding.status == "too_large"
    assert "200,000,000 bytes; 10,000,000 are allowed" in finding.sentence


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(file=3), "'b.bin' has 5 bytes; 3 are allowed"),
        (Limits(total=7), "7 are allowed"),
        (Limits(count=1), "more than 1 files"),
    ],
)
def test_all_files_together_have_limits(limits, words, folder):
    hand_in(folder, b"12345", "b.bin")
    hand_in(folder, b"12345", "c.bin")
    (finding,) = take_in(folder, ["mini"], limits).findings
    assert finding.status == "too_large"
    assert words in finding.sentence


def test_the_gravest_status_of_several_counts():
    assert worst([]) == "ok"
    assert worst(["timeout", "tampered", "ok"]) == "timeout"
    assert worst(STATUSES) == "refused"
    with pytest.raises(ValueError, match="lost"):
        worst(["lost"])
