"""Progress of a download, shown to people and to nobody else."""

from contextlib import contextmanager
from importlib.util import find_spec

from labkit.data.settings import strict


@contextmanager
def download_bar(description, total):
    """Show a progress bar for one download.

    Parameters
    ----------
    description : str
        What is being downloaded.
    total : int
        Its size in bytes.

    Yields
    ------
    callable
        Takes a number of bytes and advances the bar.

    Notes
    -----
    Drawn on stderr in a terminal and as cell output in a live notebook. Logs, pipes and
    notebooks run for grades or stored outputs (``LABKIT_DATA_STRICT``) stay clean.

    Examples
    --------
    >>> with download_bar("titanic.csv", total=60_302) as advance:
    ...     advance(60_302)
    """
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    shown = _has_audience(console)
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=not shown) as progress:
        task = progress.add_task(description, total=total)
        yield lambda size: progress.advance(task, size)


def _has_audience(console):
    """Whether a person is watching: a terminal, or a notebook outside strict mode."""
    if console.is_jupyter:  # where rich warns on stderr if it lacks ipywidgets
        return not strict() and find_spec("ipywidgets") is not None
    return console.is_terminal
