"""Silence reaches the file descriptors, and ends with the block."""

import os
import subprocess
import sys

import pytest

from labkit.streams import silenced


@pytest.mark.parametrize(
    ("descriptors", "out", "err"),
    [((), "12", "34"), ((2,), "12", "4"), ((1,), "2", "34"), ((1, 2), "2", "4")],
)
def test_only_the_named_descriptors_are_silent_and_only_inside(capfd, descriptors, out, err):
    with silenced(*descriptors):
        os.write(1, b"1")
        os.write(2, b"3")
    os.write(1, b"2")
    os.write(2, b"4")
    assert capfd.readouterr() == (out, err)


def test_a_subprocess_is_silent_too(capfd):
    with silenced(1, 2):
        subprocess.run("echo out; echo err >&2", shell=True, check=True)
    assert capfd.readouterr() == ("", "")


def run(code, **options):
    code = f"import os, sys; from labkit.streams import silenced\n{code}"
    return subprocess.run([sys.executable, "-c", code], text=True, stdout=-1, **options)


def test_what_python_has_in_its_buffers_keeps_its_side_of_the_border():
    code = (
        "print('before')\nwith silenced(1):\n    sys.__stdout__.write('lost')\n"
        "    sys.__stdout__.flush()\n    sys.__stdout__.write('lost')\nprint('after')"
    )
    assert run(code).stdout == "before\nafter\n"


def test_a_closed_descriptor_stays_closed():
    code = (
        "os.close(2)\nwith silenced(1, 2): pass\ntry: os.fstat(2)\nexcept OSError: print('closed')"
    )
    assert run(code).stdout == "closed\n"


def test_nothing_is_left_open_when_the_block_fails(capfd):
    def use_once():
        with pytest.raises(ZeroDivisionError), silenced(1, 2):
            1 / 0  # noqa: B018
        probe = os.dup(2)  # the lowest free number
        os.close(probe)
        return probe

    assert use_once() == use_once()
    os.write(2, b"after")
    assert capfd.readouterr().err == "after"
