"""What a schedule buys and when."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from trustsim.analysis.tables import require_columns
from trustsim.figures.labels import note
from trustsim.figures.style import SMALL, axes_or_new, line_style

BARS = 0.8  # part of a row that the things bought in it fill together
LEAST_BAR = 0.12  # height of a bar at dose 0, in parts of one at full dose: it must be seen


def plot_schedules(
    table: pd.DataFrame, horizon: int, ax: Axes | None = None, *, results: str = ""
) -> Axes:
    """What each schedule buys and when, with its result beside it.

    Bars run over the months bought, and are as high as the dose.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a thing bought: schedule, item, start, months (0: not bought), dose in [0, 1]; and
        result, a short text that is the same in all rows of a schedule.
    horizon : int
        Last month of the plan.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    results : str, optional
        What the results are: quantity, unit, interval and number of pairs.

    Raises
    ------
    TableError
        A column is missing, or there are no rows.
    """
    columns = ("schedule", "item", "start", "months", "dose", "result")
    require_columns(table, columns, where="plot_schedules")
    names, items = list(dict.fromkeys(table["schedule"])), list(dict.fromkeys(table["item"]))
    ax = axes_or_new(ax, height=1.2 + 0.6 * len(names))
    row = BARS / len(items)
    for one in table.to_dict("records"):
        middle = names.index(one["schedule"]) - BARS / 2 + row * (items.index(one["item"]) + 0.5)
        height = row * (LEAST_BAR + (1 - LEAST_BAR) * one["dose"])
        style = line_style(items.index(one["item"]))
        ax.barh(middle, one["months"], height, left=one["start"], color=style.colour)
        if one["months"] > 0:
            text = f"{one['item']}, dose {one['dose']:.2g}"
            place = (one["start"] + one["months"], middle)
            ax.annotate(
                text, place, (3, 0), textcoords="offset points", va="center", fontsize=SMALL
            )
    for position, (_, rows) in enumerate(table.groupby("schedule", sort=False)):
        text = str(rows["result"].iloc[0])
        ax.text(
            1.02, position, text, transform=ax.get_yaxis_transform(), fontsize=SMALL, va="center"
        )
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    # Room for the words beside a bar that lasts to the end.
    ax.set_xlim(0, 1.45 * horizon)
    ax.set_xticks(range(0, horizon + 1, 12))
    ax.set_xlabel("months since start")
    note(ax, results)
    return ax
