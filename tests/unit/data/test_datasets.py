import dataclasses
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import sklearn.datasets
from hypothesis import given
from hypothesis import strategies as st

from labkit.data import FrameDataset, ImageDataset, load, loaders
from labkit.data.datasets import count


def images(n=100, origin="cache", scale=1.0):
    """Images whose first pixel is their row number, so that rows can be followed."""
    X = np.zeros((n, 28, 28), np.uint8)
    X[:, 0, 0] = np.arange(n)
    y = (np.arange(n) % 10).astype(np.uint8)
    return ImageDataset("toy", origin, X, y, X[:7], y[:7], tuple("0123456789"), scale=scale)


def rows(X):
    return X[:, 0, 0].tolist()


@pytest.mark.parametrize("seed", [0, 1, None])
def test_validation_rows_come_out_of_the_training_part_only(seed):
    whole = images()
    held = whole.hold_out(30, seed)
    assert sorted(rows(held.X_train) + rows(held.X_valid)) == list(range(100))
    assert (len(held.y_train), len(held.y_valid)) == (70, 30)
    assert held.X_test is whole.X_test
    assert held.y_test is whole.y_test


@pytest.mark.parametrize("seed", [0, 1, None])
def test_labels_stay_with_their_images_in_the_published_order(seed):
    held = images().hold_out(30, seed)
    assert rows(held.X_train) == sorted(rows(held.X_train))
    assert rows(held.X_valid) == sorted(rows(held.X_valid))
    assert [r % 10 for r in rows(held.X_valid)] == held.y_valid.tolist()
    assert [r % 10 for r in rows(held.X_train)] == held.y_train.tolist()


def test_the_seed_decides_the_validation_rows():
    first, again, other = (rows(images().hold_out(30, seed).X_valid) for seed in (0, 0, 1))
    assert first == again != other


def test_no_seed_holds_out_the_last_rows():
    assert rows(images().hold_out(30, None).X_valid) == list(range(70, 100))


def test_validation_zero_gives_none():
    whole = images()
    assert whole.hold_out(0) is whole
    assert whole.X_valid is whole.y_valid is None


def test_holding_out_twice_is_refused():
    with pytest.raises(ValueError, match="validation part already"):
        images().hold_out(5).hold_out(5)


def test_number_of_rows_is_scaled_on_a_sample():
    sample = images(100, origin="sample", scale=100 / 60_000)
    assert len(sample.hold_out(6000).y_valid) == 10
    assert len(sample.hold_out(0.25).y_valid) == 25


@pytest.mark.parametrize(
    ("share", "error"),
    [
        (-1, ValueError),
        (-0.1, ValueError),
        (1.0, ValueError),
        (1.5, ValueError),
        (100, ValueError),
        (0.999, ValueError),
        (float("nan"), ValueError),
        (True, TypeError),
        ("5", TypeError),
        (None, TypeError),
        ([5], TypeError),
    ],
)
def test_bad_share_is_refused_naming_argument_and_value(share, error):
    with pytest.raises(error, match="validation") as caught:
        images().hold_out(share)
    assert repr(share) in str(caught.value)


@given(n_rows=st.integers(2, 10_000), share=st.floats(0, 0.99) | st.integers(0, 9_999))
def test_count_leaves_a_row_on_both_sides_or_refuses(n_rows, share):
    try:
        number = count("test", share, n_rows)
    except ValueError as error:
        assert "leaves none" in str(error)  # noqa: PT017 - the other branch is the claim
        return
    assert number == 0 if share == 0 else 1 <= number < n_rows


@pytest.mark.parametrize("share", [np.int64(30), np.float64(0.3), np.float32(0.3)])
def test_numpy_numbers_are_numbers(share):
    assert count("test", share, 100) == 30


def test_split_parts_are_disjoint_and_complete():
    iris = load("iris")
    split = iris.split(test=0.2, validation=0.25, seed=3)
    parts = (split.X_train, split.X_valid, split.X_test)
    assert [len(part) for part in parts] == [90, 30, 30]
    assert sorted(map(tuple, np.concatenate(parts))) == sorted(map(tuple, iris.X))


def test_split_keeps_the_target_with_its_row():
    iris = load("iris")
    known = {(tuple(x), int(y)) for x, y in zip(iris.X, iris.y, strict=True)}
    split = iris.split(validation=10)
    pairs = zip(split.X_valid, split.y_valid, strict=True)
    assert {(tuple(x), int(y)) for x, y in pairs} <= known


def test_split_keeps_class_proportions_unless_told_otherwise():
    iris = load("iris")
    assert np.bincount(iris.split(test=30).y_test).tolist() == [10, 10, 10]
    assert np.bincount(iris.split(test=30, stratify=False).y_test).tolist() != [10, 10, 10]


def test_split_of_a_regression_is_not_stratified():
    frame = pd.DataFrame({"x": range(20), "y": np.linspace(0, 1, 20)})
    assert len(FrameDataset("toy", "cache", frame, "y").split(test=0.25).y_test) == 5


def test_split_seed_decides_the_rows():
    iris = load("iris")
    first, again, other = (iris.split(seed=seed).X_test for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"test": 150}, "test=150 takes 150 rows"),
        ({"test": 140, "validation": 10}, "validation=10 takes 10 rows and leaves none of 10"),
        ({"test": -0.2}, "test must be"),
    ],
)
def test_split_that_leaves_no_training_rows_is_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        load("iris").split(**arguments)


def test_split_of_a_table_takes_the_target_out():
    frame = pd.DataFrame({"age": range(40), "left": [0, 1] * 20})
    split = FrameDataset("toy", "cache", frame, "left").split(test=10, validation=10)
    assert list(split.X_valid.columns) == ["age"]
    assert split.y_valid.equals(frame.left[split.X_valid.index])
    assert (len(split.y_train), int(split.y_test.sum())) == (20, 5)


def test_split_without_test_rows_keeps_all_for_training():
    split = load("iris").split(test=0)
    assert (len(split.y_train), len(split.y_test), split.X_valid) == (150, 0, None)


@pytest.mark.parametrize("name", ["iris", "digits"])
def test_data_sets_cannot_be_changed_by_assignment(name):
    with pytest.raises(dataclasses.FrozenInstanceError):
        load(name).y = None


def test_repr_tells_shapes_and_sample():
    assert repr(images().hold_out(30)) == (
        "toy: 70 training, 30 validation, 7 test images of 28×28 pixels (uint8, 0–255), 10 classes"
    )
    assert repr(images(origin="sample")).startswith("SAMPLE, NOT THE REAL DATA: toy: ")


@pytest.mark.parametrize("name", ["iris", "digits"])
def test_scikit_learns_own_data_is_scikit_learns(name):
    from sklearn import datasets

    bunch, data = getattr(datasets, f"load_{name}")(), load(name)
    assert np.array_equal(data.X, bunch.data)
    assert np.array_equal(data.y, bunch.target)
    assert list(data.class_names) == [str(c) for c in bunch.target_names]
    assert (data.X.dtype, data.y.dtype) == (np.float64, np.int64)
    assert list(data.feature_names) == list(bunch.feature_names)
    assert (data.origin, data.is_sample) == ("scikit-learn", False)


def same_as_bunch(loaded, bunch):
    """Compare every part of a data set with scikit-learn's own reader, bit for bit."""
    np.testing.assert_array_equal(loaded.X, bunch.data)
    np.testing.assert_array_equal(loaded.y, bunch.target)
    assert list(loaded.feature_names) == list(bunch.feature_names)
    assert list(loaded.class_names) == list(map(str, bunch.target_names))


@pytest.mark.parametrize("name", ["iris", "digits"])
def test_data_of_scikit_learn_are_those_of_its_own_reader(name):
    same_as_bunch(load(name), getattr(sklearn.datasets, f"load_{name}")())


def test_iris_loads_without_importing_scikit_learn():
    program = (
        "import sys; from labkit.data import load; load('iris'); print('sklearn' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (run.stdout, run.stderr) == ("False\n", "")


def test_iris_is_found_when_scikit_learn_keeps_its_files_elsewhere(monkeypatch, tmp_path):
    spec = SimpleNamespace(origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(loaders.importlib.util, "find_spec", lambda name: spec)
    same_as_bunch(load("iris"), sklearn.datasets.load_iris())
