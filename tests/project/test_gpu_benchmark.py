"""``benchmarks/gpu.py``: one quick run writes a record that labkit reads; bad input is refused."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from labkit import device, recorded

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.skipif(not device.has_tensorflow(), reason="TensorFlow is not installed"),
    pytest.mark.xdist_group("gpu_benchmark"),
]


def run(*arguments):
    return subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "gpu.py", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    """A quick run: the path of its record, and what it printed."""
    path = tmp_path_factory.mktemp("record") / "times.json"
    done = run("--quick", "--output", path)
    assert done.returncode == 0, done.stderr
    return path, done.stdout


@pytest.fixture
def module(monkeypatch):
    """The benchmark as a module, in this process."""
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import gpu

    return gpu


def test_a_quick_run_writes_a_record_of_every_group(trial):
    record = recorded.load(trial[0])
    assert record["quick"]
    assert {row[0] for row in recorded.table(record)} == set(recorded.GROUPS)


def test_it_leaves_no_other_file_behind(trial):
    assert [path.name for path in trial[0].parent.iterdir()] == ["times.json"]


def test_it_prints_the_table_of_its_record(trial):
    record = recorded.load(trial[0])
    assert trial[1] == f"{recorded.text(record)}\n{recorded.source(record)}\n"


def test_the_table_can_be_printed_later(trial):
    done = run("--table", "--output", trial[0])
    assert (done.returncode, done.stdout) == (0, trial[1])


def test_there_is_a_column_for_a_gpu_only_where_tensorflow_sees_one(trial):
    expected = ["CPU", "GPU"] if device.has_gpu() else ["CPU"]
    assert recorded.columns(recorded.load(trial[0])) == expected


def test_the_record_does_not_tell_on_which_machine_it_was_made(trial):
    text = trial[0].read_text(encoding="utf-8")
    host = socket.gethostname()
    assert len(host) < 5 or host not in text  # a shorter one is a word like any other
    assert str(ROOT) not in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--quick", "--record"], "--quick is only a trial: give it an --output FILE"),
        (["--quick", "--table"], "--quick measures, --table does not"),
        (["--record", "--table"], "not allowed with argument"),
        (["--output", "/no/such/folder/times.json"], "there is no folder /no/such/folder"),
        (["--output", ROOT], "is a folder"),
        (["--speed"], "unrecognized arguments: --speed"),
    ],
)
def test_bad_input_is_refused_before_anything_is_measured(module, capsys, arguments, message):
    with pytest.raises(SystemExit) as caught:
        module.main([str(argument) for argument in arguments])
    assert caught.value.code == 2
    assert message in capsys.readouterr().err


def test_a_damaged_file_is_refused_in_words(tmp_path):
    path = tmp_path / "times.json"
    path.write_text(json.dumps({"made_by": "somebody"}))
    done = run("--table", "--output", path)
    assert done.returncode == 1
    assert "holds no recorded times: 'made_by'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_record_that_labkit_would_refuse_does_not_replace_a_good_one(module, trial, tmp_path):
    good, path = trial[0].read_text(encoding="utf-8"), tmp_path / "times.json"
    path.write_text(good, encoding="utf-8")
    with pytest.raises(recorded.RecordError, match="'results' is empty"):
        module.write(json.loads(good) | {"results": []}, path)
    assert path.read_text(encoding="utf-8") == good
    assert [each.name for each in tmp_path.iterdir()] == ["times.json"]


def test_work_is_timed_per_call(module):
    calls = []
    assert module.fair(lambda: calls.append(1), module.QUICK._replace(moment=0)) > 0
    assert len(calls) == 2 + module.QUICK.rounds  # the warm-up, the probe, one call a round
