"""What all figures share: axes to draw on, and arguments checked before drawing."""

import matplotlib.pyplot as plt
import numpy as np


def axes(ax, figsize=None):
    """Return ax, or new axes on a new figure."""
    return plt.subplots(figsize=figsize)[1] if ax is None else ax


def drawing_axes(ax, width, height, figsize=None):
    """Return axes without frame, in which one unit is as wide as it is high."""
    ax = axes(ax, figsize or (min(width, 7.0), min(width, 7.0) * height / width))
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.set_axis_off()
    return ax


def unit_inches(ax, width, height):
    """Return how many inches one unit of a drawing, so many units wide and high, takes."""
    ax.figure.draw_without_rendering()  # a layout engine moves the axes only now
    box = ax.get_window_extent().transformed(ax.figure.dpi_scale_trans.inverted())
    return min(box.width / width, box.height / height)


def vector(value, name, *, length=None, at_least=1):
    """Return value as a one-dimensional float array, or say what is wrong with it."""
    array = _floats(value, name)
    if array.ndim != 1 or array.size < at_least or length not in (None, array.size):
        wanted = f"({length},)" if length else f"(n,) with n >= {at_least}"
        raise ValueError(f"{name} must have shape {wanted}; got shape {array.shape}")
    return array


def matrix(value, name, shape):
    """Return value as a float matrix of the shape given (None: any size), or say what is wrong."""
    array = _floats(value, name)
    fits = array.ndim == len(shape) and all(
        want in (None, have) for want, have in zip(shape, array.shape, strict=True)
    )
    if not fits:
        wanted = ", ".join("n" if size is None else str(size) for size in shape)
        raise ValueError(f"{name} must have shape ({wanted}); got shape {array.shape}")
    return array


def _floats(value, name):
    """Turn value into a float array of finite numbers."""
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must hold numbers; got {value!r}") from error
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must hold finite numbers; got {array}")
    return array


def names(value, name, length):
    """Return value as a list of texts of that length, or say what is wrong."""
    value = [str(item) for item in value]
    if len(value) != length:
        raise ValueError(f"{name} must have {length} entries; got {len(value)}: {value}")
    return value


def number(value):
    """Write a number as short as it can be read: 2, −1.5, 0.25."""
    return f"{round(float(value), 2):g}".replace("-", "−")
