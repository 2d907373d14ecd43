"""Kernels talk through files of their own and leave nothing behind."""

import asyncio
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from labkit.grading.kernels import BlockingFileKernelManager, FileKernelManager

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no ipc transport")


def run(source, folder, **settings):
    """Execute one cell in such a kernel; return its text and the manager that it used."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        kernel_manager_class=FileKernelManager,
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(folder)}},
        **settings,
    )
    manager = client.create_kernel_manager()
    asyncio.run(client.async_execute(reset_kc=False))
    return "".join(o.get("text", "") for o in notebook.cells[0].outputs), manager


@pytest.fixture(autouse=True)
def private_tmp(monkeypatch):
    """The temporary folder of a test: its own, and of a short path on every system."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        monkeypatch.setattr("tempfile.tempdir", folder)
        yield Path(folder)


def test_the_kernel_talks_through_files_and_leaves_none(private_tmp):
    look = f"import os\nfor _, _, names in os.walk({str(private_tmp)!r}): print(*sorted(names))"
    text, manager = run(look, private_tmp)
    assert text.split() == [*[f"channel-{n}" for n in range(1, 6)], "connection.json"]
    assert manager.transport == "ipc"
    assert list(private_tmp.iterdir()) == []


@pytest.mark.parametrize(("length", "transport"), [(99, "ipc"), (100, "tcp"), (140, "tcp")])
def test_a_path_too_long_for_files_leaves_the_kernel_its_ports(
    length, transport, private_tmp, monkeypatch
):
    rest = len(f"{private_tmp}//kernel-12345678/channel-5")
    long = private_tmp / ("é" * ((length - rest) // 2) + "x" * ((length - rest) % 2))
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    text, manager = run("print('alive')", private_tmp)
    assert (text, manager.transport) == ("alive\n", transport)
    assert list(long.iterdir()) == []


def test_two_managers_share_no_channel():
    first, second = FileKernelManager(), FileKernelManager()
    assert first.ip != second.ip
    asyncio.run(first.cleanup_resources())
    assert Path(second.ip).parent.exists()
    asyncio.run(second.cleanup_resources())
    assert not Path(second.ip).parent.exists()


def test_a_restart_keeps_the_folder():
    manager = FileKernelManager()
    asyncio.run(manager.cleanup_resources(restart=True))
    assert Path(manager.ip).parent.exists()
    asyncio.run(manager.cleanup_resources())


def test_without_an_event_loop_the_kernel_talks_through_files_as_well(private_tmp):
    manager = BlockingFileKernelManager()
    assert Path(manager.ip).parent.parent == private_tmp
    manager.start_kernel()
    assert manager.is_alive()
    manager.shutdown_kernel(now=True)
    assert not manager.is_alive()
    assert list(private_tmp.iterdir()) == []
