import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Circle, FancyBboxPatch

from labkit import plot
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

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"layers": [2]}, r"layers must be two or more.*got \[2\]"),
            ({"layers": [2, 0]}, "positive whole numbers"),
            ({"layers": [2, 1.5]}, "positive whole numbers"),
            ({"layers": [2, 1], "labels": [["A", "B"]]}, "labels must name 2 layers; got 1"),
            ({"layers": [2, 1], "labels": [["A"], ["C"]]}, r"labels\[0\] must have 2 entries"),
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
