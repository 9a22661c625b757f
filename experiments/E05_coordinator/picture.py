"""What it costs that a coordinator leaves."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from trustsim.figures.doses import plot_dose_response
from trustsim.figures.labels import label_lines, points
from trustsim.figures.style import DARK, SMALL


def plot_removal(
    table: pd.DataFrame,
    margin: float,
    ax: Axes | None = None,
    *,
    outcome: str = "stand mature at year 10, left minus stayed",
) -> Axes:
    """What it costs that a coordinator leaves, by the month of leaving, beside what is harmless.

    Leaving is harmless where the whole interval lies above the dotted line.

    Parameters
    ----------
    table : pandas.DataFrame
        As for `plot_dose_response`; level is the month after which the coordinator left.
    margin : float
        Loss that is still called harmless, above 0, in the table's unit.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    outcome : str, optional
        What differs.

    Raises
    ------
    TableError
        A column is missing, or there are no rows.
    """
    ax = plot_dose_response(
        table, ax, level="months after which the coordinator left", outcome=outcome
    )
    scale, _ = points(str(table["unit"].iloc[0]))
    ax.axhline(-margin * scale, color=DARK, lw=1, ls=":", label="_margin")
    low, high = ax.get_ylim()
    ax.set_ylim(low, max(high, 0.12 * (high - low)))
    ax.annotate(
        "harmless if wholly above this line",
        xy=(0.01, -margin * scale),
        xytext=(0, -3),
        xycoords=ax.get_yaxis_transform(),
        textcoords="offset points",
        fontsize=SMALL,
        color=DARK,
        va="top",
    )
    label_lines(ax)
    return ax
