"""Run a chapter from its own folder, as every machine would: one fresh kernel, nobody's settings.

It runs with the real data or none (``LABKIT_DATA_STRICT=1``), at full length, with the labkit of
this repository. Nothing is written: the result is a notebook in canonical form, sealed.
"""

import ast
import json
import os
import re
import tempfile
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from canonical import OutputError, canonical_outputs
from chapters import sealed
from draft import ChapterError, draft

_IMPORTED = (
    "__import__('json').dumps(sorted(m.__file__ for n, m in __import__('sys').modules.items()"
    " if n.split('.')[0] == 'labkit' and getattr(m, '__file__', None)))"
)
_LINE = re.compile(r"Cell In\[(\d+)\], line (\d+)")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class ThisPython(KernelSpecManager):
    """Runs kernels in the environment of this process, whatever kernels are installed."""

    def get_kernel_spec(self, kernel_name):
        """Give the specification of ipykernel itself."""
        return self.kernel_spec_class(resource_dir=RESOURCES, **get_kernel_dict())


@dataclass
class Run:
    """An executed chapter, ready to store.

    Attributes
    ----------
    notebook : NotebookNode
        Canonical and sealed.
    seconds : dict of int to float
        How long each code cell took, by its number in the notebook.
    slow : set of int
        Numbers of the cells tagged ``slow``.
    """

    notebook: nbformat.NotebookNode
    seconds: dict
    slow: set


def environment(root, profile):
    """Environment variables for the kernel of a chapter.

    Parameters
    ----------
    root : Path
        The repository: its labkit is the one imported.
    profile : str
        An empty folder, in place of the user's IPython and matplotlib settings.

    Returns
    -------
    dict
    """
    variables = {key: value for key, value in os.environ.items() if key != "LABKIT_QUICK"}
    variables |= {
        "LABKIT_DATA_STRICT": "1",
        "IPYTHONDIR": profile,
        "MATPLOTLIBRC": os.devnull,
        "PYTHONPATH": os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")])),
        "PYTHONHASHSEED": "0",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TZ": "UTC",
    }
    shared = root.parent / "shared" / "data"
    data = variables.pop("LABKIT_DATA", "") or (shared if shared.is_dir() else "")
    # absolute, because a chapter runs in its own folder
    return variables | ({"LABKIT_DATA": str(Path(data).resolve())} if data else {})


@asynccontextmanager
async def _kernel(chapter, notebook, timeout):
    """Client of a fresh kernel in the chapter's folder; the kernel is killed at the end."""
    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=ThisPython())
    manager.transport_encryption = "auto"  # without it, the kernel warns on the terminal
    with tempfile.TemporaryDirectory() as profile:
        env, folder = environment(chapter.root, profile), str(chapter.text.parent)
        await manager.start_kernel(env=env, cwd=folder)
        client = NotebookClient(notebook, km=manager, timeout=timeout, record_timing=False)
        try:
            client.kc = manager.client()
            client.kc.start_channels()
            await client.kc.wait_for_ready(timeout=60)
            client.kc.allow_stdin = False  # input() fails at once instead of waiting
            yield client
        finally:
            client.kc.stop_channels()
            await manager.shutdown_kernel(now=True)


async def execute(chapter, *, timeout=900, on_cell=lambda done, total: None):
    """Run a chapter in a fresh kernel.

    Parameters
    ----------
    chapter : Chapter
        Its text is read; nothing is written.
    timeout : float
        Longest time for one cell, in seconds.
    on_cell : callable
        Called with the number of cells done and their total.

    Returns
    -------
    Run

    Raises
    ------
    ChapterError
        If a cell fails, or shows what must not be stored; it names chapter, cell and line.
    """
    wanted = draft(chapter)
    notebook, total = wanted.notebook, len(wanted.notebook.cells)
    seconds = {}
    async with _kernel(chapter, notebook, timeout) as client:
        for number, cell in enumerate(notebook.cells):
            if cell.cell_type == "code":
                seconds[number] = await _execute_cell(chapter, client, wanted, number)
            on_cell(number + 1, total)
        modules = await _imported(chapter, client)
    slow = {n for n in seconds if "slow" in notebook.cells[n].metadata.get("tags", [])}
    return Run(sealed(chapter, notebook, modules), seconds, slow)


async def _execute_cell(chapter, client, wanted, number):
    """Execute one cell, make its outputs canonical, and tell how many seconds it took."""
    cell, count = wanted.notebook.cells[number], _count(wanted.notebook, number)
    begin = time.perf_counter()
    try:
        await client.async_execute_cell(cell, number, execution_count=count)
        seconds = time.perf_counter() - begin
        _refuse_success(cell)
        cell.outputs = canonical_outputs(
            cell.outputs, count=count, seed=cell.id, source=cell.source, root=chapter.root
        )
    except (CellExecutionError, CellTimeoutError, DeadKernelError, OutputError) as error:
        raise ChapterError(_failure(chapter, wanted, number, error)) from error
    cell.metadata.pop("execution", None)
    return seconds


def _refuse_success(cell):
    """Refuse a cell that is there to fail, and does not."""
    failed = any(output.output_type == "error" for output in cell.outputs)
    if "raises-exception" in cell.metadata.get("tags", []) and not failed:
        raise OutputError("it is tagged raises-exception, and raised none.")


def _count(notebook, number):
    """Count the code cells up to this one: its execution count."""
    return sum(cell.cell_type == "code" for cell in notebook.cells[: number + 1])


def _failure(chapter, wanted, number, error):
    """Say which cell of which chapter failed, on which line of the text, and how."""
    source, offset, what = wanted.notebook.cells[number].source, 0, str(error).strip()
    if isinstance(error, CellExecutionError):
        what = f"{error.ename}: {error.evalue}"
        frames = _LINE.findall(_COLOUR.sub("", error.traceback))
        count = str(_count(wanted.notebook, number))  # the frames of other cells do not count
        offset = next((int(line) - 1 for cell, line in reversed(frames) if cell == count), 0)
    path = chapter.text.relative_to(chapter.root)
    code = source.splitlines()[offset].strip()
    line = wanted.lines[number] + offset
    return f"{path}:{line}: cell {number + 1} failed.\n  {code}\n{what}"


async def _imported(chapter, client):
    """Files of labkit that the run imported, asked of the kernel without a trace in the notebook."""
    request = client.kc.execute("", silent=True, user_expressions={"files": _IMPORTED})
    reply = await client.async_wait_for_reply(request)
    answer = reply["content"]["user_expressions"]["files"]
    files = json.loads(ast.literal_eval(answer["data"]["text/plain"]))
    home = chapter.root / "labkit"
    strange = [file for file in files if not Path(file).is_relative_to(home)]
    if strange:
        raise ChapterError(f"{chapter.name} imported labkit from {strange[0]}, not from {home}.")
    return [Path(file).relative_to(chapter.root).as_posix() for file in files]
