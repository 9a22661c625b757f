"""Who pays: what an arm changed for each member of the same partnerships."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from trustsim.analysis.payers import ALL, BEST, WORST
from trustsim.analysis.tables import TableError, require_columns
from trustsim.errors import nearest, refusal
from trustsim.figures.individual import draw_sorted
from trustsim.figures.labels import note
from trustsim.figures.style import BLUE, DARK, SMALL, VERMILION, axes_or_new

WHERE = "plot_payers"
COLUMNS = ("quantity", "unit", "better", "member", "difference", "low", "high", "n")
SUMMARIES = {
    ALL: "all members (mean)",
    WORST: "worst off in each partnership",
    BEST: "best off in each partnership",
}
SIDES = {1: "more is better", -1: "less is better"}


def plot_payers(
    payers: pd.DataFrame,
    quantity: str = "value_received",
    ax: Axes | None = None,
    *,
    targets: Collection[int] = (),
) -> Axes:
    """What changed for each member's seat, and for the worst and best off of each partnership.

    Blue dots: better than in the baseline; red squares: worse; hollow: the interval holds no
    change.

    Parameters
    ----------
    payers : pandas.DataFrame
        From `analysis.who_pays`: quantity, unit, better, member, difference, low, high, n.
    quantity : str, optional
        Which of the quantities to draw.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    targets : collection of int, optional
        Numbers of the members that the arm is aimed at; they are marked.

    Raises
    ------
    TableError
        The table lacks a column, or the quantity.
    """
    require_columns(payers, COLUMNS, where=WHERE)
    chosen = _of_quantity(payers, quantity)
    seats = chosen[~chosen["member"].isin(list(SUMMARIES))]
    rest = chosen[chosen["member"].isin(list(SUMMARIES))]
    ax = axes_or_new(ax, height=1.3 + 0.3 * (len(chosen) + 1))
    ax.axvline(0, color=DARK, lw=1, label="_no change")
    heights = [-float(place) for place in range(len(seats))]
    heights += [-float(len(seats) + 0.6 + place) for place in range(len(rest))]
    rows = [*seats.to_dict("records"), *rest.to_dict("records")]
    for height, row in zip(heights, rows, strict=True):
        _draw(ax, height, {str(key): value for key, value in row.items()})
    if len(seats) and len(rest):
        ax.axhline(-len(seats) + 0.2, color=DARK, lw=0.5, ls=(0, (2, 3)), label="_apart")
    ax.set_yticks(heights, [_name(str(row["member"]), targets) for row in rows])
    ax.set_ylim(min(heights) - 0.6, 0.6)
    first = chosen.iloc[0]
    words = f"{quantity.replace('_', ' ')}, arm minus baseline"
    ax.set_xlabel(f"{words} ({first['unit']}; {SIDES[int(first['better'])]})")
    note(ax, f"{int(first['n']):,} pairs; bars: 95 % intervals of the paired difference")
    return ax


def plot_worst_off(worst: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """What the member that fares worst in each partnership gains or loses, sorted.

    Parameters
    ----------
    worst : pandas.DataFrame
        One row a partnership: quantity, unit, better, difference of its worst off member.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    """
    require_columns(worst, ("quantity", "unit", "better", "difference"), where="plot_worst_off")
    first = worst.iloc[0]
    quantity = str(first["quantity"]).replace("_", " ")
    return draw_sorted(
        axes_or_new(ax),
        worst["difference"].to_numpy(dtype=np.float64),
        label=f"{quantity} of the worst off member,\narm minus baseline ({first['unit']})",
        better=int(first["better"]),
        names=("every member gains", "a member loses"),
    )


def _of_quantity(payers: pd.DataFrame, quantity: str) -> pd.DataFrame:
    chosen = payers[payers["quantity"] == quantity]
    if len(chosen) == 0:
        known = [str(name) for name in dict.fromkeys(payers["quantity"])]
        allowed = f"must be one of {', '.join(known)}"
        step = f"Choose one of them.{nearest(quantity, known)}"
        raise TableError(refusal(WHERE, "quantity", quantity, allowed, step))
    return chosen


def _draw(ax: Axes, height: float, row: dict[str, object]) -> None:
    middle, low, high = (float(str(row[name])) for name in ("difference", "low", "high"))
    gain = middle * int(str(row["better"]))
    colour, mark = (VERMILION, "s") if gain < 0 else (BLUE, "o")
    certain = low > 0 or high < 0
    ax.hlines(height, low, high, color=colour, lw=1.6)
    ax.plot(middle, height, mark, color=colour, ms=6, mfc=colour if certain else "white")
    text = f"{middle:+.3g}".replace("-", "\N{MINUS SIGN}") if middle else "no change"
    place = ax.get_yaxis_transform()
    ax.text(1.02, height, text, transform=place, fontsize=SMALL, va="center")


def _name(member: str, targets: Collection[int]) -> str:
    if member in SUMMARIES:
        return SUMMARIES[member]
    return f"member {member}{' (target)' if int(member) in targets else ''}"
