"""Figures of doses draw the numbers of their table, in the unit they say."""

import numpy as np
import pandas as pd
import pytest

from trustsim.analysis.tables import TableError
from trustsim.figures.doses import plot_dose_response

SHARE = "share of partnerships"


def doses(levels, unit=SHARE, **columns):
    level = np.asarray(levels, dtype=float)
    table = pd.DataFrame({"level": level, "difference": 0.1 * level})
    return table.assign(
        low=table["difference"] - 0.02, high=table["difference"] + 0.03, unit=unit, n=400, **columns
    )


def named_lines(ax):
    return {
        str(line.get_label()): line
        for line in ax.lines
        if not str(line.get_label()).startswith("_")
    }


def test_shares_are_drawn_in_points_with_their_intervals():
    ax = plot_dose_response(doses([2, 1], line="capacity"))
    line = named_lines(ax)["capacity"]
    assert line.get_xdata().tolist() == [1, 2]
    assert line.get_ydata() == pytest.approx([10, 20])
    ends = np.array([segment[:, 1] for segment in ax.collections[0].get_segments()])
    assert ends == pytest.approx(np.array([[8, 13], [18, 23]]))
    assert "percentage points" in ax.get_ylabel()
    assert "400 pairs" in ax.get_title("right")


def test_other_units_are_drawn_as_they_are():
    ax = plot_dose_response(doses([1, 2], unit="months"), outcome="months alive")
    assert ax.lines[1].get_ydata() == pytest.approx([0.1, 0.2])
    assert ax.get_ylabel() == "months alive\n(months)"


def test_every_line_is_named_and_told_apart_without_colour():
    table = pd.concat([doses([0, 1], line=name) for name in ("skill", "allegiance")])
    lines = named_lines(plot_dose_response(table))
    assert set(lines) == {"skill", "allegiance"}
    assert len({line.get_marker() for line in lines.values()}) == 2
    assert len({line.get_linestyle() for line in lines.values()}) == 2


def test_levels_that_double_stand_equally_far_apart():
    ax = plot_dose_response(doses([0.25, 0.5, 1, 2]), logarithmic=True)
    assert ax.get_xscale() == "log"
    assert [text.get_text() for text in ax.get_xticklabels()] == ["0.25", "0.5", "1", "2"]


def test_marks_that_would_run_into_one_another_are_not_drawn():
    ticks = plot_dose_response(doses([0, 0.25, 0.27, 1])).get_xticks()
    assert 0.27 not in ticks


@pytest.mark.parametrize("column", ["level", "difference", "low", "high", "unit", "n"])
def test_a_missing_column_is_refused(column):
    with pytest.raises(TableError, match=column):
        plot_dose_response(doses([1, 2]).drop(columns=column))
