import matplotlib.pyplot as plt
import numpy as np
import pytest

from labkit import plot
from labkit.nn import activations

CURVES = {name: act for name, act in activations.ACTIVATIONS.items() if name != "softmax"}
VALUE, SLOPE = "φ(z)", "φ′(z)"


def curves(ax):
    """The curves with their labels, without gaps and helping lines."""
    lines = {line.get_label(): line for line in ax.lines if not line.get_label().startswith("_")}
    data = {label: np.array(line.get_data()) for label, line in lines.items()}
    return {label: points[:, np.isfinite(points).all(axis=0)] for label, points in data.items()}


def gaps(ax):
    """For each curve, how many of its points are gaps."""
    named = [line for line in ax.lines if not line.get_label().startswith("_")]
    return {line.get_label(): int(np.isnan(line.get_ydata()).sum()) for line in named}


def dots(ax):
    """The heights of the dots that mark a value at 0."""
    return [line.get_ydata()[0] for line in ax.lines if line.get_marker() == "o"]


@pytest.mark.parametrize("name", CURVES)
def test_the_curves_are_the_function_and_its_derivative(name):
    act, drawn = CURVES[name], curves(plot.activation(name))
    np.testing.assert_allclose(drawn[VALUE][1], act(drawn[VALUE][0]))
    np.testing.assert_allclose(drawn[SLOPE][1], act.derivative(drawn[SLOPE][0]))


@pytest.mark.parametrize("name", CURVES)
def test_the_curves_reach_from_limit_to_limit(name):
    for z, _ in curves(plot.activation(name, limits=(-2, 3))).values():
        assert (z[0], z[-1]) == (-2, 3)
        assert (np.diff(z) > 0).all()


@pytest.mark.parametrize(
    ("name", "with_gap"),
    [
        ("step", [VALUE]),
        ("relu", [SLOPE]),
        ("leaky_relu", [SLOPE]),
        ("selu", [SLOPE]),
        ("elu", []),
        ("sigmoid", []),
        ("linear", []),
        ("gelu", []),
    ],
)
def test_there_is_a_gap_just_where_a_curve_jumps(name, with_gap):
    assert [label for label, count in gaps(plot.activation(name)).items() if count] == with_gap


@pytest.mark.parametrize(("name", "height"), [("step", 1.0), ("relu", 0.0)])
@pytest.mark.parametrize("limits", [(-5, 5), (-1, 2.3)])
def test_a_dot_shows_the_value_at_the_jump(name, height, limits):
    assert dots(plot.activation(name, limits=limits)) == [height]


def test_limits_that_leave_out_the_jump_leave_out_the_gap():
    ax = plot.activation("step", limits=(1, 2))
    assert gaps(ax) == {SLOPE: 0, VALUE: 0}
    assert dots(ax) == []


def test_the_function_can_be_drawn_alone():
    assert list(curves(plot.activation("tanh", derivative=False))) == [VALUE]


def test_an_object_with_other_settings_is_drawn_as_it_is():
    z, slope = curves(plot.activation(activations.LeakyReLU(0.5)))[SLOPE]
    np.testing.assert_array_equal(slope, np.where(z > 0, 1, 0.5))


def test_a_plain_function_can_be_drawn_without_derivative():
    ax = plot.activation(np.sin, derivative=False)
    z, value = curves(ax)[VALUE]
    np.testing.assert_allclose(value, np.sin(z))
    assert ax.get_title() == "sin"


def test_the_derivative_is_told_apart_without_colour():
    styles = {line.get_label(): line.get_linestyle() for line in plot.activation("elu").lines}
    assert (styles[VALUE], styles[SLOPE]) == ("-", "--")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"act": "relo"}, "activation.*relo"),
        ({"act": 3}, "act must be the name of an activation, or a function; got 3"),
        ({"act": "softmax"}, "element by element; softmax"),
        ({"act": np.sin}, "act must have a derivative.*sin"),
        ({"act": "relu", "limits": (2, 2)}, r"limits must be two rising numbers; got \(2, 2\)"),
        ({"act": "relu", "limits": (1, -1)}, "rising"),
        ({"act": "relu", "limits": (1, 2, 3)}, r"limits must have shape \(2,\)"),
        ({"act": "relu", "limits": (0, np.inf)}, "limits must hold finite numbers"),
    ],
)
def test_bad_input_is_refused_by_name(arguments, message):
    with pytest.raises(ValueError, match=message):
        plot.activation(**arguments)
    assert not plt.get_fignums()
