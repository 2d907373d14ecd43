"""Sends a process's output nowhere for a while, whoever writes it: Python, C++, a subprocess."""

import contextlib
import os
import sys


@contextlib.contextmanager
def silenced(*descriptors):
    """Drop what is written to file descriptors inside the block.

    ``contextlib.redirect_stderr`` sees only what Python prints. Libraries in C++,
    subprocesses and ``os.write`` write to the descriptor, and a notebook shows that as well.

    Parameters
    ----------
    *descriptors : int
        1 for standard output, 2 for standard error. One that is closed is left closed.

    Examples
    --------
    >>> with silenced(2):
    ...     os.write(2, b"lost")
    4
    """
    with contextlib.ExitStack() as back:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        back.callback(os.close, nowhere)
        _flush()  # what was printed before is not to be lost
        for descriptor in descriptors:
            with contextlib.suppress(OSError):
                copy = os.dup(descriptor)
                back.callback(_put_back, copy, descriptor)
                os.dup2(nowhere, descriptor)
        back.callback(_flush)  # and what is printed inside is not to come later
        yield


def _put_back(copy, descriptor):
    os.dup2(copy, descriptor)
    os.close(copy)


def _flush():
    """Empty the buffers of the files that Python opened on descriptors 1 and 2."""
    for stream in (sys.__stdout__, sys.__stderr__):
        # none under pythonw; closed or broken by somebody else
        with contextlib.suppress(AttributeError, OSError, ValueError):
            stream.flush()
