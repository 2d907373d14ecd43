"""Recorded times: what is read, what is refused, and how they are shown."""

import copy
import getpass
import json
import re
import socket
from pathlib import Path

import pytest

from labkit import recorded
from labkit.errors import LabkitError

CPU = {
    "made_by": "benchmarks/gpu.py",
    "format": 1,
    "recorded": "2026-11-30",
    "quick": False,
    "devices": {"CPU": {"name": "Maker One", "cores": 2}},
    "versions": {
        "python": "3.11.7",
        "tensorflow": "2.21.0",
        "keras": "3.15.1",
        "driver": None,
        "cuda": None,
        "cudnn": None,
    },
    "results": [
        {"group": "matmul", "case": "n = 64", "unit": "ms", "values": {"CPU": 0.01234}},
        {"group": "throughput", "case": "batch 32", "unit": "images/s", "values": {"CPU": 31840}},
    ],
}
BOTH = copy.deepcopy(CPU)
BOTH["devices"]["GPU"] = {"name": "Card Two"}
BOTH["versions"] |= {"driver": "550.1", "cuda": "12.5.1", "cudnn": None}
for result in BOTH["results"]:
    result["values"]["GPU"] = 2.0


@pytest.fixture
def stored(tmp_path):
    """Write a record, or any text, and return its path."""

    def store(content):
        path = tmp_path / "times.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return store


@pytest.mark.parametrize(("record", "expected"), [(CPU, ["CPU"]), (BOTH, ["CPU", "GPU"])])
def test_a_record_is_read_and_has_a_column_for_each_device(stored, record, expected):
    found = recorded.load(stored(record))
    assert found == record
    assert recorded.columns(found) == expected


def test_the_recording_that_comes_with_labkit_is_whole_and_no_trial():
    record = recorded.load()
    assert not record["quick"]
    assert {row[0] for row in recorded.table(record)} == set(recorded.GROUPS)


def test_the_recording_that_comes_with_labkit_does_not_tell_on_which_machine():
    private = {socket.gethostname(), getpass.getuser(), str(Path.home())}
    private.add(str(recorded.PATH.parents[1]))
    text = recorded.PATH.read_text(encoding="utf-8")
    assert [words for words in private if re.search(rf"\b{re.escape(words)}\b", text)] == []


def changed(*path, to):
    """Return a record with one planted fault."""
    record = copy.deepcopy(BOTH)
    *parents, last = path
    place = record
    for key in parents:
        place = place[key]
    place[last] = to
    return record


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is no JSON"),
        ("[]", "'made_by' is not"),
        ('{"a": 1}', "'made_by' is not"),
        (changed("made_by", to="somebody"), "'made_by' is not 'benchmarks/gpu.py'"),
        (changed("format", to=2), "'format' is 2, not 1"),
        (changed("recorded", to="yesterday"), "'recorded' is 'yesterday', no date"),
        (changed("recorded", to=None), "'recorded' is None, no date"),
        (changed("quick", to="no"), "'quick' is 'no'"),
        (changed("versions", to=None), "'versions' is missing"),
        (changed("versions", "keras", to=3), "'versions' lacks keras"),
        (changed("versions", "cuda", to=12.5), "'versions' lacks cuda"),
        (changed("devices", to={"GPU": {"name": "x"}}), "'devices' must be CPU, or CPU and GPU"),
        (changed("devices", "TPU", to={"name": "x"}), "'devices' must be CPU, or CPU and GPU"),
        (changed("devices", "GPU", to={}), "GPU has no name"),
        (changed("devices", "CPU", "cores", to=0), "'cores' of CPU is 0, no count"),
        (changed("devices", "CPU", "cores", to=True), "'cores' of CPU is True, no count"),
        (changed("results", to=[]), "'results' is empty"),
        (changed("results", 1, to=7), "result 2 belongs to no known group"),
        (changed("results", 0, "group", to="dreams"), "result 1 belongs to no known group"),
        (changed("results", 0, "unit", to=None), "result 1 has no case or no unit"),
        (changed("results", 1, "values", to={"CPU": 1}), "result 2 must have one value for each"),
        (changed("results", 0, "values", "GPU", to=0), "result 1 has the value 0"),
        (changed("results", 0, "values", "GPU", to=float("nan")), "result 1 has the value nan"),
        (changed("results", 0, "values", "GPU", to="2"), "result 1 has the value '2'"),
        (changed("results", 0, "values", "GPU", to=True), "result 1 has the value True"),
    ],
)
def test_a_damaged_or_foreign_file_is_refused_with_its_fault_and_the_remedy(
    stored, content, message
):
    with pytest.raises(LabkitError) as caught:
        recorded.load(stored(content))
    assert message in str(caught.value)
    assert "times.json" in str(caught.value)
    assert "python benchmarks/gpu.py --record" in str(caught.value)


@pytest.mark.parametrize("name", ["nothing.json", "."])
def test_what_cannot_be_read_is_refused_by_name(tmp_path, name):
    with pytest.raises(recorded.RecordError, match=r"cannot be read: .*\nWhat to do: make it anew"):
        recorded.load(tmp_path / name)


def test_a_file_of_bytes_is_refused(tmp_path):
    path = tmp_path / "times.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(recorded.RecordError, match="is no JSON"):
        recorded.load(path)


def test_the_table_has_a_row_for_each_result_and_a_value_for_each_column():
    assert recorded.table(BOTH) == [
        ("matmul", "n = 64", "ms", 0.01234, 2.0),
        ("throughput", "batch 32", "images/s", 31840, 2.0),
    ]
    assert recorded.table(CPU, "matmul") == [("matmul", "n = 64", "ms", 0.01234)]


def test_a_group_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match=r"group must be one of matmul, .*; got 'dreams'"):
        recorded.table(CPU, "dreams")


def test_the_text_has_headings_and_three_digits():
    assert recorded.text(CPU).splitlines() == [
        "product of two n × n matrices",
        f"  {'':18}        CPU",
        f"  {'n = 64':18}     0.0123 ms",
        "",
        "training, by batch size",
        f"  {'':18}        CPU",
        f"  {'batch 32':18}     31,840 images/s",
    ]


def test_the_text_of_one_group_has_no_other():
    assert "batch" not in recorded.text(BOTH, "matmul")
    assert "GPU" in recorded.text(BOTH, "matmul")


def test_the_source_says_where_no_gpu_was():
    assert recorded.source(CPU) == (
        "Recorded on 2026-11-30 on Maker One, 2 cores (no GPU: CPU column only). "
        "Python 3.11.7, TensorFlow 2.21.0, Keras 3.15.1."
    )


def test_the_source_names_the_gpu_and_what_drives_it():
    said = recorded.source(BOTH)
    assert "on Card Two (beside Maker One, 2 cores)." in said
    assert "driver 550.1, CUDA 12.5.1, cuDNN unknown." in said


def test_a_trial_is_called_a_trial():
    assert recorded.source(CPU | {"quick": True}).endswith("A quick trial with tiny sizes.")


def test_the_verdict_claims_nothing_of_a_gpu_that_was_not_there():
    assert recorded.verdict(CPU).startswith("No GPU was there when this was recorded")


def test_the_verdict_quotes_both_columns_where_there_was_a_gpu():
    record = copy.deepcopy(BOTH)
    large = {"group": "matmul", "case": "n = 4,096", "unit": "ms"}
    record["results"].append(large | {"values": {"CPU": 285.4, "GPU": 2.5}})
    assert recorded.verdict(record) == (
        "The product of two matrices was computed for n = 64 in 2 ms on the GPU and 0.0123 ms on "
        "the CPU and for n = 4,096 in 2.5 ms on the GPU and 285 ms on the CPU."
    )
