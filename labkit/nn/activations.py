r"""Activation functions, each with its derivative.

Derived in the chapter *Activation functions*. Every activation is an object that is called
like a function: ``relu(z)`` is its value, ``relu.derivative(z)`` its slope.
"""

import numpy as np

from labkit.nn.inputs import as_choice, as_floats, not_negative

INFINITY = float("inf")


class Activation:
    """What turns the weighted sums `z` of a layer into its outputs `a`.

    A subclass says how: `forward` gives the outputs, `slope` the derivative at each `z`. Both
    take arrays as they are; the checks stand in `__call__` and `derivative`, which people call.

    Attributes
    ----------
    name : str
        Under which name `get` finds it.
    range : tuple of two floats
        Between which values the outputs lie (either end may never be reached).

    Examples
    --------
    >>> class Square(Activation):
    ...     def forward(self, z):
    ...         return z * z
    ...     def slope(self, z, a):
    ...         return 2 * z
    >>> Square()([1.0, -3.0]), Square().derivative(2.0)
    (array([1., 9.]), np.float64(4.0))
    """

    name = ""
    range = (-INFINITY, INFINITY)

    def __call__(self, z):
        """Return the outputs.

        Parameters
        ----------
        z : array_like, any shape
            Weighted sums, finite.

        Returns
        -------
        ndarray of the same shape, or a number for a number
            float32 for float32, else float64.

        Raises
        ------
        TypeError, ValueError
            If `z` does not hold finite real numbers.

        Examples
        --------
        >>> relu([-1.0, 2.0])
        array([0., 2.])
        """
        return self.forward(self._checked(z))[()]

    def derivative(self, z):
        """Return the derivative of the output with respect to `z`.

        Parameters
        ----------
        z : array_like, any shape
            Weighted sums, finite.

        Returns
        -------
        ndarray of the same shape, or a number for a number
            At a kink, the derivative from the left: relu has 0 at 0.

        Raises
        ------
        TypeError, ValueError
            If `z` does not hold finite real numbers.

        Examples
        --------
        >>> relu.derivative([-1.0, 0.0, 2.0])
        array([0., 0., 1.])
        """
        z = self._checked(z)
        return np.asarray(self.slope(z, self.forward(z)))[()]

    def forward(self, z):
        """Return the outputs for an array `z`, without looking at it first."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to compute its outputs")

    def slope(self, z, a):
        """Return the derivative at each `z`, whose outputs are `a`."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to compute its slope")

    def backward(self, z, a, grad):
        """Return the gradient of a loss for `z`, given its gradient for the outputs.

        Parameters
        ----------
        z, a, grad : ndarray, shape (..., n_out)
            Weighted sums, their outputs, and the gradient of the loss for the outputs.

        Returns
        -------
        ndarray, same shape

        Examples
        --------
        >>> z = np.array([-1.0, 2.0])
        >>> relu.backward(z, relu(z), np.array([5.0, 5.0]))
        array([0., 5.])
        """
        return grad * self.slope(z, a)

    def _checked(self, z):
        return as_floats("z", z)

    @property
    def __name__(self):
        return self.name

    def __repr__(self):
        return f"<activation {self.name}>"


class Step(Activation):
    r"""Binary step: 0 where z is negative, 1 elsewhere; its derivative is 0 wherever it exists.

    See Also
    --------
    labkit.nn.step : the same in whole numbers. Chapter *Activation functions* shows why
        gradients cannot train it.

    Notes
    -----
    .. math:: \operatorname{step}(z) = 0 \text{ if } z < 0, \text{ else } 1

    Examples
    --------
    >>> get("step").derivative([-1.0, 1.0])
    array([0., 0.])
    """

    name = "step"
    range = (0.0, 1.0)

    def forward(self, z):
        """Return 0 or 1."""
        return (z >= 0).astype(z.dtype)

    def slope(self, z, a):
        """Return 0: at the jump there is no derivative, and 0 stands for it."""
        return np.zeros_like(z)


class Linear(Activation):
    r"""The identity: what goes in comes out.

    Notes
    -----
    .. math:: \varphi(z) = z, \qquad \varphi'(z) = 1

    Examples
    --------
    >>> linear([-1.0, 2.0])
    array([-1.,  2.])
    """

    name = "linear"

    def forward(self, z):
        """Return z, in an array of its own."""
        return z.copy()

    def slope(self, z, a):
        """Return 1."""
        return np.ones_like(z)

    def backward(self, z, a, grad):
        """Return the gradient as it came."""
        return grad


class Sigmoid(Activation):
    r"""Logistic function: a smooth step from 0 to 1.

    Notes
    -----
    .. math:: \sigma(z) = \frac{1}{1 + e^{-z}}, \qquad \sigma'(z) = \sigma(z)\,(1 - \sigma(z))

    Computed with :math:`e^{-|z|}`, which never overflows.

    Examples
    --------
    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    >>> sigmoid.derivative(0.0)
    np.float64(0.25)
    """

    name = "sigmoid"
    range = (0.0, 1.0)

    def forward(self, z):
        """Return 1 / (1 + exp(-z))."""
        small = np.exp(-np.abs(z))  # in (0, 1]
        return np.where(z >= 0, 1, small) / (1 + small)

    def slope(self, z, a):
        """Return a (1 - a)."""
        return a * (1 - a)


class Tanh(Activation):
    r"""Hyperbolic tangent: a logistic function that is centred on 0.

    Notes
    -----
    .. math:: \tanh(z) = 2\,\sigma(2z) - 1, \qquad \tanh'(z) = 1 - \tanh^2(z)

    Examples
    --------
    >>> tanh(0.0), tanh.derivative(0.0)
    (np.float64(0.0), np.float64(1.0))
    """

    name = "tanh"
    range = (-1.0, 1.0)

    def forward(self, z):
        """Return tanh(z)."""
        return np.tanh(z)

    def slope(self, z, a):
        """Return 1 - a²."""
        return 1 - a * a


class ReLU(Activation):
    r"""Rectified linear unit: the positive part.

    Notes
    -----
    .. math:: \operatorname{relu}(z) = \max(0, z), \qquad \operatorname{relu}'(z) = 1
        \text{ if } z > 0, \text{ else } 0

    It has no derivative at 0; 0 is taken for it.

    References
    ----------
    V. Nair, G. E. Hinton, "Rectified linear units improve restricted Boltzmann machines",
    ICML 2010.

    Examples
    --------
    >>> relu([-2.0, 0.0, 3.0])
    array([0., 0., 3.])
    """

    name = "relu"
    range = (0.0, INFINITY)

    def forward(self, z):
        """Return max(0, z)."""
        return np.maximum(z, 0)

    def slope(self, z, a):
        """Return 1 where the unit is active, else 0."""
        return (a > 0).astype(a.dtype)

    def backward(self, z, a, grad):
        """Let the gradient through where the unit is active."""
        return grad * (a > 0)


class LeakyReLU(Activation):
    r"""ReLU with a small slope below 0, so that no unit dies.

    Parameters
    ----------
    negative_slope : float, default 0.2
        Slope below 0, at least 0.

    Raises
    ------
    TypeError, ValueError
        If `negative_slope` is no number of at least 0.

    Notes
    -----
    .. math:: \varphi(z) = z \text{ if } z > 0, \text{ else } \alpha z

    References
    ----------
    A. L. Maas, A. Y. Hannun, A. Y. Ng, "Rectifier nonlinearities improve neural network
    acoustic models", ICML 2013.

    Examples
    --------
    >>> LeakyReLU(0.1)([-2.0, 3.0])
    array([-0.2,  3. ])
    """

    name = "leaky_relu"

    def __init__(self, negative_slope=0.2):
        self.negative_slope = not_negative("negative_slope", negative_slope)

    def forward(self, z):
        """Return z, or a part of it below 0."""
        return np.where(z > 0, z, self.negative_slope * z)

    def slope(self, z, a):
        """Return 1 above 0, else the negative slope."""
        return np.where(z > 0, np.ones_like(z), self.negative_slope)


class ELU(Activation):
    r"""Exponential linear unit: bends smoothly towards :math:`-\alpha` below 0.

    Parameters
    ----------
    alpha : float, default 1.0
        Minus the value that very negative sums approach, at least 0.

    Raises
    ------
    TypeError, ValueError
        If `alpha` is no number of at least 0.

    Notes
    -----
    .. math:: \varphi(z) = z \text{ if } z > 0, \text{ else } \alpha\,(e^z - 1)

    References
    ----------
    D.-A. Clevert, T. Unterthiner, S. Hochreiter, "Fast and accurate deep network learning by
    exponential linear units (ELUs)", ICLR 2016.

    Examples
    --------
    >>> elu([-1000.0, 2.0])
    array([-1.,  2.])
    """

    name = "elu"

    def __init__(self, alpha=1.0):
        self.alpha = not_negative("alpha", alpha)
        self.range = (-self.alpha, INFINITY)

    def forward(self, z):
        """Return z, or alpha (exp(z) - 1) below 0."""
        return np.where(z > 0, z, self.alpha * np.expm1(np.minimum(z, 0)))

    def slope(self, z, a):
        """Return 1 above 0, else a + alpha, which is alpha exp(z)."""
        return np.where(z > 0, np.ones_like(z), a + self.alpha)


class SELU(Activation):
    r"""Scaled ELU: keeps mean 0 and variance 1 from layer to layer, with LeCun's weights.

    Notes
    -----
    .. math:: \varphi(z) = \lambda\,\operatorname{elu}_\alpha(z), \qquad
        \alpha \approx 1.6733,\ \lambda \approx 1.0507

    References
    ----------
    G. Klambauer, T. Unterthiner, A. Mayr, S. Hochreiter, "Self-normalizing neural networks",
    NeurIPS 2017, which derives both constants.

    Examples
    --------
    >>> selu([-1000.0, 0.0, 1.0]).round(4)
    array([-1.7581,  0.    ,  1.0507])
    """

    name = "selu"
    alpha = 1.6732632423543772
    scale = 1.0507009873554805
    range = (-alpha * scale, INFINITY)
    _elu = ELU(alpha)

    def forward(self, z):
        """Return the scaled ELU."""
        return self.scale * self._elu.forward(z)

    def slope(self, z, a):
        """Return the scaled slope of ELU."""
        return self.scale * self._elu.slope(z, a / self.scale)


class GELU(Activation):
    r"""Gaussian error linear unit: z times the probability that a normal number is below z.

    Notes
    -----
    .. math:: \varphi(z) = z\,\Phi(z), \qquad \varphi'(z) = \Phi(z) + z\,\Phi'(z)

    with :math:`\Phi` the standard normal distribution; this is the exact form. Its lowest
    value, about -0.17, lies at about z = -0.75.

    References
    ----------
    D. Hendrycks, K. Gimpel, "Gaussian error linear units (GELUs)", arXiv:1606.08415 (2016).

    Examples
    --------
    >>> gelu([-1.0, 0.0, 1.0]).round(4)
    array([-0.1587,  0.    ,  0.8413])
    """

    name = "gelu"
    range = (-0.16997120747990369, INFINITY)

    def forward(self, z):
        """Return z Φ(z)."""
        return z * self._below(z)

    def slope(self, z, a):
        """Return Φ(z) + z Φ'(z)."""
        near = np.clip(z, -40, 40)  # beyond, the density is 0 and z² might overflow
        return self._below(z) + near * np.exp(-0.5 * near * near) / float(np.sqrt(2 * np.pi))

    @staticmethod
    def _below(z):
        """Return the probability that a standard normal number is below z."""
        from scipy.special import ndtr  # here, because most networks do without

        return ndtr(z)


class Softplus(Activation):
    r"""A smooth ReLU, always positive.

    Notes
    -----
    .. math:: \varphi(z) = \log(1 + e^z), \qquad \varphi'(z) = \sigma(z)

    Examples
    --------
    >>> softplus([-1000.0, 0.0, 10.0]).round(2)
    array([ 0.  ,  0.69, 10.  ])
    """

    name = "softplus"
    range = (0.0, INFINITY)

    def forward(self, z):
        """Return log(1 + exp(z))."""
        return np.logaddexp(0, z)

    def slope(self, z, a):
        """Return the logistic function of z."""
        return sigmoid.forward(z)


class Softmax(Activation):
    r"""Scores to probabilities: positive, and summing to 1 along the last axis.

    Raises
    ------
    ValueError
        If `z` is a single number: it has no axis to share the probability out over.

    Notes
    -----
    .. math:: \operatorname{softmax}(\mathbf z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}
        = \frac{e^{z_i - c}}{\sum_j e^{z_j - c}}
        \qquad
        \frac{\partial a_i}{\partial z_j} = a_i\,(\delta_{ij} - a_j)

    for any c; with c the largest score nothing overflows. `derivative` has the shape
    (..., n, n): every output depends on every score.

    Examples
    --------
    >>> softmax([1000.0, 1000.0])
    array([0.5, 0.5])
    >>> softmax.derivative([0.0, 0.0])
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """

    name = "softmax"
    range = (0.0, 1.0)

    def forward(self, z):
        """Return the probabilities."""
        a = np.exp(z - z.max(axis=-1, keepdims=True))
        return a / a.sum(axis=-1, keepdims=True)

    def slope(self, z, a):
        """Return the Jacobian, (..., n, n)."""
        return a[..., :, None] * (np.eye(a.shape[-1], dtype=a.dtype) - a[..., None, :])

    def backward(self, z, a, grad):
        """Return the gradient times the Jacobian, without making the Jacobian."""
        return a * (grad - (grad * a).sum(axis=-1, keepdims=True))

    def _checked(self, z):
        z = super()._checked(z)
        if z.ndim == 0 or z.shape[-1] == 0:
            raise ValueError(
                f"z must have at least one score in its last axis; got shape {z.shape}."
            )
        return z


linear, sigmoid, tanh, relu = Linear(), Sigmoid(), Tanh(), ReLU()
leaky_relu, elu, selu, gelu = LeakyReLU(), ELU(), SELU(), GELU()
softplus, softmax = Softplus(), Softmax()

ACTIVATIONS = {
    activation.name: activation
    for activation in (
        Step(), linear, sigmoid, tanh, relu, leaky_relu, elu, selu, gelu, softplus, softmax,
    )
}  # fmt: skip


def get(activation):
    """Return an activation by its name.

    Parameters
    ----------
    activation : str or Activation
        A name in `ACTIVATIONS`, or an activation, which is returned as it is.

    Returns
    -------
    Activation

    Raises
    ------
    TypeError, ValueError
        If it is neither; a misspelt name gets a suggestion.

    Examples
    --------
    >>> get("tanh")
    <activation tanh>
    """
    return as_choice("activation", activation, ACTIVATIONS, Activation)
