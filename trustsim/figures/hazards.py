"""How dangerous each age is, as a smooth line."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from trustsim.analysis.tables import require_columns
from trustsim.figures.labels import label_lines, note, partnerships, year_axis
from trustsim.figures.style import axes_or_new, line_style

COLUMNS = ("event", "month", "estimate", "low", "high", "at_risk", "bandwidth", "unit", "n")
ROOM = 1.1


def plot_smoothed_hazard(
    table: pd.DataFrame, ax: Axes | None = None, *, label: str | None = None
) -> Axes:
    """Events per partnership-year at each age, smoothed, with 95 % intervals month by month.

    Calls on the same Axes add a line in the next style: one for each cause, say. A band may
    leave the figure at the top, where few are left at risk.

    Parameters
    ----------
    table : pandas.DataFrame
        From `analysis.smoothed_hazard`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    label : str, optional
        Name of the line; the event if left out.
    """
    require_columns(table, COLUMNS, where="plot_smoothed_hazard")
    ax = axes_or_new(ax)
    named = [line for line in ax.lines if not str(line.get_label()).startswith("_")]
    style = line_style(len(named))
    # What is counted for a month happened, on average, in its middle.
    age = table["month"].to_numpy() - 0.5
    estimate, low, high = (table[name].to_numpy() for name in ("estimate", "low", "high"))
    ax.fill_between(age, low, high, color=style.colour, alpha=0.18, linewidth=0)
    ax.plot(
        age,
        estimate,
        color=style.colour,
        linestyle=style.dash,
        linewidth=1.8,
        label=label or str(table["event"].iloc[0]),
    )
    # The last ages have few survivors and intervals that would flatten everything else.
    most = max(1.6 * estimate.max(), ROOM * np.median(high), 1e-3)
    top = float(min(ROOM * high.max(), most))
    year_axis(ax, float(table["month"].max()))
    ax.set_ylim(0, max(top, ax.get_ylim()[1] if named else 0.0))
    ax.set_ylabel(f"events {table['unit'].iloc[0]}")
    label_lines(ax)
    width = int(table["bandwidth"].iloc[0])
    runs = partnerships(int(table["n"].iloc[0]))
    note(ax, f"{runs}; smoothed over {width} months either side; bands: 95 % intervals")
    return ax
