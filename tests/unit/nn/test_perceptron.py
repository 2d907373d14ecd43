"""The perceptron: by hand, against scikit-learn, against Novikoff's theorem, at the limits."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_iris
from sklearn.linear_model import Perceptron as SklearnPerceptron

from labkit.nn import GATES, NotFittedError, Perceptron, truth_table, xor

PAIRS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def petals():
    """Iris petal length and width in cm (150, 2), and 1 for setosa (150,)."""
    iris = load_iris()
    return iris.data[:, 2:], (iris.target == 0).astype(int)


def in_order(**arguments):
    return Perceptron(shuffle=False, **arguments)


# By hand: learning rate 1/2, x = (2, 1) labelled 0 and x = (1, 3) labelled 1.
#   epoch 1: z = 0, wrong -> w = (-1, -1/2), b = -1/2;  z = -3, wrong -> w = (-1/2, 1), b = 0
#   epoch 2: z = 0, wrong -> w = (-3/2, 1/2), b = -1/2; z = -1/2, wrong -> w = (-1, 2), b = 0
#   epoch 3: z = 0, wrong -> w = (-2, 3/2), b = -1/2;   z = 2, right
#   epoch 4: z = -3, right;                             z = 2, right


def test_rule_by_hand():
    unit = in_order(learning_rate=0.5).fit([[2, 1], [1, 3]], [0, 1])
    np.testing.assert_array_equal(unit.history_["errors"], [2, 2, 1, 0])
    np.testing.assert_allclose(
        unit.history_["W"][:, :, 0], [[-0.5, 1], [-1, 2], [-2, 1.5], [-2, 1.5]], rtol=1e-12
    )
    np.testing.assert_allclose(unit.history_["b"][:, 0], [0, 0, -0.5, -0.5], rtol=1e-12)
    np.testing.assert_allclose(unit.decision_function([[2, 1], [1, 3]]), [-3, 2], rtol=1e-12)
    assert (unit.n_updates_, unit.converged_) == (5, True)


def test_one_update_moves_the_sum_by_rate_times_length_squared():
    # the bias neuron's 1 counts: (0.1 * (3**2 + 4**2 + 1)) = 2.6
    unit = in_order(learning_rate=0.1, epochs=1).fit([[3, 4]], [0])
    np.testing.assert_allclose(unit.decision_function([[3, 4]]), [-2.6], rtol=1e-12)


@pytest.mark.parametrize("name", GATES)
def test_learns_every_gate(name):
    rows, outputs = truth_table(GATES[name], len(GATES[name].weights))
    unit = in_order().fit(rows, outputs)
    assert unit.converged_
    np.testing.assert_array_equal(unit.predict(rows), outputs)


def test_never_learns_xor():
    unit = in_order(epochs=200).fit(PAIRS, xor(PAIRS))
    assert not unit.converged_
    assert len(unit.history_["errors"]) == 200
    assert unit.history_["errors"].min() > 0
    assert unit.score(PAIRS, xor(PAIRS)) < 1


# scikit-learn codes the classes -1 and 1 and corrects the weights wherever label * z <= 0. We
# predict step(z), which is 1 at z = 0. So the two rules differ for label 1 at z = 0 exactly, and
# nowhere else. Learning starts at z = 0: a first sample labelled 0 is corrected by both, one
# labelled 1 by scikit-learn only. scikit-learn's rule does not tell its classes apart, so
# swapping the labels turns its weights into their negatives, and one of the two labellings always
# starts with a 0.


def sklearn_fit(X, y, **arguments):
    return SklearnPerceptron(shuffle=False, tol=None, **arguments).fit(X, y)


def assert_same_bits(ours, theirs):
    np.testing.assert_array_equal(ours.W_.T, theirs.coef_, strict=True)
    np.testing.assert_array_equal(ours.b_, theirs.intercept_, strict=True)


@pytest.mark.parametrize("epochs", [1, 2, 10])
@pytest.mark.parametrize("learning_rate", [1.0, 0.1])
@pytest.mark.parametrize("seed", range(3))
def test_weights_are_those_of_sklearn_if_the_first_label_is_0(seed, learning_rate, epochs):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(60, 4))  # continuous: z = 0 has probability 0 after the first sample
    y = (X @ rng.normal(size=4) + rng.normal(size=60) > 0).astype(int)  # overlapping classes
    y[0] = 0
    ours = in_order(learning_rate=learning_rate, epochs=epochs).fit(X, y)
    assert len(ours.history_["errors"]) == epochs
    assert_same_bits(ours, sklearn_fit(X, y, eta0=learning_rate, max_iter=epochs))


def test_weights_are_minus_those_of_sklearn_for_the_swapped_labels(rng):
    X = rng.normal(size=(60, 4))
    y = rng.integers(2, size=60)
    y[0] = 1
    ours, theirs = in_order(epochs=5).fit(X, 1 - y), sklearn_fit(X, y, max_iter=5)
    np.testing.assert_array_equal(-ours.W_.T, theirs.coef_)
    np.testing.assert_array_equal(-ours.b_, theirs.intercept_)


def test_sklearn_corrects_a_label_1_at_zero_and_we_do_not():
    X, y = [[2.0], [-3.0]], [1, 0]
    ours, theirs = in_order(epochs=1).fit(X[:1], y[:1]), sklearn_fit(X, y, max_iter=1)
    np.testing.assert_array_equal([ours.W_[0], ours.b_], [[0.0], [0.0]])
    np.testing.assert_array_equal([theirs.coef_[0], theirs.intercept_], [[2.0], [1.0]])


@pytest.mark.parametrize("setosa_is", [0, 1])
def test_iris_setosa_or_not_is_learned_as_by_sklearn(petals, setosa_is):
    X, y = petals
    y = y if setosa_is else 1 - y
    ours = in_order().fit(X, y)
    theirs = sklearn_fit(X, y, max_iter=100)
    assert ours.converged_
    assert ours.score(X, y) == theirs.score(X, y) == 1.0
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))


def test_iris_weights_are_those_of_sklearn(petals):
    X, y = petals[0], 1 - petals[1]  # the first flowers are setosa, labelled 0
    ours = in_order().fit(X, y)
    assert_same_bits(ours, sklearn_fit(X, y, max_iter=len(ours.history_["errors"])))


def test_three_outputs_are_sklearns_one_against_the_rest(rng):
    X = rng.normal(size=(90, 3))
    kinds = rng.integers(3, size=90)
    Y = (kinds[:, None] == np.arange(3)).astype(int)  # (n_samples, n_out)
    keep = kinds[0] != np.arange(3)  # the outputs whose first label is 0
    ours, theirs = in_order(epochs=5).fit(X, Y), sklearn_fit(X, kinds, max_iter=5)
    np.testing.assert_array_equal(ours.W_.T[keep], theirs.coef_[keep])
    np.testing.assert_array_equal(ours.b_[keep], theirs.intercept_[keep])


@pytest.mark.parametrize("shuffle", [False, True])
def test_outputs_learn_independently_of_each_other(rng, shuffle):
    X = rng.normal(size=(50, 2))
    Y = np.stack([X[:, 0] > 0.1, X[:, 1] > 0, rng.random(50) > 0.5], axis=1).astype(int)

    def fit(y):
        return Perceptron(epochs=30, shuffle=shuffle, rng=np.random.default_rng(3)).fit(X, y)

    together, alone = fit(Y), [fit(y) for y in Y.T]
    np.testing.assert_array_equal(together.W_, np.hstack([unit.W_ for unit in alone]))
    np.testing.assert_array_equal(together.b_, np.hstack([unit.b_ for unit in alone]))
    np.testing.assert_array_equal(
        together.predict(X), np.stack([unit.predict(X) for unit in alone], axis=1)
    )
    assert together.n_updates_ == sum(unit.n_updates_ for unit in alone)


def test_shapes_of_what_is_learned(rng):
    unit = Perceptron(epochs=4, rng=rng)
    unit.fit(rng.normal(size=(20, 3)), rng.integers(2, size=(20, 2)))
    n_epochs = len(unit.history_["errors"])
    assert n_epochs == 4
    assert (unit.W_.shape, unit.b_.shape) == ((3, 2), (2,))
    assert unit.history_["W"].shape == (n_epochs, 3, 2)
    assert unit.history_["b"].shape == (n_epochs, 2)
    assert unit.n_updates_ == unit.history_["errors"].sum()
    np.testing.assert_array_equal(unit.history_["W"][-1], unit.W_)
    np.testing.assert_array_equal(unit.history_["b"][-1], unit.b_)


@pytest.mark.parametrize("shape", [(20,), (20, 1), (20, 3)])
def test_answers_come_in_the_shape_of_the_labels(rng, shape):
    X, y = rng.normal(size=(20, 2)), rng.integers(2, size=shape)
    unit = Perceptron(rng=rng, epochs=2).fit(X, y)
    assert unit.predict(X).shape == unit.decision_function(X).shape == shape
    assert unit.predict(X).dtype == np.int64


def test_score_counts_a_sample_as_right_if_all_its_outputs_are():
    unit = in_order().fit(PAIRS, np.stack([PAIRS[:, 0], PAIRS[:, 1]], axis=1))
    assert unit.score(PAIRS, PAIRS) == 1.0
    assert unit.score(PAIRS, PAIRS ^ [[0, 0], [1, 0], [1, 1], [0, 0]]) == 0.5


@st.composite
def separable(draw):
    """Integer points and labels that a drawn integer plane separates, with its weights."""
    n_in = draw(st.integers(1, 4))
    plane = np.array(draw(st.lists(st.integers(-3, 3), min_size=n_in + 1, max_size=n_in + 1)))
    point = st.lists(st.integers(-5, 5), min_size=n_in, max_size=n_in)
    X = np.array(draw(st.lists(point, min_size=1, max_size=12)))  # (n_samples, n_in)
    X1 = np.column_stack([X, np.ones(len(X), dtype=int)])  # with the bias neuron's output
    keep = X1 @ plane != 0
    assume(keep.any())
    return X1[keep], plane


@settings(derandomize=True, deadline=None, max_examples=150)
@given(case=separable(), seed=st.integers(0, 5))
def test_updates_stay_within_novikoffs_bound(case, seed):
    X1, plane = case  # (n_samples, n_in + 1), (n_in + 1,)
    z = X1 @ plane
    radius_squared = (X1**2).sum(axis=1).max()
    margin_squared = (z**2).min() / (plane**2).sum()
    bound = int(radius_squared / margin_squared + 1e-9)
    X, y = X1[:, :-1], (z > 0).astype(int)
    # an epoch that is not the last has an update, so this many epochs are enough
    unit = Perceptron(epochs=bound + 1, rng=np.random.default_rng(seed)).fit(X, y)
    assert unit.n_updates_ <= bound
    assert unit.converged_
    assert unit.history_["errors"][-1] == 0
    assert unit.score(X, y) == 1.0


def test_the_bound_is_reached_by_a_single_sample():
    unit = in_order().fit([[3.0, 4.0]], [0])  # R = margin, so the bound is 1
    assert unit.n_updates_ == 1


@settings(derandomize=True, deadline=None, max_examples=50)
@given(case=separable(), halvings=st.integers(-20, 20))
def test_the_learning_rate_only_scales_the_weights(case, halvings):
    X, y = case[0][:, :-1], (case[0] @ case[1] > 0).astype(int)
    rate = 2.0**halvings  # a power of two scales without rounding
    one, scaled = in_order().fit(X, y), in_order(learning_rate=rate).fit(X, y)
    np.testing.assert_array_equal(scaled.W_, rate * one.W_)
    np.testing.assert_array_equal(scaled.history_["errors"], one.history_["errors"])


def test_learning_stops_at_the_first_epoch_without_an_error(petals):
    errors = in_order().fit(*petals).history_["errors"]
    assert errors[-1] == 0
    assert (errors[:-1] > 0).all()
    assert len(errors) < 100


def test_the_same_seed_gives_the_same_bits_and_another_seed_other_ones(rng):
    X, y = rng.normal(size=(80, 2)), rng.integers(2, size=80)

    def weights(seed):
        return Perceptron(epochs=5, rng=np.random.default_rng(seed)).fit(X, y).history_["W"]

    np.testing.assert_array_equal(weights(1), weights(1))
    assert (weights(1) != weights(2)).any()


def test_every_epoch_has_an_order_of_its_own(rng):
    X, y = np.arange(40.0)[:, None], rng.integers(2, size=40)
    unit, seen = Perceptron(epochs=2, rng=rng), []
    run_epoch = unit._run_epoch
    unit._run_epoch = lambda X, Y, W, b: seen.append(X[:, 0]) or run_epoch(X, Y, W, b)
    unit.fit(X, y)
    assert (seen[0] != seen[1]).any()
    np.testing.assert_array_equal(np.sort(seen), [X[:, 0], X[:, 0]])


def test_without_shuffle_no_random_number_is_drawn(rng):
    before = rng.bit_generator.state
    Perceptron(shuffle=False, rng=rng).fit(PAIRS, [0, 0, 0, 1])
    assert rng.bit_generator.state == before


def test_without_rng_it_still_learns(petals):
    assert Perceptron(epochs=1000).fit(*petals).score(*petals) == 1.0


def test_fitting_again_starts_anew(petals):
    unit = in_order().fit(PAIRS, [0, 0, 0, 1]).fit(*petals)
    np.testing.assert_array_equal(unit.W_, in_order().fit(*petals).W_)


def test_fit_changes_neither_samples_nor_labels(petals):
    X, y = petals[0].copy(), petals[1].copy()
    in_order().fit(X, y)
    np.testing.assert_array_equal(X, petals[0])
    np.testing.assert_array_equal(y, petals[1])


def test_changing_the_weights_leaves_the_history():
    unit = in_order().fit(PAIRS, [0, 0, 0, 1])
    unit.W_ += 1.0
    unit.b_ += 1.0
    assert (unit.history_["W"][-1] != unit.W_).all()
    assert (unit.history_["b"][-1] != unit.b_).all()


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.float16, np.float32])
def test_weights_are_float64_whatever_comes_in(dtype):
    unit = in_order().fit(PAIRS.astype(dtype), np.array([0, 0, 0, 1]).astype(dtype))
    assert unit.W_.dtype == unit.b_.dtype == np.float64
    np.testing.assert_array_equal(unit.W_, in_order().fit(PAIRS, [0, 0, 0, 1]).W_)


def test_lists_and_frames_are_taken():
    pandas = pytest.importorskip("pandas")
    X, y = pandas.DataFrame(PAIRS), pandas.Series([0, 0, 0, 1], index=[9, 8, 7, 6])
    np.testing.assert_array_equal(in_order().fit(X, y).W_, in_order().fit(PAIRS, [0, 0, 0, 1]).W_)


@pytest.mark.parametrize(("label", "n_updates"), [(0, 1), (1, 0)])
def test_a_single_sample_of_either_class_is_enough(label, n_updates):
    unit = in_order().fit([[2.0]], [label])
    assert (unit.n_updates_, unit.predict([[2.0]])) == (n_updates, label)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"learning_rate": 0}, ValueError, "learning_rate must be finite and above 0; got 0"),
        ({"learning_rate": -0.1}, ValueError, "learning_rate must be .* got -0.1"),
        ({"learning_rate": np.nan}, ValueError, "learning_rate must be finite .* got nan"),
        ({"learning_rate": np.inf}, ValueError, "learning_rate must be finite .* got inf"),
        ({"learning_rate": "1"}, TypeError, "learning_rate must be a number; got '1'"),
        ({"learning_rate": True}, TypeError, "learning_rate must be a number; got True"),
        ({"epochs": 0}, ValueError, "epochs must be at least 1; got 0"),
        ({"epochs": -3}, ValueError, "epochs must be at least 1; got -3"),
        ({"epochs": 10.0}, TypeError, "epochs must be an integer; got 10.0"),
        ({"epochs": True}, TypeError, "epochs must be an integer; got True"),
        ({"shuffle": "no"}, TypeError, "shuffle must be True or False; got 'no'"),
        ({"rng": 42}, TypeError, r"rng must come from np.random.default_rng\(seed\); got 42"),
        ({"rng": np.random}, TypeError, "rng must come from .* got <module 'numpy.random'"),
    ],
)
def test_settings_out_of_range_are_named(arguments, error, message):
    with pytest.raises(error, match=message):
        Perceptron(**arguments)


BAD_DATA = [
    ([0, 1], [0, 1], ValueError, r"X must have shape .* got shape \(2,\)\. .*shape \(1, 2\)"),
    (np.zeros((2, 2, 2)), [0, 1], ValueError, r"X must have shape .* got shape \(2, 2, 2\)\."),
    (5, [0], ValueError, r"X must have shape .* got shape \(\)\."),
    (np.zeros((0, 2)), [], ValueError, r"at least one sample and one feature; got .*\(0, 2\)"),
    (np.zeros((2, 0)), [0, 1], ValueError, r"at least one sample and one .* got .*\(2, 0\)"),
    ([[1.0], [np.nan]], [0, 1], ValueError, r"X must hold finite .* got nan at index \(1, 0\)"),
    ([[1.0], [-np.inf]], [0, 1], ValueError, r"X must hold finite .* got -inf at index \(1, 0\)"),
    ([["a"], ["b"]], [0, 1], TypeError, "X must hold real numbers; got list of dtype <U1"),
    ([[1], [1, 2]], [0, 1], ValueError, "X must have rows of equal length"),
    ([[1j]], [0], TypeError, "X must hold real numbers; got list of dtype complex128"),
    ([[1], [2]], [0], ValueError, "y must have one row for each of the 2 samples; got 1"),
    ([[1]], [0, 1], ValueError, "y must have one row for each of the 1 samples; got 2"),
    ([[1], [2]], 0, ValueError, r"y must have shape \(n_samples,\) .* got \(\)"),
    ([[1], [2]], np.zeros((2, 1, 1)), ValueError, r"y must have shape .* got \(2, 1, 1\)"),
    ([[1], [2]], np.zeros((2, 0)), ValueError, r"y must have shape .* got \(2, 0\)"),
    ([[1], [2]], [1, 2], ValueError, "y must hold only 0 and 1; got 2. Make labels by a question"),
    ([[1], [2]], [-1, 1], ValueError, "y must hold only 0 and 1; got -1"),
    ([[1], [2]], [0.5, 1], ValueError, "y must hold only 0 and 1; got 0.5"),
    ([[1], [2]], [np.nan, 1], ValueError, r"y must hold finite numbers; got nan at index \(0,\)"),
    ([[1], [2]], ["a", "b"], TypeError, "y must hold real numbers; got list of dtype <U1"),
    ([[1e200], [2e200]], [1, 0], ValueError, r"not to overflow; got values up to 2e\+200 and"),
]


@pytest.mark.parametrize(("X", "y", "error", "message"), BAD_DATA)
def test_data_that_cannot_be_learned_are_named(X, y, error, message):
    with pytest.raises(error, match=message):
        in_order().fit(X, y)


@pytest.mark.parametrize(("X", "y", "error", "message"), BAD_DATA)
def test_a_refused_fit_keeps_what_was_learned(X, y, error, message):
    unit = in_order().fit(PAIRS, [0, 0, 0, 1])
    with pytest.raises(error, match=message):
        unit.fit(X, y)
    np.testing.assert_array_equal(unit.predict(PAIRS), [0, 0, 0, 1])
    assert unit.history_["W"].shape[1:] == (2, 1)


def test_many_wrong_labels_are_shown_in_part():
    with pytest.raises(ValueError, match=r"got 2, 3, 4, 5, 6\. Make"):
        in_order().fit(np.zeros((9, 1)), range(9))


@pytest.mark.parametrize("method", ["predict", "decision_function"])
def test_nothing_can_be_asked_before_fit(method):
    with pytest.raises(NotFittedError, match=r"not learned anything yet\.\nWhat to do: Call fit"):
        getattr(Perceptron(), method)(PAIRS)


def test_no_score_before_fit():
    with pytest.raises(NotFittedError, match="not learned anything yet"):
        Perceptron().score(PAIRS, [0, 0, 0, 1])


@pytest.mark.parametrize("method", ["predict", "decision_function"])
@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.zeros((4, 3)), r"X must have 2 features, as in fit; got 3 \(shape \(4, 3\)\)"),
        (np.zeros(2), r"X must have shape .* For one sample, write X\[None, :\], shape \(1, 2\)"),
        (np.zeros((0, 2)), "X must have at least one sample"),
        ([[np.nan, 0]], "X must hold finite numbers"),
    ],
)
def test_samples_that_do_not_fit_are_named(method, X, message):
    with pytest.raises(ValueError, match=message):
        getattr(in_order().fit(PAIRS, [0, 0, 0, 1]), method)(X)


@pytest.mark.parametrize(("fitted", "scored"), [((4,), (4, 1)), ((4, 1), (4,)), ((4, 2), (4,))])
def test_score_refuses_labels_that_would_broadcast(fitted, scored):
    unit = in_order().fit(PAIRS, np.zeros(fitted))
    with pytest.raises(ValueError, match=r"y must have shape .* as in fit; got"):
        unit.score(PAIRS, np.zeros(scored))
