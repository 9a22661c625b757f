"""Where the partnerships stand, month by month."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from trustsim.analysis.intervals import wilson_bounds
from trustsim.analysis.tables import require_columns
from trustsim.figures.labels import label_heights, note, partnerships, percent_axis, year_axis
from trustsim.figures.style import DARK, STATUS_AREAS, axes_or_new


def plot_status_stack(occupancy: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Shares of partnerships mature, tokenistic, forming and dissolved, stacked over months.

    Parameters
    ----------
    occupancy : pandas.DataFrame
        Occupancy table.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    """
    require_columns(occupancy, ("month", *STATUS_AREAS), where="plot_status_stack")
    ax = axes_or_new(ax)
    counts = occupancy[list(STATUS_AREAS)].to_numpy(dtype=np.float64)
    size = int(counts[0].sum())
    shares = counts / counts.sum(axis=1, keepdims=True)
    months = occupancy["month"].to_numpy()
    tops = shares.cumsum(axis=1)
    for number, (status, area) in enumerate(STATUS_AREAS.items()):
        ax.fill_between(
            months,
            tops[:, number] - shares[:, number],
            tops[:, number],
            facecolor=area.colour,
            hatch=area.hatch,
            edgecolor=area.edge,
            linewidth=0.4,
            label=status,
        )
    percent_axis(ax, "share of partnerships")
    year_axis(ax, float(months[-1]))
    ax.set_ylim(0, 1)
    texts = [f"{name} {share:.0%}" for name, share in zip(STATUS_AREAS, shares[-1], strict=True)]
    middles = tops[-1] - shares[-1] / 2
    label_heights(ax, texts, list(middles), colours=[DARK] * len(texts))
    low, high = wilson_bounds(shares, size)
    half = float(((high - low) / 2).max())
    note(ax, f"{partnerships(size)}; 95 % interval of a share at most ±{100 * half:.1f} points")
    return ax
