"""Kernels in cages, from the grader's side: started, asked, interrupted and ended."""

import asyncio
import contextlib
import itertools
import json
import os
import shutil
import socket
import tempfile
import time
import uuid
from dataclasses import asdict, replace
from pathlib import Path

import zmq.asyncio
from jupyter_client.asynchronous import AsyncKernelClient

from labkit.errors import LabkitError
from labkit.grading.cage import CHANNELS, PACKET, SCRATCH, WORK, Cage
from labkit.grading.forks import WarmProcess
from labkit.grading.sandbox import FIRST_USER, JOBS
from labkit.grading.warm import ENVIRONMENT, INLINE, ONE_THREAD

STARTUP = 60.0  # seconds that a kernel may take until it answers
_PORTS = {
    f"{name}_port": n for n, name in enumerate(("shell", "iopub", "stdin", "control", "hb"), 1)
}
_LARGEST = 20_000_000  # bytes of one message; a larger one ends the connection
_WAITING = 100  # messages that wait to be read; the kernel's own buffer holds the others


class Warden:
    """Starts kernels in cages from a warm process, which is in the same sandbox.

    Parameters
    ----------
    sandbox : labkit.grading.sandbox.Sandbox
        What keeps it from the rest of the computer.
    modules : tuple of str
        What the warm process has imported, see `labkit.grading.warm.modules_for`.
    env : dict of str to str
        The environment of all its kernels; they see no other.
    readable : tuple of str
        Folders that its kernels may read: the data sets.

    Raises
    ------
    OSError
        If the warm process cannot be started.
    """

    def __init__(self, sandbox, modules, env, readable=()):
        self.sandbox, self.env = sandbox, clean_environment(sandbox) | env
        self._empty = sandbox.empty(readable)
        self.folder = Path(tempfile.mkdtemp(prefix="labkit-"))
        self.folder.chmod(0o711)  # a kernel's user finds its own folder, and no list of all
        self._numbers = itertools.count()
        try:
            self._warm = WarmProcess(modules, self.env, sandbox.command(self.folder, readable))
        except OSError:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    async def kernel(self, files, cage=None, seed=0):
        """Start a kernel.

        Parameters
        ----------
        files : dict of str to bytes
            What it finds in its folder, by path.
        cage : Cage, optional
            Its limits; where it lies is filled in here.
        seed : int
            For its random numbers.

        Returns
        -------
        HeldKernel
            One that answers.

        Raises
        ------
        KernelDiedError
            If it does not come to answer.
        """
        number = next(self._numbers)
        place = self.folder / str(number)
        for part in ("files", "channels"):
            (place / part).mkdir(parents=True)
        for path, data in files.items():
            target = place / "files" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        cage = self._cage(cage or Cage(), number)
        held = HeldKernel(place, self._inside(place, "channels", CHANNELS), cage)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        work = self._inside(place, "files", WORK)
        argv = ["ipykernel_launcher", "-f", f"{held.inside}/connection.json", _NO_HISTORY]
        env = self.env | {"HOME": work}
        process = self._warm.fork(argv, env, work, leash=theirs, cage=asdict(cage), seed=seed)
        await held.begin(ours, process)
        return held

    def _inside(self, place, part, path):
        """Return what the kernel calls a folder of its own."""
        return path if self.sandbox.private else str(place / part)

    def _cage(self, cage, number):
        if not self.sandbox.private:
            return replace(cage, private=False)
        user = FIRST_USER + number % 1000 if os.geteuid() == 0 else 0
        place = f"{JOBS}/{number}"
        if user:
            os.chown(self.folder / str(number) / "channels", user, user)
        return replace(
            cage,
            private=True,
            user=user,
            files=f"{place}/files",
            channels=f"{place}/channels",
            others=JOBS,
            empty=self._empty,
        )

    def close(self):
        """End the warm process and all its kernels, and remove their files."""
        self._warm.close()
        shutil.rmtree(self.folder, ignore_errors=True)


_NO_HISTORY = "--HistoryManager.hist_file=:memory:"


class KernelDiedError(LabkitError):
    """A kernel has ended while something was wanted of it; `end` says how.

    Examples
    --------
    >>> KernelDiedError("it ended", end={"end": "memory"}).end["end"]
    'memory'
    """

    def __init__(self, problem, remedy="", end=None):
        super().__init__(problem, remedy)
        self.end = end or {"end": "ended", "code": None}


class HeldKernel:
    """A kernel in a cage; made by `Warden.kernel`.

    Parameters
    ----------
    place : Path
        Its folder.
    inside : str
        What it calls the folder of its channels.
    cage : Cage
        Its limits.
    """

    def __init__(self, place, inside, cage):
        self.place, self.inside, self.cage = place, inside, cage
        self.ended = asyncio.get_running_loop().create_future()
        self._key = uuid.uuid4().hex
        about = {"ip": f"{inside}/c", "transport": "ipc", "key": self._key, **_PORTS}
        about |= {"signature_scheme": "hmac-sha256", "kernel_name": "python3"}
        (place / "channels" / "connection.json").write_text(json.dumps(about))
        os.chmod(place / "channels" / "connection.json", 0o644)
        self._context = zmq.asyncio.Context()
        self._context.setsockopt(zmq.MAXMSGSIZE, _LARGEST)
        self._context.setsockopt(zmq.RCVHWM, _WAITING)
        self._context.setsockopt(zmq.LINGER, 0)
        self.client = AsyncKernelClient(context=self._context)
        self.client.load_connection_info(about | {"ip": f"{place}/channels/c", "key": self._key})

    async def begin(self, leash, process):
        """Wait until it answers, then close the folder of its channels to it."""
        self._leash, self._process = leash, process
        leash.setblocking(False)
        asyncio.get_running_loop().add_reader(leash, self._hear)
        self.client.start_channels()
        ready = asyncio.ensure_future(self.client.wait_for_ready(timeout=STARTUP))
        try:
            await asyncio.wait([ready, self.ended], return_when=asyncio.FIRST_COMPLETED)
            if not ready.done():
                raise KernelDiedError("a kernel ended before it answered", end=self.ended.result())
            await ready
        except (RuntimeError, LabkitError) as error:
            ready.cancel()
            await self.end()
            if isinstance(error, KernelDiedError):
                raise
            raise KernelDiedError(f"a kernel did not answer: {error}") from error
        self._order("seal")

    def _hear(self):
        """Note how the kernel ended, as its keeper tells; or that the keeper is gone."""
        try:
            packet = self._leash.recv(PACKET)
        except BlockingIOError:
            return
        except OSError:
            packet = b""
        asyncio.get_running_loop().remove_reader(self._leash)
        if not self.ended.done():
            self.ended.set_result(json.loads(packet) if packet else {"end": "ended", "code": None})

    def _order(self, what):
        with contextlib.suppress(OSError):
            self._leash.send(json.dumps({"do": what}).encode())

    def interrupt(self):
        """Do what Ctrl-C does."""
        self._order("interrupt")

    async def end(self):
        """End it, whatever it does, with all that it started; then remove its files."""
        with contextlib.suppress(ValueError, OSError):
            asyncio.get_running_loop().remove_reader(self._leash)
        self._leash.close()
        self.client.stop_channels()
        self._context.destroy(linger=0)
        deadline = time.monotonic() + 5
        while self._process.poll() is None and time.monotonic() < deadline:
            await asyncio.sleep(0.005)
        if self._process.poll() is None:
            self._process.kill()
        if not self.ended.done():
            self.ended.set_result({"end": "let go", "code": None})
        shutil.rmtree(self.place, ignore_errors=True)


def clean_environment(sandbox):
    """Return what a kernel's environment holds at least: nothing of the grader's own.

    Parameters
    ----------
    sandbox : labkit.grading.sandbox.Sandbox
        Where the kernel runs, which decides where it may write.

    Returns
    -------
    dict of str to str
        Names and values.

    Examples
    --------
    >>> from labkit.grading.sandbox import Sandbox
    >>> clean_environment(Sandbox("none"))["PYTHONHASHSEED"]
    '0'
    """
    scratch = SCRATCH if sandbox.private else tempfile.gettempdir()
    scripts = str(Path(shutil.which("python3") or "/usr/bin/python3").parent)
    return {
        "PATH": os.pathsep.join([scripts, "/usr/bin", "/bin"]),
        "LANG": "C.UTF-8",
        "HOME": scratch,
        "TMPDIR": scratch,
        "MPLCONFIGDIR": f"{scratch}/matplotlib",
        "IPYTHONDIR": f"{scratch}/ipython",
        "XDG_CACHE_HOME": f"{scratch}/cache",
        "PYTHONDONTWRITEBYTECODE": "1",
        **ENVIRONMENT,
        **INLINE,
        **ONE_THREAD,
    }
