"""What README.md tells people to type is what the project does."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
TARGETS = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
BLOCKS = re.findall(r"```bash\n(.*?)```", README, flags=re.DOTALL)
COMMANDS = [line.split("  #")[0].strip() for block in BLOCKS for line in block.splitlines()]
MAKE_COMMANDS = sorted(
    {*re.findall(r"`(make [a-z-]+)`", README), *[c for c in COMMANDS if c.startswith("make ")]}
)
PLAIN_COMMANDS = [c for c in COMMANDS if not c.startswith("make ")]
LABKIT_COMMANDS = [c for c in PLAIN_COMMANDS if c.startswith(".venv/bin/labkit ")]

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


@pytest.fixture(scope="module")
def planned():
    """Return the lines that make would run on a fresh machine, without running them."""
    targets = ["setup", "book", "test", "demo"]
    run = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", "--always-make", "PYTHON=python3", *targets],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return run.stdout.splitlines()


def test_readme_has_commands():
    assert len(MAKE_COMMANDS) >= 8
    assert len(PLAIN_COMMANDS) >= 9


@needs_make
@pytest.mark.parametrize("command", MAKE_COMMANDS)
def test_make_command_exists(command):
    assert command.removeprefix("make ") in TARGETS


@pytest.mark.parametrize("target", [t for t in TARGETS if t not in {"setup", "lock"}])
def test_target_is_explained_in_readme(target):
    assert f"make {target}" in README


@needs_make
@pytest.mark.parametrize("command", [c for c in PLAIN_COMMANDS if c not in LABKIT_COMMANDS])
def test_plain_command_is_what_make_runs(command, planned):
    wanted = "python3 -m venv --clear .venv" if command == "python3 -m venv .venv" else command
    assert wanted in planned


@pytest.mark.parametrize("command", LABKIT_COMMANDS)
def test_labkit_command_runs(command, tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path))
    words = command.split()[1:]
    program = "from labkit.cli import main; main()"
    run = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip()


@needs_make
def test_help_lists_every_target():
    run = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert [line.split()[1] for line in run.stdout.splitlines()] == TARGETS


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#:]+)\)", README))
def test_linked_file_exists(target):
    assert (ROOT / target).is_file()
