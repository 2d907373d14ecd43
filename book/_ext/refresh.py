"""Execute the chapters that changed, and store what they show: ``make refresh``.

A chapter is executed when its text, the labkit code that it imports or the lock changed. If a
cell fails, or shows what must not be stored, the chapter's old notebook stays as it was. Where
only the course's address changed, it is put into the first cell, and nothing is executed.
"""

import argparse
import asyncio
import os
import sys

import nbformat
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

from chapters import ROOT, find, stale
from draft import ChapterError, dump, with_address
from execution import execute

CELL_LIMIT, CHAPTER_LIMIT = 10.0, 90.0  # seconds, see STYLE.md


def store(chapter, notebook):
    """Replace a chapter's notebook, wholly or not at all.

    Parameters
    ----------
    chapter : Chapter
        Whose notebook it is.
    notebook : NotebookNode
        What to store.
    """
    nbformat.validate(notebook)
    fresh = chapter.notebook.with_suffix(".ipynb.new")
    try:
        fresh.write_text(dump(notebook), encoding="utf-8", newline="\n")
        os.replace(fresh, chapter.notebook)
    finally:
        fresh.unlink(missing_ok=True)


def readdress(chapter):
    """Let the first cell of a stored notebook install labkit from the course's own address.

    Parameters
    ----------
    chapter : Chapter
        In sync; nothing of it is executed.

    Returns
    -------
    bool
        Whether another address stood there.
    """
    stored = nbformat.read(chapter.notebook, as_version=4)
    wanted = with_address(stored)
    if wanted == stored:
        return False
    store(chapter, wanted)
    return True


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
        f"cell {number + 1} took {seconds:.1f} s; the limit is {CELL_LIMIT:.0f} s unless it is tagged slow"
        for number, seconds in ordinary.items()
        if seconds > CELL_LIMIT
    ]
    if sum(ordinary.values()) > CHAPTER_LIMIT:
        said.append(
            f"the chapter took {sum(ordinary.values()):.0f} s; the limit is {CHAPTER_LIMIT:.0f} s"
        )
    return said


async def _refresh_one(chapter, places, bars, timeout):
    """Execute and store one chapter; True if that went well."""
    async with places:
        bar = bars.add_task(chapter.name, total=None)
        try:
            run = await execute(
                chapter,
                timeout=timeout,
                on_cell=lambda done, total: bars.update(bar, completed=done, total=total),
            )
            store(chapter, run.notebook)
        except ChapterError as error:
            print(f"{error}\n{chapter.name}: not stored", file=sys.stderr, flush=True)
            return False
        finally:
            bars.remove_task(bar)
    print(_summary(chapter, run), flush=True)
    return True


def _summary(chapter, run):
    """Say what was stored, in how many seconds, and what took too long."""
    number, longest = max(run.seconds.items(), key=lambda item: item[1])
    first = (
        f"stored; {len(run.seconds)} code cells in {sum(run.seconds.values()):.1f} s, "
        f"the longest is cell {number + 1} with {longest:.1f} s"
    )
    return "\n".join(f"{chapter.name}: {line}" for line in (first, *remarks(run)))


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
    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, transient=True, disable=not sys.stdout.isatty()) as bars:
        tasks = (_refresh_one(chapter, places, bars, timeout) for chapter in chapters)
        return all(await asyncio.gather(*tasks))


def _options(arguments):
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Execute the chapters that changed.")
    parser.add_argument("names", nargs="*", help="chapters, such as perceptron; default: all")
    parser.add_argument("--check", action="store_true", help="execute nothing; exit 1 if stale")
    parser.add_argument("--all", action="store_true", help="execute those in sync as well")
    parser.add_argument("-j", "--jobs", type=int, default=2, help="chapters at a time (2)")
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
    for chapter in chosen:
        if chapter not in due and readdress(chapter):
            print(f"{chapter.name}: not executed; its first cell has the course's new address")
    if not due:
        print(f"all {len(chosen)} chapters are in sync")
    return 0 if asyncio.run(refresh(due, jobs=options.jobs, timeout=options.timeout)) else 1


if __name__ == "__main__":
    sys.exit(main())
