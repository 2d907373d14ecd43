"""Figures of the course: drawings of neurons and networks, and what a model has learned.

Every function takes ``ax=None`` (new axes) and returns the axes it drew on. None of them
trains a model, shows a figure or changes Matplotlib's settings; only `style` does the last.
"""

from labkit.plot.biology import action_potentials, biological_neuron
from labkit.plot.boundary import decision_boundary, decision_line, points
from labkit.plot.history import timeline
from labkit.plot.layers import network
from labkit.plot.theme import COLORS, MARKERS, style
from labkit.plot.unit import neuron

__all__ = [
    "COLORS",
    "MARKERS",
    "action_potentials",
    "biological_neuron",
    "decision_boundary",
    "decision_line",
    "network",
    "neuron",
    "points",
    "style",
    "timeline",
]
