"""Initializers: the variance that each is made for, the same seed, the right shape and type."""

import numpy as np
import pytest

from labkit.nn import initializers
from labkit.nn.initializers import INITIALIZERS

SHAPE = (400, 600)
VARIANCE = {
    "zeros": 0.0,
    "normal": 0.05**2,
    "glorot_uniform": 2 / 1000,
    "glorot_normal": 2 / 1000,
    "he_uniform": 2 / 400,
    "he_normal": 2 / 400,
    "lecun_uniform": 1 / 400,
    "lecun_normal": 1 / 400,
}


def draw(name, dtype=np.float64, seed=0):
    return initializers.get(name)(SHAPE, np.random.default_rng(seed), dtype)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_mean_and_variance_are_those_of_the_rule(name):
    # 240,000 numbers: the standard error of the variance is below 0.3 % of it, of the mean 0.2 %
    # of the standard deviation; five times that is allowed
    weights, variance = draw(name), VARIANCE[name]
    assert abs(weights.mean()) <= 0.011 * variance**0.5
    np.testing.assert_allclose(weights.var(), variance, rtol=0.015)


def test_every_initializer_has_its_variance_here():
    assert set(VARIANCE) == set(INITIALIZERS)


@pytest.mark.parametrize("name", [name for name in INITIALIZERS if name.endswith("uniform")])
def test_uniform_numbers_reach_their_limit_and_not_beyond(name):
    limit = (3 * VARIANCE[name]) ** 0.5
    assert 0.999 * limit < np.abs(draw(name)).max() <= limit


@pytest.mark.parametrize("name", INITIALIZERS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shape_and_type_are_as_asked_and_the_seed_decides(name, dtype):
    weights = draw(name, dtype)
    assert (weights.shape, weights.dtype) == (SHAPE, dtype)
    np.testing.assert_array_equal(weights, draw(name, dtype))
    assert name == "zeros" or not np.array_equal(weights, draw(name, dtype, seed=1))


def test_without_a_generator_every_draw_is_another():
    assert not np.array_equal(initializers.normal((9,)), initializers.normal((9,)))


def test_a_seed_is_no_generator():
    with pytest.raises(TypeError, match=r"rng must come from np.random.default_rng\(seed\); got 0"):
        initializers.he_normal((2, 2), 0)


def test_the_width_of_normal_has_its_range():
    with pytest.raises(ValueError, match="std must be finite and at least 0; got -1"):
        initializers.normal((2, 2), std=-1)


def test_a_misspelt_name_names_the_argument():
    with pytest.raises(
        ValueError, match=r"kernel_initializer must be one of .* Did you mean 'he_no"
    ):
        initializers.get("henormal", "kernel_initializer")


def test_any_function_may_be_an_initializer():
    assert initializers.get(np.ones) is np.ones
