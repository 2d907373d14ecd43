import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgba

from labkit import plot


def bowl(p):
    return p[0] ** 2 + 4 * p[1] ** 2


def contour_lines(ax):
    """Return the levels of the contour lines, and a function that gives the points of one."""
    drawn = [c for c in ax.collections if hasattr(c, "levels") and not c.filled]
    assert len(drawn) == 1
    return drawn[0].levels, lambda k: drawn[0].get_paths()[k].vertices


class TestCostCurve:
    def test_the_curve_is_the_cost(self):
        curve = plot.cost_curve(lambda p: (p - 1) ** 2, (-1, 3)).lines[0]
        x, y = curve.get_data()
        assert (x[0], x[-1]) == (-1, 3)
        np.testing.assert_allclose(y, (x - 1) ** 2)

    def test_the_path_lies_on_the_curve_from_ring_to_filled_marker(self):
        ax = plot.cost_curve(np.square, (-2, 2), path=[2, 1, 0.5])
        np.testing.assert_allclose(ax.lines[1].get_xydata(), [[2, 4], [1, 1], [0.5, 0.25]])
        start, end = ax.collections
        np.testing.assert_allclose(start.get_offsets(), [[2, 4]])
        np.testing.assert_allclose(end.get_offsets(), [[0.5, 0.25]])
        np.testing.assert_allclose(start.get_facecolor()[0], to_rgba("white"))
        assert not np.allclose(end.get_facecolor()[0], to_rgba("white"))

    def test_steps_out_of_the_picture_do_not_widen_it(self):
        alone = plot.cost_curve(np.square, (-2, 2))
        left = plot.cost_curve(np.square, (-2, 2), path=[1, 1e9])
        assert left.get_xlim() == alone.get_xlim() == (-2, 2)
        assert left.get_ylim() == alone.get_ylim()

    def test_a_tangent_has_the_slope_of_the_cost(self):
        ax = plot.cost_curve(lambda p: p**3, (-2, 2), tangents=[1.5])
        (x0, y0), (x1, y1) = ax.lines[1].get_xydata()
        np.testing.assert_allclose((y1 - y0) / (x1 - x0), 3 * 1.5**2, rtol=1e-6)
        np.testing.assert_allclose((y0 + y1) / 2, 1.5**3)

    def test_a_long_path_has_no_dots(self):
        few, many = (plot.cost_curve(np.square, (0, 1), path=np.ones(n)) for n in (50, 51))
        assert few.lines[1].get_marker() == "o"
        assert many.lines[1].get_marker() in (None, "None")

    def test_where_the_cost_is_not_finite_the_curve_has_a_gap(self):
        with np.errstate(divide="ignore"):
            y = plot.cost_curve(lambda p: np.float64(1) / p, (-1, 1)).lines[0].get_ydata()
        assert np.isnan(y).sum() == 1  # the 401 points hold 0 itself

    def test_the_look_of_the_curve_can_be_chosen(self):
        ax = plot.cost_curve(abs, (-1, 1), label="MAE", linestyle=":", color="red")
        curve = ax.lines[0]
        assert (curve.get_label(), curve.get_linestyle(), curve.get_color()) == ("MAE", ":", "red")

    @pytest.mark.parametrize(
        ("xlim", "options", "message"),
        [
            ((1, 1), {}, r"xlim must rise; got \(1, 1\)"),
            ((1, 0), {}, r"xlim must rise; got \(1, 0\)"),
            ((0, np.inf), {}, "xlim must hold finite numbers"),
            ((0, 1, 2), {}, r"xlim must have shape \(2,\); got shape \(3,\)"),
            ((0, 1), {"path": [[0, 1]]}, "path must have shape"),
            ((0, 1), {"path": [0, np.nan]}, "path must hold finite numbers"),
            ((0, 1), {"tangents": 0.5}, "tangents must have shape"),
        ],
    )
    def test_bad_input_is_refused_by_name(self, xlim, options, message):
        with pytest.raises(ValueError, match=message):
            plot.cost_curve(np.square, xlim, **options)

    def test_a_cost_that_is_nowhere_finite_is_refused_before_drawing(self):
        with pytest.raises(ValueError, match="cost must be a finite number somewhere"):
            plot.cost_curve(lambda p: np.nan, (0, 1))
        assert not plt.get_fignums()


class TestCostSurface:
    def test_first_parameter_runs_to_the_right_second_upwards(self):
        ax = plot.cost_surface(lambda p: p[0] + 10 * p[1], (0, 1), (2, 3), levels=[26])
        _, line = contour_lines(ax)
        np.testing.assert_allclose(line(0) @ [1, 10], 26)
        assert (ax.get_xlim(), ax.get_ylim()) == ((0, 1), (2, 3))

    def test_contour_lines_lie_at_their_cost(self):
        levels, line = contour_lines(plot.cost_surface(bowl, (-2, 2), (-1, 1), levels=[0.5, 2.0]))
        assert list(levels) == [0.5, 2.0]
        # interpolated between points of the grid, 4 / 59 apart
        np.testing.assert_allclose([bowl(p) for p in line(1)], 2.0, atol=(4 / 59) ** 2)

    def test_counted_levels_lie_evenly_over_a_bowl(self):
        ax = plot.cost_surface(lambda p: p[0] ** 2, (0, 1), (0, 1), levels=4)
        levels, _ = contour_lines(ax)
        np.testing.assert_allclose(np.sqrt(levels), [0.2, 0.4, 0.6, 0.8])

    def test_darker_is_higher(self):
        ax = plot.cost_surface(bowl, (-2, 2), (-1, 1))
        tints = next(c for c in ax.collections if getattr(c, "filled", False)).get_facecolor()
        assert (np.diff(tints[:, 3]) > 0).all()

    def test_paths_start_with_a_ring_end_filled_and_differ_in_colour_and_marker(self):
        walks = [[[2, 1], [1, 0.5]], [[-2, 1], [-1, 0.5], [0, 0]]]
        ax = plot.cost_surface(bowl, (-3, 3), (-2, 2), paths=walks)
        for line, walk in zip(ax.lines, walks, strict=True):
            np.testing.assert_allclose(line.get_xydata(), walk)
        assert len({line.get_color() for line in ax.lines}) == 2
        assert len({line.get_marker() for line in ax.lines}) == 2
        ends = [c for c in ax.collections if not hasattr(c, "levels")]
        spots = [end.get_offsets()[0] for end in ends]
        np.testing.assert_allclose(spots, [[2, 1], [1, 0.5], [-2, 1], [0, 0]])
        hollow = [np.allclose(end.get_facecolor()[0], to_rgba("white")) for end in ends]
        assert hollow == [True, False, True, False]
        assert ax.get_legend() is None

    def test_names_stand_in_the_legend_and_on_the_axes(self):
        names = {"path_names": ["slow", "fast"], "parameter_names": ["w", "b"]}
        walks = [[[2, 1]], [[1, 1]]]
        ax = plot.cost_surface(bowl, (-3, 3), (-2, 2), paths=walks, **names)
        assert [text.get_text() for text in ax.get_legend().get_texts()] == ["slow", "fast"]
        assert (ax.get_xlabel(), ax.get_ylabel()) == ("w", "b")

    def test_the_path_that_leaves_the_map_does_not_widen_it(self):
        ax = plot.cost_surface(bowl, (-1, 1), (-1, 1), paths=[[[0, 0], [1e6, 1e6]]])
        assert (ax.get_xlim(), ax.get_ylim()) == ((-1, 1), (-1, 1))

    def test_a_plain_is_drawn_without_contours(self):
        ax = plot.cost_surface(lambda p: 3.0, (0, 1), (0, 1), paths=[[[0.5, 0.5]]])
        assert not [c for c in ax.collections if hasattr(c, "levels")]
        assert len(ax.lines) == 1

    def test_where_the_cost_is_not_finite_the_map_is_blank(self):
        ax = plot.cost_surface(lambda p: np.inf if p[0] > 0 else p[1], (-1, 1), (-1, 1))
        levels, line = contour_lines(ax)
        points = np.concatenate([line(k) for k in range(len(levels))])
        assert points[:, 0].max() <= 0

    def test_the_cost_is_asked_at_each_point_of_the_grid_only(self):
        asked = []
        plot.cost_surface(lambda p: asked.append(p.copy()) or bowl(p), (0, 1), (0, 2), resolution=3)
        assert sorted(map(tuple, asked)) == [(u, v) for u in (0, 0.5, 1) for v in (0, 1, 2)]

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"xlim": (1, 0)}, "xlim must rise"),
            ({"ylim": (1, 1)}, "ylim must rise"),
            ({"paths": [[1, 2]]}, r"paths\[0\] must have shape \(n, 2\); got shape \(2,\)"),
            ({"paths": [[[1, 2]], [[1, np.inf]]]}, r"paths\[1\] must hold finite numbers"),
            ({"paths": [[[1, 2]]], "path_names": []}, "path_names must have 1 entries; got 0"),
            ({"parameter_names": ["w"]}, "parameter_names must have 2 entries; got 1"),
            ({"levels": 0}, "levels must be a list of costs or a whole number >= 1; got 0"),
            ({"levels": 2.5}, "levels must be a list of costs or a whole number >= 1; got 2.5"),
            ({"levels": [[1, 2]]}, "levels must be a list of costs"),
            ({"resolution": 1}, "resolution must be at least 2; got 1"),
        ],
    )
    def test_bad_input_is_refused_by_name(self, options, message):
        with pytest.raises(ValueError, match=message):
            plot.cost_surface(bowl, **({"xlim": (0, 1), "ylim": (0, 1)} | options))

    def test_a_cost_that_is_nowhere_finite_is_refused_before_drawing(self):
        with pytest.raises(ValueError, match="cost must be a finite number somewhere"):
            plot.cost_surface(lambda p: np.inf, (0, 1), (0, 1))
        assert not plt.get_fignums()
