"""Figures: small multiples of maps, and how often each bullet gets each verdict."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from E02_conditions.regime_picture import better_words, key_words, plot_regime_map
from E02_conditions.tried import labels
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from trustsim.discovery import BACKFIRES, HELPS, NO_DIFFERENCE, UNKNOWN
from trustsim.figures.style import BLUE, DARK, SMALL, VERMILION
from trustsim.report import Figure, picture

COLUMNS = 4
MARKS = {
    NO_DIFFERENCE: ("#9A9A9A", "."),
    UNKNOWN: ("#6A6A6A", "o"),
    HELPS: (BLUE, "^"),
    BACKFIRES: (VERMILION, "v"),
}
LOOKS = {
    HELPS: (BLUE, "", "white"),
    NO_DIFFERENCE: ("#EDEDED", "", DARK),
    UNKNOWN: ("white", "////", DARK),
    BACKFIRES: (VERMILION, "", "black"),
}


def multiples(name: str, across: str, up: str, tables: list[pd.DataFrame], text: str) -> Figure:
    """One map a bullet, on one page and one colour scale."""
    rows = -(-len(tables) // COLUMNS)
    cells_up = tables[0]["up_value"].nunique()
    canvas = Canvas(figsize=(9.6, 1.2 + rows * (1.0 + 0.33 * cells_up)), layout="constrained")
    axes = canvas.subplots(rows, COLUMNS, squeeze=False)
    everything = pd.concat(tables, ignore_index=True)
    most = float(everything["difference"].abs().max()) or 1.0
    texts = labels(across, up)
    for number, table in enumerate(tables):
        row, column = divmod(number, COLUMNS)
        shown = (texts[0] if row == rows - 1 else "", texts[1] if column == 0 else "")
        ax = plot_regime_map(table, axes[row, column], most=most, small=True, labels=shown)
        if column:
            ax.set_yticklabels([])
    head = f"Effect of each bullet: {better_words(tables[0])}\n{key_words(tables[0])}"
    canvas.suptitle(head, x=0.01, ha="left", fontsize=SMALL + 1, color=DARK)
    return Figure(
        name, f"Where each bullet helps: {across} and {up}", text, picture(axes[0, 0]), everything
    )


def verdict_bars(shares: pd.DataFrame, n: int) -> Figure:
    """How often each bullet helps, backfires, makes no difference, or nobody knows."""
    matured = shares[shares["outcome"] == "matured"].sort_values(HELPS, ignore_index=True)
    canvas = Canvas(figsize=(7.6, 0.9 + 0.42 * len(matured)), layout="constrained")
    ax = canvas.add_subplot()
    left = pd.Series(0.0, index=matured.index)
    for verdict, (colour, hatch, ink) in LOOKS.items():
        part = 100 * matured[verdict]
        looks = {"color": colour, "hatch": hatch, "edgecolor": DARK, "lw": 0.5}
        ax.barh(matured.index, part, left=left, label=verdict, **looks)
        _write_shares(ax, left, part, ink, boxed=bool(hatch))
        left = left + part
    names = [str(name).replace("_", " ") for name in matured["bullet"]]
    ax.set_yticks(matured.index, names)
    ax.set(xlim=(0, 100), ylim=(-0.6, len(matured) - 0.3))
    ax.legend(ncols=len(LOOKS), loc="lower left", bbox_to_anchor=(0, 1), frameon=False)
    ax.set_xlabel("share of plausible partnerships (per cent), verdict on maturity by year 7")
    ax.spines[["top", "right"]].set_visible(False)
    points = int(matured["points"].iloc[0])
    text = (
        f"{points} plausible partnerships, {n} pairs each; a verdict needs a 95 % interval on one "
        "side of no change (helps, backfires) or within 5 points of it (makes no difference)."
    )
    return Figure("verdicts", "How often each bullet helps", text, picture(ax), matured)


def balance(sample: pd.DataFrame) -> Figure:
    """Effect at every point over how many mature without the bullet; sure effects are filled."""
    matured = sample[sample["outcome"] == "matured"]
    names = list(dict.fromkeys(matured["bullet"]))
    rows = -(-len(names) // COLUMNS)
    canvas = Canvas(figsize=(9.6, 0.8 + 2.1 * rows), layout="constrained")
    axes = canvas.subplots(rows, COLUMNS, squeeze=False, sharex=True, sharey=True)
    for number, name in enumerate(names):
        ax = axes[divmod(number, COLUMNS)]
        _scatter(ax, matured[matured["bullet"] == name])
        ax.set_title(name.replace("_", " "), loc="left", fontsize=SMALL + 1)
    canvas.supxlabel("mature by year 7 without the bullet (per cent)", fontsize=SMALL + 1)
    canvas.supylabel("effect (points)", fontsize=SMALL + 1)
    handles, texts = axes[0, 0].get_legend_handles_labels()
    canvas.legend(handles, texts, loc="outside upper left", ncols=4, frameon=False)
    text = (
        f"One mark a plausible partnership ({matured['point'].nunique()}), "
        f"{int(matured['n'].iloc[0])} pairs each. Filled: the 95 % interval leaves out no change. "
        "An effect can't be larger than the room above, nor worse than what there is below."
    )
    title = "Effect of each bullet, by how many mature without it"
    return Figure("balance", title, text, picture(axes[0, 0]), matured)


def _scatter(ax: Axes, points: pd.DataFrame) -> None:
    ax.axhline(0, color=DARK, lw=0.8)
    for verdict, (colour, marker) in MARKS.items():
        chosen = points[points["verdict"] == verdict]
        inside = colour if verdict in (HELPS, BACKFIRES) else "none"
        look = {"color": colour, "mfc": inside, "ms": 4, "mew": 0.6, "ls": "none"}
        x, y = 100 * chosen["baseline"], 100 * chosen["difference"]
        ax.plot(x, y, marker, label=verdict, **look)
    ax.spines[["top", "right"]].set_visible(False)


def _write_shares(ax: Axes, left: pd.Series, part: pd.Series, ink: str, *, boxed: bool) -> None:
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8} if boxed else None
    for height, (start, width) in enumerate(zip(left, part, strict=True)):
        if width >= 4:
            ax.text(
                start + width / 2,
                height,
                f"{width:.0f}",
                ha="center",
                va="center",
                color=ink,
                fontsize=SMALL,
                bbox=box,
            )


def all_figures(
    maps: Mapping[tuple[str, str], list[pd.DataFrame]],
    sample: pd.DataFrame,
    shares: pd.DataFrame,
    texts: Mapping[tuple[str, str], str],
) -> list[Figure]:
    """The bars, the balance, then a page of maps for each pair of axes."""
    pages = [
        multiples(f"map_{across}_{up}", across, up, tables, texts[across, up])
        for (across, up), tables in maps.items()
    ]
    return [verdict_bars(shares, int(sample["n"].iloc[0])), balance(sample), *pages]
