"""The linear threshold unit, and the logic gates that one or a few of them compute.

Derived in the chapters *Neurons* and *Perceptron*.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from labkit.nn.inputs import as_numbers, positive_integer


def _integers(z, outputs):
    """Return an int for a single `z`, an array for an array."""
    return int(outputs) if z.ndim == 0 else outputs.astype(np.int64)


def step(z):
    r"""Return 0 where `z` is negative and 1 elsewhere, so ``step(0)`` is 1.

    Parameters
    ----------
    z : array_like, any shape
        Weighted sums.

    Returns
    -------
    int, or ndarray of int64 of the same shape

    Raises
    ------
    TypeError, ValueError
        If `z` does not hold finite real numbers.

    See Also
    --------
    sign : the variant with outputs -1, 0 and 1. Chapter *Perceptron* derives both.

    Notes
    -----
    .. math:: \operatorname{step}(z) = 0 \text{ if } z < 0, \text{ else } 1

    Examples
    --------
    >>> step([-0.1, 0.0, 2.0])
    array([0, 1, 1])
    """
    z = as_numbers("z", z)
    return _integers(z, z >= 0)


def sign(z):
    """Return -1 where `z` is negative, 0 where it is 0, and 1 where it is positive.

    Parameters
    ----------
    z : array_like, any shape
        Weighted sums.

    Returns
    -------
    int, or ndarray of int64 of the same shape

    Raises
    ------
    TypeError, ValueError
        If `z` does not hold finite real numbers.

    See Also
    --------
    step : the variant with outputs 0 and 1. Chapter *Perceptron* derives both.

    Examples
    --------
    >>> sign([-0.1, 0.0, 2.0])
    array([-1,  0,  1])
    """
    z = as_numbers("z", z)
    return _integers(z, np.sign(z))


# frozen: the gates below are shared by everyone who imports them
@dataclass(frozen=True, eq=False)
class ThresholdUnit:
    r"""A neuron that weighs its inputs, adds them up, and fires if the sum is large enough.

    Parameters
    ----------
    weights : array_like, shape (n_in,)
        What each input contributes to the sum, per unit of input.
    bias : float, default 0.0
        Added to the sum; the unit fires when the weighted inputs reach ``-bias``.
    activation : callable, default `step`
        Turns the sums `z`, any shape, into outputs of the same shape.

    Raises
    ------
    TypeError
        If `weights` or `bias` are no real numbers, or `activation` cannot be called.
    ValueError
        If `weights` is not one-dimensional or empty, `bias` is not a single number, or
        one of them is NaN or infinite.

    See Also
    --------
    Perceptron : a layer of such units that learns its weights.

    Notes
    -----
    .. math:: \hat y = \operatorname{step}(\mathbf{w}^\top \mathbf{x} + b)

    Examples
    --------
    >>> majority = ThresholdUnit([1, 1, 1], bias=-2)
    >>> majority([1, 0, 1])
    1
    >>> majority([[1, 0, 0], [1, 1, 1]])
    array([0, 1])
    """

    weights: np.ndarray
    bias: float = 0.0
    activation: Callable = step

    def __post_init__(self):
        weights = np.array(as_numbers("weights", self.weights))  # (n_in,)
        bias = as_numbers("bias", self.bias)
        if weights.ndim != 1 or weights.size == 0:
            raise ValueError(f"weights must have shape (n_in,); got shape {weights.shape}.")
        if bias.ndim != 0:
            raise ValueError(f"bias must be a single number; got shape {bias.shape}.")
        if not callable(self.activation):
            raise TypeError(f"activation must be a function; got {self.activation!r}.")
        weights.setflags(write=False)
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "bias", float(bias))

    def __call__(self, X):
        """Return the unit's output for one sample or for each row of samples.

        Parameters
        ----------
        X : array_like, shape (n_in,) or (n_samples, n_in)
            Inputs.

        Returns
        -------
        int, or ndarray of int64, shape (n_samples,)

        Raises
        ------
        TypeError, ValueError
            If `X` does not hold finite real numbers or its shape does not fit the weights.

        Examples
        --------
        >>> AND([1, 1])
        1
        """
        return self.activation(self.decision_function(X))

    def decision_function(self, X):
        """Return the weighted sum plus the bias, before the activation.

        Parameters
        ----------
        X : array_like, shape (n_in,) or (n_samples, n_in)
            Inputs.

        Returns
        -------
        float, or ndarray of float64, shape (n_samples,)

        Raises
        ------
        TypeError, ValueError
            If `X` does not hold finite real numbers or its shape does not fit the weights.

        Examples
        --------
        >>> AND.decision_function([[1, 0], [1, 1]])
        array([-0.5,  0.5])
        """
        X = as_numbers("X", X)
        n_in = len(self.weights)
        if X.ndim not in (1, 2) or X.shape[-1] != n_in:
            raise ValueError(
                f"X must have shape ({n_in},) or (n_samples, {n_in}) "
                f"for a unit with {n_in} weights; got shape {X.shape}."
            )
        z = X @ self.weights + self.bias  # () or (n_samples,)
        return float(z) if X.ndim == 1 else z


# Each bias lies halfway between a sum that should fire and one that should not.
IDENTITY = ThresholdUnit([1], bias=-0.5)
NOT = ThresholdUnit([-1], bias=0.5)
AND = ThresholdUnit([1, 1], bias=-1.5)
OR = ThresholdUnit([1, 1], bias=-0.5)
A_AND_NOT_B = ThresholdUnit([1, -1], bias=-0.5)

GATES = {"IDENTITY": IDENTITY, "NOT": NOT, "AND": AND, "OR": OR, "A_AND_NOT_B": A_AND_NOT_B}


def xor(X):
    r"""Return 1 where exactly one of two inputs is 1: a network of three units.

    Parameters
    ----------
    X : array_like, shape (2,) or (n_samples, 2)
        Inputs 0 and 1.

    Returns
    -------
    int, or ndarray of int64, shape (n_samples,)

    Raises
    ------
    TypeError, ValueError
        If `X` does not hold finite real numbers or has not two columns.

    See Also
    --------
    ThresholdUnit : no single unit can do this. Chapter *Neurons* draws the network.

    Notes
    -----
    .. math:: A \oplus B = (A \wedge \neg B) \vee (B \wedge \neg A)

    Examples
    --------
    >>> xor([[0, 0], [0, 1], [1, 0], [1, 1]])
    array([0, 1, 1, 0])
    """
    a_not_b = A_AND_NOT_B(X)  # () or (n_samples,)
    b_not_a = A_AND_NOT_B(np.flip(X, axis=-1))  # the same unit with its inputs swapped
    return OR(np.stack([a_not_b, b_not_a], axis=-1))


def truth_table(unit, n_inputs):
    """Return every combination of 0 and 1 as inputs, and the unit's output for each.

    Parameters
    ----------
    unit : callable
        Takes an array of shape (n_samples, n_inputs), gives one of shape (n_samples,).
    n_inputs : int
        Number of inputs, 1 to 16.

    Returns
    -------
    rows : ndarray of int64, shape (2**n_inputs, n_inputs)
        In counting order: 00, 01, 10, 11.
    outputs : ndarray, shape (2**n_inputs,)

    Raises
    ------
    TypeError
        If `unit` cannot be called or `n_inputs` is no integer.
    ValueError
        If `n_inputs` is outside 1 to 16, or `unit` gives another number of outputs.

    Examples
    --------
    >>> rows, outputs = truth_table(A_AND_NOT_B, 2)
    >>> for row, output in zip(rows, outputs):
    ...     print(*row, "->", output)
    0 0 -> 0
    0 1 -> 0
    1 0 -> 1
    1 1 -> 0
    """
    if not callable(unit):
        raise TypeError(f"unit must be a function of the inputs; got {unit!r}.")
    if positive_integer("n_inputs", n_inputs) > 16:
        raise ValueError(f"n_inputs must be at most 16; got {n_inputs}.")
    rows = np.indices((2,) * n_inputs).reshape(n_inputs, -1).T  # (2**n_inputs, n_inputs)
    outputs = np.asarray(unit(rows))
    if outputs.shape != (len(rows),):
        raise ValueError(
            f"unit must give one output a row, shape ({len(rows)},); got shape {outputs.shape}."
        )
    return rows, outputs
