"""One partnership: how it went, and who trusted whom."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from trustsim.analysis.tables import TableError, require_columns
from trustsim.errors import refusal
from trustsim.figures.labels import label_lines, mark_events, note, year_axis
from trustsim.figures.style import SMALL, axes_or_new, line_style

STORY = {
    "mean_trust": "trust",
    "maturity": "maturity",
    "frustration": "frustration",
    "nominal_maturity": "visible show",
}
"""Columns that tell the story, and what they are called on the figure."""


def plot_partnership_story(
    months_table: pd.DataFrame, events: pd.DataFrame | None = None, ax: Axes | None = None
) -> Axes:
    """Trust, maturity, frustration and visible show of one partnership, with what befell it.

    Parameters
    ----------
    months_table : pandas.DataFrame
        Months table of one run.
    events : pandas.DataFrame, optional
        Marks: month and event (a few words).
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.

    Raises
    ------
    TableError
        The table holds more than one run.
    """
    require_columns(months_table, ("replicate", "month", *STORY), where="plot_partnership_story")
    replicates = months_table["replicate"].unique()
    if len(replicates) > 1:
        allowed = "must be one: a story is of one partnership"
        step = "Pick one, as in months[months.replicate == 0], or use plot_fan."
        raise TableError(
            refusal("plot_partnership_story", "replicates", len(replicates), allowed, step)
        )
    ax = axes_or_new(ax)
    months = months_table["month"].to_numpy()
    for number, (column, name) in enumerate(STORY.items()):
        style = line_style(number)
        ax.plot(months, months_table[column], color=style.colour, ls=style.dash, lw=1.8, label=name)
    ax.set_ylim(0, 1)
    ax.set_ylabel("share (0 = none, 1 = full)")
    year_axis(ax, float(months[-1]))
    label_lines(ax)
    if events is not None and len(events):
        mark_events(ax, events, where="plot_partnership_story")
    ax.set_xlabel(f"years since start (one partnership: replicate {replicates[0]})")
    return ax


def plot_trust_matrix(trust: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Who trusts whom, and how much: rows trust columns. Every cell has its number.

    Parameters
    ----------
    trust : pandas.DataFrame
        observer, partner, trust (share); pairs left out stay blank.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    """
    require_columns(trust, ("observer", "partner", "trust"), where="plot_trust_matrix")
    names = list(dict.fromkeys([*trust["observer"], *trust["partner"]]))
    table = trust.pivot_table(index="observer", columns="partner", values="trust", observed=True)
    matrix = table.reindex(index=names, columns=names).to_numpy(dtype=np.float64)
    side = 2.0 + 0.55 * len(names)
    ax = axes_or_new(ax, width=side + 0.6, height=side)
    image = ax.imshow(matrix, vmin=0, vmax=1, cmap="cividis")
    for row, column in zip(*np.nonzero(np.isfinite(matrix)), strict=True):
        value = matrix[row, column]
        colour = "white" if value < 0.5 else "black"
        text = f"{value:.2f}".lstrip("0") if value < 1 else "1"
        ax.text(column, row, text, ha="center", va="center", color=colour, fontsize=SMALL)
    ax.set_xticks(range(len(names)), [str(name) for name in names], rotation=45, ha="right")
    ax.set_yticks(range(len(names)), [str(name) for name in names])
    ax.set_xlabel("is trusted")
    ax.set_ylabel("trusts")
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    ax.get_figure(root=True).colorbar(image, ax=ax, label="trust (share)", shrink=0.8)  # type: ignore[union-attr]
    note(ax, "1 partnership")
    return ax
