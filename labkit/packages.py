"""What labkit needs installed, as its own installed metadata says, and what of it lacks."""

from importlib import metadata


def requirements(extra=""):
    """Return what labkit's installed metadata asks for.

    Parameters
    ----------
    extra : str, default ""
        Name of an extra; the empty name stands for what every user needs.

    Returns
    -------
    list of packaging.requirements.Requirement
        Only those that apply to this Python and system, in the order of the metadata.

    Raises
    ------
    importlib.metadata.PackageNotFoundError
        If labkit is not installed.

    Examples
    --------
    >>> "numpy" in [requirement.name for requirement in requirements()]
    True
    """
    from packaging.requirements import Requirement

    listed = [Requirement(line) for line in metadata.requires("labkit")]
    needed = [each for each in listed if each.marker is None or each.marker.evaluate()]
    if not extra:
        return needed
    with_extra = [each for each in listed if each.marker and each.marker.evaluate({"extra": extra})]
    return [each for each in with_extra if each not in needed]


def is_in(version, specifiers):
    """Return whether a version lies in a range; pre-releases do, too.

    Parameters
    ----------
    version : str
        Such as ``"2.1.0"``.
    specifiers : str or packaging.specifiers.SpecifierSet
        Such as ``">=2,<3"``.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_in("2.1.0", ">=2,<3"), is_in("3.0", ">=2,<3")
    (True, False)
    """
    from packaging.specifiers import SpecifierSet

    return SpecifierSet(str(specifiers)).contains(version, prereleases=True)


def lack(requirement):
    """Say what is wrong with a required package.

    Parameters
    ----------
    requirement : packaging.requirements.Requirement
        The package and the range of its version.

    Returns
    -------
    str
        Empty if nothing is wrong.

    Examples
    --------
    >>> from packaging.requirements import Requirement
    >>> lack(Requirement("numpy>=2"))
    ''
    >>> lack(Requirement("no-such-package>=2"))
    'not installed'
    """
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return "not installed"
    if is_in(version, requirement.specifier):
        return ""
    return f"{version}, not {requirement.specifier}"


def pip_install(needed):
    """Return the command that installs some requirements.

    Parameters
    ----------
    needed : list of packaging.requirements.Requirement
        The packages and their ranges.

    Returns
    -------
    str

    Examples
    --------
    >>> from packaging.requirements import Requirement
    >>> pip_install([Requirement("numpy>=2")])
    'python -m pip install "numpy>=2"'
    """
    quoted = " ".join(f'"{each.name}{each.specifier}"' for each in needed)
    return f"python -m pip install {quoted}"
