"""Whether a file on this machine is the published one."""

from dataclasses import dataclass
from pathlib import Path

from labkit.data.errors import AlteredFileError, ContentError, DataError
from labkit.data.formats import describe, digest, unpack


@dataclass(frozen=True)
class FileStatus:
    """What is known about one file of the catalog on this machine.

    Parameters
    ----------
    file : DataFile
        The file.
    place : {"data folder", "cache", None}
        Where it would be read from; None if it is nowhere.
    path : Path or None
        Its full path.
    error : DataError or None
        What is wrong with it.
    """

    file: object
    place: str | None = None
    path: Path | None = None
    error: DataError | None = None

    @property
    def ok(self):
        """Whether the file is here and nothing wrong with it was found."""
        return self.place is not None and self.error is None


def read_verified(path, file, place):
    """Read a file and compare its SHA-256 with the published one.

    Parameters
    ----------
    path : Path
        Full path of the file.
    file : DataFile
        What it should be.
    place : {"data folder", "cache"}
        Where it lies, for the error text and its remedy.

    Returns
    -------
    bytes or None
        None if there is no such file.

    Raises
    ------
    AlteredFileError
        If it is not the published file, or cannot be read.

    Examples
    --------
    >>> from labkit.data.catalog import TITANIC_CSV
    >>> read_verified(Path("/nonexistent"), TITANIC_CSV, "cache") is None
    True
    """
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise altered(path, file, place, f"it cannot be read: {error.strerror}") from error
    found = digest(data)
    if found != file.sha256:
        raise altered(path, file, place, describe(len(data), found), len(data))
    return data


def altered(path, file, place, found, size=None):
    """Build the error for a file that is not the published one.

    Parameters
    ----------
    path : Path
        Full path of the file.
    file : DataFile
        What it should be.
    place : {"data folder", "cache"}
        Where it lies, for the error text and its remedy.
    found : str
        What was found instead.
    size : int, optional
        Its size in bytes.

    Returns
    -------
    AlteredFileError

    Examples
    --------
    >>> from labkit.data.catalog import TITANIC_CSV
    >>> error = altered(Path("t.csv"), TITANIC_CSV, "cache", "60,300 bytes", 60_300)
    >>> print(error.problem.splitlines()[-1])
    Found: 60,300 bytes (2 bytes missing).
    """
    short = "" if size is None or size >= file.bytes else f" ({file.bytes - size:,} bytes missing)"
    remedy = {
        "data folder": f"Put the published file there ({file.sources[0].url}), or delete it or "
        f"unset LABKIT_DATA so that labkit looks further. Nothing is changed in that folder.",
        "cache": f"Run `labkit data fetch {file.dataset}`, which replaces it.",
    }[place]
    return AlteredFileError(
        f"{file.path} in the {place} is not the published file: {path}\n"
        f"Expected: {describe(file.bytes, file.sha256)}.\nFound: {found}{short}.",
        remedy,
    )


def check_content(path, file, place):
    """Compare checksums, that of unpacked content included.

    Parameters
    ----------
    path : Path
        Full path of the file.
    file : DataFile
        What it should be.
    place : {"data folder", "cache"}
        Where it lies, for the error text and its remedy.

    Returns
    -------
    bool
        False if there is no such file.

    Raises
    ------
    AlteredFileError
        If it is not the published file, or cannot be read.
    ContentError
        If it is, but its content is not what the catalog says.

    Examples
    --------
    >>> from labkit.data.catalog import TITANIC_CSV
    >>> check_content(Path("/nonexistent"), TITANIC_CSV, "cache")
    False
    """
    data = read_verified(path, file, place)
    if data is None:
        return False
    content = unpack(file, data)
    found = digest(content)
    if file.unpacked_sha256 not in (None, found):
        raise ContentError(
            f"{path} does not hold the published content.\nExpected: content with SHA-256 "
            f"{file.unpacked_sha256}.\nFound: {describe(len(content), found)}."
        )
    return True


def check_size(path, file, place):
    """Compare sizes only, which is quick.

    Parameters
    ----------
    path : Path
        Full path of the file.
    file : DataFile
        What it should be.
    place : {"data folder", "cache"}
        Where it lies, for the error text and its remedy.

    Returns
    -------
    bool
        False if there is no such file.

    Raises
    ------
    AlteredFileError
        If it is not the published file, or cannot be read.

    Examples
    --------
    >>> from labkit.data.catalog import TITANIC_CSV
    >>> check_size(Path("/nonexistent"), TITANIC_CSV, "cache")
    False
    """
    try:
        size = path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise altered(path, file, place, f"it cannot be read: {error.strerror}") from error
    if size != file.bytes:
        raise altered(path, file, place, f"{size:,} bytes", size)
    return True
