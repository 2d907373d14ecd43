"""Figures of the course: drawings of neurons and networks, and what a model has learned.

Every function takes ``ax=None`` (new axes) and returns the axes it drew on. None of them
trains a model, shows a figure or changes Matplotlib's settings; only `style` does the last.
"""

from labkit.plot.activation import activation
from labkit.plot.biology import action_potentials, biological_neuron
from labkit.plot.boundary import decision_boundary, decision_line, points
from labkit.plot.confusion import confusion_matrix
from labkit.plot.cost import cost_curve, cost_surface
from labkit.plot.curves import learning_curves
from labkit.plot.dataflow import function_graph
from labkit.plot.graph import computation_graph
from labkit.plot.history import timeline
from labkit.plot.layers import network
from labkit.plot.pictures import images
from labkit.plot.theme import COLORS, MARKERS, style
from labkit.plot.thresholds import threshold_curves
from labkit.plot.unit import neuron

__all__ = [
    "COLORS",
    "MARKERS",
    "action_potentials",
    "activation",
    "biological_neuron",
    "computation_graph",
    "confusion_matrix",
    "cost_curve",
    "cost_surface",
    "decision_boundary",
    "decision_line",
    "function_graph",
    "images",
    "learning_curves",
    "network",
    "neuron",
    "points",
    "style",
    "threshold_curves",
    "timeline",
]
