"""What goes into a network, checked once: errors name the argument, the rule and the value."""

import difflib
import numbers

import numpy as np

from labkit.errors import LabkitError

_ROWS = 4096  # rows looked at in one go


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
    array = as_reals(name, values).astype(np.float64, copy=False)
    require_finite(name, array)
    return array


def as_floats(name, values):
    """Return `values` as a finite float array: float32 stays float32, all else becomes float64.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    values : array_like, any shape
        Booleans, integers or real floats.

    Returns
    -------
    ndarray of float32 or float64, same shape

    Raises
    ------
    TypeError
        If `values` holds anything but real numbers.
    ValueError
        If the rows have different lengths, or a value is NaN or infinite.

    Examples
    --------
    >>> as_floats("z", np.float32([1.5])).dtype, as_floats("z", [1]).dtype
    (dtype('float32'), dtype('float64'))
    """
    array = as_reals(name, values)
    array = array.astype(np.float32 if array.dtype == np.float32 else np.float64, copy=False)
    require_finite(name, array)
    return array


def as_reals(name, values):
    """Return `values` as an array of real numbers, in the dtype that they have.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    values : array_like, any shape
        Booleans, integers or real floats; they may be NaN or infinite.

    Returns
    -------
    ndarray, same shape
        `values` itself if it is an array.

    Raises
    ------
    TypeError
        If `values` holds anything but real numbers.
    ValueError
        If the rows have different lengths.

    Examples
    --------
    >>> as_reals("y", [[0, 1], [2]])
    Traceback (most recent call last):
    ...
    ValueError: y must have rows of equal length: setting an array element with a sequence. The requested array has an inhomogeneous shape after 1 dimensions. The detected shape was (2,) + inhomogeneous part.
    """
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} must have rows of equal length: {error}") from None
    if array.dtype.kind not in "biuf":
        kind = f"{type(values).__name__} of dtype {array.dtype}"
        raise TypeError(f"{name} must hold real numbers; got {kind}.")
    return array


def require_finite(name, array):
    """Refuse an array that holds NaN or infinity, and say where the first stands.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    array : ndarray, any shape
        Real numbers. It is read in pieces, so that a large one is never copied.

    Raises
    ------
    ValueError
        If a value is NaN or infinite.

    Examples
    --------
    >>> require_finite("X", np.array([0.0, np.nan]))
    Traceback (most recent call last):
    ...
    ValueError: X must hold finite numbers; got nan at index (1,).
    """
    if array.dtype.kind != "f":
        return
    rows = array if array.ndim else array[None]
    for start in range(0, len(rows), _ROWS):
        piece = rows[start : start + _ROWS]
        if not np.isfinite(piece).all():
            first = np.argwhere(~np.isfinite(piece))[0]
            at = (int(first[0]) + start, *map(int, first[1:]))
            where = f" at index {at}" if array.ndim else ""
            raise ValueError(f"{name} must hold finite numbers; got {rows[at]}{where}.")


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


def fraction(name, value):
    """Return `value` as a float if it is at least 0 and below 1, or say why not.

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
        If it is below 0, 1 or more, or NaN.

    Examples
    --------
    >>> fraction("rate", 0.5)
    0.5
    """
    value = not_negative(name, value)
    if value >= 1:
        raise ValueError(f"{name} must be at least 0 and below 1; got {value!r}.")
    return value


def not_negative(name, value):
    """Return `value` as a float if it is a finite number of at least 0, or say why not.

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
        If it is below 0, NaN or infinite.

    Examples
    --------
    >>> not_negative("l2", 0)
    0.0
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a number; got {value!r}.")
    if not 0 <= value < np.inf:
        raise ValueError(f"{name} must be finite and at least 0; got {value!r}.")
    return float(value)


def as_generator(rng):
    """Return `rng`, or a generator seeded by the system if it is None.

    Parameters
    ----------
    rng : numpy.random.Generator or None
        Source of random numbers.

    Returns
    -------
    numpy.random.Generator

    Raises
    ------
    TypeError
        If `rng` is anything else, such as a seed.

    Examples
    --------
    >>> as_generator(np.random.default_rng(0)).permutation(3)
    array([2, 0, 1])
    """
    if not isinstance(rng, np.random.Generator | None):
        raise TypeError(f"rng must come from np.random.default_rng(seed); got {rng!r}.")
    return np.random.default_rng() if rng is None else rng


def as_choice(name, value, registry, kind):
    """Look up a name in a registry; anything of the right kind stands for itself.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    value : str or object
        A key of `registry`, or an object of type `kind`.
    registry : dict
        What there is, by name.
    kind : type
        The type of what is registered.

    Returns
    -------
    object of type `kind`

    Raises
    ------
    TypeError
        If `value` is neither a name nor of type `kind`.
    ValueError
        If no entry has that name.

    Examples
    --------
    >>> as_choice("activation", "rellu", {"relu": max, "tanh": min}, type(max))
    Traceback (most recent call last):
    ...
    ValueError: activation must be one of 'relu', 'tanh'; got 'rellu'. Did you mean 'relu'?
    """
    if isinstance(value, kind):
        return value
    if not isinstance(value, str):
        raise TypeError(
            f"{name} must be a name or an object of labkit.nn made for it; got {value!r}."
        )
    if value not in registry:
        near = difflib.get_close_matches(value.lower(), registry, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        names = ", ".join(map(repr, registry))
        raise ValueError(f"{name} must be one of {names}; got {value!r}.{hint}")
    return registry[value]


def require_same_shape(y, y_hat):
    """Refuse targets and predictions of different shapes: NumPy would pair each with each.

    Parameters
    ----------
    y, y_hat : ndarray
        Targets and predictions.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> require_same_shape(np.zeros(3), np.zeros((3, 1)))
    Traceback (most recent call last):
    ...
    ValueError: y must have the shape of y_hat, (3, 1); got (3,). Write y[:, None] to make y a column.
    """
    if y.shape == y_hat.shape:
        return
    remedy = ""
    if y_hat.shape == (*y.shape, 1):
        remedy = " Write y[:, None] to make y a column."
    elif y.shape == (*y_hat.shape, 1):
        remedy = " Write y.ravel() to make y flat."
    raise ValueError(f"y must have the shape of y_hat, {y_hat.shape}; got {y.shape}.{remedy}")
