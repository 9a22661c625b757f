"""What arms do and what they cost: a forest of effects, and costs against effects."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from trustsim.analysis.tables import require_columns
from trustsim.figures.labels import note
from trustsim.figures.style import BLACK, BLUE, DARK, PALE, SMALL, VERMILION, axes_or_new

LOOKS = {"slow remedy": (BLUE, "o"), "silver bullet": (VERMILION, "s"), "event": (BLACK, "^")}
"""Colour and mark of each kind of arm."""

PLURALS = {
    "slow remedy": "slow remedies",
    "silver bullet": "silver bullets",
    "event": "events",
}
OTHER_LOOK = (DARK, "D")
BEND = 5.0  # person-months up to which the axis of costs is linear; beyond it is logarithmic
LETTER = 0.0125  # width of a letter of a label, a share of the width of the Axes
COST_COLUMNS = (
    *("arm", "kind", "gain", "month", "cost", "cost_low", "cost_high"),
    *("share", "share_low", "share_high", "n"),
)
COST_TICKS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


def plot_forest(effects: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Effects of many arms on one share, kinds apart, the largest of each kind on top.

    Filled marks: the interval leaves out no change.

    Parameters
    ----------
    effects : pandas.DataFrame
        One row an arm: arm, kind, outcome, month, difference, low, high (shares of
        partnerships), n.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    """
    columns = ("arm", "kind", "outcome", "month", "difference", "low", "high", "n")
    require_columns(effects, columns, where="plot_forest")
    kinds = list(dict.fromkeys(effects["kind"]))
    ax = axes_or_new(ax, height=1.1 + 0.3 * (len(effects) + len(kinds)))
    ax.axvline(0, color=DARK, lw=1)
    height, heights, names = 0.0, [], []
    for kind in kinds:
        words = ax.text(
            0.01, height, str(PLURALS.get(kind, kind)), transform=ax.get_yaxis_transform()
        )
        words.set(color=_look(kind)[0], weight="bold", fontsize=SMALL, va="center")
        for row in _largest_first(effects[effects["kind"] == kind]).to_dict("records"):
            height -= 1
            heights.append(height)
            names.append(_plain(row["arm"]))
            _interval(ax, row, height, _look(kind))
        height -= 1
    ax.set_yticks(heights, names)
    ax.set_ylim(height + 0.4, 0.6)
    first = effects.iloc[0]
    years = f"{first['month'] / 12:g}"
    ax.set_xlabel(f"effect on the share {first['outcome']} by year {years} (percentage points)")
    note(ax, f"{int(first['n']):,} pairs; bars: 95 % intervals of the paired difference")
    return ax


def plot_cost_effect(costs: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """What each arm costs against what it brings, both beside the same partnerships without it.

    Person-months across (linear up to five, logarithmic beyond), partnerships gained up;
    intervals both ways.

    Parameters
    ----------
    costs : pandas.DataFrame
        Rows of `costs.cost_per_matured` for one gain, with a column `kind`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    """
    require_columns(costs, COST_COLUMNS, where="plot_cost_effect")
    ax = axes_or_new(ax, width=7.4, height=5.4)
    ax.axhline(0, color=DARK, lw=1)
    ax.set_xscale("symlog", linthresh=BEND)
    for row in costs.to_dict("records"):
        colour, mark = _look(row["kind"])
        across, up = row["cost"], 100 * row["share"]
        ax.hlines(up, row["cost_low"], row["cost_high"], color=colour, lw=1.4)
        ax.vlines(across, 100 * row["share_low"], 100 * row["share_high"], color=colour, lw=1.4)
        ax.plot(across, up, mark, color=colour, ms=6)
    top = max(float(costs["cost_high"].max()), BEND)
    ax.set_xlim(-0.6, top * 2.4)
    ticks = [tick for tick in COST_TICKS if tick <= top * 1.2]
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    first = costs.iloc[0]
    ax.set_xlabel(f"extra person-months a partnership, by year {first['month'] / 12:g}")
    ax.set_ylabel(f"{first['gain']}s in 100")
    _name_points(ax, costs)
    _name_kinds(ax, list(dict.fromkeys(costs["kind"])))
    note(ax, f"{int(first['n']):,} pairs; bars: 95 % intervals")
    return ax


def _name_points(ax: Axes, costs: pd.DataFrame) -> None:
    """A name beside each point, moved up or down out of the way of names beside it."""
    low, high = ax.get_ylim()
    gap = (high - low) * 0.034
    points = zip(costs["cost"], costs["share"], strict=True)
    placed = [
        (_position(ax, cost) - LETTER, _position(ax, cost) + LETTER, 100 * share)
        for cost, share in points
    ]
    for row in costs.sort_values("share").to_dict("records"):
        across, height = float(row["cost"]), 100 * float(row["share"])
        place = _position(ax, across)
        start, end = place + 1.1 * LETTER, place + LETTER * (len(row["arm"]) + 2)
        near = [used for first, last, used in placed if start < last and first < end]
        up = _free_height(height, near, gap)
        placed.append((start, end, up))
        ax.annotate(
            _plain(row["arm"]),
            xy=(across, height),
            xytext=(start + 0.002, up),
            textcoords=ax.get_yaxis_transform(),
            fontsize=SMALL,
            va="center",
            color=_look(row["kind"])[0],
            arrowprops={"arrowstyle": "-", "color": PALE, "lw": 0.6, "shrinkA": 0, "shrinkB": 4},
        )


def _free_height(wanted: float, taken: Sequence[float], gap: float) -> float:
    """The height nearest to the one wanted that lies a gap away from all those taken."""
    steps = range(8 * len(taken) + 5)
    heights = [wanted + sign * step * gap / 4 for step in steps for sign in (1, -1)]
    return next(h for h in heights if all(abs(h - used) >= gap * 0.99 for used in taken))


def _position(ax: Axes, across: float) -> float:
    """Where on the width of the Axes a cost lies, a share."""
    pixels = ax.transData.transform((across, 0.0))
    return float(ax.transAxes.inverted().transform(pixels)[0])


def _name_kinds(ax: Axes, kinds: Sequence[str]) -> None:
    for kind in kinds:
        colour, mark = _look(kind)
        ax.plot([], [], mark, color=colour, label=kind)
    ax.legend(frameon=False, fontsize=SMALL, loc="best")


def _largest_first(effects: pd.DataFrame) -> pd.DataFrame:
    return effects.sort_values("difference", ascending=False)


def _interval(ax: Axes, row: Mapping[Hashable, Any], height: float, look: tuple[str, str]) -> None:
    middle, low, high = (100 * float(row[name]) for name in ("difference", "low", "high"))
    colour, mark = look
    certain = low > 0 or high < 0
    ax.hlines(height, low, high, color=colour, lw=1.6)
    ax.plot(middle, height, mark, color=colour, ms=6, mfc=colour if certain else "white")
    text = f"{middle:+.1f}".replace("-", "\N{MINUS SIGN}")
    place = ax.get_yaxis_transform()
    ax.text(1.02, height, text, transform=place, fontsize=SMALL, va="center")


def _look(kind: object) -> tuple[str, str]:
    return LOOKS.get(str(kind), OTHER_LOOK)


def _plain(arm: object) -> str:
    return str(arm).replace("_", " ")
