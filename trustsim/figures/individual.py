"""What an arm changed for single partnerships: how unequal the effect is, from what to what."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter

from trustsim.analysis.intervals import mean_of_differences, wilson
from trustsim.analysis.tables import Floats, TableError, require_columns
from trustsim.errors import nearest, refusal
from trustsim.figures.labels import note, partnerships, spread
from trustsim.figures.style import (
    BLUE,
    DARK,
    SMALL,
    STATUS_AREAS,
    VERMILION,
    AreaStyle,
    axes_or_new,
)

HELPED, HARMED = AreaStyle("#8CC0E0", "", BLUE), AreaStyle("#F2B48C", "////", VERMILION)
BAR = 0.6
TALL = 0.1
"""Least height of a part of a bar, a share, in which its interval has room too."""

LOW = 0.045
"""Least height of a part of a bar, a share, in which its name has room."""


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
    label, better = MEASURES[measure]
    values = individual[measure].to_numpy(dtype=np.float64)
    return draw_sorted(axes_or_new(ax), values, label=label, better=better)


def draw_sorted(
    ax: Axes,
    differences: Floats,
    *,
    label: str,
    better: int,
    names: tuple[str, str] = ("helped", "harmed"),
) -> Axes:
    """Differences of single partnerships, sorted, with the shares that gained and that lost.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    differences : array
        One a partnership.
    label : str
        What they are, with the unit.
    better : int
        1 if more is better, -1 if less is.
    names : two str, optional
        What to call those that gained and those that lost.
    """
    values = np.sort(differences)
    ax.axhline(0, color=DARK, lw=1, label="_no change")
    edges = np.arange(len(values) + 1) / len(values)
    steps = np.append(values, values[-1])
    for area, which in ((HELPED, steps * better > 0), (HARMED, steps * better < 0)):
        ax.fill_between(edges, 0, steps, where=which, step="post", facecolor=area.colour,
                        hatch=area.hatch, edgecolor=area.edge, linewidth=0)  # fmt: skip
    ax.step(edges, steps, where="post", color=DARK, lw=1.2, label="_sorted")
    ax.set_xlim(0, 1)
    # Room for the words in both halves, however small one of them is.
    top, bottom = max(values[-1], 0.0), min(values[0], 0.0)
    room = 0.28 * max(top - bottom, 1e-9)
    ax.set_ylim(bottom - room, top + room)
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set_xlabel("partnerships, from the lowest difference to the highest")
    ax.set_ylabel(label)
    _label_shares(ax, values * better, better, names)
    _label_mean(ax, values)
    _label_tenths(ax, values)
    note(ax, f"{len(values):,} pairs; in brackets: 95 % intervals")
    return ax


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
        _bar(ax, place, row)
        names.append(f"{status}\n{int(row.sum()):,} ({row.sum() / size:.0%})")
    ax.set_xticks(range(len(counts)), names)
    ax.tick_params(axis="x", length=0)
    ax.set_xlim(-0.5, max(len(counts), 3) - 0.35)
    ax.set_ylim(0, 1)
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set_xlabel("where they ended in the baseline")
    ax.set_ylabel("where the same partnerships ended in the arm")
    same = sum(int(counts.loc[name].to_dict()[name]) for name in counts.index)
    low, high = wilson(same, size)
    kept = f"{same / size:.0%} ({100 * low:.0f} to {100 * high:.0f}) ended alike"
    note(ax, f"{partnerships(size)}; {kept}; in brackets: 95 % intervals")
    return ax


def _label_shares(ax: Axes, gains: Floats, better: int, names: tuple[str, str]) -> None:
    """The shares that gained and that lost, each in its half of the figure."""
    size = len(gains)
    texts = []
    for name, count in zip(names, ((gains > 0).sum(), (gains < 0).sum()), strict=True):
        low, high = wilson(float(count), size)
        texts.append(f"{name}: {count / size:.0%} ({100 * low:.0f} to {100 * high:.0f})")
    same = int((gains == 0).sum())
    if same:
        texts[0] += f"\nno change: {same:,} of {size:,}"
    positive, negative = (texts[0], texts[1]) if better > 0 else (texts[1], texts[0])
    box = {"facecolor": "white", "edgecolor": "none", "pad": 2.0, "alpha": 0.85}
    ax.text(0.03, 0.97, positive, transform=ax.transAxes, va="top", weight="bold", bbox=box)
    ax.text(0.97, 0.04, negative, transform=ax.transAxes, ha="right", weight="bold", bbox=box)


def _label_mean(ax: Axes, values: Floats) -> None:
    mean, (low, high) = float(values.mean()), mean_of_differences(values)
    ax.axhline(mean, color=DARK, lw=1.2, ls=(0, (5, 2)), label="_mean")
    bounds = f"\n({low:.3g} to {high:.3g})" if low == low else ""
    text = f"mean {mean:+.3g}{bounds}".replace("-", "\N{MINUS SIGN}")
    ax.text(1.02, mean, text, transform=ax.get_yaxis_transform(), fontsize=SMALL, va="center")


def _label_tenths(ax: Axes, values: Floats) -> None:
    for share, across in ((0.1, 8), (0.9, -8)):
        value = float(np.quantile(values, share, method="inverted_cdf"))
        ax.plot(share, value, "o", color="black", ms=5, label="_tenth", zorder=4)
        ax.annotate(
            f"a tenth {'below' if share < 0.5 else 'above'} {value:+.3g}".replace(
                "-", "\N{MINUS SIGN}"
            ),
            # Where the dot lies beneath the line at 0, words above it would cover that line.
            xy=(share, min(value, 0.0) if share < 0.5 else max(value, 0.0)),
            xytext=(across, -2 if share < 0.5 else 2),
            textcoords="offset points",
            ha="left" if across > 0 else "right",
            va="top" if share < 0.5 else "bottom",
            fontsize=SMALL,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0, "alpha": 0.85},
        )


def _bar(ax: Axes, place: int, row: pd.Series[int]) -> None:
    """One bar of parts; the names of parts that are too low stand beside it."""
    total, floor, beside = int(row.sum()), 0.0, []
    for status, count in row.items():
        area, height = STATUS_AREAS[str(status)], count / total
        if not count:
            continue
        part = Rectangle((place - BAR / 2, floor), BAR, height, facecolor=area.colour,
                         hatch=area.hatch, edgecolor=area.edge, linewidth=0.5,
                         label=f"{row.name} to {status}")  # fmt: skip
        ax.add_patch(part)
        text = f"{status} {count:,}"
        if height < LOW:
            beside.append((floor + height / 2, text))
        else:
            low, high = wilson(float(count), total)
            bounds = f"\n({100 * low:.0f} to {100 * high:.0f} %)" if height >= TALL else ""
            _inside(ax, place, floor + height / 2, text + bounds, area)
        floor += height
    _beside(ax, place, beside)


def _inside(ax: Axes, place: int, height: float, text: str, area: AreaStyle) -> None:
    dark = area is STATUS_AREAS["dissolved"]
    # White behind dark words: on the colours, in grey, they could hardly be read.
    box = {"facecolor": area.colour if dark else "white", "edgecolor": "none", "pad": 1.5}
    ax.text(place, height, text, ha="center", va="center", fontsize=SMALL,
            color="white" if dark else "black", bbox=box)  # fmt: skip


def _beside(ax: Axes, place: int, found: list[tuple[float, str]]) -> None:
    heights = spread([height for height, _ in found], gap=0.04, low=0.02, high=0.98)
    for height, (middle, text) in zip(heights, found, strict=True):
        ax.annotate(
            text,
            xy=(place + BAR / 2, middle),
            xytext=(place + BAR / 2 + 0.04, height),
            fontsize=SMALL - 1.5,
            va="center",
            arrowprops={"arrowstyle": "-", "color": DARK, "lw": 0.5, "shrinkA": 0, "shrinkB": 0},
        )
