"""One look for all figures: colours, sizes, and vector output that is the same every time."""

import sys
from types import MappingProxyType

import matplotlib as mpl

#: The palette. Okabe and Ito's hues with the lightness moved, so that each colour keeps a
#: contrast of 3:1 on white and, inverted by the book's dark mode, on its dark page, and
#: any two stay apart under the common colour-vision deficiencies.
COLORS = MappingProxyType(
    {
        "blue": "#005f9e",
        "orange": "#d55e00",
        "green": "#0a9a6e",
        "purple": "#c8539a",
        "grey": "#6f6f6f",
        "ink": "#1a1a1a",
    }
)

#: One marker per class, because colour alone must never carry the meaning.
MARKERS = ("o", "s", "^", "D", "v")

#: Colours of classes 0, 1, 2, …
CYCLE = ("blue", "orange", "green", "purple", "grey")

# At 72 points an inch, 5.4 in are 520 px on the page: wide enough to read, and a phone
# of 390 px shrinks the 12-point text to no less than 10 px.
_SETTINGS = {
    "figure.figsize": (5.4, 3.8),
    "figure.facecolor": "none",
    "figure.constrained_layout.use": True,
    "savefig.facecolor": "none",
    "axes.facecolor": "none",
    "axes.edgecolor": COLORS["grey"],
    "axes.labelcolor": COLORS["ink"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 12,
    "axes.labelsize": 12,
    "axes.grid": False,
    "font.family": "DejaVu Sans",
    "font.size": 12,
    "legend.fontsize": 11,
    "legend.frameon": False,
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
    "xtick.color": COLORS["ink"],
    "ytick.color": COLORS["ink"],
    "lines.linewidth": 2,
    "lines.markersize": 6,
    "svg.fonttype": "path",
    "svg.hashsalt": "labkit",
}

_PRINT = {
    "bbox_inches": "tight",
    "pad_inches": 0.06,
    # no date and no version number: the same figure gives the same bytes
    "metadata": {"Date": None, "Creator": None},
}


def style():
    """Give all figures that follow the look of the course.

    Sets Matplotlib's defaults and, in a notebook, asks the inline backend for SVG. Figures
    have no background of their own: the book inverts their colours in dark mode.

    See Also
    --------
    labkit.plot.COLORS : the palette by name.

    Examples
    --------
    >>> import matplotlib as mpl
    >>> with mpl.rc_context():
    ...     style()
    ...     mpl.rcParams["svg.hashsalt"]
    'labkit'
    """
    colors = [COLORS[name] for name in CYCLE]
    mpl.rcParams.update(_SETTINGS | {"axes.prop_cycle": mpl.cycler(color=colors)})
    _use_svg_in_notebooks()


def _use_svg_in_notebooks():
    """Ask the inline backend for SVG, where there is a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None or not hasattr(shell, "kernel"):
        return
    from matplotlib_inline.config import InlineBackend

    # Set on the configuration, not through set_matplotlib_formats: the backend reads the
    # configuration again when the first figure is made, and would go back to PNG.
    backend = InlineBackend.instance(parent=shell)
    backend.print_figure_kwargs = _PRINT
    backend.figure_formats = {"svg"}


def class_color(k):
    """Return the colour of class number k."""
    return COLORS[CYCLE[k % len(CYCLE)]]
