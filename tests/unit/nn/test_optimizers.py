"""Optimizers: two steps by hand, descent of a bowl, divergence, batches, bad input."""

import numpy as np
import pytest

from labkit import nn
from labkit.nn import optimizers
from labkit.nn.optimizers import OPTIMIZERS

# one parameter at 1 with the gradients 2 and then 4, learning rate 0.1
M1, M2 = 0.2, 0.1 * 2 * 0.9 + 0.1 * 4  # Adam's means
S1, S2 = 0.004, 0.999 * 0.004 + 0.001 * 16
TWO_STEPS = {
    "sgd": (0.8, 0.4),
    "momentum": (0.8, 0.8 - (0.9 * 0.2 + 0.4)),
    "nesterov": (1 - 0.9 * 0.2 - 0.2, 1 - 0.38 - 0.9 * (0.9 * 0.2 + 0.4) - 0.4),
    "rmsprop": (
        1 - 0.2 / np.sqrt(0.4 + 1e-7),
        1 - 0.2 / np.sqrt(0.4 + 1e-7) - 0.4 / np.sqrt(0.9 * 0.4 + 1.6 + 1e-7),
    ),
    "adam": (
        1 - 0.1 * np.sqrt(0.001) / 0.1 * M1 / (np.sqrt(S1) + 1e-7),
        1
        - 0.1 * np.sqrt(0.001) / 0.1 * M1 / (np.sqrt(S1) + 1e-7)
        - 0.1 * np.sqrt(1 - 0.999**2) / (1 - 0.81) * M2 / (np.sqrt(S2) + 1e-7),
    ),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_two_steps_by_hand(name):
    rule, weight = OPTIMIZERS[name](0.1), np.array([1.0])
    for gradient, expected in zip((2.0, 4.0), TWO_STEPS[name], strict=True):
        rule.step([weight], [np.array([gradient])])
        np.testing.assert_allclose(weight, expected, rtol=1e-12)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_rule_finds_the_bottom_of_a_stretched_bowl(name):
    rule, theta = OPTIMIZERS[name](0.02), [np.array([3.0, -2.0]), np.array([[1.0]])]
    curvature = [np.array([1.0, 10.0]), np.array([[3.0]])]
    for _ in range(1500):
        rule.step(theta, [c * t for c, t in zip(curvature, theta, strict=True)])
    # the steps of RMSprop do not shrink with the gradient: it ends within one step
    assert max(np.abs(t).max() for t in theta) < 0.03


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_parameters_move_in_place_and_keep_their_type_and_gradients_stay(name, dtype):
    weight, gradient = np.ones((2, 3), dtype=dtype), np.full((2, 3), 0.5, dtype=dtype)
    same = weight
    OPTIMIZERS[name]().step([weight], [gradient])
    assert same is weight
    assert weight.dtype == dtype
    assert (weight < 1).all()
    np.testing.assert_array_equal(gradient, np.full((2, 3), 0.5))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_reset_forgets_earlier_steps(name):
    rule, first, again = OPTIMIZERS[name](), np.ones(2), np.ones(2)
    rule.step([first], [np.array([1.0, -2.0])])
    rule.reset()
    rule.step([again], [np.array([1.0, -2.0])])
    np.testing.assert_array_equal(first, again)


def test_gradients_of_another_shape_are_refused():
    with pytest.raises(
        ValueError, match=r"grads must have one array .* got \[\(2, 1\)\] for \[\(2,"
    ):
        nn.SGD().step([np.ones(2)], [np.ones((2, 1))])


def test_parameters_of_another_network_are_refused():
    rule = nn.Adam()
    rule.step([np.ones(2)], [np.ones(2)])
    with pytest.raises(ValueError, match=r"number 0 had the shape \(2,\), now \(3,\).*call reset"):
        rule.step([np.ones(3)], [np.ones(3)])


def test_parameters_that_do_not_fit_move_nothing():
    rule, first = nn.Momentum(), np.ones(2)
    rule.step([first, np.ones(2)], [np.ones(2), np.ones(2)])
    kept = first.copy()
    with pytest.raises(ValueError, match="params must be those of the step before; number 1"):
        rule.step([first, np.ones(3)], [np.ones(2), np.ones(3)])
    np.testing.assert_array_equal(first, kept)
    assert rule.t == 1


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (np.ones(2), "params must be a list of arrays; got array"),  # its numbers cannot move
        ([[1.0]], r"params\[0\] must be an array of floats; got \[1.0\]"),
        ([np.array([1])], r"params\[0\] must be an array of floats; got array"),
    ],
)
def test_what_cannot_change_in_place_is_refused(params, message):
    with pytest.raises(TypeError, match=message):
        nn.SGD().step(params, [np.ones(1)])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_gradients_may_be_lists(name):
    listed, array = np.ones(2), np.ones(2)
    OPTIMIZERS[name]().step([listed], [[1.0, -2.0]])
    OPTIMIZERS[name]().step([array], [np.array([1.0, -2.0])])
    np.testing.assert_array_equal(listed, array)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.SGD(0), "learning_rate must be finite and above 0; got 0"),
        (lambda: nn.SGD(np.inf), "learning_rate must be finite and above 0; got inf"),
        (lambda: nn.Momentum(momentum=1), "momentum must be at least 0 and below 1; got 1"),
        (lambda: nn.Nesterov(momentum=-0.1), "momentum must be finite and at least 0"),
        (lambda: nn.RMSprop(rho=2), "rho must be at least 0 and below 1; got 2"),
        (lambda: nn.RMSprop(epsilon=0), "epsilon must be finite and above 0; got 0"),
        (lambda: nn.Adam(beta_1=1), "beta_1 must be at least 0 and below 1"),
        (lambda: nn.Adam(beta_2=1), "beta_2 must be at least 0 and below 1"),
        (lambda: optimizers.get("adm"), "optimizer must be one of .* Did you mean 'adam'"),
    ],
)
def test_settings_have_their_range(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_an_optimizer_is_found_by_its_name_each_time_a_new_one():
    assert optimizers.get("adam") is not optimizers.get("adam")
    rule = nn.SGD()
    assert optimizers.get(rule) is rule


def test_a_class_is_no_optimizer():
    with pytest.raises(TypeError, match="optimizer must be a name or an object"):
        optimizers.get(nn.SGD)


def test_an_unfinished_rule_says_what_it_lacks():
    with pytest.raises(NotImplementedError, match="Optimizer does not say how parameters move"):
        optimizers.Optimizer().step([np.ones(1)], [np.ones(1)])


# -- gradient descent of any function -------------------------------------------------------


def test_descent_by_hand():
    # of (x - 3)², learning rate 1/4: the distance halves with every step
    path = nn.gradient_descent(lambda x: 2 * (x - 3), 11.0, learning_rate=0.25, steps=4)
    np.testing.assert_allclose(path, [11, 7, 5, 4, 3.5], rtol=1e-12)


@pytest.mark.parametrize("shape", [(), (1,), (2,), (2, 3)])
def test_the_path_has_the_shape_of_its_start(shape):
    path = nn.gradient_descent(lambda theta: theta, np.ones(shape), steps=7)
    assert path.shape == (8, *shape)
    np.testing.assert_allclose(path[-1], 0.9**7, rtol=1e-12)


def test_the_start_stays_as_it_was():
    start = np.array([1.0, 2.0])
    nn.gradient_descent(lambda theta: theta, start)
    np.testing.assert_array_equal(start, [1, 2])


def test_a_gradient_that_changes_its_argument_does_no_harm():
    def gradient(theta):
        theta *= 2
        return theta

    path = nn.gradient_descent(gradient, [1.0], learning_rate=0.25, steps=3)
    np.testing.assert_array_equal(path[:, 0], [1, 0.5, 0.25, 0.125])


def test_a_gradient_that_is_infinite_is_a_divergence():
    with pytest.raises(nn.DivergenceError, match="left the finite numbers in step 1"):
        nn.gradient_descent(lambda x: 1 / x, 0.0)


def test_steps_that_are_too_large_diverge_and_say_so():
    with pytest.raises(nn.DivergenceError, match="left the finite numbers in step") as caught:
        nn.gradient_descent(lambda x: 2 * x, 1.0, learning_rate=3, steps=2000)
    assert "learning_rate below 3" in str(caught.value)


def test_the_finite_part_of_a_divergent_path_can_be_had():
    path = nn.gradient_descent(
        lambda x: 2 * x, 1.0, learning_rate=3, steps=2000, on_divergence="stop"
    )
    assert 1 < len(path) < 2000
    assert np.isfinite(path).all()
    np.testing.assert_array_equal(path[:3], [1, -5, 25])


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"gradient": 3}, TypeError, "gradient must be a function of the parameters; got 3"),
        ({"start": [np.nan]}, ValueError, "start must hold finite numbers"),
        ({"learning_rate": -1}, ValueError, "learning_rate must be finite and above 0; got -1"),
        ({"steps": 0}, ValueError, "steps must be at least 1; got 0"),
        ({"on_divergence": "x"}, ValueError, "on_divergence must be 'raise' or 'stop'; got 'x'"),
        (
            {"gradient": lambda theta: theta[:1]},
            ValueError,
            r"gradient must return the shape of start, \(2,\); got \(1,\)",
        ),
        (
            {"gradient": lambda theta: ["a", "b"]},
            TypeError,
            r"gradient\(theta\) must hold real numbers",
        ),
    ],
)
def test_bad_arguments_of_descent_are_refused_by_name(arguments, error, message):
    good = {"gradient": lambda theta: theta, "start": [1.0, 2.0]}
    with pytest.raises(error, match=message):
        nn.gradient_descent(**good | arguments)


# -- batches -------------------------------------------------------------------------------


@pytest.mark.parametrize("rng", [None, np.random.default_rng(0)])
@pytest.mark.parametrize(
    ("n_samples", "batch_size", "sizes"),
    [(10, 5, [5, 5]), (10, 4, [4, 4, 2]), (10, 10, [10]), (3, 1, [1, 1, 1]), (1, 1, [1])],
)
def test_every_sample_is_dealt_once(n_samples, batch_size, sizes, rng):
    batches = nn.minibatches(n_samples, batch_size, rng)
    assert [len(batch) for batch in batches] == sizes
    assert sorted(np.concatenate(batches)) == list(range(n_samples))


def test_a_generator_shuffles_and_its_seed_decides():
    first, again, other = (
        np.concatenate(nn.minibatches(50, 7, np.random.default_rng(seed))) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert not np.array_equal(first, np.arange(50))


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        ((200, 5), 40),
        ((200, 5, 1000), 40_000),
        ((200, 1), 200),
        ((200, 200), 1),
        ((201, 5), 41),
        ((55_000, 32, 30), 51_570),
    ],
)
def test_updates_are_counted(arguments, count):
    assert nn.count_updates(*arguments) == count


@pytest.mark.parametrize("function", [nn.minibatches, nn.count_updates])
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            (200, 0),
            ValueError,
            r"batch_size must be from 1 .* to the number of samples, 200; got 0",
        ),
        ((200, 201), ValueError, "batch_size must be from 1 .*, 200; got 201"),
        ((200, -5), ValueError, "batch_size must be from 1 .*, 200; got -5"),
        ((200, 5.0), TypeError, "batch_size must be an integer; got 5.0"),
        ((0, 1), ValueError, "n_samples must be at least 1; got 0"),
    ],
)
def test_a_batch_has_between_one_and_all_samples(function, arguments, error, message):
    with pytest.raises(error, match=message):
        function(*arguments)
