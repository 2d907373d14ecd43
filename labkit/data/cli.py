"""``labkit data``: list, status, fetch and verify the data sets from a terminal."""

from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.filesize import decimal
from rich.table import Table

from labkit.data import catalog, files, settings
from labkit.errors import LabkitError

app = typer.Typer(
    no_args_is_help=True,
    help="Data sets: what there is, where it is, fetch it, verify it.",
    rich_markup_mode=None,
)
Names = Annotated[list[str] | None, typer.Argument(help="Data sets; none means all.")]


@app.command("list")
def list_datasets(
    details: Annotated[
        bool, typer.Option("--details", help="Also citation, home and licence notes.")
    ] = False,
):
    """Show all data sets with sizes and licences."""
    table = _table("name", "content", "size", "licence")
    for entry in catalog.CATALOG.values():
        size = "with scikit-learn" if entry.with_sklearn else decimal(entry.bytes)
        table.add_row(entry.name, entry.content, size, entry.licence)
    _console().print(table)
    if details:
        for entry in catalog.CATALOG.values():
            _print(_details(entry))


@app.command()
def status(names: Names = None):
    """Show where each file is (compares sizes only; verify compares checksums)."""
    with _clear_errors():
        found = files.status(*names or ())
        _print(f"data folder (LABKIT_DATA): {_folder()}\ncache: {settings.cache_folder()}")
        _show(found, good="here")
        _advise(found)


@app.command()
def fetch(
    names: Names = None,
    everything: Annotated[bool, typer.Option("--all", help="Fetch all data sets.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Download again what is here.")] = False,
):
    """Download what is not yet on this machine, and verify it."""
    if bool(names) == everything:
        _print("Name the data sets to fetch, or give --all (not both).", error=True)
        raise typer.Exit(2)
    failed = 0
    for name in names or catalog.names():
        try:
            found = files.fetch(name, force=force)
        except LabkitError as error:
            _print(f"Error: {error}", error=True)
            failed += 1
        else:
            _show(found, good="OK", none=f"{name} comes with scikit-learn: nothing to fetch.")
    if failed:
        raise typer.Exit(1)


@app.command()
def verify(names: Names = None):
    """Compare every file with its published SHA-256; exit code 1 if one is wrong or missing."""
    with _clear_errors():
        found = files.verify(*names or ())
    _show(found, good="OK")
    _advise(found)
    wrong = sum(not one.ok for one in found)
    _print(f"{len(found) - wrong} of {len(found)} files OK.")
    if wrong:
        raise typer.Exit(1)


@contextmanager
def _clear_errors():
    """Print an error as a message and end with code 1 instead of a traceback."""
    try:
        yield
    except LabkitError as error:
        _print(f"Error: {error}", error=True)
        raise typer.Exit(1) from None


def _show(found, good, none="This data comes with scikit-learn: there are no files."):
    """Print a table with one row for each file, or the text ``none``."""
    table = _table("file", "size", "state", "place", "licence")
    for one in found:
        state = good if one.ok else "missing" if one.place is None else "WRONG"
        licence = catalog.entry(one.file.dataset).licence
        table.add_row(
            one.file.path, decimal(one.file.bytes), state, str(one.path or "nowhere"), licence
        )
    if found:
        _console().print(table)
    else:
        _print(none)


def _advise(found):
    """Say for each file that is wrong or missing what to do."""
    for one in found:
        if one.error is not None:
            _print(str(one.error), error=True)
    missing = dict.fromkeys(one.file.dataset for one in found if one.place is None)
    if missing:
        _print(f"What to do: labkit data fetch {' '.join(missing)}", error=True)


def _details(entry):
    """Everything the catalog says about one data set, as text."""
    return (
        f"\n{entry.name}: {entry.title}\n  home: {entry.home}\n  citation: {entry.citation}\n"
        f"  licence: {entry.licence}. {entry.licence_note}"
    )


def _folder():
    folder = settings.data_folder()
    if folder is None:
        return "not set"
    return f"{folder}" if folder.is_dir() else f"{folder} (not a folder)"


def _table(*columns):
    """Table whose cells are folded, never cut: paths must stay readable."""
    table = Table(box=None, pad_edge=False, show_header=bool(columns))
    for column in columns:
        right = column == "size"
        table.add_column(column, justify="right" if right else "left", overflow="fold")
    return table


def _console(error=False):
    """Console on stdout or stderr; in a pipe wide enough for one line per file."""
    console = Console(stderr=error, highlight=False, markup=False)
    if not console.is_terminal:
        console.width = 200
    return console


def _print(text, error=False):
    _console(error).print(text, soft_wrap=True)
