"""Simulated maturity beside the one large public record of when partnerships were recognised."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from trustsim.analysis.intervals import wilson_bounds
from trustsim.analysis.tables import require_columns
from trustsim.analysis.turnbull import designation
from trustsim.figures.labels import label_lines, note, partnerships, percent_axis, year_axis
from trustsim.figures.runs import COLUMNS, draw_incidence
from trustsim.figures.style import DARK, PALE, axes_or_new, line_style

MONTHS_A_YEAR = 12
PREDICTED = ("line", "month", "estimate", "low", "high", "n", "draws")
PUBLISHED = ("month", "estimate", "low", "high", "n")


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


def plot_predictive_bands(
    bands: pd.DataFrame,
    published: pd.DataFrame,
    ax: Axes | None = None,
    *,
    outcome: str = "share designated or declared mature by then",
    label: str = "published",
) -> Axes:
    """Published shares over the draws of a model that was not tuned to them.

    Parameters
    ----------
    bands : pandas.DataFrame
        From `dates.predictive_band`, with the name of the line in `line`. A line without
        low and high (a curve fitted to the data) is drawn without a band.
    published : pandas.DataFrame
        month, estimate, low, high, n of each published share; drawn as dots with bars.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    outcome : str
        What the shares are of.
    label : str
        What the dots are.
    """
    require_columns(bands, PREDICTED, where="plot_predictive_bands")
    require_columns(published, PUBLISHED, where="plot_predictive_bands")
    ax = axes_or_new(ax)
    for number, (name, rows) in enumerate(bands.groupby("line", sort=False)):
        style = line_style(number)
        months, middle = rows["month"].to_numpy(), rows["estimate"].to_numpy()
        ax.step(
            months,
            middle,
            where="post",
            color=style.colour,
            linestyle=style.dash,
            linewidth=1.8,
            label=str(name),
        )
        low, high = rows["low"].to_numpy(), rows["high"].to_numpy()
        if np.isfinite(low).all():
            ax.fill_between(
                months, low, high, step="post", color=style.colour, alpha=0.15, linewidth=0
            )
    place, height = published["month"].to_numpy(), published["estimate"].to_numpy()
    ax.vlines(place, published["low"], published["high"], color=DARK, lw=1.2, clip_on=False)
    ax.plot(
        place, height, "o", color=DARK, ms=4.5, label=f"\N{BLACK CIRCLE} {label}", clip_on=False
    )
    percent_axis(ax, outcome)
    year_axis(ax, float(bands["month"].max()))
    ax.set_ylim(0, 1)
    label_lines(ax)
    size, draws = int(bands["n"].max()), int(bands["draws"].max())
    note(ax, f"bands: 95 % of {draws:,} draws of {partnerships(size)}; bars: 95 % intervals")
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
