"""The perceptron: one layer of threshold units, and the rule by which they learn.

Derived in the chapter *Perceptron*.
"""

import numpy as np

from labkit.nn.inputs import (
    NotFittedError,
    as_labels,
    as_samples,
    positive_integer,
    positive_number,
)
from labkit.nn.threshold import step


class Perceptron:
    r"""A layer of threshold units, each connected to every input, that learns from its errors.

    Parameters
    ----------
    learning_rate : float, default 1.0
        Size of a step, above 0. As learning starts at zero weights, it scales the weights and
        changes no prediction, up to rounding: 0.1 is no exact binary number, so a sum that
        should be exactly 0 may come out just below, where the unit does not fire.
    epochs : int, default 100
        Largest number of passes over the training set, at least 1. Learning stops after the
        first pass without an error.
    shuffle : bool, default True
        Whether every epoch takes the samples in a new random order.
    rng : numpy.random.Generator, optional
        Source of that order. The same seed gives the same weights, bit for bit; without `rng`,
        every fit takes another order.

    Attributes
    ----------
    W_ : ndarray of float64, shape (n_in, n_out)
        Weights after the last epoch. float64 whatever the dtype of `X`, because thousands of
        small corrections to a float32 weight would round away.
    b_ : ndarray of float64, shape (n_out,)
        Biases: the weights of a neuron that always outputs 1.
    history_ : dict of ndarray
        A value for each epoch: ``"errors"`` (n_epochs,), the number of wrong outputs met, and
        ``"W"`` (n_epochs, n_in, n_out) and ``"b"`` (n_epochs, n_out), the weights after it.
    converged_ : bool
        Whether the last epoch met no error.
    n_updates_ : int
        Number of times that a unit changed its weights.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or outside its range.

    See Also
    --------
    ThresholdUnit : a single unit with given weights. Chapter *Perceptron* builds this class.

    Notes
    -----
    For one sample at a time, and with :math:`x = 1` for the bias,

    .. math:: w_{ij} \leftarrow w_{ij} + \eta\,(y_j - \hat y_j)\,x_i

    If a plane separates the classes, learning ends: Novikoff's theorem bounds the number of
    updates of a unit by :math:`(R/\gamma)^2`, with :math:`R` the largest length of a sample
    and :math:`\gamma` the margin, both measured with the bias neuron's 1 as one more feature.

    References
    ----------
    F. Rosenblatt, "The perceptron: a probabilistic model for information storage and
    organization in the brain", Psychological Review 65 (1958), 386-408.

    A. Novikoff, "On convergence proofs for perceptrons", Symposium on the Mathematical Theory
    of Automata 12 (1962), 615-622.

    Examples
    --------
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1]
    >>> unit = Perceptron(shuffle=False).fit(X, y)
    >>> unit.predict(X)
    array([0, 0, 0, 1])
    >>> unit.history_["errors"]
    array([2, 3, 3, 2, 1, 0])
    """

    def __init__(self, learning_rate=1.0, epochs=100, shuffle=True, rng=None):
        self.learning_rate = positive_number("learning_rate", learning_rate)
        self.epochs = positive_integer("epochs", epochs)
        if not isinstance(shuffle, bool | np.bool_):
            raise TypeError(f"shuffle must be True or False; got {shuffle!r}.")
        if not isinstance(rng, np.random.Generator | None):
            raise TypeError(f"rng must come from np.random.default_rng(seed); got {rng!r}.")
        self.shuffle = shuffle
        self.rng = rng

    def fit(self, X, y):
        """Learn from zero weights until an epoch meets no error or the epochs are used up.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_in)
            Inputs, finite.
        y : array_like, shape (n_samples,) or (n_samples, n_out)
            Labels 0 and 1; a column for each output unit.

        Returns
        -------
        Perceptron
            This object, with what it learned in the attributes that end in an underscore.

        Raises
        ------
        TypeError
            If `X` or `y` do not hold real numbers.
        ValueError
            If their shapes do not fit, `X` is not finite or so large that a sum overflows, or
            a label is neither 0 nor 1.

        Examples
        --------
        >>> Perceptron(rng=np.random.default_rng(0)).fit([[1.0], [3.0]], [0, 1]).converged_
        True
        """
        X = as_samples(X)  # (n_samples, n_in)
        y = as_labels(y, len(X))
        Y = y.reshape(len(X), -1)  # (n_samples, n_out)
        try:
            with np.errstate(over="raise"):
                errors, W, b = self._learn(X, Y)
        except FloatingPointError:
            raise ValueError(
                "X and learning_rate must be small enough for the sums not to overflow; got "
                f"values up to {np.abs(X).max():g} and a learning rate of {self.learning_rate:g}."
            ) from None
        self.W_, self.b_ = W[-1].copy(), b[-1].copy()
        self.history_ = {"errors": errors, "W": W, "b": b}
        self.converged_ = bool(errors[-1] == 0)
        self.n_updates_ = int(errors.sum())
        self._one_label_a_sample = y.ndim == 1
        return self

    def _learn(self, X, Y):
        """Run the epochs; return the errors, weights and biases of each."""
        rng = np.random.default_rng() if self.rng is None else self.rng
        W = np.zeros((X.shape[1], Y.shape[1]))  # (n_in, n_out)
        b = np.zeros(Y.shape[1])  # (n_out,)
        epochs = []
        for _ in range(self.epochs):
            order = rng.permutation(len(X)) if self.shuffle else range(len(X))
            n_errors = self._run_epoch(X[order], Y[order], W, b)
            epochs.append((n_errors, W.copy(), b.copy()))
            if n_errors == 0:
                break
        return map(np.array, zip(*epochs, strict=True))

    def _run_epoch(self, X, Y, W, b):
        """Show each sample once, correct `W` and `b` after each; return the number of errors."""
        n_errors = 0
        for x, y in zip(X, Y, strict=True):  # (n_in,), (n_out,)
            y_hat = step(x @ W + b)  # (n_out,)
            error = y - y_hat  # (n_out,): 1 fired too little, -1 too much, 0 right
            if error.any():
                W += self.learning_rate * np.outer(x, error)  # (n_in, n_out)
                b += self.learning_rate * error  # the bias neuron's x is 1
                n_errors += np.count_nonzero(error)
        return n_errors

    def decision_function(self, X):
        """Return the weighted sums plus the biases, before the step.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_in)
            Inputs, finite.

        Returns
        -------
        ndarray of float64, shape (n_samples,) or (n_samples, n_out)
            As `y` was in `fit`.

        Raises
        ------
        NotFittedError
            If `fit` was not called.
        TypeError, ValueError
            If `X` does not hold finite real numbers or has another number of features.

        Examples
        --------
        >>> unit = Perceptron(shuffle=False).fit([[1.0], [3.0]], [0, 1])
        >>> unit.decision_function([[1.0], [3.0]])
        array([-2.,  0.])
        """
        if not hasattr(self, "history_"):
            raise NotFittedError(
                "this Perceptron has not learned anything yet.", "Call fit(X, y) first."
            )
        X = as_samples(X, n_features=len(self.W_))
        z = X @ self.W_ + self.b_  # (n_samples, n_out)
        return z[:, 0] if self._one_label_a_sample else z

    def predict(self, X):
        """Return the outputs, 0 or 1.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_in)
            Inputs, finite.

        Returns
        -------
        ndarray of int64, shape (n_samples,) or (n_samples, n_out)
            As `y` was in `fit`.

        Raises
        ------
        NotFittedError
            If `fit` was not called.
        TypeError, ValueError
            If `X` does not hold finite real numbers or has another number of features.

        Examples
        --------
        >>> Perceptron(shuffle=False).fit([[1.0], [3.0]], [0, 1]).predict([[0.0], [9.0]])
        array([0, 1])
        """
        return step(self.decision_function(X))

    def score(self, X, y):
        """Return the share of samples, 0 to 1, whose outputs are all right.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_in)
            Inputs, finite.
        y : array_like, shape (n_samples,) or (n_samples, n_out)
            Labels 0 and 1, in the shape that `fit` had.

        Returns
        -------
        float

        Raises
        ------
        NotFittedError
            If `fit` was not called.
        TypeError, ValueError
            As `predict`, or if the shape of `y` is not that of the predictions.

        Examples
        --------
        >>> Perceptron(shuffle=False).fit([[1.0], [3.0]], [0, 1]).score([[0.0], [9.0]], [0, 0])
        0.5
        """
        y_hat = self.predict(X)
        y = as_labels(y, len(y_hat))
        if y.shape != y_hat.shape:
            raise ValueError(f"y must have shape {y_hat.shape}, as in fit; got {y.shape}.")
        right = (y == y_hat).reshape(len(y), -1)  # (n_samples, n_out)
        return float(right.all(axis=1).mean())
