"""Words on figures: labels beside lines that keep out of each other's way, years, run counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

from trustsim.analysis.tables import TableError, require_columns
from trustsim.errors import nearest, refusal
from trustsim.figures.style import DARK, PALE, SMALL, WIDTH, LineStyle, line_style

MONTHS_A_YEAR = 12
SHARE = "share of partnerships"
MINUS = "\N{MINUS SIGN}"
END_LABEL = "label at the end of a line"


def spread(wanted: Sequence[float], *, gap: float, low: float, high: float) -> list[float]:
    """Positions as near as can be to those wanted, a gap apart, between two limits.

    Neighbours that collide move together by the least squares (pooled adjacent positions). If
    there is no room for all of them, the gap shrinks.

    >>> spread([0.5, 0.5, 0.9], gap=0.2, low=0.0, high=1.0)
    [0.4, 0.6, 0.9]
    """
    if not wanted:
        return []
    order = np.argsort(wanted, kind="stable")
    gap = min(gap, (high - low) / max(len(wanted) - 1, 1))
    # With every gap taken out, "a gap apart" becomes "not in the wrong order".
    levels = np.asarray(wanted, dtype=np.float64)[order] - gap * np.arange(len(wanted))
    blocks: list[tuple[float, int]] = []
    for level in levels:
        mean, size = float(level), 1
        while blocks and blocks[-1][0] >= mean:
            other, count = blocks.pop()
            mean, size = (mean * size + other * count) / (size + count), size + count
        blocks.append((mean, size))
    pooled = np.concatenate([np.full(size, mean) for mean, size in blocks])
    pooled = np.clip(pooled, low, high - gap * (len(wanted) - 1))
    placed = np.empty(len(wanted))
    placed[order] = pooled + gap * np.arange(len(wanted))
    return [round(float(position), 9) for position in placed]


def text_height(ax: Axes) -> float:
    """Height of a line of small text, in units of the vertical axis."""
    points = ax.get_position().height * ax.get_figure(root=True).get_figheight() * 72  # type: ignore[union-attr]
    low, high = ax.get_ylim()
    return abs(high - low) * 1.25 * SMALL / points


def label_heights(
    ax: Axes,
    texts: Sequence[str],
    heights: Sequence[float],
    *,
    colours: Sequence[str],
    tied: Sequence[bool] | None = None,
) -> None:
    """Texts at the right edge, each as near to its height as the others allow.

    A thin line ties each to its height, except where `tied` says that nothing is there.
    """
    low, high = sorted(ax.get_ylim())
    most_rows = max((text.count("\n") for text in texts), default=0) + 1
    places = spread(heights, gap=most_rows * text_height(ax), low=low, high=high)
    ties = tied if tied is not None else [True] * len(texts)
    for text, height, place, colour, tie in zip(texts, heights, places, colours, ties, strict=True):
        arrow = {"arrowstyle": "-", "color": colour, "lw": 0.6, "shrinkA": 1, "shrinkB": 0}
        ax.annotate(
            text,
            xy=(1.0, height),
            xytext=(1.035, place),
            xycoords=ax.get_yaxis_transform(),
            textcoords=ax.get_yaxis_transform(),
            color=colour,
            fontsize=SMALL,
            va="center",
            annotation_clip=False,
            arrowprops=arrow if tie else None,
            gid=END_LABEL,
        )


def label_lines(ax: Axes) -> None:
    """Every named line gets its name at its right end; labels of an earlier call make way."""
    for text in [text for text in ax.texts if text.get_gid() == END_LABEL]:
        text.remove()
    lines = named_lines(ax)
    label_heights(
        ax,
        [str(line.get_label()) for line in lines],
        [_last_height(line) for line in lines],
        colours=[to_hex(line.get_color()) for line in lines],
        tied=[_last_place(line) >= 0.98 * ax.get_xlim()[1] for line in lines],
    )


def year_axis(ax: Axes, last_month: float) -> None:
    """Horizontal axis in months, marked in years."""
    step = MONTHS_A_YEAR * max(1, round(last_month / MONTHS_A_YEAR / 10))
    # An earlier line on the same Axes may reach further.
    last = max(float(last_month), float(ax.dataLim.x1) if ax.lines else 0.0)
    ticks = np.arange(0, last + 0.01, step)
    ax.set_xlim(0, last)
    ax.set_xticks(ticks, [f"{tick / MONTHS_A_YEAR:g}" for tick in ticks])
    ax.set_xlabel("years since start")


def percent_axis(ax: Axes, label: str) -> None:
    """Vertical axis of shares, marked in per cent, from 0."""
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set_ylabel(label)
    ax.set_ylim(bottom=0)


def note(ax: Axes, text: str) -> None:
    """Small print above the plot, at the right: how many runs, what the band is."""
    ax.set_title(text, loc="right", fontsize=SMALL, color=DARK)


def mark_events(ax: Axes, events: pd.DataFrame, *, where: str) -> None:
    """A thin line at the month of each event, and its words above the plot."""
    require_columns(events, ("month", "event"), where=f"{where}, events")
    months = events["month"].to_numpy(dtype=np.float64)
    low, high = ax.get_xlim()
    inches = ax.get_position().width * WIDTH
    gap = (high - low) * 2.3 * SMALL / 72 / inches
    places = spread(list(months), gap=gap, low=low, high=high)
    for month, place, text in zip(months, places, events["event"], strict=True):
        ax.axvline(month, color=PALE, lw=1, zorder=0, label="_event")
        ax.annotate(
            str(text),
            xy=(month, 1.0),
            xytext=(place, 1.05),
            xycoords=ax.get_xaxis_transform(),
            textcoords=ax.get_xaxis_transform(),
            rotation=35,
            rotation_mode="anchor",
            fontsize=SMALL,
            color=DARK,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": PALE, "lw": 0.8, "shrinkA": 0, "shrinkB": 0},
        )


def beside(ax: Axes, height: float, text: str, colour: str = "black") -> None:
    """Small words at the right edge, at a height of the vertical axis."""
    place = ax.get_yaxis_transform()
    ax.text(1.02, height, text, transform=place, fontsize=SMALL, va="center", color=colour)


def points(unit: str) -> tuple[float, str]:
    """What to multiply numbers in this unit by, and the unit that is then shown.

    >>> points("share of partnerships"), points("months")
    ((100.0, 'percentage points'), (1.0, 'months'))
    """
    return (100.0, "percentage points") if unit == SHARE else (1.0, unit)


def of_quantity(table: pd.DataFrame, quantity: str, *, where: str) -> pd.DataFrame:
    """The rows of one quantity.

    Raises
    ------
    TableError
        The table has no such quantity.
    """
    chosen = table[table["quantity"] == quantity]
    if len(chosen) == 0:
        known = [str(name) for name in dict.fromkeys(table["quantity"])]
        allowed = f"must be one of {', '.join(known)}"
        step = f"Choose one of them.{nearest(quantity, known)}"
        raise TableError(refusal(where, "quantity", quantity, allowed, step))
    return chosen


def draw_line(
    ax: Axes,
    across: ArrayLike,
    table: pd.DataFrame,
    style: LineStyle,
    label: str,
    *,
    middle: str = "estimate",
    scale: float = 1.0,
    steps: bool = False,
) -> None:
    """A line with its band: the columns `middle`, low and high of a table, times `scale`."""
    centre, low, high = (scale * table[name].to_numpy() for name in (middle, "low", "high"))
    ax.fill_between(across, low, high, step="post" if steps else None, color=style.colour,
                    alpha=0.18, linewidth=0)  # fmt: skip
    ax.plot(across, centre, drawstyle="steps-post" if steps else "default", color=style.colour,
            linestyle=style.dash, linewidth=1.8, label=label)  # fmt: skip


def next_style(ax: Axes) -> LineStyle:
    """The first style that no named line of the Axes has."""
    return line_style(len(named_lines(ax)))


def named_lines(ax: Axes) -> list[Line2D]:
    """Lines with a name, which stand for something in the table."""
    return [line for line in ax.lines if not str(line.get_label()).startswith("_")]


def partnerships(count: int) -> str:
    """A number of partnerships in words.

    >>> partnerships(1200), partnerships(1)
    ('1,200 partnerships', '1 partnership')
    """
    return f"{count:,} partnership{'' if count == 1 else 's'}"


def _last_height(line: Line2D) -> float:
    heights = np.asarray(line.get_ydata(), dtype=np.float64)
    return float(heights[np.isfinite(heights)][-1])


def _last_place(line: Line2D) -> float:
    return float(np.asarray(line.get_xdata(), dtype=np.float64)[-1])
