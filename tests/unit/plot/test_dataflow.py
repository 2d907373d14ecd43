import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import FancyBboxPatch

from labkit import plot
from labkit.device import quiet_tensorflow
from labkit.plot.dataflow import MOST_OPERATIONS
from labkit.plot.theme import COLORS

pytestmark = pytest.mark.xdist_group("keras")  # one process imports TensorFlow


@pytest.fixture(scope="module")
def tf():
    with quiet_tensorflow():
        import tensorflow

        tensorflow.constant(0.0)
    return tensorflow


@pytest.fixture
def layer(tf):
    """A traced layer of two units."""
    W = tf.Variable([[1.0, 2.0], [3.0, 4.0]], name="W")
    function = tf.function(lambda X: tf.nn.relu(X @ W))
    concrete = function.get_concrete_function(tf.TensorSpec([None, 2], name="X"))
    concrete.keep_alive = W
    return concrete


def kinds(ax):
    return [text.get_text() for text in ax.texts if text.get_weight() == "bold"]


def boxes(ax):
    return [patch for patch in ax.patches if isinstance(patch, FancyBboxPatch)]


def arrows(ax, style=None):
    """All arrows, or those with solid or dashed lines."""
    heads = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    return [head for head in heads if style in (None, head.arrow_patch.get_linestyle())]


class TestFunctionGraph:
    def test_each_operation_of_the_graph_is_a_box_with_its_type_and_name(self, layer):
        ax = plot.function_graph(layer)
        operations = layer.graph.get_operations()
        assert len(boxes(ax)) == len(operations) > 5
        wanted = sorted("Variable" if "resource" in o.name else o.type for o in operations)
        assert sorted(kinds(ax)) == wanted
        assert {"X", "W", "Relu"} <= {text.get_text() for text in ax.texts}

    def test_each_tensor_is_an_arrow_and_each_wait_a_dashed_one(self, layer):
        ax = plot.function_graph(layer)
        operations = layer.graph.get_operations()
        assert len(arrows(ax, "-")) == sum(len(o.inputs) for o in operations)
        assert len(arrows(ax, "--")) == sum(len(o.control_inputs) for o in operations) > 0

    def test_arrows_lead_downwards(self, layer):
        for arrow in arrows(plot.function_graph(layer)):
            assert arrow.xy[1] < arrow.xyann[1]

    def test_the_shape_and_an_unusual_type_of_the_result_are_written(self, tf, texts):
        function = tf.function(lambda n: tf.cast(n, tf.float32))
        graph = function.get_concrete_function(tf.TensorSpec([3], tf.int64, name="n"))
        shown = texts(plot.function_graph(graph))
        assert "int64 (3,)" in shown
        assert "(3,)" in shown

    def test_merged_a_variable_is_one_box_and_idle_operations_are_gone(self, layer):
        ax = plot.function_graph(layer, merge=True)
        assert sorted(kinds(ax)) == ["MatMul", "Placeholder", "Relu", "Variable"]
        assert len(arrows(ax)) == 3
        assert "(2, 2)" in [text.get_text() for text in ax.texts]

    def test_merged_a_reading_still_waits_for_the_assignment_before_it(self, tf):
        w = tf.Variable(1.0, name="w")

        def step(x):
            w.assign_sub(x)
            return w * x

        ax = plot.function_graph(
            tf.function(step).get_concrete_function(tf.TensorSpec([])), merge=True
        )
        assert sorted(kinds(ax)) == [
            "AssignSubVariableOp", "Mul", "Placeholder", "Variable", "Variable"
        ]  # fmt: skip
        assert len(arrows(ax, "--")) >= 1

    def test_frames_tell_inputs_variables_constants_and_operations_apart(self, tf):
        w = tf.Variable(1.0)
        function = tf.function(lambda x: tf.exp(w * x) + 2.0)
        ax = plot.function_graph(function.get_concrete_function(tf.TensorSpec([])), merge=True)
        colors = dict(zip(kinds(ax), [to_hex(b.get_edgecolor()) for b in boxes(ax)], strict=True))
        assert {kind: colors[kind] for kind in ("Placeholder", "Variable", "Const", "Exp")} == {
            "Placeholder": COLORS["ink"], "Variable": COLORS["orange"],
            "Const": COLORS["grey"], "Exp": COLORS["blue"],
        }  # fmt: skip

    def test_boxes_do_not_overlap(self, layer):
        ax = plot.function_graph(layer)
        corners = np.array([box.get_bbox().get_points() for box in boxes(ax)])
        for k, (low, high) in enumerate(corners):
            others = np.delete(corners, k, axis=0)
            overlap = np.minimum(high, others[:, 1]) - np.maximum(low, others[:, 0])
            assert not (overlap > 0).all(axis=1).any()

    @pytest.mark.parametrize("merge", [False, True])
    def test_no_text_is_wider_than_its_box(self, layer, merge):
        plot.style()
        ax = plot.function_graph(layer, merge=merge)
        ax.figure.draw_without_rendering()
        renderer = ax.figure.canvas.get_renderer()
        widest = boxes(ax)[0].get_window_extent(renderer).width
        written = [text for text in ax.texts if text.get_text()]
        assert max(text.get_window_extent(renderer).width for text in written) <= widest

    def test_a_number_used_twice_by_one_operation_sends_two_arrows_apart(self, tf):
        square = tf.function(lambda x: x * x)
        ax = plot.function_graph(square.get_concrete_function(tf.TensorSpec([])), merge=True)
        first, second = (arrow.xy[0] for arrow in arrows(ax))
        assert abs(first - second) > 0.1

    def test_a_graph_of_tensorflow_1_with_several_results_can_be_drawn(self, tf):
        with tf.Graph().as_default() as graph:
            x = tf.compat.v1.placeholder(tf.float32, [None, 3], name="x")
            tf.reduce_sum(x)
            tf.exp(x)
        ax = plot.function_graph(graph)
        assert sorted(kinds(ax)) == ["Const", "Exp", "Placeholder", "Sum"]

    def test_an_operation_with_several_results_says_how_many(self, tf, texts):
        split = tf.function(lambda x: tf.split(x, 2))
        graph = split.get_concrete_function(tf.TensorSpec([4]))
        assert "2 tensors" in texts(plot.function_graph(graph))

    def test_it_draws_on_the_axes_given(self, layer):
        _, ax = plt.subplots()
        assert plot.function_graph(layer, ax=ax) is ax

    def test_a_function_not_yet_traced_is_refused_with_the_remedy(self, tf):
        with pytest.raises(TypeError, match=r"graph must be.*get_concrete_function.*got"):
            plot.function_graph(tf.function(lambda x: x))

    def test_an_empty_graph_is_refused(self, tf):
        with pytest.raises(ValueError, match=r"graph must have 1 to \d+ operations.*got 0"):
            plot.function_graph(tf.Graph())

    def test_a_graph_too_large_to_read_is_refused(self, tf):
        def long(x):
            for _ in range(MOST_OPERATIONS):
                x = tf.exp(x)
            return x

        graph = tf.function(long, autograph=False).get_concrete_function(tf.TensorSpec([]))
        with pytest.raises(ValueError, match=f"1 to {MOST_OPERATIONS} operations.*got"):
            plot.function_graph(graph)

    def test_a_loop_of_tensorflow_1_is_refused_by_name(self, tf):
        with tf.Graph().as_default() as graph:
            tf.compat.v1.disable_control_flow_v2()
            try:
                tf.compat.v1.while_loop(lambda i: i < 3, lambda i: i + 1, [tf.constant(0)])
            finally:
                tf.compat.v1.enable_control_flow_v2()
        with pytest.raises(ValueError, match="graph must not have loops; got one through"):
            plot.function_graph(graph)
