import numpy as np
import pytest

from labkit import plot
from labkit.plot.history import _spread

EVENTS = [(1957, "perceptron"), (1943, "unit"), (1969, "limits"), (1970, "more\nlimits")]


def marks(ax):
    return [line.get_ydata()[0] for line in ax.lines if line.get_marker() == "o"]


def test_events_stand_in_the_order_of_their_years(texts):
    assert texts(plot.timeline(EVENTS))[::2] == ["1943", "1957", "1969", "1970"]


def test_distances_are_true_to_the_years():
    gaps = -np.diff(marks(plot.timeline(EVENTS)))
    np.testing.assert_allclose(gaps / gaps[0], np.array([14, 12, 1]) / 14)


def test_texts_of_neighbouring_years_do_not_overlap(overlaps):
    plot.style()
    events = [(2000 + k / 10, "two\nlines") for k in range(5)] + [(2030, "later")]
    assert overlaps(plot.timeline(events)) == []


def test_lines_of_thirty_letters_fit_a_picture_narrow_enough_for_a_phone():
    plot.style()
    ax = plot.timeline([(1943, "a" * 30), (2012, "a short text")])
    ax.figure.canvas.draw()
    assert ax.figure.get_figwidth() <= 4.5
    assert max(text.get_window_extent().x1 for text in ax.texts) <= ax.figure.bbox.x1


def test_labels_are_not_moved_without_need():
    heights = np.array([9.0, 5.0, 1.0])
    np.testing.assert_allclose(_spread(heights, gaps=[1.0, 1.0]), heights)


def test_two_close_labels_share_the_way_they_must_move():
    np.testing.assert_allclose(_spread(np.array([3.0, 3.0]), gaps=[1.0]), [3.5, 2.5])


def test_labels_keep_their_gaps_where_marks_are_close():
    spread = _spread(np.array([2.0, 1.9, 1.8, 0.0]), gaps=[1.0, 1.5, 0.5])
    assert (-np.diff(spread) >= np.array([1.0, 1.5, 0.5]) - 1e-12).all()


@pytest.mark.parametrize(
    ("events", "message"),
    [
        ([], "two different years"),
        ([(1943, "a")], "two different years"),
        ([(1943, "a"), (1943, "b")], "two different years"),
        ([("then", "a"), (1957, "b")], r"events must be \(year, text\) pairs"),
        ([1943, 1957], r"events must be \(year, text\) pairs"),
    ],
)
def test_bad_input_is_refused_by_name(events, message):
    with pytest.raises(ValueError, match=message):
        plot.timeline(events)
