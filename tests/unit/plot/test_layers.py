import itertools
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Circle, FancyBboxPatch

from labkit import nn, plot
from labkit.plot.theme import COLORS


def circles(ax):
    return [patch for patch in ax.patches if isinstance(patch, Circle)]


def edges(ax):
    return [line for line in ax.lines if line.get_color() in (COLORS["blue"], COLORS["orange"])]


class TestNetwork:
    @pytest.mark.parametrize(
        ("layers", "bias", "nodes", "lines"),
        [
            ([2, 3], True, 6, 9),
            ([2, 3], False, 5, 6),
            ([2, 2, 1], True, 7, 9),
            ([1, 4, 4, 2], True, 14, 38),
        ],
    )
    def test_nodes_and_edges_are_counted(self, layers, bias, nodes, lines):
        ax = plot.network(layers, bias=bias)
        assert len(circles(ax)) == nodes
        assert len(edges(ax)) == lines

    def test_default_names_tell_inputs_hidden_units_and_outputs_apart(self, texts):
        assert texts(plot.network([1, 1, 1], bias=False)) == ["$x_1$", "$h_1$", "$\\hat{y}_1$"]

    def test_long_names_get_boxes_of_one_width(self, texts):
        ax = plot.network([1, 2], labels=[["A"], ["setosa?", "wide"]])
        widths = [patch.get_width() for patch in ax.patches if isinstance(patch, FancyBboxPatch)]
        assert len(widths) == 2
        assert len(set(widths)) == 1
        assert {"A", "setosa?", "wide"} <= set(texts(ax))

    def test_weights_and_biases_are_written_by_sign(self, texts):
        ax = plot.network([2, 1], weights=[[[1.5], [-2]]], biases=[[-0.25]])
        assert {"1.5", "−2", "−0.25"} <= set(texts(ax))
        styles = sorted((line.get_linestyle(), line.get_color()) for line in edges(ax))
        assert styles == [("-", COLORS["blue"]), *[("--", COLORS["orange"])] * 2]

    def test_an_edge_of_weight_zero_is_left_out(self):
        assert len(edges(plot.network([2, 1], weights=[[[1], [0]]], bias=False))) == 1

    @pytest.mark.parametrize("layers", [[2, 3], [2, 2, 1], [4, 3]])
    def test_numbers_do_not_overlap(self, layers, overlaps):
        weights = [np.full(shape, -1.5) for shape in itertools.pairwise(layers)]
        biases = [np.full(size, -0.5) for size in layers[1:]]
        assert overlaps(plot.network(layers, weights=weights, biases=biases)) == []

    def test_a_wide_layer_is_drawn_as_its_first_units_and_its_last(self, texts):
        ax = plot.network([784, 2], max_units=5, bias=False)
        names = ["$x_1$", "$x_2$", "$x_3$", "$x_{784}$", "$\\hat{y}_1$", "$\\hat{y}_2$"]
        assert [text for text in texts(ax) if text.startswith("$")] == names
        assert len(edges(ax)) == 8

    def test_dots_and_sizes_stand_only_where_units_are_left_out(self, texts):
        written = texts(plot.network([1784, 300, 8]))
        assert written.count("⋮") == 2
        assert {"1,784", "300", "8"} <= set(written)
        written = texts(plot.network([8, 2]))
        assert "⋮" not in written
        assert "8" not in written

    def test_dots_stand_between_the_units_that_are_drawn(self):
        ax = plot.network([20, 1], max_units=4, bias=False)
        heights = {text.get_text(): text.get_position()[1] for text in ax.texts}
        assert heights["$x_2$"] > heights["⋮"] > heights["$x_{20}$"]

    def test_a_wide_layer_keeps_the_weights_of_the_units_drawn(self, texts):
        W, b = np.arange(1.0, 11.0)[:, None], [0.5]
        ax = plot.network([10, 1], max_units=4, weights=[W], biases=[b])
        assert {"1", "2", "10", "0.5"} <= set(texts(ax))
        assert "3" not in texts(ax)

    def test_labels_name_all_units_of_a_wide_layer(self, texts):
        labels = [list("abcdefghij"), ["out"]]
        assert texts(plot.network([10, 1], max_units=3, labels=labels, bias=False))[-3:] == [
            "a",
            "j",
            "out",
        ]

    def test_titles_stand_above_their_layers(self, texts, overlaps):
        plot.style()
        titles = ["input layer", "hidden layer 1", "hidden layer 2", "output layer"]
        ax = plot.network([784, 300, 100, 10], max_units=5, titles=titles)
        assert set(titles) <= set(texts(ax))
        assert overlaps(ax) == []
        spots = {text.get_text(): text.get_position() for text in ax.texts}
        assert spots["hidden layer 1"][0] == spots["$h_{300}$"][0]
        assert all(spots[title][1] > spots["$x_1$"][1] for title in titles)

    def test_a_title_of_two_lines_gets_room_for_both(self):
        tall, flat = (
            plot.network([2, 1], titles=[title, "out"]) for title in ("two\nlines", "one")
        )
        assert tall.get_ylim()[1] == pytest.approx(flat.get_ylim()[1] + 0.4)

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"layers": [2]}, r"layers must be two or more.*got \[2\]"),
            ({"layers": [2, 0]}, "positive whole numbers"),
            ({"layers": [2, 1.5]}, "positive whole numbers"),
            ({"layers": [2, 1], "labels": [["A", "B"]]}, "labels must name 2 layers; got 1"),
            ({"layers": [2, 1], "labels": [["A"], ["C"]]}, r"labels\[0\] must have 2 entries"),
            ({"layers": [2, 1], "titles": ["in"]}, "titles must have 2 entries; got 1"),
            ({"layers": [9, 1], "max_units": 2}, "max_units must be a whole number, 3 or more"),
            ({"layers": [9, 1], "max_units": 4.5}, "max_units must be.*got 4.5"),
            ({"layers": [2, 1], "weights": []}, "weights must have 1 entries; got 0"),
            (
                {"layers": [2, 1], "weights": [[[1, 2]]]},
                r"weights\[0\] must have shape \(2, 1\); got shape \(1, 2\)",
            ),
            (
                {"layers": [2, 1], "weights": [[[1], [2]]], "biases": [[1, 2]]},
                r"biases\[0\] must have shape \(1,\); got shape \(2,\)",
            ),
            ({"layers": [2, 1], "biases": [[1]]}, "biases need weights"),
            (
                {"layers": [2, 1], "weights": [[[1], [2]]], "biases": [[1]], "bias": False},
                "biases need weights, and bias=True",
            ),
        ],
    )
    def test_bad_input_is_refused_by_name(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            plot.network(**arguments)
        assert not plt.get_fignums()


def keras_like(units, n_in, activation, kind="Dense", **more):
    """A stand-in for a layer of Keras: TensorFlow is not imported for a drawing."""
    kernel = None if n_in is None else np.zeros((n_in, units))
    traits = {"units": units, "kernel": kernel, "activation": activation, "name": "d", **more}
    return type(kind, (), traits)()


def softmax(x):
    return x


class TestNetworkOfAModel:
    def test_a_labkit_model_is_drawn_with_its_activations(self, texts):
        model = nn.MLP([nn.Dense(3, "relu"), nn.Dropout(0.5), nn.Dense(1, "sigmoid")])
        model.build(2)
        ax = plot.network(model)
        assert len(circles(ax)) == 2 + 1 + 3 + 1 + 1
        assert {"inputs", "hidden\nrelu", "output\nsigmoid"} <= set(texts(ax))

    def test_layers_without_units_are_left_out(self, texts):
        others = [type(name, (), {})() for name in ("Rescaling", "Flatten", "Normalization")]
        dense = [keras_like(4, 784, softmax), keras_like(3, 4, softmax), keras_like(2, 3, softmax)]
        model = SimpleNamespace(layers=[*others, *dense])
        written = texts(plot.network(model, max_units=5))
        assert "784" in written
        assert {"hidden 1\nsoftmax", "hidden 2\nsoftmax", "output\nsoftmax"} <= set(written)

    def test_titles_of_ones_own_go_before(self, texts):
        model = SimpleNamespace(layers=[keras_like(1, 2, softmax)])
        written = texts(plot.network(model, titles=["in", "out"]))
        assert {"in", "out"} <= set(written)
        assert "inputs" not in written

    @pytest.mark.parametrize(
        ("layers", "message"),
        [
            ([keras_like(1, None, softmax)], "needs a model that is built"),
            ([], "with a dense layer at least"),
            ([type("Conv2D", (), {"name": "conv"})()], "got the layer 'conv' of type Conv2D"),
            (
                [keras_like(3, 2, softmax), keras_like(1, 5, softmax)],
                "got 3 outputs before a layer of 5 inputs",
            ),
        ],
    )
    def test_other_models_are_refused(self, layers, message):
        with pytest.raises(ValueError, match=message):
            plot.network(SimpleNamespace(layers=layers))
