"""History, and early stopping at the right epoch."""

import pytest

from labkit import nn


def stopped(values, monitor="val_loss", **settings):
    """Show an early stopper these numbers, until it stops."""
    stopper = nn.EarlyStopping(monitor, **settings)
    for epoch, value in enumerate(values):
        if stopper(None, epoch, {monitor: value}):
            break
    return stopper.best_epoch, stopper.stopped_epoch


@pytest.mark.parametrize(
    ("values", "settings", "expected"),
    [
        ([3, 2, 1], {}, (2, None)),
        ([3, 2, 2.5, 1], {}, (1, 2)),
        ([3, 2, 2.5, 1], {"patience": 1}, (1, 2)),
        ([3, 2, 2.5, 1, 2], {"patience": 2}, (3, None)),
        ([3, 2, 2.5, 2.4, 1], {"patience": 2}, (1, 3)),
        ([3, 2.95, 2.9, 2.85], {"min_delta": 0.5}, (0, 1)),
        ([3, 3, 3], {"patience": 2}, (0, 2)),
        ([0.5, 0.6, 0.55], {"monitor": "val_accuracy"}, (1, 2)),
        ([3, 1, 2], {"monitor": "mae"}, (1, 2)),
    ],
)
def test_it_stops_after_patience_epochs_without_improvement(values, settings, expected):
    assert stopped(values, **settings) == expected


def test_a_stopper_forgets_when_a_training_begins():
    stopper = nn.EarlyStopping("loss")
    stopper(None, 0, {"loss": 1.0})
    stopper.begin(None)
    assert stopper(None, 0, {"loss": 9.0}) is False
    assert stopper.best_epoch == 0


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"patience": -1}, ValueError, "patience must be finite and at least 0; got -1"),
        ({"patience": 1.5}, TypeError, "patience must be an integer; got 1.5"),
        ({"monitor": 5}, TypeError, "monitor must be a name such as 'val_loss'; got 5"),
        ({"min_delta": -1}, ValueError, "min_delta must be finite and at least 0"),
    ],
)
def test_settings_have_their_range(settings, error, message):
    with pytest.raises(error, match=message):
        nn.EarlyStopping(**settings)


def test_an_unknown_number_is_named_with_those_there_are():
    with pytest.raises(ValueError, match=r"monitor must be one of \['loss'\]; got 'accuracy'\.$"):
        nn.EarlyStopping("accuracy")(None, 0, {"loss": 1.0})


def test_a_history_shows_where_it_ended():
    history = nn.History()
    history.append({"loss": 0.5, "accuracy": 0.75})
    assert repr(history) == "<History of 1 epochs: loss 0.5000, accuracy 0.7500>"
