"""What an arm changed for the very same partnerships."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from trustsim.analysis.tables import Floats, require_columns
from trustsim.figures.labels import note
from trustsim.figures.style import BLUE, DARK, SMALL, axes_or_new

SHARE = "share of partnerships"
BY_MONTH = ("matured", "dissolved")


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
    scale = _scales(contrast)
    heights = np.arange(len(contrast))[::-1]
    middle, low, high = (
        contrast[name].to_numpy() * scale for name in ("difference", "low", "high")
    )
    ax.axvline(0, color=DARK, lw=1, label="_no change")
    ax.hlines(heights, low, high, color=BLUE, lw=1.6)
    certain = (low > 0) | (high < 0)
    ax.plot(middle[certain], heights[certain], "o", color=BLUE, ms=6.5, label="_certain")
    ax.plot(middle[~certain], heights[~certain], "o", color=BLUE, mfc="white", ms=6.5)
    ax.set_yticks(
        heights, [_name(*pair) for pair in zip(contrast["outcome"], contrast["month"], strict=True)]
    )
    ax.set_ylim(-0.6, len(contrast) - 0.4)
    ax.set_xlabel(_axis_label(contrast))
    differences = zip(contrast["difference"], contrast["unit"], strict=True)
    texts = [_in_its_unit(float(difference), unit) for difference, unit in differences]
    for height, text in zip(heights, texts, strict=True):
        ax.text(1.02, height, text, transform=ax.get_yaxis_transform(), fontsize=SMALL, va="center")
    note(ax, f"{int(contrast['n'].iloc[0]):,} pairs; bars: 95 % intervals of the paired difference")
    return ax


def _scales(contrast: pd.DataFrame) -> Floats:
    """What each row is multiplied by before it is drawn."""
    if contrast["unit"].nunique() == 1:
        return np.full(len(contrast), 100.0 if contrast["unit"].iloc[0] == SHARE else 1.0)
    spread = contrast["spread"].to_numpy(dtype=np.float64)
    # No spread between partnerships in either arm: any difference is off every scale but 0.
    scale: Floats = np.divide(1.0, spread, out=np.ones_like(spread), where=spread > 0)
    return scale


def _axis_label(contrast: pd.DataFrame) -> str:
    if contrast["unit"].nunique() > 1:
        return "paired difference (standard deviations between partnerships)"
    unit = contrast["unit"].iloc[0]
    return f"paired difference ({'percentage points' if unit == SHARE else unit})"


def _name(outcome: str, month: int) -> str:
    if outcome not in BY_MONTH:
        return outcome
    return f"{outcome} by year {month / 12:g}"


def _in_its_unit(difference: float, unit: str) -> str:
    if difference == 0:
        return "no change"
    words = f"{100 * difference:+.1f} points" if unit == SHARE else f"{difference:+.3g} {unit}"
    return words.replace("-", "\N{MINUS SIGN}", 1)
