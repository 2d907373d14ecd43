"""labkit doctor: each thing it looks at, present, absent, wrong and broken."""

import json
import os
import re
import subprocess
import sys
import time
from collections import namedtuple
from importlib import metadata

import pytest
from packaging.requirements import Requirement

import labkit
from labkit import doctor, packages
from labkit.data import catalog
from labkit.doctor import Finding

Done = namedtuple("Done", "returncode stdout stderr", defaults=(0, "", ""))


@pytest.fixture
def installed(monkeypatch):
    """Pretends what is installed (a dict, name to version) and what labkit asks for (a list)."""
    versions, asked = {}, []

    def version(name):
        if name not in versions:
            raise metadata.PackageNotFoundError(name)
        return versions[name]

    monkeypatch.setattr(metadata, "version", version)
    monkeypatch.setattr(metadata, "requires", lambda name: asked)
    return versions, asked


@pytest.fixture
def programs(monkeypatch):
    """Pretends what is on the PATH (a dict, name to path), and how it ends when run (a dict)."""
    paths, results = {}, {}
    monkeypatch.setattr(doctor.shutil, "which", paths.get)
    monkeypatch.setattr(doctor, "_run", lambda command, seconds: results.get(command[0]))
    return paths, results


@pytest.fixture
def no_data(tmp_path, monkeypatch):
    """No data folder, an empty cache; returns the folder that both can be made in."""
    monkeypatch.delenv("LABKIT_DATA", raising=False)
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "cache"))
    return tmp_path


def by_name(findings):
    return {finding.name: finding for finding in findings}


def test_on_this_machine_everything_needed_is_found_quickly(no_data):
    start = time.process_time()  # of the processor, as other tests may be running
    findings = doctor.examine()
    assert time.process_time() - start < 3
    assert doctor.is_complete(findings), [f for f in findings if f.status == "problem"]
    topics = list(dict.fromkeys(finding.topic for finding in findings))
    assert topics == ["Python", "packages", "devices", "data", "developer tools"]


def test_looking_imports_no_heavy_package(no_data):
    code = "from labkit import doctor; doctor.examine(); import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert {"tensorflow", "matplotlib", "sklearn", "nbgrader"} & set(done.stdout.split()) == set()


def test_looking_leaves_the_disk_alone(no_data):
    doctor.examine()
    assert list(no_data.iterdir()) == []


@pytest.mark.parametrize(("tensorflow", "asked"), [(False, False), (True, True)])
def test_tensorflow_is_asked_only_on_request(monkeypatch, tensorflow, asked):
    monkeypatch.setattr(doctor, "_tensorflow", lambda: Finding("devices", "TensorFlow", "seen"))
    assert ("TensorFlow" in by_name(doctor.examine(tensorflow=tensorflow))) is asked


@pytest.mark.parametrize(
    ("statuses", "complete"),
    [([], True), (["ok", "optional"], True), (["ok", "problem", "optional"], False)],
)
def test_complete_means_that_nothing_needed_is_missing(statuses, complete):
    assert doctor.is_complete([Finding("a", "b", "c", s) for s in statuses]) is complete


def test_json_holds_every_field():
    report = json.loads(doctor.as_json([Finding("data", "é", "x", "problem", "do")]))
    assert report == {
        "labkit": labkit.__version__,
        "complete": False,
        "findings": [
            {"topic": "data", "name": "é", "found": "x", "status": "problem", "remedy": "do"}
        ],
    }


@pytest.mark.parametrize(
    ("required", "status"), [(">=3.11,<3.14", "ok"), (">=99", "problem"), ("<3", "problem")]
)
def test_python_is_compared_with_the_range_in_the_metadata(monkeypatch, required, status):
    monkeypatch.setattr(metadata, "metadata", lambda name: {"Requires-Python": required})
    finding = doctor._python()
    assert finding.status == status
    assert finding.found.startswith("{}.{}.{}".format(*sys.version_info))
    assert (required in (finding.remedy or "")) is (status == "problem")


def test_every_dependency_in_the_metadata_is_looked_at():
    asked = {Requirement(line).name for line in metadata.requires("labkit")}
    extras = {name for extra in doctor.EXTRAS for name in map(_name, packages.requirements(extra))}
    assert {_name(each) for each in packages.requirements()} | extras == asked


def _name(requirement):
    return requirement.name


def test_every_extra_in_the_metadata_is_known():
    assert set(doctor.EXTRAS) == set(metadata.metadata("labkit").get_all("Provides-Extra"))


@pytest.mark.parametrize(
    ("versions", "found", "status", "remedy"),
    [
        ({"numpy": "2.0.0"}, "2.0.0", "ok", None),
        ({"numpy": "2.4.0rc1"}, "2.4.0rc1", "ok", None),
        ({"numpy": "1.26.4"}, "1.26.4, not <3,>=2.0", "problem", '"numpy<3,>=2.0"'),
        ({"numpy": "3.0"}, "3.0, not <3,>=2.0", "problem", '"numpy<3,>=2.0"'),
        ({}, "not installed", "problem", '"numpy<3,>=2.0"'),
    ],
)
def test_a_needed_package(installed, versions, found, status, remedy):
    installed[0].update(versions)
    installed[1].append("numpy>=2.0,<3")
    finding = doctor._packages()[0]
    assert (finding.name, finding.found, finding.status) == ("numpy", found, status)
    assert finding.remedy == (remedy and f"python -m pip install {remedy}")


def test_requirements_for_other_systems_are_left_out(installed):
    installed[1].extend(["a>=1; python_version < '3'", "b; extra == 'book'", "c"])
    installed[1].append("d; python_version > '3'")
    assert [each.name for each in packages.requirements()] == ["c", "d"]
    assert [each.name for each in packages.requirements("book")] == ["b"]


def test_an_extra_in_part_is_optional_and_names_only_what_lacks(installed):
    versions, asked = installed
    versions.update({"nbval": "0.11", "ruff": "0.5"})
    asked.extend(f"{each}; extra == 'dev'" for each in ("nbval>=0.11", "ruff>=0.6", "uv>=0.4"))
    finding = by_name(doctor._packages())["labkit[dev]"]
    assert finding.status == "optional"
    assert finding.found == "ruff 0.5, not >=0.6; uv not installed"
    assert finding.remedy.endswith('python -m pip install "ruff>=0.6" "uv>=0.4"')


def test_a_complete_extra_is_summed_up(installed):
    versions, asked = installed
    versions.update({"tensorflow": "2.20.0", "a": "1", "b": "1", "c": "1"})
    asked.append("tensorflow>=2.18,<3; extra == 'tensorflow'")
    asked.extend(f"{name}; extra == 'book'" for name in "abc")
    findings = by_name(doctor._packages())
    assert findings["labkit[tensorflow]"].found == "tensorflow 2.20.0"
    assert findings["labkit[book]"].found == "all 3 packages"


def test_labkit_that_is_not_installed_is_a_problem(monkeypatch):
    def fail(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", fail)
    monkeypatch.setattr(metadata, "metadata", fail)
    (finding,) = doctor._packages()
    assert (finding.name, finding.status) == ("labkit", "problem")
    assert "pip install -e ." in finding.remedy
    assert doctor._python().status == "ok"


@pytest.mark.parametrize(
    ("result", "found", "status"),
    [
        (
            Done(0, "NVIDIA A100\nNVIDIA T4\n"),
            "NVIDIA A100, NVIDIA T4 (does TensorFlow see it? labkit doctor --tensorflow)",
            "ok",
        ),
        (Done(0, ""), "no NVIDIA GPU found", "optional"),
        (Done(9, "NVIDIA-SMI has failed\n"), "no NVIDIA GPU found", "optional"),
        (None, "nvidia-smi gave no answer within 5 s", "optional"),
    ],
)
def test_gpus_are_those_the_driver_lists(programs, result, found, status):
    programs[0]["nvidia-smi"] = "/bin/nvidia-smi"
    programs[1]["/bin/nvidia-smi"] = result
    finding = by_name(doctor._devices())["GPU"]
    assert (finding.found, finding.status) == (found, status)


def test_without_a_driver_there_is_no_gpu_and_the_cores_are_counted(programs, monkeypatch):
    monkeypatch.setattr(doctor, "cpu_count", lambda: 16)
    cpu, gpu = doctor._devices()
    assert (cpu.found, gpu.status) == ("16 cores", "optional")
    assert "%%gpu" in gpu.remedy


@pytest.mark.parametrize(
    ("result", "found", "status"),
    [
        (Done(0, "NVIDIA A100\n"), "sees NVIDIA A100 (started in", "ok"),
        (Done(0, "no GPU\n"), "sees no GPU (started in", "ok"),
        (Done(1, "", "Traceback\nImportError: libx\n"), "does not start: ImportError: libx", None),
        (Done(-4), "does not start: exit status -4", None),
        (None, "did not start within 120 s", None),
    ],
)
def test_tensorflow_is_started_and_its_failure_told(programs, result, found, status):
    programs[1][sys.executable] = result
    finding = doctor._tensorflow()
    assert finding.found.startswith(found)
    assert finding.status == (status or "problem")


def test_what_tensorflow_is_asked_is_a_program_that_runs(monkeypatch, tmp_path):
    (tmp_path / "labkit.py").write_text("1 / 0")  # it must not be taken for the package
    monkeypatch.chdir(tmp_path)
    commands = []
    monkeypatch.setattr(doctor, "_run", lambda command, seconds: commands.append(command))
    doctor._tensorflow()
    code = commands[0][-1].replace("device.gpus()", "['GPU 0', 'GPU 1']")
    code = code.replace("device.has_tensorflow()", "True")
    done = subprocess.run([*commands[0][:-1], code], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "GPU 0, GPU 1\n")


def test_tensorflow_that_is_not_installed_is_optional_and_says_how_to_get_it(monkeypatch):
    real_run = doctor._run

    def run_without(command, seconds):
        hide = "import sys; sys.modules['tensorflow'] = None; "
        return real_run([*command[:-1], hide + command[-1]], seconds)

    monkeypatch.setattr(doctor, "_run", run_without)
    finding = doctor._tensorflow()
    assert (finding.found, finding.status) == ("not installed", "optional")
    assert re.search('python -m pip install .*"tensorflow', finding.remedy)


def test_without_labkits_metadata_the_pip_line_is_plain(monkeypatch, programs):
    def fail(extra):
        raise metadata.PackageNotFoundError("labkit")

    monkeypatch.setattr(doctor, "requirements", fail)
    programs[1][sys.executable] = Done(0, "\n")
    assert doctor._tensorflow().remedy.endswith(": python -m pip install tensorflow")


@pytest.mark.parametrize("variable", ["LABKIT_DATA", "LABKIT_CACHE"])
def test_a_home_that_nobody_has_is_a_finding_and_no_traceback(monkeypatch, variable):
    monkeypatch.setenv(variable, "~nosuchuser/data")
    (finding,) = doctor._data_and_cache()
    assert finding.status == "problem"
    assert finding.found.startswith(f"{variable} must be a folder")
    assert f"Set {variable}" in finding.remedy


@pytest.mark.parametrize("command", [["/nonexistent/program"], [sys.executable, "-c", "input()"]])
def test_a_program_that_cannot_start_or_does_not_end_gives_none(command):
    reader, writer = os.pipe()  # keeps input() waiting
    code = f"import os, sys; os.dup2({reader}, 0); from labkit.doctor import _run; "
    code += f"print(_run({command!r}, seconds=0.5))"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, pass_fds=[reader]
    )
    os.close(reader)
    os.close(writer)
    assert run.stdout == "None\n", run.stderr


def test_data_that_come_with_sklearn_are_always_there(no_data):
    found = by_name(doctor._data())
    assert found["iris"].status == found["digits"].status == "ok"
    assert set(found) == set(catalog.names())


def test_data_that_are_nowhere_can_be_fetched(no_data):
    finding = by_name(doctor._data())["fashion_mnist"]
    assert finding.status == "optional"
    assert finding.found == "not here yet (30.9 MB, fetched when first used)"
    assert finding.remedy == "labkit data fetch fashion_mnist"


def test_data_of_the_right_size_are_found_in_their_place(no_data, monkeypatch):
    (file,) = catalog.entry("titanic").files
    path = no_data / "folder" / file.path
    path.parent.mkdir(parents=True)
    path.write_bytes(bytes(file.bytes))
    monkeypatch.setenv("LABKIT_DATA", str(no_data / "folder"))
    finding = by_name(doctor._data())["titanic"]
    assert (finding.found, finding.status) == ("in the data folder", "ok")


def test_a_data_set_is_here_only_with_all_its_files(no_data, monkeypatch):
    file, *others = catalog.entry("mnist").files
    assert others
    path = no_data / "folder" / file.path
    path.parent.mkdir(parents=True)
    path.write_bytes(bytes(file.bytes))
    monkeypatch.setenv("LABKIT_DATA", str(no_data / "folder"))
    finding = by_name(doctor._data())["mnist"]
    assert (finding.status, finding.remedy) == ("optional", "labkit data fetch mnist")


def test_a_truncated_file_is_a_problem_with_a_remedy(no_data, monkeypatch):
    path = no_data / "folder" / "titanic" / "titanic.csv"
    path.parent.mkdir(parents=True)
    path.write_text("cut off")
    monkeypatch.setenv("LABKIT_DATA", str(no_data / "folder"))
    finding = by_name(doctor._data())["titanic"]
    assert finding.status == "problem"
    assert "titanic.csv" in finding.found
    assert finding.remedy


def test_a_data_folder_that_is_not_there_is_a_problem(no_data, monkeypatch):
    monkeypatch.setenv("LABKIT_DATA", str(no_data / "typo"))
    finding = doctor._data()[0]
    assert (finding.name, finding.status) == ("LABKIT_DATA", "problem")
    assert str(no_data / "typo") in finding.found


def test_a_writable_cache_shows_the_free_space(no_data):
    finding = doctor._cache(needed=True)
    assert finding.status == "ok"
    assert finding.found.startswith(f"{no_data / 'cache'} (writable, ")


@pytest.mark.parametrize(("needed", "status"), [(True, "problem"), (False, "optional")])
def test_a_cache_that_cannot_be_written(no_data, monkeypatch, needed, status):
    monkeypatch.setattr(doctor.os, "access", lambda path, mode: path != no_data)
    finding = doctor._cache(needed)
    assert finding.status == status
    assert finding.found == f"{no_data / 'cache'} cannot be written"
    assert "LABKIT_CACHE" in finding.remedy


def test_a_cache_below_a_file_cannot_be_written(no_data, monkeypatch):
    (no_data / "file").touch(mode=0o777)
    monkeypatch.setenv("LABKIT_CACHE", str(no_data / "file" / "cache"))
    assert doctor._cache(needed=True).status == "problem"


@pytest.mark.parametrize("here", [True, False])
def test_the_cache_is_needed_only_where_data_are_missing(monkeypatch, here):
    data = Finding("data", "mnist", "somewhere", "ok" if here else "optional")
    monkeypatch.setattr(doctor, "_data", lambda: [data])
    monkeypatch.setattr(doctor, "_cache", lambda needed: Finding("data", "cache", str(needed)))
    assert by_name(doctor.examine())["cache"].found == str(not here)


def test_without_the_packages_that_data_need_the_doctor_still_reports(monkeypatch):
    monkeypatch.setitem(sys.modules, "labkit.data", None)
    finding = by_name(doctor.examine())["labkit.data"]
    assert finding.status == "problem"
    assert finding.found.startswith("cannot be imported: ")


def test_developer_tools_are_optional(programs):
    tools = by_name(doctor._tools())
    assert {tool.status for tool in tools.values()} == {"optional"}
    assert [*tools] == ["Chromium", "bubblewrap", "make"]
    assert tools["bubblewrap"].remedy.endswith("apt install bubblewrap")


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_chromium_is_found_under_each_of_its_names(programs, name):
    programs[0][name] = f"/usr/bin/{name}"
    assert by_name(doctor._tools())["Chromium"].found == f"/usr/bin/{name}"


@pytest.mark.parametrize(
    ("result", "found", "status"),
    [
        (Done(0), "/bin/bwrap", "ok"),
        (Done(1, "", "No permissions\n"), "/bin/bwrap: No permissions", "optional"),
        (None, "/bin/bwrap: does not end", "optional"),
    ],
)
def test_bubblewrap_is_tried_because_kernels_forbid_it(programs, result, found, status):
    programs[0]["bwrap"] = "/bin/bwrap"
    programs[1]["/bin/bwrap"] = result
    finding = by_name(doctor._tools())["bubblewrap"]
    assert (finding.found, finding.status) == (found, status)
    assert "--sandbox" not in (finding.remedy or "")  # no command has that option
