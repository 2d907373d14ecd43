import numpy as np
import pytest

from labkit import plot

X = np.arange(3 * 4 * 4.0).reshape(3, 4, 4)


def boxes(ax):
    """Left, right, bottom and top of each image."""
    return np.array([image.get_extent() for image in ax.images])


def test_images_stand_row_by_row_from_the_top_left():
    first, second, third = boxes(plot.images(X, columns=2))
    assert first[0] < second[0]
    assert first[3] == second[3] > third[3]
    assert third[0] == first[0]


def test_all_images_share_one_scale_on_which_the_largest_value_is_ink():
    ax = plot.images(X)
    assert {image.get_clim() for image in ax.images} == {(0.0, 47.0)}
    ink, paper = ax.images[0].cmap([1.0, 0.0])[:, :3]
    np.testing.assert_allclose(ink, 0)
    np.testing.assert_allclose(paper, 1)


def test_a_blank_image_is_paper():
    image = plot.images(np.full((1, 2, 2), 7.0)).images[0]
    np.testing.assert_allclose(image.cmap(image.norm(image.get_array()))[..., :3], 1)


def test_images_do_not_overlap_and_stay_in_the_axes():
    ax = plot.images(np.zeros((7, 8, 4)), titles=list("abcdefg"), columns=3)
    left, right, bottom, top = boxes(ax).T
    assert left.min() >= 0
    assert bottom.min() >= -1e-9
    assert right.max() <= ax.get_xlim()[1] + 1e-9
    np.testing.assert_allclose(right - left, 1)
    np.testing.assert_allclose(top - bottom, 2)
    assert bottom[0] > top[3]


def test_titles_stand_apart_above_their_images(overlaps):
    plot.style()
    ax = plot.images(np.zeros((10, 28, 28)), titles=["Ankle boot\nsneaker 0.98"] * 10)
    assert overlaps(ax) == []
    assert ax.figure.get_size_inches()[0] <= 7


def test_fewer_images_than_columns_leave_no_empty_room():
    assert plot.images(X[:2], columns=9).get_xlim()[1] == pytest.approx(2.12)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"X": X[0]}, r"X must have shape \(n, n, n\); got shape \(4, 4\)"),
        ({"X": X[:0]}, r"an image at least; got shape \(0, 4, 4\)"),
        ({"X": X * np.nan}, "X must hold finite numbers"),
        ({"X": X, "columns": 0}, "columns must be.*got 0"),
        ({"X": X, "titles": ["a"]}, "titles must have 3 entries; got 1"),
    ],
)
def test_wrong_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        plot.images(**arguments)
