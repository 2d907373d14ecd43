"""Threshold units and logic gates: worked cases, invariants, refusals."""

import numpy as np
import pytest

from labkit import nn
from labkit.nn import GATES, ThresholdUnit, sign, step, truth_table, xor

BITS = (0, 1)
TRUTH = {  # Python's own logic is the oracle
    "IDENTITY": lambda a: a,
    "NOT": lambda a: not a,
    "AND": lambda a, b: a and b,
    "OR": lambda a, b: a or b,
    "A_AND_NOT_B": lambda a, b: a and not b,
}


@pytest.mark.parametrize(
    ("z", "stepped", "signed"),
    [(-1e4, 0, -1), (-5e-324, 0, -1), (-0.0, 1, 0), (0, 1, 0), (5e-324, 1, 1), (1e4, 1, 1)],
)
def test_step_and_sign_at_and_around_zero(z, stepped, signed):
    assert (step(z), sign(z)) == (stepped, signed)


@pytest.mark.parametrize("activation", [step, sign])
def test_a_number_gives_an_int_and_an_array_an_array_of_its_shape(activation):
    assert type(activation(0.5)) is int
    z = np.zeros((2, 3), dtype=np.float32)
    assert activation(z).shape == (2, 3)
    assert activation(z).dtype == np.int64
    assert activation([]).shape == (0,)


@pytest.mark.parametrize("activation", [step, sign])
def test_activations_leave_their_argument_alone(activation):
    z = np.array([-2.0, 0.0, 2.0])
    activation(z)
    np.testing.assert_array_equal(z, [-2.0, 0.0, 2.0])


@pytest.mark.parametrize("activation", [step, sign])
@pytest.mark.parametrize(
    ("z", "error", "message"),
    [
        ([0.0, np.nan], ValueError, r"z must hold finite numbers; got nan at index \(1,\)\."),
        (np.inf, ValueError, r"z must hold finite numbers; got inf\."),
        ("1", TypeError, r"z must hold real numbers; got str of dtype <U1\."),
        (1j, TypeError, "z must hold real numbers; got complex of dtype complex128"),
        (None, TypeError, "z must hold real numbers; got NoneType of dtype object"),
        ([[1], [1, 2]], ValueError, "z must have rows of equal length"),
    ],
)
def test_activations_name_what_they_refuse(activation, z, error, message):
    with pytest.raises(error, match=message):
        activation(z)


def test_unit_by_hand():
    # z = 0.5 * 3 - 2 * 0.25 + 0.125 = 1.125, and 0.5 * 1 - 2 * 1 + 0.125 = -1.375
    unit = ThresholdUnit([0.5, -2.0], bias=0.125)
    np.testing.assert_allclose(
        unit.decision_function([[3.0, 0.25], [1.0, 1.0]]), [1.125, -1.375], rtol=1e-12
    )
    assert unit.decision_function([3.0, 0.25]) == 1.125
    assert unit([3.0, 0.25]) == 1
    np.testing.assert_array_equal(unit([[3.0, 0.25], [1.0, 1.0]]), [1, 0])


def test_unit_fires_exactly_when_the_inputs_reach_minus_bias():
    unit = ThresholdUnit([1.0], bias=-3.0)
    np.testing.assert_array_equal(unit([[np.nextafter(3.0, 0)], [3.0]]), [0, 1])


def test_unit_uses_the_activation_it_is_given():
    assert ThresholdUnit([1.0], activation=sign)([-2.0]) == -1


def test_one_row_gives_what_it_gives_among_others():
    rng = np.random.default_rng(0)
    unit = ThresholdUnit(rng.normal(size=5), bias=0.1)
    X = rng.normal(size=(40, 5))
    np.testing.assert_array_equal(unit(X), list(map(unit, X)))


def test_units_share_nothing_with_the_array_they_were_made_from():
    weights = np.array([1.0, 1.0])
    unit = ThresholdUnit(weights)
    weights[0] = 99.0
    np.testing.assert_array_equal(unit.weights, [1.0, 1.0])


def test_gates_cannot_be_changed_by_accident():
    with pytest.raises(AttributeError, match="cannot assign to field 'bias'"):
        nn.AND.bias = 0.0
    with pytest.raises(ValueError, match="read-only"):
        nn.AND.weights[0] = 0.0


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"weights": [[1.0]]}, ValueError, r"weights must have shape \(n_in,\); got .*\(1, 1\)"),
        ({"weights": []}, ValueError, r"weights must have shape \(n_in,\); got shape \(0,\)"),
        ({"weights": 1.0}, ValueError, r"weights must have shape \(n_in,\); got shape \(\)"),
        ({"weights": [np.inf]}, ValueError, "weights must hold finite numbers; got inf"),
        ({"weights": "ab"}, TypeError, "weights must hold real numbers; got str"),
        ({"weights": [1.0], "bias": [0.5]}, ValueError, r"bias must be a single .* shape \(1,\)"),
        ({"weights": [1.0], "bias": np.nan}, ValueError, "bias must hold finite .* got nan"),
        ({"weights": [1.0], "bias": None}, TypeError, "bias must hold real numbers"),
        ({"weights": [1.0], "activation": "step"}, TypeError, "must be a function; got 'step'"),
    ],
)
def test_unit_names_what_it_refuses(arguments, error, message):
    with pytest.raises(error, match=message):
        ThresholdUnit(**arguments)


@pytest.mark.parametrize("shape", [(), (3,), (4, 1), (4, 3), (1, 4, 2)])
def test_unit_refuses_inputs_that_do_not_fit_its_weights(shape):
    with pytest.raises(ValueError, match=r"X must have shape \(2,\) or \(n_samples, 2\)"):
        nn.AND(np.zeros(shape))


def test_a_column_is_not_taken_for_a_sample():
    with pytest.raises(ValueError, match=r"unit with 1 weights; got shape \(2,\)"):
        nn.NOT([0, 1])


@pytest.mark.parametrize("name", GATES)
def test_gate_agrees_with_logic(name):
    rows, outputs = truth_table(GATES[name], len(GATES[name].weights))
    np.testing.assert_array_equal(outputs, [TRUTH[name](*row) for row in rows.tolist()])


@pytest.mark.parametrize("name", GATES)
def test_gate_has_the_same_margin_on_both_sides(name):
    rows, outputs = truth_table(GATES[name], len(GATES[name].weights))
    z = GATES[name].decision_function(rows)
    assert z[outputs == 1].min() == 0.5
    assert z[outputs == 0].max() == -0.5


def test_gates_are_the_named_units():
    assert set(GATES) == set(TRUTH)
    assert all(GATES[name] is getattr(nn, name) for name in GATES)


@pytest.mark.parametrize("a", BITS)
@pytest.mark.parametrize("b", BITS)
def test_xor_of_one_pair(a, b):
    assert xor([a, b]) == (a != b)
    assert type(xor([a, b])) is int


def test_xor_is_computed_by_its_three_units(monkeypatch):
    calls = []
    real = ThresholdUnit.__call__
    monkeypatch.setattr(
        ThresholdUnit, "__call__", lambda unit, X: calls.append(unit) or real(unit, X)
    )
    xor([[0, 1]])
    assert calls == [nn.A_AND_NOT_B, nn.A_AND_NOT_B, nn.OR]


@pytest.mark.parametrize("X", [[0], [0, 1, 1], [[0], [1]], 1, []])
def test_xor_refuses_other_than_two_inputs(X):
    with pytest.raises(ValueError, match=r"X must have shape \(2,\) or \(n_samples, 2\)"):
        xor(X)


def test_truth_table_counts_in_binary():
    rows, _ = truth_table(lambda X: X[:, 0], 3)
    assert rows.dtype == np.int64
    np.testing.assert_array_equal(rows @ [4, 2, 1], range(8))


def test_truth_table_of_a_majority():
    _, outputs = truth_table(ThresholdUnit([1, 1, 1], bias=-2), 3)
    np.testing.assert_array_equal(outputs, [0, 0, 0, 1, 0, 1, 1, 1])


@pytest.mark.parametrize(
    ("unit", "n_inputs", "error", "message"),
    [
        (None, 2, TypeError, "unit must be a function of the inputs; got None"),
        (nn.AND, 0, ValueError, "n_inputs must be at least 1; got 0"),
        (nn.AND, 17, ValueError, "n_inputs must be at most 16; got 17"),
        (nn.AND, 2.0, TypeError, "n_inputs must be an integer; got 2.0"),
        (nn.AND, True, TypeError, "n_inputs must be an integer; got True"),
        (nn.AND, 3, ValueError, r"unit with 2 weights; got shape \(8, 3\)"),
        (lambda X: X, 2, ValueError, r"one output a row, shape \(4,\); got shape \(4, 2\)"),
    ],
)
def test_truth_table_names_what_it_refuses(unit, n_inputs, error, message):
    with pytest.raises(error, match=message):
        truth_table(unit, n_inputs)
