"""What is drawn of a posterior is what the table says."""

import numpy as np
import pandas as pd
import pytest

from trustsim.analysis import TableError
from trustsim.figures import plot_posterior


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


def test_intervals_stand_at_their_place_in_the_prior_range(found):
    ax = plot_posterior(found)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["pace (8 to 22)", "tenure (20 to 36)"]
    ends = [tuple(lines.get_segments()[0][:, 0]) for lines in ax.collections]
    assert np.allclose(ends, [(0.05, 0.9), (0.15, 0.5), (0.1, 0.9), (0.25, 0.625)])
    assert [line.get_xdata()[0] for line in ax.lines] == pytest.approx([0.25, 0.5])
    assert "0.70 (0.60 to 0.80)" in [text.get_text() for text in ax.texts]
    assert "200 draws" in ax.get_title("right")


def test_a_table_of_another_kind_is_refused(found):
    with pytest.raises(TableError, match="quarter_low"):
        plot_posterior(found.drop(columns="quarter_low"))
