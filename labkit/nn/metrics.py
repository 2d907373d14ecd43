"""What is measured beside the loss, for people to read."""

from labkit.nn import losses
from labkit.nn.inputs import as_choice

METRICS = ("accuracy", "mse", "mae")


def get(name, activation, loss):
    """Return the metric of a name that fits an output layer and its loss.

    Parameters
    ----------
    name : str
        "accuracy", "mse" or "mae".
    activation : labkit.nn.activations.Activation
        Activation of the output layer: it says what an answer is. Of softmax outputs the
        largest is the answer, of outputs from 0 to 1 each is "yes" above 0.5, with the hinge
        loss or tanh each is "yes" above 0.
    loss : labkit.nn.losses.Loss
        The loss, which says what form the targets have.

    Returns
    -------
    callable
        Takes targets as the loss has checked them and outputs, returns a float.

    Raises
    ------
    TypeError, ValueError
        If there is no such metric, or it makes no sense for such outputs.

    Examples
    --------
    >>> import numpy as np
    >>> from labkit.nn import activations
    >>> accuracy = get("accuracy", activations.sigmoid, losses.binary_crossentropy)
    >>> accuracy(np.array([[1.0], [0.0]]), np.array([[0.7], [0.6]]))
    0.5
    """
    name = as_choice("metrics", name, {metric: metric for metric in METRICS}, ())
    sparse = isinstance(loss, losses.SparseCategoricalCrossEntropy)
    if name != "accuracy":
        if sparse:
            raise ValueError(
                f"metric {name!r} compares numbers, and the targets are class numbers."
            )
        measure = losses.get(name)
        return lambda y, y_hat: float(measure.value(y, y_hat))
    if sparse:
        return lambda y, y_hat: float((y_hat.argmax(axis=1) == y).mean())
    if activation.name == "softmax":
        return lambda y, y_hat: float((y_hat.argmax(axis=1) == y.argmax(axis=1)).mean())
    middle = _middle(activation, loss)
    return lambda y, y_hat: float(((y_hat > middle) == (y > middle)).mean())


def _middle(activation, loss):
    """Return the output above which the answer is yes."""
    if isinstance(loss, losses.Hinge) or activation.range == (-1.0, 1.0):
        return 0.0
    if activation.range == (0.0, 1.0):
        return 0.5
    raise ValueError(
        "metric 'accuracy' counts right answers among classes, and outputs with the activation "
        f"{activation.name!r} and the loss {loss.name!r} are numbers; use 'mse' or 'mae'."
    )
