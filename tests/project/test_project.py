"""The project's own files agree with one another."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

import labkit

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCK = (ROOT / "requirements.txt").read_text()
LOCKED = [
    Requirement(line.rstrip("\\ ")) for line in LOCK.splitlines() if re.match(r"[a-z0-9]", line)
]
WANTED = sorted(
    {
        text
        for part in [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
        for text in part
        if not text.startswith("labkit[")
    }
)


def tracked_files():
    """Return the text files that git tracks, without vendored and generated ones."""
    run = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if run.returncode:
        pytest.skip("not a git checkout")
    left_out = ("book/_vendor/", "requirements.txt", "LICENSE")
    names = [name for name in run.stdout.splitlines() if not name.startswith(left_out)]
    return [ROOT / name for name in names if (ROOT / name).is_file() and not name.endswith(".png")]


@pytest.mark.parametrize("text", WANTED)
def test_locked_version_lies_in_the_range(text):
    wanted = Requirement(text)
    locked = [r for r in LOCKED if r.name.lower() == wanted.name.lower()]
    assert locked, f"{wanted.name} is not in requirements.txt: run `make lock`"
    versions = [str(r.specifier).removeprefix("==") for r in locked]
    assert all(wanted.specifier.contains(v, prereleases=True) for v in versions), versions


def test_every_locked_package_has_hashes():
    blocks = re.split(r"\n(?=[a-z0-9])", LOCK)
    packages = [block for block in blocks if "==" in block.splitlines()[0]]
    assert len(packages) == len(LOCKED) > 100
    assert [b.splitlines()[0] for b in packages if "--hash=sha256:" not in b] == []


def test_lock_names_no_address():
    assert "://" not in LOCK


def test_citation_has_the_version_of_the_package():
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"] == labkit.__version__


def test_address_stands_in_one_place():
    address = yaml.safe_load((ROOT / "_config.yml").read_text())["repository"]["url"]
    owner_and_name = "/".join(address.rstrip("/").split("/")[-2:])
    holders = [f for f in tracked_files() if owner_and_name in f.read_text(errors="ignore")]
    generated = [f for f in holders if f.suffix == ".ipynb" and f.with_suffix(".md").exists()]
    assert [f.relative_to(ROOT).as_posix() for f in holders if f not in generated] == [
        "_config.yml"
    ]


def test_no_data_file_is_tracked():
    from labkit.data import catalog

    names = {Path(file.path).name for entry in catalog.CATALOG.values() for file in entry.files}
    assert len(names) >= 8
    assert [f for f in tracked_files() if f.name in names] == []


@pytest.mark.parametrize("script", [".ci/run"])
def test_shell_script_parses(script):
    assert subprocess.run(["bash", "-n", ROOT / script]).returncode == 0


def test_tests_of_one_group_run_in_one_worker(tmp_path):
    # pytest-xdist 3.8 ignores groups, without a word, under pytest 9.2
    marked = (
        "import pytest\n@pytest.mark.xdist_group('g')\n@pytest.mark.parametrize('i', range(4))\n"
    )
    (tmp_path / "test_group.py").write_text(
        f"{marked}def test_member(i, worker_id): print(worker_id)"
    )
    options = ["-n", "2", "--dist", "loadgroup", "-rP", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *options, "--rootdir", tmp_path, tmp_path]
    run = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert run.returncode == 0, run.stdout
    assert len(set(re.findall(r"^gw\d+$", run.stdout, flags=re.MULTILINE))) == 1
