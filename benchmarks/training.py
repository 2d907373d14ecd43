"""One epoch of 784-300-100-10 on Fashion-MNIST: labkit.nn against Keras, scikit-learn and a bare loop.

All sides in one process, in turns, so that a busy machine slows all: 55,000 images in float32,
batches of 32, plain gradient descent, loss and accuracy measured along the way where the
library can. Then labkit.nn trains for 30 epochs, with several seeds, and is tested.

    python benchmarks/training.py
"""

import json
import os
import platform
import statistics
import sys
import time
import warnings
from pathlib import Path

import numpy as np

from labkit import data, nn
from labkit.device import quiet_tensorflow

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks" / "results" / "training.json"
ROUNDS, EPOCHS, SEEDS = 5, 30, 3
N_TRAIN, BATCH, RATE = 55_000, 32, 0.01
# smallest ratio of each side's time to ours; of the bare loop, which computes neither loss nor
# accuracy and checks nothing, a lower bound
LIMITS = {"keras": 2.0, "scikit-learn": 1.0, "bare loop": 1 / 1.15}
ACCURACY, TOLERANCE = 0.885, 0.01


def network(seed):
    """Make the network in labkit.nn."""
    layers = [nn.Dense(300, "relu"), nn.Dense(100, "relu"), nn.Dense(10, "softmax")]
    loss = "sparse_categorical_crossentropy"
    rng = np.random.default_rng(seed)
    optimizer = nn.SGD(RATE)
    return nn.MLP(
        layers, loss=loss, optimizer=optimizer, metrics=["accuracy"], dtype="float32", rng=rng
    )


def with_labkit(X, y):
    model = network(0)
    return lambda: model.fit(X, y, batch_size=BATCH, verbose=False)


def with_keras(X, y):
    with quiet_tensorflow():
        import keras

        model = keras.Sequential(
            [
                keras.Input((X.shape[1],)),
                keras.layers.Dense(300, "relu"),
                keras.layers.Dense(100, "relu"),
                keras.layers.Dense(10, "softmax"),
            ]
        )
        loss = "sparse_categorical_crossentropy"
        model.compile(keras.optimizers.SGD(RATE), loss=loss, metrics=["accuracy"])
        model.fit(X[:BATCH], y[:BATCH], batch_size=BATCH, verbose=0)  # traces its graph
    return lambda: model.fit(X, y, batch_size=BATCH, verbose=0)


def with_sklearn(X, y):
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore", ConvergenceWarning)  # one epoch is all it gets
    model = MLPClassifier(
        (300, 100), solver="sgd", batch_size=BATCH, learning_rate_init=RATE, momentum=0.0,
        alpha=0.0, max_iter=1, warm_start=True,
    )  # fmt: skip
    model.fit(X[:320], y[:320])
    return lambda: model.fit(X, y)


def with_bare_loop(X, y):
    weights = network(0).build(X.shape[1]).get_weights()
    return lambda: bare_epoch(X, y, weights, np.random.default_rng(0))


def bare_epoch(X, y, weights, rng):
    """Train for one epoch without functions, checks, loss or accuracy."""
    W1, b1, W2, b2, W3, b3 = weights
    order = rng.permutation(len(X))
    for start in range(0, len(X), BATCH):
        rows = order[start : start + BATCH]
        x = X[rows]
        a1 = np.maximum(x @ W1 + b1, 0)
        a2 = np.maximum(a1 @ W2 + b2, 0)
        z3 = a2 @ W3 + b3
        d3 = np.exp(z3 - z3.max(axis=1, keepdims=True))
        d3 /= d3.sum(axis=1, keepdims=True)
        d3[np.arange(len(rows)), y[rows]] -= 1
        d3 /= len(rows)
        d2 = (d3 @ W3.T) * (a2 > 0)
        d1 = (d2 @ W2.T) * (a1 > 0)
        grads = x.T @ d1, d1.sum(0), a1.T @ d2, d2.sum(0), a2.T @ d3, d3.sum(0)
        for weight, grad in zip(weights, grads, strict=True):
            weight -= np.float32(RATE) * grad


SIDES = {
    "labkit": with_labkit,
    "keras": with_keras,
    "scikit-learn": with_sklearn,
    "bare loop": with_bare_loop,
}


def seconds(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def speed(X, y):
    """Return the median seconds of an epoch for each side, and the ratios to ours."""
    epochs = {name: make(X, y) for name, make in SIDES.items()}
    rounds = [{name: seconds(run) for name, run in epochs.items()} for _ in range(ROUNDS)]
    medians = {name: statistics.median(r[name] for r in rounds) for name in SIDES}
    # the ratio of each round compares like with like: all sides had the same neighbours
    ratios = {
        name: statistics.median(r[name] / r["labkit"] for r in rounds)
        for name in SIDES
        if name != "labkit"
    }
    return medians, ratios


def accuracies(X, y, X_test, y_test):
    """Return the test accuracy after 30 epochs for each seed."""
    found = []
    for seed in range(SEEDS):
        model = network(seed)
        model.fit(X, y, epochs=EPOCHS, batch_size=BATCH, verbose=False)
        found.append(model.evaluate(X_test, y_test)["accuracy"])
    return found


def load():
    """Return flat images scaled to 0-1 in float32, and class numbers."""
    images = data.load("fashion_mnist")

    def flat(X):
        return X.reshape(len(X), -1).astype(np.float32) / 255

    return (
        flat(images.X_train[:N_TRAIN]),
        images.y_train[:N_TRAIN],
        flat(images.X_test),
        images.y_test,
    )


def main():
    shared = ROOT.parent / "shared" / "data"
    if shared.is_dir():
        os.environ.setdefault("LABKIT_DATA", str(shared))
    os.environ["LABKIT_DATA_STRICT"] = "1"
    try:
        X, y, X_test, y_test = load()
    except data.DataError as error:
        sys.exit(f"The benchmark needs the published files. {error}")
    medians, ratios = speed(X, y)
    reached = accuracies(X, y, X_test, y_test)
    result = {
        "benchmark": "one epoch of 784-300-100-10 on Fashion-MNIST, 55,000 images, batch 32, SGD",
        "seconds": {name: round(value, 3) for name, value in medians.items()},
        "times_as_fast_as": {name: round(value, 2) for name, value in ratios.items()},
        "required": {name: round(value, 2) for name, value in LIMITS.items()},
        "rounds": ROUNDS,
        "test_accuracy_after_30_epochs": [round(value, 4) for value in reached],
        "python": platform.python_version(),
        "numpy": np.__version__,
        "cpus": os.cpu_count(),
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    return report(medians, ratios, reached)


def report(medians, ratios, reached):
    """Print what was measured; return 0 if all of it is as required."""
    print(f"labkit.nn: {medians['labkit']:.2f} s an epoch (medians of {ROUNDS})")
    failed = False
    for name, ratio in ratios.items():
        failed |= ratio < LIMITS[name]
        print(
            f"{name}: {medians[name]:.2f} s, labkit.nn is {ratio:.2f} times as fast "
            f"(required: {LIMITS[name]:.2f})"
        )
    print("test accuracy after 30 epochs:", ", ".join(f"{value:.4f}" for value in reached))
    failed |= any(abs(value - ACCURACY) > TOLERANCE for value in reached)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
