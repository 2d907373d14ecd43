"""Circles, boxes, lines and numbers: what the drawings of neurons and networks are made of."""

import numpy as np
from matplotlib.patches import Circle, FancyBboxPatch

from labkit.plot.theme import COLORS

RADIUS = 0.42  # of the circle of a unit


def node(ax, center, text, *, radius, color, size=13):
    """Draw a circle with a text in it."""
    ax.add_patch(Circle(center, radius, facecolor="white", edgecolor=color, linewidth=2, zorder=3))
    ax.text(*center, text, ha="center", va="center", size=size, zorder=5)


def edge(ax, start, end, *, radii, text=None, at=0.5, arrow=False, negative=False):
    """Draw a line between two circles, with a text on it."""
    start, end = np.array(start, dtype=float), np.array(end, dtype=float)
    along = (end - start) / np.linalg.norm(end - start)
    color = COLORS["orange"] if negative else COLORS["blue"]
    ends = np.array([start + radii[0] * along, end - radii[1] * along])
    if arrow:
        look = {"arrowstyle": "-|>", "color": COLORS["ink"], "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", ends[1], ends[0], arrowprops=look)
    else:
        ax.plot(*ends.T, color=color, linestyle="--" if negative else "-", lw=1.6, zorder=1)
    if text:
        plate(ax, start + at * (end - start), text)


def plate(ax, spot, text):
    """Write a text on a patch of white, so that the line below does not cross it."""
    patch = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none"}
    ax.text(*spot, text, ha="center", va="center", bbox=patch, size=11, zorder=2)


def box(ax, center, half_width, half_height, color):
    """Draw a box with round corners."""
    corner = (center[0] - half_width, center[1] - half_height)
    shape = "round,pad=0,rounding_size=0.14"
    look = {"facecolor": "white", "edgecolor": color, "linewidth": 2, "zorder": 3}
    ax.add_patch(FancyBboxPatch(corner, 2 * half_width, 2 * half_height, boxstyle=shape, **look))
