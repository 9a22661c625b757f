"""Figures: bands of 42 systems over the dates, and what the deadline does to both maturities."""

from __future__ import annotations

import pandas as pd
from designation import plot_predictive_bands
from E10_stp_dates.arms import DUE, SET
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from trustsim.figures.labels import label_lines, note, percent_axis, year_axis
from trustsim.figures.style import DARK, SMALL, axes_or_new, line_style
from trustsim.report import Figure, picture


def figures(bands: pd.DataFrame, published: pd.DataFrame, pooled: pd.DataFrame) -> list[Figure]:
    alike = bands[bands["systems"] == "alike"]
    own = bands[bands["systems"] != "alike"]
    dots = "designated (Turnbull),\nthe last 13 censored"
    return [
        Figure(
            "alike",
            "42 systems of one calibrated point, against the dates",
            "Bands hold the doubt about the point and the luck of 42 systems. Weibull: fitted to "
            "the dots.",
            picture(plot_predictive_bands(alike, published, label=dots)),
            alike,
        ),
        Figure(
            "own",
            "42 systems, each of a calibrated point of its own",
            "Systems differ more; the band holds luck only.",
            picture(plot_predictive_bands(own, published, label=dots)),
            own,
        ),
        Figure(
            "deadline",
            "The deadline: declared, and mature in fact",
            "Share of all simulated systems, over all points. That the deadline brings "
            "declarations forward is put in.",
            picture(plot_deadline(pooled)),
            pooled,
        ),
    ]


def plot_deadline(pooled: pd.DataFrame) -> Axes:
    """Declared (left) and real maturity (right) with and without the deadline."""
    canvas = Canvas(figsize=(10.5, 4.0), layout="constrained")
    panels = canvas.subplots(1, 2, sharey=True)
    titles = {"shown": "declared mature", "real": "mature in fact"}
    for ax, (kind, title) in zip(panels, titles.items(), strict=True):
        axes_or_new(ax)
        rows = pooled[pooled["maturity"] == kind]
        for number, (name, line) in enumerate(rows.groupby("line", sort=False)):
            style = line_style(number)
            shade = {"color": style.colour, "alpha": 0.12, "linewidth": 0}
            ax.fill_between(line["month"], line["low"], line["high"], **shade)
            look = {"color": style.colour, "linestyle": style.dash, "linewidth": 1.8}
            ax.plot(line["month"], line["estimate"], label=name, **look)
        for month, what in ((SET, "set"), (DUE, "due")):
            ax.axvline(month, color=DARK, lw=0.8, ls=":", label="_deadline")
            ax.text(month + 1, 0.6, what, fontsize=SMALL, color=DARK)
        percent_axis(ax, "share of simulated systems by then")
        year_axis(ax, float(rows["month"].max()))
        ax.set_ylim(0, 1)
        ax.set_title(title, loc="left", fontsize=10)
        label_lines(ax)
    note(panels[1], f"{int(pooled['n'].max()):,} partnerships a line; bands: 95 %")
    return panels[0]
