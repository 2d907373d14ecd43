r"""Gradients by central differences: slow, simple, and hard to get wrong.

Used in the chapters *Gradient descent* and *Backpropagation* to check what was derived.
"""

from functools import partial

import numpy as np

from labkit.nn.inputs import as_numbers, positive_number


def numerical_gradient(f, theta, eps=1e-6):
    r"""Return the gradient of a function by moving each parameter a little, up and down.

    Parameters
    ----------
    f : callable
        Takes an array of the shape of `theta`, returns a number.
    theta : array_like, any shape
        Where to take the gradient.
    eps : float, default 1e-6
        How far to move, above 0. The error is about eps² from the curvature, and 1e-16 / eps
        from rounding; both are small around 1e-6 to 1e-5.

    Returns
    -------
    ndarray of float64, shape of `theta`

    Raises
    ------
    TypeError, ValueError
        If `f` cannot be called or does not return a single number, or `theta` or `eps` are no
        finite numbers.

    Notes
    -----
    .. math:: \frac{\partial f}{\partial \theta_i} \approx
        \frac{f(\theta + \epsilon e_i) - f(\theta - \epsilon e_i)}{2 \epsilon}

    Examples
    --------
    >>> numerical_gradient(lambda x: x[0] ** 2 + 3 * x[1], [2.0, 5.0]).round(6)
    array([4., 3.])
    """
    if not callable(f):
        raise TypeError(f"f must be a function of theta; got {f!r}.")
    eps = positive_number("eps", eps)
    theta = np.array(as_numbers("theta", theta))  # a copy: it is moved in place
    gradient = np.zeros_like(theta)
    for i in np.ndindex(theta.shape):
        middle = theta[i]
        theta[i] = middle + eps
        above = _number(f(theta.copy()))
        theta[i] = middle - eps
        below = _number(f(theta.copy()))
        theta[i] = middle
        gradient[i] = (above - below) / (2 * eps)
    return gradient[()]


def _number(value):
    """Return what f gave as a float, or say that it is no single number."""
    value = as_numbers("f(theta)", value)
    if value.ndim:
        raise ValueError(f"f must return a single number; got an array of shape {value.shape}.")
    return float(value)


def relative_error(a, b):
    r"""Return the largest difference of two arrays, relative to their largest number.

    Parameters
    ----------
    a, b : array_like, same shape
        For example a gradient by a formula, and the same by central differences.

    Returns
    -------
    float
        0 when both are equal, 2 when they differ in nothing but the sign.

    Raises
    ------
    TypeError, ValueError
        If the arrays do not hold finite real numbers, are empty or differ in shape.

    Notes
    -----
    .. math:: \frac{\max_i |a_i - b_i|}{\max(\max_i |a_i|,\; \max_i |b_i|)}

    The largest number sets the scale for all: next to a gradient of 1, a difference of 1e-9
    in a gradient that should be 0 means nothing.

    Examples
    --------
    >>> relative_error([1.0, 0.0], [1.0, 1e-9])
    1e-09
    >>> relative_error([1.0], [-1.0])
    2.0
    """
    a, b = as_numbers("a", a), as_numbers("b", b)
    if a.shape != b.shape or a.size == 0:
        raise ValueError(f"a and b must have the same shape; got {a.shape} and {b.shape}.")
    scale = max(np.abs(a).max(), np.abs(b).max())
    return float(np.abs(a - b).max() / scale) if scale else 0.0


def check_gradients(model, X, y, eps=1e-6):
    """Compare the gradients of a network with central differences.

    Parameters
    ----------
    model : labkit.nn.MLP
        A network in float64 (float32 has too few digits for differences). Its weights are
        moved while it is checked, and are afterwards as before. Dropout is off.
    X : array_like, shape (n_samples, n_in)
        Inputs; a few samples are enough.
    y : array_like
        Targets, as in ``model.fit``.
    eps : float, default 1e-6
        How far each weight is moved.

    Returns
    -------
    float
        The largest `relative_error` of all arrays of weights and biases: below 1e-6 for
        right gradients, unless a sum lies within `eps` of a kink, as that of ReLU at 0.

    Raises
    ------
    TypeError, ValueError
        If the network is not in float64, or what `fit` raises for such data.

    Examples
    --------
    >>> from labkit import nn
    >>> rng = np.random.default_rng(0)
    >>> model = nn.MLP([nn.Dense(3, "tanh"), nn.Dense(1)], rng=rng)
    >>> check_gradients(model, rng.normal(size=(5, 2)), rng.normal(size=(5, 1))) < 1e-6
    True
    """
    if model.dtype != np.float64:
        raise ValueError(f"model must have dtype float64 to be checked; got {model.dtype}.")
    analytic = model.gradients(X, y)
    weights = model.get_weights()

    def loss_at(theta, k):
        model.set_weights([*weights[:k], theta, *weights[k + 1 :]])
        return model.loss_value(X, y)

    try:
        return max(
            relative_error(analytic[k], numerical_gradient(partial(loss_at, k=k), W, eps))
            for k, W in enumerate(weights)
        )
    finally:  # even if the loss cannot be computed on the way
        model.set_weights(weights)
