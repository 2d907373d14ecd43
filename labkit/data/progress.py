"""Progress of a download, shown to people and to nobody else."""

from contextlib import contextmanager

from labkit.progress import has_audience, progress_bar


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

    See Also
    --------
    labkit.progress.has_audience : who is shown a bar.

    Examples
    --------
    >>> with download_bar("titanic.csv", total=60_302) as advance:
    ...     advance(60_302)
    """
    shown = has_audience()
    columns = ()
    if shown:
        from rich.progress import DownloadColumn

        columns = (DownloadColumn(),)
    with progress_bar(description, total, shown=shown, columns=columns) as advance:
        yield advance
