"""Kernels forked from a warm process, in the place of the ones that Jupyter starts afresh."""

import atexit
import contextlib
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
from functools import cache

from jupyter_client.provisioning import LocalProvisioner

from labkit.grading.warm import INLINE, ONE_THREAD, PACKET

logger = logging.getLogger(__name__)


class ForkedProcess:
    """A kernel that another process has forked; as much of `subprocess.Popen` as Jupyter asks for.

    Parameters
    ----------
    pid : int
        Its number.
    descriptor : int
        A file descriptor of it (``pidfd_open(2)``): it can be read when the process has ended.

    Examples
    --------
    >>> child = subprocess.Popen(["true"])
    >>> ForkedProcess(child.pid, os.pidfd_open(child.pid)).wait()
    0
    >>> child.wait()
    0
    """

    stdin = stdout = stderr = None

    def __init__(self, pid, descriptor):
        self.pid, self._descriptor, self.returncode = pid, descriptor, None

    def poll(self, timeout=0.0):
        """Return 0 if it has ended (how is not known), None while it runs.

        Parameters
        ----------
        timeout : float or None
            Seconds to wait for its end; None waits for ever.
        """
        if self.returncode is None and select.select([self._descriptor], [], [], timeout)[0]:
            os.close(self._descriptor)
            self.returncode = 0
        return self.returncode

    def wait(self, timeout=None):
        """Wait for its end.

        Raises
        ------
        subprocess.TimeoutExpired
            If it runs on after `timeout` seconds.
        """
        if self.poll(timeout) is None:
            raise subprocess.TimeoutExpired("kernel", timeout)
        return self.returncode

    def send_signal(self, signum):
        """Send a signal; to a process that has ended nothing is sent."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._descriptor, signum)

    def terminate(self):
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self):
        """End it."""
        self.send_signal(signal.SIGKILL)


class WarmProcess:
    """A process that forks kernels, see `labkit.grading.warm`; it ends with this one.

    Parameters
    ----------
    modules : tuple of str
        What it imports beforehand.
    env : dict of str to str
        The environment in which it does.
    inside : sequence of str, optional
        Command that runs it in a sandbox, see `labkit.grading.sandbox`.

    Raises
    ------
    OSError
        If it cannot be started, or cannot be forked.

    Examples
    --------
    >>> warm = WarmProcess(("json",), dict(os.environ))
    >>> warm.close()
    """

    def __init__(self, modules, env, inside=()):
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            number = theirs.fileno()
            command = [*inside, sys.executable, "-m", "labkit.grading.warm", str(number), *modules]
            self._process = subprocess.Popen(
                command, env=env, stdin=subprocess.DEVNULL, pass_fds=[number],
                cwd="/",  # nothing is imported from the folder of a submission
                start_new_session=True,  # Ctrl-C is for the grader, which then ends this
            )  # fmt: skip
        packet = self._channel.recv(PACKET)
        found = json.loads(packet)["threads"] if packet else None
        if found != 1:
            self.close()
            raise OSError(f"has {found} threads, so it may not fork" if found else "has ended")

    def fork(self, argv, env, cwd, leash=None, **more):
        """Fork a kernel.

        Parameters
        ----------
        argv : list of str
            Its command line, from the program's name on.
        env : dict of str to str
            Its environment.
        cwd : str
            Its working folder.
        leash : socket.socket, optional
            The kernel's end of it, where it gets a cage; closed here.
        **more
            What else the order says: the cage, and a seed for random numbers.

        Returns
        -------
        ForkedProcess
            The kernel.

        Raises
        ------
        OSError
            If the warm process is gone.
        """
        order = json.dumps({"argv": argv, "env": env, "cwd": cwd} | more).encode()
        with leash or contextlib.nullcontext():
            socket.send_fds(self._channel, [order], [leash.fileno()] if leash else [])
        packet, descriptors, *_ = socket.recv_fds(self._channel, PACKET, 1)
        if not packet:
            raise OSError("has ended")
        return ForkedProcess(json.loads(packet)["pid"], descriptors[0])

    def close(self):
        """End it, and the kernels that it forked."""
        self._channel.close()
        self._process.kill()
        self._process.wait()


@cache
def warm_process(modules, env):
    """Return the warm process for these modules and this environment; None where there can be none.

    Parameters
    ----------
    modules : tuple of str
        What it has imported.
    env : frozenset of (str, str)
        The environment in which it did.

    Returns
    -------
    WarmProcess or None
        One for each pair of arguments; they end with this process.
    """
    try:
        if not hasattr(os, "pidfd_open"):
            raise OSError("needs Linux 5.3 or newer")
        warm = WarmProcess(modules, dict(env))
    except OSError as error:
        logger.warning("Kernels are started afresh, which takes longer: a warm process %s", error)
        return None
    atexit.register(warm.close)
    return warm


class ForkProvisioner(LocalProvisioner):
    """Gives a kernel manager a kernel forked from a warm process, or else a fresh one.

    Parameters
    ----------
    modules : tuple of str
        What the warm process has imported.

    See Also
    --------
    labkit.grading.kernels.FileKernelManager : asks for it.
    """

    modules = ()

    async def launch_kernel(self, cmd, **kwargs):
        """Fork the kernel; called by the kernel manager, with what `subprocess.Popen` would get."""
        if cmd[:3] == [sys.executable, "-m", "ipykernel_launcher"]:
            cwd = str(kwargs.get("cwd") or os.getcwd())
            self.process = self._forked(cmd[2:], kwargs["env"], cwd)
        if self.process is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid
        self.cwd = cwd
        return self.connection_info

    def _forked(self, argv, env, cwd):
        """Return a forked kernel; None if there can be none, which is logged."""
        env = {**INLINE, **ONE_THREAD, **env}
        lasting = {name: value for name, value in env.items() if not name.startswith("JPY_")}
        warm = warm_process(self.modules, frozenset(lasting.items()))
        try:
            return warm and warm.fork(argv, env, cwd)
        except OSError as error:
            self.log.warning("This kernel is started afresh: the warm process %s", error)
            return None
