"""Maps of settings, and effects by the trust that a change of leaders meets."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trustsim.figures.labels import label_lines, note
from trustsim.figures.style import DARK, SMALL, axes_or_new, line_style

SHARE = "share of partnerships"


def plot_grid(grid: pd.DataFrame) -> Axes:
    """Effects on one outcome: a panel a handover, history across, tenure up.

    grid: rows of one outcome: history, tenure, handover, estimate, low, high, unit, n. Cells carry
    their estimate, and + or - where the interval leaves out no change.
    """
    handovers = sorted(grid["handover"].unique())
    figure = Figure(figsize=(10.5, 3.6), layout="constrained")
    panels = figure.subplots(1, len(handovers), sharey=True)
    share = grid["unit"].iloc[0] == SHARE
    scale = 100 if share else 1
    most = scale * float(np.nanmax(np.abs(grid["estimate"])))
    for ax, handover in zip(panels, handovers, strict=True):
        rows = grid[grid["handover"] == handover]
        across, up = (sorted(rows[name].unique()) for name in ("history", "tenure"))
        shades = rows.pivot(index="tenure", columns="history", values="estimate") * scale
        image = ax.imshow(shades, cmap="PuOr", vmin=-most, vmax=most, origin="lower", aspect="auto")
        for row in rows.to_dict("records"):
            place = (across.index(row["history"]), up.index(row["tenure"]))
            dark = abs(scale * row["estimate"]) > 0.6 * most
            ax.text(*place, _mark(row, scale, most), ha="center", va="center", fontsize=SMALL,
                    color="white" if dark else "black")  # fmt: skip
        ax.set_xticks(range(len(across)), [f"{one:g}" for one in across])
        ax.set_yticks(range(len(up)), [f"{one:g}" for one in up])
        ax.set_title(f"handover {handover:g}", fontsize=10, loc="left")
    panels[0].set_ylabel("tenure of leaders (months)")
    panels[len(panels) // 2].set_xlabel("trust that partners start with (history, share)")
    unit = "percentage points" if share else grid["unit"].iloc[0]
    figure.colorbar(image, ax=panels, label=f"change ({unit})")
    note(panels[-1], f"{int(grid['n'].iloc[0]):,} pairs a cell")
    return panels[0]


def plot_thirds(thirds: pd.DataFrame, tenure: float = 30) -> Axes:
    """Effects on value by the trust at the time, a line a handover, at one tenure."""
    ax = axes_or_new(None)
    ax.axhline(0, color=DARK, lw=1)
    rows = thirds[thirds["tenure"] == tenure]
    for number, (handover, some) in enumerate(rows.groupby("handover")):
        colour, dash = line_style(number)
        across = some["trust_before"] + 0.003 * (number - 1)
        ax.plot(across, some["estimate"], color=colour, ls=dash, marker="o",
                label=f"handover {handover:g}")  # fmt: skip
        ax.vlines(across, some["low"], some["high"], color=colour, lw=1.4)
    ax.set_xlabel("mean trust when the leaders go (share; mean of each third)")
    ax.set_ylabel(f"change of value to year 7 ({rows['unit'].iloc[0]})")
    ax.margins(x=0.02)
    ax.set_xlim(right=float(rows["trust_before"].max()) + 0.01)
    label_lines(ax)
    fewest, most = (int(count) for count in (rows["n"].min(), rows["n"].max()))
    count = f"{fewest:,} to {most:,} pairs a point"
    note(ax, f"{count}; tenure {tenure:g} months; 95 % intervals")
    return ax


def _mark(row: dict[str, float], scale: float, most: float) -> str:
    sign = "+" if row["low"] > 0 else "\N{MINUS SIGN}" if row["high"] < 0 else ""
    digits = 1 if most >= 1 else 2
    return f"{sign}\n{abs(scale * row['estimate']):.{digits}f}" if sign else ""
