"""The drawing of a network of fully connected layers, with its weights if wanted."""

import itertools

import numpy as np

from labkit.plot import _canvas, _models, _shapes
from labkit.plot.theme import COLORS

_STEP = 1.35  # from one unit to the next in its layer
_NUMBER = np.array([0.72, 0.4])  # room that a number takes, width and height


def network(
    layers,
    *,
    labels=None,
    titles=None,
    weights=None,
    biases=None,
    bias=True,
    max_units=8,
    ax=None,
):
    """Draw a network of fully connected layers, from the inputs on the left to the outputs.

    Parameters
    ----------
    layers : sequence of int, or model
        Number of inputs, then of units in each layer: ``[2, 3]`` is a perceptron with two
        inputs and three outputs. Or a built model of dense layers in a row, such as a Keras
        ``Sequential`` or a `labkit.nn.MLP`: layers without units (flatten, dropout, scaling)
        are not drawn.
    labels : sequence of sequences of str, optional
        Names of the inputs and units, layer by layer; x₁ …, h₁ … and ŷ₁ … by default.
        Names of more than three letters give their layer boxes instead of circles.
    titles : sequence of str, optional
        One text above each layer; of a model, place and activation by default.
    weights : sequence of array-like, optional
        One matrix of shape (n_in, n_out) for each pair of layers, written on the edges.
        An edge of weight 0 is left out.
    biases : sequence of array-like, optional
        One vector of shape (n_out,) for each layer after the inputs; needs `weights`.
    bias : bool
        Draw a bias neuron, which always outputs 1, in each layer but the last.
    max_units : int
        A layer of more units is drawn as its first ``max_units - 2`` units, three dots and its
        last unit. Then the size of every layer is written below it.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes if None.

    Returns
    -------
    matplotlib.axes.Axes
        Positive weights are solid blue lines, negative ones dashed orange lines.

    Raises
    ------
    ValueError
        If there are fewer than two layers, a layer is empty, `max_units` is below 3, or a
        label, title, weight or bias does not fit the layers; if a model is not built, or is no
        chain of dense layers.

    See Also
    --------
    neuron : one unit in detail.
    Chapters "The perceptron" and "The multilayer perceptron" draw their networks with it.

    Examples
    --------
    >>> ax = network([2, 3])
    >>> len(ax.patches)  # two inputs, their bias neuron, three units
    6
    """
    if hasattr(layers, "layers"):
        layers, found = _models.outline(layers)
        titles = found if titles is None else titles
    layers, most = _checked_layers(layers), _checked_most(max_units)
    shown = [_shown(size, most) for size in layers]
    tables = _edge_tables(layers, weights, biases, bias)
    names = [
        [texts[unit] for unit in units]
        for texts, units in zip(_layer_names(layers, labels), shown, strict=True)
    ]
    titles = [] if titles is None else _canvas.names(titles, "titles", len(layers))
    halves = [_half_width(texts) for texts in names]
    floor = 0.85 + 0.3 * (max(layers) > most)  # room for the sizes below
    slots = [min(size, most) for size in layers]
    places = _places(slots, bias, halves, wide=weights is not None, floor=floor)
    ax = _axes_around(ax, places, halves, titles)
    if max(layers) > most:
        places = _elide(ax, places, layers, most)
    for k, (n_in, n_out) in enumerate(itertools.pairwise(shown)):
        table = tables[k][np.ix_([*n_in, *[-1] * bias], n_out)]
        edges = _edges(places[k], places[k + 1][: len(n_out)], table)
        for weight, start, end in edges:
            _shapes.edge(ax, start, end, radii=(0, 0), negative=weight < 0)
        if weights is not None:
            _write_weights(ax, edges, clear=halves[k : k + 2])
    for depth, (place, texts) in enumerate(zip(places, names, strict=True)):
        _draw_layer(ax, place, texts, is_input=depth == 0)
    return ax


def _checked_layers(layers):
    """Return the layer sizes as a list of positive ints, two at least."""
    sizes = list(layers)
    if len(sizes) < 2 or not all(isinstance(n, (int, np.integer)) and n > 0 for n in sizes):
        raise ValueError(f"layers must be two or more positive whole numbers; got {layers!r}")
    return [int(n) for n in sizes]


def _checked_most(max_units):
    """Return the largest number of places in a layer, with room for one unit, dots and one unit."""
    if not isinstance(max_units, (int, np.integer)) or max_units < 3:
        raise ValueError(f"max_units must be a whole number, 3 or more; got {max_units!r}")
    return int(max_units)


def _shown(size, most):
    """Return which units of a layer are drawn: all, or the first ones and the last."""
    return list(range(size)) if size <= most else [*range(most - 2), size - 1]


def _layer_names(layers, labels):
    """Return the names of all inputs and units."""
    if labels is None:
        symbols = ["x", *["h"] * (len(layers) - 2), "\\hat{y}"]
        return [
            [f"${symbol}_{_index(i + 1)}$" for i in range(size)]
            for symbol, size in zip(symbols, layers, strict=True)
        ]
    if len(labels) != len(layers):
        raise ValueError(f"labels must name {len(layers)} layers; got {len(labels)}")
    return [
        _canvas.names(texts, f"labels[{depth}]", size)
        for depth, (texts, size) in enumerate(zip(labels, layers, strict=True))
    ]


def _index(number):
    """Write an index as TeX wants it: several digits in braces."""
    return number if number < 10 else f"{{{number}}}"


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


def _places(layers, bias, halves, *, wide, floor):
    """Return the centres of each layer's circles, (n, 2), top first, the bias neuron last."""
    sizes = [size + bias for size in layers[:-1]] + [layers[-1]]
    # many edges need a longer way to spread their numbers over
    between = max(2.3, 0.95 * max(sizes) - 0.8) if wide else 1.8
    gaps = [left + between + right for left, right in itertools.pairwise(halves)]
    columns = np.cumsum([halves[0] + 0.5, *gaps])
    middle = floor + _STEP * (max(sizes) - 1) / 2
    return [
        np.column_stack(
            [np.full(size, column), middle + _STEP * ((size - 1) / 2 - np.arange(size))]
        )
        for size, column in zip(sizes, columns, strict=True)
    ]


def _axes_around(ax, places, halves, titles):
    """Return axes with room for all places, the titles written on top."""
    width = places[-1][0, 0] + halves[-1] + 0.5
    top = max(place[:, 1].max() for place in places)
    height = top + 0.85 + 0.4 * max((title.count("\n") + 1 for title in titles), default=0)
    ax = _canvas.drawing_axes(ax, width, height, figsize=_figure_size(width, height))
    for place, title in zip(places, titles, strict=False):
        ax.text(place[0, 0], top + 0.7, title, ha="center", va="bottom", size=11)
    return ax


def _elide(ax, places, layers, most):
    """Return the places without those of the dots; draw the dots, and the sizes below."""
    kept = []
    for place, size in zip(places, layers, strict=True):
        ax.text(place[0, 0], 0.35, f"{size:,}", ha="center", va="center", size=12)
        if size > most:
            ax.text(*place[most - 2], "⋮", ha="center", va="center", size=20)
        kept.append(np.delete(place, most - 2, axis=0) if size > most else place)
    return kept


def _figure_size(width, height):
    """Return a figure size in inches: as large as the drawing, at most 7 in wide."""
    scale = min(0.7, 7.0 / width)
    return width * scale, height * scale


def _draw_layer(ax, place, texts, *, is_input):
    """Draw the circles of one layer; places beyond the names are bias neurons."""
    color = COLORS["ink"] if is_input else COLORS["blue"]
    half_width = _half_width(texts)
    for spot, text in itertools.zip_longest(place, texts):
        if text is None:
            _shapes.node(ax, spot, "1", radius=0.36, color=COLORS["grey"])
        elif half_width == _shapes.RADIUS:
            _shapes.node(ax, spot, text, radius=_shapes.RADIUS, color=color)
        else:
            _shapes.box(ax, spot, half_width, _shapes.RADIUS, color)
            ax.text(*spot, text, ha="center", va="center", size=11, zorder=5)


def _half_width(texts):
    """Return half the width of a layer's circles, or of its boxes if a name is long."""
    long = [text for text in texts if len(text) > 3 and not text.startswith("$")]
    letters = max((len(line) for text in long for line in text.split("\n")), default=0)
    return 0.1 * letters + 0.1 if long else _shapes.RADIUS


def _edges(left, right, table):
    """List the edges between two layers as (weight, start, end), without those of weight 0."""
    pairs = itertools.product(enumerate(left), enumerate(right))
    return [(table[i, j], start, end) for (i, start), (j, end) in pairs if table[i, j]]


def _write_weights(ax, edges, clear):
    """Write the weight on each edge, where it covers neither another one nor other edges."""
    taken = []
    for k, (weight, start, end) in enumerate(edges):
        others = [edge[1:] for edge in edges[:k] + edges[k + 1 :]]
        taken.append(_free_spot(start, end, taken, others, clear))
        _shapes.plate(ax, taken[-1], _canvas.number(weight))


def _free_spot(start, end, taken, others, clear):
    """Return where on an edge a number has the most room; `clear` is what the nodes take."""
    length = end[0] - start[0]
    shares = np.linspace((clear[0] + 0.35) / length, 1 - (clear[1] + 0.35) / length, 25)
    spots = start + shares[:, None] * (end - start)  # (25, 2)
    room = -0.1 * np.abs(shares - 0.5)  # of equally good places the one in the middle
    if others:
        room += np.clip(np.min([_distances(spots, *other) for other in others], axis=0), 0, 0.3)
    if taken:
        apart = np.abs(spots[:, None] - np.array(taken)) / _NUMBER  # (25, n_taken, 2)
        room += 10 * np.minimum(apart.max(axis=2).min(axis=1), 1)  # above all, no text on another
    return spots[room.argmax()]


def _distances(spots, start, end):
    """Return how far each spot is from the segment between start and end."""
    along = end - start
    share = np.clip((spots - start) @ along / (along @ along), 0, 1)
    return np.linalg.norm(spots - start - share[:, None] * along, axis=1)
