import numpy as np
import pytest
from sklearn import metrics

from labkit import plot

Y, P = np.array([0, 0, 1, 1]), np.array([0.1, 0.6, 0.4, 0.9])


def at(line, threshold):
    """The height of a step line at a threshold between its corners."""
    x, y = line.get_data()
    return y[np.searchsorted(x, threshold, side="right") - 1]


@pytest.mark.parametrize("threshold", [0.05, 0.2, 0.5, 0.7])
def test_the_curves_agree_with_scikit_learn(threshold):
    rng = np.random.default_rng(0)
    y, p = rng.integers(0, 2, 200), rng.random(200).round(2)
    accuracy, precision, recall = plot.threshold_curves(y, p).lines
    y_hat = p > threshold
    assert at(accuracy, threshold) == pytest.approx(metrics.accuracy_score(y, y_hat))
    assert at(precision, threshold) == pytest.approx(metrics.precision_score(y, y_hat))
    assert at(recall, threshold) == pytest.approx(metrics.recall_score(y, y_hat))


def test_a_probability_equal_to_the_threshold_is_class_0():
    recall = plot.threshold_curves(Y, P).lines[2]
    assert at(recall, 0.9) == 0
    assert at(recall, 0.4) == 0.5


def test_precision_ends_where_nobody_is_above_the_threshold():
    precision = plot.threshold_curves(Y, P).lines[1]
    assert np.isnan(at(precision, 0.95))
    assert at(precision, 0.5) == 0.5


def test_the_least_cost_is_marked():
    ax = plot.threshold_curves(Y, P, costs=(1, 5))
    curve, mark = ax.lines
    assert at(curve, 0.0) == 0.5  # all four above: two false alarms
    assert at(curve, 0.95) == 2.5  # none above: two missed
    np.testing.assert_allclose(mark.get_xydata(), [[0.1, 0.25]])
    assert ax.get_ylabel() == "mean cost per sample"


def test_curves_differ_without_colour():
    lines = plot.threshold_curves(Y, P).lines
    assert len({line.get_linestyle() for line in lines}) == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((Y, P[:3]), r"probability must have shape \(4,\); got shape \(3,\)"),
        ((Y[:, None], P), "y must have shape"),
        ((Y, P * 2), "between 0 and 1; got values from 0.2 to 1.8"),
        ((Y * 2, P), r"classes 0 and 1, both; got \[0. 2.\]"),
        ((Y * 0, P), r"both; got \[0.\]"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        plot.threshold_curves(*arguments)


@pytest.mark.parametrize("costs", [(1, -1), (0, 0), (1,), "12", (1, np.inf)])
def test_wrong_costs_are_refused(costs):
    with pytest.raises(ValueError, match="costs must"):
        plot.threshold_curves(Y, P, costs=costs)
