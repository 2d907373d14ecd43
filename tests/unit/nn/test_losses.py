"""Losses: by hand, by central differences, stable at the extremes, strict about shapes."""

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.metrics import hinge_loss, log_loss

from labkit import nn
from labkit.nn import losses
from labkit.nn.losses import LOSSES

ONE_HOT = np.array([[0.0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 1, 0]])
RNG = np.random.default_rng(3)
SCORES = RNG.normal(size=(4, 3))
PROBABILITIES = softmax(SCORES, axis=1)
# name: targets, predictions away from kinks and edges
CASES = {
    "mse": (RNG.normal(size=(4, 3)), RNG.normal(size=(4, 3))),
    "mae": (RNG.normal(size=(4, 3)), RNG.normal(size=(4, 3))),
    "hinge": (2 * ONE_HOT - 1, 3 * RNG.normal(size=(4, 3))),
    "binary_crossentropy": (ONE_HOT, PROBABILITIES),
    "categorical_crossentropy": (ONE_HOT, PROBABILITIES),
    "sparse_categorical_crossentropy": (ONE_HOT.argmax(axis=1), PROBABILITIES),
}
CROSS_ENTROPIES = [name for name in CASES if name.endswith("crossentropy")]


@pytest.mark.parametrize(
    ("loss", "y", "y_hat", "expected"),
    [
        (nn.mse, [1.0, 2.0, 3.0], [1.0, 4.0, 0.0], 13 / 3),
        (nn.mse, [[0.0, 0.0]], [[1.0, 3.0]], 5.0),
        (nn.mae, [1.0, 2.0, 3.0], [1.0, 4.0, 0.0], 5 / 3),
        (nn.hinge, [1, -1, 1], [2.0, 0.5, 0.25], (0 + 1.5 + 0.75) / 3),
        (nn.hinge, [1, 0, 1], [2.0, 0.5, 0.25], (0 + 1.5 + 0.75) / 3),
        (nn.binary_crossentropy, [1, 0], [0.25, 0.5], np.log(8) / 2),
        (nn.categorical_crossentropy, [[0, 1], [1, 0]], [[0.5, 0.5], [0.25, 0.75]], np.log(8) / 2),
        (nn.sparse_categorical_crossentropy, [1, 0], [[0.5, 0.5], [0.25, 0.75]], np.log(8) / 2),
    ],
)
def test_values_by_hand(loss, y, y_hat, expected):
    np.testing.assert_allclose(loss(y, y_hat), expected, rtol=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_the_gradient_is_that_of_central_differences(name):
    loss, (y, y_hat) = losses.get(name), CASES[name]
    # moved without the check that rows of probabilities stay probabilities
    y_checked, _ = loss.checked(y, y_hat)
    numeric = nn.numerical_gradient(lambda p: loss.value(y_checked, p), y_hat)
    assert nn.relative_error(loss.gradient(y, y_hat), numeric) < 1e-6


@pytest.mark.parametrize("name", CROSS_ENTROPIES)
def test_the_gradient_for_scores_is_that_of_central_differences(name):
    loss, (y, _) = losses.get(name), CASES[name]
    numeric = nn.numerical_gradient(lambda z: loss(y, z, from_logits=True), SCORES)
    assert nn.relative_error(loss.gradient(y, SCORES, from_logits=True), numeric) < 1e-6


@pytest.mark.parametrize("name", CROSS_ENTROPIES)
def test_scores_and_their_probabilities_have_the_same_loss(name):
    loss, (y, _) = losses.get(name), CASES[name]
    probabilities = loss.activation(SCORES)
    np.testing.assert_allclose(loss(y, SCORES, from_logits=True), loss(y, probabilities), rtol=1e-9)


@pytest.mark.parametrize("name", CROSS_ENTROPIES)
def test_the_two_ways_to_the_gradient_for_scores_agree(name):
    loss, (y, _) = losses.get(name), CASES[name]
    a = loss.activation(SCORES)
    by_the_chain_rule = loss.activation.backward(SCORES, a, loss.gradient(y, a))
    joint = loss.gradient(y, SCORES, from_logits=True)
    np.testing.assert_allclose(joint, by_the_chain_rule, rtol=1e-9, atol=1e-12)


def test_sparse_and_one_hot_targets_have_the_same_loss_and_gradient():
    one_hot, sparse = nn.categorical_crossentropy, nn.sparse_categorical_crossentropy
    y = ONE_HOT.argmax(axis=1)
    assert sparse(y, PROBABILITIES) == pytest.approx(one_hot(ONE_HOT, PROBABILITIES), rel=1e-12)
    for scores in (True, False):
        values = SCORES if scores else PROBABILITIES
        np.testing.assert_allclose(
            sparse.gradient(y, values, from_logits=scores),
            one_hot.gradient(ONE_HOT, values, from_logits=scores),
            rtol=1e-12,
            atol=1e-15,
        )


def test_cross_entropy_and_hinge_agree_with_scikit_learn():
    y = ONE_HOT.argmax(axis=1)
    np.testing.assert_allclose(
        nn.sparse_categorical_crossentropy(y, PROBABILITIES), log_loss(y, PROBABILITIES), rtol=1e-9
    )
    signs, scores = 2 * ONE_HOT[:, 1] - 1, SCORES[:, 0]
    np.testing.assert_allclose(nn.hinge(signs, scores), hinge_loss(signs, scores), rtol=1e-12)


@pytest.mark.parametrize("name", CROSS_ENTROPIES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1e4, -1e4])
def test_huge_scores_have_a_finite_loss_and_gradient(name, dtype, size):
    loss, (y, _) = losses.get(name), CASES[name]
    scores = np.array([[size, 0, -size]] * 4, dtype=dtype)
    grad = loss.gradient(y, scores, from_logits=True)
    assert np.isfinite(loss(y, scores, from_logits=True))
    assert np.isfinite(grad).all()
    assert np.abs(grad).max() <= 1
    assert grad.dtype == dtype


@pytest.mark.parametrize("name", CROSS_ENTROPIES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_probability_of_zero_has_a_large_but_finite_loss(name, dtype):
    loss, (y, _) = losses.get(name), CASES[name]
    certain = np.eye(3, dtype=dtype)[[0, 2, 1, 0]]  # wrong in every row
    assert 10 < loss(y, certain) < 17
    assert np.isfinite(loss.gradient(y, certain)).all()


def test_a_right_certainty_costs_nothing():
    assert nn.categorical_crossentropy(ONE_HOT, ONE_HOT) == 0
    assert nn.binary_crossentropy(ONE_HOT, ONE_HOT) < 2e-7


@pytest.mark.parametrize("name", CASES)
def test_float32_stays_float32_and_one_sample_is_enough(name):
    y, y_hat = CASES[name]
    grad = losses.get(name).gradient(y[:1], y_hat[:1].astype(np.float32))
    assert (grad.dtype, grad.shape) == (np.float32, (1, 3))


@pytest.mark.parametrize("name", CASES)
def test_the_arguments_stay_as_they_were(name):
    y, y_hat = (array.copy() for array in CASES[name])
    losses.get(name)(y, y_hat)
    losses.get(name).gradient(y, y_hat)
    np.testing.assert_array_equal(y, CASES[name][0])
    np.testing.assert_array_equal(y_hat, CASES[name][1])


@pytest.mark.parametrize("name", ["mse", "mae", "hinge", "binary_crossentropy"])
@pytest.mark.parametrize(
    ("y", "y_hat", "message"),
    [
        ((4,), (4, 1), r"y must have the shape of y_hat, \(4, 1\); got \(4,\). Write y\[:, None\]"),
        ((4, 1), (4,), r"y must have the shape of y_hat, \(4,\); got \(4, 1\). Write y.ravel\(\)"),
        ((4, 2), (4, 3), r"y must have the shape of y_hat, \(4, 3\); got \(4, 2\)\."),
        ((3,), (4,), r"y must have the shape of y_hat, \(4,\); got \(3,\)"),
        ((0,), (0,), r"y_hat must have shape \(n_samples,\) or .*; got shape \(0,\)"),
        ((2, 2, 2), (2, 2, 2), "y_hat must have shape"),
    ],
)
def test_shapes_that_would_broadcast_are_refused(name, y, y_hat, message):
    for compute in (losses.get(name), losses.get(name).gradient):
        with pytest.raises(ValueError, match=message):
            compute(np.ones(y), np.ones(y_hat))


HALF = [[0.5, 0.5]]


@pytest.mark.parametrize(
    ("name", "y", "y_hat", "message"),
    [
        ("mse", [np.nan], [0.0], r"y must hold finite numbers; got nan at index \(0,\)"),
        ("mse", [0.0], [np.inf], "y_hat must hold finite numbers; got inf"),
        ("hinge", [2, 1], [0.0, 0.0], r"y must hold only -1 and 1 \(or 0 and 1\); got 2"),
        ("binary_crossentropy", [2.0], [0.5], "y must hold probabilities from 0 to 1; got 2"),
        ("binary_crossentropy", [1.0], [-3.0], "y_hat must hold prob.*; got -3. Are these scores"),
        ("categorical_crossentropy", [[1, 1]], HALF, "rows that sum to 1; got 2 in row 0. For yes"),
        ("categorical_crossentropy", [1.0], [0.5], r"y_hat must have shape \(n_samples, n_classes"),
        ("sparse_categorical_crossentropy", [2], HALF, "whole numbers from 0 to 1, .* got 2 at in"),
        ("sparse_categorical_crossentropy", [-1], HALF, "whole numbers from 0 to 1, .*; got -1"),
        ("sparse_categorical_crossentropy", [0.5], HALF, "whole numbers from 0 to 1, .*; got 0.5"),
        ("sparse_categorical_crossentropy", [[1]], HALF, r"got shape \(1, 1\). Write y.ravel\(\)"),
        ("sparse_categorical_crossentropy", [[0, 1]], HALF, "One-hot rows go with categorical_cr"),
        (
            "sparse_categorical_crossentropy",
            [0, 1],
            HALF,
            r"y must have shape \(1,\), one class nu",
        ),
    ],
)
def test_bad_targets_are_refused_by_name(name, y, y_hat, message):
    with pytest.raises(ValueError, match=message):
        losses.get(name)(y, y_hat)


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_is_found_by_its_name(name):
    assert losses.get(losses.get(name)) is LOSSES[name]


def test_a_misspelt_name_gets_a_suggestion():
    with pytest.raises(
        ValueError, match=r"loss must be one of .*; got 'mean_square_error'. Did you"
    ):
        losses.get("mean_square_error")


@pytest.mark.parametrize("method", ["each", "slope"])
def test_an_unfinished_loss_says_what_it_lacks(method):
    with pytest.raises(NotImplementedError, match="Loss does not say how"):
        getattr(losses.Loss(), method)(np.ones(1), np.ones(1))
