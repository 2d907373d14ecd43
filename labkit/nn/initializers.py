r"""How weights begin: functions of a shape and a source of random numbers.

Weights that start equal stay equal (chapter *Backpropagation*), so they start at random. How
large they should be depends on how many inputs a unit adds up (`n_in`) and how many units
each input feeds (`n_out`): with too large weights the signal grows from layer to layer, with
too small ones it dies away.

References
----------
X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural
networks", AISTATS 2010.

K. He, X. Zhang, S. Ren, J. Sun, "Delving deep into rectifiers", ICCV 2015.

Y. LeCun, L. Bottou, G. B. Orr, K.-R. Müller, "Efficient BackProp", in *Neural Networks: Tricks
of the Trade*, Springer 1998.
"""

from collections.abc import Callable

import numpy as np

from labkit.nn.inputs import as_choice, as_generator, not_negative


def zeros(shape, rng=None, dtype=np.float64):
    """Return zeros: right for biases, wrong for weights.

    Parameters
    ----------
    shape : tuple of int
        Such as (n_in, n_out).
    rng : numpy.random.Generator, optional
        Not used; here so that all initializers are called alike.
    dtype : dtype, default float64
        Type of the numbers.

    Returns
    -------
    ndarray of that shape

    Examples
    --------
    >>> zeros((2, 1))
    array([[0.],
           [0.]])
    """
    return np.zeros(shape, dtype=dtype)


def normal(shape, rng=None, dtype=np.float64, std=0.05):
    """Return normal numbers with mean 0, whatever the size of the layer.

    Parameters
    ----------
    shape : tuple of int
        Such as (n_in, n_out).
    rng : numpy.random.Generator, optional
        Source of the numbers.
    dtype : dtype, default float64
        Type of the numbers.
    std : float, default 0.05
        Standard deviation, at least 0.

    Returns
    -------
    ndarray of that shape

    Raises
    ------
    TypeError, ValueError
        If `rng` is no generator, or `std` no number of at least 0.

    Examples
    --------
    >>> normal((784, 300), np.random.default_rng(0)).std().round(2)
    np.float64(0.05)
    """
    std = not_negative("std", std)
    return as_generator(rng).normal(0, std, shape).astype(dtype, copy=False)


def glorot_normal(shape, rng=None, dtype=np.float64):
    r"""Return normal numbers with variance 2 / (n_in + n_out): for tanh, sigmoid and softmax.

    Parameters
    ----------
    shape : tuple of two int
        (n_in, n_out).
    rng : numpy.random.Generator, optional
        Source of the numbers.
    dtype : dtype, default float64
        Type of the numbers.

    Returns
    -------
    ndarray of that shape

    Notes
    -----
    Keras cuts the normal distribution off at two standard deviations; here it is whole.

    Examples
    --------
    >>> glorot_normal((300, 100), np.random.default_rng(0)).std().round(3)  # sqrt(2 / 400)
    np.float64(0.071)
    """
    return normal(shape, rng, dtype, std=np.sqrt(2 / sum(shape)))


def glorot_uniform(shape, rng=None, dtype=np.float64):
    r"""Return uniform numbers with variance 2 / (n_in + n_out): the default, as in Keras.

    Parameters
    ----------
    shape : tuple of two int
        (n_in, n_out).
    rng : numpy.random.Generator, optional
        Source of the numbers.
    dtype : dtype, default float64
        Type of the numbers.

    Returns
    -------
    ndarray of that shape
        Between ±sqrt(6 / (n_in + n_out)).

    Examples
    --------
    >>> abs(glorot_uniform((3, 3), np.random.default_rng(0))).max() <= 1
    np.True_
    """
    return _uniform(shape, rng, dtype, variance=2 / sum(shape))


def he_normal(shape, rng=None, dtype=np.float64):
    """Return normal numbers with variance 2 / n_in: for ReLU and its kin.

    Parameters
    ----------
    shape : tuple of two int
        (n_in, n_out).
    rng : numpy.random.Generator, optional
        Source of the numbers.
    dtype : dtype, default float64
        Type of the numbers.

    Returns
    -------
    ndarray of that shape

    Notes
    -----
    ReLU sets about half of the sums to 0, hence the 2.

    Examples
    --------
    >>> he_normal((200, 500), np.random.default_rng(0)).std().round(3)  # sqrt(2 / 200)
    np.float64(0.1)
    """
    return normal(shape, rng, dtype, std=np.sqrt(2 / shape[0]))


def he_uniform(shape, rng=None, dtype=np.float64):
    """Return uniform numbers with variance 2 / n_in: for ReLU and its kin.

    Parameters
    ----------
    shape : tuple of two int
        (n_in, n_out).
    rng : numpy.random.Generator, optional
        Source of the numbers.
    dtype : dtype, default float64
        Type of the numbers.

    Returns
    -------
    ndarray of that shape
        Between ±sqrt(6 / n_in).

    Examples
    --------
    >>> abs(he_uniform((6, 9), np.random.default_rng(0))).max() <= 1
    np.True_
    """
    return _uniform(shape, rng, dtype, variance=2 / shape[0])


def lecun_normal(shape, rng=None, dtype=np.float64):
    """Return normal numbers with variance 1 / n_in: for SELU.

    Parameters
    ----------
    shape : tuple of two int
        (n_in, n_out).
    rng : numpy.random.Generator, optional
        Source of the numbers.
    dtype : dtype, default float64
        Type of the numbers.

    Returns
    -------
    ndarray of that shape

    Examples
    --------
    >>> lecun_normal((100, 500), np.random.default_rng(0)).std().round(3)  # sqrt(1 / 100)
    np.float64(0.1)
    """
    return normal(shape, rng, dtype, std=np.sqrt(1 / shape[0]))


def lecun_uniform(shape, rng=None, dtype=np.float64):
    """Return uniform numbers with variance 1 / n_in: for SELU.

    Parameters
    ----------
    shape : tuple of two int
        (n_in, n_out).
    rng : numpy.random.Generator, optional
        Source of the numbers.
    dtype : dtype, default float64
        Type of the numbers.

    Returns
    -------
    ndarray of that shape
        Between ±sqrt(3 / n_in).

    Examples
    --------
    >>> abs(lecun_uniform((3, 9), np.random.default_rng(0))).max() <= 1
    np.True_
    """
    return _uniform(shape, rng, dtype, variance=1 / shape[0])


def _uniform(shape, rng, dtype, variance):
    """Return uniform numbers of a given variance: a width of 2a has the variance a² / 3."""
    limit = np.sqrt(3 * variance)
    return as_generator(rng).uniform(-limit, limit, shape).astype(dtype, copy=False)


INITIALIZERS = {
    initializer.__name__: initializer
    for initializer in (
        zeros, normal, glorot_uniform, glorot_normal, he_uniform, he_normal, lecun_uniform,
        lecun_normal,
    )
}  # fmt: skip


def get(initializer, name="initializer"):
    """Return an initializer by its name.

    Parameters
    ----------
    initializer : str or function
        A name in `INITIALIZERS`, or a function (shape, rng, dtype) -> ndarray, which is
        returned as it is.
    name : str
        The argument's name, for the message.

    Returns
    -------
    function

    Raises
    ------
    TypeError, ValueError
        If it is neither; a misspelt name gets a suggestion.

    Examples
    --------
    >>> get("he_normal").__name__
    'he_normal'
    """
    return as_choice(name, initializer, INITIALIZERS, Callable)
