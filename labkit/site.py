"""Where the course lives: the one address, and the links that follow from it.

The address stands in ``_config.yml`` (``repository.url`` and ``repository.branch``)
and nowhere else, so that a fork changes one line. A checkout has that file at its
root; a wheel carries a copy inside the package.
"""

import re
from functools import cache
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from labkit.errors import LabkitError

_PACKAGE = Path(__file__).parent
_GITHUB = re.compile(r"https://github\.com/(?P<owner>[\w.-]+)/(?P<name>[\w.-]+?)(?:\.git)?/?")
_BRANCH = re.compile(r"[\w.-]+(?:/[\w.-]+)*")
_REMEDY = "Set `repository: {url: https://github.com/OWNER/NAME, branch: main}` in _config.yml."


def repository():
    """Address of the course's repository.

    Returns
    -------
    str
        Such as ``https://github.com/OWNER/NAME``, without ``.git`` or a final slash.

    Raises
    ------
    LabkitError
        If no ``_config.yml`` is found or its ``repository.url`` is no GitHub address.

    Examples
    --------
    >>> repository().startswith("https://github.com/")
    True
    """
    owner, name = _owner_and_name()
    return f"https://github.com/{owner}/{name}"


def branch():
    """Branch that the launch buttons and ``pip`` lines name.

    Returns
    -------
    str
        ``repository.branch`` of ``_config.yml``; ``"main"`` if it says nothing.

    Raises
    ------
    LabkitError
        If no ``_config.yml`` is found or the branch is not a name.

    Examples
    --------
    >>> branch() in install_requirement()
    True
    """
    path, settings = _settings()
    value = settings["repository"].get("branch", "main")
    if not (isinstance(value, str) and _BRANCH.fullmatch(value)):
        raise LabkitError(
            f"{path}: repository.branch is {value!r}, not the name of a branch.", _REMEDY
        )
    return value


def site_url():
    """Address of the built book, with a final slash.

    Returns
    -------
    str
        ``html.baseurl`` of ``_config.yml`` if it is set, else the GitHub Pages address that
        follows from the repository.

    Raises
    ------
    LabkitError
        If no ``_config.yml`` is found or it is malformed.

    Examples
    --------
    >>> site_url().startswith("https://")
    True
    """
    base = (_settings()[1].get("html") or {}).get("baseurl")
    if base:
        return base.rstrip("/") + "/"
    owner, name = _owner_and_name()
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"


def install_requirement():
    """Name the requirement that lets ``pip install`` get labkit from its repository.

    Returns
    -------
    str
        A direct reference, ``labkit @ git+URL@BRANCH``. Quote it in a shell.

    Raises
    ------
    LabkitError
        If no ``_config.yml`` is found or it is malformed.

    Examples
    --------
    >>> install_requirement().startswith("labkit @ git+https://")
    True
    """
    return f"labkit @ git+{repository()}@{branch()}"


def colab_url(path):
    """Link that opens a notebook of the repository on Google Colab.

    Parameters
    ----------
    path : str or PathLike
        The notebook, relative to the root of the repository, with forward slashes.

    Returns
    -------
    str
        The address.

    Raises
    ------
    LabkitError
        If ``path`` leaves the repository, or as for `repository`.

    Examples
    --------
    >>> colab_url("book/neurons/neurons.ipynb").endswith("/book/neurons/neurons.ipynb")
    True
    """
    owner, name = _owner_and_name()
    return (
        f"https://colab.research.google.com/github/{owner}/{name}/blob/"
        f"{quote(branch())}/{quote(_inside(path))}"
    )


def binder_url(path):
    """Link that opens a notebook of the repository on Binder, in JupyterLab.

    Parameters
    ----------
    path : str or PathLike
        The notebook, relative to the root of the repository, with forward slashes.

    Returns
    -------
    str
        The address.

    Raises
    ------
    LabkitError
        If ``path`` leaves the repository, or as for `repository`.

    Examples
    --------
    >>> "urlpath=lab/tree/book/intro.md" in binder_url("book/intro.md")
    True
    """
    owner, name = _owner_and_name()
    ref = quote(branch(), safe="")  # Binder takes one path segment
    return (
        f"https://mybinder.org/v2/gh/{owner}/{name}/{ref}?urlpath=lab/tree/{quote(_inside(path))}"
    )


def _inside(path):
    """`path` as text, refused unless it stays inside the repository."""
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or not pure.parts or "\\" in str(path):
        raise LabkitError(
            f"path is {str(path)!r}, which does not name a file of the repository.",
            "Give it relative to the repository's root, with forward slashes.",
        )
    return str(pure)


def _owner_and_name():
    """Take the GitHub address apart."""
    path, settings = _settings()
    url = settings["repository"].get("url")
    match = _GITHUB.fullmatch(url) if isinstance(url, str) else None
    if match is None:
        raise LabkitError(f"{path}: repository.url is {url!r}, not a GitHub address.", _REMEDY)
    return match["owner"], match["name"]


def _settings():
    """Path and content of the ``_config.yml`` that counts: the wheel's copy, or the checkout's."""
    places = (_PACKAGE / "_config.yml", _PACKAGE.parent / "_config.yml")
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        raise LabkitError(
            f"the course's address is unknown: neither {places[0]} nor {places[1]} exists.",
            "Install labkit from the course's repository, or work in a checkout of it.",
        )
    return path, _parse(path, path.stat().st_mtime_ns)


@cache
def _parse(path, _modified):
    """Read the mapping that `path` holds; anew only when the file has changed."""
    import yaml  # not needed to `import labkit`

    try:
        settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise LabkitError(f"{path} is not valid YAML: {error}", _REMEDY) from error
    if not isinstance(settings, dict) or not isinstance(settings.get("repository"), dict):
        raise LabkitError(f"{path} has no `repository:` section.", _REMEDY)
    return settings
