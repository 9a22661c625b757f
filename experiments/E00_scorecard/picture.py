"""Which model passes which published fact."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from trustsim.analysis.tables import require_columns
from trustsim.figures.labels import note, partnerships
from trustsim.figures.style import DARK, GREEN, PALE, SMALL, VERMILION, axes_or_new

COLUMNS = ("fact", "title", "role", "model", "verdict", "n")
COUNTED, PASSES, SILENT = "test", "passes", "does not speak"


class Mark(NamedTuple):
    """How a verdict looks: its shape says it too, in grey and to the colour-blind."""

    shape: str
    colour: str
    filled: bool
    size: float


MARKS = {
    PASSES: Mark("o", GREEN, True, 9),
    "fails": Mark("X", VERMILION, True, 9),
    "cannot say": Mark("o", DARK, False, 8),
    SILENT: Mark("_", PALE, True, 7),
}


def plot_scorecard(verdicts: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """A mark for each fact and model: passes, fails, can't be told, or does not speak to it.

    Facts that count (role "test") stand above the line, with the number passed of those that a
    model speaks to over each; below it stand the others, with their role.

    Parameters
    ----------
    verdicts : pandas.DataFrame
        From `Scorecard.verdicts`: fact, title, role, model, verdict, n.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    matplotlib.axes.Axes
        Models across, facts down.
    """
    require_columns(verdicts, COLUMNS, where="plot_scorecard")
    counts = verdicts["role"] == COUNTED
    ordered = pd.concat([verdicts[counts], verdicts[~counts]])
    rows = list(dict.fromkeys(zip(ordered["fact"], ordered["role"], strict=True)))
    models = list(dict.fromkeys(verdicts["model"]))
    ax = axes_or_new(ax, width=max(7.5, 4.2 + 0.42 * len(models)), height=1.9 + 0.26 * len(rows))
    for row in ordered.to_dict("records"):
        place = (models.index(row["model"]), rows.index((row["fact"], row["role"])))
        _draw(ax, place, MARKS[str(row["verdict"])])
    titles = [str(ordered["title"][_of(ordered, row)].iloc[0]) for row in rows]
    _name(ax, rows, models, titles)
    _passed(ax, verdicts[counts], models)
    smallest = partnerships(int(verdicts["n"].min()))
    note(ax, f"at least {smallest} an arm; verdicts by 95 % intervals")
    return ax


def _of(verdicts: pd.DataFrame, row: tuple[str, str]) -> pd.Series[bool]:
    return (verdicts["fact"] == row[0]) & (verdicts["role"] == row[1])


def _draw(ax: Axes, place: tuple[int, int], mark: Mark) -> None:
    ax.plot(
        *place,
        marker=mark.shape,
        color=mark.colour,
        markersize=mark.size,
        markerfacecolor=mark.colour if mark.filled else "none",
        markeredgewidth=1.2 if not mark.filled or mark.shape == "_" else 0,
        linestyle="none",
    )


def _name(ax: Axes, rows: list[tuple[str, str]], models: list[str], titles: list[str]) -> None:
    texts = [
        f"{title}  {fact}" if role == COUNTED else f"{title} ({role})  {fact}"
        for (fact, role), title in zip(rows, titles, strict=True)
    ]
    ax.set_yticks(range(len(rows)), texts, fontsize=SMALL)
    names = [name.replace("_", " ") for name in models]
    ax.set_xticks(range(len(models)), names, rotation=45, ha="right", rotation_mode="anchor")
    ax.tick_params(axis="x", labelsize=SMALL)
    ax.tick_params(length=0)
    ax.set_xlim(-0.6, len(models) - 0.4)
    ax.set_ylim(len(rows) - 0.4, -1.4)
    counted = sum(role == COUNTED for _, role in rows)
    if 0 < counted < len(rows):
        ax.axhline(counted - 0.5, color=DARK, lw=0.8)
    known = [
        Line2D([], [], marker=mark.shape, color=mark.colour, linestyle="none", label=verdict,
               markerfacecolor=mark.colour if mark.filled else "none")
        for verdict, mark in MARKS.items()
    ]  # fmt: skip
    ax.set_xlabel("model")
    ax.set_ylabel("published fact")
    ax.legend(
        handles=known, loc="lower right", bbox_to_anchor=(1, 1), ncols=4, frameon=False,
        borderaxespad=2.2,
        fontsize=SMALL, handletextpad=0.1, columnspacing=1.0,
    )  # fmt: skip


def _passed(ax: Axes, tested: pd.DataFrame, models: list[str]) -> None:
    """How many of the facts that count and that it speaks to a model passes, above its column."""
    for place, model in enumerate(models):
        spoken = (tested["model"] == model) & (tested["verdict"] != SILENT)
        verdicts = tested["verdict"][spoken]
        if len(verdicts):
            text = f"{int((verdicts == PASSES).sum())}/{len(verdicts)}"
            ax.text(place, -0.9, text, ha="center", va="center", fontsize=SMALL, color=DARK)
