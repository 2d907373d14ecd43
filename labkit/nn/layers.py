r"""Layers: what they compute on the way forward, and what they hand back on the way backward.

Derived in the chapters *The multilayer perceptron* (forward) and *Backpropagation* (backward).
"""

import numpy as np

from labkit.nn import activations, initializers
from labkit.nn.inputs import (
    NotFittedError,
    as_generator,
    fraction,
    not_negative,
    positive_integer,
)


class Dense:
    r"""A fully connected layer: every unit sees every input.

    Parameters
    ----------
    units : int
        Number of units, at least 1.
    activation : str or Activation, default "linear"
        See `labkit.nn.activations`.
    kernel_initializer : str or function, default "glorot_uniform"
        How the weights begin, see `labkit.nn.initializers`.
    bias_initializer : str or function, default "zeros"
        How the biases begin.
    l1, l2 : float, default 0.0
        Penalties on the weights (not the biases), at least 0: :math:`\lambda_1 \sum |w|` and
        :math:`\lambda_2 \sum w^2` are added to the loss.

    Attributes
    ----------
    W : ndarray, shape (n_in, units)
        Weights, once the layer is built.
    b : ndarray, shape (units,)
        Biases.
    dW, db : ndarray
        Gradients of the loss for them, after `backward`.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or outside its range.

    Notes
    -----
    For a batch with one sample a row,

    .. math:: \mathbf Z = \mathbf X \mathbf W + \mathbf b, \qquad \mathbf A = \varphi(\mathbf Z)

    and, from the gradient :math:`\mathbf G` of the loss for :math:`\mathbf A`,

    .. math:: \mathbf D = \mathbf G \odot \varphi'(\mathbf Z), \quad
        \frac{\partial J}{\partial \mathbf W} = \mathbf X^\top \mathbf D, \quad
        \frac{\partial J}{\partial \mathbf b} = \sum_i \mathbf D_i, \quad
        \frac{\partial J}{\partial \mathbf X} = \mathbf D \mathbf W^\top

    Examples
    --------
    >>> layer = Dense(3, "relu")
    >>> layer.build(2, np.random.default_rng(0))
    >>> layer.forward(np.ones((5, 2))).shape
    (5, 3)
    >>> layer.backward(np.ones((5, 3))).shape, layer.dW.shape, layer.db.shape
    ((5, 2), (2, 3), (3,))
    """

    def __init__(
        self,
        units,
        activation="linear",
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        l1=0.0,
        l2=0.0,
    ):
        self.units = positive_integer("units", units)
        self.activation = activations.get(activation)
        self.kernel_initializer = initializers.get(kernel_initializer, "kernel_initializer")
        self.bias_initializer = initializers.get(bias_initializer, "bias_initializer")
        self.l1, self.l2 = not_negative("l1", l1), not_negative("l2", l2)
        self.W = self.b = self.built_for = None

    def build(self, n_in, rng=None, dtype=np.float64):
        """Draw the first weights.

        Parameters
        ----------
        n_in : int
            Number of inputs.
        rng : numpy.random.Generator, optional
            Source of random numbers.
        dtype : dtype, default float64
            Type of all numbers of the layer.

        Raises
        ------
        TypeError, ValueError
            If an argument is of the wrong kind or range, or an initializer returns an array
            of another shape.
        """
        n_in, rng = positive_integer("n_in", n_in), as_generator(rng)
        self.W = self._first("kernel_initializer", (n_in, self.units), rng, dtype)
        self.b = self._first("bias_initializer", (self.units,), rng, dtype)
        self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)

    def _first(self, name, shape, rng, dtype):
        """Return the array that an initializer gives, of that shape."""
        array = getattr(self, name)(shape, rng, dtype)
        if np.shape(array) != shape:
            raise ValueError(f"{name} must return shape {shape}; got {np.shape(array)}.")
        return np.array(array, dtype=dtype)

    def forward(self, X, training=False):
        """Return the outputs, and keep what `backward` needs.

        Parameters
        ----------
        X : ndarray, shape (n_samples, n_in)
            Inputs.
        training : bool
            Makes no difference here.

        Returns
        -------
        ndarray, shape (n_samples, units)

        Raises
        ------
        NotFittedError
            If the layer is not built yet.
        """
        if self.W is None:
            raise NotFittedError("this Dense layer has no weights yet.", "Call build(n_in) first.")
        self.X = X
        self.Z = X @ self.W + self.b  # (n_samples, units)
        self.A = self.activation.forward(self.Z)
        return self.A

    def backward(self, grad, for_input=True):
        """Compute `dW` and `db`, and return the gradient for the layer's inputs.

        Parameters
        ----------
        grad : ndarray, shape (n_samples, units)
            Gradient of the loss for the outputs of the last `forward`.
        for_input : bool, default True
            Whether somebody wants to know the gradient for the inputs.

        Returns
        -------
        ndarray, shape (n_samples, n_in), or None

        Raises
        ------
        ValueError
            If `grad` has not the shape of the outputs, as (n_samples,) for one unit.
        """
        if grad.shape != self.A.shape:
            raise ValueError(
                f"grad must have the shape of the outputs, {self.A.shape}; got {grad.shape}."
            )
        return self.backward_sums(self.activation.backward(self.Z, self.A, grad), for_input)

    def backward_sums(self, D, for_input=True):
        """Do what `backward` does, from the gradient for the weighted sums `Z`.

        Parameters
        ----------
        D : ndarray, shape (n_samples, units)
            Gradient of the loss for the weighted sums of the last `forward`.
        for_input : bool, default True
            Whether somebody wants to know the gradient for the inputs.

        Returns
        -------
        ndarray, shape (n_samples, n_in), or None
        """
        np.matmul(self.X.T, D, out=self.dW)  # (n_in, n_samples) @ (n_samples, units)
        D.sum(axis=0, out=self.db)
        if self.l1:
            self.dW += self.l1 * np.sign(self.W)
        if self.l2:
            self.dW += 2 * self.l2 * self.W
        return D @ self.W.T if for_input else None

    def penalty(self):
        """Return what the weights add to the loss, float."""
        penalty = self.l1 * np.abs(self.W).sum() if self.l1 else 0.0
        return float(penalty + (self.l2 * np.square(self.W).sum() if self.l2 else 0.0))


class Dropout:
    r"""While training, sets each input to 0 with a given probability; else does nothing.

    Parameters
    ----------
    rate : float
        Probability that an input is dropped, at least 0 and below 1.

    Raises
    ------
    TypeError, ValueError
        If `rate` is no number in that range.

    Notes
    -----
    What is left is divided by 1 - rate, so that the expected sum stays the same.

    References
    ----------
    N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, "Dropout: a simple
    way to prevent neural networks from overfitting", JMLR 15 (2014), 1929-1958.

    Examples
    --------
    >>> layer = Dropout(0.5)
    >>> layer.build(4, np.random.default_rng(0))
    >>> layer.forward(np.ones((1, 4)), training=True)
    array([[2., 0., 0., 0.]])
    >>> layer.forward(np.ones((1, 4)))
    array([[1., 1., 1., 1.]])
    """

    def __init__(self, rate):
        self.rate = fraction("rate", rate)
        self.built_for = None

    def build(self, n_in, rng=None, dtype=np.float64):
        """Remember the number of inputs and the source of random numbers.

        Parameters
        ----------
        n_in : int
            Number of inputs, which is that of the outputs.
        rng : numpy.random.Generator, optional
            Source of random numbers.
        dtype : dtype, default float64
            Type of the random numbers that decide what is dropped.
        """
        self.units, self.rng, self.dtype = n_in, as_generator(rng), dtype

    def forward(self, X, training=False):
        """Return the inputs, some of them dropped.

        Parameters
        ----------
        X : ndarray, shape (n_samples, n_in)
            Inputs.
        training : bool, default False
            Whether to drop any.

        Returns
        -------
        ndarray, shape (n_samples, n_in)
        """
        self.mask = None
        if training and self.rate:
            kept = self.rng.random(X.shape, dtype=self.dtype) >= self.rate
            self.mask = kept.astype(X.dtype) / (1 - self.rate)
        return X if self.mask is None else X * self.mask

    def backward(self, grad, for_input=True):
        """Return the gradient for the inputs: what was dropped gets none.

        Parameters
        ----------
        grad : ndarray, shape (n_samples, n_in)
            Gradient of the loss for the outputs of the last `forward`.
        for_input : bool, default True
            Whether somebody wants to know it.

        Returns
        -------
        ndarray, shape (n_samples, n_in)
        """
        return grad if self.mask is None else grad * self.mask

    def penalty(self):
        """Return 0: nothing is penalised, float."""
        return 0.0
