"""What facts say about parameters, and whether the posterior's intervals cover."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from trustsim.analysis.tables import Floats, require_columns
from trustsim.figures.labels import note
from trustsim.figures.style import BLUE, DARK, PALE, SKY, SMALL, VERMILION, axes_or_new

__all__ = ["plot_posterior", "plot_rank_histograms"]

POSTERIOR = (
    *("parameter", "prior_low", "prior_high", "median", "low", "high", "quarter_low"),
    *("quarter_high", "sd_ratio", "sd_ratio_low", "sd_ratio_high", "n"),
)
RANKS = ("quantity", "bin", "count", "expected", "low", "high", "n")
ROW = 0.3  # inches a row
FULL = 0.95  # of the space between rows: higher bars are cut
TALLEST = 0.42  # of a bar of the expected height, a share of the space between rows


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


def plot_rank_histograms(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Ranks of true values among draws of their posteriors, a row a quantity.

    If the intervals cover, bars are level and 95 % of them end between the dotted lines. A hump
    says that intervals are too wide, a hollow that they are too narrow, a slope that they are off
    to a side. Bars that end outside the lines have another colour and a hatch; one too high for
    its row is cut and has its count written on it.

    Parameters
    ----------
    table : pandas.DataFrame
        From `calibration.histograms`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    """
    require_columns(table, RANKS, where="plot_rank_histograms")
    names = list(dict.fromkeys(table["quantity"]))
    ax = axes_or_new(ax, width=7.4, height=1.3 + 1.3 * ROW * len(names))
    bins = int(table["bin"].max()) + 1
    for place, name in enumerate(names):
        part = table[table["quantity"] == name].sort_values("bin")
        foot, scale = -float(place), TALLEST / float(part["expected"].iloc[0])
        low, high = scale * float(part["low"].iloc[0]), scale * float(part["high"].iloc[0])
        ax.hlines(foot, 0, 1, color=DARK, lw=0.5)
        counts = part["count"].to_numpy(dtype=np.float64)
        outside = ((part["count"] < part["low"]) | (part["count"] > part["high"])).to_numpy()
        middles = (part["bin"].to_numpy(dtype=np.float64) + 0.5) / bins
        _number_cut(ax, middles, foot, scale * counts, counts)
        for chosen, colour, hatch in ((~outside, SKY, ""), (outside, VERMILION, "////")):
            ax.bar(
                middles[chosen],
                np.minimum(scale * counts[chosen], FULL),
                width=0.9 / bins,
                bottom=foot,
                color=colour,
                hatch=hatch,
                edgecolor="white",
                lw=0,
            )
        ax.hlines([foot + low, foot + high], 0, 1, color=DARK, lw=0.8, ls=":")
    places = [TALLEST / 2 - place for place in range(len(names))]
    ax.set_yticks(places, [name.replace("_", " ") for name in names], fontsize=SMALL)
    ax.set_ylim(-len(names) + 0.9, 1.0)
    ax.tick_params(axis="y", length=0)
    ax.set_xlim(0, 1)
    ax.set_xlabel("rank of the true value among the draws (0 = below all, 1 = above all)")
    least, most = int(table["n"].min()), int(table["n"].max())
    studies = f"{most}" if least == most else f"{least} to {most}"
    note(ax, f"{studies} pseudo-studies of partnerships; dotted: 95 % of counts if uniform")
    return ax


def example_rank_histograms(calibration: Any) -> Axes:
    """Rows of bars between dotted lines.

    Do the intervals of a calibration hold the truth as often as they say?
    """
    # Ranks made up to show what the shapes mean; `calibration.ranks` gives real ones.
    luck, shapes = np.random.default_rng(7), {"as it should be": 1, "too wide": 3, "narrow": 0.5}
    ranks = [
        pd.DataFrame({"quantity": name, "rank": (200 * luck.beta(a, a, 400)).astype(int)})
        for name, a in shapes.items()
    ]
    return plot_rank_histograms(calibration.histograms(pd.concat(ranks).assign(draws=199)))


def _number_cut(ax: Axes, middles: Floats, foot: float, heights: Floats, counts: Floats) -> None:
    for middle, height, count in zip(middles, heights, counts, strict=True):
        if height > FULL:
            box = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
            ax.text(middle, foot + 0.72, f"{count:.0f}", ha="center", va="center", color=DARK,
                    fontsize=SMALL - 2, bbox=box)  # fmt: skip


def _name_rows(ax: Axes, names: list[str]) -> None:
    ax.set_yticks([-place for place in range(len(names))], names, fontsize=SMALL)
    ax.set_ylim(-len(names) + 0.4, 1.6)
    ax.tick_params(axis="y", length=0)


def _beside(ax: Axes, height: float, text: str) -> None:
    ax.text(1.02, height, text, transform=ax.get_yaxis_transform(), fontsize=SMALL, va="center")
