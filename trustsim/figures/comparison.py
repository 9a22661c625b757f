"""Arms compared: what each changed for the same partnerships, for whom, and when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter

from trustsim.analysis.curves import HOLDS_FOR, Crossing, crossing
from trustsim.analysis.intervals import mean_of_differences, wilson
from trustsim.analysis.outcomes import MONTHLY, SUMMED, label_of
from trustsim.analysis.pairs import ALL, BEST, WORST
from trustsim.analysis.tables import Floats, TableError, require_columns
from trustsim.errors import nearest, refusal
from trustsim.figures.labels import (
    MINUS,
    SHARE,
    beside,
    draw_line,
    label_lines,
    note,
    of_quantity,
    partnerships,
    points,
    spread,
    year_axis,
)
from trustsim.figures.runs import plot_cumulative_incidence
from trustsim.figures.style import (
    BLUE,
    DARK,
    SMALL,
    STATUS_AREAS,
    VERMILION,
    AreaStyle,
    axes_or_new,
    line_style,
)

__all__ = [
    "plot_arms_incidence",
    "plot_curves",
    "plot_fates",
    "plot_individual_effects",
    "plot_paired_effect",
    "plot_payers",
    "plot_worst_off",
]

HELPED, HARMED = AreaStyle("#8CC0E0", "", BLUE), AreaStyle("#F2B48C", "////", VERMILION)
NEITHER = {"better": "above", "worse": "below"}
"""Sides of the baseline's curve where neither is known to be better."""

NEAR = 18
"""Months within which the words at two marks of a curve would lie on each other."""

BAR = 0.6
TALL = 0.1
"""Least height of a part of a bar, a share, in which its interval has room too."""

LOW = 0.045
"""Least height of a part of a bar, a share, in which its name has room."""

SUMMARIES = {
    ALL: "all members (mean)",
    WORST: "worst off in each partnership",
    BEST: "best off in each partnership",
}
SIDES = {1: "more is better", -1: "less is better"}


class Measure(NamedTuple):
    """One individual effect: what the axis says, and which way is better."""

    label: str
    better: int


MEASURES = {
    "value": Measure("value, arm minus baseline\n(value of full trust)", 1),
    "months_mature_sooner": Measure("months that it matured sooner", 1),
    "months_alive_longer": Measure("months that it lived longer", 1),
    "smoke": Measure("smoke, arm minus baseline\n(share of budget)", -1),
}


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


def example_arms_incidence(both: Any) -> Axes:
    """A step line with a band for each arm.

    Which arm matures sooner, and how many in the end?
    """
    named = {"baseline": both.baseline, **both.arms}
    matured = {name: one.cumulative_incidence("matured") for name, one in named.items()}
    return plot_arms_incidence(matured)


def plot_paired_effect(contrast: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Paired differences with their intervals, and a line at no change.

    Outcomes in one unit are drawn in that unit. Outcomes in several are drawn in standard
    deviations between partnerships, with the difference in its own unit beside each. Filled
    dots: the interval leaves out no change.

    Parameters
    ----------
    contrast : pandas.DataFrame
        From `analysis.paired_contrast`, or some of its rows.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    """
    columns = ("outcome", "month", "unit", "difference", "low", "high", "spread", "n")
    require_columns(contrast, columns, where="plot_paired_effect")
    ax = axes_or_new(ax, height=1.1 + 0.32 * len(contrast))
    ax.axvline(0, color=DARK, lw=1, label="_no change")
    scales, shown = _scales(contrast)
    rows = contrast.to_dict("records")
    for height, row, scale in zip(range(len(rows))[::-1], rows, scales, strict=True):
        _draw_interval(ax, height, row, scale=float(scale))
        unit = str(row["unit"]).removesuffix(f", {SUMMED}").removesuffix(f" {MONTHLY}")
        in_its_unit = points(unit)[0] * row["difference"]
        words = f"{in_its_unit:+.1f} points" if unit == SHARE else f"{in_its_unit:+.3g} {unit}"
        beside(ax, height, words.replace("-", MINUS, 1) if in_its_unit else "no change")
    ax.set_yticks(range(len(rows))[::-1], [_outcome(row) for row in rows])
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.set_xlabel(f"paired difference ({shown})")
    note(ax, f"{int(contrast['n'].iloc[0]):,} pairs; bars: 95 % intervals of the paired difference")
    return ax


def example_paired_effect(both: Any) -> Axes:
    """Dots with intervals around a line at no change.

    What did one arm change for the same partnerships, outcome by outcome?
    """
    return plot_paired_effect(both.between("baseline", "mandate", by=[36, 60, 120]))


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
    columns = ("arm", "quantity", "unit", "month", "difference", "low", "high", "n")
    require_columns(curves, columns, where="plot_curves")
    chosen = of_quantity(curves, quantity, where="plot_curves")
    scale, unit = points(str(chosen["unit"].iloc[0]))
    ax = axes_or_new(ax, width=8.0)
    ax.axhline(0, color=DARK, lw=1, label="_no change")
    turns = []
    for number, (arm, curve) in enumerate(chosen.groupby("arm", sort=False)):
        found = crossing(curve, better=better or 1)
        # The first style is the baseline's wherever it has a line of its own.
        style = line_style(number + 1)
        label = f"{arm}{_pattern_in_words(curve, found, better)}"
        months = curve["month"].to_numpy()
        draw_line(ax, months, curve, style, label, middle="difference", scale=scale)
        if found.crosses is not None:
            upwards = float(curve["difference"].to_numpy()[months == found.then][0]) > 0
            turns.append((found.crosses, upwards, style.colour))
    ax.margins(y=0.08)
    ax.set_ylabel(f"{quantity.replace('_', ' ')}, arm minus baseline\n({unit})")
    year_axis(ax, float(chosen["month"].max()))
    _mark_turns(ax, turns)
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


def example_curves(both: Any) -> Axes:
    """Differences from the baseline over months, with bands.

    Does an arm help at first and harm later, or the other way round?
    """
    return plot_curves(both.curves, "value", better=1)


def plot_individual_effects(
    individual: pd.DataFrame, measure: str = "value", ax: Axes | None = None
) -> Axes:
    """How unequal an effect is: every partnership's own, from the lowest to the highest.

    Blue is better than in the baseline, hatched orange is worse, with their shares of all
    partnerships; the dashed line is the mean, the dots are the outer tenths.

    Parameters
    ----------
    individual : pandas.DataFrame
        From `analysis.individual_effects`: one row a partnership.
    measure : str, optional
        A column: "value", "months_mature_sooner", "months_alive_longer" or "smoke".
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.

    Raises
    ------
    TableError
        The measure is not known, or the table lacks its column.
    """
    if measure not in MEASURES:
        allowed = f"must be one of {', '.join(MEASURES)}"
        step = f"Choose one of them.{nearest(measure, MEASURES)}"
        raise TableError(refusal("plot_individual_effects", "measure", measure, allowed, step))
    require_columns(individual, (measure,), where="plot_individual_effects")
    return _draw_sorted(axes_or_new(ax), individual[measure], *MEASURES[measure])


def example_individual_effects(both: Any) -> Axes:
    """Sorted differences, one a partnership.

    How unequal is the effect: how many are helped, how many harmed?
    """
    return plot_individual_effects(both.individual("mandate"), "value")


def plot_fates(fates: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Where partnerships ended in an arm, by where the same ones ended in the baseline.

    A bar for each status in the baseline, all of one height; its parts are the statuses in the
    arm, with the number of partnerships and, where there is room, the interval of the share.

    Parameters
    ----------
    fates : pandas.DataFrame
        From `analysis.fates`: baseline, other, count, n.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    """
    require_columns(fates, ("baseline", "other", "count", "n"), where="plot_fates")
    counts = fates.pivot_table(index="baseline", columns="other", values="count", observed=False)
    counts = counts.reindex(index=list(STATUS_AREAS), columns=list(STATUS_AREAS)).fillna(0)
    counts = counts[counts.sum(axis=1) > 0].astype(int)
    size = int(fates["n"].iloc[0])
    ax = axes_or_new(ax, width=1.6 + 1.9 * max(len(counts), 3), height=4.8)
    names = []
    for place, (status, row) in enumerate(counts.iterrows()):
        _draw_bar(ax, place, row)
        names.append(f"{status}\n{int(row.sum()):,} ({row.sum() / size:.0%})")
    ax.set_xticks(range(len(counts)), names)
    ax.tick_params(axis="x", length=0)
    ax.set(xlim=(-0.5, max(len(counts), 3) - 0.35), ylim=(0, 1))
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set_xlabel("where they ended in the baseline")
    ax.set_ylabel("where the same partnerships ended in the arm")
    same = sum(int(counts.loc[name].to_dict()[name]) for name in counts.index)
    low, high = wilson(same, size)
    kept = f"{same / size:.0%} ({100 * low:.0f} to {100 * high:.0f}) ended alike"
    note(ax, f"{partnerships(size)}; {kept}; in brackets: 95 % intervals")
    return ax


def example_fates(both: Any) -> Axes:
    """A bar for each status in the baseline, divided by the status in the arm.

    From which end to which other end did an arm move partnerships?
    """
    return plot_fates(both.fates("coordinator"))


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
    columns = ("quantity", "unit", "better", "member", "difference", "low", "high", "n")
    require_columns(payers, columns, where="plot_payers")
    chosen = of_quantity(payers, quantity, where="plot_payers")
    apart = chosen["member"].isin(list(SUMMARIES))
    seats, rest = chosen[~apart].to_dict("records"), chosen[apart].to_dict("records")
    ax = axes_or_new(ax, height=1.3 + 0.3 * (len(chosen) + 1))
    ax.axvline(0, color=DARK, lw=1, label="_no change")
    heights = [-float(place) for place in range(len(seats))]
    heights += [-float(len(seats) + 0.6 + place) for place in range(len(rest))]
    rows = [*seats, *rest]
    for height, row in zip(heights, rows, strict=True):
        worse = row["difference"] * row["better"] < 0
        _draw_interval(ax, height, row, VERMILION if worse else BLUE, "s" if worse else "o")
        change = f"{row['difference']:+.3g}".replace("-", MINUS)
        beside(ax, height, change if row["difference"] else "no change")
    if seats and rest:
        ax.axhline(-len(seats) + 0.2, color=DARK, lw=0.5, ls=(0, (2, 3)), label="_apart")
    ax.set_yticks(heights, [_member(str(row["member"]), targets) for row in rows])
    ax.set_ylim(min(heights) - 0.6, 0.6)
    words = f"{quantity.replace('_', ' ')}, arm minus baseline"
    ax.set_xlabel(f"{words} ({rows[0]['unit']}; {SIDES[int(rows[0]['better'])]})")
    note(ax, f"{int(rows[0]['n']):,} pairs; bars: 95 % intervals of the paired difference")
    return ax


def example_payers(both: Any) -> Axes:
    """A dot with its interval for each member.

    Who pays: which member gains or loses by an arm?
    """
    return plot_payers(both.who_pays("mandate"), "value_received")


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
    label = f"{quantity} of the worst off member,\narm minus baseline ({first['unit']})"
    names = ("every member gains", "a member loses")
    return _draw_sorted(axes_or_new(ax), worst["difference"], label, int(first["better"]), names)


def example_worst_off(worst: Any) -> Axes:
    """Sorted differences of the worst off member.

    What happens to the member that fares worst in each partnership?
    """
    return plot_worst_off(worst)


def _scales(contrast: pd.DataFrame) -> tuple[Floats, str]:
    """What each row is multiplied by before it is drawn, and the unit that is then shown."""
    if contrast["unit"].nunique() == 1:
        scale, unit = points(str(contrast["unit"].iloc[0]))
        return np.full(len(contrast), scale), unit
    spread = contrast["spread"].to_numpy(dtype=np.float64)
    # No spread between partnerships in either arm: any difference is off every scale but 0.
    scales: Floats = np.divide(1.0, spread, out=np.ones_like(spread), where=spread > 0)
    return scales, "standard deviations between partnerships"


def _outcome(row: Mapping[Any, Any]) -> str:
    """An outcome with its month, and whether it is a sum."""
    summed = ", summed" if str(row["unit"]).endswith(SUMMED) else ""
    return f"{label_of(row['outcome'], row['month'])}{summed}"


def _draw_interval(
    ax: Axes, height: float, row: Mapping[Any, Any], colour: str = BLUE, mark: str = "o",
    *, scale: float = 1.0,
) -> None:  # fmt: skip
    """A difference with its interval, lying; filled if the interval leaves out no change."""
    middle, low, high = (scale * float(row[name]) for name in ("difference", "low", "high"))
    filled = colour if low > 0 or high < 0 else "white"
    ax.hlines(height, low, high, color=colour, lw=1.6)
    ax.plot(middle, height, mark, color=colour, ms=6.5, mfc=filled, label="_difference")


def _pattern_in_words(curve: pd.DataFrame, found: Crossing, better: int) -> str:
    """What to add to an arm's name: nothing, unless its curve changes sides."""
    if found.crosses is None:
        return ""
    first, _, then = found.pattern.split()
    if not better:
        first, then = NEITHER[first], NEITHER[then]
    again = f",\n{first} again at the end" if turns_back(curve, found) else ""
    return f"\n{first} before {then}:\nturns in month {found.crosses}{again}"


def _mark_turns(ax: Axes, turns: list[tuple[int, bool, str]]) -> None:
    """Diamonds on the zero line, each with its month on the side that its curve leaves free."""
    placed: list[int] = []
    for month, upwards, colour in turns:
        above = sum(abs(month - other) < NEAR for other in placed)
        placed.append(month)
        ax.plot(month, 0, "D", color=colour, ms=6.5, mec="white", label="_turn", zorder=4)
        ax.annotate(
            f"month {month}", (month, 0), (-6 if upwards else 6, 8 + 11 * above),
            textcoords="offset points", ha="right" if upwards else "left", va="bottom",
            fontsize=SMALL, color=colour,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5, "alpha": 0.6},
        )  # fmt: skip


def _draw_sorted(
    ax: Axes,
    differences: pd.Series[float],
    label: str,
    better: int,
    names: tuple[str, str] = ("helped", "harmed"),
) -> Axes:
    """Differences of single partnerships, sorted, with the shares that gained and that lost.

    names: what to call those that gained and those that lost.
    """
    values: Floats = np.sort(differences.to_numpy(dtype=np.float64))
    ax.axhline(0, color=DARK, lw=1, label="_no change")
    edges = np.arange(len(values) + 1) / len(values)
    steps = np.append(values, values[-1])
    for area, which in ((HELPED, steps * better > 0), (HARMED, steps * better < 0)):
        ax.fill_between(edges, 0, steps, where=which, step="post", facecolor=area.colour,
                        hatch=area.hatch, edgecolor=area.edge, linewidth=0)  # fmt: skip
    ax.step(edges, steps, where="post", color=DARK, lw=1.2, label="_sorted")
    # Room for the words in both halves, however small one of them is.
    top, bottom = max(values[-1], 0.0), min(values[0], 0.0)
    room = 0.28 * max(top - bottom, 1e-9)
    ax.set(xlim=(0, 1), ylim=(bottom - room, top + room))
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set_xlabel("partnerships, from the lowest difference to the highest")
    ax.set_ylabel(label)
    _label_shares(ax, values * better, better, names)
    mean, (low, high) = float(values.mean()), mean_of_differences(values)
    ax.axhline(mean, color=DARK, lw=1.2, ls=(0, (5, 2)), label="_mean")
    bounds = f"\n({low:.3g} to {high:.3g})" if low == low else ""
    beside(ax, mean, f"mean {mean:+.3g}{bounds}".replace("-", MINUS))
    for share, across in ((0.1, 8), (0.9, -8)):
        _label_tenth(ax, values, share, across)
    note(ax, f"{len(values):,} pairs; in brackets: 95 % intervals")
    return ax


def _label_shares(ax: Axes, gains: Floats, better: int, names: tuple[str, str]) -> None:
    """The shares that gained and that lost, each in its half of the figure."""
    size = len(gains)
    texts = []
    for name, count in zip(names, ((gains > 0).sum(), (gains < 0).sum()), strict=True):
        low, high = wilson(float(count), size)
        texts.append(f"{name}: {count / size:.0%} ({100 * low:.0f} to {100 * high:.0f})")
    if same := int((gains == 0).sum()):
        texts[0] += f"\nno change: {same:,} of {size:,}"
    positive, negative = texts if better > 0 else texts[::-1]
    box = {"facecolor": "white", "edgecolor": "none", "pad": 2.0, "alpha": 0.85}
    ax.text(0.03, 0.97, positive, transform=ax.transAxes, va="top", weight="bold", bbox=box)
    ax.text(0.97, 0.04, negative, transform=ax.transAxes, ha="right", weight="bold", bbox=box)


def _label_tenth(ax: Axes, values: Floats, share: float, across: int) -> None:
    """A dot where the outer tenth begins, and its words where they cover no line."""
    value = float(np.quantile(values, share, method="inverted_cdf"))
    below = share < 0.5
    ax.plot(share, value, "o", color="black", ms=5, label="_tenth", zorder=4)
    ax.annotate(
        f"a tenth {'below' if below else 'above'} {value:+.3g}".replace("-", MINUS),
        # Where the dot lies beneath the line at 0, words above it would cover that line.
        xy=(share, min(value, 0.0) if below else max(value, 0.0)),
        xytext=(across, -2 if below else 2), textcoords="offset points",
        ha="left" if across > 0 else "right", va="top" if below else "bottom", fontsize=SMALL,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0, "alpha": 0.85},
    )  # fmt: skip


def _draw_bar(ax: Axes, place: int, row: pd.Series[int]) -> None:
    """One bar of parts; the names of parts that are too low stand beside it."""
    total, floor, outside = int(row.sum()), 0.0, []
    for status, count in row[row > 0].items():
        area, height = STATUS_AREAS[str(status)], count / total
        part = Rectangle((place - BAR / 2, floor), BAR, height, facecolor=area.colour,
                         hatch=area.hatch, edgecolor=area.edge, linewidth=0.5,
                         label=f"{row.name} to {status}")  # fmt: skip
        ax.add_patch(part)
        text, middle = f"{status} {count:,}", floor + height / 2
        if height < LOW:
            outside.append((middle, text))
        else:
            low, high = wilson(float(count), total)
            bounds = f"\n({100 * low:.0f} to {100 * high:.0f} %)" if height >= TALL else ""
            dark = status == "dissolved"
            # White behind dark words: on the colours, in grey, they could hardly be read.
            box = {"facecolor": area.colour if dark else "white", "edgecolor": "none", "pad": 1.5}
            ax.text(place, middle, text + bounds, ha="center", va="center", fontsize=SMALL,
                    color="white" if dark else "black", bbox=box)  # fmt: skip
        floor += height
    heights = spread([middle for middle, _ in outside], gap=0.04, low=0.02, high=0.98)
    edge = place + BAR / 2
    tie = {"arrowstyle": "-", "color": DARK, "lw": 0.5, "shrinkA": 0, "shrinkB": 0}
    for height, (middle, text) in zip(heights, outside, strict=True):
        ax.annotate(text, (edge, middle), (edge + 0.04, height), fontsize=SMALL - 1.5, va="center",
                    arrowprops=tie)  # fmt: skip


def _member(member: str, targets: Collection[int]) -> str:
    if member in SUMMARIES:
        return SUMMARIES[member]
    return f"member {member}{' (target)' if int(member) in targets else ''}"
