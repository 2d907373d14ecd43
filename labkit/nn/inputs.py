"""What goes into a network, checked once: errors name the argument, the rule and the value."""

import numbers

import numpy as np

from labkit.errors import LabkitError


class NotFittedError(LabkitError):
    """A network was asked for an answer before it was trained.

    Examples
    --------
    >>> from labkit.nn import Perceptron
    >>> Perceptron().predict([[0.0, 1.0]])
    Traceback (most recent call last):
    ...
    labkit.nn.inputs.NotFittedError: this Perceptron has not learned anything yet.
    What to do: Call fit(X, y) first.
    """


def as_numbers(name, values):
    """Return `values` as a float64 array of finite numbers, or say why not.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    values : array_like, any shape
        Booleans, integers or real floats.

    Returns
    -------
    ndarray of float64, same shape
        A new array when a conversion was needed; else `values` itself.

    Raises
    ------
    TypeError
        If `values` holds anything but real numbers.
    ValueError
        If the rows have different lengths, or a value is NaN or infinite.

    Examples
    --------
    >>> as_numbers("X", [0, 1])
    array([0., 1.])
    """
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} must have rows of equal length: {error}") from None
    if array.dtype.kind not in "biuf":
        kind = f"{type(values).__name__} of dtype {array.dtype}"
        raise TypeError(f"{name} must hold real numbers; got {kind}.")
    array = array.astype(np.float64, copy=False)
    if not np.isfinite(array).all():
        first = tuple(map(int, np.argwhere(~np.isfinite(array))[0]))
        where = f" at index {first}" if first else ""
        raise ValueError(f"{name} must hold finite numbers; got {array[first]}{where}.")
    return array


def as_samples(X, n_features=None):
    """Return `X` as a float64 array with one sample a row.

    Parameters
    ----------
    X : array_like, shape (n_samples, n_features)
        At least one sample and one feature.
    n_features : int, optional
        The number of features that the network has learned from.

    Returns
    -------
    ndarray of float64, shape (n_samples, n_features)

    Raises
    ------
    TypeError
        If `X` does not hold real numbers.
    ValueError
        If the shape does not fit, or a value is NaN or infinite.

    Examples
    --------
    >>> as_samples([[0, 1], [1, 1]], n_features=2).shape
    (2, 2)
    """
    X = as_numbers("X", X)
    if X.ndim != 2:
        hint = f" For one sample, write X[None, :], shape (1, {X.size})." if X.ndim == 1 else ""
        raise ValueError(f"X must have shape (n_samples, n_features); got shape {X.shape}.{hint}")
    if 0 in X.shape:
        raise ValueError(f"X must have at least one sample and one feature; got shape {X.shape}.")
    if n_features is not None and X.shape[1] != n_features:
        raise ValueError(
            f"X must have {n_features} features, as in fit; got {X.shape[1]} (shape {X.shape})."
        )
    return X


def as_labels(y, n_samples):
    """Return `y` as an array of 0 and 1 with one label, or one row of labels, a sample.

    Parameters
    ----------
    y : array_like, shape (n_samples,) or (n_samples, n_out)
        Labels 0 and 1; booleans and floats are taken if they are equal to these.
    n_samples : int
        The number of rows of `X`.

    Returns
    -------
    ndarray of int64, same shape

    Raises
    ------
    TypeError
        If `y` does not hold real numbers.
    ValueError
        If the shape does not fit `n_samples`, or a label is neither 0 nor 1.

    Examples
    --------
    >>> as_labels([True, False], n_samples=2)
    array([1, 0])
    """
    y = as_numbers("y", y)
    if y.ndim not in (1, 2) or 0 in y.shape:
        raise ValueError(f"y must have shape (n_samples,) or (n_samples, n_out); got {y.shape}.")
    if len(y) != n_samples:
        raise ValueError(f"y must have one row for each of the {n_samples} samples; got {len(y)}.")
    others = np.setdiff1d(y, [0, 1])
    if others.size:
        shown = ", ".join(f"{label:g}" for label in others[:5])
        raise ValueError(
            f"y must hold only 0 and 1; got {shown}. "
            "Make labels by a question, as in y = (species == 'setosa')."
        )
    return y.astype(np.int64)


def positive_number(name, value):
    """Return `value` as a float if it is a finite number above 0, or say why not.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    value : float
        The value to check.

    Returns
    -------
    float

    Raises
    ------
    TypeError
        If `value` is no real number.
    ValueError
        If it is not above 0, NaN or infinite.

    Examples
    --------
    >>> positive_number("learning_rate", 1)
    1.0
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a number; got {value!r}.")
    if not 0 < value < np.inf:
        raise ValueError(f"{name} must be finite and above 0; got {value!r}.")
    return float(value)


def positive_integer(name, value):
    """Return `value` as an int if it is a whole number of at least 1, or say why not.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    value : int
        The value to check.

    Returns
    -------
    int

    Raises
    ------
    TypeError
        If `value` is no integer.
    ValueError
        If it is below 1.

    Examples
    --------
    >>> positive_integer("epochs", 10)
    10
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} must be an integer; got {value!r}.")
    if value < 1:
        raise ValueError(f"{name} must be at least 1; got {value!r}.")
    return int(value)
