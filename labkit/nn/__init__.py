"""Neural networks from scratch in NumPy, to be read in one sitting."""

from labkit.nn.inputs import NotFittedError
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
    "GATES",
    "IDENTITY",
    "NOT",
    "OR",
    "NotFittedError",
    "Perceptron",
    "ThresholdUnit",
    "sign",
    "step",
    "truth_table",
    "xor",
]
