import matplotlib as mpl
import pytest

mpl.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.text import Text


@pytest.fixture(autouse=True)
def _no_figures_left():
    with mpl.rc_context():
        yield
    plt.close("all")


@pytest.fixture
def texts():
    """The texts of axes, without empty ones."""
    return lambda ax: [text.get_text() for text in ax.texts if text.get_text()]


@pytest.fixture
def overlaps():
    """Pairs of texts of axes whose boxes overlap."""

    def find(ax):
        ax.figure.canvas.draw()
        # Text's own method: that of an annotation counts its arrow too
        boxes = [(t.get_text(), Text.get_window_extent(t)) for t in ax.texts if t.get_text()]
        return [
            (one, other)
            for k, (one, box) in enumerate(boxes)
            for other, box2 in boxes[k + 1 :]
            if box.overlaps(box2)
        ]

    return find
