"""What reaching for a bullet seems to do beside what it does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba

from trustsim.analysis.tables import require_columns
from trustsim.figures.labels import note
from trustsim.figures.style import (
    BLACK,
    BLUE,
    DARK,
    GREEN,
    ORANGE,
    SMALL,
    VERMILION,
    axes_or_new,
)

COLUMNS = ("bullet", "method", "against", "outcome", "unit", "estimate", "low", "high", "n")
SHARE = "share of partnerships"
MARKS = {
    "naive": ("X", VERMILION),
    "trials, unadjusted": ("s", ORANGE),
    "trials, adjusted for what is seen": ("D", BLUE),
    "trials, adjusted for everything": ("o", GREEN),
    "truth, against not now": ("o", BLACK),
    "truth, against never": ("^", BLACK),
}
"""Methods that are drawn, from the top down, with their mark and colour."""


def plot_indication(
    contrast: pd.DataFrame, outcome: str = "dissolved", ax: Axes | None = None
) -> Axes:
    """Naive, emulated and true effects of each bullet on those that reach for it, side by side.

    Emulated trials estimate the truth against "not now"; the naive comparison is taken for the
    truth against "never".

    Parameters
    ----------
    contrast : pandas.DataFrame
        From `indication.indication_contrast`.
    outcome : str, optional
        One of its outcomes.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    """
    require_columns(contrast, COLUMNS, where="plot_indication")
    rows = contrast[(contrast["against"] == "") & (contrast["outcome"] == outcome)]
    require_columns(rows, COLUMNS, where=f"plot_indication, outcome {outcome}")
    bullets = list(dict.fromkeys(rows["bullet"]))
    ax = axes_or_new(ax, width=8.2, height=1.1 + 1.05 * len(bullets))
    shares = rows["unit"].iloc[0] == SHARE
    scale = 100.0 if shares else 1.0
    ax.axvline(0, color=DARK, lw=1, label="_no effect")
    gap = 0.8 / len(MARKS)
    for step, (method, (mark, colour)) in enumerate(MARKS.items()):
        chosen = rows[rows["method"] == method].set_index("bullet").loc[bullets]
        heights = -np.arange(len(bullets)) + 0.4 - gap * (step + 0.5)
        middle, low, high = (
            chosen[name].to_numpy() * scale for name in ("estimate", "low", "high")
        )
        ax.hlines(heights, low, high, color=colour, lw=1.4)
        ax.plot(middle, heights, mark, color=colour, ms=5, label=f"_{method}")
        beside: dict[str, Any] = {"transform": ax.get_yaxis_transform(), "clip_on": False}
        ax.plot(1.025, heights[0], mark, color=colour, ms=5, label=f"_key of {method}", **beside)
        ax.text(1.05, heights[0], method, color=DARK, fontsize=SMALL, va="center", **beside)
    for edge in range(1, len(bullets)):
        ax.axhline(0.5 - edge, color=to_rgba(DARK, 0.25), lw=0.6, label="_between bullets")
    ax.set_yticks(-np.arange(len(bullets)), [name.replace("_", " ") for name in bullets])
    ax.set_ylim(0.5 - len(bullets), 0.5)
    month = int(rows["month"].iloc[0])
    unit = "percentage points" if shares else str(rows["unit"].iloc[0])
    ax.set_xlabel(f"effect on {outcome} by year {month / 12:g} ({unit})")
    sizes = " to ".join(
        f"{size:,}" for size in sorted({int(rows["n"].min()), int(rows["n"].max())})
    )
    note(ax, f"{sizes} partnerships that reached; bars: 95 % intervals")
    return ax
