"""Helper package of the course: data, networks from scratch, figures and checks.

Importing ``labkit`` is cheap (no TensorFlow, matplotlib or pandas): its parts are
loaded when they are first used, as in ``labkit.data.load("iris")``.
"""

import importlib

__version__ = "0.1.0"

_PARTS = ("checks", "data", "device", "errors", "nn", "notebook", "pace", "plot", "site")

__all__ = ["__version__", *_PARTS]


def __getattr__(name):
    """Import a part of labkit on first use."""
    if name in _PARTS:
        return importlib.import_module(f"labkit.{name}")
    raise AttributeError(f"module 'labkit' has no attribute {name!r}; its parts are {_PARTS}")


def __dir__():
    return sorted(__all__)
