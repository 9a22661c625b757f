"""Simulated maturity beside the one large public record of when partnerships were recognised."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from trustsim.analysis.intervals import wilson_bounds
from trustsim.analysis.tables import require_columns
from trustsim.analysis.turnbull import designation
from trustsim.figures.incidence import COLUMNS, draw_incidence
from trustsim.figures.labels import label_lines, note, partnerships, percent_axis, year_axis
from trustsim.figures.style import DARK, PALE, axes_or_new

MONTHS_A_YEAR = 12


def plot_maturity_over_designation(
    table: pd.DataFrame, units: pd.DataFrame, ax: Axes | None = None
) -> Axes:
    """Simulated time-to-maturity over the designation of English integrated care systems.

    Hatched: between the two inspections the record can't say when. Dots with bars: share
    designated by an inspection, with Wilson's interval. Those designated only because the
    deadline came count as not yet designated when last inspected (cross).

    Parameters
    ----------
    table : pandas.DataFrame
        From `analysis.cumulative_incidence`, event "matured".
    units : pandas.DataFrame
        Table `ics_units`: left_years, right_years, deadline_forced.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    """
    require_columns(table, COLUMNS, where="plot_maturity_over_designation")
    curve = designation(units)
    ax = axes_or_new(ax)
    draw_incidence(table, ax, label="simulated maturity")
    _draw_designation(curve, units, ax)
    percent_axis(ax, "share mature or designated by then")
    year_axis(ax, float(table["month"].max()))
    label_lines(ax)
    count = partnerships(int(table["n"].iloc[0]))
    note(ax, f"simulated: {count}; designated: {len(units)} systems; 95 % intervals")
    return ax


def _draw_designation(curve: pd.DataFrame, units: pd.DataFrame, ax: Axes) -> None:
    seen = curve[np.isfinite(curve["right"])]
    left, right = (seen[name].to_numpy() * MONTHS_A_YEAR for name in ("left", "right"))
    after = seen["estimate"].to_numpy()
    before = after - seen["mass"].to_numpy()
    for corner in zip(left, before, right - left, after - before, strict=True):
        x, y, width, height = corner
        ax.add_patch(
            Rectangle((x, y), width, height, facecolor="none", edgecolor=PALE, hatch="////", lw=0)
        )
    low, high = wilson_bounds(after, len(units))
    ax.vlines(right, low, high, color=DARK, lw=1)
    ax.hlines(after[:-1], right[:-1], left[1:], color=DARK, lw=1.6)
    label = "\N{BLACK CIRCLE} designated as\nintegrated care system"
    forced = units[units["deadline_forced"] != 0]
    if len(forced):
        last = float(forced["left_years"].max()) * MONTHS_A_YEAR
        ax.plot(last, after[-1], "x", color=DARK, ms=9, mew=1.6, label="_censored")
        cross = "\N{MULTIPLICATION SIGN}"
        label += f";\n{cross} the last {len(forced)}, forced by the\ndeadline, are censored"
    ax.plot(right, after, "o", color=DARK, ms=4.5, label=label)
    ax.set_ylim(0, max(ax.get_ylim()[1], min(1.0, 1.1 * float(high.max()))))
