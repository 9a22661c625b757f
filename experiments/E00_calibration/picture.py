"""Ranks of true values among draws of their posteriors."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from trustsim.analysis.tables import Floats, require_columns
from trustsim.figures.labels import note
from trustsim.figures.style import DARK, SKY, SMALL, VERMILION, axes_or_new

RANKS = ("quantity", "bin", "count", "expected", "low", "high", "n")
ROW = 0.3  # inches a row
FULL = 0.95  # of the space between rows: higher bars are cut
TALLEST = 0.42  # of a bar of the expected height, a share of the space between rows


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


def _number_cut(ax: Axes, middles: Floats, foot: float, heights: Floats, counts: Floats) -> None:
    for middle, height, count in zip(middles, heights, counts, strict=True):
        if height > FULL:
            box = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
            ax.text(middle, foot + 0.72, f"{count:.0f}", ha="center", va="center", color=DARK,
                    fontsize=SMALL - 2, bbox=box)  # fmt: skip
