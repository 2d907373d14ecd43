"""The guard leaves everything as it found it."""

import logging
import signal
import sys
import threading
import time
import warnings

import numpy as np
import pytest

from labkit.checks.guard import Sink, TimeUp, quiet, time_limit


def test_quiet_swallows_and_counts_what_is_printed(capfd):
    with quiet() as printed:
        print("12345")
        print("not counted", file=sys.stderr)
    assert printed.written == 6
    assert capfd.readouterr() == ("", "")


def quarrel_quietly():
    with quiet():
        np.seterr(all="raise")
        warnings.simplefilter("error")
        1 / 0  # noqa: B018


def spin(seconds):
    with time_limit(seconds):
        while True:
            pass


def test_quiet_gives_everything_back():
    before = (
        sys.stdout,
        sys.stderr,
        logging.root.manager.disable,
        np.geterr(),
        warnings.filters[:],
    )
    with pytest.raises(ZeroDivisionError):
        quarrel_quietly()
    assert logging.root.manager.disable == logging.NOTSET
    after = (sys.stdout, sys.stderr, logging.root.manager.disable, np.geterr(), warnings.filters[:])
    assert after == before


def test_a_flood_of_output_is_not_kept():
    sink = Sink()
    for _ in range(1000):
        sink.write("x" * 10_000)
    assert sink.written == 10_000_000
    assert not hasattr(sink, "getvalue")


def test_the_limit_ends_a_loop_in_time():
    start = time.monotonic()
    with pytest.raises(TimeUp):
        spin(0.1)
    assert time.monotonic() - start < 2


def test_the_alarm_is_no_ordinary_error():
    assert not issubclass(TimeUp, Exception)


def test_the_limit_ends_a_sleep():
    with pytest.raises(TimeUp), time_limit(0.1):
        time.sleep(10)


def test_no_alarm_rings_after_the_block():
    handler = signal.getsignal(signal.SIGALRM)
    with time_limit(0.05):
        pass
    time.sleep(0.15)
    assert signal.getsignal(signal.SIGALRM) is handler
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_without_the_main_thread_there_is_no_limit():
    done = []

    def work():
        with time_limit(0.01):
            time.sleep(0.1)
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


NOISY_CELL = """
import ctypes, os, subprocess, time
from labkit.checks import Task

def noisy(x):
    os.write(2, b"from os.write")
    subprocess.run("echo from a shell >&2", shell=True)
    ctypes.CDLL(None).perror(b"from C")
    return x

Task("noisy", lambda: noisy, points=1, rule="r", read="t").returns("as it is", 1, expected=1)
os.write(2, b"heard after the check")
time.sleep(0.2)
"""


def test_in_a_kernel_nothing_of_an_answer_reaches_stderr(tmp_path, monkeypatch):
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # with it, kernels leave the descriptors alone
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(NOISY_CELL)])
    manager = pytest.importorskip("labkit.grading.kernels").FileKernelManager
    resources = {"metadata": {"path": tmp_path}}
    client = nbclient.NotebookClient(notebook, resources=resources, kernel_manager_class=manager)
    client.execute()
    shown = {"stdout": "", "stderr": ""}
    for output in notebook.cells[0].outputs:
        shown[output.name] += output.text
    assert shown == {"stdout": "✓ as it is\n", "stderr": "heard after the check"}
