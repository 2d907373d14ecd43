import numpy as np
import pytest
from matplotlib.path import Path
from matplotlib.text import Annotation, Text

from labkit import plot
from labkit.plot.theme import COLORS

PARTS = {
    "dendrites",
    "cell body",
    "nucleus",
    "axon",
    "telodendria",
    "synaptic\nterminals",
    "action potential",
}


def test_every_part_of_the_neuron_has_its_name(texts):
    assert set(texts(plot.biological_neuron())) == PARTS


def test_names_of_the_parts_do_not_overlap(overlaps):
    plot.style()
    assert overlaps(plot.biological_neuron()) == []


def test_names_of_the_parts_fit_a_picture_narrow_enough_for_a_phone():
    plot.style()
    ax = plot.biological_neuron()
    ax.figure.canvas.draw()
    assert ax.figure.get_figwidth() <= 4.5
    boxes = [Text.get_window_extent(text) for text in ax.texts]
    assert max(box.x1 for box in boxes) <= ax.get_window_extent().x1 + 1  # pixel


def test_no_line_to_a_part_runs_through_the_name_of_another():
    plot.style()
    ax = plot.biological_neuron()
    ax.figure.canvas.draw()
    named = [text for text in ax.texts if text.get_text()]
    lines = {
        text.get_text(): Path(ax.transData.transform([text.xyann, text.xy]))
        for text in named
        if isinstance(text, Annotation)
    }
    boxes = {text.get_text(): Text.get_window_extent(text) for text in named}
    crossed = [
        (part, name)
        for part, line in lines.items()
        for name, box in boxes.items()
        if part != name and line.intersects_bbox(box)
    ]
    assert len(lines) == len(PARTS) - 1
    assert crossed == []


def test_nothing_of_the_neuron_leaves_the_picture():
    ax = plot.biological_neuron()
    ends = np.concatenate([patch.get_path().vertices for patch in ax.patches[:-1]])
    assert (ends.min(axis=0) > 0).all()
    assert (ends.max(axis=0) < (ax.get_xlim()[1], ax.get_ylim()[1])).all()


def test_every_telodendron_ends_in_a_terminal():
    ax = plot.biological_neuron()
    terminals = [line for line in ax.lines if line.get_marker() == "o"]
    assert len(terminals) == 3 * 2 * 2  # three branches that fork twice


def test_the_drawing_is_the_same_every_time():
    one, other = (plot.biological_neuron() for _ in range(2))
    np.testing.assert_array_equal(
        [patch.get_path().vertices[-1] for patch in one.patches],
        [patch.get_path().vertices[-1] for patch in other.patches],
    )


def test_action_potentials_are_as_high_as_each_other_and_start_at_the_threshold():
    ax = plot.action_potentials([0, 1, 2], [-70, -56, -70], threshold=-55, spikes=[0.5, 1.5])
    strokes = ax.collections[0].get_segments()
    np.testing.assert_allclose(strokes, [[[t, -55], [t, 30]] for t in (0.5, 1.5)])


def test_voltage_and_threshold_are_drawn_with_their_units():
    ax = plot.action_potentials([0, 1], [-70, -60], threshold=-55)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("time (ms)", "potential (mV)")
    voltage, threshold = ax.lines
    assert voltage.get_color() == COLORS["blue"]
    assert set(threshold.get_ydata()) == {-55}


def test_a_silent_neuron_has_no_strokes():
    assert not plot.action_potentials([0, 1], [-70, -60]).collections[0].get_segments()


@pytest.mark.parametrize(
    ("time", "potential", "message"),
    [
        ([0, 1], [-70], r"potential must have shape \(2,\); got shape \(1,\)"),
        ([[0, 1]], [-70], r"time must have shape \(n,\)"),
        ([0, 1], [-70, np.nan], "potential must hold finite numbers"),
    ],
)
def test_bad_input_is_refused_by_name(time, potential, message):
    with pytest.raises(ValueError, match=message):
        plot.action_potentials(time, potential)
