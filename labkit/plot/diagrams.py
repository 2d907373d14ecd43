"""Drawings of one neuron and of networks, with their numbers if wanted."""

import itertools
from types import MappingProxyType

import numpy as np
from matplotlib.patches import Circle, FancyBboxPatch

from labkit.plot import _canvas
from labkit.plot.theme import COLORS

#: The activations that `neuron` can draw and compute.
ACTIVATIONS = MappingProxyType(
    {
        "step": lambda z: np.where(z < 0, 0.0, 1.0),
        "sign": np.sign,
        "logistic": lambda z: 1 / (1 + np.exp(-z)),
    }
)


def neuron(
    weights, bias=None, inputs=None, *, input_names=None, activation="step", label="ŷ", ax=None
):
    """Draw one unit: inputs, weights, weighted sum, activation, output.

    With `inputs` the drawing carries the numbers of one evaluation; without, the names.

    Parameters
    ----------
    weights : array-like of shape (n_in,) or int
        The weights, or only how many inputs there are: then the edges are called w₁, w₂, …
    bias : float, optional
        Weight of the bias neuron, the input that is always 1. None: no bias neuron.
    inputs : array-like of shape (n_in,), optional
        Values of the inputs.
    input_names : sequence of str, optional
        Names of the inputs; x₁, x₂, … by default.
    activation : {"step", "sign", "logistic"}
        What turns the weighted sum z into the output.
    label : str
        Name of the output.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes if None.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If a shape is wrong, the activation is unknown, or inputs are given without weights.

    See Also
    --------
    network : several units.
    Chapter "The perceptron" explains each part of the drawing.

    Examples
    --------
    >>> ax = neuron([0.5, -1.0], bias=0.2, inputs=[2, 1])
    >>> "z = 0.2" in [text.get_text() for text in ax.texts]
    True
    """
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {sorted(ACTIVATIONS)}; got {activation!r}")
    parts = _neuron_parts(weights, bias, inputs, input_names)
    heights = np.arange(len(parts))[::-1] * 1.05 + 0.75
    ax = _canvas.drawing_axes(ax, 8.2, heights[0] + 0.75, figsize=(6.4, 0.78 * heights[0] + 0.8))
    middle = heights.mean()
    center = np.array([4.1, middle])
    for height, (inside, beside, edge, is_bias) in zip(heights, parts, strict=True):
        _edge(ax, (1.6, height), center, radii=(0.42, 0.55), text=edge, at=0.42)
        _node(ax, (1.6, height), inside, radius=0.42, color=COLORS["grey" if is_bias else "ink"])
        ax.text(1.05, height, beside, ha="right", va="center")
    _edge(ax, center, (6.0, middle), radii=(0.55, 0.5), arrow=True)
    _edge(ax, (6.0, middle), (7.6, middle), radii=(0.5, 0.3), arrow=True)
    _node(ax, center, "Σ", radius=0.55, color=COLORS["blue"], size=20)
    _activation_box(ax, (6.0, middle), activation)
    z = None if inputs is None else _weighted_sum(weights, bias, inputs)
    _name_results(ax, middle, z, activation, label)
    return ax


def _neuron_parts(weights, bias, inputs, input_names):
    """List what is written for each input: in its circle, beside it, on its edge, and if it is the bias."""
    count = weights if isinstance(weights, int) else len(_canvas.vector(weights, "weights"))
    if count < 1:
        raise ValueError(f"weights must give at least one input; got {count}")
    if isinstance(weights, int) and inputs is not None:
        raise ValueError("inputs need weights to be multiplied with; weights was only a number")
    default = [f"$x_{i + 1}$" for i in range(count)]
    beside = default if input_names is None else _canvas.names(input_names, "input_names", count)
    if isinstance(weights, int):
        edges = [f"$w_{i + 1}$" for i in range(count)]
    else:
        edges = [_canvas.number(w) for w in weights]
    if inputs is None:
        inside, beside = (beside, [""] * count) if input_names is None else ([""] * count, beside)
    else:
        inside = [_canvas.number(x) for x in _canvas.vector(inputs, "inputs", length=count)]
    parts = [(*texts, False) for texts in zip(inside, beside, edges, strict=True)]
    return parts if bias is None else [*parts, ("1", "bias", _bias_text(bias), True)]


def _bias_text(bias):
    """Write a bias: its name if the name was given, else the number."""
    return f"${bias}$" if isinstance(bias, str) else _canvas.number(bias)


def _weighted_sum(weights, bias, inputs):
    """Return z = wᵀx + b."""
    return float(np.dot(weights, inputs) + (bias or 0.0))


def _name_results(ax, middle, z, activation, label):
    """Write z below the sum and the output at the end, with numbers if there are any."""
    output = "" if z is None else f" = {_canvas.number(ACTIVATIONS[activation](z))}"
    total = "z" if z is None else f"z = {_canvas.number(z)}"
    ax.text(4.1, middle - 0.72, total, ha="center", va="top")
    ax.text(6.0, middle - 0.72, activation, ha="center", va="top", color=COLORS["grey"])
    ax.text(7.4, middle, f"{label}{output}", ha="left", va="center")


def _activation_box(ax, center, activation):
    """Draw the curve of an activation in a small box."""
    x, y = center
    _box(ax, center, 0.5, 0.5, COLORS["blue"])
    z = np.linspace(-1, 1, 201)
    values = ACTIVATIONS[activation](6 * z)
    low, high = values.min(), values.max()
    curve = (values - low) / (high - low) - 0.5
    ax.plot(x + 0.36 * z, y + 0.6 * curve, color=COLORS["orange"], zorder=4)


def network(layers, *, labels=None, weights=None, biases=None, bias=True, ax=None):
    """Draw a network of fully connected layers, from the inputs on the left to the outputs.

    Parameters
    ----------
    layers : sequence of int
        Number of inputs, then of units in each layer: ``[2, 3]`` is a perceptron with two
        inputs and three outputs.
    labels : sequence of sequences of str, optional
        Names of the inputs and units, layer by layer; x₁ …, h₁ … and ŷ₁ … by default.
        Names of more than three letters give their layer boxes instead of circles.
    weights : sequence of array-like, optional
        One matrix of shape (n_in, n_out) for each pair of layers, written on the edges.
        An edge of weight 0 is left out.
    biases : sequence of array-like, optional
        One vector of shape (n_out,) for each layer after the inputs; needs `weights`.
    bias : bool
        Draw a bias neuron, which always outputs 1, in each layer but the last.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes if None.

    Returns
    -------
    matplotlib.axes.Axes
        Positive weights are solid blue lines, negative ones dashed orange lines.

    Raises
    ------
    ValueError
        If there are fewer than two layers, a layer is empty, or a label, weight or bias does
        not fit the layers.

    See Also
    --------
    neuron : one unit in detail.
    Chapter "The perceptron" draws the layers of this book's first networks with it.

    Examples
    --------
    >>> ax = network([2, 3])
    >>> len(ax.patches)  # two inputs, their bias neuron, three units
    6
    """
    layers = _checked_layers(layers)
    names = _layer_names(layers, labels)
    tables = _edge_tables(layers, weights, biases, bias)
    places = _places(layers, bias, wide=weights is not None)
    width = places[-1][0, 0] + 1.5
    height = max(place[:, 1].max() for place in places) + 0.85
    ax = _canvas.drawing_axes(ax, width, height, figsize=_figure_size(width, height))
    taken = [tuple(spot) for place in places for spot in place]
    for (left, right), table in zip(itertools.pairwise(places), tables, strict=True):
        _draw_edges(ax, left, right[: table.shape[1]], table, taken, written=weights is not None)
    for depth, (place, texts) in enumerate(zip(places, names, strict=True)):
        _draw_layer(ax, place, texts, is_input=depth == 0)
    return ax


def _checked_layers(layers):
    """Return the layer sizes as a list of positive ints, two at least."""
    sizes = list(layers)
    if len(sizes) < 2 or not all(isinstance(n, (int, np.integer)) and n > 0 for n in sizes):
        raise ValueError(f"layers must be two or more positive whole numbers; got {layers!r}")
    return [int(n) for n in sizes]


def _layer_names(layers, labels):
    """Return the names of all inputs and units."""
    if labels is None:
        symbols = ["x", *["h"] * (len(layers) - 2), "\\hat{y}"]
        return [
            [f"${symbol}_{i + 1}$" for i in range(size)]
            for symbol, size in zip(symbols, layers, strict=True)
        ]
    if len(labels) != len(layers):
        raise ValueError(f"labels must name {len(layers)} layers; got {len(labels)}")
    return [
        _canvas.names(texts, f"labels[{depth}]", size)
        for depth, (texts, size) in enumerate(zip(labels, layers, strict=True))
    ]


def _edge_tables(layers, weights, biases, bias):
    """Return for each pair of layers the weights (n_in [+ 1 for the bias], n_out)."""
    gaps = list(itertools.pairwise(layers))
    if biases is not None and (weights is None or not bias):
        raise ValueError("biases need weights, and bias=True to have an edge to stand on")
    for values, name in ((weights, "weights"), (biases, "biases")):
        if values is not None and len(values) != len(gaps):
            raise ValueError(f"{name} must have {len(gaps)} entries; got {len(values)}")
    tables = []
    for k, (n_in, n_out) in enumerate(gaps):
        W = np.ones((n_in, n_out))
        b = np.ones(n_out) if weights is None else np.zeros(n_out)
        if weights is not None:
            W = _canvas.matrix(weights[k], f"weights[{k}]", (n_in, n_out))
        if biases is not None:
            b = _canvas.vector(biases[k], f"biases[{k}]", length=n_out)
        tables.append(np.vstack([W, b]) if bias else W)
    return tables


def _places(layers, bias, *, wide):
    """Return the centres of each layer's circles, (n, 2), top first, the bias neuron last."""
    sizes = [size + bias for size in layers[:-1]] + [layers[-1]]
    step, gap = 1.35, 3.4 if wide else 2.6
    middle = 0.85 + step * (max(sizes) - 1) / 2
    return [
        np.column_stack(
            [np.full(size, 1.5 + gap * k), middle + step * ((size - 1) / 2 - np.arange(size))]
        )
        for k, size in enumerate(sizes)
    ]


def _figure_size(width, height):
    """Return a figure size in inches: as large as the drawing, at most 7 in wide."""
    scale = min(0.85, 7.0 / width)
    return width * scale, height * scale


def _draw_layer(ax, place, texts, *, is_input):
    """Draw the circles of one layer; places beyond the names are bias neurons."""
    color = COLORS["ink"] if is_input else COLORS["blue"]
    long = [text for text in texts if len(text) > 3 and not text.startswith("$")]
    half_width = (
        0.1 * max((len(line) for text in long for line in text.split("\n")), default=0) + 0.1
    )
    for spot, text in itertools.zip_longest(place, texts):
        if text is None:
            _node(ax, spot, "1", radius=0.36, color=COLORS["grey"])
        elif not long:
            _node(ax, spot, text, radius=0.42, color=color)
        else:
            _box(ax, spot, half_width, 0.42, color)
            ax.text(*spot, text, ha="center", va="center", size=11, zorder=5)


def _draw_edges(ax, left, right, table, taken, *, written):
    """Draw the edges between two layers, and their weights where they do not overlap."""
    edges = [
        (table[i, j], start, end)
        for (i, start), (j, end) in itertools.product(enumerate(left), enumerate(right))
        if table[i, j]
    ]
    for k, (weight, start, end) in enumerate(edges):
        _edge(ax, start, end, radii=(0, 0), negative=weight < 0)
        if written:
            others = [edge[1:] for edge in edges[:k] + edges[k + 1 :]]
            spot = _free_spot(start, end, taken, others)
            taken.append(tuple(spot))
            _plate(ax, spot, _canvas.number(weight))


def _free_spot(start, end, taken, others):
    """Return where on an edge a label keeps the largest distance from all else that is drawn."""
    shares = np.linspace(0.25, 0.75, 21)
    spots = start + shares[:, None] * (end - start)  # (21, 2)
    to_labels = np.linalg.norm(spots[:, None] - np.array(taken), axis=2).min(axis=1)
    to_edges = [_distances(spots, *other) for other in others]
    room = to_labels
    if others:
        # an edge that passes by disturbs less than a label, and 0.3 from it is far enough
        room = np.minimum(room, 2 * np.clip(np.min(to_edges, axis=0), 0, 0.3))
    room = room - 0.1 * np.abs(shares - 0.5)  # of equally good places the one in the middle
    return spots[room.argmax()]


def _distances(spots, start, end):
    """Return how far each spot is from the segment between start and end."""
    along = end - start
    share = np.clip((spots - start) @ along / (along @ along), 0, 1)
    return np.linalg.norm(spots - start - share[:, None] * along, axis=1)


def _node(ax, center, text, *, radius, color, size=13):
    """Draw a circle with a text in it."""
    ax.add_patch(Circle(center, radius, facecolor="white", edgecolor=color, linewidth=2, zorder=3))
    ax.text(*center, text, ha="center", va="center", size=size, zorder=5)


def _edge(ax, start, end, *, radii, text=None, at=0.5, arrow=False, negative=False):
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
        _plate(ax, start + at * (end - start), text)


def _plate(ax, spot, text):
    """Write a text on a patch of white, so that the line below does not cross it."""
    patch = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none"}
    ax.text(*spot, text, ha="center", va="center", bbox=patch, size=11, zorder=2)


def _box(ax, center, half_width, half_height, color):
    """Draw a box with round corners."""
    corner = (center[0] - half_width, center[1] - half_height)
    shape = "round,pad=0,rounding_size=0.14"
    look = {"facecolor": "white", "edgecolor": color, "linewidth": 2, "zorder": 3}
    ax.add_patch(FancyBboxPatch(corner, 2 * half_width, 2 * half_height, boxstyle=shape, **look))
