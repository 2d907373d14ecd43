"""The drawing of a TensorFlow graph: the operations that a traced function will run."""

from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

import numpy as np

from labkit.plot import _canvas, _shapes
from labkit.plot._layered import layered, twins
from labkit.plot.theme import COLORS

MOST_OPERATIONS = 40  # of more, a page shows nothing that can be read
_BOX = np.array([1.1, 0.62])  # half width and half height, in units
_PITCH = np.array([2.5, 1.85])  # from one box to the next beside it, and to the one below
_UNIT = 0.68  # inches, unless the drawing would be too wide
_LINES = ((0.3, 0.33, "bold"), (-0.04, 0.25, "normal"), (-0.36, 0.25, "normal"))
_LONGEST = 15  # letters of a name
_FRAMES = {"Placeholder": "ink", "Variable": "orange", "Const": "grey"}  # all others: blue


@dataclass(frozen=True)
class _Operation:
    """One box: what it does, its name, what comes out, and the boxes it needs."""

    kind: str
    name: str
    title: str  # the name that is shown
    result: str
    inputs: tuple
    waits_for: tuple  # names of operations that must have run, though nothing flows from them


def function_graph(graph, *, merge=False, ax=None):
    """Draw the operations of a graph, from its inputs at the top to its results at the bottom.

    A box is an operation: what it does, its name, and the shape (with the type, if it is not
    float32) of what comes out. An arrow is a tensor that flows from one operation to another; a
    dashed arrow carries nothing: the lower operation waits until the upper one has run.

    Parameters
    ----------
    graph : tf.Graph or concrete function
        Such as ``f.get_concrete_function(*arguments)``, where `f` is a ``tf.function``.
    merge : bool, default False
        Whether a variable and the reading of it become one box "Variable", and the operations
        that compute nothing (``Identity`` and ``NoOp``) are left out.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes if None.

    Returns
    -------
    matplotlib.axes.Axes
        Placeholders have a dark frame, variables an orange one, constants a grey one, and
        operations that compute something a blue one.

    Raises
    ------
    TypeError
        If `graph` is neither a graph nor a concrete function.
    ValueError
        If it has no operation, more than can be drawn, or loops of TensorFlow 1 in it.

    See Also
    --------
    Chapter "Tensors and graphs" traces the functions that it draws.

    Examples
    --------
    >>> from labkit.device import quiet_tensorflow
    >>> with quiet_tensorflow():
    ...     import tensorflow as tf
    >>> twice = tf.function(lambda x: 2.0 * x)
    >>> ax = function_graph(twice.get_concrete_function(tf.TensorSpec([3])), merge=True)
    >>> [text.get_text() for text in ax.texts if text.get_weight() == "bold"]
    ['Placeholder', 'Const', 'Mul']
    """
    operations = _operations(graph)
    if merge:
        operations = _merged(operations)
    if not 1 <= len(operations) <= MOST_OPERATIONS:
        raise ValueError(
            f"graph must have 1 to {MOST_OPERATIONS} operations to be drawn; got {len(operations)}"
        )
    number_of = {operation.name: k for k, operation in enumerate(operations)}
    parents = [[number_of[n] for n in o.inputs + o.waits_for] for o in operations]
    dashed = [name in o.waits_for for o in operations for name in o.inputs + o.waits_for]
    spots, routes = _places(parents)
    width, height = spots.max(axis=0) + _BOX + 0.1
    scale = min(_UNIT, 7.0 / width)
    ax = _canvas.drawing_axes(ax, width, height, figsize=(width * scale, height * scale))
    size = 72 * _canvas.unit_inches(ax, width, height)  # points that one unit is wide
    for route, move, is_dashed in zip(routes, twins(routes), dashed, strict=True):
        _draw_arrow(ax, spots[route], move, is_dashed)
    for operation, spot in zip(operations, spots, strict=False):
        _draw_operation(ax, operation, spot, size)
    return ax


def _operations(graph):
    """Return the operations of a graph, each after those it needs, or say why there are none."""
    graph = getattr(graph, "graph", graph)
    if not hasattr(graph, "get_operations"):
        raise TypeError(
            "graph must be a tf.Graph or a concrete function, such as "
            f"f.get_concrete_function(x) of a tf.function f; got {type(graph).__name__}"
        )
    variables = _variable_names(graph)
    operations = {o.name: _read(o, variables) for o in graph.get_operations()}
    needs = {name: o.inputs + o.waits_for for name, o in operations.items()}
    try:
        return [operations[name] for name in TopologicalSorter(needs).static_order()]
    except CycleError as error:
        raise ValueError(
            f"graph must not have loops; got one through {error.args[1][0]!r} "
            "(under tf.function, tf.while_loop is a single operation)"
        ) from error


def _variable_names(graph):
    """Return for the name of each placeholder that stands for a variable the variable's name."""
    variables = {id(variable.handle): variable.name for variable in getattr(graph, "variables", ())}
    captures = getattr(graph, "captures", ())  # a tf.Graph that no function made has none
    names = {inner.op.name: variables.get(id(outer)) for outer, inner in captures}
    return {name: variable.split(":")[0] for name, variable in names.items() if variable}


def _read(operation, variables):
    """Turn TensorFlow's operation into ours."""
    name = operation.name
    return _Operation(
        "Variable" if name in variables else operation.type,
        name,
        variables.get(name, name),
        _results(operation.outputs),
        tuple(tensor.op.name for tensor in operation.inputs),
        tuple(before.name for before in operation.control_inputs),
    )


def _results(tensors):
    """Write shape and type of what comes out of an operation: (None, 3), int32 ()."""
    if len(tensors) != 1:
        return f"{len(tensors)} tensors" if tensors else ""
    (tensor,) = tensors
    rank = tensor.shape.rank
    shape = "(any shape)" if rank is None else str(tuple(tensor.shape.as_list()))
    return shape if tensor.dtype.name == "float32" else f"{tensor.dtype.name} {shape}"


def _merged(operations):
    """Make one box of a variable and each reading of it; leave out what computes nothing."""
    handles = {o.name: o.title for o in operations if o.kind == "Variable"}
    passed = {o.name: o.inputs[0] for o in operations if o.kind == "Identity"}
    silent = {o.name for o in operations if o.kind == "NoOp"} | set(passed)
    kept = []
    for o in operations:
        waits = tuple(name for name in o.waits_for if name not in silent)
        if o.kind == "ReadVariableOp" and o.inputs[0] in handles:
            # arrows know the box by the name of the reading; its text names the variable
            read = {"kind": "Variable", "title": handles[o.inputs[0]], "inputs": ()}
            kept.append(replace(o, **read, waits_for=waits))
        elif o.name not in silent:
            kept.append(replace(o, inputs=_through(o.inputs, passed), waits_for=waits))
    used = {name for o in kept for name in o.inputs}
    return [o for o in kept if o.name in used or o.name not in handles]


def _through(names, passed):
    """Follow each name back through the operations that only pass their input on."""
    found = []
    for name in names:
        while name in passed:
            name = passed[name]
        found.append(name)
    return tuple(found)


def _places(parents):
    """Return the middle of each box, then of each point where an arrow passes, and the routes."""
    used = {parent for some in parents for parent in some}
    ends = [k for k in range(len(parents)) if k not in used]
    # `layered` wants one result: one that is not drawn takes all that nobody uses
    columns, heights, routes = layered([*parents, ends])
    result = len(parents)
    routes = [route for route in routes if route[-1] != result]
    drawn = sorted({k for route in routes for k in route} | set(range(result)))
    place_of = {k: place for place, k in enumerate(drawn)}
    spots = np.column_stack([-heights, columns.max() - columns])[drawn] * _PITCH
    spots += _BOX + 0.1 - spots.min(axis=0)
    return spots, [[place_of[k] for k in route] for route in routes]


def _draw_arrow(ax, spots, move, is_dashed):
    """Draw the arrow from a box down to another, past the boxes between."""
    half = np.array([0, _BOX[1]])
    corners = [spots[0] - half]
    for spot in spots[1:-1]:  # straight on beside the boxes of a row
        corners += [spot + half, spot - half]
    corners = np.add([*corners, spots[-1] + half], [move, 0])
    line = {"color": COLORS["grey"], "lw": 1.4, "zorder": 1, "ls": "--" if is_dashed else "-"}
    ax.plot(*corners[:-1].T, **line)
    look = {"arrowstyle": "-|>", "color": COLORS["grey"], "shrinkA": 0, "shrinkB": 0, "lw": 1.4}
    look["linestyle"] = line["ls"]
    ax.annotate("", corners[-1], corners[-2], arrowprops=look)


def _draw_operation(ax, operation, spot, size):
    """Draw an operation's box with its three lines of text."""
    color = COLORS[_FRAMES.get(operation.kind, "blue")]
    _shapes.box(ax, spot, *_BOX, color)
    texts = (operation.kind, _short(operation.title), operation.result)
    for text, (up, height, weight) in zip(texts, _LINES, strict=True):
        height = min(height, 2 * _BOX[0] / max(len(text), 1) / 0.75)  # so that it fits in
        ax.text(
            spot[0], spot[1] + up, text, size=size * height, weight=weight,
            color=COLORS["grey" if text is texts[1] else "ink"],
            ha="center", va="center", zorder=5,
        )  # fmt: skip


def _short(name):
    """Shorten a name from the left, where it says least."""
    return name if len(name) <= _LONGEST else "…" + name[1 - _LONGEST :]
