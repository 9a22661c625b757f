import pandas as pd
import pytest
from E05_coordinator.picture import plot_removal


def test_harmless_is_marked_at_the_margin():
    table = pd.DataFrame({"level": [6, 12], "difference": [-0.1, 0.0], "low": [-0.2, -0.01]})
    unit = "share of partnerships"
    table = table.assign(high=[0.0, 0.01], line="institutionalising 0", unit=unit, n=400)
    ax = plot_removal(table, 0.02)
    margin = next(line for line in ax.lines if line.get_label() == "_margin")
    assert margin.get_ydata()[0] == pytest.approx(-2)
