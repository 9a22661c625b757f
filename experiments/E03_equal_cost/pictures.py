"""One budget, five ways to spend it: a panel for each remedy, a row for each bullet."""

from __future__ import annotations

import pandas as pd
from E03_equal_cost.arms import BULLETS, REMEDIES, pair_name
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trustsim.figures.style import (
    BLACK,
    BLUE,
    DARK,
    GREEN,
    PURPLE,
    SMALL,
    VERMILION,
    axes_or_new,
)

WAYS = (
    ("all in the remedy", BLUE, "o"),
    ("remedy first, then the bullet", GREEN, "^"),
    ("half of each, together", BLACK, "D"),
    ("bullet first, then the remedy", PURPLE, "v"),
    ("all in the bullet", VERMILION, "s"),
)


def plot_shares(arms: pd.DataFrame) -> Axes:
    """Effects on one outcome, a share, of every way to spend the budget.

    arms: rows of one outcome: arm, estimate, low, high, n. Returns the first of three Axes.
    """
    figure = Figure(figsize=(10.5, 6.2), layout="constrained")
    panels = figure.subplots(1, len(REMEDIES), sharex=True, sharey=True)
    by_name = arms.set_index("arm")
    for ax, remedy in zip(panels, REMEDIES, strict=True):
        _panel(axes_or_new(ax), by_name, remedy)
    panels[0].set_yticks(range(0, -len(BULLETS), -1), [name.replace("_", " ") for name in BULLETS])
    marks, names = panels[0].get_legend_handles_labels()
    figure.legend(marks, names, loc="outside lower center", ncols=3, frameon=False, fontsize=SMALL)
    panels[1].set_xlabel("effect on the share matured by year 5 (percentage points)")
    figure.suptitle(
        f"{int(arms['n'].iloc[0]):,} pairs; bars: 95 % intervals of the paired difference",
        fontsize=SMALL, color=DARK, x=0.99, ha="right",
    )  # fmt: skip
    return panels[0]


def _panel(ax: Axes, by_name: pd.DataFrame, remedy: str) -> None:
    ax.axvline(0, color=DARK, lw=1)
    ax.set_title(f"with {remedy}", fontsize=10)
    for height, bullet in enumerate(BULLETS):
        pair = pair_name(bullet, remedy)
        arms = (f"{remedy}: all", f"{pair}: remedy first", f"{pair}: half of each",
                f"{pair}: bullet first", f"{bullet}: all")  # fmt: skip
        for number, (arm, (name, colour, mark)) in enumerate(zip(arms, WAYS, strict=True)):
            row = by_name.loc[arm]
            place = -height + 0.3 - 0.15 * number
            ax.hlines(place, 100 * row["low"], 100 * row["high"], color=colour, lw=1.4)
            label = name if height == 0 else f"_{name}"
            ax.plot(100 * row["estimate"], place, mark, color=colour, ms=5, label=label, ls="")
