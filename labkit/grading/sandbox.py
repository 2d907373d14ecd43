"""Finds a sandbox for students' code, and says how to get one where there is none."""

import os
import shutil
import site
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import labkit
from labkit.errors import LabkitError
from labkit.grading.cage import CHANNELS, SCRATCH, WORK

JOBS = "/labkit/jobs"  # where the folders of all kernels lie, inside
_SYSTEM = ("/usr", "/etc/fonts", "/etc/alternatives", "/etc/ld.so.cache", "/etc/localtime")
_LINKS = {"/bin": "usr/bin", "/lib": "usr/lib", "/lib64": "usr/lib64", "/sbin": "usr/sbin"}
# what stays to root inside, to give every kernel a user of its own
_ROOT = (
    *("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"),
    *("--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"),
)
FIRST_USER = 61_000  # of those that kernels get where the grader is root; unused on any system


@dataclass(frozen=True)
class Sandbox:
    """How students' code is kept from the rest of the computer.

    Parameters
    ----------
    name : str
        ``"bwrap"`` or ``"none"``.
    program : str
        Path of bubblewrap; empty without.

    Examples
    --------
    >>> Sandbox("none").private
    False
    """

    name: str
    program: str = ""

    @property
    def private(self):
        """Whether a kernel sees nothing of others (bool)."""
        return bool(self.program)

    def command(self, jobs, readable=()):
        """Build the command line that runs a program inside.

        Parameters
        ----------
        jobs : str or PathLike
            Folder with those of the kernels; the only place outside that can be written to.
        readable : iterable of str or PathLike
            What else can be read: the data sets.

        Returns
        -------
        list of str
            What to put before the program's own command line; empty without a sandbox.
        """
        if not self.program:
            return []
        command = [self.program, "--die-with-parent", "--new-session"]
        command += _ROOT if os.geteuid() == 0 else ["--unshare-all"]
        for path in _SYSTEM:
            command += ["--ro-bind-try", path, path]
        for path, target in _LINKS.items():
            if os.path.islink(path):
                command += ["--symlink", target, path]
            else:
                command += ["--ro-bind-try", path, path]
        command += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
        paths = [*_python(), *map(os.path.abspath, readable)]
        for folder in [*_above(paths), "/labkit", WORK, CHANNELS, SCRATCH]:
            command += ["--perms", "0755", "--dir", folder]  # else they are root's alone
        for path in paths:
            command += ["--ro-bind", path, path]
        command += ["--bind", str(jobs), JOBS]
        if not self.empty(readable):
            command += ["--remount-ro", "/tmp"]
        return [*command, "--chdir", "/", "--hostname", "grader", "--"]

    def empty(self, readable=()):
        """Tell which folders of the sandbox a kernel may find empty (tuple of str).

        Not those in which something lies that it needs.
        """
        paths = [*_python(), *map(os.path.abspath, readable)]
        return () if any(_lies_in(path, "/tmp") for path in paths) else ("/tmp",)


def _python():
    """List the folders that hold this Python, its packages and labkit; each once."""
    paths = {sys.base_prefix, sys.prefix, *site.getsitepackages(), sysconfig.get_path("stdlib")}
    found = {os.path.realpath(path) for path in paths} | {os.path.abspath(p) for p in paths}
    found = {path for path in found if os.path.isdir(path) and not path.startswith("/usr/")}
    found.add(str(Path(labkit.__file__).parent))
    return [path for path in sorted(found) if not any(_lies_in(path, other) for other in found)]


def _above(paths):
    """List the folders in which the paths lie, the outer ones first; each once."""
    above = {str(folder) for path in paths for folder in Path(path).parents}
    return sorted(above - {"/", "/usr", "/tmp", "/etc"}, key=len)


def _lies_in(path, other):
    return path != other and path.startswith(other.rstrip("/") + "/")


def choose(wish="auto"):
    """Choose how students' code is shut in.

    Parameters
    ----------
    wish : {"auto", "bwrap", "none"}
        Whether there must be a sandbox; ``"auto"`` is ``"bwrap"``, for there is no other.

    Returns
    -------
    Sandbox
        One that works on this computer.

    Raises
    ------
    LabkitError
        If there is none; with what to do.

    Examples
    --------
    >>> choose("none").name
    'none'
    """
    if wish not in ("auto", "bwrap", "none"):
        raise LabkitError(f"there is no sandbox {wish!r}.", "There are 'auto', 'bwrap' and 'none'.")
    if wish == "none":
        return Sandbox("none")
    if why := trouble():
        raise LabkitError(
            f"students' code must not run without a sandbox, and {why}",
            "Or go without, with `--sandbox none`: then it can read and change all that you can.",
        )
    return Sandbox("bwrap", shutil.which("bwrap"))


@cache
def trouble():
    """Say why bubblewrap cannot be used here (str), and what helps; None if it can."""
    if not sys.platform.startswith("linux"):
        return "bubblewrap needs Linux: grade in a virtual machine or a container with Linux."
    program = shutil.which("bwrap")
    if program is None:
        return "bubblewrap is not installed: `apt install bubblewrap`, or `dnf install bubblewrap`."
    command = Sandbox("bwrap", program).command("/tmp")
    run = subprocess.run(
        [*command, sys.executable, "-c", ""], capture_output=True, text=True, errors="replace"
    )
    if run.returncode:
        return (
            f"bubblewrap does not work here ({run.stderr.strip()[:200]}): allow user namespaces "
            "(`sysctl kernel.unprivileged_userns_clone=1`, on Ubuntu "
            "`sysctl kernel.apparmor_restrict_unprivileged_userns=0`)."
        )
    return None
