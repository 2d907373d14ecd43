"""What can go wrong between asking for a data set and having it."""

from labkit.errors import LabkitError


class DataError(LabkitError):
    """Base of all errors of ``labkit.data``: says what was expected, what was found, what to do."""


class UnknownDatasetError(DataError):
    """The catalog holds no data set, or no variant of it, under this name."""


class AlteredFileError(DataError):
    """A file on this machine is not the published one: altered, truncated or unreadable.

    Never answered with a sample: somebody put that file there and should know.
    """


class ContentError(DataError):
    """Bytes that do not hold what their format promises (CSV, IDX, gzip, tar)."""


class SchemaError(DataError):
    """A table or array of the user's own that has not the form of the published data."""


class UnavailableError(DataError):
    """The real data could not be had; :func:`labkit.data.load` may serve its sample instead."""


class NoNetworkError(UnavailableError):
    """Every address failed to answer, or the network is switched off by ``LABKIT_OFFLINE``."""


class WrongDownloadError(UnavailableError):
    """Servers answered, but none with the published bytes."""


class CacheNotWritableError(UnavailableError):
    """The cache folder cannot be created or written."""


class DiskFullError(UnavailableError):
    """The disk that holds the cache has no room for the file."""


class LockTimeoutError(UnavailableError):
    """Another process held the lock of the data set for too long."""
