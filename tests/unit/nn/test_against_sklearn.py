"""The same task, the same settings: as accurate as scikit-learn's MLPClassifier."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

from labkit import nn


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return train_test_split(X / 16, y, test_size=0.25, random_state=0, stratify=y)


def ours(X, y, seed):
    layers = [nn.Dense(32, "relu", "he_uniform"), nn.Dense(10, "softmax")]
    loss = "sparse_categorical_crossentropy"
    model = nn.MLP(layers, loss=loss, optimizer=nn.Adam(), rng=np.random.default_rng(seed))
    model.fit(X, y, epochs=40, batch_size=32)
    return model.predict


def theirs(X, y, seed):
    model = MLPClassifier((32,), batch_size=32, max_iter=40, alpha=0, tol=0, n_iter_no_change=99,
                          random_state=seed)  # fmt: skip
    model.fit(X, y)
    return model.predict_proba


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_accuracy_on_the_digits(digits):
    X, X_test, y, y_test = digits
    found = {}
    for name, train in {"ours": ours, "theirs": theirs}.items():
        answers = [train(X, y, seed)(X_test).argmax(axis=1) for seed in range(3)]
        found[name] = np.mean([np.mean(a == y_test) for a in answers])
    # 450 test images: one accuracy has a standard error of about 0.7 points, their mean less
    assert found["ours"] > 0.96
    assert abs(found["ours"] - found["theirs"]) < 0.012


def test_the_same_weights_give_the_same_probabilities_and_loss(digits):
    X, X_test, y, _ = digits
    with pytest.warns(Warning, match="Maximum iterations"):
        other = MLPClassifier((16,), max_iter=3, random_state=0).fit(X, y)
    model = nn.MLP(
        [nn.Dense(16, "relu"), nn.Dense(10, "softmax")], loss="sparse_categorical_crossentropy"
    ).build(64)
    pairs = zip(other.coefs_, other.intercepts_, strict=True)
    model.set_weights([array for pair in pairs for array in pair])
    np.testing.assert_allclose(model.predict(X_test), other.predict_proba(X_test), rtol=1e-9)
