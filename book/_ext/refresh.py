"""Execute the chapters that changed, and store what they show: ``make refresh``.

A chapter is executed when its text, the labkit code that it imports or the lock changed. It
runs from its own folder, with the real data or none (``LABKIT_DATA_STRICT=1``), at full length,
with nobody's personal settings. If a cell fails, or shows what must not be stored, the chapter's
old notebook stays as it was.
"""

import argparse
import asyncio
import os
import re
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
from canonical import OutputError, canonical_outputs
from chapters import ROOT, ChapterError, draft, dump, find, sealed, stale
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

CELL_LIMIT, CHAPTER_LIMIT = 10.0, 90.0  # seconds, see STYLE.md
_IMPORTED = (
    "' '.join(sorted(m.__file__ for n, m in __import__('sys').modules.items()"
    " if n.split('.')[0] == 'labkit' and getattr(m, '__file__', None)))"
)
_LINE = re.compile(r"Cell In\[\d+\], line (\d+)")
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
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "TZ": "UTC",
    }
    data = root.parent / "shared" / "data"
    if "LABKIT_DATA" not in variables and data.is_dir():
        variables["LABKIT_DATA"] = str(data)
    return variables


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
    client = NotebookClient(
        notebook,
        timeout=timeout,
        record_timing=False,
        store_widget_state=False,
        resources={"metadata": {"path": str(chapter.text.parent)}},
    )
    client.km = client.create_kernel_manager()
    client.km.kernel_spec_manager = ThisPython()
    seconds = {}
    with tempfile.TemporaryDirectory() as profile:
        async with client.async_setup_kernel(env=environment(chapter.root, profile)):
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
        cell.outputs = canonical_outputs(
            cell.outputs, count=count, seed=cell.id, source=cell.source, root=chapter.root
        )
    except (CellExecutionError, CellTimeoutError, DeadKernelError, OutputError) as error:
        raise ChapterError(_failure(chapter, wanted, number, error)) from error
    cell.metadata.pop("execution", None)
    return seconds


def _count(notebook, number):
    """Count the code cells up to this one: its execution count."""
    return sum(cell.cell_type == "code" for cell in notebook.cells[: number + 1])


def _failure(chapter, wanted, number, error):
    """Say which cell of which chapter failed, on which line of the text, and how."""
    source, start = wanted.notebook.cells[number].source, wanted.lines[number]
    if isinstance(error, CellExecutionError):
        inside = _LINE.findall(_COLOUR.sub("", error.traceback))
        what = f"{error.ename}: {error.evalue}"
    else:
        inside, what = [], str(error).strip()
    offset = int(inside[-1]) - 1 if inside else 0
    line = _source_line(chapter, source, start) + offset
    code = source.splitlines()[min(offset, len(source.splitlines()) - 1)]
    return f"{chapter.text.relative_to(chapter.root)}:{line}: cell {number} failed.\n  {code.strip()}\n{what}"


def _source_line(chapter, source, start):
    """Line of the text on which a cell's code begins: after the cell's options."""
    lines = chapter.text.read_text(encoding="utf-8").splitlines()
    first = source.splitlines()[0]
    return next((n for n in range(start, len(lines) + 1) if lines[n - 1] == first), start)


async def _imported(chapter, client):
    """Files of labkit that the run imported, asked of the kernel without a trace in the notebook."""
    request = client.kc.execute("", silent=True, user_expressions={"files": _IMPORTED})
    reply = await client.async_wait_for_reply(request)
    answer = reply["content"]["user_expressions"]["files"]
    files = answer["data"]["text/plain"].strip("'").split()
    home = chapter.root / "labkit"
    strange = [file for file in files if not Path(file).is_relative_to(home)]
    if strange:
        raise ChapterError(f"{chapter.name} imported labkit from {strange[0]}, not from {home}.")
    return [Path(file).relative_to(chapter.root).as_posix() for file in files]


def store(chapter, run):
    """Replace a chapter's notebook, wholly or not at all.

    Parameters
    ----------
    chapter : Chapter
        Whose notebook it is.
    run : Run
        What to store.
    """
    nbformat.validate(run.notebook)
    fresh = chapter.notebook.with_suffix(".ipynb.new")
    fresh.write_text(dump(run.notebook), encoding="utf-8", newline="\n")
    os.replace(fresh, chapter.notebook)


def remarks(run):
    """Say which cells, or the whole chapter, took longer than the style allows.

    Parameters
    ----------
    run : Run
        An executed chapter.

    Returns
    -------
    list of str
    """
    ordinary = {n: s for n, s in run.seconds.items() if n not in run.slow}
    said = [
        f"cell {number} took {seconds:.1f} s; the limit is {CELL_LIMIT:.0f} s unless it is tagged slow"
        for number, seconds in ordinary.items()
        if seconds > CELL_LIMIT
    ]
    if sum(ordinary.values()) > CHAPTER_LIMIT:
        said.append(
            f"the chapter took {sum(ordinary.values()):.0f} s; the limit is {CHAPTER_LIMIT:.0f} s"
        )
    return said


async def _refresh_one(chapter, places, timeout):
    """Execute and store one chapter; True if that went well."""
    async with places:
        print(f"{chapter.name}: executing", flush=True)
        begin = time.perf_counter()
        try:
            run = await execute(chapter, timeout=timeout)
        except ChapterError as error:
            print(f"{error}\n{chapter.name}: kept as it was", file=sys.stderr, flush=True)
            return False
    store(chapter, run)
    took = time.perf_counter() - begin
    print(f"{chapter.name}: stored, {len(run.seconds)} code cells in {took:.1f} s", flush=True)
    for remark in remarks(run):
        print(f"{chapter.name}: {remark}", flush=True)
    return True


async def refresh(chapters, *, jobs=1, timeout=900):
    """Execute and store chapters.

    Parameters
    ----------
    chapters : list of Chapter
        Which ones.
    jobs : int
        How many at a time.
    timeout : float
        Longest time for one cell, in seconds.

    Returns
    -------
    bool
        Whether all went well.
    """
    places = asyncio.Semaphore(jobs)
    done = await asyncio.gather(*(_refresh_one(c, places, timeout) for c in chapters))
    return all(done)


def _options(arguments):
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Execute the chapters that changed.")
    parser.add_argument("names", nargs="*", help="chapters, such as perceptron; default: all")
    parser.add_argument("--check", action="store_true", help="execute nothing; exit 1 if stale")
    parser.add_argument("--all", action="store_true", help="execute those in sync as well")
    parser.add_argument("-j", "--jobs", type=int, default=1, help="chapters at a time")
    parser.add_argument("--timeout", type=float, default=900, help="seconds for one cell")
    return parser.parse_args(arguments)


def main(arguments=None):
    """Run the command line.

    Parameters
    ----------
    arguments : list of str, optional
        In place of ``sys.argv``.

    Returns
    -------
    int
        Exit code: 0 if every chapter is in sync, 1 otherwise.
    """
    options = _options(arguments)
    try:
        chosen = find(options.names, ROOT)
        reasons = {chapter: stale(chapter) for chapter in chosen}
    except ChapterError as error:
        print(error, file=sys.stderr)
        return 1
    due = [chapter for chapter in chosen if options.all or reasons[chapter]]
    for chapter in due:
        print(f"{chapter.name}: {'; '.join(reasons[chapter]) or 'in sync'}")
    if options.check:
        return 1 if any(reasons.values()) else 0
    if not due:
        print(f"all {len(chosen)} chapters are in sync")
    return 0 if asyncio.run(refresh(due, jobs=options.jobs, timeout=options.timeout)) else 1


if __name__ == "__main__":
    sys.exit(main())
