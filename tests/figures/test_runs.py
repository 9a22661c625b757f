"""Figures of many partnerships: what is drawn is what the table says."""

from itertools import pairwise

import numpy as np
import pytest

from trustsim import figures
from trustsim.analysis import TableError
from trustsim.figures.labels import END_LABEL


def line_of(ax, label):
    return next(line for line in ax.lines if line.get_label() == label)


def end_labels(ax):
    return [text.get_text() for text in ax.texts if text.get_gid() == END_LABEL]


def area_at(collection, place):
    """Lower and upper edge of a filled area at one place."""
    vertices = collection.get_paths()[0].vertices
    heights = vertices[np.isclose(vertices[:, 0], place), 1]
    return heights.min(), heights.max()


def test_the_stack_is_the_shares(occupancy):
    ax = figures.plot_status_stack(occupancy)
    row = occupancy[occupancy["month"] == 60].iloc[0]
    floor = 0.0
    for area in ax.collections:
        low, high = area_at(area, 60)
        assert low == pytest.approx(floor)
        assert high - low == pytest.approx(row[area.get_label()] / 400)
        floor = high
    assert floor == pytest.approx(1)
    assert [label.split()[0] for label in end_labels(ax)] == [
        "mature",
        "tokenistic",
        "forming",
        "dissolved",
    ]


def test_the_step_and_its_band_are_the_table(maturity):
    ax = figures.plot_cumulative_incidence(maturity, label="baseline")
    line = line_of(ax, "baseline")
    assert np.array_equal(line.get_xdata(), maturity["month"])
    assert np.array_equal(line.get_ydata(), maturity["estimate"])
    assert line.get_drawstyle() == "steps-post"
    band = ax.collections[0].get_paths()[0].vertices
    assert band[:, 1].max() == maturity["high"].max()
    assert end_labels(ax) == ["baseline"]
    assert "400 partnerships" in ax.get_title(loc="right")
    assert end_labels(figures.plot_cumulative_incidence(maturity)) == ["matured"]


def test_every_arm_has_its_line_its_look_and_its_label(arms):
    ax = figures.plot_arms_incidence(arms)
    assert sorted(end_labels(ax)) == sorted(arms)
    looks = set()
    for name, table in arms.items():
        line = line_of(ax, name)
        assert np.array_equal(line.get_ydata(), table["estimate"])
        looks.add((line.get_color(), str(line._unscaled_dash_pattern)))
    assert len(looks) == len(arms)


def test_labels_of_arms_do_not_overlap(arms):
    ax = figures.plot_arms_incidence(arms)
    figure = ax.get_figure()
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in ax.texts if text.get_gid() == END_LABEL]
    edges = sorted((box.y0, box.y1) for box in boxes)
    for (_, top), (bottom, _) in pairwise(edges):
        assert bottom >= top - 1


def test_hazards_are_drawn_at_the_middle_of_their_stretch(dissolution_hazard):
    ax = figures.plot_hazard(dissolution_hazard)
    line = line_of(ax, "_hazard")
    assert np.array_equal(line.get_ydata(), dissolution_hazard["estimate"])
    assert line.get_xdata()[0] == 3
    assert ax.get_ylabel() == "dissolved per partnership-year"


def test_smoothed_hazards_are_drawn_in_the_middle_of_their_months_line_by_line(smooth_hazard):
    ax = figures.plot_smoothed_hazard(smooth_hazard)
    figures.plot_smoothed_hazard(smooth_hazard.assign(event="matured"), ax)
    line = line_of(ax, "dissolved")
    assert np.array_equal(line.get_xdata(), smooth_hazard["month"] - 0.5)
    assert np.array_equal(line.get_ydata(), smooth_hazard["estimate"])
    assert area_at(ax.collections[0], 29.5) == pytest.approx(
        tuple(smooth_hazard.loc[29, ["low", "high"]])
    )
    assert end_labels(ax) == ["dissolved", "matured"]
    assert "12 months" in ax.get_title(loc="right")


def test_an_interval_that_leaves_the_figure_is_marked(dissolution_hazard):
    table = dissolution_hazard.copy()
    table.loc[table.index[-1], "high"] = 50.0
    ax = figures.plot_hazard(table)
    assert ax.get_ylim()[1] < 50
    arrows = next(line for line in ax.lines if line.get_marker() == "^")
    assert len(arrows.get_xdata()) == 1


def test_the_fan_is_the_quantiles(months_table):
    ax = figures.plot_fan(months_table, "mean_trust")
    by_month = months_table.groupby("month")["mean_trust"]
    assert line_of(ax, "median").get_ydata() == pytest.approx(by_month.median())
    wide, half = ax.collections
    at_60 = months_table[months_table["month"] == 60]["mean_trust"]
    assert area_at(wide, 60) == pytest.approx((at_60.quantile(0.05), at_60.quantile(0.95)))
    assert area_at(half, 60) == pytest.approx((at_60.quantile(0.25), at_60.quantile(0.75)))
    assert ax.get_ylabel() == "mean trust (share)"
    assert ax.get_title(loc="right").startswith("60 partnerships at the start")
    assert "no intervals of a mean" in ax.get_title(loc="right")


def test_a_missing_column_is_named(maturity):
    with pytest.raises(TableError, match="estimate"):
        figures.plot_cumulative_incidence(maturity.drop(columns="estimate"))
