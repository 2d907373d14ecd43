"""Where the bytes are: the data folder, the cache, the network, in this order.

The rules that keep the cache whole:

- a file appears under its final name only by an atomic rename of verified bytes;
- whoever writes holds the lock of the data set, so two processes download once;
- what a killed process leaves lies in ``.partial/``, is never read, and is swept away;
- every read is compared with the published SHA-256, so no damage goes unnoticed.
"""

import errno
import os
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from labkit.data import settings
from labkit.data.download import download
from labkit.data.errors import (
    AlteredFileError,
    CacheNotWritableError,
    DataError,
    DiskFullError,
    LockTimeoutError,
    NoNetworkError,
    UnavailableError,
)
from labkit.data.formats import describe
from labkit.data.integrity import FileStatus, check_content, check_size, read_verified

TIMEOUT = (5.0, 30.0)  # seconds: to connect, and between two pieces of data
LOCK_TIMEOUT = 300.0  # seconds: a slow download by another process may take minutes


@dataclass(frozen=True)
class Found:
    """Verified bytes of one file.

    Parameters
    ----------
    data : bytes
        Exactly the published bytes.
    origin : {"data folder", "cache", "download"}
        Where they came from.
    """

    data: bytes
    origin: str


@dataclass(frozen=True)
class Store:
    """Finds, downloads and verifies the files of the catalog.

    Parameters
    ----------
    folder : Path or None
        Read-only data folder, looked at first.
    cache : Path
        Folder that downloads go to.
    offline : bool
        Never try the network.
    timeout : tuple of float
        Seconds to wait for a connection, and for each next piece of data.
    lock_timeout : float
        Seconds to wait for another process that downloads the same data set.

    Examples
    --------
    >>> store = Store(folder=None, cache=Path("/nonexistent"), offline=True)
    >>> from labkit.data.catalog import TITANIC_CSV
    >>> store.status(TITANIC_CSV).ok
    False
    """

    folder: Path | None
    cache: Path
    offline: bool = False
    timeout: tuple[float, float] = TIMEOUT
    lock_timeout: float = LOCK_TIMEOUT

    @classmethod
    def from_environment(cls):
        """Build the store that the environment variables describe.

        Returns
        -------
        Store

        See Also
        --------
        labkit.data.settings : the variables.
        """
        return cls(settings.data_folder(), settings.cache_folder(), settings.offline())

    def read(self, file):
        """Give the verified bytes of a file, downloaded if they are nowhere on this machine.

        Parameters
        ----------
        file : DataFile
            A file of the catalog.

        Returns
        -------
        Found

        Raises
        ------
        AlteredFileError
            If a file in the data folder is not the published one, or one in the cache is
            not and could not be fetched again.
        UnavailableError
            If the file is nowhere and could not be downloaded.
        """
        if self.folder is not None:
            data = read_verified(self.folder / file.path, file, "data folder")
            if data is not None:
                return Found(data, "data folder")
        try:
            data = read_verified(self.cache / file.path, file, "cache")
        except AlteredFileError as altered:
            return Found(self._replace(file, altered), "download")
        return Found(self.download(file), "download") if data is None else Found(data, "cache")

    def download(self, file, *, force=False):
        """Download a file into the cache, unless another process has just done so.

        Parameters
        ----------
        file : DataFile
            A file of the catalog.
        force : bool
            Download even if the cache holds a good copy.

        Returns
        -------
        bytes

        Raises
        ------
        UnavailableError
            If there is no network, or the cache cannot take the file.
        """
        if self.offline:
            raise NoNetworkError(
                f"{file.path} cannot be downloaded: the network is switched off "
                f"(LABKIT_OFFLINE).\nExpected: {describe(file.bytes, file.sha256)}.\n"
                f"Found: no good copy in {self._places()}.",
                f"Unset LABKIT_OFFLINE and run `labkit data fetch {file.dataset}`, or set "
                f"LABKIT_DATA to a folder that holds {file.path}.",
            )
        with self._writing(file), self._lock(file):
            self._sweep_partial(file)
            data = None if force else self._cached(file)
            if data is None:
                self._require_space(file)
                data = self._download(file)
                self._save(file, data)
            return data

    def status(self, file, *, deep=False):
        """Tell where a file is and whether it is the published one.

        Parameters
        ----------
        file : DataFile
            A file of the catalog.
        deep : bool
            Compare the SHA-256, of compressed content too; else only the size.

        Returns
        -------
        FileStatus
        """
        check = check_content if deep else check_size
        for place, root in (("data folder", self.folder), ("cache", self.cache)):
            if root is None:
                continue
            path = root / file.path
            try:
                if check(path, file, place):
                    return FileStatus(file, place, path)
            except DataError as error:
                return FileStatus(file, place, path, error)
        return FileStatus(file)

    def sweep(self, files):
        """Remove what killed downloads of these files left in the cache.

        Parameters
        ----------
        files : iterable of DataFile
            Files of the catalog; one that another process is fetching now is left alone.
        """
        for file in files:
            if not os.path.exists(self._partial(file)):
                continue
            with suppress(UnavailableError, OSError), self._lock(file, timeout=0):
                self._sweep_partial(file)

    def _replace(self, file, altered):
        """Fetch an altered file of the cache again, or say that both went wrong."""
        try:
            return self.download(file)
        except UnavailableError as failure:
            raise AlteredFileError(
                f"{altered.problem}\nFetching it again failed: {failure.problem}",
                f"Delete it and run `labkit data fetch {file.dataset}` with a network "
                f"connection. {failure.remedy or ''}".rstrip(),
            ) from failure

    def _download(self, file):
        """Download; an error also names the places that were looked at before."""
        try:
            return download(file, self.timeout)
        except UnavailableError as error:
            places = f"  no good copy in {self._places()}"
            raise type(error)(f"{error.problem}\n{places}", error.remedy) from None

    def _cached(self, file):
        """Bytes of a good copy in the cache, else None."""
        try:
            return read_verified(self.cache / file.path, file, "cache")
        except AlteredFileError:
            return None

    def _save(self, file, data):
        """Put verified bytes under their final name, at once or not at all."""
        partial, final = self._partial(file), self.cache / file.path
        final.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(partial, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            os.replace(partial, final)
        finally:
            self._sweep_partial(file)

    def _partial(self, file):
        """Where a file is written before it has its final name."""
        return self.cache / ".partial" / file.path.replace("/", "--")

    def _sweep_partial(self, file):
        with suppress(OSError):
            self._partial(file).unlink(missing_ok=True)

    def _require_space(self, file):
        """Refuse before the download if the disk cannot hold the file."""
        free = shutil.disk_usage(self.cache).free
        if free < file.bytes:
            raise OSError(errno.ENOSPC, f"{free:,} bytes free")

    @contextmanager
    def _lock(self, file, timeout=None):
        """Hold the lock of a file's data set."""
        from filelock import FileLock, Timeout

        path = self.cache / ".partial" / f"{file.dataset}.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, timeout=self.lock_timeout if timeout is None else timeout)
        try:
            lock.acquire()
        except Timeout:
            raise LockTimeoutError(
                f"{file.path} is being fetched by another process.\nExpected: its lock {path} "
                f"within {lock.timeout:g} seconds.\nFound: the lock is still held.",
                "Wait for the other process (a notebook, `labkit data fetch`) or end it, then "
                "try again. A lock ends with the process that holds it; no file needs deleting.",
            ) from None
        except NotImplementedError as error:
            raise OSError(errno.ENOLCK, "this file system has no file locks") from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _writing(self, file):
        """Translate what the operating system says when the cache cannot be written."""
        try:
            yield
        except OSError as error:
            raise self._write_error(file, error) from error

    def _write_error(self, file, error):
        reason = f"Found: {error.strerror or error} ({self.cache})."
        expected = f"Expected: room and permission for {file.bytes:,} bytes in the cache."
        elsewhere = "set LABKIT_CACHE to a folder"
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return DiskFullError(
                f"{file.path} could not be stored: the disk is full.\n{expected}\n{reason}",
                f"Free some space, or {elsewhere} on a disk with room, then try again.",
            )
        return CacheNotWritableError(
            f"{file.path} could not be stored: the cache is not writable.\n{expected}\n{reason}",
            f"Make the cache writable, or {elsewhere} that you can write, or LABKIT_DATA to one "
            f"that holds {file.path}.",
        )

    def _places(self):
        """Name the places that were looked at, for an error text."""
        cache = f"the cache ({self.cache})"
        if self.folder is None:
            return cache
        missing = "" if self.folder.is_dir() else ", which is not a folder"
        return f"LABKIT_DATA ({self.folder}{missing}) or {cache}"
