r"""Optimizers: how parameters move, given the gradient of a loss for them.

Derived in the chapter *Gradient descent*. `gradient_descent` follows any function downhill and
returns the way; the classes change the weights of a network, in place, one batch at a time.
Every rule is that of Keras, with its default settings.
"""

import numpy as np

from labkit.errors import LabkitError
from labkit.nn.inputs import (
    as_choice,
    as_floats,
    as_generator,
    as_reals,
    fraction,
    positive_integer,
    positive_number,
)


class DivergenceError(LabkitError):
    """Numbers grew without bounds: the steps are too large.

    Examples
    --------
    >>> gradient_descent(lambda theta: 2 * theta, 1.0, learning_rate=1e200, steps=9)
    Traceback (most recent call last):
    ...
    labkit.nn.optimizers.DivergenceError: gradient descent left the finite numbers in step 2.
    What to do: Choose a learning_rate below 1e+200, or scale the inputs.
    """


class Optimizer:
    """What all rules share: the learning rate, the count of steps and the memory.

    A subclass says with `update` how one array of parameters moves; `memories` is how many
    arrays of its shape the rule remembers from step to step. They begin with zeros.

    Parameters
    ----------
    learning_rate : float, default 0.01
        Size of a step, above 0.

    Attributes
    ----------
    t : int
        Number of steps made.

    Raises
    ------
    TypeError, ValueError
        If `learning_rate` is no finite number above 0.

    Examples
    --------
    >>> class SignDescent(Optimizer):
    ...     def update(self, param, grad):
    ...         param -= self.learning_rate * np.sign(grad)
    >>> weights = [np.array([1.0, 2.0])]
    >>> SignDescent(0.5).step(weights, [np.array([3.0, -0.1])])
    >>> weights[0]
    array([0.5, 2.5])
    """

    name = ""
    memories = 0

    def __init__(self, learning_rate=0.01):
        self.learning_rate = positive_number("learning_rate", learning_rate)
        self.built_for = None
        self.reset()

    def reset(self):
        """Forget all earlier steps.

        Examples
        --------
        >>> rule = Momentum()
        >>> rule.step([np.zeros(2)], [np.ones(2)])
        >>> rule.reset()
        >>> rule.t
        0
        """
        self.t = 0
        self._memory = {}

    def step(self, params, grads):
        """Move all parameters once, in place.

        Parameters
        ----------
        params : list of ndarray of float
            The parameters, in the same order at every call.
        grads : list of array_like
            The gradient of the loss for each of them.

        Raises
        ------
        TypeError
            If `params` is no list of arrays of floats: nothing else can change in place.
        ValueError
            If the lists do not fit together, or not with those of the step before; then
            nothing moves.

        Examples
        --------
        >>> weights = [np.array([1.0])]
        >>> SGD(learning_rate=0.1).step(weights, [np.array([5.0])])
        >>> weights[0]
        array([0.5])
        """
        _require_arrays(params)
        grads = [np.asarray(grad) for grad in grads]
        if [p.shape for p in params] != [g.shape for g in grads]:
            raise ValueError(
                "grads must have one array for each of params, of its shape; "
                f"got {[g.shape for g in grads]} for {[p.shape for p in params]}."
            )
        memories = [self._remembered(k, param) for k, param in enumerate(params)]
        self.t += 1
        for param, grad, memory in zip(params, grads, memories, strict=True):
            self.update(param, grad, *memory)

    def _remembered(self, k, param):
        """Return the arrays remembered for parameter number k; zeros at first."""
        if k not in self._memory:
            self._memory[k] = [np.zeros_like(param) for _ in range(self.memories)]
        memory = self._memory[k]
        if memory and memory[0].shape != param.shape:
            raise ValueError(
                f"params must be those of the step before; number {k} had the shape "
                f"{memory[0].shape}, now {param.shape}. For another network call reset()."
            )
        return memory

    def update(self, param, grad):
        """Move one array of parameters, in place; the rule's memory comes as further arguments."""
        raise NotImplementedError(f"{type(self).__name__} does not say how parameters move")

    def __repr__(self):
        return f"{type(self).__name__}(learning_rate={self.learning_rate:g})"


def _require_arrays(params):
    """Refuse parameters that cannot change in place."""
    if not isinstance(params, list | tuple):
        raise TypeError(f"params must be a list of arrays; got {params!r}.")
    for k, param in enumerate(params):
        if not isinstance(param, np.ndarray) or param.dtype.kind != "f":
            raise TypeError(f"params[{k}] must be an array of floats; got {param!r}.")


class SGD(Optimizer):
    r"""Gradient descent: a step against the gradient.

    With all samples in a batch this is *batch* gradient descent, with one *stochastic*, with
    some *mini-batch* gradient descent; the rule is the same.

    Parameters
    ----------
    learning_rate : float, default 0.01
        Size of a step, above 0.

    Notes
    -----
    .. math:: \theta \leftarrow \theta - \eta\, \nabla J

    Examples
    --------
    >>> weights = [np.array([1.0])]
    >>> SGD(learning_rate=0.5).step(weights, [np.array([1.0])])
    >>> weights[0]
    array([0.5])
    """

    name = "sgd"
    memories = 1

    def update(self, param, grad, scratch):
        """Move against the gradient; the step is written into an array that is kept for it."""
        np.multiply(grad, self.learning_rate, out=scratch)  # no new array for each batch
        param -= scratch


class Momentum(Optimizer):
    r"""Gradient descent with momentum: a ball that rolls, and forgets its velocity slowly.

    Parameters
    ----------
    learning_rate : float, default 0.01
        Size of a step, above 0.
    momentum : float, default 0.9
        Part of the velocity that is kept from step to step, at least 0 and below 1.

    Raises
    ------
    TypeError, ValueError
        If an argument is no number in its range.

    Notes
    -----
    .. math:: v \leftarrow \beta v - \eta\, \nabla J, \qquad \theta \leftarrow \theta + v

    References
    ----------
    B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", USSR
    Computational Mathematics and Mathematical Physics 4 (1964), 1-17.

    Examples
    --------
    >>> rule, weights = Momentum(learning_rate=0.5), [np.array([1.0])]
    >>> for _ in range(2):
    ...     rule.step(weights, [np.array([1.0])])
    >>> weights[0]  # 1 - 0.5, then - (0.9 * 0.5 + 0.5)
    array([-0.45])
    """

    name = "momentum"
    memories = 1

    def __init__(self, learning_rate=0.01, momentum=0.9):
        super().__init__(learning_rate)
        self.momentum = fraction("momentum", momentum)

    def update(self, param, grad, velocity):
        """Change the velocity, then move with it."""
        velocity *= self.momentum
        velocity -= self.learning_rate * grad
        param += velocity


class Nesterov(Momentum):
    r"""Momentum that looks ahead: the velocity after this step already counts.

    Parameters
    ----------
    learning_rate : float, default 0.01
        Size of a step, above 0.
    momentum : float, default 0.9
        Part of the velocity that is kept from step to step, at least 0 and below 1.

    Notes
    -----
    .. math:: v \leftarrow \beta v - \eta\, \nabla J, \qquad
        \theta \leftarrow \theta + \beta v - \eta\, \nabla J

    The parameters kept here are those looked ahead to, so that the gradient is taken there.

    References
    ----------
    Y. Nesterov, "A method for solving the convex programming problem with convergence rate
    O(1/k²)", Soviet Mathematics Doklady 27 (1983), 372-376.

    Examples
    --------
    >>> weights = [np.array([1.0])]
    >>> Nesterov(learning_rate=0.5).step(weights, [np.array([1.0])])
    >>> weights[0]  # 1 - 0.9 * 0.5 - 0.5
    array([0.05])
    """

    name = "nesterov"

    def update(self, param, grad, velocity):
        """Change the velocity, then move as if it had been changed before."""
        velocity *= self.momentum
        velocity -= self.learning_rate * grad
        param += self.momentum * velocity - self.learning_rate * grad


class RMSprop(Optimizer):
    r"""Steps of a size that does not depend on the size of the gradient.

    Parameters
    ----------
    learning_rate : float, default 0.001
        Size of a step, above 0.
    rho : float, default 0.9
        Part of the mean square that is kept from step to step, at least 0 and below 1.
    epsilon : float, default 1e-7
        Keeps the quotient finite, above 0.

    Raises
    ------
    TypeError, ValueError
        If an argument is no number in its range.

    Notes
    -----
    .. math:: s \leftarrow \rho s + (1 - \rho)\, (\nabla J)^2, \qquad
        \theta \leftarrow \theta - \eta\, \frac{\nabla J}{\sqrt{s + \epsilon}}

    References
    ----------
    T. Tieleman, G. Hinton, "Lecture 6.5: rmsprop", Neural Networks for Machine Learning, 2012.

    Examples
    --------
    >>> weights = [np.array([1.0, 1.0])]
    >>> RMSprop(learning_rate=0.1, rho=0.0).step(weights, [np.array([5.0, -0.5])])
    >>> weights[0].round(4)
    array([0.9, 1.1])
    """

    name = "rmsprop"
    memories = 1

    def __init__(self, learning_rate=0.001, rho=0.9, epsilon=1e-7):
        super().__init__(learning_rate)
        self.rho = fraction("rho", rho)
        self.epsilon = positive_number("epsilon", epsilon)

    def update(self, param, grad, mean_square):
        """Move by the gradient over its usual size."""
        mean_square *= self.rho
        mean_square += (1 - self.rho) * grad * grad
        param -= self.learning_rate * grad / np.sqrt(mean_square + self.epsilon)


class Adam(Optimizer):
    r"""Momentum and RMSprop together, both corrected for their start from zero.

    Parameters
    ----------
    learning_rate : float, default 0.001
        Size of a step, above 0.
    beta_1, beta_2 : float, default 0.9 and 0.999
        Parts of the mean and of the mean square that are kept, at least 0 and below 1.
    epsilon : float, default 1e-7
        Keeps the quotient finite, above 0.

    Raises
    ------
    TypeError, ValueError
        If an argument is no number in its range.

    Notes
    -----
    .. math:: m \leftarrow \beta_1 m + (1 - \beta_1) \nabla J, \quad
        s \leftarrow \beta_2 s + (1 - \beta_2) (\nabla J)^2, \quad
        \theta \leftarrow \theta - \eta\,\frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t}\,
        \frac{m}{\sqrt{s} + \epsilon}

    References
    ----------
    D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015.

    Examples
    --------
    >>> weights = [np.array([1.0, 1.0])]
    >>> Adam(learning_rate=0.1).step(weights, [np.array([5.0, -0.5])])
    >>> weights[0].round(4)  # the first step has the same size in every direction
    array([0.9, 1.1])
    """

    name = "adam"
    memories = 2

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        super().__init__(learning_rate)
        self.beta_1, self.beta_2 = fraction("beta_1", beta_1), fraction("beta_2", beta_2)
        self.epsilon = positive_number("epsilon", epsilon)

    def update(self, param, grad, mean, mean_square):
        """Move by the mean gradient over its usual size."""
        mean += (1 - self.beta_1) * (grad - mean)
        mean_square += (1 - self.beta_2) * (grad * grad - mean_square)
        rate = self.learning_rate * (1 - self.beta_2**self.t) ** 0.5 / (1 - self.beta_1**self.t)
        param -= rate * mean / (np.sqrt(mean_square) + self.epsilon)


OPTIMIZERS = {rule.name: rule for rule in (SGD, Momentum, Nesterov, RMSprop, Adam)}


def get(optimizer):
    """Return an optimizer by its name, with its default settings.

    Parameters
    ----------
    optimizer : str or Optimizer
        A name in `OPTIMIZERS`, or an optimizer, which is returned as it is.

    Returns
    -------
    Optimizer

    Raises
    ------
    TypeError, ValueError
        If it is neither; a misspelt name gets a suggestion.

    Examples
    --------
    >>> get("adam")
    Adam(learning_rate=0.001)
    """
    if isinstance(optimizer, str):
        return as_choice("optimizer", optimizer, OPTIMIZERS, type)()
    return as_choice("optimizer", optimizer, OPTIMIZERS, Optimizer)


def gradient_descent(gradient, start, learning_rate=0.1, steps=100, on_divergence="raise"):
    r"""Follow any function downhill, and return the way.

    Parameters
    ----------
    gradient : callable
        Takes parameters of the shape of `start`, returns the gradient there, same shape.
    start : array_like, any shape
        Where to begin.
    learning_rate : float, default 0.1
        Size of a step, above 0.
    steps : int, default 100
        Number of steps, at least 1.
    on_divergence : {"raise", "stop"}
        What to do when a number is no longer finite: raise an error, or return the finite
        part of the way.

    Returns
    -------
    ndarray of float64, shape (steps + 1, *start.shape)
        The start, and where each step led.

    Raises
    ------
    DivergenceError
        If a number is no longer finite, unless `on_divergence` is "stop".
    TypeError, ValueError
        If an argument is of the wrong kind or range, or the gradient has another shape.

    See Also
    --------
    SGD : the same rule for the weights of a network. Chapter *Gradient descent* derives it.

    Notes
    -----
    .. math:: \theta_{t+1} = \theta_t - \eta\, \nabla J(\theta_t)

    Examples
    --------
    >>> gradient_descent(lambda x: 2 * x, start=8.0, learning_rate=0.25, steps=3)  # of x²
    array([8., 4., 2., 1.])
    """
    if not callable(gradient):
        raise TypeError(f"gradient must be a function of the parameters; got {gradient!r}.")
    if on_divergence not in ("raise", "stop"):
        raise ValueError(f"on_divergence must be 'raise' or 'stop'; got {on_divergence!r}.")
    learning_rate = positive_number("learning_rate", learning_rate)
    path = [as_floats("start", start).astype(np.float64)]
    for step in range(1, positive_integer("steps", steps) + 1):
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            slope = as_reals("gradient(theta)", gradient(path[-1].copy()))  # it may change its own
            if slope.shape != path[0].shape:
                raise ValueError(
                    f"gradient must return the shape of start, {path[0].shape}; got {slope.shape}."
                )
            path.append(path[-1] - learning_rate * slope)
        if not np.isfinite(path[-1]).all():
            if on_divergence == "stop":
                return np.array(path[:-1])
            raise DivergenceError(
                f"gradient descent left the finite numbers in step {step}.",
                f"Choose a learning_rate below {learning_rate:g}, or scale the inputs.",
            )
    return np.array(path)


def minibatches(n_samples, batch_size, rng=None):
    """Deal the samples out in batches: each sample once, the last batch may be smaller.

    Parameters
    ----------
    n_samples : int
        Number of samples, at least 1.
    batch_size : int
        Samples in a batch: from 1 (stochastic) to `n_samples` (batch gradient descent).
    rng : numpy.random.Generator, optional
        Shuffles the samples; without it they come in their order.

    Returns
    -------
    list of ndarray of int64, shape (batch_size,)
        Indices of the samples of each batch: take ``X[batch]`` and ``y[batch]`` with the same.

    Raises
    ------
    TypeError, ValueError
        If a number is no integer or outside its range, or `rng` is no generator.

    Examples
    --------
    >>> minibatches(5, 2)
    [array([0, 1]), array([2, 3]), array([4])]
    """
    n_samples = positive_integer("n_samples", n_samples)
    batch_size = checked_batch_size(batch_size, n_samples)
    order = np.arange(n_samples) if rng is None else as_generator(rng).permutation(n_samples)
    return [order[start : start + batch_size] for start in range(0, n_samples, batch_size)]


def count_updates(n_samples, batch_size, epochs=1):
    """Count how often the weights change: once for each batch of each epoch.

    Parameters
    ----------
    n_samples, batch_size : int
        Samples in the training set, and in a batch (1 to `n_samples`).
    epochs : int, default 1
        Passes over the training set.

    Returns
    -------
    int

    Raises
    ------
    TypeError, ValueError
        If a number is no integer or outside its range.

    Examples
    --------
    >>> count_updates(200, 5), count_updates(200, 5, epochs=1000)
    (40, 40000)
    """
    n_samples = positive_integer("n_samples", n_samples)
    batch_size = checked_batch_size(batch_size, n_samples)
    return -(-n_samples // batch_size) * positive_integer("epochs", epochs)


def checked_batch_size(batch_size, n_samples):
    """Return the batch size as an int if it is from 1 to n_samples, or say why not.

    Parameters
    ----------
    batch_size, n_samples : int
        Samples in a batch and in all.

    Returns
    -------
    int

    Raises
    ------
    TypeError, ValueError
        If `batch_size` is no integer or outside its range.

    Examples
    --------
    >>> checked_batch_size(0, 200)
    Traceback (most recent call last):
    ...
    ValueError: batch_size must be from 1 (stochastic) to the number of samples, 200; got 0.
    """
    if isinstance(batch_size, (int, np.integer)) and not 1 <= batch_size <= n_samples:
        raise ValueError(
            "batch_size must be from 1 (stochastic) to the number of samples, "
            f"{n_samples}; got {batch_size}."
        )
    return positive_integer("batch_size", batch_size)
