"""The scalar engine: by hand, by central differences, against labkit's own backpropagation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit import nn
from labkit.nn import Value

UNARY = {
    "exp": (Value.exp, math.exp, 0.7),
    "log": (Value.log, math.log, 0.7),
    "tanh": (Value.tanh, math.tanh, 0.7),
    "sigmoid": (Value.sigmoid, lambda x: 1 / (1 + math.exp(-x)), 0.7),
    "relu": (Value.relu, lambda x: max(0.0, x), 0.7),
    "relu below 0": (Value.relu, lambda x: max(0.0, x), -0.7),
    "square": (lambda x: x**2, lambda x: x**2, -0.7),
    "root": (lambda x: x**0.5, lambda x: x**0.5, 0.7),
    "zeroth power": (lambda x: x**0, lambda x: x**0, 0.7),
    "minus": (lambda x: -x, lambda x: -x, 0.7),
    "number on the left": (lambda x: 3 - 2 / (1 + 2 * x), lambda x: 3 - 2 / (1 + 2 * x), 0.7),
    "number on the right": (lambda x: (x - 3) / 2 + 1, lambda x: (x - 3) / 2 + 1, 0.7),
}


@pytest.mark.parametrize("name", UNARY)
def test_value_and_derivative_of_each_operation(name):
    ours, plain, at = UNARY[name]
    x = Value(at)
    y = ours(x)
    y.backward()
    slope = nn.numerical_gradient(lambda t: plain(float(t)), at)
    assert y.data == pytest.approx(plain(at), rel=1e-12)
    assert x.grad == pytest.approx(slope, rel=1e-7, abs=1e-9)


numbers = st.floats(0.1, 3.0)


@given(numbers, numbers, numbers)
def test_a_mixed_expression_has_the_gradient_of_central_differences(a, b, c):
    def f(a, b, c):
        return ((a * b + c) / (b + 1)) ** 2 - a / c + a

    values = [Value(x) for x in (a, b, c)]
    f(*values).backward()
    numeric = nn.numerical_gradient(lambda t: f(*map(float, t)), [a, b, c])
    assert nn.relative_error([v.grad for v in values], numeric) < 1e-5


def test_two_paths_are_added_by_hand():
    # z = y1 y2 with y1 = x² and y2 = 3x: dz/dx = y2 · 2x + y1 · 3 = 9x²
    x = Value(2.0)
    (x**2 * (3 * x)).backward()
    assert x.grad == 36.0


def test_a_value_used_twice_in_one_operation_counts_twice():
    x = Value(5.0)
    (x + x).backward()
    assert x.grad == 2.0
    (x * x).backward()
    assert x.grad == 10.0


def test_each_backward_starts_anew():
    x = Value(3.0)
    y = x * x
    y.backward()
    y.backward()
    assert x.grad == 6.0


def test_inner_values_get_their_gradients_too():
    x = Value(2.0)
    y = x * 3
    (y * y).backward()
    assert (y.grad, x.grad) == (12.0, 36.0)


def test_the_graph_lists_every_value_once_after_its_parents():
    x, y = Value(1.0, "x"), Value(2.0, "y")
    z = (x + y) * (x + y) + x
    graph = z.graph()
    place = {id(node): k for k, node in enumerate(graph)}
    assert len(place) == len(graph)
    assert graph[-1] is z
    assert all(place[id(p)] < place[id(node)] for node in graph for p in node.parents)
    assert [node.label for node in graph if not node.op] == ["x", "y"]


def test_a_chain_of_ten_thousand_operations_is_no_recursion():
    x = y = Value(1.0)
    for _ in range(10_000):
        y = y + 1.0
    y.backward()
    assert (y.data, x.grad) == (10_001.0, 1.0)


def test_a_diamond_of_many_floors_is_walked_once():
    x = y = Value(1.0)
    for _ in range(60):  # 2^60 paths
        y = (y + y) * 0.5
    y.backward()
    assert x.grad == 1.0


def test_the_engine_agrees_with_backpropagation():
    rng = np.random.default_rng(0)
    layers = [nn.Dense(3, "tanh"), nn.Dense(1, "sigmoid")]
    model = nn.MLP(layers, loss="binary_crossentropy", rng=rng).build(2)
    x, y = rng.normal(size=2), 1.0
    W1, b1, W2, b2 = (np.vectorize(Value, otypes=[object])(w) for w in model.get_weights())
    hidden = [sum(x[i] * W1[i, j] for i in range(2)) + b1[j] for j in range(3)]
    score = sum(hidden[j].tanh() * W2[j, 0] for j in range(3)) + b2[0]
    loss = -score.sigmoid().log()
    loss.backward()
    ours = model.gradients([x], [[y]])
    assert loss.data == pytest.approx(model.loss_value([x], [[y]]), rel=1e-12)
    for values, expected in zip((W1, b1, W2, b2), ours, strict=True):
        found = np.array([value.grad for value in values.flat]).reshape(values.shape)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Value("1"), TypeError, "data must be a number; got '1'"),
        (lambda: Value(True), TypeError, "data must be a number; got True"),
        (lambda: Value(np.ones(2)), TypeError, "data must be a number; got array"),
        (lambda: Value(math.nan), ValueError, "data must be finite; got nan"),
        (lambda: Value(0.0).log(), ValueError, "log needs a number above 0; got 0"),
        (lambda: Value(1000.0).exp(), ValueError, "exp of 1000 is too large"),
        (lambda: Value(1.0) / 0, ValueError, "0 has no power -1"),
        (lambda: Value(0.0) ** 0.5, ValueError, "0 has no power 0.5 with a finite derivative"),
        (lambda: Value(-1.0) ** 0.5, ValueError, "-1 has no real power 0.5"),
        (lambda: Value(2.0) ** Value(3.0), TypeError, "exponent must be a plain number"),
        (lambda: Value(2.0) ** "2", TypeError, "exponent must be a number; got '2'"),
        (lambda: Value(-2.0) ** math.inf, ValueError, "exponent must be finite; got inf"),
        (lambda: Value(1e200) ** 2, ValueError, r"1e\+200 to the power 2 is too large"),
        (lambda: Value(1e300) * 1e300, ValueError, "data must be finite; got inf"),
    ],
)
def test_what_has_no_value_or_derivative_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_the_logistic_function_keeps_its_digits_in_the_tails():
    x = Value(-40.0)
    y = x.sigmoid()
    y.backward()
    assert y.data == pytest.approx(math.exp(-40), rel=1e-12)
    assert x.grad == pytest.approx(math.exp(-40), rel=1e-12)
    assert (Value(1000.0).sigmoid().data, Value(-1000.0).sigmoid().data) == (1.0, 0.0)


def test_the_zeroth_power_of_zero_is_the_constant_one():
    x = Value(0.0)
    y = x**0
    y.backward()
    assert (y.data, x.grad) == (1.0, 0.0)


def test_numpy_numbers_are_numbers():
    x = Value(np.float32(2.0))
    (np.float64(3.0) * x ** np.int64(2)).backward()
    assert x.grad == 12.0


def test_a_value_shows_its_number_and_its_name():
    assert repr(Value(0.5, "x")) == "Value(0.5, 'x')"
    assert repr(Value(2.0)) == "Value(2)"
