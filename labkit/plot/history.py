"""A time line with its years to scale."""

import numpy as np

from labkit.plot import _canvas
from labkit.plot.theme import COLORS

_WIDTH = 3.9  # inches: narrow enough that a phone hardly shrinks the text


def timeline(events, *, ax=None):
    """Draw events on a vertical time line, their distances true to the years between them.

    Parameters
    ----------
    events : sequence of (year, text)
        Years as numbers, in any order. A text may hold line breaks; lines of up to
        about 30 letters fit.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes if None.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there are fewer than two different years, or an event is not a (year, text) pair.

    See Also
    --------
    Chapter "From living neurons to logical ones" draws the history of the field with it.

    Examples
    --------
    >>> ax = timeline([(1943, "a model"), (1957, "a machine")])
    >>> [text.get_text() for text in ax.texts]
    ['1943', 'a model', '1957', 'a machine']
    """
    years, texts = _checked_events(events)
    rows = np.array([text.count("\n") + 1 for text in texts])
    height = max(4.0, 0.36 * (rows + 1).sum())
    ax = _canvas.axes(ax, figsize=(_WIDTH, height))
    share = (years - years[0]) / (years[-1] - years[0])
    marks = height * (1 - share)  # the first year on top
    labels = _spread(marks, gaps=0.21 * (rows[:-1] + rows[1:]) + 0.12)
    ax.set(xlim=(0, _WIDTH), ylim=(min(labels[-1], 0) - 0.5, max(labels[0], height) + 0.5))
    ax.set_axis_off()
    column = 0.56 + 0.14 * max(len(f"{year:g}") for year in years)  # where the texts start
    ax.plot([0.15, 0.15], [marks[-1], marks[0]], color=COLORS["grey"], linewidth=3, zorder=1)
    for year, text, mark, label in zip(years, texts, marks, labels, strict=True):
        ax.plot([0.15, 0.35, 0.45], [mark, label, label], color=COLORS["grey"], linewidth=1)
        ax.plot(0.15, mark, marker="o", color=COLORS["blue"], markersize=9)
        ax.text(0.52, label, f"{year:g}", va="center", weight="bold", color=COLORS["blue"])
        ax.text(column, label, text, va="center")
    return ax


def _checked_events(events):
    """Return the years (n,) in order, and their texts."""
    try:
        pairs = sorted((float(year), str(text)) for year, text in events)
    except (TypeError, ValueError) as error:
        raise ValueError(f"events must be (year, text) pairs; got {events!r}") from error
    if len({year for year, _ in pairs}) < 2:
        raise ValueError(f"events must have two different years at least; got {pairs}")
    return np.array([year for year, _ in pairs]), [text for _, text in pairs]


def _spread(marks, gaps):
    """Move the heights of labels as little as it takes to keep the gaps between neighbours.

    Labels are pushed down from the top, then back up from the bottom, and the two are averaged:
    any average of two lists that keep the gaps keeps them too.
    """
    down, up = marks.copy(), marks.copy()
    for k, gap in enumerate(gaps):
        down[k + 1] = min(down[k + 1], down[k] - gap)
    for k, gap in reversed(list(enumerate(gaps))):
        up[k] = max(up[k], up[k + 1] + gap)
    return (down + up) / 2
