"""``labkit doctor``: what is installed, what hardware and data there are, and what is missing."""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from importlib import metadata

import labkit
from labkit.device import cpu_count
from labkit.errors import LabkitError
from labkit.packages import is_in, lack, pip_install, requirements

EXTRAS = {
    "tensorflow": "the parts of the course on Keras and TensorFlow",
    "book": "building the book",
    "instructor": "grading",
    "dev": "developing the course",
}
GPU_SECONDS = 5  # the driver answers in well under one, but may have to wake up
TENSORFLOW_SECONDS = 120  # a first import from a cold disk can take more than a minute


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Parameters
    ----------
    topic, name : str
        What was looked at.
    found : str
        What is there.
    status : {"ok", "optional", "problem"}
        Whether it is all right, missing but not needed, or missing and needed.
    remedy : str, optional
        How to get it.

    Examples
    --------
    >>> Finding("packages", "numpy", "2.1.0").status
    'ok'
    """

    topic: str
    name: str
    found: str
    status: str = "ok"
    remedy: str | None = None


def examine(tensorflow=False):
    """Look at everything that the course uses.

    Parameters
    ----------
    tensorflow : bool, default False
        Whether to start TensorFlow in a process of its own (some seconds) and ask it for GPUs.

    Returns
    -------
    list of Finding

    Examples
    --------
    >>> examine()[0].name
    'Python'
    """
    return [
        _python(),
        *_packages(),
        *_devices(),
        *([_tensorflow()] if tensorflow else []),
        *_data_and_cache(),
        *_tools(),
    ]


def is_complete(findings):
    """Return whether nothing that the course needs is missing.

    Parameters
    ----------
    findings : list of Finding

    Returns
    -------
    bool

    Examples
    --------
    >>> is_complete([Finding("tools", "make", "not found", "optional")])
    True
    """
    return all(finding.status != "problem" for finding in findings)


def as_json(findings):
    """Return the findings as JSON text.

    Parameters
    ----------
    findings : list of Finding

    Returns
    -------
    str
        An object with ``labkit`` (version), ``complete`` (bool) and ``findings`` (a list of
        objects with the fields of `Finding`).

    Examples
    --------
    >>> json.loads(as_json([]))["complete"]
    True
    """
    report = {
        "labkit": labkit.__version__,
        "complete": is_complete(findings),
        "findings": [asdict(finding) for finding in findings],
    }
    return json.dumps(report, indent=2, ensure_ascii=False)


def _python():
    """Compare Python's version with the range in labkit's metadata."""
    version = ".".join(map(str, sys.version_info[:3]))
    try:
        required = metadata.metadata("labkit")["Requires-Python"]
    except metadata.PackageNotFoundError:
        return Finding("Python", "Python", version)  # _packages reports that labkit is missing
    if is_in(version, required):
        return Finding("Python", "Python", version)
    remedy = f"Install a Python that fulfils {required} and make a new environment with it."
    return Finding("Python", "Python", f"{version}, not {required}", "problem", remedy)


def _packages():
    """Compare what is installed with the ranges in labkit's metadata."""
    try:
        needed = requirements()
    except metadata.PackageNotFoundError:
        remedy = "In the project's folder: python -m pip install -e ."
        return [Finding("packages", "labkit", "not installed", "problem", remedy)]
    return [*map(_package, needed), *(_extra(extra) for extra in EXTRAS)]


def _package(requirement):
    """Look at one package that every user needs."""
    name, lacking = requirement.name, lack(requirement)
    if lacking:
        return Finding("packages", name, lacking, "problem", pip_install([requirement]))
    return Finding("packages", name, metadata.version(name))


def _extra(extra):
    """Look at the packages of an extra together."""
    listed = requirements(extra)
    lacking = [each for each in listed if lack(each)]
    name = f"labkit[{extra}]"
    if not lacking:
        versions = ", ".join(f"{each.name} {metadata.version(each.name)}" for each in listed)
        found = versions if len(listed) <= 2 else f"all {len(listed)} packages"
        return Finding("packages", name, found)
    found = "; ".join(f"{each.name} {lack(each)}" for each in lacking)
    remedy = f"For {EXTRAS[extra]}: {pip_install(lacking)}"
    return Finding("packages", name, found, "optional", remedy)


def _devices():
    """Look at processors, and at GPUs as their driver lists them."""
    return [Finding("devices", "CPU", f"{cpu_count()} cores"), _gpu()]


def _gpu():
    """Ask NVIDIA's driver for GPUs: quicker than TensorFlow, which may still lack CUDA."""
    found, program = "no NVIDIA GPU found", shutil.which("nvidia-smi")
    if program:
        done = _run([program, "--query-gpu=name", "--format=csv,noheader"], GPU_SECONDS)
        if done and done.returncode == 0 and done.stdout:
            names = ", ".join(done.stdout.splitlines())
            found = f"{names} (does TensorFlow see it? labkit doctor --tensorflow)"
            return Finding("devices", "GPU", found)
        if done is None:
            found = f"nvidia-smi gave no answer within {GPU_SECONDS} s"
    remedy = "Not needed: cells marked %%gpu are skipped. Colab lends a GPU (see Setup)."
    return Finding("devices", "GPU", found, "optional", remedy)


def _run(command, seconds):
    """Run a program within a time limit; None if it cannot start or does not end."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=seconds)
    except (OSError, subprocess.TimeoutExpired):
        return None


def _tensorflow():
    """Start TensorFlow in a process of its own and ask it what it sees."""
    code = (
        "from labkit import device; "
        "print(device.has_tensorflow() and (', '.join(device.gpus()) or 'no GPU') or '')"
    )
    start = time.perf_counter()
    # -P: a folder called tensorflow in the working directory must not hide the package
    done = _run([sys.executable, "-P", "-c", code], TENSORFLOW_SECONDS)
    if done and done.returncode == 0:
        seconds = time.perf_counter() - start
        return _tensorflow_sees(done.stdout.strip(), seconds)
    why = f"did not start within {TENSORFLOW_SECONDS} s"
    if done:
        lines = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        why = f"does not start: {lines[-1]}"
    remedy = "python -m pip install --force-reinstall tensorflow"
    return Finding("devices", "TensorFlow", why, "problem", remedy)


def _tensorflow_sees(gpus, seconds):
    """Tell what TensorFlow answered; nothing at all means that it is not installed."""
    if gpus:
        return Finding("devices", "TensorFlow", f"sees {gpus} (started in {seconds:.1f} s)")
    try:
        install = pip_install(requirements("tensorflow"))
    except metadata.PackageNotFoundError:  # labkit itself is not installed
        install = "python -m pip install tensorflow"
    remedy = f"For {EXTRAS['tensorflow']}: {install}"
    return Finding("devices", "TensorFlow", "not installed", "optional", remedy)


def _data_and_cache():
    """Look at the data, if the packages that labkit.data needs are there."""
    try:
        data = _data()
    except ImportError as error:
        found, remedy = f"cannot be imported: {error}", "Install the packages that are missing."
        return [Finding("data", "labkit.data", found, "problem", remedy)]
    except LabkitError as error:  # LABKIT_DATA or LABKIT_CACHE names no folder
        return [Finding("data", "folders", error.problem, "problem", error.remedy)]
    return [*data, _cache(needed=any(finding.status != "ok" for finding in data))]


def _data():
    """Look where each data set is."""
    from labkit.data import catalog, settings

    findings = [_dataset(catalog.entry(name)) for name in catalog.names()]
    folder = settings.data_folder()
    if folder is None or folder.is_dir():
        return findings
    remedy = "Set LABKIT_DATA to the folder that holds the data, or unset it."
    found = f"{folder} is not a folder"
    return [Finding("data", "LABKIT_DATA", found, "problem", remedy), *findings]


def _dataset(entry):
    """Look where the files of one data set are, comparing sizes only: that is quick."""
    from labkit.data import files

    if entry.with_sklearn:
        return Finding("data", entry.name, "comes with scikit-learn")
    states = files.status(entry.name)
    errors = [state.error for state in states if state.place and state.error]
    if errors:
        return Finding("data", entry.name, errors[0].problem, "problem", errors[0].remedy)
    if all(state.ok for state in states):
        places = sorted({state.place for state in states})
        return Finding("data", entry.name, f"in the {' and the '.join(places)}")
    found = f"not here yet ({entry.bytes / 1e6:.1f} MB, fetched when first used)"
    return Finding("data", entry.name, found, "optional", f"labkit data fetch {entry.name}")


def _cache(needed):
    """Look whether the download cache can be written, without making it."""
    from labkit.data.settings import cache_folder

    folder = cache_folder()
    there = next(place for place in (folder, *folder.absolute().parents) if os.path.exists(place))
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        free = shutil.disk_usage(there).free / 1e9
        return Finding("data", "cache", f"{folder} (writable, {free:.1f} GB free)")
    status = "problem" if needed else "optional"
    remedy = "Set LABKIT_CACHE to a folder that you may write to."
    return Finding("data", "cache", f"{folder} cannot be written", status, remedy)


def _tools():
    """Look for the programs that only developers and instructors need."""
    browsers = ["chromium", "chromium-browser", "google-chrome"]
    browser = _tool("Chromium", browsers, "chromium", "the book's browser tests")
    make = _tool("make", ["make", "gmake"], "make", "the short commands of the README")
    return [browser, _sandbox(), make]


def _tool(name, programs, package, purpose):
    """Look for a program under the names it goes by."""
    path = next(filter(None, map(shutil.which, programs)), None)
    if path:
        return Finding("developer tools", name, path)
    remedy = f"Needed for {purpose} only. Debian, Ubuntu: apt install {package}"
    return Finding("developer tools", name, "not found", "optional", remedy)


def _sandbox():
    """Look for bubblewrap, and whether the kernel lets it work."""
    found = _tool("bubblewrap", ["bwrap"], "bubblewrap", "grading in a sandbox (later releases)")
    if found.status != "ok":
        return found
    done = _run([found.found, "--ro-bind", "/", "/", "--unshare-all", "true"], seconds=2)
    if done and done.returncode == 0:
        return found
    why = done.stderr.strip() if done else "does not end"
    remedy = "Not needed: no command uses it yet. It wants a kernel with user namespaces."
    return Finding("developer tools", "bubblewrap", f"{found.found}: {why}", "optional", remedy)
