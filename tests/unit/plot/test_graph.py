import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Circle, FancyBboxPatch

from labkit import nn, plot
from labkit.nn import Value
from labkit.plot._layered import layered
from labkit.plot.graph import MOST_NODES
from labkit.plot.theme import COLORS


def unit():
    """One logistic unit and its loss."""
    w1, w2, b = Value(2.0, "w1"), Value(-1.5, "w2"), Value(0.25, "b")
    loss = -(w1 * Value(1.0, "x1") + w2 * Value(0.5, "x2") + b).sigmoid().log()
    loss.label = "loss"
    loss.backward()
    return loss


def shapes(ax, kind):
    return [patch for patch in ax.patches if isinstance(patch, kind)]


def middles(ax, kind):
    """Centres of all circles or boxes, in the order in which they were drawn."""
    extents = [p.get_path().get_extents(p.get_patch_transform()) for p in shapes(ax, kind)]
    return np.array([extent.get_points().mean(axis=0) for extent in extents])


class TestComputationGraph:
    def test_each_number_is_a_box_and_each_operation_a_circle(self):
        loss = unit()
        ax = plot.computation_graph(loss)
        made = [node for node in loss.graph() if node.parents]
        assert len(shapes(ax, FancyBboxPatch)) == len(loss.graph())
        assert len(shapes(ax, Circle)) == len(made)

    def test_value_gradient_label_and_operation_are_written(self, texts):
        a, b = Value(3.0, "a"), Value(-2.0, "b")
        product = a * b
        product.label = "p"
        product.backward()
        # a = 3 with gradient b, b = -2 with gradient a, p = -6 with gradient 1
        assert sorted(texts(plot.computation_graph(product))) == sorted(
            ["3", "−2", "a", "−2", "3", "b", "−6", "1", "p", "×"]
        )

    def test_the_label_stands_over_the_value_and_the_gradient_in_orange_below(self):
        x = Value(7.0, "x")
        x.backward()
        place = {t.get_text(): (t.get_position()[1], to_hex(t.get_color()))
                 for t in plot.computation_graph(x).texts}  # fmt: skip
        assert place["x"][0] > place["7"][0] > place["1"][0]
        assert (place["7"][1], place["1"][1]) == (COLORS["ink"], COLORS["orange"])

    @pytest.mark.parametrize(
        ("make", "sign"),
        [
            (lambda x: x + 1, "+"),
            (lambda x: x.exp(), "exp"),
            (lambda x: x.log(), "log"),
            (lambda x: x.tanh(), "tanh"),
            (lambda x: x.sigmoid(), "σ"),
            (lambda x: x.relu(), "relu"),
            (lambda x: x**2, "$x^{2}$"),
            (lambda x: x**-1, "$x^{-1}$"),
        ],
    )
    def test_every_operation_has_its_sign(self, make, sign, texts):
        assert sign in texts(plot.computation_graph(make(Value(0.5))))

    def test_gradients_before_backward_are_zero(self, texts):
        assert texts(plot.computation_graph(Value(2.0) + Value(5.0))).count("0") == 3

    @pytest.mark.parametrize(
        ("number", "text"),
        [
            (0.23456, "0.235"),
            (-0.080567, "−0.081"),
            (1234567.0, "1e+06"),
            (-0.0, "0"),
            (-1.2345e-7, "−1e−07"),
        ],
    )
    def test_numbers_are_shortened_until_they_fit(self, number, text, texts):
        assert text in texts(plot.computation_graph(Value(number)))

    def test_parents_stand_left_of_what_is_made_of_them(self):
        loss = unit()
        nodes = loss.graph()
        x = middles(plot.computation_graph(loss), FancyBboxPatch)[:, 0]
        x_of = dict(zip(map(id, nodes), x, strict=True))
        assert all(x_of[id(p)] < x_of[id(node)] for node in nodes for p in node.parents)

    def test_inputs_and_results_have_frames_of_their_own(self):
        ax = plot.computation_graph(Value(1.0).exp())
        frames = [to_hex(box.get_edgecolor()) for box in shapes(ax, FancyBboxPatch)]
        assert frames == [COLORS["ink"], COLORS["blue"]]

    def test_a_number_used_twice_has_two_lines_that_do_not_coincide(self):
        x = Value(3.0)
        ax = plot.computation_graph(x * x)
        starts = [tuple(line.get_xydata()[0]) for line in ax.lines if len(line.get_xydata()) == 2]
        to_circle = [start for start in starts if start[0] == min(starts)[0]]
        assert len(set(to_circle)) == 2

    @pytest.mark.parametrize("make", [unit, lambda: Value(2.0).exp() * Value(1.0) + Value(3.0)])
    def test_texts_and_boxes_do_not_overlap(self, make, overlaps):
        ax = plot.computation_graph(make())
        assert overlaps(ax) == []
        boxes = [patch.get_window_extent() for patch in shapes(ax, FancyBboxPatch)]
        assert not any(
            one.overlaps(other) for k, one in enumerate(boxes) for other in boxes[k + 1 :]
        )

    def test_numbers_lie_within_their_boxes(self):
        ax = plot.computation_graph(unit())
        ax.figure.canvas.draw()
        widths = [text.get_window_extent().width for text in ax.texts]
        assert max(widths) < min(
            box.get_window_extent().width for box in shapes(ax, FancyBboxPatch)
        )

    @pytest.mark.parametrize("width", [2.0, 6.0])
    def test_letters_have_the_size_of_the_axes_they_are_on(self, width):
        ax = plot.computation_graph(unit(), ax=plt.figure(figsize=(width, 3)).add_subplot())
        ax.figure.canvas.draw()
        box = min(box.get_window_extent().width for box in shapes(ax, FancyBboxPatch))
        assert max(text.get_window_extent().width for text in ax.texts) < box

    def test_a_line_past_other_columns_crosses_no_box(self):
        x = Value(0.5)
        end = (Value(1.0) + x.exp().exp()) * Value(2.0) + x
        ax = plot.computation_graph(end)
        boxes = [
            b.get_path().get_extents(b.get_patch_transform()) for b in shapes(ax, FancyBboxPatch)
        ]
        longest = max((line.get_xydata() for line in ax.lines), key=lambda at: np.ptp(at[:, 0]))
        pairs = itertools.pairwise(longest)
        points = np.concatenate([np.linspace(a, b, 50)[1:-1] for a, b in pairs])
        assert np.ptp(points[:, 0]) > 6  # it passes two columns at least
        assert not any(box.contains(*point) for box in boxes for point in points)

    @pytest.mark.parametrize("wrong", [3.0, "x", None, np.array(1.0)])
    def test_anything_but_a_value_is_refused(self, wrong):
        with pytest.raises(TypeError, match=r"value must be a labkit.nn.Value; got \w+"):
            plot.computation_graph(wrong)
        assert not plt.get_fignums()

    def test_a_graph_too_large_to_read_is_refused(self):
        end = Value(0.0)
        while len(end.graph()) <= MOST_NODES:
            end = end + 1
        with pytest.raises(
            ValueError, match=rf"at most {MOST_NODES} numbers.*got {MOST_NODES + 1}"
        ):
            plot.computation_graph(end)
        assert not plt.get_fignums()

    def test_the_graph_is_left_as_it_was(self):
        loss = unit()
        before = [(node.data, node.grad, node.label) for node in loss.graph()]
        plot.computation_graph(loss)
        assert [(node.data, node.grad, node.label) for node in loss.graph()] == before

    def test_the_function_of_the_package_is_this_one(self):
        assert plot.computation_graph(nn.Value(1.0)).figure.axes


class TestLayered:
    def test_first_operand_stands_above_the_second(self):
        _, heights, _ = layered([[], [], [0, 1]])
        np.testing.assert_allclose(heights, [0.5, -0.5, 0.0])

    def test_an_input_stands_one_column_before_its_first_use(self):
        # 2 = f(0), 3 = g(2, 1): input 1 is needed late
        columns, _, _ = layered([[], [], [0], [2, 1]])
        assert columns[:4].tolist() == [0, 1, 1, 2]

    def test_the_longest_way_to_the_result_decides_about_the_column(self):
        # input 0 is used by 1, which is needed late, and by 2, which is needed early
        columns, _, _ = layered([[], [0], [0], [2], [3, 1]])
        assert columns[:5].tolist() == [0, 2, 1, 2, 3]

    def test_a_long_edge_is_nearly_straight_while_it_passes(self):
        # 0 is used again at the end; 1 to 8 are a chain in which 2, 4 and 6 are new inputs
        parents = [[], [0], [], [1, 2], [], [3, 4], [], [5, 6], [7, 0]]
        _, heights, routes = layered(parents)
        passed = max(routes, key=len)[1:-1]
        assert (
            np.ptp(heights[passed]) < 0.7
        )  # over four columns; 1.4 if it were drawn like any edge

    def test_a_long_edge_passes_through_every_column_between(self):
        columns, _, routes = layered([[], [0], [1], [2, 0]])
        route = next(route for route in routes if route[0] == 0 and route[-1] == 3)
        assert columns[route].tolist() == [0, 1, 2, 3]

    def test_points_of_one_column_keep_their_distance(self):
        parents = [[], [], [], [], [0, 1], [2, 3], [0, 3], [4, 5], [7, 6]]
        columns, heights, _ = layered(parents)
        rooms = np.where(np.arange(len(columns)) < len(parents), 1.0, 0.5)
        for column in set(columns.tolist()):
            level = np.flatnonzero(columns == column)
            level = level[heights[level].argsort()]
            wanted = (rooms[level][1:] + rooms[level][:-1]) / 2
            assert (np.diff(heights[level]) >= wanted - 1e-9).all()

    def test_a_chain_is_straight(self):
        _, heights, _ = layered([[], [0], [1], [2]])
        np.testing.assert_allclose(heights, 0)

    def test_a_tree_has_no_crossings(self):
        parents = [[], [], [0, 1], [], [], [3, 4], [2, 5]]
        _, heights, _ = layered(parents)
        leaves = heights[[0, 1, 3, 4]]
        assert (np.diff(leaves) < 0).all()
