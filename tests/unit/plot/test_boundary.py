import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.text import Annotation

from labkit import nn, plot
from labkit.plot.boundary import _visible_part

X = np.array([[0.0, 0.0], [0.0, 2.0], [4.0, 0.0], [4.0, 2.0]])
Y = np.array([0, 0, 1, 1])


def arrows(ax):
    return [text for text in ax.texts if isinstance(text, Annotation)]


class Classifier:
    def predict(self, X):
        return (X[:, 0] > 2).astype(int)

    def predict_proba(self, X):
        p = X[:, 0] / 10 + 0.3
        return np.column_stack([1 - p, p])


class TestPoints:
    def test_each_class_has_its_own_colour_and_marker(self):
        ax = plot.points(X, Y)
        zero, one = ax.collections
        np.testing.assert_array_equal(zero.get_offsets(), X[Y == 0])
        assert not np.array_equal(zero.get_facecolor(), one.get_facecolor())
        assert len(zero.get_paths()[0]) != len(one.get_paths()[0])

    def test_colours_belong_to_class_numbers_not_to_ranks(self):
        only_ones = plot.points(X[Y == 1], Y[Y == 1]).collections[0]
        both = plot.points(X, Y).collections[1]
        np.testing.assert_array_equal(only_ones.get_facecolor(), both.get_facecolor())

    def test_names_stand_in_the_legend_and_on_the_axes(self):
        ax = plot.points(X, Y, class_names=["no", "yes"], feature_names=["u (cm)", "v (cm)"])
        assert [text.get_text() for text in ax.get_legend().get_texts()] == ["no", "yes"]
        assert (ax.get_xlabel(), ax.get_ylabel()) == ("u (cm)", "v (cm)")

    def test_without_names_there_is_no_legend(self):
        assert plot.points(X, Y).get_legend() is None

    @pytest.mark.parametrize(
        ("X", "y", "options", "message"),
        [
            ([[1, 2, 3]], [0], {}, r"X must have shape \(n, 2\); got shape \(1, 3\)"),
            ([1, 2], [0], {}, r"X must have shape \(n, 2\); got shape \(2,\)"),
            (np.empty((0, 2)), [], {}, "X must hold at least one point"),
            (X, [0, 1], {}, r"y must have shape \(4,\); got shape \(2,\)"),
            (X, Y[:, None], {}, r"y must have shape \(4,\); got shape \(4, 1\)"),
            (X, [0, 0, 1, 0.5], {}, "y must hold class numbers"),
            (X, [0, 0, -1, 1], {}, "y must hold class numbers"),
            (X, Y, {"class_names": ["no"]}, "class_names must name class 1 too"),
            (X, Y, {"feature_names": ["u"]}, "feature_names must have 2 entries; got 1"),
        ],
    )
    def test_bad_input_is_refused_by_name(self, X, y, options, message):
        with pytest.raises(ValueError, match=message):
            plot.points(X, y, **options)


class TestDecisionBoundary:
    @pytest.mark.parametrize(
        "model",
        [Classifier(), Classifier().predict, lambda X: X[:, :1] > 2],
        ids=["estimator", "method", "function"],
    )
    def test_the_line_lies_where_the_answer_changes(self, model):
        ax = plot.decision_boundary(model, X, Y)
        line = ax.collections[1].get_paths()[0].vertices
        np.testing.assert_allclose(line[:, 0], 2, atol=4.64 / 199)  # one step of the grid

    @pytest.mark.parametrize("w", [[1, -3], [2, 0]])
    def test_the_line_of_a_threshold_unit_is_exact(self, w):
        unit = nn.ThresholdUnit(w, bias=-1)
        line = plot.decision_boundary(unit, X, Y).collections[1].get_paths()[0].vertices
        np.testing.assert_allclose(unit.decision_function(line), 0, atol=1e-9)

    @pytest.mark.parametrize("classes", [[1, 2], [0, 1, 2]])
    def test_a_score_is_not_taken_for_other_classes_than_0_and_1(self, classes):
        class Model(Classifier):
            classes_ = np.array(classes)

            def decision_function(self, X):
                raise AssertionError("asked for a score")

        plot.decision_boundary(Model(), X, Y)

    def test_a_score_for_each_class_gives_way_to_the_answers(self):
        class Model(Classifier):
            def decision_function(self, X):
                return np.zeros((len(X), 3))

        line = plot.decision_boundary(Model(), X, Y).collections[1].get_paths()[0].vertices
        np.testing.assert_allclose(line[:, 0], 2, atol=4.64 / 59)  # one step of the grid

    @pytest.mark.parametrize("bias", [-100, 100, 0])
    def test_a_unit_that_never_changes_its_mind_has_no_line(self, bias):
        ax = plot.decision_boundary(nn.ThresholdUnit([0, 0], bias=bias), X, Y)
        assert len(ax.collections) == 1 + 2

    def test_the_half_probability_line_is_exact_for_a_linear_probability(self):
        ax = plot.decision_boundary(Classifier(), X, Y, kind="probability")
        line = ax.collections[1].get_paths()[0].vertices
        np.testing.assert_allclose(line[:, 0], 2, atol=1e-9)

    def test_the_view_reaches_beyond_the_points(self):
        ax = plot.decision_boundary(Classifier(), X, Y)
        np.testing.assert_allclose(ax.get_xlim(), [-0.32, 4.32])
        np.testing.assert_allclose(ax.get_ylim(), [-0.16, 2.16])

    def test_one_point_has_a_view_too(self):
        ax = plot.decision_boundary(Classifier(), [[1.0, 1.0]], [0])
        assert ax.get_xlim()[0] < 1 < ax.get_xlim()[1]

    def test_three_classes_have_two_borders(self):
        ax = plot.decision_boundary(lambda X: np.digitize(X[:, 0], [1, 3]), X, [0, 1, 2, 2])
        borders = [path.vertices[:, 0] for path in ax.collections[1].get_paths()]
        assert [round(border.mean()) for border in borders] == [1, 3]

    @pytest.mark.parametrize("kind", ["classes", "probability"])
    def test_a_model_of_one_mind_has_no_line(self, kind):
        ax = plot.decision_boundary(lambda X: np.zeros(len(X)), X, Y, kind=kind)
        assert len(ax.collections) == 1 + 2  # the region and the two groups of points

    def test_the_model_is_asked_and_not_trained(self):
        model = nn.Perceptron(shuffle=False).fit(X, Y)
        before = model.W_.copy()
        plot.decision_boundary(model, X, Y)
        np.testing.assert_array_equal(model.W_, before)

    @pytest.mark.parametrize(
        ("model", "options", "error", "message"),
        [
            (lambda X: X, {}, ValueError, r"one answer for each point, shape \(40000,\)"),
            (lambda X: [0], {}, ValueError, r"got \(1,\)"),
            (3, {}, TypeError, "model must have predict or be callable; got int"),
            (3, {"kind": "probability"}, TypeError, "must have predict_proba or be callable"),
            (lambda X: X[:, 0], {"kind": "probability"}, ValueError, "between 0 and 1; got -0.32"),
            (Classifier(), {"kind": "odds"}, ValueError, "kind must be one of.*got 'odds'"),
            (Classifier(), {"class_names": ["a"]}, ValueError, "class_names must name class 1"),
        ],
    )
    def test_bad_input_is_refused_by_name(self, model, options, error, message):
        with pytest.raises(error, match=message):
            plot.decision_boundary(model, X, Y, **options)


class TestDecisionLine:
    @pytest.mark.parametrize(
        ("w", "b"), [([1, 1], -1.5), ([1, 0], -0.5), ([0, 2], -1.0), ([-3, 1], 0.0)]
    )
    def test_both_points_that_define_the_line_lie_on_it(self, w, b):
        line = plot.decision_line(w, b).lines[0]
        points = np.array([line.get_xy1(), line.get_xy2()])
        np.testing.assert_allclose(points @ w + b, 0, atol=1e-12)
        assert np.linalg.norm(points[1] - points[0]) > 0.5

    def test_the_view_stays_as_it_was(self):
        ax = plot.points(X, Y)
        before = ax.axis()
        plot.decision_line([1, 1], -100, ax=ax)
        assert ax.axis() == before

    @pytest.mark.parametrize("w", [[1, 2], [-1, 2], [1, 0], [0, -1]])
    @pytest.mark.parametrize("height", [1, 10])
    def test_the_arrow_starts_on_the_line_and_points_to_answer_one(self, w, height):
        ax = plt.figure().add_subplot(xlim=(-1, 1), ylim=(-height, height))
        (arrow,) = arrows(plot.decision_line(w, 0.1, ax=ax))
        start, tip = np.array(arrow.xyann), np.array(arrow.xy)
        assert start @ w + 0.1 == pytest.approx(0, abs=1e-12)
        assert tip @ w + 0.1 > 0

    @pytest.mark.parametrize("w", [[1, 2], [-1, 5], [3, 0]])
    def test_the_arrow_is_upright_on_the_line_as_it_is_seen(self, w):
        ax = plt.figure(figsize=(8, 5)).add_axes((0, 0, 1, 1), xlim=(-1, 1), ylim=(-20, 20))
        plot.decision_line(w, 0.1, ax=ax)
        line, (arrow,) = ax.lines[0], arrows(ax)
        ends = [line.get_xy1(), line.get_xy2(), arrow.xyann, arrow.xy]
        one, other, start, tip = ax.transData.transform(ends)
        along, across = other - one, tip - start
        assert along @ across == pytest.approx(0, abs=1e-6 * np.linalg.norm(along))

    def test_a_line_out_of_view_has_no_arrow(self):
        assert not arrows(plot.decision_line([1, 1], -100))

    def test_the_arrow_can_be_left_out(self):
        assert not arrows(plot.decision_line([1, 1], -1, arrow=False))

    def test_a_column_of_weights_is_taken_too(self):
        assert plot.decision_line([[1], [1]], [-1]).lines

    def test_line_style_and_label_are_passed_on(self):
        line = plot.decision_line([1, 1], label="AND", linestyle=":", color="red").lines[0]
        assert (line.get_label(), line.get_linestyle(), line.get_color()) == ("AND", ":", "red")

    @pytest.mark.parametrize(
        ("w", "b", "message"),
        [
            ([1, 2, 3], 0, r"w must have shape \(2,\); got shape \(3,\)"),
            ([0, 0], 1, "w must not be all zeros"),
            ([1, np.inf], 0, "w must hold finite numbers"),
            ([1, 2], [1, 2], r"b must have shape \(\); got shape \(2,\)"),
        ],
    )
    def test_bad_input_is_refused_by_name(self, w, b, message):
        with pytest.raises(ValueError, match=message):
            plot.decision_line(w, b)

    def test_the_visible_part_ends_at_the_frame(self):
        ax = plt.figure().add_subplot(xlim=(0, 1), ylim=(0, 1))
        part = _visible_part(ax, np.array([1.0, 1.0]), -1.0)
        np.testing.assert_allclose(part, [[0, 1], [1, 0]])
