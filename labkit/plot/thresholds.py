"""What the threshold of a classifier decides: right answers, found cases, and costs."""

import numpy as np

from labkit.plot import _canvas
from labkit.plot.theme import COLORS

_LOOKS = {
    "accuracy": {"color": COLORS["grey"], "linestyle": ":"},
    "precision": {"color": COLORS["blue"], "linestyle": "-"},
    "recall": {"color": COLORS["orange"], "linestyle": "--"},
}


def threshold_curves(y, probability, *, costs=None, ax=None):
    """Draw what a classifier of two classes is worth, over the threshold of its probability.

    A sample counts as class 1 when its probability is *above* the threshold.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        True classes, 0 or 1; both must occur.
    probability : array-like of shape (n_samples,)
        Probability of class 1, from 0 to 1.
    costs : (float, float), optional
        Cost of a false positive and of a false negative, in one unit, neither below 0 and not
        both 0. With them the mean cost per sample is drawn instead, and its smallest value marked.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes if None.

    Returns
    -------
    matplotlib.axes.Axes
        Accuracy (dotted), precision (solid) and recall (dashed); precision ends where no sample
        is above the threshold any more. With `costs`, one solid line, a marker and the numbers above.

    Raises
    ------
    ValueError
        If the two do not fit one another, or a value is outside its range.

    See Also
    --------
    sklearn.metrics.PrecisionRecallDisplay, sklearn.metrics.RocCurveDisplay : the two measures
        against one another, without the threshold.
    Chapter "Who will leave the bank?" chooses a threshold by cost.

    Examples
    --------
    >>> ax = threshold_curves([0, 0, 1, 1], [0.1, 0.6, 0.4, 0.9])
    >>> [line.get_label() for line in ax.lines]
    ['accuracy', 'precision', 'recall']
    >>> ax = threshold_curves([0, 0, 1, 1], [0.1, 0.6, 0.4, 0.9], costs=(1, 5))
    >>> ax.get_title(loc="left")
    'least: 0.25 at threshold 0.10'
    """
    y, probability = _checked(y, probability)
    thresholds = np.unique([0.0, *probability, 1.0])
    counts = _counts(y, probability, thresholds)
    ax = _canvas.axes(ax, figsize=(5.4, 3.4))
    ax.set(xlabel="threshold", xlim=(0, 1))
    if costs is None:
        for name, values in _measures(y, *counts).items():
            ax.step(thresholds, values, where="post", label=name, **_LOOKS[name])
        ax.set(ylabel="share", ylim=(0, 1.02))
        ax.legend()
    else:
        _draw_cost(ax, thresholds, _mean_cost(y, *counts, costs))
    return ax


def _checked(y, probability):
    """Return both as arrays (n_samples,), or say what is wrong."""
    y = _canvas.vector(y, "y", at_least=2)
    probability = _canvas.vector(probability, "probability", length=len(y))
    if set(np.unique(y)) != {0.0, 1.0}:
        raise ValueError(f"y must hold the classes 0 and 1, both; got {np.unique(y)[:5]}")
    if probability.min() < 0 or probability.max() > 1:
        raise ValueError(
            "probability must lie between 0 and 1; "
            f"got values from {probability.min():g} to {probability.max():g}"
        )
    return y, probability


def _counts(y, probability, thresholds):
    """Return true and false positives for each threshold, (n_thresholds,) each."""
    order = np.argsort(probability)
    above = len(y) - np.searchsorted(probability[order], thresholds, side="right")
    ones = np.concatenate([[0.0], np.cumsum(y[order])])  # ones among the k smallest
    true_positives = y.sum() - ones[len(y) - above]
    return true_positives, above - true_positives


def _measures(y, true_positives, false_positives):
    """Return the three measures for each threshold."""
    n_ones, found = y.sum(), true_positives + false_positives
    right = true_positives + (len(y) - n_ones - false_positives)
    precision = np.divide(true_positives, found, out=np.full(len(found), np.nan), where=found > 0)
    return {"accuracy": right / len(y), "precision": precision, "recall": true_positives / n_ones}


def _mean_cost(y, true_positives, false_positives, costs):
    """Return the mean cost per sample for each threshold."""
    costs = _canvas.vector(costs, "costs", length=2)
    if costs.min() < 0 or not costs.any():
        raise ValueError(f"costs must be two numbers, 0 or more and not both 0; got {costs}")
    return (costs[0] * false_positives + costs[1] * (y.sum() - true_positives)) / len(y)


def _draw_cost(ax, thresholds, cost):
    """Draw the cost, and mark where it is least."""
    best = cost.argmin()
    ax.step(thresholds, cost, where="post", color=COLORS["blue"])
    ax.plot(thresholds[best], cost[best], "o", color=COLORS["orange"], markersize=8)
    # above the axes, where it hides nothing
    ax.set_title(f"least: {cost[best]:.3g} at threshold {thresholds[best]:.2f}", loc="left")
    ax.set(ylabel="mean cost per sample", ylim=(0, None))
