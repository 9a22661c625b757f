"""How widely the same scenario can turn out."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from trustsim.analysis.tables import require_columns
from trustsim.figures.labels import label_heights, note, year_axis
from trustsim.figures.style import BLUE, axes_or_new
from trustsim.schema import MONTHS

LEVELS = {0.05: "5 %", 0.25: "25 %", 0.5: "median", 0.75: "75 %", 0.95: "95 %"}


def plot_fan(months_table: pd.DataFrame, column: str, ax: Axes | None = None) -> Axes:
    """Median, middle half and middle nine tenths of a quantity among living partnerships.

    The spread is between partnerships; it is not the uncertainty of a mean. Those that have
    dissolved drop out, so a rising median may be survival and not improvement: the numbers
    alive at the start and at the end are on the figure.

    Parameters
    ----------
    months_table : pandas.DataFrame
        Months table of many runs.
    column : str
        Which column.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    """
    require_columns(months_table, ("month", column), where="plot_fan")
    ax = axes_or_new(ax)
    by_month = months_table.groupby("month")[column]
    fan = by_month.quantile(np.array(list(LEVELS))).unstack()
    alive = by_month.size()
    ax.fill_between(fan.index, fan[0.05], fan[0.95], color=BLUE, alpha=0.18, lw=0, label="_90")
    ax.fill_between(fan.index, fan[0.25], fan[0.75], color=BLUE, alpha=0.40, lw=0, label="_50")
    ax.plot(fan.index, fan[0.5], color="black", lw=1.8, label="median")
    known = {one.name: one for one in MONTHS}
    if column in known:
        ax.set_ylabel(f"{column.replace('_', ' ')} ({known[column].unit})")
    else:
        ax.set_ylabel(column.replace("_", " "))
    year_axis(ax, float(fan.index.max()))
    ends = [float(fan[level].iloc[-1]) for level in LEVELS]
    label_heights(ax, list(LEVELS.values()), ends, colours=["black"] * len(LEVELS))
    counts = f"{alive.iloc[0]:,} partnerships at the start, {alive.iloc[-1]:,} alive at the end"
    note(ax, f"{counts};\nbands: the middle 50 % and 90 % of those alive, no intervals of a mean")
    return ax
