"""Shuts a forked kernel in: its own processes, files and limits, and a keeper that watches it.

`hold` is called in a process that has just been forked from the warm one. That process becomes
three: one that waits, the *keeper*, which is the first process of the kernel's world and may do
there what the kernel may not, and the kernel. The keeper ends when its leash is let go, and then
the kernel's whole world ends with it, whatever it has started.

A world of its own (`Cage.private`) takes Linux, and is entered from inside of bubblewrap: other
users' processes, files and network are already out of sight there; what is added is that two
kernels do not see each other.
"""

import contextlib
import ctypes
import json
import os
import resource
import select
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

TICK = 0.05  # seconds between two looks at the kernel's memory
INSIDE = 1000  # user and group of the kernel, in its own eyes
# the kernel's folder, that of its sockets, and one for what it writes in passing
WORK, CHANNELS, SCRATCH = "/labkit/work", "/labkit/channels", "/labkit/tmp"
PACKET = 1 << 16

_NEW = {
    "mounts": 0x20000,
    "ipc": 0x8000000,
    "users": 0x10000000,
    "pids": 0x20000000,
    "net": 0x40000000,
}
_PRIVATE, _BIND, _READ_ONLY = 0x4000 | 0x40000, 0x1000, 0x20 | 0x1000 | 1 | 2 | 4
_DIE_WITH_PARENT, _DUMPABLE, _DROP_BOUND, _ADOPT_ORPHANS, _NO_MORE_RIGHTS = 1, 4, 24, 36, 38
_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Cage:
    """What a kernel may use.

    Parameters
    ----------
    private : bool
        Whether it gets a world of its own; if not, the limits alone hold.
    user : int
        User id that it gets, where the warm process runs as root; 0 leaves it.
    files, channels, others : str
        Folder whose contents it finds in its own, folder of its sockets, and the folder in which
        those of other kernels lie, which it must not see.
    empty : tuple of str
        Folders of the sandbox that it finds empty, and has for itself.
    memory, scratch : int
        Bytes of memory, and of the files in each of its folders.
    processes, open_files : int
        How many.
    cpu : int
        Seconds of processor time.

    Examples
    --------
    >>> Cage(memory=1 << 30).private
    False
    """

    private: bool = False
    user: int = 0
    files: str = ""
    channels: str = ""
    others: str = ""
    empty: tuple = ()
    memory: int = 4 << 30
    scratch: int = 256 << 20
    processes: int = 256
    open_files: int = 1024
    cpu: int = 3600


def hold(cage, leash, kernel):
    """Run a kernel in a cage, and end with it; never returns.

    Parameters
    ----------
    cage : Cage
        What it may use.
    leash : socket.socket
        Of type ``SOCK_SEQPACKET``. The keeper reads orders from it, ``{"do": "interrupt"}`` and
        ``{"do": "seal"}``, writes how the kernel ended, ``{"end": reason, "code": number}``, and
        ends all when it is closed.
    kernel : callable
        Is the kernel; called without arguments in the last of the processes.
    """
    _LIBC.prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if cage.private:
        _enter(cage)
        if waiting := os.fork():  # only a child is in the new world of processes
            leash.close()
            os._exit(os.waitstatus_to_exitcode(os.waitpid(waiting, 0)[1]) & 0xFF)
        _LIBC.prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    os.setsid()
    proc = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)  # which the kernel will not see
    if cage.private:
        _furnish(cage)
    else:  # what it starts and leaves behind must not get out of sight
        _LIBC.prctl(_ADOPT_ORPHANS, 1)
    child = os.fork()
    if not child:
        leash.close()
        os.close(proc)
        _silence()
        _strip(cage)
        kernel()
        os._exit(0)
    _Keeper(cage, leash, child, proc).run()


def _enter(cage):
    """Become a user without rights outside, in a world of its own."""
    user, group = os.getuid(), os.getgid()
    if cage.user:
        user = group = cage.user
        os.setgroups([])
        os.setresgid(group, group, group)
        os.setresuid(user, user, user)
        _LIBC.prctl(_DUMPABLE, 1)  # else not even the process itself may write its map of users
        _LIBC.prctl(_DIE_WITH_PARENT, signal.SIGKILL)  # forgotten with the change of user
    resource.setrlimit(resource.RLIMIT_NPROC, (cage.processes + 3,) * 2)  # of this world, for good
    _call("unshare", sum(_NEW.values()))
    for name, text in {
        "setgroups": "deny",
        "uid_map": f"{INSIDE} {user} 1",
        "gid_map": f"{INSIDE} {group} 1",
    }.items():
        Path("/proc/self", name).write_text(text)


def _furnish(cage):
    """Lay out the kernel's files: its own folders, and nothing of others."""
    _mount(None, "/", None, _PRIVATE)
    for place in (WORK, SCRATCH, *cage.empty):
        _mount("tmpfs", place, "tmpfs", 0, f"size={cage.scratch},mode=700")
    shutil.copytree(cage.files, WORK, dirs_exist_ok=True)
    _mount(cage.channels, CHANNELS, None, _BIND)
    _mount("tmpfs", cage.others, "tmpfs", 0, "size=4k,mode=500")
    _mask_processes()
    os.chdir(WORK)


def _mask_processes():
    """Leave of /proc what libraries ask for; the rest would show the neighbours."""
    kept = {name: Path("/proc", name).read_bytes() for name in ("cpuinfo", "meminfo", "stat")}
    _mount("tmpfs", "/proc", "tmpfs", 0, "size=1m,mode=755")
    for name, data in kept.items():
        Path("/proc", name).write_bytes(data)


def _mount(source, target, kind, flags, options=None):
    texts = [None if text is None else os.fsencode(text) for text in (source, target, kind)]
    _call("mount", *texts, ctypes.c_ulong(flags), options and options.encode())


def _call(name, *arguments):
    if getattr(_LIBC, name)(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def _silence():
    """Let go of the grader's terminal; what a kernel has to say it says on its channels."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nothing, descriptor)
    os.close(nothing)


def _strip(cage):
    """Take from the kernel what it could use against others, and set its limits."""
    for name, value in {
        "RLIMIT_CORE": 0,
        "RLIMIT_CPU": cage.cpu,
        "RLIMIT_FSIZE": cage.scratch,
        "RLIMIT_NOFILE": cage.open_files,
    }.items():
        resource.setrlimit(getattr(resource, name), (value, value))
    if not cage.private:
        return
    resource.setrlimit(resource.RLIMIT_NPROC, (cage.processes,) * 2)
    for right in range(64):
        _LIBC.prctl(_DROP_BOUND, right)
    _LIBC.prctl(_NO_MORE_RIGHTS, 1, 0, 0, 0)
    head = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3 of capset(2), this process
    _call("capset", head, (ctypes.c_uint32 * 6)())


class _Keeper:
    """Watches one kernel, does as the leash says, and reports how it ended."""

    def __init__(self, cage, leash, child, proc):
        self.cage, self.leash, self.child, self.proc = cage, leash, child, proc
        self.own = os.readlink("self", dir_fd=proc)
        self.shared = None  # memory that the kernel has from the warm process

    def run(self):
        """Keep watch until the kernel has ended or the leash is let go; never returns."""
        end = None
        while end is None:
            if select.select([self.leash], [], [], TICK)[0]:
                end = self._obey(self.leash.recv(PACKET))
            end = end or self._ended() or self._too_much()
        self._end_all()
        self._report(end)
        os._exit(0)

    def _obey(self, packet):
        """Do what an order says; with nothing to read the leash is let go."""
        if not packet:
            return {"end": "let go"}
        order = json.loads(packet)["do"]
        if order == "interrupt":
            os.kill(self.child, signal.SIGINT)
        elif order == "seal" and self.cage.private:
            _mount(None, CHANNELS, None, _READ_ONLY)
        return None

    def _ended(self):
        """Tell how the kernel ended, if it has; take leave of what it left behind."""
        try:
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                if found[0] == self.child:
                    return {"end": "ended", "code": os.waitstatus_to_exitcode(found[1])}
        except ChildProcessError:
            return {"end": "ended", "code": None}
        return None

    def _too_much(self):
        """Say if the kernel and what it started use more than they may."""
        family = list(self._family())
        used = [self._memory(pid) for pid in family]
        if self.shared is None and used:
            self.shared = used[0][0]
        total = sum(max(0, own - (self.shared or 0)) + shared for own, shared in used)
        if total > self.cage.memory:
            return {"end": "memory", "code": total}
        return (
            {"end": "processes", "code": len(family)} if len(family) > self.cage.processes else None
        )

    def _family(self):
        """List the kernel and all that it started, by their numbers in the table of processes."""
        waiting = self._children(self.own)
        while waiting:
            pid = waiting.pop()
            yield pid
            waiting += self._children(pid)

    def _children(self, pid):
        try:
            tasks = os.open(f"{pid}/task", os.O_RDONLY | os.O_DIRECTORY, dir_fd=self.proc)
        except OSError:  # it has ended meanwhile
            return []
        try:
            found = [self._text(f"{pid}/task/{task}/children") for task in os.listdir(tasks)]
        except OSError:
            found = []
        finally:
            os.close(tasks)
        return " ".join(found).split()

    def _memory(self, pid):
        """Return bytes of memory that is a process's own, and that it shares by its own doing."""
        lines = self._text(f"{pid}/status").splitlines()
        found = dict(line.split(":", 1) for line in lines if line.startswith("Rss"))
        sizes = [int(found.get(name, "0 kB").split()[0]) << 10 for name in ("RssAnon", "RssShmem")]
        return tuple(sizes)

    def _text(self, path):
        try:
            with open(os.open(path, os.O_RDONLY, dir_fd=self.proc), errors="replace") as file:
                return file.read()
        except OSError:
            return ""

    def _end_all(self):
        """End the kernel and what it started."""
        if self.cage.private:
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)  # all of this world, but for the keeper
            return
        while family := list(self._family()):  # those that an ended one leaves come to the keeper
            for pid in family:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(-1, 0)

    def _report(self, end):
        with contextlib.suppress(OSError):  # perhaps nobody is left to hear it
            self.leash.send(json.dumps(end).encode())
