"""How well what can be seen early foretells the end."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from trustsim.analysis.tables import require_columns
from trustsim.figures.labels import label_lines, note, partnerships, percent_axis
from trustsim.figures.style import BLUE, DARK, SMALL, VERMILION, axes_or_new, line_style

SKILL = ("look", "predictor", "method", "test", "measure", "estimate", "low", "high", "n")
MARKS = (("o", BLUE), ("D", VERMILION))


def plot_early_warning(skill: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Area under the curve of each predictor with its interval, best on top; 0.5 is chance.

    One mark for each test (fresh luck, other parameters), named beside the topmost row.

    Parameters
    ----------
    skill : pandas.DataFrame
        Rows of `studies.skill.forecast_skill` for one month of looking.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    """
    require_columns(skill, SKILL, where="plot_early_warning")
    areas = skill[(skill["measure"] == "auc") & (skill["method"] == "logistic")]
    tests = list(dict.fromkeys(areas["test"]))
    order = areas[areas["test"] == tests[0]].sort_values("estimate")["predictor"].tolist()
    ax = axes_or_new(ax, height=1.3 + 0.3 * len(order))
    ax.axvline(0.5, color=DARK, lw=1, label="_chance")
    for number, (test, (mark, colour)) in enumerate(zip(tests, MARKS, strict=False)):
        rows = areas[areas["test"] == test].set_index("predictor").loc[order]
        shift = 0.16 - 0.32 * number if len(tests) > 1 else 0.0
        heights = [place + shift for place in range(len(order))]
        ax.hlines(heights, rows["low"], rows["high"], color=colour, lw=1.6)
        ax.plot(rows["estimate"], heights, mark, color=colour, ms=5.5, label=f"_{test}")
        ax.annotate(
            test,
            (float(rows["high"].iloc[-1]), heights[-1]),
            xytext=(4, 0),
            textcoords="offset points",
            color=colour,
            fontsize=SMALL,
            va="center",
            annotation_clip=False,
        )
    ax.set_yticks(range(len(order)), order)
    ax.set_xlabel("area under the curve (0.5 = chance, 1 = sure)")
    size = int(areas[areas["test"] == tests[0]]["n"].iloc[0])
    seen = f"seen by month {int(areas['look'].iloc[0])}"
    note(ax, f"{seen}; {partnerships(size)}; bars: 95 % intervals")
    return ax


def plot_skill_by_month(skill: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Area under the curve against the month of looking, for what is seen and what is hidden.

    Parameters
    ----------
    skill : pandas.DataFrame
        Rows of `studies.skill.forecast_skill`, of several months.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    """
    require_columns(skill, SKILL, where="plot_skill_by_month")
    chosen = skill["predictor"].isin(["visible", "hidden", "everything"])
    areas = skill[chosen & (skill["measure"] == "auc") & (skill["method"] == "logistic")]
    ax = axes_or_new(ax)
    ax.axhline(0.5, color=DARK, lw=1, label="_chance")
    for number, (predictor, rows) in enumerate(areas.groupby("predictor", sort=False)):
        style = line_style(number)
        at = rows["look"] + 0.25 * (number - 1)
        ax.vlines(at, rows["low"], rows["high"], color=style.colour, lw=1.4)
        ax.plot(
            at, rows["estimate"], "o", ls=style.dash, color=style.colour, ms=4, label=str(predictor)
        )
    months = sorted(set(areas["look"]))
    ax.set_xticks(months)
    ax.set_xlim(0, months[-1] + 1)
    ax.set_xlabel("month of looking")
    ax.set_ylabel("area under the curve (0.5 = chance)")
    label_lines(ax)
    sizes = " to ".join(f"{size:,}" for size in sorted({areas["n"].min(), areas["n"].max()}))
    note(ax, f"{sizes} partnerships at risk; bars: 95 % intervals")
    return ax


def plot_calibration(curve: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Share that dissolved against the chance that was forecast; the thin line is perfect.

    Parameters
    ----------
    curve : pandas.DataFrame
        From `studies.skill.calibration_curve`, of one predictor; a line a test.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    """
    columns = ("test", "forecast", "observed", "low", "high", "n")
    require_columns(curve, columns, where="plot_calibration")
    ax = axes_or_new(ax)
    highest = 1.03 * float(max(curve["forecast"].max(), curve["high"].max()))
    ax.plot([0, highest], [0, highest], color=DARK, lw=0.8, label="_perfect")
    for number, (test, rows) in enumerate(curve.groupby("test", sort=False)):
        style = line_style(number)
        ax.vlines(rows["forecast"], rows["low"], rows["high"], color=style.colour, lw=1.2)
        ax.plot(
            rows["forecast"],
            rows["observed"],
            "o",
            ls=style.dash,
            color=style.colour,
            ms=4,
            label=str(test),
        )
    percent_axis(ax, "share that dissolved")
    ax.xaxis.set_major_formatter(ax.yaxis.get_major_formatter())
    ax.set_xlabel("chance that was forecast")
    ax.set_xlim(0, highest)
    ax.set_ylim(0, highest)
    _name_diagonal(ax, highest)
    label_lines(ax)
    note(ax, f"{partnerships(int(curve['n'].sum()))}; bars: 95 % intervals (Wilson)")
    return ax


def _name_diagonal(ax: Axes, highest: float) -> None:
    """What the thin line is, at its lower end, where few forecasts lie."""
    across, up = 0.02 * highest, 0.035 * highest
    turned: dict[str, Any] = {"rotation": 45, "rotation_mode": "anchor"}
    turned["transform_rotates_text"] = True
    ax.text(across, up, "as many as forecast", fontsize=SMALL, color=DARK, **turned)
