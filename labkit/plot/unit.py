"""The drawing of one unit, with the numbers of one evaluation if wanted."""

from types import MappingProxyType

import numpy as np

from labkit import nn
from labkit.nn import activations
from labkit.plot import _canvas, _shapes
from labkit.plot.theme import COLORS

#: The activations that `neuron` can draw and compute by name: those of `labkit.nn.activations`
#: that work on a single sum, step and sign in whole numbers, and the sigmoid's other name.
ACTIVATIONS = MappingProxyType(
    {name: act for name, act in activations.ACTIVATIONS.items() if name != "softmax"}
    | {"step": nn.step, "sign": nn.sign, "logistic": activations.sigmoid}
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
    bias : float or str, optional
        Weight of the bias neuron, the input that is always 1, or its name, such as "b", which
        is set as mathematics. None: no bias neuron.
    inputs : array-like of shape (n_in,), optional
        Values of the inputs.
    input_names : sequence of str, optional
        Names of the inputs; x₁, x₂, … by default.
    activation : str or labkit.nn.activations.Activation
        What turns the weighted sum z into the output: "step", "sign", "logistic", or an
        activation of `labkit.nn.activations` or its name, such as "relu"; not softmax, which
        needs the sums of several units.
    label : str
        Name of the output.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes if None.

    Returns
    -------
    matplotlib.axes.Axes
        Positive weights are solid blue lines, negative ones dashed orange lines.

    Raises
    ------
    ValueError
        If a shape is wrong, the activation is unknown, or inputs are given without the weights
        or with a bias that is only a name.

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
    name, activation = _resolved(activation)
    parts = _neuron_parts(weights, bias, inputs, input_names)
    heights = np.arange(len(parts))[::-1] * 1.05 + 0.75
    ax = _canvas.drawing_axes(ax, 8.2, heights[0] + 0.75, figsize=(5.9, 0.72 * heights[0] + 0.8))
    middle = heights.mean()
    center = np.array([4.1, middle])
    for height, (inside, beside, edge, is_bias) in zip(heights, parts, strict=True):
        start, color = (1.6, height), COLORS["grey" if is_bias else "ink"]
        sign = {"text": edge, "negative": edge.startswith("−")}
        _shapes.edge(ax, start, center, radii=(_shapes.RADIUS, 0.55), at=0.42, **sign)
        _shapes.node(ax, start, inside, radius=_shapes.RADIUS, color=color)
        ax.text(1.05, height, beside, ha="right", va="center")
    _shapes.edge(ax, center, (6.0, middle), radii=(0.55, 0.5), arrow=True)
    _shapes.edge(ax, (6.0, middle), (7.6, middle), radii=(0.5, 0.3), arrow=True)
    _shapes.node(ax, center, "Σ", radius=0.55, color=COLORS["blue"], size=20)
    _activation_box(ax, (6.0, middle), activation)
    ax.text(6.0, middle - 0.72, name, ha="center", va="top", color=COLORS["grey"])
    z = None if inputs is None else _weighted_sum(weights, bias, inputs)
    _name_results(ax, middle, z, activation, label)
    return ax


def _resolved(activation):
    """Return the name that is written below the box, and the function drawn in it."""
    if isinstance(activation, activations.Activation) and activation.name != "softmax":
        return activation.name.replace("_", " "), activation
    if not isinstance(activation, str) or activation not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {sorted(ACTIVATIONS)}; got {activation!r}")
    return activation.replace("_", " "), ACTIVATIONS[activation]


def _neuron_parts(weights, bias, inputs, input_names):
    """List what is written for each input: in its circle, beside it, on its edge, and if it is the bias."""
    count = weights if isinstance(weights, int) else len(_canvas.vector(weights, "weights"))
    if count < 1:
        raise ValueError(f"weights must give at least one input; got {count}")
    if isinstance(weights, int) and inputs is not None:
        raise ValueError("inputs need weights to be multiplied with; weights was only a number")
    if isinstance(bias, str) and inputs is not None:
        raise ValueError(f"inputs need a number as bias to be added; bias was the name {bias!r}")
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
    output = "" if z is None else f" = {_canvas.number(activation(z))}"
    total = "z" if z is None else f"z = {_canvas.number(z)}"
    ax.text(4.1, middle - 0.72, total, ha="center", va="top")
    ax.text(7.4, middle, f"{label}{output}", ha="left", va="center")


def _activation_box(ax, center, activation):
    """Draw the curve of an activation in a small box."""
    x, y = center
    _shapes.box(ax, center, 0.5, 0.5, COLORS["blue"])
    z = np.linspace(-1, 1, 201)
    values = activation(6 * z)
    low, high = values.min(), values.max()
    curve = (values - low) / (high - low) - 0.5
    ax.plot(x + 0.36 * z, y + 0.6 * curve, color=COLORS["orange"], zorder=4)
