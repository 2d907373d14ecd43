r"""Losses, each with its gradient for the predictions.

Derived in the chapters *Gradient descent* and *The multilayer perceptron*. Every loss is an
object that is called like a function: ``mse(y, y_hat)`` is its value, the mean over all
samples; ``mse.gradient(y, y_hat)`` has the shape of ``y_hat``, with the mean's 1/m inside.
"""

import numpy as np

from labkit.nn.activations import sigmoid, softmax
from labkit.nn.inputs import as_choice, as_floats, as_numbers, require_same_shape

EPSILON = 1e-7  # the probability that stands for 0: log(0) is infinite


class Loss:
    """How wrong predictions are, as one number, averaged over samples and outputs.

    A subclass says for each number how wrong it is (`each`) and how that changes with the
    prediction (`slope`). Both take arrays that have been checked.

    Attributes
    ----------
    name : str
        Under which name `get` finds it.

    Examples
    --------
    >>> class Fourth(Loss):
    ...     def each(self, y, y_hat):
    ...         return (y_hat - y) ** 4
    ...     def slope(self, y, y_hat):
    ...         return 4 * (y_hat - y) ** 3
    >>> Fourth()([0.0, 0.0], [1.0, 2.0])
    8.5
    """

    name = ""

    def __call__(self, y, y_hat):
        """Return the loss.

        Parameters
        ----------
        y : array_like, shape (n_samples,) or (n_samples, n_out)
            Targets.
        y_hat : array_like, same shape
            Predictions.

        Returns
        -------
        float
            Mean over samples and outputs, in the unit of the loss.

        Raises
        ------
        TypeError, ValueError
            If the arrays do not hold finite real numbers or differ in shape.

        Examples
        --------
        >>> mse([1.0, 2.0], [1.0, 4.0])
        2.0
        """
        return float(self.value(*self.checked(y, y_hat)))

    def gradient(self, y, y_hat):
        """Return the derivative of the loss with respect to each prediction.

        Parameters
        ----------
        y : array_like, shape (n_samples,) or (n_samples, n_out)
            Targets.
        y_hat : array_like, same shape
            Predictions.

        Returns
        -------
        ndarray, shape of `y_hat`

        Raises
        ------
        TypeError, ValueError
            If the arrays do not hold finite real numbers or differ in shape.

        Examples
        --------
        >>> mse.gradient([1.0, 2.0], [1.0, 4.0])
        array([0., 2.])
        """
        return self.raw_gradient(*self.checked(y, y_hat))

    def checked(self, y, y_hat):
        """Return both as float arrays of one shape, or say what is wrong with them."""
        y_hat = _predictions(y_hat)
        y = as_floats("y", y).astype(y_hat.dtype, copy=False)
        require_same_shape(y, y_hat)
        return y, y_hat

    def value(self, y, y_hat):
        """Return the mean loss of checked arrays."""
        return self.each(y, y_hat).mean()

    def raw_gradient(self, y, y_hat):
        """Return the gradient for checked arrays."""
        return self.slope(y, y_hat) / y_hat.size

    def each(self, y, y_hat):
        """Return the loss of each number."""
        raise NotImplementedError(f"{type(self).__name__} does not say how wrong a number is")

    def slope(self, y, y_hat):
        """Return the derivative of each number's loss."""
        raise NotImplementedError(f"{type(self).__name__} does not say how its loss changes")

    def __repr__(self):
        return f"<loss {self.name}>"


class MeanSquaredError(Loss):
    r"""Mean squared error, in the square of the target's unit.

    Notes
    -----
    .. math:: J = \frac1m \sum_i (\hat y_i - y_i)^2, \qquad
        \frac{\partial J}{\partial \hat y_i} = \frac2m (\hat y_i - y_i)

    Examples
    --------
    >>> mse([0.0, 0.0], [1.0, 3.0])
    5.0
    """

    name = "mse"

    def each(self, y, y_hat):
        """Return the squared difference."""
        return (y_hat - y) ** 2

    def slope(self, y, y_hat):
        """Return twice the difference."""
        return 2 * (y_hat - y)


class MeanAbsoluteError(Loss):
    r"""Mean absolute error, in the target's unit; its slope at a perfect prediction is 0.

    Notes
    -----
    .. math:: J = \frac1m \sum_i |\hat y_i - y_i|, \qquad
        \frac{\partial J}{\partial \hat y_i} = \frac1m \operatorname{sign}(\hat y_i - y_i)

    Examples
    --------
    >>> mae([0.0, 0.0], [1.0, -3.0])
    2.0
    """

    name = "mae"

    def each(self, y, y_hat):
        """Return the distance."""
        return np.abs(y_hat - y)

    def slope(self, y, y_hat):
        """Return the side on which the prediction lies."""
        return np.sign(y_hat - y)


class Hinge(Loss):
    r"""Hinge loss of a support vector machine: 0 beyond the margin, then rising in a line.

    Labels are -1 and 1; 0 and 1 are turned into these. Predictions are scores of any size.

    Notes
    -----
    .. math:: J = \frac1m \sum_i \max(0,\; 1 - y_i \hat y_i)

    Examples
    --------
    >>> hinge([1, 1, -1], [2.0, 0.5, 0.0])
    0.5
    """

    name = "hinge"

    def checked(self, y, y_hat):
        """Return labels -1 and 1, and scores, or say what is wrong with them."""
        y, y_hat = super().checked(y, y_hat)
        if np.isin(y, (0, 1)).all():
            return 2 * y - 1, y_hat
        _labels_among(y, (-1, 1), "-1 and 1 (or 0 and 1)")
        return y, y_hat

    def each(self, y, y_hat):
        """Return what is missing to the margin."""
        return np.maximum(0, 1 - y * y_hat)

    def slope(self, y, y_hat):
        """Return -y where the margin is missed, else 0."""
        return np.where(y * y_hat < 1, -y, 0)


class CrossEntropy(Loss):
    """What the three cross-entropies share: they also take scores instead of probabilities.

    A subclass gives `value` and `raw_gradient` for probabilities, `logit_value` and
    `logit_gradient` for scores, and says with `activation` what turns these into those.

    Examples
    --------
    >>> sparse_categorical_crossentropy.activation
    <activation softmax>
    """

    activation = None

    def __call__(self, y, y_hat, from_logits=False):
        """Return the loss in nats.

        Parameters
        ----------
        y : array_like
            Targets, see the class.
        y_hat : array_like, shape (n_samples, n_out)
            Probabilities, or scores before sigmoid or softmax.
        from_logits : bool, default False
            Whether `y_hat` are scores. Scores lose no digits, probabilities near 0 and 1 do.

        Returns
        -------
        float

        Raises
        ------
        TypeError, ValueError
            If shapes do not fit, or a label or a probability is outside its range.

        Examples
        --------
        >>> binary_crossentropy([1.0], [-1000.0], from_logits=True)
        1000.0
        """
        y, y_hat = self.checked(y, y_hat, from_logits)
        return float(self.logit_value(y, y_hat) if from_logits else self.value(y, y_hat))

    def gradient(self, y, y_hat, from_logits=False):
        """Return the derivative of the loss with respect to each probability or score.

        Parameters
        ----------
        y : array_like
            Targets, see the class.
        y_hat : array_like, shape (n_samples, n_out)
            Probabilities, or scores before sigmoid or softmax.
        from_logits : bool, default False
            Whether `y_hat` are scores; the gradient is then simply (probability - target) / m.

        Returns
        -------
        ndarray, shape of `y_hat`
            A probability below 1e-7 counts as 1e-7 (and one above 1 - 1e-7 as that): the
            gradient is then large, not infinite.

        Raises
        ------
        TypeError, ValueError
            If shapes do not fit, or a label or a probability is outside its range.

        Examples
        --------
        >>> binary_crossentropy.gradient([1.0], [0.0], from_logits=True)
        array([-0.5])
        """
        y, y_hat = self.checked(y, y_hat, from_logits)
        return self.logit_gradient(y, y_hat) if from_logits else self.raw_gradient(y, y_hat)

    def checked(self, y, y_hat, from_logits=False):
        """Return targets and probabilities (or scores), or say what is wrong with them."""
        y_hat = _predictions(y_hat)
        if not from_logits:
            _require_range("y_hat", y_hat, " Are these scores? Then say from_logits=True.")
        return self.targets(y, y_hat), y_hat

    def targets(self, y, y_hat):
        """Return checked targets of the shape of `y_hat`, all between 0 and 1."""
        y = as_floats("y", y).astype(y_hat.dtype, copy=False)
        require_same_shape(y, y_hat)
        _require_range("y", y)
        return y


class BinaryCrossEntropy(CrossEntropy):
    r"""Cross-entropy of yes-or-no questions, in nats; also called log loss.

    Targets are 0 and 1 (or probabilities), in the shape of the predictions; each output is a
    question of its own, and the loss is the mean over all of them.

    Notes
    -----
    .. math:: J = -\frac1m \sum_i \bigl( y_i \log \hat p_i + (1 - y_i) \log (1 - \hat p_i) \bigr),
        \qquad \frac{\partial J}{\partial z_i} = \frac{\hat p_i - y_i}{m}
        \text{ for the score } z_i \text{ with } \hat p_i = \sigma(z_i)

    From scores it is computed as :math:`\max(z, 0) - z y + \log(1 + e^{-|z|})`.

    Examples
    --------
    >>> round(binary_crossentropy([1, 0], [0.9, 0.5]), 4)
    0.3993
    """

    name = "binary_crossentropy"
    activation = sigmoid

    def value(self, y, y_hat):
        """Return the loss of probabilities."""
        p = np.clip(y_hat, EPSILON, 1 - EPSILON)
        return -(y * np.log(p) + (1 - y) * np.log1p(-p)).mean()

    def raw_gradient(self, y, y_hat):
        """Return the gradient for probabilities."""
        p = np.clip(y_hat, EPSILON, 1 - EPSILON)
        return (p - y) / (p * (1 - p)) / p.size

    def logit_value(self, y, z):
        """Return the loss of scores."""
        return (np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))).mean()

    def logit_gradient(self, y, z):
        """Return the gradient for scores."""
        return (sigmoid.forward(z) - y) / z.size


class CategoricalCrossEntropy(CrossEntropy):
    r"""Cross-entropy of one class among several, in nats; targets are one-hot rows.

    Targets may be any probabilities that sum to 1 in each row.

    Notes
    -----
    .. math:: J = -\frac1m \sum_i \sum_j y_{ij} \log \hat p_{ij},
        \qquad \frac{\partial J}{\partial z_{ij}} = \frac{\hat p_{ij} - y_{ij}}{m}
        \text{ for scores with } \hat{\mathbf p}_i = \operatorname{softmax}(\mathbf z_i)

    Examples
    --------
    >>> round(categorical_crossentropy([[0, 1]], [[0.5, 0.5]]), 4)
    0.6931
    """

    name = "categorical_crossentropy"
    activation = softmax

    def targets(self, y, y_hat):
        """Return checked target rows, each summing to 1."""
        _require_table(y_hat)
        y = super().targets(y, y_hat)
        sums = y.sum(axis=1)
        wrong = np.flatnonzero(np.abs(sums - 1) > 1e-5)
        if wrong.size:
            raise ValueError(
                f"y must have rows that sum to 1; got {sums[wrong[0]]:g} in row {wrong[0]}. "
                "For yes-or-no questions use binary_crossentropy."
            )
        return y

    def value(self, y, y_hat):
        """Return the loss of probabilities."""
        return -(y * np.log(np.clip(y_hat, EPSILON, 1))).sum(axis=1).mean()

    def raw_gradient(self, y, y_hat):
        """Return the gradient for probabilities."""
        return -y / np.clip(y_hat, EPSILON, 1) / len(y)

    def logit_value(self, y, z):
        """Return the loss of scores."""
        return (_log_sum_exp(z) - (y * z).sum(axis=1)).mean()

    def logit_gradient(self, y, z):
        """Return the gradient for scores."""
        return (softmax.forward(z) - y) / len(z)


class SparseCategoricalCrossEntropy(CrossEntropy):
    r"""Cross-entropy of one class among several, in nats; targets are class numbers.

    Targets have the shape (n_samples,) and hold whole numbers from 0 to n_classes - 1: the
    same loss as `CategoricalCrossEntropy`, without the zeros of the one-hot rows.

    Notes
    -----
    .. math:: J = -\frac1m \sum_i \log \hat p_{i, y_i}

    Examples
    --------
    >>> round(sparse_categorical_crossentropy([1], [[0.5, 0.5]]), 4)
    0.6931
    """

    name = "sparse_categorical_crossentropy"
    activation = softmax

    def targets(self, y, y_hat):
        """Return checked class numbers, one for each row of `y_hat`."""
        _require_table(y_hat)
        return class_numbers(y, *y_hat.shape)

    def value(self, y, y_hat):
        """Return the loss of probabilities."""
        return -np.log(np.clip(_picked(y, y_hat), EPSILON, 1)).mean()

    def raw_gradient(self, y, y_hat):
        """Return the gradient for probabilities."""
        grad = np.zeros_like(y_hat)
        grad[np.arange(len(y)), y] = -1 / np.clip(_picked(y, y_hat), EPSILON, 1) / len(y)
        return grad

    def logit_value(self, y, z):
        """Return the loss of scores."""
        return (_log_sum_exp(z) - _picked(y, z)).mean()

    def logit_gradient(self, y, z):
        """Return the gradient for scores."""
        grad = softmax.forward(z)
        grad[np.arange(len(y)), y] -= 1
        return grad / len(y)


def class_numbers(y, n_samples, n_classes):
    """Return class numbers as an integer array, or say what is wrong with them.

    Parameters
    ----------
    y : array_like, shape (n_samples,)
        Whole numbers from 0 to n_classes - 1.
    n_samples, n_classes : int
        How many there must be, and how many classes there are.

    Returns
    -------
    ndarray of int64, shape (n_samples,)

    Raises
    ------
    TypeError, ValueError
        If the shape is another, or a label is no whole number or outside the range.

    Examples
    --------
    >>> class_numbers([0, 2], 2, 3)
    array([0, 2])
    """
    y = as_numbers("y", y)
    if y.shape != (n_samples,):
        remedy = " Write y.ravel() to make y flat." if y.shape == (n_samples, 1) else ""
        if y.ndim == 2 and y.shape[1] == n_classes > 1:
            remedy = (
                " One-hot rows go with categorical_crossentropy; y.argmax(axis=1) numbers them."
            )
        raise ValueError(
            f"y must have shape ({n_samples},), one class number for each row; "
            f"got shape {y.shape}.{remedy}"
        )
    wrong = np.flatnonzero((y != np.floor(y)) | (y < 0) | (y >= n_classes))
    if wrong.size:
        raise ValueError(
            f"y must hold whole numbers from 0 to {n_classes - 1}, for {n_classes} outputs; "
            f"got {y[wrong[0]]:g} at index {wrong[0]}."
        )
    return y.astype(np.int64)


def _predictions(y_hat):
    """Return predictions as a float array of at least one number."""
    y_hat = as_floats("y_hat", y_hat)
    if y_hat.ndim not in (1, 2) or y_hat.size == 0:
        raise ValueError(
            f"y_hat must have shape (n_samples,) or (n_samples, n_out); got shape {y_hat.shape}."
        )
    return y_hat


def _require_table(y_hat):
    if y_hat.ndim != 2:
        raise ValueError(f"y_hat must have shape (n_samples, n_classes); got shape {y_hat.shape}.")


def _require_range(name, array, remedy=""):
    """Refuse numbers outside 0 to 1."""
    if array.min() < 0 or array.max() > 1:
        wrong = array.min() if array.min() < 0 else array.max()
        raise ValueError(f"{name} must hold probabilities from 0 to 1; got {wrong:g}.{remedy}")


def _labels_among(y, allowed, words):
    others = np.setdiff1d(y, allowed)
    if others.size:
        raise ValueError(f"y must hold only {words}; got {others[0]:g}.")


def _log_sum_exp(z):
    """Return the logarithm of the sum of exp(z) in each row, (n_samples,), without overflow."""
    top = z.max(axis=1)
    return top + np.log(np.exp(z - top[:, None]).sum(axis=1))


def _picked(y, table):
    """Return from each row the number of its class, (n_samples,)."""
    return table[np.arange(len(y)), y]


mse, mae, hinge = MeanSquaredError(), MeanAbsoluteError(), Hinge()
binary_crossentropy = BinaryCrossEntropy()
categorical_crossentropy = CategoricalCrossEntropy()
sparse_categorical_crossentropy = SparseCategoricalCrossEntropy()

LOSSES = {
    loss.name: loss
    for loss in (
        mse, mae, hinge, binary_crossentropy, categorical_crossentropy,
        sparse_categorical_crossentropy,
    )
}  # fmt: skip
LOSSES |= {"mean_squared_error": mse, "mean_absolute_error": mae}


def get(loss):
    """Return a loss by its name.

    Parameters
    ----------
    loss : str or Loss
        A name in `LOSSES`, or a loss, which is returned as it is.

    Returns
    -------
    Loss

    Raises
    ------
    TypeError, ValueError
        If it is neither; a misspelt name gets a suggestion.

    Examples
    --------
    >>> get("mean_squared_error")
    <loss mse>
    """
    return as_choice("loss", loss, LOSSES, Loss)
