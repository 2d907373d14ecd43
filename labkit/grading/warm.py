"""A process that has imported the heavy libraries once, and forks a kernel for each notebook.

``python -m labkit.grading.warm FD MODULE…`` imports the modules, reports on the socket FD, and
then forks one IPython kernel for each order that it reads there. It runs no other code: no
kernel serves two notebooks, and none sees what another did. TensorFlow may be forked like this
as long as it has done nothing but be imported; a process that has more than one thread may not
be forked, and then says so instead.

The orders and answers are JSON, one in each packet; with the answer to an order comes a file
descriptor of the new process, by which its end is seen whatever becomes of its number. An order
that names a cage comes with a leash, see `labkit.grading.cage`.
"""

import ctypes
import gc
import importlib
import json
import os
import signal
import socket
import sys

PLAIN = (
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "labkit.grading.inner",
    "numpy",
    "pandas",
    "matplotlib.backends.backend_agg",
)
# by words that stand in a notebook; pyplot is left to the kernel, for it must find its shell there
HEAVY = {"sklearn": ("sklearn.linear_model",), "keras": ("keras",), "tensorflow": ("keras",)}
MARK = "labkit_test"  # of a test, in the metadata of a request and of the value that answers it
PACKET = 1 << 20  # bytes; an order holds the environment
# what every kernel gets: the data sets themselves, the same hashes for all, and no chatter
ENVIRONMENT = {
    "LABKIT_DATA_STRICT": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONHASHSEED": "0",
    "PYTHONWARNINGS": "ignore",
}
INLINE = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
# without them NumPy starts threads when it is imported
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_PARENT_DIED = 1  # PR_SET_PDEATHSIG of prctl(2)


def modules_for(text):
    """Choose what a kernel for a notebook should have imported beforehand.

    Parameters
    ----------
    text : str
        The code of the notebook. It is only looked at: nothing is imported because a notebook
        names it, if it is not one of the libraries of the course.

    Returns
    -------
    tuple of str
        Names of modules.

    Examples
    --------
    >>> modules_for("from tensorflow import keras")[-1]
    'keras'
    """
    named = [modules for word, modules in HEAVY.items() if word in text]
    return tuple(dict.fromkeys([*PLAIN, *(name for modules in named for name in modules)]))


def threads():
    """Return how many threads this process has (int); Linux only."""
    return len(os.listdir("/proc/self/task"))


def serve(channel, modules):
    """Import the modules, then fork a kernel for each order, until the channel is closed.

    Parameters
    ----------
    channel : socket.socket
        Of type ``SOCK_SEQPACKET``.
    modules : list of str
        What to import; one that is not installed is left out.
    """
    cage = importlib.import_module("labkit.grading.cage")  # which Windows cannot import
    for name in modules:
        try:
            importlib.import_module(name)
        except ImportError:  # the notebook that needs it says so better
            continue
    channel.send(json.dumps({"threads": threads()}).encode())
    gc.collect()
    gc.freeze()  # what is shared with the kernels stays where it is
    while True:
        packet, descriptors, *_ = socket.recv_fds(channel, PACKET, 1)
        if not packet:
            break
        _reap()
        pid = os.fork()
        if not pid:
            channel.close()
            _be(json.loads(packet), descriptors, cage)
        for descriptor in descriptors:
            os.close(descriptor)
        descriptor = os.pidfd_open(pid)
        socket.send_fds(channel, [json.dumps({"pid": pid}).encode()], [descriptor])
        os.close(descriptor)


def _be(order, descriptors, cage):
    """Be what an order says, in a cage if it names one; never returns."""
    bars = order.pop("cage", None)
    if bars is None:
        _become_kernel(**order)
    leash, seed = socket.socket(fileno=descriptors[0]), order.pop("seed", None)
    kernel = importlib.import_module("labkit.grading.inner").GradingKernel
    kernel.seed = seed
    own = {"kernel_class": kernel}
    cage.hold(cage.Cage(**bars), leash, lambda: _become_kernel(**order, settings=own))


def _reap():
    """Take leave of the kernels that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:  # there is none
        pass


def _become_kernel(argv, env, cwd, settings=None):
    """Be an IPython kernel, as a fresh process would; never returns."""
    ctypes.CDLL(None).prctl(_PARENT_DIED, signal.SIGKILL)
    os.setsid()  # a kernel and what it starts are stopped together
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env, JPY_PARENT_PID=str(os.getppid()))  # ends with it, wherever it looks
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()  # else all kernels would draw the same numbers
    sys.argv = argv
    importlib.import_module("ipykernel.kernelapp").launch_new_instance(**(settings or {}))
    sys.exit()


if __name__ == "__main__":
    del sys.path[0]  # the working folder; each kernel adds its own, as ever
    serve(socket.socket(fileno=int(sys.argv[1])), sys.argv[2:])
