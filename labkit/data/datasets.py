"""What :func:`labkit.data.load` returns: typed, immutable holders of arrays and tables."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

SAMPLE_LABEL = "SAMPLE, NOT THE REAL DATA"


@dataclass(frozen=True, repr=False, eq=False)
class Split:
    """Training, test and (if asked for) validation rows of one data set.

    Parameters
    ----------
    X_train, X_test, X_valid : ndarray (n, n_features) or DataFrame
        Features; ``X_valid`` is None without a validation part.
    y_train, y_test, y_valid : ndarray (n,) or Series
        Targets, row by row as the features.

    Examples
    --------
    >>> from labkit.data import load
    >>> load("iris").split(test=0.2)
    Split: 120 training, 0 validation, 30 test rows
    """

    X_train: "np.ndarray | pd.DataFrame"
    y_train: "np.ndarray | pd.Series"
    X_test: "np.ndarray | pd.DataFrame"
    y_test: "np.ndarray | pd.Series"
    X_valid: "np.ndarray | pd.DataFrame | None" = None
    y_valid: "np.ndarray | pd.Series | None" = None

    def __repr__(self):
        valid = 0 if self.y_valid is None else len(self.y_valid)
        train, test = len(self.y_train), len(self.y_test)
        return f"Split: {train:,} training, {valid:,} validation, {test:,} test rows"


@dataclass(frozen=True, repr=False, eq=False)
class Dataset:
    """What every data set has.

    Parameters
    ----------
    name : str
        Its name in the catalog.
    origin : {"scikit-learn", "data folder", "cache", "download", "sample"}
        Where the bytes came from in this run.
    scale : float
        Rows here for each row of the real data: 1, and less only in a sample.

    Examples
    --------
    >>> from labkit.data import load
    >>> isinstance(load("iris"), Dataset)
    True
    """

    name: str
    origin: str
    scale: float = field(default=1.0, kw_only=True)

    @property
    def is_sample(self):
        """Whether this is the built-in stand-in instead of the real data."""
        return self.origin == "sample"

    def __repr__(self):
        label = f"{SAMPLE_LABEL}: " if self.is_sample else ""
        return f"{label}{self.name}: {self._content()}"

    def _split(self, X, y, test, validation, seed, stratify):
        """Split rows twice with scikit-learn: test rows off, then validation rows off the rest."""
        rows = np.arange(len(y))
        n_test = count("test", test, len(rows), self.scale)
        rest, test_rows = _cut(rows, n_test, y, seed, stratify)
        n_valid = count("validation", validation, len(rest), self.scale)
        train, valid = _cut(rest, n_valid, y, seed, stratify)
        parts = [_take(a, r) for r in (train, test_rows) for a in (X, y)]
        if not n_valid:
            return Split(*parts)
        return Split(*parts, _take(X, valid), _take(y, valid))


@dataclass(frozen=True, repr=False, eq=False)
class ArrayDataset(Dataset):
    """Rows of numbers without an official test part.

    Parameters
    ----------
    X : ndarray (n_samples, n_features) of float64
        One row per sample.
    y : ndarray (n_samples,)
        Class index (int64), or the value to predict (float64).
    feature_names : tuple of str
        Names of the columns of ``X``.
    target_name : str
        What ``y`` means.
    class_names : tuple of str or None
        Name of each class index; None for regression.
    """

    X: np.ndarray
    y: np.ndarray
    feature_names: tuple[str, ...]
    target_name: str
    class_names: tuple[str, ...] | None = None

    def _content(self):
        kind = f"{len(self.class_names)} classes" if self.class_names else "regression"
        return f"X {self.X.shape} {self.X.dtype}, y {self.y.shape} {self.y.dtype}, {kind}"

    def split(self, test=0.2, *, validation=0, seed=0, stratify=None):
        """Split the rows at random into training, validation and test part.

        Parameters
        ----------
        test : float or int
            Share (0 to 1) or number of all rows that go to the test part.
        validation : float or int
            Share or number of the *remaining* rows that go to the validation part.
        seed : int
            The same seed gives the same rows.
        stratify : bool, optional
            Keep the proportions of the classes; by default for classes, not for regression.

        Returns
        -------
        Split

        Raises
        ------
        ValueError, TypeError
            If a share or number is out of range or of the wrong type.

        Notes
        -----
        On a sample, a *number* of rows is scaled by the size of the sample against the real data.

        Examples
        --------
        >>> from labkit.data import load
        >>> load("iris").split(test=0.2, validation=30)
        Split: 90 training, 30 validation, 30 test rows
        """
        by_class = self.class_names is not None if stratify is None else stratify
        return self._split(self.X, self.y, test, validation, seed, by_class)


@dataclass(frozen=True, repr=False, eq=False)
class FrameDataset(Dataset):
    """A table as published, without an official test part.

    Parameters
    ----------
    frame : DataFrame
        All columns, under their published names.
    target : str
        The column to predict.
    """

    frame: "pd.DataFrame"
    target: str

    def _content(self):
        rows, columns = self.frame.shape
        return f"DataFrame of {rows:,} rows and {columns} columns, target {self.target!r}"

    def split(self, test=0.2, *, validation=0, seed=0, stratify=None):
        """Split the rows at random, as :meth:`ArrayDataset.split` does.

        Parameters
        ----------
        test, validation, seed, stratify
            As there; classes are kept in proportion unless the target is a real number.

        Returns
        -------
        Split
            ``X_*`` DataFrames without the target, ``y_*`` Series; the index tells the row.

        Examples
        --------
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"age": range(40), "left": [0, 1] * 20})
        >>> split = FrameDataset("tiny", "cache", frame, "left").split(test=0.25)
        >>> split, int(split.y_test.sum())
        (Split: 30 training, 0 validation, 10 test rows, 5)
        """
        X, y = self.frame.drop(columns=self.target), self.frame[self.target]
        by_class = y.dtype.kind in "iub" if stratify is None else stratify
        return self._split(X, y, test, validation, seed, by_class)


@dataclass(frozen=True, repr=False, eq=False)
class ImageDataset(Dataset):
    """Grey images with an official test part.

    Parameters
    ----------
    X_train, X_test : ndarray (n_samples, 28, 28) of uint8
        Pixel values 0 (background) to 255.
    y_train, y_test : ndarray (n_samples,) of uint8
        Class index 0 to 9.
    class_names : tuple of str
        Name of each class index.
    X_valid, y_valid : ndarray or None
        Validation rows, taken out of the training part; None unless asked for.
    """

    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    class_names: tuple[str, ...]
    X_valid: np.ndarray | None = None
    y_valid: np.ndarray | None = None

    def _content(self):
        valid = "" if self.y_valid is None else f"{len(self.y_valid):,} validation, "
        height, width = self.X_train.shape[1:]
        return (
            f"{len(self.y_train):,} training, {valid}{len(self.y_test):,} test images of "
            f"{height}×{width} pixels ({self.X_train.dtype}, 0–255), {len(self.class_names)} classes"
        )

    def hold_out(self, validation, seed=0):
        """Move some training rows to the validation part; the test part stays as published.

        Parameters
        ----------
        validation : float or int
            Share (0 to 1) or number of the training rows; 0 holds out none.
        seed : int or None
            Seed of a random choice; None takes the last rows, the custom for MNIST.
            The order of the rows is kept either way.

        Returns
        -------
        ImageDataset

        Raises
        ------
        ValueError, TypeError
            If the share or number is out of range or of the wrong type, or if there is a
            validation part already.

        Examples
        --------
        >>> import numpy as np
        >>> X, y = np.zeros((9, 28, 28), np.uint8), np.arange(9, dtype=np.uint8)
        >>> tiny = ImageDataset("tiny", "cache", X, y, X, y, tuple("012345678"))
        >>> tiny.hold_out(3, seed=None).y_valid.tolist()
        [6, 7, 8]
        """
        if self.y_valid is not None:
            raise ValueError(f"{self.name} has a validation part already: hold out once.")
        n_rows = len(self.y_train)
        n_valid = count("validation", validation, n_rows, self.scale)
        if not n_valid:
            return self
        held = np.zeros(n_rows, dtype=bool)
        held[_held_rows(n_rows, n_valid, seed)] = True
        return replace(
            self,
            X_train=self.X_train[~held],  # (n_rows - n_valid, 28, 28)
            y_train=self.y_train[~held],
            X_valid=self.X_train[held],  # (n_valid, 28, 28)
            y_valid=self.y_train[held],
        )


def count(argument, share, n_rows, scale=1.0):
    """Turn a share or number of rows into a number of rows.

    Parameters
    ----------
    argument : str
        Name of the argument, for the error text.
    share : float or int
        A share (0 <= share < 1) of the rows, or a number of rows.
    n_rows : int
        Rows there are to take from; at least one must remain.
    scale : float
        Factor for a number of rows: the size of a sample against the real data.

    Returns
    -------
    int
        0 if ``share`` is 0, else at least 1 and less than ``n_rows``.

    Raises
    ------
    TypeError
        If ``share`` is no number.
    ValueError
        If it is out of range, or leaves no row.

    Examples
    --------
    >>> count("validation", 0.25, 200), count("validation", 5000, 600, scale=0.01)
    (50, 50)
    """
    rule = f"{argument} must be a share from 0 up to 1 (float) or a number of rows (int)"
    if isinstance(share, (bool, np.bool_)) or not isinstance(share, (int, float, np.number)):
        raise TypeError(f"{rule}, got {share!r} of type {type(share).__name__}.")
    whole = isinstance(share, (int, np.integer))
    if not (share >= 0 if whole else 0 <= share < 1):
        raise ValueError(f"{rule}, got {share!r}.")
    if share == 0:
        return 0
    number = max(1, round(share * scale if whole else share * n_rows))
    if number >= n_rows:
        raise ValueError(f"{argument}={share!r} takes {number} rows and leaves none of {n_rows}.")
    return number


def _cut(rows, number, y, seed, by_class):
    """Split row numbers in two, the second part with ``number`` of them."""
    if not number:
        return rows, rows[:0]
    from sklearn.model_selection import train_test_split

    labels = np.asarray(y)[rows] if by_class else None
    return train_test_split(rows, test_size=number, random_state=seed, stratify=labels)


def _take(table, rows):
    """Rows of an array, a DataFrame or a Series, by position."""
    return table.iloc[rows] if hasattr(table, "iloc") else table[rows]


def _held_rows(n_rows, number, seed):
    """Positions of the rows to hold out."""
    if seed is None:
        return np.arange(n_rows - number, n_rows)
    return np.random.default_rng(seed).choice(n_rows, size=number, replace=False)
