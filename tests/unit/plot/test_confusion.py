import matplotlib.pyplot as plt
import numpy as np
import pytest

from labkit import plot

Y, Y_HAT = [0, 0, 0, 1], [0, 0, 1, 1]


def cells(ax):
    """The numbers as they stand: row, column, text."""
    return {
        (round(t.get_position()[1]), round(t.get_position()[0])): t.get_text() for t in ax.texts
    }


def test_rows_are_true_classes_and_columns_predicted_ones():
    ax = plot.confusion_matrix(Y, Y_HAT)
    assert cells(ax) == {(0, 0): "2", (0, 1): "1", (1, 0): "0", (1, 1): "1"}
    assert ax.get_ylabel() == "true class"
    assert ax.get_xlabel() == "predicted class"
    ax.figure.canvas.draw()
    top, bottom = ax.get_ylim()[1], ax.get_ylim()[0]
    assert top < bottom  # row 0 stands on top


@pytest.mark.parametrize(
    ("normalize", "first"), [("true", "0.67"), ("pred", "1.00"), ("all", "0.50")]
)
def test_shares_are_of_what_was_asked(normalize, first):
    assert cells(plot.confusion_matrix(Y, Y_HAT, normalize=normalize))[0, 0] == first


def test_names_are_written_and_a_class_without_samples_has_its_row():
    ax = plot.confusion_matrix(Y, Y_HAT, class_names=["stays", "leaves", "other"])
    assert [t.get_text() for t in ax.get_yticklabels()] == ["stays", "leaves", "other"]
    assert len(ax.texts) == 9


def test_ten_classes_stay_apart(overlaps):
    plot.style()
    y = np.tile(np.arange(10), 1000)
    ax = plot.confusion_matrix(y, y, class_names=[f"class name {k}" for k in range(10)])
    assert overlaps(ax) == []
    assert ax.figure.get_size_inches()[0] <= 7


def test_per_cent_are_written_where_there_are_many_classes():
    ax = plot.confusion_matrix(np.arange(6), np.arange(6), normalize="true")
    assert cells(ax)[0, 0] == "100"
    assert ax.get_title(loc="right") == "per cent"


def test_numbers_on_dark_cells_are_light():
    dark, light = plot.confusion_matrix([0] * 9 + [1], [0] * 10).texts[:2]
    assert dark.get_color() == "white"
    assert light.get_color() != "white"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0, 1], [0]), r"same shape.*got \(2,\) and \(1,\)"),
        (([], []), "n_samples at least 1"),
        (([0, 1], [[0], [1]]), r"got \(2,\) and \(2, 1\)"),
        (([0, 1], [0.2, 0.9]), r"y_hat must hold classes, not probabilities.*0.2"),
    ],
)
def test_what_are_no_classes_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        plot.confusion_matrix(*arguments)


def test_a_class_without_a_name_is_refused():
    with pytest.raises(ValueError, match=r"classes 0 to 1; y and y_hat hold \[0 2\]"):
        plot.confusion_matrix([0, 2], [0, 2], class_names=["a", "b"])


def test_another_normalisation_is_refused():
    with pytest.raises(ValueError, match=r"normalize must be one of.*got 'rows'"):
        plot.confusion_matrix(Y, Y_HAT, normalize="rows")
    assert not plt.get_fignums()
