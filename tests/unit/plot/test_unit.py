import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Circle

from labkit import nn, plot
from labkit.nn import activations
from labkit.plot.theme import COLORS
from labkit.plot.unit import ACTIVATIONS


def circles(ax):
    return [patch for patch in ax.patches if isinstance(patch, Circle)]


def edges(ax):
    return sorted(
        (line.get_linestyle(), line.get_color()) for line in ax.lines if line.get_zorder() == 1
    )


class TestNeuron:
    def test_numbers_of_one_evaluation_are_worked_out(self, texts):
        ax = plot.neuron([0.5, -1.25], bias=-1, inputs=[2, 1])  # 1 - 1.25 - 1 = -1.25
        assert {"0.5", "−1.25", "−1", "z = −1.25", "ŷ = 0"} <= set(texts(ax))

    @pytest.mark.parametrize(
        ("activation", "output"), [("step", "1"), ("sign", "0"), ("logistic", "0.5")]
    )
    def test_output_at_a_sum_of_zero_depends_on_the_activation(self, activation, output, texts):
        ax = plot.neuron([1], inputs=[0], activation=activation)
        assert f"ŷ = {output}" in texts(ax)
        assert activation in texts(ax)

    @pytest.mark.parametrize(
        ("activation", "output"),
        [("relu", "0"), ("leaky_relu", "−0.4"), ("linear", "−2"), ("tanh", "−0.96")],
    )
    def test_any_activation_of_nn_is_known_by_its_name(self, activation, output, texts):
        ax = plot.neuron([2], inputs=[-1], activation=activation)
        assert {f"ŷ = {output}", activation.replace("_", " ")} <= set(texts(ax))

    def test_an_activation_with_other_settings_is_taken_as_an_object(self, texts):
        ax = plot.neuron([2], inputs=[-1], activation=activations.LeakyReLU(0.01))
        assert {"ŷ = −0.02", "leaky relu"} <= set(texts(ax))

    def test_every_activation_of_nn_but_softmax_can_be_drawn(self):
        assert set(activations.ACTIVATIONS) - set(ACTIVATIONS) == {"softmax"}

    @pytest.mark.parametrize("activation", ACTIVATIONS)
    def test_the_curve_of_every_activation_fits_its_box(self, activation):
        ax = plot.neuron([1], activation=activation)
        curve = ax.lines[-1].get_ydata() - ax.get_ylim()[1] / 2
        assert np.ptp(curve) == pytest.approx(0.6)

    @pytest.mark.parametrize(("bias", "count"), [(None, 4), (0.0, 5)])
    def test_there_is_a_circle_for_each_input_the_bias_and_the_sum(self, bias, count):
        assert len(circles(plot.neuron([1, 2, 3], bias=bias))) == count

    @pytest.mark.parametrize(("z", "output"), [(-1000, "0"), (1000, "1")])
    @pytest.mark.parametrize("activation", ["step", "logistic"])
    def test_a_large_sum_does_not_overflow(self, activation, z, output, texts):
        ax = plot.neuron([1], inputs=[z], activation=activation)
        assert f"ŷ = {output}" in texts(ax)

    @pytest.mark.parametrize("z", [-2.0, 0.5])
    def test_the_logistic_function_is_what_its_name_says(self, z):
        assert ACTIVATIONS["logistic"](z) == pytest.approx(1 / (1 + np.exp(-z)), rel=1e-14)

    @pytest.mark.parametrize("name", ["step", "sign"])
    def test_threshold_functions_are_those_of_labkit_nn(self, name):
        assert ACTIVATIONS[name] is getattr(nn, name)

    def test_negative_weights_are_dashed(self):
        ax = plot.neuron([2, -1], bias=-0.5)
        assert edges(ax) == [("-", COLORS["blue"]), *[("--", COLORS["orange"])] * 2]

    def test_a_number_of_inputs_gives_names_instead_of_numbers(self, texts):
        assert {"$x_1$", "$x_2$", "$w_1$", "$w_2$", "$b$", "z"} <= set(
            texts(plot.neuron(2, bias="b"))
        )

    def test_names_of_inputs_stand_beside_their_values(self, texts):
        ax = plot.neuron([1, 1], inputs=[3, 4], input_names=["length", "width"])
        assert {"length", "width", "3", "4"} <= set(texts(ax))

    def test_texts_do_not_overlap(self, overlaps):
        ax = plot.neuron([0.25, -1.25, 10], bias=-1, inputs=[1, 1, 1], input_names="abc")
        assert overlaps(ax) == []

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"weights": [[1, 2]]}, r"weights must have shape \(n,\).*\(1, 2\)"),
            ({"weights": []}, r"weights must have shape \(n,\) with n >= 1"),
            ({"weights": 0}, "at least one input; got 0"),
            ({"weights": [1], "bias": "b", "inputs": [1]}, "number as bias.*the name 'b'"),
            ({"weights": ["a"]}, "weights must hold numbers"),
            ({"weights": [np.nan]}, "weights must hold finite numbers"),
            (
                {"weights": [1, 2], "inputs": [1]},
                r"inputs must have shape \(2,\); got shape \(1,\)",
            ),
            ({"weights": 2, "inputs": [1, 2]}, "inputs need weights"),
            ({"weights": [1, 2], "input_names": ["a"]}, "input_names must have 2 entries; got 1"),
            ({"weights": [1], "activation": "swish"}, r"must be one of.*'relu'.*got 'swish'"),
            ({"weights": [1], "activation": "softmax"}, r"must be one of.*got 'softmax'"),
            ({"weights": [1], "activation": activations.softmax}, r"must be one of.*softmax>"),
            ({"weights": [1], "activation": np.tanh}, r"must be one of.*ufunc 'tanh'"),
        ],
    )
    def test_bad_input_is_refused_by_name(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            plot.neuron(**arguments)
        assert not plt.get_fignums()
