from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from labkit import plot
from labkit.plot.theme import COLORS

HISTORY = {"loss": [2.0, 1.0, 0.5], "val_loss": [2.1, 1.5, 1.6], "accuracy": [0.2, 0.5, 0.9]}


def test_each_epoch_is_one_point_counted_from_one():
    training, validation = plot.learning_curves(HISTORY).lines
    np.testing.assert_allclose(training.get_xydata(), [[1, 2.0], [2, 1.0], [3, 0.5]])
    np.testing.assert_allclose(validation.get_xydata(), [[1, 2.1], [2, 1.5], [3, 1.6]])


def test_a_history_object_gives_the_same_curves_as_its_dict():
    ax = plot.learning_curves(SimpleNamespace(history=HISTORY, epoch=[0, 1, 2]))
    np.testing.assert_allclose(ax.lines[1].get_ydata(), HISTORY["val_loss"])


def test_the_metric_is_chosen_and_written_on_the_axis():
    ax = plot.learning_curves(HISTORY, metric="accuracy")
    np.testing.assert_allclose(ax.lines[0].get_ydata(), HISTORY["accuracy"])
    assert ax.get_ylabel() == "accuracy"
    assert ax.get_xlabel() == "epoch"


def test_without_validation_data_there_is_one_curve():
    ax = plot.learning_curves(HISTORY, metric="accuracy")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["training"]


@pytest.mark.parametrize("n_epochs", [1, 3, 200])
def test_training_and_validation_differ_without_colour(n_epochs):
    history = {"loss": [1.0] * n_epochs, "val_loss": [2.0] * n_epochs}
    training, validation = plot.learning_curves(history).lines
    looks = [(line.get_linestyle(), line.get_marker()) for line in (training, validation)]
    assert looks[0] != looks[1]
    assert training.get_linestyle() != validation.get_linestyle()
    assert to_rgb(training.get_color()) == to_rgb(COLORS["blue"])


def test_a_single_epoch_can_be_seen():
    (line,) = plot.learning_curves({"loss": [1.0]}).lines
    assert line.get_marker() == "o"


def test_many_epochs_are_drawn_without_markers():
    (line,) = plot.learning_curves({"loss": list(range(100))}).lines
    assert line.get_marker() == ""


def test_epochs_are_counted_in_whole_numbers():
    ax = plot.learning_curves({"loss": [2.0, 1.0]})
    assert all(tick == round(tick) for tick in ax.get_xticks())


def test_an_epoch_that_is_not_finite_leaves_a_gap():
    (line,) = plot.learning_curves({"loss": [1.0, np.inf, np.nan, 2.0]}).lines
    np.testing.assert_array_equal(np.isnan(line.get_ydata()), [False, True, True, False])


@pytest.mark.parametrize(
    ("history", "metric", "error", "message"),
    [
        ([1.0, 2.0], "loss", TypeError, "history must be what fit returned.*got list"),
        (HISTORY, "mae", ValueError, r"one of \['loss', 'accuracy'\]; got 'mae'"),
        ({}, "loss", ValueError, r"metric must be one of \[\]; got 'loss'"),
        ({"loss": []}, "loss", ValueError, r"history\['loss'\].*finite number at least; got \[\]"),
        ({"loss": [np.nan]}, "loss", ValueError, r"history\['loss'\].*finite number at least"),
        ({"loss": [[1.0]]}, "loss", ValueError, r"history\['loss'\] must be a list"),
        ({"loss": ["low"]}, "loss", ValueError, r"history\['loss'\] must hold numbers"),
        (
            {"loss": [1.0, 2.0], "val_loss": [1.0]},
            "loss",
            ValueError,
            "one number per epoch in each list; got {'loss': 2, 'val_loss': 1}",
        ),
    ],
)
def test_bad_input_is_refused_by_name(history, metric, error, message):
    with pytest.raises(error, match=message):
        plot.learning_curves(history, metric=metric)
    assert not plt.get_fignums()
