"""Where a silver bullet helps, where it backfires, and where nobody knows."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap, Normalize
from matplotlib.patches import Rectangle

from trustsim.analysis.tables import require_columns
from trustsim.figures.style import BLUE, DARK, SMALL, VERMILION, axes_or_new

COLUMNS = (
    *("bullet", "across", "across_value", "up", "up_value", "outcome", "month", "unit"),
    *("better", "difference", "verdict", "margin", "intervals", "n"),
)
SHARE = "share of partnerships"
HELPS, BACKFIRES, UNKNOWN = "helps", "backfires", "nobody knows"
DARK_ENOUGH = 0.18  # relative luminance under which white letters read better than black ones
LEAST_WIDTH = 6.0  # inches: what is said above the map has room
ROOM = 0.33  # inches: the least width of a cell whose effect is printed
LEVELS = {
    "coordination": {0: "never", 1: "with the\nbullet", 2: "from the\nstart"},
}
AXES = {
    "dose": "dose (share of full)",
    "start": "start of the bullet (month)",
    "months": "bullet in force (months)",
    "history": "initial trust (share)",
    "coordination": "coordinator",
    "coordinator": "coordinator from the start (pairs a month)",
    "follow_up": "coordinator from the bullet on (pairs a month)",
}


def plot_regime_map(
    regimes: pd.DataFrame,
    ax: Axes | None = None,
    *,
    most: float | None = None,
    small: bool = False,
    labels: tuple[str, str] | None = None,
) -> Axes:
    """A grid of cells: + where a bullet helps, - where it backfires, hatched where nobody knows.

    The number in a cell is how much better it makes the outcome (for dissolution: how many
    points fewer), so + is always good. Blue cells help, orange ones backfire; in grey the signs
    tell them apart. A cell that makes no difference is plain.

    Parameters
    ----------
    regimes : pandas.DataFrame
        From `studies.regimes.regime_map`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    most : float, optional
        Effect of the full colour, in the outcome's unit; by default the largest in the table.
        Give maps side by side the same.
    small : bool
        True for one of many: the bullet as title, and no note on n and intervals.
    labels : (across, up), optional
        Other texts on the axes, with units.
    """
    require_columns(regimes, COLUMNS, where="plot_regime_map")
    across, up = (list(dict.fromkeys(regimes[name])) for name in ("across_value", "up_value"))
    ax = axes_or_new(
        ax, width=max(LEAST_WIDTH, 1.6 + 0.75 * len(across)), height=1.4 + 0.5 * len(up)
    )
    gains = regimes["difference"] * regimes["better"]
    scale = most or float(gains.abs().max()) or 1.0
    colours = Normalize(-scale, scale)
    printed = _has_room(ax, len(across), small)
    for row, gain in zip(regimes.to_dict("records"), gains, strict=True):
        place = across.index(row["across_value"]), up.index(row["up_value"])
        _cell(ax, place, row, float(gain), colours, printed)
    names = str(regimes["across"].iloc[0]), str(regimes["up"].iloc[0])
    texts = labels or (axis_label(names[0]), axis_label(names[1]))
    ax.set_xticks(range(len(across)), [_level(names[0], value) for value in across])
    ax.set_yticks(range(len(up)), [_level(names[1], value) for value in up])
    ax.set(xlim=(-0.5, len(across) - 0.5), ylim=(-0.5, len(up) - 0.5))
    ax.set(xlabel=texts[0], ylabel=texts[1])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    title = str(regimes["bullet"].iloc[0]).replace("_", " ")
    if small:
        ax.set_title(title, loc="left", fontsize=SMALL + 1)
    else:
        words = f"{title}: {better_words(regimes)}\n{key_words(regimes)}"
        ax.set_title(words, loc="left", fontsize=SMALL, color=DARK)
    return ax


def better_words(regimes: pd.DataFrame) -> str:
    """What a positive number in a cell means."""
    first = regimes.iloc[0]
    more = "more" if first["better"] > 0 else "fewer"
    if first["unit"] == SHARE:
        return f"points {more} {first['outcome']} by year {first['month'] / 12:g}"
    return f"{more} {first['outcome']} in {first['month'] / 12:g} years ({first['unit']})"


def key_words(regimes: pd.DataFrame) -> str:
    """What the marks mean, how many pairs, which intervals."""
    first = regimes.iloc[0]
    together = first["intervals"] != "each cell by itself"
    bounds = "95 % intervals, " + ("all cells together" if together else "each cell by itself")
    margin = first["margin"]
    within = f"{100 * margin:g} points" if first["unit"] == SHARE else f"{margin:g}"
    plain = f"; plain: surely within {within}" if margin > 0 else ""
    return (
        f"+ helps, \N{MINUS SIGN} backfires, hatched: nobody knows{plain}\n"
        f"{first['n']:,} pairs a cell; {bounds}"
    )


def axis_label(name: str) -> str:
    """The name of what an axis varies, with its unit."""
    from trustsim.model.parameters import BY_NAME

    plain = name.rpartition(".")[2]
    if name in AXES:
        return AXES[name]
    return f"{plain} ({BY_NAME[plain].unit})" if plain in BY_NAME else plain


def colour_map() -> Colormap:
    """Orange to white to blue: apart for colour-blind readers, equally dark at both ends."""
    return LinearSegmentedColormap.from_list("regimes", [VERMILION, "#FFFFFF", BLUE])


def _cell(
    ax: Axes,
    place: tuple[int, int],
    row: Mapping[Hashable, Any],
    gain: float,
    colours: Normalize,
    printed: bool,
) -> None:
    unknown = row["verdict"] == UNKNOWN
    sure = row["verdict"] in (HELPS, BACKFIRES)
    colour = colour_map()(float(np.clip(colours(gain), 0, 1)) if sure else 0.5)
    hatch = "////" if unknown else None
    corner = (place[0] - 0.48, place[1] - 0.46)
    ax.add_patch(
        Rectangle(
            corner, 0.96, 0.92, facecolor=colour, edgecolor="#B5B5B5", hatch=hatch, lw=0.5, zorder=1
        )
    )
    text = _marked(row, gain, printed, sure)
    dark = sure and _luminance(colour) < DARK_ENOUGH
    ax.text(
        place[0],
        place[1],
        text,
        ha="center",
        va="center",
        fontsize=SMALL,
        color="white" if dark else "black" if sure else DARK,
        fontweight="bold" if sure else "normal",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0} if unknown else None,
        zorder=2,
    )


def _luminance(colour: tuple[float, ...]) -> float:
    """Relative luminance of a colour (WCAG), 0 black to 1 white."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _marked(row: Mapping[Hashable, Any], gain: float, printed: bool, sure: bool) -> str:
    if not printed:
        return ("+" if gain > 0 else "\N{MINUS SIGN}") if sure else ""
    number = f"{100 * gain:+.0f}" if row["unit"] == SHARE else f"{gain:+.2g}"
    if float(number) == 0:
        number = f"{gain * 100:+.1f}" if sure and row["unit"] == SHARE else "0"
    return number.replace("-", "\N{MINUS SIGN}")


def _has_room(ax: Axes, cells: int, small: bool) -> bool:
    figure = ax.get_figure(root=True)
    assert figure is not None
    share = ax.get_position().width
    return share * figure.get_figwidth() / cells >= ROOM * (0.9 if small else 1.0)


def _level(name: str, value: float) -> str:
    return LEVELS.get(name, {}).get(int(value), f"{value:g}")
