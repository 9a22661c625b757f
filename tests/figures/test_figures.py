"""What is drawn is what the table says."""

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

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


def test_every_figure_draws_on_its_own_and_on_given_axes_with_its_number_of_runs(every_figure):
    drawn = {getattr(plot, "func", plot).__name__ for plot, _ in every_figure.values()}
    assert drawn == {name for name in figures.__all__ if name.startswith("plot_")}
    for name, (plot, tables) in every_figure.items():
        alone = plot(*tables)
        assert isinstance(alone, Axes), name
        alone.get_figure(root=True).draw_without_rendering()
        titles = [alone.get_title(loc=side) for side in ("left", "right")]
        words = " ".join([*titles, alone.get_xlabel()])
        assert any(word in words for word in ("partnership", "pairs", "replicates a point")), name
        given = Figure().add_subplot()
        assert plot(*tables, ax=given) is given, name


def test_drawing_needs_no_window_system():
    code = (
        "import sys, trustsim.figures;"
        "sys.exit('matplotlib.pyplot' in sys.modules or 'tkinter' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


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


def test_the_event_names_a_line_without_a_label(maturity):
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


def test_effects_of_one_unit_keep_their_unit(contrast):
    shares = contrast[contrast["unit"] == "share of partnerships"]
    ax = figures.plot_paired_effect(shares)
    dots = np.concatenate([line.get_xdata() for line in ax.lines if line.get_marker() == "o"])
    assert sorted(dots) == pytest.approx(sorted(100 * shares["difference"]))
    assert "percentage points" in ax.get_xlabel()
    assert "400 pairs" in ax.get_title(loc="right")


def test_effects_of_several_units_are_in_standard_deviations(contrast):
    ax = figures.plot_paired_effect(contrast)
    dots = np.concatenate([line.get_xdata() for line in ax.lines if line.get_marker() == "o"])
    assert sorted(dots) == pytest.approx(sorted(contrast["difference"] / contrast["spread"]))
    assert "standard deviations" in ax.get_xlabel()
    assert "no change" in [text.get_text() for text in ax.texts]


def test_a_story_has_its_four_lines_and_its_events(months_table):
    one = months_table[months_table["replicate"] == 3]
    events = pd.DataFrame({"month": [12, 13], "event": ["away-day", "leader leaves"]})
    ax = figures.plot_partnership_story(one, events)
    assert sorted(end_labels(ax)) == ["frustration", "maturity", "trust", "visible show"]
    assert np.array_equal(line_of(ax, "trust").get_ydata(), one["mean_trust"])
    marks = [line.get_xdata()[0] for line in ax.lines if line.get_label() == "_event"]
    assert marks == [12, 13]
    words = [text for text in ax.texts if text.get_text() in set(events["event"])]
    assert words[0].get_position()[0] < words[1].get_position()[0] - 2
    assert "replicate 3" in ax.get_xlabel()


def test_a_story_of_several_partnerships_is_refused(months_table):
    with pytest.raises(TableError, match="replicates = 60"):
        figures.plot_partnership_story(months_table)


def test_rows_of_the_trust_matrix_trust_columns():
    trust = pd.DataFrame(
        {"observer": ["a", "b", "c"], "partner": ["b", "a", "a"], "trust": [0.2, 0.7, 1.0]}
    )
    ax = figures.plot_trust_matrix(trust)
    matrix = ax.images[0].get_array()
    assert matrix[0, 1] == 0.2
    assert matrix[1, 0] == 0.7
    assert [text.get_text() for text in ax.texts] == [".20", ".70", "1"]


def test_a_missing_column_is_named(maturity):
    with pytest.raises(TableError, match="estimate"):
        figures.plot_cumulative_incidence(maturity.drop(columns="estimate"))


def test_a_fan_says_what_its_bands_are(months_table):
    ax = figures.plot_fan(months_table, "mean_trust")
    assert "no intervals of a mean" in ax.get_title(loc="right")
