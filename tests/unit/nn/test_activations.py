"""Activations: by hand, by central differences, at the extremes, and in both float types."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import special, stats

from labkit import nn
from labkit.nn import activations
from labkit.nn.activations import ACTIVATIONS

ELEMENTWISE = [name for name in ACTIVATIONS if name != "softmax"]
SMOOTH = [name for name in ELEMENTWISE if name != "step"]
# away from the kinks at 0, where there is no derivative
Z = np.array([-30.0, -4.0, -1.5, -0.3, -1e-3, 1e-3, 0.3, 1.5, 4.0, 30.0])
finite = st.floats(-700, 700)

BY_HAND = {
    "step": ([-1e-9, 0.0, 1e-9], [0.0, 1.0, 1.0]),
    "linear": ([-2.5, 0.0], [-2.5, 0.0]),
    "sigmoid": ([0.0, np.log(3), -np.log(3)], [0.5, 0.75, 0.25]),
    "tanh": ([0.0, np.log(2)], [0.0, 0.6]),  # (4 - 1) / (4 + 1)
    "relu": ([-2.0, 0.0, 3.0], [0.0, 0.0, 3.0]),
    "leaky_relu": ([-2.0, 0.0, 3.0], [-0.4, 0.0, 3.0]),
    "elu": ([-np.log(2), 0.0, 3.0], [-0.5, 0.0, 3.0]),
    "selu": ([-np.log(2), 0.0, 1.0], [-0.8790496704236883, 0.0, 1.0507009873554805]),
    "gelu": ([0.0, 1.0, -1.0], [0.0, stats.norm.cdf(1), -stats.norm.cdf(-1)]),
    "softplus": ([0.0, np.log(3)], [np.log(2), np.log(4)]),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_values_by_hand(name):
    z, a = BY_HAND[name]
    np.testing.assert_allclose(ACTIVATIONS[name](z), a, rtol=1e-12, atol=1e-15)


def test_every_elementwise_activation_has_a_case_by_hand():
    assert set(BY_HAND) == set(ELEMENTWISE)


@pytest.mark.parametrize("name", SMOOTH)
def test_the_derivative_is_that_of_central_differences(name):
    activation = ACTIVATIONS[name]
    # of the sum, whose gradient has the derivative of each number
    numeric = nn.numerical_gradient(lambda z: activation(z).sum(), Z)
    assert nn.relative_error(activation.derivative(Z), numeric) < 1e-6


@pytest.mark.parametrize("name", SMOOTH)
def test_the_derivative_of_a_single_number_is_a_number(name):
    assert np.ndim(ACTIVATIONS[name].derivative(0.5)) == 0
    assert np.ndim(ACTIVATIONS[name](0.5)) == 0


@pytest.mark.parametrize(
    ("name", "slope"),
    [("step", 0), ("relu", 0), ("leaky_relu", 0.2), ("elu", 1), ("selu", 1.7580993408473766)],
)
def test_at_a_kink_the_derivative_is_the_left_one(name, slope):
    np.testing.assert_allclose(ACTIVATIONS[name].derivative(0.0), slope, rtol=1e-12)


def test_the_step_has_no_slope_to_learn_from():
    np.testing.assert_array_equal(ACTIVATIONS["step"].derivative(Z), np.zeros(len(Z)))


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_sums_give_finite_outputs_in_range_of_the_same_type(name, dtype):
    z = np.array([-1e4, -800, -100, 0, 100, 800, 1e4], dtype=dtype)
    activation = ACTIVATIONS[name]
    a, slope = activation(z), activation.derivative(z)
    low, high = activation.range
    assert np.isfinite(a).all()
    assert np.isfinite(slope).all()
    assert a.dtype == slope.dtype == dtype
    assert (a >= low - 1e-6).all()
    assert (a <= high + 1e-6).all()


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("shape", [(0,), (1,), (4, 3), (2, 3, 4)])
def test_the_shape_is_kept(name, shape):
    z = np.ones(shape)
    assert ACTIVATIONS[name](z).shape == ACTIVATIONS[name].derivative(z).shape == shape


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_inputs_stay_as_they_were(name):
    z = np.array([[-1.0, 0.5, 2.0]])
    ACTIVATIONS[name](z)
    ACTIVATIONS[name].derivative(z)
    np.testing.assert_array_equal(z, [[-1.0, 0.5, 2.0]])


def test_the_identity_gives_an_array_of_its_own():
    z = np.ones(3)
    assert not np.shares_memory(nn.linear(z), z)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_sums_whose_square_overflows_have_a_value_and_a_slope(name, dtype):
    z = np.array([-1.0, 1.0], dtype=dtype) * np.sqrt(np.finfo(dtype).max) * 10
    for compute in (ACTIVATIONS[name], ACTIVATIONS[name].derivative):
        assert np.isfinite(compute(z)).all()


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_backward_is_the_gradient_times_the_derivative(name):
    activation, grad = ACTIVATIONS[name], np.linspace(-1, 2, len(Z))
    found = activation.backward(Z, activation(Z), grad)
    np.testing.assert_allclose(found, grad * activation.derivative(Z), rtol=1e-12)


def test_integers_and_lists_become_floats():
    assert nn.relu([[-1, 2]]).dtype == np.float64


@given(finite)
def test_tanh_is_a_stretched_and_shifted_logistic_function(z):
    np.testing.assert_allclose(nn.tanh(z), 2 * nn.sigmoid(2 * z) - 1, rtol=1e-9, atol=1e-15)


@given(finite)
def test_the_logistic_function_keeps_its_digits_in_the_tails(z):
    np.testing.assert_allclose(nn.sigmoid(z), special.expit(z), rtol=1e-12)


@given(finite)
def test_sigmoid_is_symmetric(z):
    np.testing.assert_allclose(nn.sigmoid(-z), 1 - nn.sigmoid(z), rtol=1e-9, atol=1e-15)


def test_selu_keeps_mean_and_variance_of_normal_numbers():
    # the two fixed-point equations that define its constants, integrated numerically
    z = np.linspace(-12, 12, 400_001)
    weight = stats.norm.pdf(z) * (z[1] - z[0])
    a = nn.selu(z)
    np.testing.assert_allclose([(a * weight).sum(), (a**2 * weight).sum()], [0, 1], atol=1e-6)


def test_gelus_range_begins_at_its_minimum():
    z = np.linspace(-2, 0, 2_000_001)
    np.testing.assert_allclose(nn.gelu(z).min(), nn.gelu.range[0], rtol=1e-9)


# -- softmax -------------------------------------------------------------------------------


def test_softmax_by_hand():
    # exp of log 1, log 2, log 5: shares 1/8, 2/8, 5/8
    np.testing.assert_allclose(nn.softmax(np.log([1, 2, 5])), [1 / 8, 2 / 8, 5 / 8], rtol=1e-12)


scores = arrays(np.float64, (3, 4), elements=st.floats(-1e4, 1e4))


@given(scores)
def test_softmax_sums_to_one_in_each_row(z):
    np.testing.assert_allclose(nn.softmax(z).sum(axis=1), 1, rtol=1e-12)


@given(scores, st.floats(-1e3, 1e3))
def test_softmax_does_not_see_a_common_shift(z, shift):
    np.testing.assert_allclose(nn.softmax(z + shift), nn.softmax(z), rtol=1e-6, atol=1e-12)


@given(arrays(np.float64, (2, 5), elements=st.floats(-50, 50)))
def test_softmax_agrees_with_scipy(z):
    np.testing.assert_allclose(nn.softmax(z), special.softmax(z, axis=-1), rtol=1e-12)


def test_softmax_of_two_scores_is_the_logistic_function_of_their_difference():
    z = np.random.default_rng(0).normal(size=(20, 2))
    np.testing.assert_allclose(nn.softmax(z)[:, 0], nn.sigmoid(z[:, 0] - z[:, 1]), rtol=1e-12)


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4)])
def test_the_jacobian_of_softmax_is_that_of_central_differences(shape):
    rng = np.random.default_rng(1)
    z, grad = rng.normal(size=shape), rng.normal(size=shape)
    numeric = nn.numerical_gradient(lambda z: (grad * nn.softmax(z)).sum(), z)
    jacobian = nn.softmax.derivative(z)
    assert jacobian.shape == (*shape, 4)
    assert nn.relative_error(np.einsum("...i,...ij->...j", grad, jacobian), numeric) < 1e-6
    assert nn.relative_error(nn.softmax.backward(z, nn.softmax(z), grad), numeric) < 1e-6


@pytest.mark.parametrize("z", [1.0, np.zeros((3, 0))])
def test_softmax_needs_scores_to_compare(z):
    with pytest.raises(ValueError, match="z must have at least one score in its last axis; got"):
        nn.softmax(z)


# -- names and bad input -------------------------------------------------------------------


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_is_found_by_its_name_and_as_itself(name):
    found = activations.get(name)
    assert (found.name, activations.get(found)) == (name, found)


def test_a_misspelt_name_gets_a_suggestion():
    with pytest.raises(ValueError, match=r"activation must be one of 'step'.*got 'Sigmoid'. Did"):
        activations.get("Sigmoid")


def test_something_else_is_no_activation():
    with pytest.raises(TypeError, match=r"activation must be a name or an object .*; got 3"):
        activations.get(3)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize(
    ("z", "error", "message"),
    [
        ([0.0, np.nan], ValueError, r"z must hold finite numbers; got nan at index \(1,\)"),
        ([np.inf, 0.0], ValueError, r"z must hold finite numbers; got inf at index \(0,\)"),
        (["a"], TypeError, "z must hold real numbers; got list of dtype"),
        ([1j], TypeError, "z must hold real numbers"),
        ([[1.0], [1.0, 2.0]], ValueError, "z must have rows of equal length"),
    ],
)
def test_bad_sums_are_refused_by_name(name, z, error, message):
    with pytest.raises(error, match=message):
        ACTIVATIONS[name](z)
    with pytest.raises(error, match=message):
        ACTIVATIONS[name].derivative(z)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.LeakyReLU(-0.1), "negative_slope must be finite and at least 0; got -0.1"),
        (lambda: nn.ELU(np.nan), "alpha must be finite and at least 0; got nan"),
    ],
)
def test_parameters_of_an_activation_have_their_range(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_an_unfinished_activation_says_what_it_lacks():
    with pytest.raises(NotImplementedError, match="Activation does not say how to compute its out"):
        activations.Activation()(1.0)
