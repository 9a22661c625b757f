"""What is drawn of a posterior and of ranks is what the tables say."""

import numpy as np
import pandas as pd
import pytest

from trustsim.analysis import TableError
from trustsim.figures import plot_posterior, plot_rank_histograms


@pytest.fixture
def found():
    return pd.DataFrame(
        {
            "parameter": ["tenure", "pace"],
            "prior_low": [20.0, 8.0],
            "prior_high": [36.0, 22.0],
            "median": [28.0, 11.5],
            "low": [21.6, 8.7],
            "high": [34.4, 20.6],
            "quarter_low": [24.0, 10.1],
            "quarter_high": [30.0, 15.0],
            "sd_ratio": [0.9, 0.7],
            "sd_ratio_low": [0.85, 0.6],
            "sd_ratio_high": [0.95, 0.8],
            "n": 200,
        }
    )


@pytest.fixture
def counted():
    table = pd.DataFrame({"quantity": ["pace"] * 4 + ["tenure"] * 4, "bin": [0, 1, 2, 3] * 2})
    counts = [100, 100, 100, 100, 20, 100, 100, 180]
    return table.assign(count=counts, expected=100.0, low=83.0, high=117.0, n=400)


def test_intervals_stand_at_their_place_in_the_prior_range(found):
    ax = plot_posterior(found)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["pace (8 to 22)", "tenure (20 to 36)"]
    ends = [tuple(lines.get_segments()[0][:, 0]) for lines in ax.collections]
    assert np.allclose(ends, [(0.05, 0.9), (0.15, 0.5), (0.1, 0.9), (0.25, 0.625)])
    assert [line.get_xdata()[0] for line in ax.lines] == pytest.approx([0.25, 0.5])
    assert "0.70 (0.60 to 0.80)" in [text.get_text() for text in ax.texts]
    assert "200 draws" in ax.get_title("right")


def test_bars_are_counts_and_those_outside_the_band_are_told_apart(counted):
    ax = plot_rank_histograms(counted)
    plain = [bar for bar in ax.patches if not bar.get_hatch()]
    marked = [bar for bar in ax.patches if bar.get_hatch()]
    assert len(plain) == 6
    assert [bar.get_y() for bar in marked] == [-1, -1]
    heights = [bar.get_height() for bar in marked]
    assert heights[1] / heights[0] == pytest.approx(180 / 20)
    assert len({bar.get_facecolor() for bar in (*plain, *marked)}) == 2
    lines = ax.collections[1].get_segments()
    height = plain[0].get_height()
    assert [one[0, 1] for one in lines] == pytest.approx([0.83 * height, 1.17 * height])
    assert [text.get_text() for text in ax.get_yticklabels()] == ["pace", "tenure"]
    assert "400 pseudo-studies" in ax.get_title("right")


def test_a_table_of_another_kind_is_refused(found, counted):
    with pytest.raises(TableError, match="quarter_low"):
        plot_posterior(found.drop(columns="quarter_low"))
    with pytest.raises(TableError, match="expected"):
        plot_rank_histograms(counted.drop(columns="expected"))


def test_a_bar_too_high_for_its_row_has_its_count(counted):
    assert not plot_rank_histograms(counted).texts
    counted.loc[3, "count"] = 517
    assert [text.get_text() for text in plot_rank_histograms(counted).texts] == ["517"]
