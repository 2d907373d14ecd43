"""Metrics: what counts as an answer depends on the output layer and the loss."""

import numpy as np
import pytest

from labkit import nn


def measured(activation, units, loss, metric, y, outputs):
    """Evaluate a network whose outputs are made to be these."""
    model = nn.MLP([nn.Dense(units, activation)], loss=loss, metrics=[metric]).build(1)
    y_hat, y = np.array(outputs, dtype=float), model.loss.checked(y, np.array(outputs))[0]
    return model.metrics[metric](y, y_hat)


ROWS = [[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.3, 0.3, 0.4], [0.5, 0.3, 0.2]]


@pytest.mark.parametrize(
    ("activation", "loss", "y", "outputs", "expected"),
    [
        ("softmax", "sparse_categorical_crossentropy", [0, 1, 2, 1], ROWS, 0.75),
        ("softmax", "categorical_crossentropy", np.eye(3)[[0, 1, 2, 1]], ROWS, 0.75),
        ("softmax", "mse", np.eye(3)[[0, 1, 2, 1]], ROWS, 0.75),
        ("sigmoid", "binary_crossentropy", [[1], [0]], [[0.51], [0.51]], 0.5),
        ("sigmoid", "mse", [[1], [0], [1], [1]], [[0.9], [0.1], [0.5], [0.6]], 0.75),
        ("linear", "hinge", [[1], [-1]], [[0.3], [-0.2]], 1.0),
        ("linear", "hinge", [[1], [0]], [[-0.3], [-0.2]], 0.5),
        ("tanh", "mse", [[1], [-1]], [[0.3], [-0.2]], 1.0),
    ],
)
def test_accuracy_by_hand(activation, loss, y, outputs, expected):
    assert measured(activation, len(outputs[0]), loss, "accuracy", y, outputs) == expected


@pytest.mark.parametrize(("metric", "expected"), [("mse", 5.0), ("mae", 2.0)])
def test_errors_by_hand(metric, expected):
    found = measured("linear", 1, "mse", metric, [[0.0], [0.0]], [[1.0], [3.0]])
    assert (found, type(found)) == (expected, float)
