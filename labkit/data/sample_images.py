"""Sample images: clothes drawn from trapezoids, digits enlarged from scikit-learn's."""

import numpy as np

from labkit.data import catalog, loaders
from labkit.data.datasets import ImageDataset

N_TRAIN, N_TEST = 1500, 297  # together the 1,797 digits of scikit-learn
SIDE = 28

# One piece of clothing is a list of trapezoids (centre, top, bottom, half width at the top, half
# width at the bottom, grey), painted in this order; x and y run from -1 to 1, y downwards.
CLOTHES = (
    ((0, -0.7, -0.2, 0.6, 0.95, 0.9), (0, -0.7, 0.8, 0.5, 0.5, 1), (0, -0.75, -0.5, 0.2, 0.1, 0)),
    ((0, -0.9, -0.5, 0.35, 0.4, 1), (-0.22, -0.5, 0.95, 0.2, 0.14, 0.9),
     (0.22, -0.5, 0.95, 0.2, 0.14, 0.9)),
    ((0, -0.75, 0.7, 0.55, 0.95, 0.8), (-0.55, -0.3, 0.75, 0.02, 0.05, 0),
     (0.55, -0.3, 0.75, 0.02, 0.05, 0), (0, -0.75, 0.75, 0.48, 0.48, 1)),
    ((0, -0.9, -0.1, 0.28, 0.2, 1), (0, -0.1, 0.95, 0.2, 0.5, 0.85)),
    ((0, -0.85, 0.75, 0.5, 0.9, 0.7), (0, -0.85, 0.9, 0.5, 0.55, 0.9),
     (0, -0.85, 0.9, 0.03, 0.03, 0.1)),
    ((0, 0.35, 0.55, 0.9, 0.9, 1), (-0.4, -0.2, 0.35, 0.05, 0.1, 0.8),
     (0.3, 0, 0.35, 0.05, 0.1, 0.8), (-0.1, -0.1, 0.05, 0.35, 0.45, 0.6)),
    ((0, -0.8, 0.5, 0.55, 0.85, 0.6), (0, -0.8, 0.85, 0.45, 0.45, 0.9),
     (0, -0.85, -0.6, 0.2, 0.1, 0.3), (0, -0.6, 0.8, 0.02, 0.02, 0.5)),
    ((-0.45, -0.3, 0.35, 0.25, 0.45, 0.9), (0.1, -0.05, 0.35, 0.4, 0.8, 0.8),
     (0, 0.35, 0.55, 0.92, 0.92, 1)),
    ((0, -0.75, -0.1, 0.3, 0.5, 0.7), (0, -0.6, -0.1, 0.2, 0.4, 0),
     (0, -0.15, 0.75, 0.75, 0.85, 1)),
    ((-0.4, -0.85, 0.5, 0.4, 0.45, 0.9), (0.1, 0, 0.5, 0.4, 0.75, 0.8),
     (0.02, 0.5, 0.75, 0.9, 0.9, 1)),
)  # fmt: skip


def fashion_mnist():
    """Sample of ``fashion_mnist``: each class is drawn, moved, stretched and shaded at random.

    Returns
    -------
    ImageDataset
    """
    rng = np.random.default_rng(2017)
    y = rng.permutation(np.arange(N_TRAIN + N_TEST) % 10)
    X = np.stack([_draw(CLOTHES[label], rng) for label in y])  # (n, 28, 28)
    return _dataset("fashion_mnist", X, y)


def mnist():
    """Sample of ``mnist``: scikit-learn's 8×8 digits, enlarged to 20×20 and centred by mass.

    Returns
    -------
    ImageDataset
    """
    from sklearn.datasets import load_digits

    digits = load_digits()
    enlarge = _interpolation(8, 20)  # (20, 8)
    large = enlarge @ digits.images @ enlarge.T  # (n, 20, 20), values 0 to 16
    X = np.pad(large * (255 / 16), ((0, 0), (4, 4), (4, 4)))  # (n, 28, 28)
    return _dataset("mnist", np.stack([_centre(image) for image in X]), digits.target)


def _dataset(name, X, y):
    """Cut the training part off the test part."""
    X, y = X.round().astype(np.uint8), y.astype(np.uint8)
    return ImageDataset(
        name=name,
        origin="sample",
        X_train=X[:N_TRAIN],
        y_train=y[:N_TRAIN],
        X_test=X[N_TRAIN:],
        y_test=y[N_TRAIN:],
        class_names=loaders.IMAGE_CLASSES[name],
        scale=N_TRAIN / catalog.entry(name).rows,
    )


def _draw(pieces, rng):
    """Paint one piece of clothing as an image (28, 28), pixel values 0 to 255."""
    pixel = (np.arange(SIDE) + 0.5) * 2 / SIDE - 1
    stretch, shift = rng.uniform(0.95, 1.2, 2), rng.uniform(-0.06, 0.06, 2)
    y, x = np.meshgrid(pixel * stretch[0] + shift[0], pixel * stretch[1] + shift[1], indexing="ij")
    image = np.zeros((SIDE, SIDE))
    for centre, top, bottom, half_top, half_bottom, grey in pieces:
        half = half_top + (half_bottom - half_top) * (y - top) / (bottom - top)
        image[(y >= top) & (y <= bottom) & (abs(x - centre) <= half)] = grey
    cloth = rng.uniform(110, 240) * rng.normal(1, 0.08, image.shape)
    return np.clip(image * cloth, 0, 255)


def _interpolation(n_from, n_to):
    """Matrix (n_to, n_from) that stretches a line of pixels by linear interpolation."""
    places = (np.arange(n_to) + 0.5) * n_from / n_to - 0.5
    distance = abs(np.clip(places, 0, n_from - 1)[:, None] - np.arange(n_from))
    return np.clip(1 - distance, 0, None)


def _centre(image):
    """Shift an image by whole pixels so that its centre of mass lies in the middle."""
    pixel = np.arange(SIDE) - (SIDE - 1) / 2
    down = round(-(image.sum(axis=1) @ pixel) / image.sum())
    right = round(-(image.sum(axis=0) @ pixel) / image.sum())
    return np.roll(image, (down, right), axis=(0, 1))


SAMPLES = {("fashion_mnist", None): fashion_mnist, ("mnist", None): mnist}
