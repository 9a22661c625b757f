"""Renault and Nissan beside what was published; hazards of models that know nothing of trust."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from trustsim.figures.labels import label_lines, note
from trustsim.figures.style import BLACK, axes_or_new, line_style


def plot_renault(paths: pd.DataFrame) -> Axes:
    """Trust of Renault in Nissan under each form and inputs; rings are the published points."""
    ax = axes_or_new(None)
    drawn = paths[paths["fourth_ends"] == paths["fourth_ends"].min()]
    for number, ((form, inputs), part) in enumerate(drawn.groupby(["form", "inputs"])):
        style = line_style(number)
        ax.plot(part["time"], part["trust"], color=style.colour, linestyle=style.dash,
                label=f"{form} rule, {inputs}")  # fmt: skip
    rings = drawn.drop_duplicates("time")
    ax.plot(rings["time"], rings["published"], "o", color=BLACK, fillstyle="none")
    ax.set_xlabel("period")
    ax.set_ylabel("trust of Renault in Nissan (share)")
    ax.set_ylim(0, 1.05)
    label_lines(ax)
    note(ax, "rings: their released results; no chance in it, so no interval")
    return ax


def plot_null_hazards(hazards: pd.DataFrame) -> Axes:
    """Yearly hazard of dissolution by age, one line a null model, with 95 % intervals."""
    ax = axes_or_new(None)
    for number, (name, part) in enumerate(hazards.groupby("model", sort=False)):
        style = line_style(number)
        years = part["month"] / 12
        ax.plot(years, part["estimate"], color=style.colour, linestyle=style.dash, label=str(name))
        ax.fill_between(years, part["low"], part["high"], color=style.colour, alpha=0.15, lw=0)
    ax.set_xlabel("age (years)")
    ax.set_ylabel("dissolutions per partnership-year")
    ax.set_ylim(bottom=0)
    label_lines(ax)
    note(ax, f"{int(hazards['n'].iloc[0]):,} partnerships each; bands: 95 % intervals")
    return ax
