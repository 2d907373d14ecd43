"""Same weights, same data: the same losses, gradients and updates as Keras, to 1e-6."""

import numpy as np
import pytest

from labkit import nn
from labkit.device import has_tensorflow, quiet_tensorflow
from labkit.nn.activations import ACTIVATIONS

if not has_tensorflow():
    pytest.skip("TensorFlow is not installed", allow_module_level=True)
with quiet_tensorflow():
    import keras
    import tensorflow as tf

# one worker imports TensorFlow, not all
pytestmark = pytest.mark.xdist_group("keras")
CLOSE = {"rtol": 1e-6, "atol": 1e-12}


@pytest.fixture
def float64():
    """Let Keras compute in float64, its losses too."""
    before = keras.backend.floatx()
    keras.backend.set_floatx("float64")
    yield
    keras.backend.set_floatx(before)


def rng(seed):
    return np.random.default_rng(seed)


SPARSE = np.array([0, 2, 1, 2, 0, 1])
ONE_HOT = np.eye(3)[SPARSE]
X = rng(0).normal(size=(6, 4))
TARGETS = {
    "mse": rng(1).normal(size=(6, 3)),
    "mae": rng(1).normal(size=(6, 3)),
    "hinge": 2 * ONE_HOT - 1,
    "binary_crossentropy": ONE_HOT,
    "categorical_crossentropy": ONE_HOT,
    "sparse_categorical_crossentropy": SPARSE,
}
OUTPUT = {
    "mse": "linear",
    "mae": "linear",
    "hinge": "linear",
    "binary_crossentropy": "sigmoid",
    "categorical_crossentropy": "softmax",
    "sparse_categorical_crossentropy": "softmax",
}
OPTIMIZERS = {
    "sgd": (lambda: nn.SGD(0.1), lambda: keras.optimizers.SGD(0.1)),
    "momentum": (lambda: nn.Momentum(0.1, 0.8), lambda: keras.optimizers.SGD(0.1, momentum=0.8)),
    "nesterov": (
        lambda: nn.Nesterov(0.1, 0.8),
        lambda: keras.optimizers.SGD(0.1, momentum=0.8, nesterov=True),
    ),
    "rmsprop": (lambda: nn.RMSprop(0.01, 0.8), lambda: keras.optimizers.RMSprop(0.01, rho=0.8)),
    "adam": (lambda: nn.Adam(0.01, 0.8, 0.99), lambda: keras.optimizers.Adam(0.01, 0.8, 0.99)),
}


def pair(loss, ours="sgd", theirs="sgd", hidden="tanh"):
    """Make the same network twice, with the same float64 weights, penalties included."""
    output = OUTPUT[loss]
    layers = [nn.Dense(5, hidden, l1=0.01, l2=0.02), nn.Dense(3, output)]
    our_model = nn.MLP(layers, loss=loss, optimizer=ours, rng=rng(7)).build(4)
    penalty = keras.regularizers.L1L2(0.01, 0.02)
    their_model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(5, hidden, kernel_regularizer=penalty),
            keras.layers.Dense(3, output),
        ]
    )
    their_model.compile(theirs, loss=loss)
    their_model.set_weights(our_model.get_weights())
    return our_model, their_model


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name != "step"])
def test_activations(name):
    z = rng(2).normal(scale=3, size=(5, 4))
    theirs = keras.activations.get(name)
    settings = {"approximate": False} if name == "gelu" else {}
    np.testing.assert_allclose(ACTIVATIONS[name](z), theirs(z, **settings), **CLOSE)


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("loss", TARGETS)
def test_losses_and_gradients(loss):
    ours, theirs = pair(loss)
    y = TARGETS[loss]
    with tf.GradientTape() as tape:
        value = theirs.compute_loss(X, tf.constant(y), theirs(X, training=True))
    gradients = tape.gradient(value, theirs.trainable_variables)
    np.testing.assert_allclose(ours.loss_value(X, y), value.numpy(), rtol=1e-6)
    for our, their in zip(ours.gradients(X, y), gradients, strict=True):
        np.testing.assert_allclose(our, their.numpy(), rtol=1e-6, atol=1e-9)


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("loss", ["mse", "sparse_categorical_crossentropy"])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_makes_the_same_three_updates(name, loss):
    make_ours, make_theirs = OPTIMIZERS[name]
    ours, theirs = pair(loss, make_ours(), make_theirs())
    y = TARGETS[loss]
    for _ in range(3):
        ours.train_on_batch(X, y)
        theirs.train_on_batch(X, y)
        for our, their in zip(ours.get_weights(), theirs.get_weights(), strict=True):
            np.testing.assert_allclose(our, their, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_default_settings_are_the_same(name):
    ours = nn.optimizers.get(name)
    theirs = OPTIMIZERS[name][1]().__class__
    settings = {"momentum": {"momentum": 0.9}, "nesterov": {"momentum": 0.9, "nesterov": True}}
    config = theirs(**settings.get(name, {})).get_config()
    for setting, value in vars(ours).items():
        if setting in config:
            assert config[setting] == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize(
    ("loss", "units", "y"),
    [("binary_crossentropy", 1, ONE_HOT[:, :1]), ("sparse_categorical_crossentropy", 3, SPARSE)],
)
def test_fit_and_evaluate_report_the_same_numbers(loss, units, y):
    layers = [nn.Dense(5, "tanh"), nn.Dense(units, OUTPUT[loss])]
    ours = nn.MLP(layers, loss=loss, metrics=["accuracy"], dtype="float32", rng=rng(7)).build(4)
    layers = [keras.layers.Dense(5, "tanh"), keras.layers.Dense(units, OUTPUT[loss])]
    theirs = keras.Sequential([keras.Input((4,)), *layers])
    theirs.compile("sgd", loss=loss, metrics=["accuracy"])
    theirs.set_weights(ours.get_weights())
    settings = {"epochs": 3, "batch_size": 4, "shuffle": False, "validation_data": (X, y)}
    ours_said = ours.fit(X, y, **settings).history
    theirs_said = theirs.fit(X, y, verbose=0, **settings).history
    assert set(ours_said) == set(theirs_said)
    for name, values in ours_said.items():  # float32: 1e-7 a number, a few dozen of them summed
        np.testing.assert_allclose(values, theirs_said[name], rtol=1e-5)


def test_early_stopping_stops_at_the_same_epoch():
    values = [5, 4, 4.5, 3.9, 3.95, 3.92, 4.2, 3.0]
    ours = nn.EarlyStopping("loss", patience=2)
    theirs = keras.callbacks.EarlyStopping("loss", patience=2)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    theirs.set_model(model)
    theirs.on_train_begin()
    for epoch, value in enumerate(values):
        theirs.on_epoch_end(epoch, {"loss": value})
        stop = ours(None, epoch, {"loss": value})
        assert stop == bool(model.stop_training)
        if stop:
            break
    assert (ours.best_epoch, ours.stopped_epoch) == (theirs.best_epoch, theirs.stopped_epoch)
