"""Layers: forward and backward by hand and by central differences, penalties, dropout."""

import numpy as np
import pytest

from labkit import nn
from labkit.nn.activations import ACTIVATIONS


def built(layer, n_in, seed=0, dtype=np.float64):
    layer.build(n_in, np.random.default_rng(seed), dtype)
    return layer


def test_forward_by_hand_the_first_layer_of_the_xor_network():
    layer = built(nn.Dense(2, "sigmoid"), 2)
    layer.W[...], layer.b[...] = [[3.7, 2.9], [3.7, 2.9]], [-1.5, -4.5]
    np.testing.assert_allclose(layer.forward(np.array([[1.0, 0.0]])).round(2), [[0.90, 0.17]])


def test_backward_by_hand():
    layer = built(nn.Dense(2), 2)
    layer.W[...] = [[1.0, 2.0], [3.0, 4.0]]
    layer.forward(np.array([[1.0, 10.0], [2.0, 20.0]]))
    grad_X = layer.backward(np.array([[1.0, 0.0], [0.0, 1.0]]))
    np.testing.assert_array_equal(layer.dW, [[1, 2], [10, 20]])
    np.testing.assert_array_equal(layer.db, [1, 1])
    np.testing.assert_array_equal(grad_X, [[1, 3], [2, 4]])


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name != "step"])
def test_every_gradient_is_that_of_central_differences(name):
    rng = np.random.default_rng(4)
    layer, X, grad = built(nn.Dense(3, name), 4), rng.normal(size=(5, 4)), rng.normal(size=(5, 3))
    layer.b[...] = rng.normal(size=3)

    W, b = layer.W.copy(), layer.b.copy()

    def scalar(X=X, W=W, b=b):
        return (grad * ACTIVATIONS[name](X @ W + b)).sum()

    layer.forward(X)
    grad_X = layer.backward(grad)
    for found, numeric in (
        (grad_X, nn.numerical_gradient(lambda X: scalar(X=X), X)),
        (layer.dW, nn.numerical_gradient(lambda W: scalar(W=W), layer.W)),
        (layer.db, nn.numerical_gradient(lambda b: scalar(b=b), layer.b)),
    ):
        assert nn.relative_error(found, numeric) < 1e-6


def test_the_penalty_and_its_gradient_by_hand():
    layer = built(nn.Dense(1, l1=0.1, l2=0.01), 2)
    layer.W[...] = [[2.0], [-3.0]]
    layer.b[...] = 100.0  # biases are not penalised
    layer.forward(np.zeros((1, 2)))
    layer.backward(np.zeros((1, 1)))
    assert layer.penalty() == pytest.approx(0.1 * 5 + 0.01 * 13, rel=1e-12)
    np.testing.assert_allclose(layer.dW, [[0.1 + 0.04], [-0.1 - 0.06]], rtol=1e-12)
    np.testing.assert_array_equal(layer.db, [0])


def test_a_first_layer_need_not_compute_the_gradient_for_its_inputs():
    layer = built(nn.Dense(2), 3)
    layer.forward(np.ones((1, 3)))
    assert layer.backward(np.ones((1, 2)), for_input=False) is None


def test_float32_stays_float32():
    layer = built(nn.Dense(2, "gelu", l1=0.1, l2=0.1), 3, dtype=np.float32)
    A = layer.forward(np.ones((4, 3), dtype=np.float32))
    grad = layer.backward(np.ones_like(A))
    assert {array.dtype for array in (A, grad, layer.W, layer.b, layer.dW, layer.db)} == {
        np.dtype(np.float32)
    }


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dropout_draws_its_numbers_in_its_own_type(dtype):
    asked = []

    class Watched(np.random.Generator):
        def random(self, size, dtype):
            asked.append(dtype)
            return super().random(size, dtype=dtype)

    layer = nn.Dropout(0.5)
    layer.build(3, Watched(np.random.PCG64(0)), dtype)
    out = layer.forward(np.ones((4, 3), dtype=dtype), training=True)
    assert asked == [dtype]
    assert (out.dtype, layer.mask.dtype) == (dtype, dtype)


def test_dropout_keeps_the_mean_and_drops_the_share():
    layer, X = built(nn.Dropout(0.25), 100), np.ones((400, 100))
    out = layer.forward(X, training=True)
    assert set(np.unique(out)) == {0.0, 1 / 0.75}
    # 40,000 draws: the standard error is 0.2 percentage points; five times that is allowed
    assert abs((out == 0).mean() - 0.25) < 0.011
    assert abs(out.mean() - 1) < 0.015


def test_what_was_dropped_gets_no_gradient():
    layer, X = built(nn.Dropout(0.5), 6), np.ones((3, 6))
    out = layer.forward(X, training=True)
    np.testing.assert_array_equal(layer.backward(np.ones((3, 6))), out)


@pytest.mark.parametrize("layer", [nn.Dropout(0.5), nn.Dropout(0.0)])
def test_dropout_does_nothing_when_nothing_is_learned(layer):
    X = np.random.default_rng(0).normal(size=(3, 6))
    built(layer, 6)
    np.testing.assert_array_equal(layer.forward(X), X)
    np.testing.assert_array_equal(layer.backward(X), X)


def test_a_gradient_of_another_shape_is_refused():
    layer = built(nn.Dense(1, "tanh"), 2)
    layer.forward(np.ones((4, 2)))
    with pytest.raises(ValueError, match=r"grad must have the shape .*, \(4, 1\); got \(4,\)"):
        layer.backward(np.ones(4))


def test_a_layer_without_weights_says_so():
    with pytest.raises(nn.NotFittedError, match="this Dense layer has no weights yet"):
        nn.Dense(2).forward(np.ones((1, 2)))


@pytest.mark.parametrize("n_in", [0, "2"])
def test_the_number_of_inputs_has_its_range(n_in):
    with pytest.raises((TypeError, ValueError), match="n_in must be"):
        nn.Dense(2).build(n_in)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: nn.Dense(0), ValueError, "units must be at least 1; got 0"),
        (lambda: nn.Dense(2.0), TypeError, "units must be an integer; got 2.0"),
        (
            lambda: nn.Dense(2, "rlu"),
            ValueError,
            "activation must be one of .* Did you mean 'relu'",
        ),
        (
            lambda: nn.Dense(2, kernel_initializer="he"),
            ValueError,
            "kernel_initializer must be one",
        ),
        (lambda: nn.Dense(2, bias_initializer=0), TypeError, "bias_initializer must be a name or"),
        (lambda: nn.Dense(2, l1=-1), ValueError, "l1 must be finite and at least 0; got -1"),
        (lambda: nn.Dense(2, l2="x"), TypeError, "l2 must be a number; got 'x'"),
        (lambda: nn.Dropout(1.0), ValueError, "rate must be at least 0 and below 1; got 1.0"),
        (lambda: nn.Dropout(-0.1), ValueError, "rate must be finite and at least 0; got -0.1"),
        (lambda: nn.Dropout(True), TypeError, "rate must be a number; got True"),
    ],
)
def test_settings_of_a_layer_have_their_range(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_an_initializer_that_gives_another_shape_is_refused():
    layer = nn.Dense(2, kernel_initializer=lambda shape, rng, dtype: np.ones(3))
    with pytest.raises(
        ValueError, match=r"kernel_initializer must return shape \(4, 2\); got \(3,"
    ):
        built(layer, 4)
