"""The curve of an activation function, over its derivative."""

import numpy as np

from labkit.nn import activations
from labkit.plot import _canvas
from labkit.plot.theme import COLORS

_BESIDE = 1e-9  # so near to 0 that only a jump makes a difference


def activation(act, *, derivative=True, limits=(-5.0, 5.0), ax=None):
    """Draw an activation function over its derivative.

    Parameters
    ----------
    act : str or callable
        A name of `labkit.nn.activations`, such as "relu", or one of its objects. Without
        `derivative` any function of an array that works element by element will do.
    derivative : bool
        Whether to draw ``act.derivative`` as well, dashed.
    limits : (float, float)
        First and last value of the weighted sum z.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes if None.

    Returns
    -------
    matplotlib.axes.Axes
        The function is a solid blue line with the label "φ(z)", the derivative a dashed orange
        one with the label "φ′(z)". Where a curve jumps at 0 it has a gap, and a dot for its
        value there.

    Raises
    ------
    ValueError
        If the name is unknown, the function is softmax, which does not work element by element,
        or has no derivative, or the limits do not rise.

    See Also
    --------
    neuron : the same curve inside of a unit.
    Chapter "Activation functions" draws all of them with it.

    Examples
    --------
    >>> ax = activation("tanh", limits=(-3, 3))
    >>> ax.get_legend_handles_labels()[1]
    ['φ(z)', 'φ′(z)']
    """
    name, act = _resolved(act, derivative)
    low, high = _canvas.vector(limits, "limits", length=2)
    if low >= high:
        raise ValueError(f"limits must be two rising numbers; got {limits!r}")
    ax = _canvas.axes(ax, figsize=(4.2, 2.8))
    for at in (ax.axhline, ax.axvline):
        at(0, color=COLORS["grey"], linewidth=0.6, zorder=0, label="_zero")
    grid = np.linspace(low, high, 501)
    _curve(ax, act, grid, color=COLORS["blue"], label="φ(z)")
    if derivative:
        _curve(ax, act.derivative, grid, color=COLORS["orange"], linestyle="--", label="φ′(z)")
    ax.set(title=name, xlim=(low, high))
    return ax


def _resolved(act, derivative):
    """Return name and function of an activation, or say why it cannot be drawn."""
    act = activations.get(act) if isinstance(act, str) else act
    if not callable(act):
        raise ValueError(f"act must be the name of an activation, or a function; got {act!r}")
    if isinstance(act, activations.Softmax):
        raise ValueError("act must work element by element; softmax mixes all scores of a row")
    if derivative and not callable(getattr(act, "derivative", None)):
        raise ValueError(f"act must have a derivative to be drawn with one; got {act!r}")
    return getattr(act, "name", "") or getattr(act, "__name__", ""), act


def _curve(ax, function, grid, **look):
    """Draw a function; leave a gap at 0 if it jumps there, and a dot for its value."""
    values = np.asarray(function(grid), dtype=float)
    left, at, right = np.asarray(function(np.array([-_BESIDE, 0.0, _BESIDE])), dtype=float)
    if not np.isclose(left, right, atol=1e-6) and grid[0] < 0 < grid[-1]:
        here = np.searchsorted(grid, 0.0)
        beyond = here + (grid[here] == 0)
        grid = np.concatenate([grid[:here], [-_BESIDE, np.nan, _BESIDE], grid[beyond:]])
        values = np.concatenate([values[:here], [left, np.nan, right], values[beyond:]])
        ax.plot(0, at, marker="o", markersize=4, color=look["color"], label="_value at 0")
    ax.plot(grid, values, **look)
