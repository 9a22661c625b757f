"""What is drawn of dates of designation is what the tables say."""

import numpy as np
import pandas as pd
import pytest
from designation import plot_maturity_over_designation, plot_predictive_bands

from trustsim import data
from trustsim.analysis import cumulative_incidence


def line_of(ax, name):
    return next(line for line in ax.lines if line.get_label() == name)


@pytest.fixture
def predicted():
    """Bands of two lines and a fitted curve without a band."""
    month = np.arange(1, 61)
    parts = []
    for line, rise in (("declared", 30.0), ("mature in fact", 80.0), ("fitted", 50.0)):
        share = 1 - np.exp(-month / rise)
        half = np.nan if line == "fitted" else 0.1
        columns = {"line": line, "month": month, "estimate": share}
        bounds = {"low": np.maximum(share - half, 0), "high": np.minimum(share + half, 1)}
        parts.append(pd.DataFrame({**columns, **bounds, "n": 42, "draws": 500}))
    return pd.concat(parts, ignore_index=True)


@pytest.fixture
def published():
    columns = {"month": [15, 39], "estimate": [0.2, 0.4], "low": [0.1, 0.3], "high": [0.3, 0.5]}
    return pd.DataFrame({**columns, "n": 42})


def test_predictive_bands_are_the_tables_and_a_fitted_curve_has_none(predicted, published):
    ax = plot_predictive_bands(predicted, published, label="seen")
    assert len(ax.collections) == 2 + 1  # bands of two lines, bars of the dots
    for name, rows in predicted.groupby("line"):
        assert np.array_equal(line_of(ax, name).get_ydata(), rows["estimate"])
    dots = next(line for line in ax.lines if line.get_marker() == "o")
    assert dots.get_ydata().tolist() == published["estimate"].tolist()
    assert "500 draws of 42 partnerships" in ax.get_title(loc="right")
    assert ax.get_ylim() == (0, 1)


def test_designation_is_the_turnbull_curve_with_the_forced_censored():
    matured = np.tile([0, 20, 45, 70], 10)
    runs = pd.DataFrame({"replicate": range(40), "months": 120})
    never = pd.arrays.IntegerArray(np.zeros(40, dtype=int), np.ones(40, dtype=bool))
    runs = runs.assign(
        month_matured=pd.arrays.IntegerArray(matured, matured == 0), month_dissolved=never
    )
    maturity = cumulative_incidence(runs, event="matured")
    units = data.read("ics_units")
    ax = plot_maturity_over_designation(maturity, units)
    assert np.array_equal(line_of(ax, "simulated maturity").get_ydata(), maturity["estimate"])
    dots = next(line for line in ax.lines if line.get_marker() == "o")
    assert dots.get_xdata() / 12 == pytest.approx([1.25, 1.88, 3.26, 4.18, 4.73])
    assert dots.get_ydata()[-1] == pytest.approx(29 / 42, abs=1e-5)
    cross = line_of(ax, "_censored")
    assert cross.get_xdata()[0] / 12 == pytest.approx(4.73)
    assert "last 13" in dots.get_label()
    assert len(ax.patches) == 5
