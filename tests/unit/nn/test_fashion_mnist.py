"""The network of the syllabus on real images: 784-300-100-10, plain gradient descent."""

import os
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from labkit import data, nn

BESIDE = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.fixture(scope="module")
def images():
    """Flat images from 0 to 1 in float32 and class numbers: 55,000 to learn from, 10,000 to test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABKIT_DATA_STRICT", "1")
        patch.setenv("LABKIT_OFFLINE", "1")
        if not os.environ.get("LABKIT_DATA") and BESIDE.is_dir():
            patch.setenv("LABKIT_DATA", str(BESIDE))
        try:
            raw = data.load("fashion_mnist")
        except data.DataError:
            pytest.skip("needs the published files: LABKIT_DATA and the cache do not have them")

    def flat(X):
        return X.reshape(len(X), -1).astype(np.float32) / 255

    return flat(raw.X_train[:55_000]), raw.y_train[:55_000], flat(raw.X_test), raw.y_test


def network(seed):
    layers = [nn.Dense(300, "relu"), nn.Dense(100, "relu"), nn.Dense(10, "softmax")]
    loss, rng = "sparse_categorical_crossentropy", np.random.default_rng(seed)
    return nn.MLP(layers, loss=loss, metrics=["accuracy"], dtype="float32", rng=rng)


def test_two_epochs_learn_most_of_it(images):
    X, y, X_test, y_test = images
    model = network(0)
    model.fit(X, y, epochs=2)
    assert model.n_params == 266_610
    assert model.evaluate(X_test, y_test)["accuracy"] > 0.80


@pytest.mark.slow
def test_thirty_epochs_reach_the_accuracy_of_the_syllabus(images):
    X, y, X_test, y_test = images
    model = network(1)
    model.fit(X, y, epochs=30)
    measured = model.evaluate(X_test, y_test)
    assert measured["accuracy"] == pytest.approx(0.885, abs=0.01)
    assert measured["loss"] == pytest.approx(0.33, abs=0.02)


def test_an_epoch_is_that_of_a_loop_written_out():
    X, y = load_digits(return_X_y=True)
    X, y = X[:960] / 16, y[:960]
    layers = [nn.Dense(30, "relu"), nn.Dense(10, "softmax")]
    loss, rng = "sparse_categorical_crossentropy", np.random.default_rng(4)
    model = nn.MLP(layers, loss=loss, rng=rng).build(64)
    W1, b1, W2, b2 = weights = model.get_weights()
    model.fit(X, y, batch_size=32, shuffle=False)
    for start in range(0, 960, 32):
        x, target = X[start : start + 32], np.eye(10)[y[start : start + 32]]
        hidden = np.maximum(x @ W1 + b1, 0)
        scores = np.exp(hidden @ W2 + b2)
        delta = (scores / scores.sum(axis=1, keepdims=True) - target) / 32
        inner = (delta @ W2.T) * (hidden > 0)
        for weight, gradient in zip(
            weights, (x.T @ inner, inner.sum(0), hidden.T @ delta, delta.sum(0)), strict=True
        ):
            weight -= 0.01 * gradient
    for ours, plain in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_allclose(ours, plain, rtol=1e-9, atol=1e-12)
