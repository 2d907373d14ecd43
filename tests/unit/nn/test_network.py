"""The multilayer perceptron: worked numbers, gradients, training, memory, bad input."""

import tracemalloc
from typing import ClassVar

import numpy as np
import pytest

from labkit import nn
from labkit.errors import LabkitError
from labkit.nn.activations import ACTIVATIONS

XOR = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
# hidden and output weights of a network for XOR, worked out by hand in the syllabus
BY_HAND = [[[3.7, 2.9], [3.7, 2.9]], [-1.5, -4.5], [[4.5], [-5.2]], [-2.0]]


def rng(seed=0):
    return np.random.default_rng(seed)


def mlp(*layers, n_in=None, **settings):
    model = nn.MLP(list(layers), **{"rng": rng(), **settings})
    return model if n_in is None else model.build(n_in)


# -- worked numbers ------------------------------------------------------------------------


def xor_by_hand():
    model = mlp(nn.Dense(2, "sigmoid"), nn.Dense(1, "sigmoid"), n_in=2)
    model.set_weights(BY_HAND)
    return model


def test_the_xor_network_by_hand():
    model = xor_by_hand()
    output = model.predict([[1, 0]])
    np.testing.assert_allclose(model.layers[0].A.round(2), [[0.90, 0.17]])
    np.testing.assert_allclose(output.round(2), [[0.76]])


def test_the_xor_network_is_right_for_all_four_inputs():
    np.testing.assert_array_equal(xor_by_hand().predict(XOR).round()[:, 0], [0, 1, 1, 0])


@pytest.mark.parametrize(
    ("sizes", "count"),
    [((784, 300, 100, 10), 266_610), ((10, 50, 3), 10 * 50 + 50 + 50 * 3 + 3), ((2, 1), 3)],
)
def test_parameters_are_counted(sizes, count):
    assert mlp(*map(nn.Dense, sizes[1:]), n_in=sizes[0]).n_params == count


def test_shapes_of_the_ten_fifty_three_network():
    model = mlp(nn.Dense(50, "relu"), nn.Dense(3), n_in=10)
    assert [w.shape for w in model.get_weights()] == [(10, 50), (50,), (50, 3), (3,)]
    assert model.predict(np.ones((7, 10))).shape == (7, 3)


def test_a_step_of_a_straight_line_by_hand():
    # y = 2x at x = 1, 2 from w = b = 0: the errors are -2, -4, the slopes -10 and -6
    model = mlp(nn.Dense(1, kernel_initializer="zeros"), optimizer=nn.SGD(0.1))
    assert model.train_on_batch([[1.0], [2.0]], [[2.0], [4.0]]) == 10.0
    np.testing.assert_allclose(model.get_weights()[0], [[1.0]], rtol=1e-12)
    np.testing.assert_allclose(model.get_weights()[1], [0.6], rtol=1e-12)


def test_all_gradients_are_known_before_any_weight_moves():
    model = mlp(nn.Dense(3, "tanh"), nn.Dense(1), optimizer=nn.SGD(0.5), n_in=2)
    X, y = rng(1).normal(size=(5, 2)), rng(2).normal(size=(5, 1))
    before, gradients = model.get_weights(), model.gradients(X, y)
    model.train_on_batch(X, y)
    for old, gradient, new in zip(before, gradients, model.get_weights(), strict=True):
        np.testing.assert_allclose(new, old - 0.5 * gradient, rtol=1e-12)


# -- gradients -----------------------------------------------------------------------------

SPARSE, ONE_HOT = np.array([0, 2, 1, 2, 0]), np.eye(3)[[0, 2, 1, 2, 0]]
PAIRS = [  # output activation, loss, targets
    ("linear", "mse", rng(5).normal(size=(5, 3))),
    ("linear", "mae", 9 + rng(5).normal(size=(5, 3))),
    ("linear", "hinge", 2 * ONE_HOT - 1),
    ("sigmoid", "binary_crossentropy", ONE_HOT),
    ("sigmoid", "mse", ONE_HOT),
    ("softmax", "categorical_crossentropy", ONE_HOT),
    ("softmax", "sparse_categorical_crossentropy", SPARSE),
    ("softmax", "binary_crossentropy", ONE_HOT),
    ("softmax", "mse", ONE_HOT),
    ("softplus", "mse", rng(5).uniform(size=(5, 3))),
    ("tanh", "mse", rng(5).uniform(-1, 1, size=(5, 3))),
]


@pytest.mark.parametrize(("output", "loss", "y"), PAIRS, ids=[f"{a}-{b}" for a, b, _ in PAIRS])
def test_gradients_of_every_output_with_its_loss(output, loss, y):
    model = mlp(nn.Dense(4, "tanh", l2=0.01), nn.Dense(3, output), loss=loss)
    assert nn.check_gradients(model, rng(6).normal(size=(5, 2)), y) < 1e-6


@pytest.mark.parametrize(
    "hidden", [name for name in ACTIVATIONS if name not in ("step", "softmax")]
)
def test_gradients_through_every_hidden_activation(hidden):
    layers = [nn.Dense(5, hidden, l1=0.01), nn.Dropout(0.5), nn.Dense(4, hidden), nn.Dense(1)]
    X, y = rng(7).normal(size=(6, 3)), rng(8).normal(size=(6, 1))
    assert nn.check_gradients(mlp(*layers, rng=rng(9)), X, y) < 1e-6


def test_asking_for_gradients_moves_nothing():
    model = mlp(nn.Dense(2), nn.Dense(1), n_in=2)
    before = model.get_weights()
    model.gradients(XOR, XOR[:, :1])
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_a_hidden_step_hands_no_gradient_back():
    model = mlp(nn.Dense(3, "step"), nn.Dense(1), n_in=2)
    assert not any(g.any() for g in model.gradients(XOR, 1 + XOR[:, :1])[:2])


def test_penalties_are_part_of_the_loss():
    model = mlp(nn.Dense(1, l1=0.1, l2=0.01), n_in=2)
    model.set_weights([[[2.0], [-3.0]], [0.0]])
    X, y = np.zeros((4, 2)), np.zeros((4, 1))
    expected = 0.1 * 5 + 0.01 * 13
    assert model.loss_value(X, y) == pytest.approx(expected, rel=1e-12)
    assert model.evaluate(X, y, batch_size=3)["loss"] == pytest.approx(expected, rel=1e-12)


# -- training ------------------------------------------------------------------------------


def blobs(n=90, seed=0):
    """Three groups of points that overlap a little, (n, 2) and (n,)."""
    y = np.arange(n) % 3
    centers = np.array([[0.0, 2.0], [2.0, -1.0], [-2.0, -1.0]])
    return centers[y] + rng(seed).normal(size=(n, 2)), y


def classifier(**settings):
    layers = [nn.Dense(8, "relu"), nn.Dense(3, "softmax")]
    loss = "sparse_categorical_crossentropy"
    return mlp(*layers, loss=loss, metrics=["accuracy"], optimizer=nn.Adam(0.02), **settings)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("seed", range(3))
def test_training_learns(dtype, seed):
    X, y = blobs()
    model = classifier(dtype=dtype, rng=rng(seed))
    history = model.fit(X, y, epochs=30)
    assert history.history["loss"][-1] < 0.5 * history.history["loss"][0]
    assert model.evaluate(*blobs(seed=1))["accuracy"] > 0.9
    assert {w.dtype for w in model.get_weights()} == {np.dtype(dtype)}
    assert model.predict(X).dtype == dtype


def test_the_same_seed_gives_the_same_bits_and_another_seed_does_not():
    X, y = blobs()
    runs = [classifier(rng=rng(seed)) for seed in (3, 3, 4)]
    histories = [run.fit(X, y, epochs=3).history for run in runs]
    weights = [np.concatenate([w.ravel() for w in run.get_weights()]) for run in runs]
    np.testing.assert_array_equal(weights[0], weights[1])
    assert histories[0] == histories[1]
    assert not np.array_equal(weights[0], weights[2])


def test_training_goes_on_from_the_weights_that_there_are():
    X, y = blobs()
    at_once, in_parts = classifier(rng=rng(1)), classifier(rng=rng(1))
    at_once.fit(X, y, epochs=4)
    for _ in range(2):
        in_parts.fit(X, y, epochs=2)
    for a, b in zip(at_once.get_weights(), in_parts.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_history_holds_a_number_for_every_epoch():
    X, y = blobs()
    model = classifier()
    history = model.fit(X, y, epochs=4, validation_data=blobs(seed=2))
    assert set(history.history) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert {len(values) for values in history.history.values()} == {4}
    assert history.epoch == [0, 1, 2, 3]
    assert history is model.history_
    measured = model.evaluate(*blobs(seed=2))
    assert history.history["val_loss"][-1] == measured["loss"]


def test_the_loss_of_an_epoch_is_the_mean_of_what_its_batches_met():
    X, y = blobs(10)
    model, twin = classifier(rng=rng(5)), classifier(rng=rng(5)).build(2)
    met = model.fit(X, y, batch_size=4, shuffle=False).history["loss"][0]
    losses = [twin.train_on_batch(X[a:b], y[a:b]) for a, b in ((0, 4), (4, 8), (8, 10))]
    assert met == pytest.approx(np.average(losses, weights=[4, 4, 2]), rel=1e-12)


def test_validation_split_takes_the_last_samples_and_learns_nothing_from_them():
    X, y = blobs(100)
    split, by_hand = classifier(rng=rng(2)), classifier(rng=rng(2))
    one = split.fit(X, y, epochs=2, validation_split=0.2)
    two = by_hand.fit(X[:80], y[:80], epochs=2, validation_data=(X[80:], y[80:]))
    assert one.history == two.history


def test_without_shuffling_the_order_is_that_of_the_samples():
    X, y = blobs(6)
    seen = []
    model = classifier()
    update = model._update
    model._update = lambda X, y: seen.append(X[:, 0].copy()) or update(X, y)
    model.fit(X, y, epochs=2, batch_size=4, shuffle=False)
    np.testing.assert_array_equal(np.concatenate(seen), np.tile(X[:, 0], 2))


def test_shuffling_keeps_samples_and_targets_together():
    X = np.arange(50.0)[:, None]
    model = mlp(nn.Dense(1), rng=rng(3))
    pairs = []
    update = model._update
    model._update = lambda X, y: pairs.append(np.hstack([X, y])) or update(X / 50, y / 50)
    model.fit(X, 7 * X, batch_size=8)
    seen = np.concatenate(pairs)
    np.testing.assert_array_equal(seen[:, 1], 7 * seen[:, 0])
    np.testing.assert_array_equal(np.sort(seen[:, 0]), X[:, 0])
    assert not np.array_equal(seen[:, 0], X[:, 0])


def test_dropout_works_in_training_only():
    X, y = blobs()
    layers = [nn.Dense(30, "relu"), nn.Dropout(0.5), nn.Dense(3, "softmax")]
    model = mlp(*layers, loss="sparse_categorical_crossentropy", n_in=2)
    np.testing.assert_array_equal(model.predict(X), model.predict(X))
    assert model._loss(y, model._forward(X, training=True)) != model.loss_value(X, y)


def test_a_callback_sees_every_epoch_and_may_stop():
    seen = []

    def stop_at_two(model, epoch, logs):
        seen.append((epoch, set(logs)))
        return epoch == 2

    X, y = blobs()
    history = classifier().fit(X, y, epochs=9, callbacks=[stop_at_two, lambda *_: None])
    assert seen == [(k, {"loss", "accuracy"}) for k in range(3)]
    assert len(history.epoch) == 3


def test_early_stopping_restores_the_best_weights():
    X, y = blobs(30)
    noise = rng(8).integers(0, 3, size=30)  # validation targets that cannot be learned
    losses = []
    stopper = nn.EarlyStopping(patience=3, restore_best_weights=True)
    model = classifier()
    history = model.fit(
        X,
        y,
        epochs=200,
        validation_data=(X, noise),
        callbacks=[stopper, lambda model, epoch, logs: losses.append(logs["val_loss"])],
    )
    assert len(history.epoch) == stopper.stopped_epoch + 1 < 200
    assert stopper.best_epoch == int(np.argmin(losses))
    assert model.evaluate(X, noise)["loss"] == pytest.approx(min(losses), rel=1e-12)


def test_a_callback_stops_by_returning_true_and_by_nothing_else():
    def epochs(*answers):
        callbacks = [lambda *_, answer=answer: answer for answer in answers]
        return len(classifier().fit(*blobs(), epochs=3, callbacks=callbacks).epoch)

    assert epochs(None, False, np.False_, 1, "go on", np.ones(2)) == 3
    assert epochs(True) == epochs(np.True_) == epochs(True, None) == 1


def test_callbacks_may_come_from_a_generator():
    seen = []
    classifier().fit(*blobs(), epochs=2, callbacks=(seen.append for _ in range(0)))
    classifier().fit(
        *blobs(), epochs=2, callbacks=(lambda *_, k=k: seen.append(k) for k in range(2))
    )
    assert seen == [0, 1, 0, 1]


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_a_training_that_breaks_off_leaves_history_and_weights(error):
    X, y = blobs()
    stopper = nn.EarlyStopping("loss", restore_best_weights=True)

    def break_off(model, epoch, logs):
        if epoch == 2:
            model.set_weights([0 * w for w in model.get_weights()])
            raise error

    broken, whole = classifier(rng=rng(1)), classifier(rng=rng(1))
    with pytest.raises(error):
        broken.fit(X, y, epochs=9, callbacks=[stopper, break_off])
    whole.fit(X, y, epochs=3)
    assert broken.history_.history == whole.history_.history
    for ours, expected in zip(broken.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, expected)  # those of the best epoch, the third
    broken.fit(X, y)  # and goes on


def test_divergence_is_an_error_that_keeps_the_history():
    X, y = np.linspace(1, 100, 64)[:, None], np.ones((64, 1))
    model = mlp(nn.Dense(1), optimizer=nn.SGD(0.5))
    with pytest.raises(
        nn.DivergenceError, match=r"the loss became .* in update .* of epoch"
    ) as found:
        model.fit(X, y, epochs=500)
    assert "Choose a learning_rate below 0.5" in str(found.value)
    assert np.isfinite(model.history_.history.get("loss", [0.0])).all()
    assert all(np.isfinite(w).all() for w in model.get_weights())


def test_divergence_in_a_single_batch_moves_nothing():
    model = mlp(nn.Dense(1), dtype="float32", n_in=1)
    model.set_weights([[[1e30]], [0.0]])
    with pytest.raises(nn.DivergenceError, match="the loss became inf in update 1"):
        model.train_on_batch([[1.0]], [[0.0]])
    np.testing.assert_array_equal(model.get_weights()[0], np.float32([[1e30]]))


def test_a_validation_loss_that_overflows_is_infinite_without_a_warning():
    far = np.array([[1e25]]), np.array([[0.0]])
    history = mlp(nn.Dense(1), dtype="float32").fit([[1.0]], [[0.0]], validation_data=far)
    assert history.history["val_loss"] == [np.inf]


def test_building_again_forgets_the_memory_of_the_optimizer():
    X, y = blobs()
    rule = nn.Momentum(0.1)
    model = mlp(nn.Dense(3, "softmax"), loss="sparse_categorical_crossentropy", optimizer=rule)
    model.fit(X, y)
    first = model.build(2).get_weights()
    gradients = model.gradients(X, y)
    model.train_on_batch(X, y)
    for old, gradient, new in zip(first, gradients, model.get_weights(), strict=True):
        np.testing.assert_allclose(new, old - 0.1 * gradient, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("what", ["layer", "optimizer"])
def test_a_part_that_another_network_took_is_refused(what):
    layer, rule = nn.Dense(3, "softmax"), nn.Momentum()
    loss, (X, y) = "sparse_categorical_crossentropy", blobs()

    def network():
        own = {"layer": nn.Dense(3, "softmax"), "optimizer": nn.Momentum()}
        parts = own | {what: layer if what == "layer" else rule}
        return mlp(parts["layer"], loss=loss, optimizer=parts["optimizer"])

    first, second = network(), network()
    first.fit(X, y)
    second.fit(X, y)
    before = second.get_weights()
    for learn in (first.fit, first.train_on_batch):
        with pytest.raises(LabkitError, match=f"built with the same {what} object since"):
            learn(X, y)
    if what == "layer":
        with pytest.raises(LabkitError, match="built with the same layer object since"):
            first.predict(X)
    else:
        assert first.predict(X).shape == (90, 3)
    np.testing.assert_array_equal(second.get_weights()[0], before[0])
    second.fit(X, y)


class Watched(np.ndarray):
    """An array that notes the type of every array that is computed from it."""

    seen: ClassVar = set()

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **settings):
        settings |= {} if out is None else {"out": tuple(map(plain, out))}
        return noted(getattr(ufunc, method)(*map(plain, inputs), **settings))

    def __array_function__(self, function, types, args, settings):
        settings = {name: plain(value) for name, value in settings.items()}
        return noted(function(*map(plain, args), **settings))


def plain(value):
    return value.view(np.ndarray) if isinstance(value, Watched) else value


def noted(result):
    if not isinstance(result, np.ndarray) or result.ndim == 0:
        return result
    Watched.seen.add(result.dtype)
    return result.view(Watched)


@pytest.mark.parametrize("hidden", [name for name in ACTIVATIONS if name != "softmax"])
@pytest.mark.parametrize(("output", "loss", "y"), PAIRS, ids=[f"{a}-{b}" for a, b, _ in PAIRS])
def test_a_float32_network_never_computes_an_array_in_float64(hidden, output, loss, y):
    layers = nn.Dense(4, hidden, l1=0.01, l2=0.01), nn.Dropout(0.5), nn.Dense(3, output)
    names = ["accuracy"] if output not in ("linear", "softplus") else []
    names += ["mse", "mae"] if loss.startswith("m") else []
    model = mlp(*layers, loss=loss, metrics=names, dtype="float32", optimizer="adam", n_in=2)
    X, y = model._checked(rng(6).normal(size=(5, 2)).astype(np.float32), y)
    for layer in model._dense():
        layer.W, layer.b = layer.W.view(Watched), layer.b.view(Watched)
    Watched.seen = set()
    _, y_hat = model._update(X.view(Watched), y)
    assert isinstance(y_hat, Watched)  # nobody lost sight of it
    for metric in model.metrics.values():
        metric(y, y_hat)
    float32, bools = np.dtype(np.float32), np.dtype(bool)
    assert float32 in Watched.seen
    assert Watched.seen <= {float32, bools, np.dtype(np.int64)}


def test_a_probability_is_stable_for_huge_inputs():
    X, y = np.array([[1e5], [-1e5]]), np.array([[0.0], [1.0]])  # wrong, and very sure of it
    model = mlp(nn.Dense(1, "sigmoid"), loss="binary_crossentropy", n_in=1)
    model.set_weights([[[1.0]], [0.0]])
    assert model.loss_value(X, y) == 1e5
    np.testing.assert_allclose(model.gradients(X, y)[0], [[1e5]])


@pytest.mark.parametrize("form", ["list", "ints", "bools", "fortran", "strided", "frame"])
def test_any_form_of_numbers_is_read(form):
    pandas = pytest.importorskip("pandas")
    X = np.array([[0, 1], [1, 0], [1, 1]])
    forms = {
        "list": X.tolist(),
        "ints": X.astype(np.uint8),
        "bools": X.astype(bool),
        "fortran": np.asfortranarray(X, dtype=float),
        "strided": np.repeat(X.astype(float), 2, axis=1)[:, ::2],
        "frame": pandas.DataFrame(X, columns=["a", "b"]),
    }
    model = mlp(nn.Dense(2, "tanh"), n_in=2)
    np.testing.assert_allclose(model.predict(forms[form]), model.predict(X.astype(float)))


def test_predictions_do_not_depend_on_the_batch_size():
    model, X = mlp(nn.Dense(4, "tanh"), nn.Dense(1), n_in=2), rng(1).normal(size=(50, 2))
    y = X[:, :1] ** 2
    np.testing.assert_allclose(model.predict(X, batch_size=7), model.predict(X), rtol=1e-12)
    assert model.evaluate(X, y, batch_size=7)["loss"] == pytest.approx(
        model.evaluate(X, y)["loss"], rel=1e-12
    )


@pytest.mark.parametrize(
    ("given", "dtype"), [("float64", "float32"), ("uint8", "float32"), ("float32", "float64")]
)
@pytest.mark.parametrize("form", ["rows", "fortran", "strided", "frame"])
def test_the_training_set_is_never_copied(given, dtype, form):
    X = np.ones((20_000, 400 if form == "strided" else 200), dtype=given)
    X = {
        "rows": lambda: X,
        "fortran": lambda: np.asfortranarray(X),
        "strided": lambda: X[:, ::2],
        "frame": lambda: pytest.importorskip("pandas").DataFrame(X, copy=False),
    }[form]()
    y = np.zeros((20_000, 1), dtype=dtype)
    model = mlp(nn.Dense(1), dtype=dtype, optimizer=nn.SGD(1e-4), n_in=200)
    tracemalloc.start()
    model.fit(X, y, batch_size=100, validation_split=0.1)
    model.evaluate(X, y)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # order, targets and masks of a few rows; X itself has 200 numbers a row
    assert peak < 0.35 * X.size * np.dtype(given).itemsize


# -- weights -------------------------------------------------------------------------------


def test_weights_taken_out_are_copies_and_can_be_put_back():
    model = mlp(nn.Dense(2, "tanh"), nn.Dense(1), n_in=2)
    kept, before = model.get_weights(), model.predict(XOR)
    model.fit(XOR, XOR[:, :1], epochs=2)
    assert not np.array_equal(model.predict(XOR), before)
    model.set_weights(kept)
    np.testing.assert_array_equal(model.predict(XOR), before)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([np.ones((2, 1))], r"weights must have the shapes \[\(2, 1\), \(1,\)\]; got \[\(2, 1\)\]"),
        ([np.ones((1, 2)), np.ones(1)], r"got \[\(1, 2\), \(1,\)\]"),
        ([np.ones((2, 1)), [np.inf]], r"weights\[1\] must hold finite numbers; got inf"),
        ([np.ones((2, 1)), ["a"]], r"weights\[1\] must hold real numbers"),
        (None, "weights must be a list of arrays; got None"),
        ([np.ones((2, 1)), [np.nan]], r"weights\[1\] must hold finite numbers; got nan"),
    ],
)
def test_weights_that_do_not_fit_are_refused_and_nothing_is_lost(weights, message):
    model = mlp(nn.Dense(1), n_in=2)
    before = model.get_weights()
    with pytest.raises((TypeError, ValueError), match=message):
        model.set_weights(weights)
    np.testing.assert_array_equal(model.get_weights()[0], before[0])


def test_weights_too_large_for_float32_are_refused():
    model = mlp(nn.Dense(1), dtype="float32", n_in=1)
    with pytest.raises(ValueError, match=r"weights\[0\] in float32 must hold finite numbers"):
        model.set_weights([[[1e300]], [0.0]])


def test_the_summary_names_layers_and_counts_parameters(capsys):
    mlp(nn.Dense(300, "relu"), nn.Dropout(0.5), nn.Dense(10, "softmax"), n_in=784).summary()
    printed = capsys.readouterr().out
    for words in ("Dense relu", "235,500", "Dropout 0.5", "Dense softmax", "3,010", "238,510"):
        assert words in printed


@pytest.mark.parametrize(
    "ask",
    [
        lambda model: model.predict(XOR),
        lambda model: model.evaluate(XOR, XOR),
        lambda model: model.get_weights(),
        lambda model: model.n_params,
        lambda model: model.summary(),
    ],
)
def test_a_network_without_weights_says_so(ask):
    with pytest.raises(nn.NotFittedError, match="this MLP has no weights yet"):
        ask(mlp(nn.Dense(2)))


# -- bad input -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("X", "y", "error", "message"),
    [
        (
            np.ones(3),
            np.ones((3, 1)),
            ValueError,
            r"X must have shape .* X\[None, :\], shape \(1, 3",
        ),
        (
            np.ones((3, 2, 2)),
            np.ones((3, 1)),
            ValueError,
            r"X.reshape\(len\(X\), -1\), shape \(3, 4",
        ),
        (np.ones((0, 2)), np.ones((0, 1)), ValueError, r"none of them 0; got shape \(0, 2\)"),
        (np.ones((3, 5)), np.ones((3, 1)), ValueError, "X must have 2 features, .*; got 5"),
        ([["a", "b"]], [[1.0]], TypeError, "X must hold real numbers"),
        ([[None, 1.0]], [[1.0]], TypeError, "X must hold real numbers; got list of dtype object"),
        ([[1.0, 2.0], [3.0]], np.ones((2, 1)), ValueError, "X must have rows of equal length"),
        (np.ones((2, 2)), [[1.0], [1.0, 2.0]], ValueError, "y must have rows of equal length"),
        (np.ones((3, 2)), None, TypeError, "y must hold real numbers; got NoneType"),
        (3.0, [[1.0]], ValueError, r"X must have shape .*; got shape \(\)"),
        ([[1.0, np.nan]], [[1.0]], ValueError, r"X must hold finite .*; got nan at index \(0, 1\)"),
        ([[1.0, np.inf]], [[1.0]], ValueError, "X must hold finite numbers; got inf"),
        (
            np.ones((3, 2)),
            np.ones(3),
            ValueError,
            r"y must .* \(3, 1\); got \(3,\). Write y\[:, None",
        ),
        (np.ones((3, 2)), np.ones((2, 1)), ValueError, "one row for each of the 3 samples; got 2"),
        (np.ones((3, 2)), 1.0, ValueError, "each of the 3 samples; got a single number"),
        (np.ones((3, 2)), np.ones((3, 2)), ValueError, r"shape of y_hat, \(3, 1\); got \(3, 2\)"),
        (np.ones((2, 2)), [[1.0], [np.nan]], ValueError, r"y must hold finite numbers; got nan"),
        (np.ones((1, 2)), [["a"]], TypeError, "y must hold real numbers"),
    ],
)
@pytest.mark.parametrize("method", ["fit", "evaluate", "gradients", "train_on_batch", "loss_value"])
def test_bad_data_are_refused_by_name(method, X, y, error, message):
    with pytest.raises(error, match=message):
        getattr(mlp(nn.Dense(1), n_in=2), method)(X, y)


@pytest.mark.parametrize("method", ["fit", "gradients", "train_on_batch", "loss_value"])
def test_refused_data_leave_a_new_network_as_it_was(method):
    model, twin = classifier(rng=rng(1)), classifier(rng=rng(1))
    X, y = blobs()
    for wrong in ((X.T, y), (np.hstack([X, X]), y + 1), (X * np.nan, y)):
        with pytest.raises(ValueError, match=r"[Xy] must h"):
            getattr(model, method)(*wrong)
    assert model.fit(X, y).history == twin.fit(X, y).history


def test_a_split_tells_of_all_samples_when_targets_are_missing():
    with pytest.raises(ValueError, match="each of the 90 samples; got 70"):
        classifier().fit(blobs()[0], blobs(70)[1], validation_split=0.2)


def test_the_place_of_a_bad_number_is_found_in_a_large_table():
    X = np.zeros((10_000, 2), dtype=np.float32)
    X[9_000, 1] = np.nan
    with pytest.raises(
        ValueError, match=r"X must hold finite numbers; got nan at index \(9000, 1\)"
    ):
        mlp(nn.Dense(1), n_in=2).predict(X)


def test_labels_outside_the_range_are_refused():
    with pytest.raises(
        ValueError, match="whole numbers from 0 to 2, for 3 outputs; got 3 at index 1"
    ):
        classifier().fit(np.ones((2, 2)), [0, 3])


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"batch_size": 0}, ValueError, "batch_size must be from 1 .*, 90; got 0"),
        ({"batch_size": 91}, ValueError, "batch_size must be from 1 .*, 90; got 91"),
        ({"batch_size": 2.5}, TypeError, "batch_size must be an integer; got 2.5"),
        ({"epochs": 0}, ValueError, "epochs must be at least 1; got 0"),
        ({"epochs": "3"}, TypeError, "epochs must be an integer; got '3'"),
        ({"validation_split": 1.0}, ValueError, "validation_split must be at least 0 and below 1"),
        (
            {"validation_split": 0.001},
            ValueError,
            "must leave samples on both sides; got 0.001 of 90",
        ),
        (
            {"validation_data": np.ones(2)},
            TypeError,
            r"validation_data must be a pair \(X, y\); got",
        ),
        (
            {"validation_data": (np.ones((2, 3)), [0, 1])},
            ValueError,
            "validation_data: X must have 2 features",
        ),
        (
            {"validation_data": blobs(), "validation_split": 0.1},
            ValueError,
            "validation_split must be 0 together with validation_data; got 0.1",
        ),
        ({"callbacks": print}, TypeError, "callbacks must be a list of functions; got <built-in"),
        ({"callbacks": None}, TypeError, "callbacks must be a list of functions; got None.$"),
        ({"callbacks": [3]}, TypeError, "callbacks must be callable; got 3"),
        ({"verbose": 2}, ValueError, "verbose must be 'auto', True or False; got 2"),
        (
            {"callbacks": [nn.EarlyStopping()]},
            ValueError,
            "monitor must .*'val_loss'. Give fit valid",
        ),
    ],
)
def test_bad_settings_of_fit_are_refused_by_name(settings, error, message):
    with pytest.raises(error, match=message):
        classifier().fit(*blobs(), **settings)


shared_layer = nn.Dense(2)


@pytest.mark.parametrize(
    ("layers", "settings", "error", "message"),
    [
        ([], {}, ValueError, "layers must end with a Dense layer, the output; got no layer"),
        ([nn.Dense(1), nn.Dropout(0.5)], {}, ValueError, "end with a Dense layer.*got Dropout"),
        (nn.Dense(1), {}, TypeError, "layers must be a list of Dense and Dropout; got <"),
        ([nn.Dense(1)], {"metrics": [nn.mse]}, TypeError, "metrics must be a name"),
        ([3], {}, TypeError, "layers must hold Dense and Dropout; got 3 at index 0"),
        ([shared_layer, shared_layer], {}, ValueError, "one of them stands twice"),
        ([nn.Dense(1)], {"loss": "msee"}, ValueError, "loss must be one of .* Did you mean 'mse'"),
        (
            [nn.Dense(1)],
            {"optimizer": "sdg"},
            ValueError,
            "optimizer must be .* Did you mean 'sgd'",
        ),
        ([nn.Dense(1)], {"metrics": ["acuracy"]}, ValueError, "metrics must .* mean 'accuracy'"),
        (
            [nn.Dense(1)],
            {"metrics": "mae"},
            TypeError,
            r"metrics must be a list of names; got 'mae'. For one alone write \['m",
        ),
        ([nn.Dense(1)], {"metrics": ["accuracy"]}, ValueError, "'accuracy' counts right answers"),
        (
            [nn.Dense(1)],
            {"dtype": "float16"},
            ValueError,
            "dtype must be 'float32' or 'float64'; got",
        ),
        ([nn.Dense(1)], {"rng": 0}, TypeError, "rng must come from np.random.default_rng"),
        (
            [nn.Dense(1)],
            {"loss": "binary_crossentropy"},
            ValueError,
            "needs outputs from 0 to 1, such as those of 'sigmoid'; the output layer has 'linear'",
        ),
        (
            [nn.Dense(3, "sigmoid")],
            {"loss": "categorical_crossentropy"},
            ValueError,
            "needs an output layer with softmax and at least 2 units; got 'sigmoid' and 3",
        ),
        (
            [nn.Dense(1, "softmax")],
            {"loss": "sparse_categorical_crossentropy"},
            ValueError,
            "softmax and at least 2 units; got 'softmax' and 1",
        ),
        (
            [nn.Dense(2, "softmax")],
            {"loss": "sparse_categorical_crossentropy", "metrics": ["mse"]},
            ValueError,
            "metric 'mse' compares numbers, and the targets are class numbers",
        ),
    ],
)
def test_networks_that_make_no_sense_are_refused(layers, settings, error, message):
    with pytest.raises(error, match=message):
        nn.MLP(layers, **settings)


@pytest.mark.parametrize("n_in", [0, 2.0])
def test_the_number_of_inputs_has_its_range(n_in):
    with pytest.raises((TypeError, ValueError), match="n_in must be"):
        mlp(nn.Dense(1)).build(n_in)
