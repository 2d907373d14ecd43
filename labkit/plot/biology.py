"""A living neuron, drawn by code, and the pulses that it sends."""

import numpy as np
from matplotlib.patches import Ellipse, PathPatch, Polygon
from matplotlib.path import Path

from labkit.plot import _canvas
from labkit.plot.theme import COLORS

_BODY = np.array([2.75, 3.1])

#: Label, where its text starts, and what it points at.
_LABELS = (
    ("dendrites", (0.05, 5.85), (1.27, 5.23)),
    ("cell body", (3.2, 5.1), (2.95, 3.78)),
    ("nucleus", (3.3, 1.75), (2.85, 2.98)),
    ("axon", (5.0, 1.95), (5.3, 2.98)),
    ("telodendria", (4.8, 0.75), (7.22, 2.38)),
    ("synaptic\nterminals", (7.45, 5.7), (7.82, 4.72)),
)


def biological_neuron(*, ax=None):
    """Draw a nerve cell and name its parts.

    Parameters
    ----------
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes if None.

    Returns
    -------
    matplotlib.axes.Axes

    See Also
    --------
    action_potentials : the pulses that run along the axon.
    Chapter "From living neurons to logical ones" explains the parts.

    Notes
    -----
    The drawing is a scheme: an axon can be ten thousand times longer than the cell body
    is wide, and a real cell has thousands of synapses.

    Examples
    --------
    >>> ax = biological_neuron()
    >>> "axon" in [text.get_text() for text in ax.texts]
    True
    """
    ax = _canvas.drawing_axes(ax, 9.2, 6.2, figsize=(4.5, 3.03))
    for angle in (100, 140, 180, 220, 262):
        _branch(ax, _BODY + 0.5 * _unit(angle), angle, length=1.0, width=5.0, color=COLORS["blue"])
    _axon(ax)
    for angle in (48, 8, -35):
        _branch(
            ax, np.array([6.6, 3.0]), angle, length=0.95, width=2.5, color=COLORS["green"], tip=True
        )
    _body(ax)
    for text, start, target in _LABELS:
        arrow = {"arrowstyle": "-", "color": COLORS["ink"], "linewidth": 0.9, "shrinkB": 0}
        ax.annotate(text, target, start, arrowprops=arrow, ha="left", va="center", zorder=6)
    return ax


def _unit(angle):
    """Return the direction of an angle in degrees."""
    return np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])


def _branch(ax, start, angle, *, length, width, color, tip=False, depth=3):
    """Draw a twig that forks until its twigs are thin, with a knob at each end if asked."""
    end = start + length * _unit(angle)
    bend = start + 0.5 * length * _unit(angle + 14 * (-1) ** depth)
    _curve(ax, [start, bend, end], width, color)
    if depth == 1:
        if tip:
            ax.plot(*end, marker="o", color=COLORS["orange"], markersize=5, zorder=3)
        return
    for turn in (-24, 20):
        _branch(
            ax, end, angle + turn,
            length=0.72 * length, width=0.62 * width, color=color, tip=tip, depth=depth - 1,
        )  # fmt: skip


def _curve(ax, corners, width, color):
    """Draw a smooth curve from the first to the last of three corners."""
    path = Path(corners, [Path.MOVETO, Path.CURVE3, Path.CURVE3])
    ax.add_patch(
        PathPatch(path, facecolor="none", edgecolor=color, linewidth=width, capstyle="round")
    )


def _axon(ax):
    """Draw the axon from the cell body to where it branches, and the pulse that runs along it."""
    path = Path(
        [_BODY, (3.9, 2.6), (5.2, 3.3), (6.6, 3.0)],
        [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4],
    )
    ax.add_patch(
        PathPatch(path, facecolor="none", edgecolor=COLORS["green"], linewidth=4, capstyle="round")
    )
    times = np.linspace(0, 1, 60)
    pulse = np.exp(-(((times - 0.4) / 0.09) ** 2)) - 0.25 * np.exp(-(((times - 0.65) / 0.12) ** 2))
    ax.plot(4.35 + 1.0 * times, 3.5 + 0.55 * pulse, color=COLORS["orange"])
    ax.annotate(
        "", (6.0, 3.55), (5.4, 3.55), arrowprops={"arrowstyle": "-|>", "color": COLORS["orange"]}
    )
    ax.text(4.2, 4.4, "action potential", color=COLORS["orange"], va="center")


def _body(ax):
    """Draw the cell body, a blob, with its nucleus."""
    turn = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    radius = 0.72 + 0.07 * np.cos(3 * turn + 0.6) + 0.05 * np.cos(5 * turn)
    outline = _BODY + radius[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
    ax.add_patch(
        Polygon(outline, facecolor="#d8e9f5", edgecolor=COLORS["blue"], linewidth=2, zorder=3)
    )
    ax.add_patch(Ellipse(_BODY, 0.56, 0.5, facecolor=COLORS["purple"], edgecolor="none", zorder=4))


def action_potentials(time, potential, *, threshold=None, spikes=(), ax=None):
    """Draw the voltage of a neuron over time, and the moments at which it fires.

    Parameters
    ----------
    time : array-like of shape (n,)
        Times in milliseconds.
    potential : array-like of shape (n,)
        Voltage across the cell's membrane in millivolts.
    threshold : float, optional
        Voltage in millivolts from which the cell fires, drawn as a dashed line.
    spikes : array-like of shape (n_spikes,)
        Times of the action potentials in milliseconds, drawn as upright strokes.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes if None.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If time and potential differ in length.

    See Also
    --------
    Chapter "From living neurons to logical ones" computes such voltages.

    Notes
    -----
    The strokes only mark the moments: they run from the threshold up to 30 mV, a usual peak
    of an action potential, whatever the data.

    Examples
    --------
    >>> ax = action_potentials([0, 1, 2], [-70, -60, -70], threshold=-55, spikes=[1])
    >>> ax.get_xlabel()
    'time (ms)'
    """
    time = _canvas.vector(time, "time")
    potential = _canvas.vector(potential, "potential", length=len(time))
    spikes = _canvas.vector(spikes, "spikes", at_least=0)
    ax = _canvas.axes(ax)
    ax.plot(time, potential, color=COLORS["blue"], label="potential")
    if threshold is not None:
        ax.axhline(
            threshold, color=COLORS["grey"], linestyle="--", linewidth=1.2, label="threshold"
        )
    foot = potential.max() if threshold is None else threshold
    ax.vlines(spikes, foot, 30, color=COLORS["orange"], linewidth=1.8, label="action potential")
    ax.set(xlabel="time (ms)", ylabel="potential (mV)")
    return ax
