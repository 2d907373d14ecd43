"""The drawing of a computation graph: every number, how it was made, and its gradient."""

import numpy as np

from labkit import nn
from labkit.plot import _canvas, _shapes
from labkit.plot._layered import layered, twins
from labkit.plot.theme import COLORS

MOST_NODES = 60  # of more, a page shows nothing that can be read
_BOX = np.array([0.8, 0.58])  # half width and half height
_RADIUS = 0.4  # of a circle
_BACK = 1.3  # from the centre of a box back to that of its circle
_PITCH = np.array([2.7, 1.95])  # from one column to the next, from one box to the one below
_FONT = 0.4  # height of the numbers


def computation_graph(value, *, ax=None):
    """Draw how a number was computed, from the inputs on the left to the result on the right.

    A box is a number: its value above, its gradient below in orange, its label over the box.
    A circle is the operation whose result is the box to its right.

    Parameters
    ----------
    value : labkit.nn.Value
        The result. Call its ``backward()`` first: until then all gradients are 0.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes if None.

    Returns
    -------
    matplotlib.axes.Axes
        Inputs have a dark frame, results of operations a blue one.

    Raises
    ------
    TypeError
        If `value` is no Value.
    ValueError
        If it was made from so many numbers that a drawing of them could not be read.

    See Also
    --------
    labkit.nn.Value : records the graph.
    Chapter "Backpropagation" builds such an engine, and draws what it records.

    Notes
    -----
    A number stands one column before the first operation that uses it.

    Examples
    --------
    >>> from labkit.nn import Value
    >>> w, x = Value(3.0, label="w"), Value(2.0, label="x")
    >>> product = w * x
    >>> product.backward()
    >>> ax = computation_graph(product)
    >>> {"w", "×", "6"} <= {text.get_text() for text in ax.texts}
    True
    """
    nodes = _nodes(value)
    number_of = {id(node): k for k, node in enumerate(nodes)}
    parents = [[number_of[id(parent)] for parent in node.parents] for node in nodes]
    columns, heights, routes = layered(parents)
    spots = np.column_stack([columns, heights]) * _PITCH  # (n_points, 2)
    spots += _BOX + 0.1 - spots.min(axis=0)
    width, height = spots.max(axis=0) + _BOX + [0.1, 0.6]
    scale = min(0.46, 7.0 / width)  # inches for one unit of the drawing
    ax = _canvas.drawing_axes(ax, width, height, figsize=(width * scale, height * scale))
    size = 72 * _FONT * _canvas.unit_inches(ax, width, height)
    for route, twin in zip(routes, twins(routes), strict=True):
        _draw_line(ax, spots[route], twin)
    for node, spot in zip(nodes, spots, strict=False):
        _draw_node(ax, node, spot, size)
    return ax


def _nodes(value):
    """Return all numbers that `value` was made from, or say why they cannot be drawn."""
    if not isinstance(value, nn.Value):
        raise TypeError(f"value must be a labkit.nn.Value; got {type(value).__name__}")
    nodes = value.graph()
    if len(nodes) > MOST_NODES:
        raise ValueError(
            f"value must be made from at most {MOST_NODES} numbers to be drawn; got {len(nodes)}"
        )
    return nodes


def _draw_line(ax, spots, move):
    """Draw the line from a box, past other boxes, to the circle before another box."""
    half = np.array([_BOX[0], 0])
    corners = [spots[0] + half]
    for spot in spots[1:-1]:  # straight on beside the boxes and circles of a column
        corners += [spot - [_BACK + _RADIUS, 0], spot + half]
    corners.append(spots[-1] - [_BACK, 0])
    corners = np.add(corners, [0, move])
    ax.plot(*corners.T, color=COLORS["grey"], lw=1.4, zorder=1)


def _draw_node(ax, node, spot, size):
    """Draw a number's box, with its label above and the operation's circle before it."""
    _shapes.box(ax, spot, *_BOX, COLORS["blue" if node.parents else "ink"])
    middle = {"ha": "center", "va": "center", "zorder": 5}
    for text, up, color in ((node.data, 0.26, "ink"), (node.grad, -0.27, "orange")):
        ax.text(spot[0], spot[1] + up, _short(text), size=size, color=COLORS[color], **middle)
    ax.text(
        spot[0], spot[1] + _BOX[1] + 0.08, node.label, ha="center", va="bottom", size=size, zorder=5
    )
    if node.parents:
        circle = spot - [_BACK, 0]
        ax.plot([circle[0], spot[0]], [spot[1]] * 2, color=COLORS["grey"], lw=1.4, zorder=1)
        _shapes.node(ax, circle, "", radius=_RADIUS, color=COLORS["grey"])
        sign = f"$x^{{{node.op[1:]}}}$" if node.op.startswith("^") else node.op
        ax.text(
            *circle, sign, size=size * (1.15 if len(sign) == 1 or sign[0] == "$" else 0.8), **middle
        )


def _short(value):
    """Write a number with three digits that count, or fewer where they would not fit."""
    texts = (f"{value + 0.0:.{digits}g}" for digits in (3, 2, 1))
    texts = [text.replace("-", "−") for text in texts]
    return next((text for text in texts if len(text) <= 6), texts[-1])
