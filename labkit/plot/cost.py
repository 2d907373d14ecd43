"""A cost over its parameters: a curve for one, a map for two, and the descent on either."""

from itertools import zip_longest

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from labkit.plot import _canvas
from labkit.plot.theme import COLORS, MARKERS, class_color

# A path of more steps than this is drawn as a line only: its dots would hide it.
_DOTS = 50
# From clear to half strong, so that what lies below shows through, in dark mode too.
_SLOPES = LinearSegmentedColormap.from_list("slopes", ["#005f9e00", "#005f9e70"])


def cost_curve(cost, xlim, *, path=(), tangents=(), ax=None, **line):
    """Draw a cost over one parameter, with the steps of a descent and with tangents.

    Parameters
    ----------
    cost : callable
        Takes the parameter, a float, and returns the cost, a float.
    xlim : (float, float)
        From where to where.
    path : array-like of shape (n,)
        The parameter before each step and after the last, as `labkit.nn.gradient_descent`
        returns it. The start is a ring. Steps that leave `xlim` leave the picture.
    tangents : array-like of shape (n,)
        Parameters at which to draw a tangent; the slope is a central difference.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes if None.
    **line
        Look of the curve, passed to `matplotlib.axes.Axes.plot`, as in ``label="MSE"``.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If `xlim` is not two rising numbers, a path or tangent is not a list of finite numbers,
        or the cost is nowhere a finite number.

    See Also
    --------
    cost_surface : the same for two parameters.
    Chapter "Gradient descent" draws learning rates with it.

    Examples
    --------
    >>> ax = cost_curve(lambda p: (p - 1) ** 2, (-1, 3), path=[-0.5, 0.25, 0.625])
    >>> ax.get_xlim() == (-1, 3)
    True
    """
    low, high = _span(xlim, "xlim")
    path, tangents = (
        _canvas.vector(points, name, at_least=0)
        for points, name in ((path, "path"), (tangents, "tangents"))
    )
    x = np.linspace(low, high, 401)
    y = _finite(np.array([float(cost(value)) for value in x]))
    ax = _canvas.axes(ax)
    ax.plot(x, y, **{"color": COLORS["blue"], "zorder": 1} | line)
    bottom, top = ax.get_ylim()
    _tangents(ax, cost, tangents, (high - low) / 6)
    if len(path):
        heights = [float(cost(value)) for value in path]
        _path(ax, np.column_stack([path, heights]), COLORS["orange"], "o")
    ax.set(xlim=(low, high), ylim=(bottom, top))
    return ax


def cost_surface(
    cost,
    xlim,
    ylim,
    *,
    paths=(),
    path_names=None,
    parameter_names=None,
    levels=12,
    resolution=60,
    ax=None,
):
    """Draw a cost over two parameters as a map with contour lines, and descents on it.

    Parameters
    ----------
    cost : callable
        Takes both parameters, an array of shape (2,), and returns the cost, a float.
    xlim, ylim : (float, float)
        From where to where, for the first and for the second parameter.
    paths : sequence of array-like of shape (n, 2)
        Both parameters before each step and after the last, as `labkit.nn.gradient_descent`
        returns them. Starts are rings, ends are filled, each path has its own marker. What
        leaves the map is not seen.
    path_names : sequence of str, optional
        Names for the legend, one for each path. Without them there is no legend.
    parameter_names : sequence of two str, optional
        Axis labels, with units.
    levels : int or array-like of shape (n,)
        Number of contour lines, or the costs at which they lie. Numbers of lines are spread so
        that they lie evenly over a bowl: close together where the cost is low.
    resolution : int
        Points of the grid along each axis; `cost` is asked at each.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes if None.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If a limit is not two rising numbers, a path has not two columns, a name is missing,
        `levels` or `resolution` is too small, or the cost is nowhere a finite number.

    See Also
    --------
    cost_curve : the same for one parameter.
    Chapter "Gradient descent" draws descents with it.

    Notes
    -----
    The darker, the higher. Line k of n lies at ``low + (high - low) * (k / n)**2``.

    Examples
    --------
    >>> walk = [[2, 1], [1, 0.5], [0.5, 0.25]]
    >>> ax = cost_surface(lambda p: p @ p, (-3, 3), (-2, 2), paths=[walk], path_names=["halved"])
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['halved']
    """
    xlim, ylim = _span(xlim, "xlim"), _span(ylim, "ylim")
    if resolution < 2:
        raise ValueError(f"resolution must be at least 2; got {resolution}")
    paths = [_canvas.matrix(path, f"paths[{k}]", (None, 2)) for k, path in enumerate(paths)]
    if path_names is not None:
        path_names = _canvas.names(path_names, "path_names", len(paths))
    x, y = (np.linspace(*span, resolution) for span in (xlim, ylim))
    heights = _finite(np.array([[float(cost(np.array([u, v]))) for u in x] for v in y]))
    ax = _canvas.axes(ax)
    _map(ax, x, y, heights, _levels(levels, heights))
    for k, (path, name) in enumerate(zip_longest(paths, path_names or ())):
        _path(ax, path, class_color(k + 1), MARKERS[k % len(MARKERS)], name)
    ax.set(xlim=xlim, ylim=ylim)
    if parameter_names is not None:
        x_name, y_name = _canvas.names(parameter_names, "parameter_names", 2)
        ax.set(xlabel=x_name, ylabel=y_name)
    if path_names:
        # above the axes, where no contour is hidden
        place = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0.2}
        ax.legend(ncols=len(path_names), columnspacing=1.0, handletextpad=0.4, **place)
    return ax


def _span(limits, name):
    """Return both limits as floats, or say that they do not rise."""
    low, high = _canvas.vector(limits, name, length=2)
    if not low < high:
        raise ValueError(f"{name} must rise; got ({low:g}, {high:g})")
    return float(low), float(high)


def _finite(heights):
    """Return heights with NaN where they are not finite, or say that none is."""
    if not np.isfinite(heights).any():
        raise ValueError("cost must be a finite number somewhere in the picture; it is nowhere")
    return np.where(np.isfinite(heights), heights, np.nan)


def _levels(levels, heights):
    """Return the costs of the contour lines, rising."""
    if np.ndim(levels) == 1:
        return np.unique(_canvas.vector(levels, "levels"))
    if np.ndim(levels) or int(levels) != levels or levels < 1:
        raise ValueError(f"levels must be a list of costs or a whole number >= 1; got {levels!r}")
    low, high = np.nanmin(heights), np.nanmax(heights)
    return low + (high - low) * (np.arange(1, levels + 1) / (levels + 1)) ** 2


def _map(ax, x, y, heights, levels):
    """Tint the map, darker where the cost is higher, and draw its contour lines."""
    if np.nanmin(heights) == np.nanmax(heights):
        return  # a plain has no contours
    heights = np.ma.masked_invalid(heights)
    steps = [heights.min(), *levels[(levels > heights.min()) & (levels < heights.max())]]
    steps = np.append(steps, heights.max())
    # colours by number of the step, not by cost: else a steep wall would leave the valley blank
    tints = [_SLOPES((k + 0.5) / (len(steps) - 1)) for k in range(len(steps) - 1)]
    ax.contourf(x, y, heights, levels=steps, colors=tints)
    if len(steps) > 2:
        ax.contour(x, y, heights, levels=steps[1:-1], colors=COLORS["grey"], linewidths=0.7)


def _path(ax, path, color, marker, name=None):
    """Draw a descent: its steps, a ring at the start and a filled marker at the end."""
    if not len(path):
        return
    dots = marker if len(path) <= _DOTS else None
    look = {"color": color, "linewidth": 1.3, "marker": dots, "markersize": 3.5}
    ax.plot(*path.T, zorder=3, **look)
    ring = {"facecolor": "white", "edgecolor": color, "linewidth": 1.8}
    ax.scatter(*path[0], s=52, marker=marker, zorder=4, **ring)
    ax.scatter(*path[-1], s=52, marker=marker, zorder=4, color=color, label=name)


def _tangents(ax, cost, points, reach):
    """Draw a piece of the tangent at each point, `reach` to either side."""
    for point in points:
        h = reach * 1e-4
        slope = (float(cost(point + h)) - float(cost(point - h))) / (2 * h)
        height = float(cost(point))
        across = np.array([-reach, reach])
        ax.plot(point + across, height + slope * across, "--", color=COLORS["ink"], linewidth=1.4)
        ax.scatter(point, height, color=COLORS["ink"], s=30, zorder=3)
