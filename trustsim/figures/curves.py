"""What arms changed, month by month."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from trustsim.analysis.curves import HOLDS_FOR, Crossing, crossing
from trustsim.analysis.tables import TableError, require_columns
from trustsim.errors import nearest, refusal
from trustsim.figures.labels import label_lines, note, year_axis
from trustsim.figures.style import DARK, SMALL, LineStyle, axes_or_new, line_style

WHERE = "plot_curves"
SHARE = "share of partnerships"
COLUMNS = ("arm", "quantity", "unit", "month", "difference", "low", "high", "n")
NEITHER = {"better": "above", "worse": "below"}
"""Sides of the baseline's curve where neither is known to be better."""

NEAR = 18
"""Months within which two of these words would lie on each other."""


def plot_curves(
    curves: pd.DataFrame, quantity: str = "value", ax: Axes | None = None, *, better: int = 0
) -> Axes:
    """Mean paired difference of every arm from the baseline, month by month, with its band.

    A diamond marks the month in which a mean curve changes sides, and the arm's label says so, if
    the interval leaves out no change on each side for three months in a row.

    Parameters
    ----------
    curves : pandas.DataFrame
        From `Comparison.curves`: arm, quantity, unit, month, difference, low, high, n.
    quantity : str, optional
        Which of the quantities to draw.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    better : int, optional
        1 if more is better, -1 if less is; 0 to speak of "above" and "below".

    Raises
    ------
    TableError
        The table lacks a column, or the quantity.
    """
    require_columns(curves, COLUMNS, where=WHERE)
    chosen = _of_quantity(curves, quantity)
    unit = str(chosen["unit"].iloc[0])
    scale = 100.0 if unit == SHARE else 1.0
    ax = axes_or_new(ax, width=8.0)
    ax.axhline(0, color=DARK, lw=1, label="_no change")
    turns = []
    for number, (arm, curve) in enumerate(chosen.groupby("arm", sort=False)):
        found = crossing(curve, better=better or 1)
        # The first style is the baseline's wherever it has a line of its own.
        style = line_style(number + 1)
        _draw(ax, curve, scale, style, f"{arm}{_pattern_in_words(curve, found, better)}")
        if found.crosses is not None:
            upwards = float(curve["difference"].to_numpy()[curve["month"] == found.then][0]) > 0
            turns.append((found.crosses, upwards, style.colour))
    ax.margins(y=0.08)
    ax.set_ylabel(f"{quantity.replace('_', ' ')}, arm minus baseline\n({_unit_shown(unit)})")
    year_axis(ax, float(chosen["month"].max()))
    _mark(ax, turns)
    label_lines(ax)
    pairs = f"{int(chosen['n'].max()):,} pairs an arm"
    note(ax, f"{pairs}; bands: 95 % intervals, each month by itself")
    return ax


def turns_back(curve: pd.DataFrame, found: Crossing) -> bool:
    """Whether a curve that changed sides ends on the first side again, for certain.

    Parameters
    ----------
    curve : pandas.DataFrame
        One row a month: month, low, high.
    found : Crossing
        From `analysis.curves.crossing`, of the same curve.
    """
    if found.first is None or found.then is None:
        return False
    above = bool((curve["low"][curve["month"] == found.first] > 0).iloc[0])
    end = curve.tail(HOLDS_FOR)
    return bool((end["low"] > 0).all() if above else (end["high"] < 0).all())


def _of_quantity(curves: pd.DataFrame, quantity: str) -> pd.DataFrame:
    chosen = curves[curves["quantity"] == quantity]
    if len(chosen) == 0:
        known = [str(name) for name in dict.fromkeys(curves["quantity"])]
        allowed = f"must be one of {', '.join(known)}"
        step = f"Choose one of them.{nearest(quantity, known)}"
        raise TableError(refusal(WHERE, "quantity", quantity, allowed, step))
    return chosen


def _draw(ax: Axes, curve: pd.DataFrame, scale: float, style: LineStyle, label: str) -> None:
    months = curve["month"].to_numpy()
    middle, low, high = (scale * curve[name].to_numpy() for name in ("difference", "low", "high"))
    ax.fill_between(months, low, high, color=style.colour, alpha=0.18, linewidth=0)
    ax.plot(months, middle, color=style.colour, linestyle=style.dash, lw=1.8, label=label)


def _pattern_in_words(curve: pd.DataFrame, found: Crossing, better: int) -> str:
    """What to add to an arm's name: nothing, unless its curve changes sides."""
    if found.crosses is None:
        return ""
    first, _, then = found.pattern.split()
    if not better:
        first, then = NEITHER[first], NEITHER[then]
    again = f",\n{first} again at the end" if turns_back(curve, found) else ""
    return f"\n{first} before {then}:\nturns in month {found.crosses}{again}"


def _mark(ax: Axes, turns: list[tuple[int, bool, str]]) -> None:
    """Diamonds on the zero line, each with its month on the side that its curve leaves free."""
    placed: list[int] = []
    for month, upwards, colour in turns:
        above = sum(abs(month - other) < NEAR for other in placed)
        placed.append(month)
        ax.plot(month, 0, "D", color=colour, ms=6.5, mec="white", label="_turn", zorder=4)
        ax.annotate(
            f"month {month}",
            xy=(month, 0),
            xytext=(-6 if upwards else 6, 8 + 11 * above),
            textcoords="offset points",
            ha="right" if upwards else "left",
            va="bottom",
            fontsize=SMALL,
            color=colour,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5, "alpha": 0.6},
        )


def _unit_shown(unit: str) -> str:
    return "percentage points" if unit == SHARE else unit
