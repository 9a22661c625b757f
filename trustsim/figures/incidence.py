"""How likely by when, and how dangerous each age is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from trustsim.analysis.tables import require_columns
from trustsim.figures.labels import label_lines, note, partnerships, percent_axis, year_axis
from trustsim.figures.style import BLUE, axes_or_new, line_style

COLUMNS = ("event", "month", "estimate", "low", "high", "n")


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


def plot_arms_incidence(tables: Mapping[str, pd.DataFrame], ax: Axes | None = None) -> Axes:
    """The same event in several arms, one line each.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Name of the arm, and its table from `analysis.cumulative_incidence`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    """
    ax = axes_or_new(ax)
    for name, table in tables.items():
        plot_cumulative_incidence(table, ax, label=name)
    sizes = sorted({int(table["n"].iloc[0]) for table in tables.values()})
    count = partnerships(sizes[-1]) if len(sizes) == 1 else f"{sizes[0]:,} to {sizes[-1]:,} runs"
    note(ax, f"{count} an arm; bands: 95 % intervals")
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


def draw_incidence(table: pd.DataFrame, ax: Axes, *, label: str) -> None:
    """Step line with its band, in the first style that no named line of the Axes has."""
    named = [line for line in ax.lines if not str(line.get_label()).startswith("_")]
    style = line_style(len(named))
    months = table["month"].to_numpy()
    low, high = table["low"].to_numpy(), table["high"].to_numpy()
    ax.fill_between(months, low, high, step="post", color=style.colour, alpha=0.18, linewidth=0)
    ax.step(
        months,
        table["estimate"].to_numpy(),
        where="post",
        color=style.colour,
        linestyle=style.dash,
        linewidth=1.8,
        label=label,
    )
    top = min(1.0, 1.1 * float(high.max()))
    ax.set_ylim(0, max(top, ax.get_ylim()[1] if len(named) else 0.05))
