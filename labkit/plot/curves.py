"""Learning curves: what training and validation data say after each epoch."""

from collections.abc import Mapping

import numpy as np
from matplotlib.ticker import MaxNLocator

from labkit.plot import _canvas
from labkit.plot.theme import COLORS

# a difference in colour, in dashes and in markers
_LOOKS = {
    "": {"label": "training", "color": COLORS["blue"], "linestyle": "-", "marker": "o"},
    "val_": {"label": "validation", "color": COLORS["orange"], "linestyle": "--", "marker": "s"},
}
_FEW = 15  # up to so many epochs each one gets its marker; more would run together


def learning_curves(history, *, metric="loss", ax=None):
    """Draw one measure of a training run over its epochs, and its validation if there is one.

    Parameters
    ----------
    history : labkit.nn.History or dict of lists
        What ``fit`` returned, or its ``history``: a list with one number for each epoch under
        ``metric``, and under ``"val_" + metric`` if there were validation data.
    metric : str
        Which measure: ``"loss"``, ``"accuracy"``, …
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes if None.

    Returns
    -------
    matplotlib.axes.Axes
        Training is a solid blue line with circles, validation a dashed orange one with squares.
        Epochs count from 1. An epoch whose number is not finite leaves a gap.

    Raises
    ------
    TypeError
        If `history` is neither a mapping nor has one.
    ValueError
        If there is no such metric, it has no finite number, or the curves differ in length.

    See Also
    --------
    Chapter "The multilayer perceptron" reads its first learning curves with it.

    Examples
    --------
    >>> ax = learning_curves({"loss": [2.0, 1.0, 0.7], "val_loss": [1.9, 1.2, 1.1]})
    >>> [line.get_label() for line in ax.lines]
    ['training', 'validation']
    """
    curves = _checked_curves(history, metric)
    ax = _canvas.axes(ax, figsize=(5.4, 3.2))
    for prefix, values in curves.items():
        look = _LOOKS[prefix] | ({} if len(values) <= _FEW else {"marker": ""})
        ax.plot(np.arange(1, len(values) + 1), values, **look)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set(xlabel="epoch", ylabel=metric.replace("_", " "))
    ax.legend()
    return ax


def _checked_curves(history, metric):
    """Return by prefix the numbers of each curve, (n_epochs,), or say what is wrong."""
    table = getattr(history, "history", history)
    if not isinstance(table, Mapping):
        raise TypeError(
            f"history must be what fit returned, or a dict of lists; got {type(history).__name__}"
        )
    if metric not in table:
        known = [key for key in table if not key.startswith("val_")]
        raise ValueError(f"metric must be one of {known}; got {metric!r}")
    curves = {
        prefix: _numbers(table[prefix + metric], f"history[{prefix + metric!r}]")
        for prefix in _LOOKS
        if prefix + metric in table
    }
    lengths = {prefix + metric: len(values) for prefix, values in curves.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"history must have one number per epoch in each list; got {lengths}")
    return curves


def _numbers(values, name):
    """Return values as floats (n,), at least one of them finite."""
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must hold numbers; got {values!r}") from error
    if array.ndim != 1 or not np.isfinite(array).any():
        raise ValueError(f"{name} must be a list with a finite number at least; got {values!r}")
    return np.where(np.isfinite(array), array, np.nan)
