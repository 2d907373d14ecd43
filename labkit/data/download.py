"""From an address to verified bytes in memory.

Nothing here writes a file: a killed download leaves nothing behind.
"""

import io
from contextlib import ExitStack

from labkit.data.errors import ContentError, NoNetworkError, WrongDownloadError
from labkit.data.formats import describe, digest, tar_member
from labkit.data.progress import download_bar

CHUNK = 1 << 16


class _WrongBytesError(Exception):
    """A server sent something else than the published bytes."""


def download(file, timeout):
    """Get the bytes of a file from the first of its sources that serves them.

    Parameters
    ----------
    file : DataFile
        What is wanted.
    timeout : tuple of float
        Seconds to wait for a connection, and for each next piece of data.

    Returns
    -------
    bytes
        Exactly the published bytes.

    Raises
    ------
    NoNetworkError
        If no source answered with the file.
    WrongDownloadError
        If none did, but at least one answered with other bytes.

    Notes
    -----
    Called from :class:`labkit.data.store.Store`, which holds the lock of the data set.
    """
    failures = []
    for source in file.sources:
        try:
            return _obtain(file, source, timeout)
        except (OSError, ValueError, ContentError, _WrongBytesError) as error:
            failures.append((source, error))
    raise _failure(file, failures)


def _failure(file, failures):
    """Build the error that tells what each source did."""
    wrong = any(isinstance(error, (ContentError, _WrongBytesError)) for _, error in failures)
    tried = "\n".join(f"  {source.url}: {_reason(error)}" for source, error in failures)
    problem = (
        f"{file.path} could not be downloaded.\n"
        f"Expected: {describe(file.bytes, file.sha256)}.\nFound:\n{tried}"
    )
    by_hand = f"place the file at {file.path} in a folder and set LABKIT_DATA to that folder."
    if wrong:
        return WrongDownloadError(
            problem,
            "A sign-in page or proxy may have answered instead of the server: open one of the "
            f"addresses in a browser, then try again; or {by_hand}",
        )
    return NoNetworkError(problem, f"Check the network and try again; or {by_hand}")


def _reason(error):
    """Say why a source failed, in one line without the address, which stands beside it."""
    import requests

    status = getattr(getattr(error, "response", None), "status_code", None)
    if status is not None:
        return f"the server answered {status} {error.response.reason or ''}".rstrip()
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return "no connection in time"
    if isinstance(error, requests.exceptions.Timeout) or "timed out" in str(error):
        return "the server stopped sending"
    if isinstance(error, requests.exceptions.ConnectionError):
        return "no connection"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection broke off before the end"
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _obtain(file, source, timeout):
    """Fetch one source and make the file of it."""
    data = _fetch(file, source, timeout)
    if source.member:
        data = tar_member(data, source.member, source.url)
    if source.lf:
        data = data.replace(b"\n", b"\r\n")
    _compare(data, file)
    return data


def _fetch(file, source, timeout):
    """Bytes that an address serves, compared with what it should serve."""
    import pooch

    with download_bar(file.path, source.bytes) as advance, ExitStack() as answers:
        buffer = _Buffer(source.bytes, advance)

        def close_later(answer, **_):  # pooch leaves refused and broken answers open
            answers.callback(answer.close)

        get = pooch.HTTPDownloader(
            chunk_size=CHUNK,
            timeout=timeout,
            # a .gz must arrive as it is, not unpacked on the way by a helpful client
            headers={"Accept-Encoding": "identity"},
            hooks={"response": close_later},
        )
        get(source.url, buffer, None)
    data = buffer.getvalue()
    _compare(data, source)
    return data


def _compare(data, expected):
    """Refuse bytes that are not the expected ones (a Source or DataFile)."""
    found = digest(data)
    if found != expected.sha256:
        raise _WrongBytesError(
            f"sent {describe(len(data), found)}"
            + ("" if len(data) >= expected.bytes else f" ({expected.bytes - len(data):,} short)")
        )


class _Buffer(io.BytesIO):
    """Memory that a download fills: counts for the progress bar, refuses an endless answer."""

    def __init__(self, limit, advance):
        super().__init__()
        self._limit, self._advance = limit, advance

    def write(self, chunk):
        if self.tell() + len(chunk) > self._limit:
            raise _WrongBytesError(f"sent more than the expected {self._limit:,} bytes")
        self._advance(len(chunk))
        return super().write(chunk)
