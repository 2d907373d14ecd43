"""Built-in stand-ins for data that cannot be had, and the labels that say so.

A sample has the schema of the real data (columns, dtypes, image shape), far fewer rows, and
is the same on every run. It is made by code (:mod:`labkit.data.sample_tables`,
:mod:`labkit.data.sample_images`): no row of it comes from the data it stands for.

Labels are on the warning, on what is printed of the data set and its tables, and, through
Matplotlib's setting ``figure.hooks``, across every figure that pyplot makes afterwards. The
latter ends where the settings do: ``plt.style.use("default")`` and ``plt.rcdefaults()`` drop
the hook, and so does the end of an ``rc_context`` inside which the sample was loaded.
"""

import warnings

from labkit.data.datasets import SAMPLE_LABEL

HOOK = "labkit.data.sample:stamp_figure"


class SampleDataWarning(UserWarning):
    """The numbers that follow come from the built-in sample, not from the real data."""


def serve(name, variant, reason, stacklevel):
    """Build a sample and label it everywhere.

    Parameters
    ----------
    name, variant : str
        As in :func:`labkit.data.load`, which calls this when the real data cannot be had.
    reason : UnavailableError
        Why it cannot.
    stacklevel : int
        Frames from here to the line that asked for the data.

    Returns
    -------
    ArrayDataset, FrameDataset or ImageDataset
        With ``is_sample`` true.

    Warns
    -----
    SampleDataWarning
        Always.
    """
    dataset = build(name, variant)
    stamp_figures()
    warnings.warn(
        f"{SAMPLE_LABEL}: {dataset.name!r} is a small made-up stand-in: draw no conclusions from it.\n"
        f"Why: {reason}",
        SampleDataWarning,
        stacklevel=stacklevel,
    )
    return dataset


def build(name, variant=None):
    """Build a sample without a label on figures and without a warning.

    Parameters
    ----------
    name, variant : str
        As in :func:`labkit.data.load`, of a data set that is not part of scikit-learn.

    Returns
    -------
    ArrayDataset, FrameDataset or ImageDataset

    Examples
    --------
    >>> build("churn").frame.shape[1]
    14
    """
    from labkit.data import sample_images, sample_tables

    return {**sample_tables.SAMPLES, **sample_images.SAMPLES}[name, variant]()


def stamp_figures():
    """Have every figure that pyplot makes from now on carry the stamp."""
    import matplotlib as mpl

    if HOOK not in mpl.rcParams["figure.hooks"]:
        mpl.rcParams["figure.hooks"] = [*mpl.rcParams["figure.hooks"], HOOK]


def stamp_figure(figure):
    """Write the sample label across a figure.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        A new figure; called by pyplot through the setting ``figure.hooks``.
    """
    figure.text(
        0.5,
        0.5,
        SAMPLE_LABEL,
        ha="center",
        va="center",
        rotation=20,
        fontsize=22,
        fontweight="bold",
        color="crimson",
        alpha=0.45,
        zorder=1000,
        in_layout=False,
        gid="labkit-sample",
    )
