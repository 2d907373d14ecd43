"""The files of the catalog on this machine: fetch them, look where they are, verify them."""

from labkit.data import catalog
from labkit.data.store import Store


def files_of(*names):
    """Files of some data sets.

    Parameters
    ----------
    *names : str
        Data sets; none means all.

    Returns
    -------
    list of DataFile
        In catalog order; none for data that comes with scikit-learn.

    Raises
    ------
    UnknownDatasetError
        If the catalog has no such name.

    Examples
    --------
    >>> [file.path for file in files_of("titanic", "iris")]
    ['titanic/titanic.csv']
    """
    return [file for name in names or catalog.names() for file in catalog.entry(name).files]


def fetch(*names, force=False, store=None):
    """Download the files that are not yet on this machine.

    Parameters
    ----------
    *names : str
        Data sets; none means all.
    force : bool
        Download into the cache again what is already here.
    store : Store, optional
        Where to look and write; by default what the environment variables say.

    Returns
    -------
    list of FileStatus
        One for each file, all of them verified.

    Raises
    ------
    UnknownDatasetError, AlteredFileError, UnavailableError
        See :mod:`labkit.data.errors`; files fetched before the error stay.

    Examples
    --------
    >>> fetch("digits")  # comes with scikit-learn: no file to fetch
    []
    """
    store = store or Store.from_environment()
    files = files_of(*names)
    store.sweep(files)
    for file in files:
        store.download(file, force=True) if force else store.read(file)
    return [store.status(file) for file in files]


def status(*names, store=None):
    """Where files are; compares sizes only, so it is quick.

    Parameters
    ----------
    *names : str
        Data sets; none means all.
    store : Store, optional
        Where to look; by default what the environment variables say.

    Returns
    -------
    list of FileStatus

    Raises
    ------
    UnknownDatasetError
        If the catalog has no such name.

    Examples
    --------
    >>> [entry.file.path for entry in status("titanic")]
    ['titanic/titanic.csv']
    """
    store = store or Store.from_environment()
    return [store.status(file) for file in files_of(*names)]


def verify(*names, store=None):
    """Compare files with the published SHA-256, that of compressed content included.

    Parameters
    ----------
    *names : str
        Data sets; none means all.
    store : Store, optional
        Where to look; by default what the environment variables say.

    Returns
    -------
    list of FileStatus
        ``ok`` tells whether a file is here and the published one, ``error`` what is wrong.

    Raises
    ------
    UnknownDatasetError
        If the catalog has no such name.

    Examples
    --------
    >>> verify("iris")  # comes with scikit-learn: no file to verify
    []
    """
    store = store or Store.from_environment()
    return [store.status(file, deep=True) for file in files_of(*names)]
