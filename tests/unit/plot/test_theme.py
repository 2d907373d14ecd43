import io
import itertools
import sys
import types

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from labkit import plot
from labkit.plot import theme

WHITE, DARK_PAGE = np.ones(3), np.array([0x14, 0x18, 0x1E]) / 255

# what `filter: invert(0.9) hue-rotate(180deg)` does to a colour, from the filter specification
HUE_ROTATION = np.array([[-0.574, 1.430, 0.144], [0.426, 0.430, 0.144], [0.426, 1.430, -0.856]])

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB
VISION = {
    "normal": np.eye(3),
    "protanopia": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deuteranopia": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritanopia": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}


def inverted(rgb):
    return np.clip(HUE_ROTATION @ (0.9 - 0.8 * rgb), 0, 1)


def linear(rgb):
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(rgb, page):
    low, high = sorted(linear(color) @ [0.2126, 0.7152, 0.0722] for color in (rgb, page))
    return (high + 0.05) / (low + 0.05)


def lab(linear_rgb):
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = to_xyz @ np.clip(linear_rgb, 0, 1) / [0.9505, 1, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def rgb(name):
    return np.array(mpl.colors.to_rgb(plot.COLORS[name]))


@pytest.mark.parametrize("name", plot.COLORS)
def test_every_colour_reads_on_a_light_and_on_a_dark_page(name):
    assert contrast(rgb(name), WHITE) >= 3
    assert contrast(inverted(rgb(name)), DARK_PAGE) >= 3


@pytest.mark.parametrize("deficiency", VISION)
@pytest.mark.parametrize("page", ["light", "dark"])
@pytest.mark.parametrize("pair", [*itertools.combinations(theme.CYCLE[:4], 2)], ids="-".join)
def test_class_colours_stay_apart_whoever_looks(pair, page, deficiency):
    seen = [rgb(name) if page == "light" else inverted(rgb(name)) for name in pair]
    one, other = (lab(VISION[deficiency] @ linear(color)) for color in seen)
    # CIE76 difference; 2.3 is just noticeable, 13 is plain in markers of this size
    assert np.linalg.norm(one - other) > 13


def test_there_is_a_marker_for_every_class_colour():
    assert len(set(plot.MARKERS)) == len(plot.MARKERS) == len(theme.CYCLE)


def test_colours_cannot_be_changed():
    with pytest.raises(TypeError):
        plot.COLORS["blue"] = "red"


def test_figures_have_no_background():
    plot.style()
    fig, ax = plt.subplots()
    assert fig.get_facecolor()[3] == 0
    assert ax.get_facecolor()[3] == 0


def svg_of_a_figure():
    fig, ax = plt.subplots()
    ax.plot([1, 2], label="a")
    ax.legend()
    file = io.StringIO()
    fig.savefig(file, format="svg", **theme._PRINT)
    return file.getvalue()


def test_svg_output_is_the_same_every_time_and_tells_no_date_or_version():
    plot.style()
    first = svg_of_a_figure()
    assert first == svg_of_a_figure()
    assert "<dc:date>" not in first
    assert mpl.__version__ not in first


@pytest.mark.parametrize("format", ["png", "svg", "pdf"])
def test_the_print_settings_suit_every_format(format):
    plot.style()
    plt.figure().savefig(io.BytesIO(), format=format, **theme._PRINT)


def test_style_is_the_same_when_called_twice():
    plot.style()
    once = dict(mpl.rcParams)
    plot.style()
    assert dict(mpl.rcParams) == once


def test_a_notebook_is_asked_for_svg(monkeypatch):
    asked = types.SimpleNamespace()
    backend = types.SimpleNamespace(instance=lambda parent: asked)
    shell = types.SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    config = types.ModuleType("matplotlib_inline.config")
    config.InlineBackend = backend
    monkeypatch.setitem(sys.modules, "matplotlib_inline.config", config)
    plot.style()
    assert asked.figure_formats == {"svg"}
    assert asked.print_figure_kwargs["metadata"]["Date"] is None
