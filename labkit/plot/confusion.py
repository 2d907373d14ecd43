"""The confusion matrix: what each class was taken for."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from labkit.plot import _canvas
from labkit.plot.theme import COLORS

# white to the palette's blue, so that dark mode turns it as it turns the lines
_SHADES = LinearSegmentedColormap.from_list("labkit-shades", ["white", COLORS["blue"]])
_KINDS = (None, "true", "pred", "all")


def confusion_matrix(y, y_hat, *, class_names=None, normalize=None, ax=None):
    """Draw how often each true class was predicted as each class.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        True classes.
    y_hat : array-like of shape (n_samples,)
        Predicted classes (not probabilities).
    class_names : sequence of str, optional
        A name for each class number 0, 1, 2, …; then classes that never occur have a row as
        well. Without names, the classes that occur in `y` or `y_hat` are written themselves.
    normalize : {None, "true", "pred", "all"}
        Counts; or shares of a true class (the diagonal holds the recalls), of a predicted class
        (the diagonal holds the precisions), or of all samples.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes if None.

    Returns
    -------
    matplotlib.axes.Axes
        One row for each true class, one column for each predicted class.

    Raises
    ------
    ValueError
        If the two are not class numbers of the same length, one sample at least; if a class has
        no name; or if `normalize` is another word.

    See Also
    --------
    sklearn.metrics.confusion_matrix : the numbers alone.
    Chapters "Who survived the Titanic?" and "Clothes in 28 by 28 pixels" read it.

    Examples
    --------
    >>> ax = confusion_matrix([0, 0, 1, 1], [0, 1, 1, 1], class_names=["stays", "leaves"])
    >>> [text.get_text() for text in ax.texts]
    ['1', '1', '0', '2']
    """
    from sklearn import metrics

    y, y_hat = _checked(y, y_hat)
    if normalize not in _KINDS:
        raise ValueError(f"normalize must be one of {_KINDS}; got {normalize!r}")
    labels, names = _classes(y, y_hat, class_names)
    table = metrics.confusion_matrix(y, y_hat, labels=labels, normalize=normalize)
    side = min(5.6, max(3.4, 1.6 + 0.5 * len(labels)))  # a phone hardly shrinks the text
    ax = _canvas.axes(ax, figsize=(side, side))
    ax.imshow(table, cmap=_SHADES, vmin=0, vmax=table.max() or 1)
    _write_cells(ax, table, normalize)
    ticks = np.arange(len(labels))
    long = len(names) > 3 and max(map(len, names)) > 3
    ax.set_xticks(ticks, names, rotation=45 if long else 0, ha="right" if long else "center")
    ax.set_yticks(ticks, names)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.set(xlabel="predicted class", ylabel="true class")
    return ax


def _checked(y, y_hat):
    """Return both as arrays (n_samples,) of classes, or say what is wrong."""
    y, y_hat = np.asarray(y), np.asarray(y_hat)
    if y.ndim != 1 or y.shape != y_hat.shape or not len(y):
        raise ValueError(
            "y and y_hat must have the same shape (n_samples,), n_samples at least 1; "
            f"got {y.shape} and {y_hat.shape}"
        )
    for name, values in (("y", y), ("y_hat", y_hat)):
        if values.dtype.kind == "f" and (values != np.round(values)).any():
            raise ValueError(
                f"{name} must hold classes, not probabilities or scores; got {values[:3]}; "
                "compare with a threshold, or take argmax(axis=1), first"
            )
    return y, y_hat


def _classes(y, y_hat, class_names):
    """Return the classes of the rows and columns, and their names."""
    found = np.unique(np.concatenate([y, y_hat]))
    if class_names is None:
        return found, [str(label) for label in found]
    names = [str(name) for name in class_names]
    numbers = np.arange(len(names))
    if not np.isin(found, numbers).all():
        raise ValueError(
            f"class_names must name the classes 0 to {len(names) - 1}; y and y_hat hold {found}"
        )
    return numbers, names


def _write_cells(ax, table, normalize):
    """Write each number in its cell, light on dark and dark on light."""
    small = len(table) > 5
    for (row, column), value in np.ndenumerate(table):
        text = f"{value}" if normalize is None else f"{value:.2f}"
        if normalize and small:
            text = f"{100 * value:.0f}"
        color = "white" if value > 0.55 * table.max() else COLORS["ink"]
        ax.text(column, row, text, ha="center", va="center", color=color, size=11 if small else 12)
    if normalize and small:
        ax.set_title("per cent", loc="right", size=11)
