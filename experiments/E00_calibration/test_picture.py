import pandas as pd
import pytest
from E00_calibration.picture import plot_rank_histograms


@pytest.fixture
def counted():
    table = pd.DataFrame({"quantity": ["pace"] * 4 + ["tenure"] * 4, "bin": [0, 1, 2, 3] * 2})
    counts = [100, 100, 100, 100, 20, 100, 100, 180]
    return table.assign(count=counts, expected=100.0, low=83.0, high=117.0, n=400)


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


def test_a_bar_too_high_for_its_row_has_its_count(counted):
    assert not plot_rank_histograms(counted).texts
    counted.loc[3, "count"] = 517
    assert [text.get_text() for text in plot_rank_histograms(counted).texts] == ["517"]
