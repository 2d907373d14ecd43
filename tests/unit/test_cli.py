"""The labkit command: help, version, parts, errors and exit codes."""

import json
import subprocess
import sys
import types
from importlib import metadata

import pytest
import typer

import labkit
from labkit import cli, doctor
from labkit.doctor import Finding
from labkit.errors import LabkitError

GOOD = Finding("packages", "numpy", "2.1.0")
OPTIONAL = Finding("devices", "GPU", "no NVIDIA GPU found", "optional", "Not needed: [bold]%%gpu.")
MISSING = Finding("packages", "pooch", "not installed", "problem", 'pip install "pooch>=1.8"')


@pytest.fixture
def labkit_command(monkeypatch, capsys):
    """Runs labkit with arguments; returns exit code, output and error output."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["labkit", *arguments])
        with pytest.raises(SystemExit) as end:
            cli.main()
        shown = capsys.readouterr()
        return end.value.code or 0, shown.out, shown.err

    return run


@pytest.fixture
def part(monkeypatch):
    """A part of labkit with two commands: `show` prints its arguments, `fail` has a problem."""
    app = typer.Typer(help="A part.", no_args_is_help=True)

    @app.command()
    def show(names: list[str], force: bool = False):
        typer.echo(f"{names} {force}")

    @app.command()
    def fail():
        raise LabkitError("[bold]cache full[/bold].", "Delete a file.")

    @app.command()
    def leave(code: int):
        raise typer.Exit(code)

    module = types.SimpleNamespace(app=app)
    monkeypatch.setitem(sys.modules, "labkit.data.cli", module)
    return module


@pytest.fixture
def findings(monkeypatch):
    """What the doctor finds, as a list to fill; notes whether TensorFlow was asked for."""
    found = []

    def examine(tensorflow=False):
        return [*found, *([Finding("devices", "TensorFlow", "sees")] if tensorflow else [])]

    monkeypatch.setattr(doctor, "examine", examine)
    return found


def test_version_is_the_packages(labkit_command):
    assert labkit_command("--version") == (0, f"labkit {labkit.__version__}\n", "")


def test_the_installed_command_is_this_one():
    (command,) = metadata.entry_points(group="console_scripts", name="labkit")
    assert command.load() is cli.main


def test_python_m_labkit_is_the_same_command():
    command = [sys.executable, "-m", "labkit", "--version"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, f"labkit {labkit.__version__}\n")


@pytest.mark.parametrize("arguments", [["--help"], []])
def test_help_lists_every_command(labkit_command, arguments):
    code, out, err = labkit_command(*arguments)
    assert code == (0 if arguments else 2)
    listed = [
        line.split()[0] for line in (out + err).partition("Commands:")[2].splitlines() if line
    ]
    assert listed == ["doctor", *cli.PARTS]


def test_help_imports_no_part():
    code = "import sys; from labkit.cli import app; app(['--help'], standalone_mode=False); "
    code += (
        "print([name for name in ('numpy', 'labkit.data', 'labkit.doctor') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", cli.PARTS)
def test_every_part_has_its_commands(name, labkit_command):
    code, out, _ = labkit_command(name, "--help")
    assert code == 0
    assert f"Usage: labkit {name}" in out
    assert "Commands:" in out


@pytest.mark.usefixtures("part")
@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (["show", "a"], "['a'] False"),
        (["show", "a", "b", "--force"], "['a', 'b'] True"),
        (["show", "--force", "a"], "['a'] True"),
        (["show", "--", "--force"], "['--force'] False"),
    ],
)
def test_a_part_gets_its_arguments_unchanged(labkit_command, arguments, printed):
    assert labkit_command("data", *arguments) == (0, printed + "\n", "")


@pytest.mark.usefixtures("part")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["leave", "0"], 0), (["leave", "1"], 1), (["nonsense"], 2), (["show", "--nonsense"], 2)],
)
def test_the_exit_code_is_the_parts(labkit_command, arguments, code):
    assert labkit_command("data", *arguments)[0] == code


@pytest.mark.parametrize("arguments", [["nonsense"], ["--nonsense"], ["doctor", "--nonsense"]])
def test_wrong_usage_ends_with_2_and_names_the_word(labkit_command, arguments):
    code, out, err = labkit_command(*arguments)
    assert (code, out) == (2, "")
    assert "nonsense" in err


@pytest.mark.usefixtures("part")
def test_an_error_of_labkit_becomes_a_message_with_its_remedy(labkit_command, monkeypatch):
    monkeypatch.delenv("LABKIT_DEBUG", raising=False)
    assert labkit_command("data", "fail") == (
        1,
        "",
        "Error: [bold]cache full[/bold].\nWhat to do: Delete a file.\n",
    )


def test_a_long_path_in_an_error_is_not_broken(capsys):
    path = "/a/folder with spaces/" + "deep/" * 40 + "file.gz"
    cli._print_error(LabkitError(path))
    assert capsys.readouterr().err == f"Error: {path}\n"


@pytest.mark.usefixtures("part")
def test_debugging_keeps_the_traceback(monkeypatch):
    monkeypatch.setenv("LABKIT_DEBUG", "1")
    monkeypatch.setattr(sys, "argv", ["labkit", "data", "fail"])
    with pytest.raises(LabkitError, match="cache full"):
        cli.main()


def test_other_errors_are_not_hidden(part, monkeypatch):
    part.app.command("crash")(lambda: 1 / 0)
    monkeypatch.setattr(sys, "argv", ["labkit", "data", "crash"])
    with pytest.raises(ZeroDivisionError):
        cli.main()


@pytest.mark.parametrize(
    ("found", "code", "verdict"),
    [
        ([GOOD], 0, "Everything that the course needs is here."),
        ([GOOD, OPTIONAL], 0, "Everything that the course needs is here."),
        ([GOOD, OPTIONAL, MISSING], 1, "Missing and needed: pooch."),
    ],
)
def test_doctor_ends_with_a_verdict(labkit_command, findings, found, code, verdict):
    findings.extend(found)
    ended, out, err = labkit_command("doctor")
    assert (ended, err) == (code, "")
    assert out.splitlines()[-1] == verdict


def test_doctor_shows_every_finding_and_remedy(labkit_command, findings):
    findings.extend([GOOD, OPTIONAL, MISSING])
    _, out, _ = labkit_command("doctor")
    rows = [line.split() for line in out.splitlines()]
    assert ["packages", "numpy", "2.1.0", "ok"] in rows
    assert ["devices", "GPU", "no", "NVIDIA", "GPU", "found", "optional"] in rows
    assert "  GPU: Not needed: [bold]%%gpu." in out.splitlines()
    assert '  pooch: pip install "pooch>=1.8"' in out.splitlines()


def test_doctor_gives_no_advice_when_nothing_is_missing(labkit_command, findings):
    findings.append(GOOD)
    assert "How to get" not in labkit_command("doctor")[1]


def test_doctor_as_json_is_what_was_found(labkit_command, findings):
    findings.extend([GOOD, MISSING])
    code, out, err = labkit_command("doctor", "--json")
    assert (code, err) == (1, "")
    report = json.loads(out)
    assert (report["labkit"], report["complete"]) == (labkit.__version__, False)
    assert [Finding(**finding) for finding in report["findings"]] == [GOOD, MISSING]


@pytest.mark.parametrize(("arguments", "asked"), [([], False), (["--tensorflow"], True)])
def test_tensorflow_is_started_only_on_request(labkit_command, findings, arguments, asked):
    findings.append(GOOD)
    assert ("TensorFlow" in labkit_command("doctor", *arguments)[1]) is asked
