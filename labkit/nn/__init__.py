"""Neural networks from scratch in NumPy, to be read in one sitting.

A good order: `activations`, `losses`, `initializers`, `layers`, `optimizers`, `network`; then
`gradcheck` and `autodiff`, which check what was derived. Before all of them stand `threshold`
and `perceptron`, where the story begins.
"""

from labkit.nn import activations, initializers, losses, optimizers
from labkit.nn.activations import (
    ELU,
    LeakyReLU,
    elu,
    gelu,
    leaky_relu,
    linear,
    relu,
    selu,
    sigmoid,
    softmax,
    softplus,
    tanh,
)
from labkit.nn.autodiff import Value
from labkit.nn.gradcheck import check_gradients, numerical_gradient, relative_error
from labkit.nn.history import EarlyStopping, History
from labkit.nn.inputs import NotFittedError
from labkit.nn.layers import Dense, Dropout
from labkit.nn.losses import (
    binary_crossentropy,
    categorical_crossentropy,
    hinge,
    mae,
    mse,
    sparse_categorical_crossentropy,
)
from labkit.nn.network import MLP
from labkit.nn.optimizers import (
    SGD,
    Adam,
    DivergenceError,
    Momentum,
    Nesterov,
    RMSprop,
    count_updates,
    gradient_descent,
    minibatches,
)
from labkit.nn.perceptron import Perceptron
from labkit.nn.threshold import (
    A_AND_NOT_B,
    AND,
    GATES,
    IDENTITY,
    NOT,
    OR,
    ThresholdUnit,
    sign,
    step,
    truth_table,
    xor,
)

__all__ = [
    "AND",
    "A_AND_NOT_B",
    "ELU",
    "GATES",
    "IDENTITY",
    "MLP",
    "NOT",
    "OR",
    "SGD",
    "Adam",
    "Dense",
    "DivergenceError",
    "Dropout",
    "EarlyStopping",
    "History",
    "LeakyReLU",
    "Momentum",
    "Nesterov",
    "NotFittedError",
    "Perceptron",
    "RMSprop",
    "ThresholdUnit",
    "Value",
    "activations",
    "binary_crossentropy",
    "categorical_crossentropy",
    "check_gradients",
    "count_updates",
    "elu",
    "gelu",
    "gradient_descent",
    "hinge",
    "initializers",
    "leaky_relu",
    "linear",
    "losses",
    "mae",
    "minibatches",
    "mse",
    "numerical_gradient",
    "optimizers",
    "relative_error",
    "relu",
    "selu",
    "sigmoid",
    "sign",
    "softmax",
    "softplus",
    "sparse_categorical_crossentropy",
    "step",
    "tanh",
    "truth_table",
    "xor",
]
