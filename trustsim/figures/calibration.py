"""What the facts say about parameters."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from trustsim.analysis.tables import require_columns
from trustsim.figures.labels import note
from trustsim.figures.style import BLUE, DARK, PALE, SMALL, axes_or_new

__all__ = ["plot_posterior"]

POSTERIOR = (
    *("parameter", "prior_low", "prior_high", "median", "low", "high", "quarter_low"),
    *("quarter_high", "sd_ratio", "sd_ratio_low", "sd_ratio_high", "n"),
)
ROW = 0.3  # inches a row


def plot_posterior(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Where in its prior range the facts leave each parameter, the most informed on top.

    Grey: the prior, uniform. Thin line: 95 % of the posterior, thick: 50 %, mark: its median. At
    the right the standard deviation, posterior over prior, with its interval.

    Parameters
    ----------
    table : pandas.DataFrame
        From `calibration.informed`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    """
    require_columns(table, POSTERIOR, where="plot_posterior")
    ordered = table.sort_values("sd_ratio", kind="stable")
    ax = axes_or_new(ax, width=8.0, height=1.3 + ROW * len(ordered))
    for place, row in enumerate(ordered.to_dict("records")):
        height, width = -place, row["prior_high"] - row["prior_low"]
        names = ("low", "high", "quarter_low", "quarter_high", "median")
        low, high, inner_low, inner_high, middle = (
            (row[name] - row["prior_low"]) / width for name in names
        )
        ax.barh(height, 1, height=0.7, color=PALE, alpha=0.4)
        ax.hlines(height, low, high, color=BLUE, lw=1.4)
        ax.hlines(height, inner_low, inner_high, color=BLUE, lw=5)
        ax.plot(middle, height, "o", color="white", mec=DARK, ms=5, zorder=3)
        told = f"{row['sd_ratio']:.2f} ({row['sd_ratio_low']:.2f} to {row['sd_ratio_high']:.2f})"
        _beside(ax, height, told)
    _beside(ax, 1, "spread left,\nof the prior's")
    labels = [
        f"{str(row['parameter']).replace('_', ' ')} ({row['prior_low']:g} to {row['prior_high']:g})"
        for row in ordered.to_dict("records")
    ]
    _name_rows(ax, labels)
    ax.set_xlim(0, 1)
    ax.set_xlabel("place in the prior range (0 = its low end, 1 = its high end)")
    draws = f"{int(table['n'].iloc[0])} draws for voluntary partnerships"
    note(ax, f"{draws}; 95 % (thin) and 50 % (thick) intervals")
    return ax


def example_posterior(calibration: Any) -> Axes:
    """Posterior intervals within prior ranges.

    What do the calibration facts say about each parameter?
    """
    return plot_posterior(calibration.informed(calibration.posterior()))


def _name_rows(ax: Axes, names: list[str]) -> None:
    ax.set_yticks([-place for place in range(len(names))], names, fontsize=SMALL)
    ax.set_ylim(-len(names) + 0.4, 1.6)
    ax.tick_params(axis="y", length=0)


def _beside(ax: Axes, height: float, text: str) -> None:
    ax.text(1.02, height, text, transform=ax.get_yaxis_transform(), fontsize=SMALL, va="center")
