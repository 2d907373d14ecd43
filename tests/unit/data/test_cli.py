import re
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from labkit.data import catalog, files, names
from labkit.data.cli import app


@pytest.fixture
def run():
    """Function: run `labkit data` with these words."""
    return lambda *words: CliRunner().invoke(app, words, catch_exceptions=False)


@pytest.fixture
def toy(monkeypatch, kit, server):
    """The titanic entry, with its file at the local server instead of its published address."""
    monkeypatch.setenv("LABKIT_OFFLINE", "0")
    server.routes["/a"] = kit.content
    file = kit.file("/a", path="titanic/titanic.csv")
    entry = replace(catalog.CATALOG["titanic"], files=(file,))
    monkeypatch.setitem(catalog.CATALOG, "titanic", entry)
    return file


@pytest.mark.parametrize("name", names())
def test_list_shows_every_data_set_with_size_and_licence(run, name):
    (line,) = [line for line in run("list").stdout.splitlines() if line.startswith(name + " ")]
    entry = catalog.entry(name)
    assert entry.licence in line
    assert "with scikit-learn" in line if entry.with_sklearn else re.search(r"\d [kM]B", line)


@pytest.mark.parametrize("name", names())
def test_list_details_shows_citation_and_licence_note(run, name):
    entry = catalog.entry(name)
    shown = run("list", "--details").stdout
    assert entry.citation in shown
    assert entry.licence_note in shown


def test_verify_says_ok_for_all_published_files(run, real):
    result = run("verify")
    assert result.exit_code == 0
    assert len(re.findall(r"  OK  ", result.stdout)) == 13
    assert "13 of 13 files OK." in result.stdout


def test_verify_of_missing_files_says_what_to_do(run):
    result = run("verify", "titanic", "churn")
    assert result.exit_code == 1
    assert "0 of 2 files OK." in result.stdout
    assert "What to do: labkit data fetch titanic churn" in result.stderr


@pytest.mark.parametrize(
    ("damage", "words"),
    [(lambda data: data[:-3], "3 bytes missing"), (lambda data: data.lower(), "60,302 bytes")],
    ids=["truncated", "altered"],
)
def test_verify_of_a_wrong_file_tells_expected_found_and_remedy(
    run, real, tmp_path, monkeypatch, damage, words
):
    path = tmp_path / "folder" / "titanic" / "titanic.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(damage((real / "titanic" / "titanic.csv").read_bytes()))
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path / "folder"))
    result = run("verify", "titanic")
    assert result.exit_code == 1
    assert "WRONG" in result.stdout
    sha256 = catalog.TITANIC_CSV.sha256
    wanted = [str(path), words, sha256, "Expected", "Found", "What to do", "unset LABKIT_DATA"]
    assert [w for w in wanted if w not in result.stderr] == []


def test_status_shows_where_files_are(run, real, tmp_path):
    shown = run("status").stdout
    assert f"data folder (LABKIT_DATA): {real}" in shown
    assert f"cache: {tmp_path / 'cache'}" in shown
    assert str(real / "mnist" / "t10k-labels-idx1-ubyte.gz") in shown


def test_status_without_files_is_no_failure_but_says_what_to_do(run):
    result = run("status", "churn")
    assert result.exit_code == 0
    assert "missing" in result.stdout
    assert "labkit data fetch churn" in result.stderr


def test_status_names_a_data_folder_that_is_none(run, monkeypatch, tmp_path):
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path / "typo"))
    assert "typo (not a folder)" in run("status", "iris").stdout


def test_fetch_downloads_once_and_again_only_by_force(run, toy, server, tmp_path):
    assert run("fetch", "titanic").exit_code == 0
    assert run("fetch", "titanic").exit_code == 0
    assert server.hits == ["/a"]
    result = run("fetch", "titanic", "--force")
    assert server.hits == ["/a", "/a"]
    assert "  OK  " in result.stdout
    assert str(tmp_path / "cache" / "titanic" / "titanic.csv") in result.stdout


def test_fetch_replaces_an_altered_file_in_the_cache(run, toy, kit, tmp_path):
    run("fetch", "titanic")
    path = tmp_path / "cache" / "titanic" / "titanic.csv"
    path.write_bytes(b"rubbish")
    assert run("verify", "titanic").exit_code == 1
    assert run("fetch", "titanic").exit_code == 0
    assert path.read_bytes() == kit.content


def test_fetch_goes_on_after_a_failure_and_ends_with_code_1(run, toy, server, monkeypatch):
    monkeypatch.setattr(catalog, "CATALOG", {k: catalog.CATALOG[k] for k in ("titanic", "iris")})
    server.routes["/a"] = 404
    result = run("fetch", "--all")
    assert result.exit_code == 1
    assert "Error: titanic/titanic.csv could not be downloaded." in result.stderr
    assert "the server answered 404" in result.stderr
    assert "iris comes with scikit-learn" in result.stdout


@pytest.mark.parametrize("words", [["fetch"], ["fetch", "iris", "--all"]])
def test_fetch_wants_names_or_all(run, words):
    result = run(*words)
    assert result.exit_code == 2
    assert "Name the data sets to fetch, or give --all" in result.stderr


@pytest.mark.parametrize("command", ["fetch", "status", "verify"])
def test_unknown_name_is_a_clear_message_without_traceback(run, command):
    result = run(command, "titanik")
    assert result.exit_code == 1
    assert "no data set is called 'titanik'" in result.stderr
    assert "Did you mean 'titanic'" in result.stderr
    assert "Traceback" not in result.stdout + result.stderr


def test_fetch_offline_names_the_switch(run):
    result = run("fetch", "churn")
    assert result.exit_code == 1
    assert "LABKIT_OFFLINE" in result.stderr


def test_fetch_sweeps_what_killed_downloads_left(run, toy, tmp_path):
    partial = tmp_path / "cache" / ".partial" / "titanic--titanic.csv"
    partial.parent.mkdir(parents=True)
    partial.write_bytes(b"half")
    run("fetch", "titanic")
    assert not partial.exists()


def test_without_a_command_the_help_is_shown(run):
    shown = run().output
    assert [c for c in ("list", "status", "fetch", "verify") if c not in shown] == []


def test_files_can_be_fetched_and_verified_from_python(toy, server):
    (fetched,) = files.fetch("titanic")
    (verified,) = files.verify("titanic")
    (seen,) = files.status("titanic")
    assert (fetched.ok, verified.ok, seen.ok, verified.place) == (True, True, True, "cache")


def test_download_in_a_pipe_prints_no_progress():
    code = (
        "from labkit.data.progress import download_bar\n"
        "with download_bar('titanic.csv', 10) as advance: advance(10)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")


@pytest.mark.skipif(shutil.which("script") is None, reason="needs the `script` command")
def test_download_in_a_terminal_shows_a_bar(tmp_path):
    code = (
        "from labkit.data.progress import download_bar\n"
        "with download_bar('titanic.csv', 2000) as advance: advance(2000)"
    )
    (tmp_path / "bar.py").write_text(code)
    command = f"{sys.executable} {tmp_path / 'bar.py'}"
    out = subprocess.run(["script", "-qec", command, "/dev/null"], capture_output=True, check=True)
    assert b"titanic.csv" in out.stdout
    assert b"2.0/2.0 kB" in out.stdout


@pytest.mark.parametrize("command", ["status", "fetch", "verify"])
def test_a_home_that_nobody_has_is_told_without_a_traceback(run, monkeypatch, command):
    monkeypatch.setenv("LABKIT_DATA", "~nosuchuser/data")
    done = run(command, "titanic")
    assert done.exit_code == 1
    assert "Error: LABKIT_DATA must be a folder" in done.output
