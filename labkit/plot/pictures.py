"""Grey images side by side, as ink on paper."""

import numpy as np

from labkit.plot import _canvas

_GAP = 0.12  # between two images, as a share of one


def images(X, *, titles=None, columns=5, ax=None):
    """Draw grey images in a grid, row by row.

    Parameters
    ----------
    X : array-like of shape (n_images, height, width)
        Pixel values in any unit. The smallest value of all is white paper, the largest black
        ink, so that images of one call can be compared; a single number in all pixels is white.
    titles : sequence of str, optional
        One text above each image; it may have two lines.
    columns : int, default 5
        Images in a row.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes if None.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If `X` has another number of axes, no image, or values that are not finite; if `columns`
        is below 1; or if there is not one title for each image.

    See Also
    --------
    labkit.data.check_images : says how images of another shape are brought into this one.
    Chapter "Clothes in 28 by 28 pixels" looks at clothes, mistakes and weights with it.

    Examples
    --------
    >>> ax = images(np.eye(4).reshape(2, 2, 4), titles=["one", "two"])
    >>> len(ax.images), [text.get_text() for text in ax.texts]
    (2, ['one', 'two'])
    """
    X = _canvas.matrix(X, "X", (None, None, None))
    if X.size == 0:
        raise ValueError(f"X must hold an image at least; got shape {X.shape}")
    if not isinstance(columns, (int, np.integer)) or columns < 1:
        raise ValueError(f"columns must be a whole number, 1 or more; got {columns!r}")
    titles = [] if titles is None else _canvas.names(titles, "titles", len(X))
    columns = min(int(columns), len(X))
    lines = max((title.count("\n") + 1 for title in titles), default=0)
    step = (1 + _GAP, X.shape[1] / X.shape[2] + _GAP + 0.23 * lines)  # one image is 1 wide
    rows = -(-len(X) // columns)
    width, height = columns * step[0] - _GAP, rows * step[1] - _GAP
    scale = min(1.1, 5.4 / width)  # inches; a phone hardly shrinks the text
    ax = _canvas.drawing_axes(ax, width, height, figsize=(scale * width, scale * height))
    low, high = X.min(), X.max()
    for k, image in enumerate(X):
        left, top = (k % columns) * step[0], height - (k // columns) * step[1] - 0.23 * lines
        extent = (left, left + 1, top - X.shape[1] / X.shape[2], top)
        look = {"cmap": "gray_r", "vmin": low, "vmax": high if high > low else low + 1}
        ax.imshow(image, extent=extent, interpolation="nearest", **look)
        if titles:
            ax.text(left + 0.5, top + 0.03, titles[k], ha="center", va="bottom", size=11)
    ax.set(xlim=(0, width), ylim=(0, height))
    return ax
