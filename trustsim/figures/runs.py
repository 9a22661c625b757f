"""Many partnerships: where they stand, what happens by when and at which age, how they differ."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from trustsim.analysis.intervals import wilson_bounds
from trustsim.analysis.tables import require_columns
from trustsim.figures.labels import (
    draw_line,
    label_heights,
    label_lines,
    named_lines,
    next_style,
    note,
    partnerships,
    percent_axis,
    year_axis,
)
from trustsim.figures.style import BLUE, DARK, STATUS_AREAS, axes_or_new
from trustsim.schema import MONTHS

__all__ = [
    "plot_cumulative_incidence",
    "plot_fan",
    "plot_hazard",
    "plot_smoothed_hazard",
    "plot_status_stack",
]

COLUMNS = ("event", "month", "estimate", "low", "high", "n")
LEVELS = {0.05: "5 %", 0.25: "25 %", 0.5: "median", 0.75: "75 %", 0.95: "95 %"}
"""Quantiles of a fan, and what they are called on it."""


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
    months, tops = occupancy["month"].to_numpy(), shares.cumsum(axis=1)
    for top, share, (status, area) in zip(tops.T, shares.T, STATUS_AREAS.items(), strict=True):
        ax.fill_between(months, top - share, top, facecolor=area.colour, hatch=area.hatch,
                        edgecolor=area.edge, linewidth=0.4, label=status)  # fmt: skip
    percent_axis(ax, "share of partnerships")
    year_axis(ax, float(months[-1]))
    ax.set_ylim(0, 1)
    texts = [f"{name} {share:.0%}" for name, share in zip(STATUS_AREAS, shares[-1], strict=True)]
    label_heights(ax, texts, list(tops[-1] - shares[-1] / 2), colours=[DARK] * len(texts))
    low, high = wilson_bounds(shares, size)
    half = float(((high - low) / 2).max())
    note(ax, f"{partnerships(size)}; 95 % interval of a share at most ±{100 * half:.1f} points")
    return ax


def example_status_stack(runs: Any) -> Axes:
    """Stacked areas: mature, tokenistic, forming, dissolved.

    Where do partnerships stand, month by month?
    """
    return plot_status_stack(runs.occupancy)


def plot_cumulative_incidence(
    table: pd.DataFrame, ax: Axes | None = None, *, label: str | None = None
) -> Axes:
    """Share of partnerships that have matured, or dissolved, by each month, with its band.

    Calls on the same Axes add a line in the next style.

    Parameters
    ----------
    table : pandas.DataFrame
        From `analysis.cumulative_incidence`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    label : str, optional
        Name of the line; the event if left out.
    """
    require_columns(table, COLUMNS, where="plot_cumulative_incidence")
    ax = axes_or_new(ax)
    event = str(table["event"].iloc[0])
    draw_incidence(table, ax, label=label or event)
    percent_axis(ax, f"share of partnerships {event} by then")
    year_axis(ax, float(table["month"].max()))
    label_lines(ax)
    note(ax, f"{partnerships(int(table['n'].iloc[0]))}; band: 95 % interval")
    return ax


def draw_incidence(table: pd.DataFrame, ax: Axes, *, label: str) -> None:
    """Step line with its band, in the first style that no named line of the Axes has."""
    before = ax.get_ylim()[1] if named_lines(ax) else 0.05
    draw_line(ax, table["month"].to_numpy(), table, next_style(ax), label, steps=True)
    ax.set_ylim(0, max(min(1.0, 1.1 * float(table["high"].max())), before))


def example_cumulative_incidence(runs: Any) -> Axes:
    """Two rising steps with bands.

    Which comes first, maturity or dissolution, and how likely is each by a month?
    """
    ax = plot_cumulative_incidence(runs.cumulative_incidence("matured"))
    first = runs.cumulative_incidence("dissolved", first=True)
    ax = plot_cumulative_incidence(first, ax, label="dissolved\nbefore maturing")
    ax.set_ylabel("share of partnerships by then")
    return ax


def plot_hazard(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Events per partnership-year at each age, with exact intervals.

    An interval that leaves the figure ends in an arrow head.

    Parameters
    ----------
    table : pandas.DataFrame
        From `analysis.hazard`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    """
    columns = ("month_from", "month_to", "events", "person_months", *COLUMNS)
    require_columns(table, columns, where="plot_hazard")
    ax = axes_or_new(ax)
    estimate, low, high = (table[name].to_numpy() for name in ("estimate", "low", "high"))
    # The last ages have few survivors and intervals that would flatten everything else.
    top = float(min(1.08 * high.max(), max(4 * estimate.max(), 1e-3)))
    middle = (table["month_from"].to_numpy() - 1 + table["month_to"].to_numpy()) / 2
    ax.hlines(estimate, table["month_from"] - 1, table["month_to"], color=BLUE, lw=2.2)
    ax.vlines(middle, low, np.minimum(high, top), color=BLUE, lw=1)
    ax.plot(middle, estimate, "o", color=BLUE, ms=4.5, label="_hazard")
    cut = high > top
    ax.plot(middle[cut], np.full(cut.sum(), top), "^", color=BLUE, ms=5, clip_on=False)
    year_axis(ax, float(table["month_to"].max()))
    ax.set_ylim(0, top)
    ax.set_ylabel(f"{table['event'].iloc[0]} {table['unit'].iloc[0]}")
    events = f"{int(table['events'].sum()):,} events"
    note(ax, f"{partnerships(int(table['n'].iloc[0]))}, {events}; bars: 95 % intervals")
    return ax


def example_hazard(runs: Any, analysis: Any) -> Axes:
    """Bars of events per partnership-year with intervals.

    At which age do partnerships dissolve, counted year by year?
    """
    return plot_hazard(analysis.hazard(runs.runs, event="dissolved", width=12))


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
    columns = (*COLUMNS, "at_risk", "bandwidth", "unit")
    require_columns(table, columns, where="plot_smoothed_hazard")
    ax = axes_or_new(ax)
    before = ax.get_ylim()[1] if named_lines(ax) else 0.0
    # What is counted for a month happened, on average, in its middle.
    age = table["month"].to_numpy() - 0.5
    draw_line(ax, age, table, next_style(ax), label or str(table["event"].iloc[0]))
    # The last ages have few survivors and intervals that would flatten everything else.
    most = max(1.6 * table["estimate"].max(), 1.1 * table["high"].median(), 1e-3)
    year_axis(ax, float(table["month"].max()))
    ax.set_ylim(0, max(float(min(1.1 * table["high"].max(), most)), before))
    ax.set_ylabel(f"events {table['unit'].iloc[0]}")
    label_lines(ax)
    width, runs = int(table["bandwidth"].iloc[0]), partnerships(int(table["n"].iloc[0]))
    note(ax, f"{runs}; smoothed over {width} months either side; bands: 95 % intervals")
    return ax


def example_smoothed_hazard(runs: Any) -> Axes:
    """A smooth line with a band.

    The same as a smooth line: does the danger rise, fall, or peak?
    """
    return plot_smoothed_hazard(runs.hazard("dissolved"))


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
    fan, alive = by_month.quantile(np.array(list(LEVELS))).unstack(), by_month.size()
    ax.fill_between(fan.index, fan[0.05], fan[0.95], color=BLUE, alpha=0.18, lw=0, label="_90")
    ax.fill_between(fan.index, fan[0.25], fan[0.75], color=BLUE, alpha=0.40, lw=0, label="_50")
    ax.plot(fan.index, fan[0.5], color="black", lw=1.8, label="median")
    unit = next((f" ({one.unit})" for one in MONTHS if one.name == column), "")
    ax.set_ylabel(f"{column.replace('_', ' ')}{unit}")
    year_axis(ax, float(fan.index.max()))
    ends = [float(fan[level].iloc[-1]) for level in LEVELS]
    label_heights(ax, list(LEVELS.values()), ends, colours=["black"] * len(LEVELS))
    counts = f"{alive.iloc[0]:,} partnerships at the start, {alive.iloc[-1]:,} alive at the end"
    note(ax, f"{counts};\nbands: the middle 50 % and 90 % of those alive, no intervals of a mean")
    return ax


def example_fan(runs: Any) -> Axes:
    """Median and bands of trust over months.

    How widely can the same scenario turn out?
    """
    return plot_fan(runs.months, "mean_trust")
