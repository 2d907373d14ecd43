"""What a classifier of two features has learned, drawn over the points it learned from."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, ListedColormap

from labkit.plot import _canvas
from labkit.plot.theme import COLORS, MARKERS, class_color

# Points of the grid along each axis: for answers that jump, and for answers between which a line
# can be interpolated.
_STEPS, _SMOOTH = 200, 60


def points(X, y, *, class_names=None, feature_names=None, ax=None):
    """Scatter two features, one colour and one marker for each class.

    Parameters
    ----------
    X : array-like of shape (n_samples, 2)
        The two features, in their own units.
    y : array-like of shape (n_samples,)
        Class numbers 0, 1, 2, …
    class_names : sequence of str, optional
        Names for the legend, one for each class number. Without them there is no legend.
    feature_names : sequence of two str, optional
        Axis labels, with units.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes if None.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If X has not two columns, y not one class number for each row, or a name is missing.

    See Also
    --------
    decision_boundary : the same points over the regions of a classifier.

    Examples
    --------
    >>> ax = points([[0, 0], [1, 1]], [0, 1], class_names=["off", "on"])
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['off', 'on']
    """
    X, y = _checked(X, y)
    labels = _class_labels(class_names, y)
    ax = _canvas.axes(ax)
    for k in np.unique(y):
        look = {"color": class_color(k), "marker": MARKERS[k % len(MARKERS)]}
        label = labels[k] if labels else None
        ax.scatter(*X[y == k].T, s=30, label=label, linewidth=0.5, edgecolor="white", **look)
    if feature_names is not None:
        x_name, y_name = _canvas.names(feature_names, "feature_names", 2)
        ax.set(xlabel=x_name, ylabel=y_name)
    if labels:
        # above the axes, where no point is hidden
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=len(labels), borderaxespad=0.2)
    return ax


def decision_boundary(
    model, X, y, *, kind="classes", class_names=None, feature_names=None, resolution=None, ax=None
):
    """Draw where a classifier of two features says which class, under the points.

    Parameters
    ----------
    model : object or callable
        A fitted classifier with ``predict`` (for ``kind="probability"``: ``predict_proba``; a
        ``decision_function`` makes the line exact), or a function from points of shape (n, 2) to class numbers, or to probabilities of
        class 1, of shape (n,). It is asked, never trained.
    X : array-like of shape (n_samples, 2)
        The points; the picture reaches a little beyond them.
    y : array-like of shape (n_samples,)
        Class numbers 0, 1, 2, …
    kind : {"classes", "probability"}
        Flat regions, or the probability of class 1 in steps of 0.1 with the line of 0.5.
    class_names : sequence of str, optional
        Names for the legend.
    feature_names : sequence of two str, optional
        Axis labels, with units.
    resolution : int, optional
        Points of the grid along each axis; by default 200 for class numbers, which jump, and
        60 for scores and probabilities, which can be interpolated.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes if None.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If a shape is wrong, the model returns something else than one answer for each
        point, or `kind` is unknown.
    TypeError
        If the model can neither be asked nor called.

    See Also
    --------
    decision_line : the border of one linear unit, from its weights.
    Chapter "The perceptron" draws these pictures over the epochs of a training run.

    Examples
    --------
    >>> ax = decision_boundary(lambda X: X[:, 0] > 0.5, [[0, 0], [1, 1]], [0, 1])
    >>> [round(float(end), 2) for end in ax.get_xlim()]
    [-0.08, 1.08]
    """
    if kind not in _SURFACES:
        raise ValueError(f"kind must be one of {sorted(_SURFACES)}; got {kind!r}")
    X, y = _checked(X, y)
    _class_labels(class_names, y)
    choose_asker, paint = _SURFACES[kind]
    ask, default = choose_asker(model)
    columns, rows = (_span(column, resolution or default) for column in X.T)
    grid = np.stack(np.meshgrid(columns, rows), axis=-1)  # (rows, columns, 2)
    answers = _answers(ask, grid.reshape(-1, 2)).reshape(grid.shape[:2])
    ax = _canvas.axes(ax)
    paint(ax, columns, rows, answers)
    points(X, y, class_names=class_names, feature_names=feature_names, ax=ax)
    ax.set(xlim=columns[[0, -1]], ylim=rows[[0, -1]])
    return ax


def decision_line(w, b=0.0, *, arrow=True, label=None, ax=None, **line):
    """Draw the line on which one linear unit changes its mind: w₁x₁ + w₂x₂ + b = 0.

    Parameters
    ----------
    w : array-like of shape (2,) or (2, 1)
        Weights of the two inputs.
    b : float, or array-like of shape (1,)
        Bias.
    arrow : bool
        Point from the line into the side where the unit says 1, if the line is in view.
    label : str, optional
        Name for the legend.
    ax : matplotlib.axes.Axes, optional
        Where to draw; its limits stay as they are. New axes if None.
    **line
        Passed to `matplotlib.axes.Axes.axline`, as in ``linestyle="--"``.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If w is not two finite numbers, or both are zero: then there is no line.

    See Also
    --------
    decision_boundary : the regions of any classifier.

    Examples
    --------
    >>> ax = decision_line([1, 1], -1.5, label="AND")
    >>> len(ax.lines)
    1
    """
    w = _canvas.vector(np.squeeze(w), "w", length=2)
    b = float(_canvas.matrix(np.squeeze(b), "b", ()))
    if not w.any():
        raise ValueError(f"w must not be all zeros: 0·x₁ + 0·x₂ + {b:g} = 0 is no line")
    ax = _canvas.axes(ax)
    limits = ax.axis()
    foot = -b * w / (w @ w)  # the point of the line nearest to the origin
    along = np.array([-w[1], w[0]]) / np.abs(w).max()
    line = {"color": COLORS["ink"]} | line
    drawn = ax.axline(foot, foot + along, label=label, **line)
    ax.axis(limits)
    if arrow:
        _point_to_positive_side(ax, w, b, drawn.get_color())
    return ax


def _point_to_positive_side(ax, w, b, color):
    """Draw a short arrow across the line, at the middle of its visible part."""
    visible = _visible_part(ax, w, b)
    if visible is None:
        return
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    pixels = ax.bbox.size / [right - left, top - bottom]  # for one unit of each axis
    middle = visible.mean(axis=0)
    # perpendicular as it is seen, where the axes have different scales
    across = w / pixels
    tip = middle + 0.12 * ax.bbox.size.min() * across / np.linalg.norm(across) / pixels
    ax.annotate("", tip, middle, arrowprops={"arrowstyle": "-|>", "color": color, "shrinkA": 0})


def _visible_part(ax, w, b):
    """Return the two ends (2, 2) of the line inside the view, or None."""
    (left, right), (bottom, top) = np.sort(ax.get_xlim()), np.sort(ax.get_ylim())
    ends = [(x, -(w[0] * x + b) / w[1]) for x in (left, right) if w[1]]
    ends += [(-(w[1] * y + b) / w[0], y) for y in (bottom, top) if w[0]]
    inside = [(x, y) for x, y in ends if left <= x <= right and bottom <= y <= top]
    return np.array([min(inside), max(inside)]) if len(inside) > 1 else None


def _checked(X, y):
    """Return X (n, 2) as floats and y (n,) as class numbers."""
    X = _canvas.matrix(X, "X", (None, 2))
    if not len(X):
        raise ValueError("X must hold at least one point; got shape (0, 2)")
    y = _canvas.vector(y, "y", length=len(X))
    if (y < 0).any() or (y != y.astype(int)).any():
        raise ValueError(f"y must hold class numbers 0, 1, 2, …; got {np.unique(y)}")
    return X, y.astype(int)


def _class_labels(class_names, y):
    """Return the names of the classes, after checking that the highest class has one."""
    if class_names is None:
        return None
    class_names = [str(name) for name in class_names]
    if len(class_names) <= y.max():
        raise ValueError(f"class_names must name class {y.max()} too; got {class_names}")
    return class_names


def _span(column, resolution):
    """Return evenly spaced values from a little below to a little above the column."""
    margin = 0.08 * (np.ptp(column) or 1.0)
    return np.linspace(column.min() - margin, column.max() + margin, resolution)


def _answers(ask, grid):
    """Return the model's answers (n,) as floats, or say what came back instead."""
    answers = np.asarray(ask(grid), dtype=float)
    if answers.shape == (len(grid), 1):
        answers = answers[:, 0]
    if answers.shape != (len(grid),):
        raise ValueError(
            f"model must give one answer for each point, shape ({len(grid)},); got {answers.shape}"
        )
    return answers


def _class_asker(model):
    """Return the function that gives the model's class numbers or its score, and its grid.

    Where a model decides between 0 and 1 by the sign of a score, the score is scaled to 0–1
    with the border at 0.5: then the line can be drawn exactly, not in steps of the grid.
    """
    predict = _asker(model, "predict")
    if not hasattr(model, "decision_function") or [*getattr(model, "classes_", (0, 1))] != [0, 1]:
        return predict, _STEPS

    def ask(grid):
        scores = np.asarray(model.decision_function(grid))
        largest = np.abs(scores).max() or 1.0
        return 0.5 + scores / (2 * largest) if scores.size == len(grid) else predict(grid)

    return ask, _SMOOTH


def _probability_asker(model):
    """Return the function that gives the model's probability of class 1, and its grid."""
    if not hasattr(model, "predict_proba"):
        return _asker(model, "predict_proba"), _SMOOTH
    return lambda grid: np.asarray(model.predict_proba(grid))[:, 1], _SMOOTH


def _asker(model, method):
    """Return the model's method, or the model itself if it is a function."""
    ask = getattr(model, method, model)
    if not callable(ask):
        raise TypeError(f"model must have {method} or be callable; got {type(model).__name__}")
    return ask


def _paint_classes(ax, columns, rows, classes):
    """Fill the region of each class with a light tint of its colour."""
    last = int(np.ceil(classes.max()))
    levels = np.arange(last + 2) - 0.5
    tints = ListedColormap([class_color(k) for k in range(last + 1)])
    ax.contourf(columns, rows, classes, levels=levels, cmap=tints, alpha=0.2)
    borders = [level for level in levels if classes.min() < level < classes.max()]
    if borders:
        ax.contour(columns, rows, classes, levels=borders, colors=COLORS["ink"], linewidths=1)


def _paint_probability(ax, columns, rows, probability):
    """Shade the probability of class 1 in ten steps, and draw where it is one half."""
    if probability.min() < 0 or probability.max() > 1:
        found = f"{probability.min():g} to {probability.max():g}"
        raise ValueError(f"model must give probabilities between 0 and 1; got {found}")
    # transparent where the unit is undecided: reads well on a light and on a dark page
    tints = [(class_color(0), 0.5), ("white", 0.0), (class_color(1), 0.5)]
    shades = LinearSegmentedColormap.from_list("probability", tints)
    ax.contourf(columns, rows, probability, levels=np.linspace(0, 1, 11), cmap=shades)
    if probability.min() < 0.5 < probability.max():
        ax.contour(columns, rows, probability, levels=[0.5], colors=COLORS["ink"])


#: What `decision_boundary` can draw: how the model is asked, and how the answers are painted.
_SURFACES = {
    "classes": (_class_asker, _paint_classes),
    "probability": (_probability_asker, _paint_probability),
}
