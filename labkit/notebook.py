"""What a chapter calls to hand its computed numbers to the prose."""

_PREFIX = "application/papermill.record/"


def glue(name, value):
    """Store a value in the notebook's output, for the prose to quote by name.

    The text then says ``{glue:text}`name:.2f``` and the book shows the number of the run,
    so no number is typed by hand. Nothing appears below the cell. Outside a notebook
    (a chapter run as a script, a doctest) the call does nothing.

    Parameters
    ----------
    name : str
        Under which name the prose asks for the value: no spaces, no ``:``, unique in the chapter.
    value : object
        What to store, as Jupyter would display it. NumPy scalars become Python numbers,
        so that a format such as ``:.2f`` applies to them.

    Raises
    ------
    ValueError
        If the name could not be quoted from the prose.

    Notes
    -----
    The output is the one that MyST-NB's ``glue`` writes with ``display=False``, made without
    importing MyST-NB: chapters run on Colab, where it is not installed.

    Examples
    --------
    >>> glue("accuracy", 0.95)
    """
    if not isinstance(name, str) or not name or set(name) & set(" \t\n:`"):
        raise ValueError(f"glue: name must be text without spaces, ':' or '`'; got {name!r}")
    shell = _shell()
    if shell is None:
        return
    bundle, metadata = shell.display_formatter.format(_plain(value))
    shell.display_pub.publish(
        data={_PREFIX + mime: content for mime, content in bundle.items()},
        metadata={**metadata, "scrapbook": {"name": name, "mime_prefix": _PREFIX}},
    )


def _shell():
    """Return the running IPython shell, or None outside a notebook."""
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()


def _plain(value):
    """Turn a NumPy scalar into the Python number that format codes understand."""
    is_scalar = hasattr(value, "item") and getattr(value, "shape", None) == ()
    return value.item() if is_scalar else value
