"""Central differences: exact where they must be, able to fail, without traces."""

import numpy as np
import pytest

from labkit import nn


def test_a_quadratic_function_by_hand():
    # central differences are exact for x² up to rounding
    np.testing.assert_allclose(
        nn.numerical_gradient(lambda t: (t**2).sum(), [[1.0, -2.0]]), [[2, -4]], rtol=1e-9
    )


def test_the_error_falls_with_the_square_of_the_step():
    errors = [abs(nn.numerical_gradient(np.exp, 0.0, eps) - 1) for eps in (1e-2, 1e-3)]
    np.testing.assert_allclose(errors[0] / errors[1], 100, rtol=1e-3)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
def test_the_gradient_has_the_shape_of_the_parameters_which_stay(shape):
    theta = np.ones(shape)
    assert np.shape(nn.numerical_gradient(lambda t: t.sum() ** 2, theta)) == shape
    np.testing.assert_array_equal(theta, np.ones(shape))


def test_a_function_that_changes_its_argument_does_no_harm():
    def f(t):
        t *= 2
        return t.sum()

    np.testing.assert_allclose(nn.numerical_gradient(f, [1.0, 2.0]), [2, 2], rtol=1e-8)


@pytest.mark.parametrize(
    ("f", "theta", "eps", "error", "message"),
    [
        (3, [1.0], 1e-6, TypeError, "f must be a function of theta; got 3"),
        (np.sum, [np.nan], 1e-6, ValueError, "theta must hold finite numbers"),
        (np.sum, [1.0], 0, ValueError, "eps must be finite and above 0; got 0"),
        (np.abs, [1.0], 1e-6, ValueError, r"f must return a single number; got an array of shape"),
        (
            lambda t: np.nan,
            [1.0],
            1e-6,
            ValueError,
            r"f\(theta\) must hold finite numbers; got nan",
        ),
    ],
)
def test_bad_arguments_are_refused_by_name(f, theta, eps, error, message):
    with pytest.raises(error, match=message):
        nn.numerical_gradient(f, theta, eps)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([1.0, 2.0], [1.0, 2.0], 0.0),
        ([0.0], [0.0], 0.0),
        ([1.0, 4.0], [1.0, 3.0], 0.25),
        ([2.0], [-2.0], 2.0),
        ([0.0], [3.0], 1.0),
    ],
)
def test_the_relative_error_by_hand(a, b, expected):
    assert nn.relative_error(a, b) == expected


@pytest.mark.parametrize(("a", "b"), [([1.0], [1.0, 2.0]), ([1.0], [[1.0]]), ([], [])])
def test_arrays_of_different_shapes_have_no_relative_error(a, b):
    with pytest.raises(ValueError, match="a and b must have the same shape; got"):
        nn.relative_error(a, b)


def make(**changes):
    rng = np.random.default_rng(2)
    layers = [nn.Dense(4, "tanh"), nn.Dense(2)]
    return nn.MLP(layers, rng=rng, **changes), rng.normal(size=(6, 3)), rng.normal(size=(6, 2))


def test_checking_leaves_the_weights_as_they_were():
    model, X, y = make()
    before = model.build(3).get_weights()
    assert nn.check_gradients(model, X, y) < 1e-6
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_weights_are_put_back_when_the_loss_cannot_be_computed(monkeypatch):
    model, X, y = make()
    before = model.build(3).get_weights()
    monkeypatch.setattr(model, "loss_value", lambda X, y: np.nan)
    with pytest.raises(ValueError, match=r"f\(theta\) must hold finite numbers"):
        nn.check_gradients(model, X, y)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_a_wrong_gradient_is_found(monkeypatch):
    model, X, y = make()
    right = model.gradients(X, y)
    wrong = [*right[:3], right[3] * 1.001]
    monkeypatch.setattr(model, "gradients", lambda X, y: wrong)
    assert nn.check_gradients(model, X, y) > 5e-4


def test_float32_has_too_few_digits():
    model, X, y = make(dtype="float32")
    with pytest.raises(
        ValueError, match="model must have dtype float64 to be checked; got float32"
    ):
        nn.check_gradients(model, X, y)
