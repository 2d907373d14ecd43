"""What every function of labkit.plot promises: axes in, the same axes out, and nothing else."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from labkit import nn, plot

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = np.array([0, 1, 1, 1])


class OneOperation:
    """As much of a TensorFlow graph as a drawing needs, without TensorFlow."""

    name, type, inputs, control_inputs, outputs = "x", "Placeholder", (), (), ()

    def get_operations(self):
        return [self]


DRAWINGS = {
    "activation": lambda ax: plot.activation("relu", ax=ax),
    "neuron": lambda ax: plot.neuron([1, -2], bias=0.5, inputs=[1, 1], ax=ax),
    "network": lambda ax: plot.network([2, 3], ax=ax),
    "learning_curves": lambda ax: plot.learning_curves({"loss": [2, 1]}, ax=ax),
    "points": lambda ax: plot.points(X, Y, ax=ax),
    "decision_boundary": lambda ax: plot.decision_boundary(lambda X: X[:, 0] > 0.5, X, Y, ax=ax),
    "decision_line": lambda ax: plot.decision_line([1, 1], -0.5, ax=ax),
    "biological_neuron": lambda ax: plot.biological_neuron(ax=ax),
    "action_potentials": lambda ax: plot.action_potentials([0, 1], [-70, -60], spikes=[1], ax=ax),
    "computation_graph": lambda ax: plot.computation_graph(nn.Value(2.0) * 3, ax=ax),
    "function_graph": lambda ax: plot.function_graph(OneOperation(), ax=ax),
    "confusion_matrix": lambda ax: plot.confusion_matrix(Y, Y, ax=ax),
    "images": lambda ax: plot.images(np.eye(4)[None], ax=ax),
    "threshold_curves": lambda ax: plot.threshold_curves(Y, Y / 2, ax=ax),
    "cost_curve": lambda ax: plot.cost_curve(np.square, (-1, 1), path=[1, 0.5], ax=ax),
    "cost_surface": lambda ax: plot.cost_surface(lambda p: p @ p, (-1, 1), (-1, 1), ax=ax),
    "timeline": lambda ax: plot.timeline([(1943, "a"), (1957, "b")], ax=ax),
}
every_drawing = pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS)


def test_every_drawing_function_is_tested_here():
    assert set(DRAWINGS) == set(plot.__all__) - {"COLORS", "MARKERS", "style"}


@every_drawing
def test_given_axes_are_drawn_on_and_returned(draw):
    ax = plt.figure().add_subplot()
    assert draw(ax) is ax
    assert ax.lines or ax.collections or ax.patches or ax.images


@every_drawing
def test_without_axes_one_new_figure_is_made(draw):
    before = plt.get_fignums()
    ax = draw(None)
    assert plt.get_fignums() == [*before, ax.figure.number]
    assert ax.figure.axes == [ax]


@every_drawing
def test_other_figures_and_settings_stay_as_they_were(draw):
    ax = plt.figure().add_subplot()
    current = plt.figure()
    settings = dict(mpl.rcParams)
    draw(ax)
    assert plt.gcf() is current
    assert not current.axes
    assert dict(mpl.rcParams) == settings


@every_drawing
def test_nothing_is_shown(draw, monkeypatch):
    monkeypatch.setattr(plt, "show", lambda *_: pytest.fail("show() was called"))
    draw(None)


@every_drawing
def test_page_width_is_kept(draw):
    plot.style()
    width, _ = draw(None).figure.get_size_inches()
    assert width <= 7.0  # 672 px at 72 points an inch
