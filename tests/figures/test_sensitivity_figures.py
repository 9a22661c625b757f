"""Figures of sensitivity draw the numbers of their table, sorted, with intervals and noise."""

import numpy as np
import pandas as pd
import pytest

from trustsim.errors import TrustsimError
from trustsim.figures.sensitivity import plot_morris, plot_sobol, plot_tornado

NAMES = ("meetings", "breach_rate", "tenure")


def table_of(index, estimates, *, unit="share of partnerships", noise=0.123, arm="baseline"):
    middle = np.asarray(estimates, dtype=float)
    return pd.DataFrame(
        {
            "arm": arm,
            "outcome": "dissolved",
            "month": 60,
            "unit": unit,
            "factor": NAMES,
            "other": "",
            "index": index,
            "estimate": middle,
            "low": middle - 0.02,
            "high": middle + 0.02,
            "corrected": middle - 0.01,
            "corrected_low": middle - 0.04,
            "corrected_high": middle + 0.03,
            "noise": noise,
            "n": 20,
            "replicates": 500,
        }
    )


def screen(**changes):
    parts = (("mu", [0.1, -0.3, 0.2]), ("mu_star", [0.12, 0.3, 0.2]), ("sigma", [0.1, 0.2, 0.05]))
    return pd.concat([table_of(index, numbers, **changes) for index, numbers in parts])


def shares():
    parts = (("first", [0.1, 0.5, 0.2]), ("total", [0.3, 0.6, 0.2]))
    return pd.concat([table_of(index, numbers) for index, numbers in parts])


def ticks(ax):
    return [text.get_text() for text in ax.get_yticklabels()]


def test_the_tornado_is_sorted_by_size_and_signed():
    ax = plot_tornado(screen())
    assert ticks(ax) == ["breach rate", "tenure", "meetings"]
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([-30, 20, 10])
    ends = ax.collections[0].get_segments()[0][:, 0]
    assert ends == pytest.approx([-34, -27])
    assert {"29.0", "19.0", "11.0"} <= {text.get_text() for text in ax.texts}
    assert "percentage points" in ax.get_xlabel()


def test_the_screen_shows_size_spread_and_both_estimates():
    ax = plot_morris(screen(unit="months"))
    marks = {
        kind: sorted(line.get_xdata()[0] for line in ax.lines if line.get_marker() == kind)
        for kind in "ox"
    }
    assert marks["o"] == pytest.approx([0.11, 0.19, 0.29])
    assert marks["x"] == pytest.approx([0.12, 0.2, 0.3])
    assert {"breach rate", "tenure", "meetings"} <= {text.get_text() for text in ax.texts}
    assert "(months)" in ax.get_xlabel()
    assert "(months)" in ax.get_ylabel()


def test_shares_of_variance_are_sorted_by_total():
    ax = plot_sobol(shares())
    assert ticks(ax) == ["breach rate", "meetings", "tenure"]
    totals = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    assert totals == pytest.approx([0.59, 0.29, 0.19])
    assert {"in all", "alone"} <= {text.get_text() for text in ax.texts}


@pytest.mark.parametrize("draw", [plot_tornado, plot_morris])
def test_noise_replicates_and_interval_are_told(draw):
    told = draw(screen()).get_title("right")
    assert "20 trajectories, 500 replicates a point" in told
    assert "noise 12.3 % of the variance" in told
    assert "95 % intervals" in told


@pytest.mark.parametrize("draw", [plot_tornado, plot_morris])
def test_an_arm_and_a_difference_are_named(draw):
    assert "baseline" not in draw(screen(arm="baseline")).get_title("right")
    told = draw(screen(arm="coordinator minus baseline")).get_title("right")
    assert told.startswith("coordinator minus baseline: 20 trajectories")


def test_what_could_not_be_corrected_is_drawn_plain():
    table = screen(noise=np.nan)
    table[["corrected", "corrected_low", "corrected_high"]] = np.nan
    ax = plot_tornado(table)
    assert ticks(ax) == ["breach rate", "tenure", "meetings"]
    assert ax.collections[0].get_segments()[0][:, 0] == pytest.approx([-32, -28])
    assert "noise unknown" in ax.get_title("right")


def test_only_the_largest_are_drawn_if_asked():
    assert ticks(plot_tornado(screen(), most=2)) == ["breach rate", "tenure"]


def test_two_arms_and_a_wrong_kind_are_refused():
    both = pd.concat([screen(), screen().assign(arm="coordinator")])
    with pytest.raises(TrustsimError, match="one arm and one outcome"):
        plot_morris(both)
    with pytest.raises(TrustsimError, match="has no total"):
        plot_sobol(screen())


def test_an_interval_that_leaves_a_screen_ends_in_an_arrow_head():
    table = screen()
    assert not [one for one in plot_morris(table).lines
                if one.get_marker() == ">" and len(one.get_xdata())]  # fmt: skip
    table.loc[(table["factor"] == "tenure") & (table["index"] == "mu_star"), "corrected_high"] = 9.0
    ax = plot_morris(table)
    [arrows] = [line for line in ax.lines if line.get_marker() == ">"]
    assert list(arrows.get_xdata()) == [ax.get_xlim()[1]]
