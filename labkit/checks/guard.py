"""Runs a student's code so that it can neither print, warn, hang nor crash a check."""

import contextlib
import io
import logging
import signal
import threading
import warnings

import numpy as np

from labkit.streams import silenced


class TimeUp(BaseException):
    """The soft time limit passed.

    Not an ``Exception``, so that ``except Exception`` in a student's loop lets it through.
    """


class Sink(io.TextIOBase):
    """A text stream that forgets what it is given, and only counts it.

    Attributes
    ----------
    written : int
        Number of characters received.

    Examples
    --------
    >>> sink = Sink()
    >>> print("hello", file=sink)
    >>> sink.written
    6
    """

    def __init__(self):
        super().__init__()
        self.written = 0

    def writable(self):
        """Accept writing, as every output stream does."""
        return True

    def write(self, text):
        """Count the text and drop it.

        Parameters
        ----------
        text : str
            What was printed.

        Returns
        -------
        int
            The number of characters.
        """
        self.written += len(text)
        return len(text)


@contextlib.contextmanager
def quiet():
    """Swallow what is printed, warned or logged inside the block, by whatever means.

    nbgrader gives a test cell no points at all when anything reaches stderr, so a
    warning from a right answer must not. A kernel also shows as stderr what C++ code and
    subprocesses write to file descriptor 2.

    Yields
    ------
    Sink
        Counts the characters that Python prints to stdout.

    Examples
    --------
    >>> with quiet() as printed:
    ...     print("hidden")
    >>> printed.written
    7
    """
    printed, level = Sink(), logging.root.manager.disable
    with (
        silenced(1, 2),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(Sink()),
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
    ):
        warnings.simplefilter("ignore")
        logging.disable(logging.CRITICAL)
        try:
            yield printed
        finally:
            logging.disable(level)


@contextlib.contextmanager
def time_limit(seconds):
    """Raise `TimeUp` inside the block after some seconds.

    Parameters
    ----------
    seconds : float
        Wall-clock seconds. The limit is soft: it needs the main thread and a system
        with alarm signals (not Windows), and it waits for a running NumPy call to end.
        Elsewhere the block runs without a limit.

    Examples
    --------
    >>> try:
    ...     with time_limit(0.05):
    ...         while True:
    ...             pass
    ... except TimeUp:
    ...     print("stopped")
    stopped
    """
    if not (hasattr(signal, "setitimer") and _in_main_thread()):
        yield
        return
    armed = True

    def ring(signum, frame):
        # a late alarm must not fire outside the block
        if armed:
            raise TimeUp

    previous = signal.signal(signal.SIGALRM, ring)
    # rings again twice a second, in case the first alarm was swallowed by `except:`
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)
    try:
        yield
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous or signal.SIG_DFL)


def _in_main_thread():
    return threading.current_thread() is threading.main_thread()
