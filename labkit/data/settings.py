"""The environment variables that steer ``labkit.data``, read when they are needed."""

import os
from pathlib import Path

from labkit.data.errors import DataError


def data_folder():
    """Folder of published files that is read before anything else (``$LABKIT_DATA``).

    Returns
    -------
    Path or None
        None if the variable is unset or empty.

    Raises
    ------
    DataError
        If it begins with ``~`` and there is no such home folder.

    Examples
    --------
    >>> folder = data_folder()
    >>> folder is None or isinstance(folder, Path)
    True
    """
    return _folder("LABKIT_DATA")


def cache_folder():
    """Folder that downloads go to: ``$LABKIT_CACHE``, else the user's cache folder.

    Returns
    -------
    Path
        It need not exist yet.

    Raises
    ------
    DataError
        If the variable begins with ``~`` and there is no such home folder.

    Examples
    --------
    >>> isinstance(cache_folder(), Path)
    True
    """
    if folder := _folder("LABKIT_CACHE"):
        return folder
    from platformdirs import user_cache_path

    return user_cache_path("labkit", appauthor=False) / "data"


def offline():
    """Whether the network must not be tried (``LABKIT_OFFLINE``).

    Returns
    -------
    bool

    Examples
    --------
    >>> offline() in (True, False)
    True
    """
    return _is_set("LABKIT_OFFLINE")


def strict():
    """Whether a sample is an error instead of a stand-in (``LABKIT_DATA_STRICT``).

    Returns
    -------
    bool

    Examples
    --------
    >>> strict() in (True, False)
    True
    """
    return _is_set("LABKIT_DATA_STRICT")


def _folder(variable):
    """Read a folder with ``~`` for somebody's home; None if unset or empty."""
    value = os.environ.get(variable, "").strip()
    try:
        return Path(value).expanduser() if value else None
    except RuntimeError as error:
        home = Path(value).parts[0]
        raise DataError(
            f"{variable} must be a folder; got {value!r}, and no home folder is known for {home!r}.",
            f"Set {variable} to the full path of the folder, or unset it.",
        ) from error


def _is_set(variable):
    """Read a switch: unset, empty, 0, no, off and false mean off; anything else means on."""
    return os.environ.get(variable, "").strip().lower() not in {"", "0", "no", "off", "false"}
