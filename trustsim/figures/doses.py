"""How much of it, for how long, and when: effects by dose, by month of leaving, schedules."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.transforms import ScaledTranslation

from trustsim.analysis.tables import Floats, require_columns
from trustsim.figures.labels import label_lines, note, points
from trustsim.figures.style import DARK, axes_or_new, line_style

__all__ = ["plot_dose_response"]

MARKS = "osD^vP*X"
ASIDE = 4.0  # points between the bars of two lines at one level: they would hide one another
LEAST_GAP = 0.06  # between marks, in parts of the axis: narrower ones would overlap


def plot_dose_response(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    level: str = "dose",
    outcome: str = "paired difference",
    logarithmic: bool = False,
) -> Axes:
    """Difference to no dose by level of the dose, with 95 % intervals and a line at no change.

    Shares are drawn in percentage points. Lines are told apart by colour, dash and mark, each is
    named at its end, and they stand a little aside so that no bar hides another.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a level: level, difference, low, high (in `unit`), unit (one for all), n (pairs);
        and line (its name), if there are several.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    level, outcome : str, optional
        What the axes are called: the dose with its unit, and what differs (the unit is added).
    logarithmic : bool, optional
        Whether levels double rather than add; all must then be above 0.

    Raises
    ------
    TableError
        A column is missing, or there are no rows.
    """
    columns = ("level", "difference", "low", "high", "unit", "n")
    require_columns(table, columns, where="plot_dose_response")
    ax = axes_or_new(ax)
    if logarithmic:
        ax.set_xscale("log", base=2)
    ax.axhline(0, color=DARK, lw=1, label="_no change")
    names = table["line"] if "line" in table else pd.Series("_only", index=table.index)
    middle = (names.nunique() - 1) / 2
    for number, (name, rows) in enumerate(table.groupby(names, sort=False)):
        aside = ASIDE * (number - middle)
        _draw_line(ax, rows.sort_values("level"), str(name), number, aside)
    _mark_levels(ax, sorted(float(one) for one in set(table["level"])))
    ax.set_xlabel(level)
    ax.set_ylabel(f"{outcome}\n({points(str(table['unit'].iloc[0]))[1]})")
    note(ax, f"{_pairs(table)} at each point; bars: 95 % intervals")
    label_lines(ax)
    return ax


def example_dose_response(ts: Any) -> Axes:
    """Difference by dose, with intervals.

    Does more of it do more?
    """
    doses = {f"{dose}": ts.interventions.mandate(dose=dose) for dose in (0.25, 0.5, 0.75, 1.0)}
    tried = ts.compare("voluntary", doses, replicates=400, seed=7)
    table = tried.effects.query("outcome == 'dissolved' and month == 60")
    table = table.assign(level=table["arm"].astype(float))
    words = "dissolved by year 5, with minus without"
    return plot_dose_response(table, level="dose of the mandate", outcome=words)


def _draw_line(ax: Axes, rows: pd.DataFrame, name: str, number: int, aside: float) -> None:
    style = line_style(number)
    levels: Floats = rows["level"].to_numpy(dtype=np.float64)
    scale, _ = points(str(rows["unit"].iloc[0]))
    middle, low, high = (scale * rows[name].to_numpy() for name in ("difference", "low", "high"))
    mark = MARKS[number % len(MARKS)]
    bars = ax.vlines(levels, low, high, color=style.colour, lw=1.4)
    [line] = ax.plot(levels, middle, color=style.colour, ls=style.dash, marker=mark, ms=5)
    line.set_label(name)
    figure = ax.get_figure(root=True)
    assert figure is not None
    # Moved only once the limits of the axes know the numbers themselves.
    for drawn in (bars, line):
        drawn.set_transform(ax.transData + ScaledTranslation(aside / 72, 0, figure.dpi_scale_trans))


def _mark_levels(ax: Axes, levels: list[float]) -> None:
    """A mark at every level, unless they would run into one another."""
    places = np.log(levels) if ax.get_xscale() == "log" else np.asarray(levels)
    gaps = np.diff(places)
    if len(levels) == 1 or gaps.min() >= LEAST_GAP * (places[-1] - places[0]):
        ax.set_xticks(levels, [f"{one:g}" for one in levels])
        ax.minorticks_off()


def _pairs(table: pd.DataFrame) -> str:
    """How many pairs stand behind each point, in words.

    >>> _pairs(pd.DataFrame({"n": [400, 400]})), _pairs(pd.DataFrame({"n": [1200, 400]}))
    ('400 pairs', '400 to 1,200 pairs')
    """
    least, most = int(table["n"].min()), int(table["n"].max())
    return f"{least:,} pairs" if least == most else f"{least:,} to {most:,} pairs"
