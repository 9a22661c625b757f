"""Effects as dots with intervals, a panel a conclusion, a line a variant."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from trustsim.figures.style import BLUE, DARK, SMALL


def plot_conclusions(effects: pd.DataFrame) -> Axes:
    """One panel a conclusion; filled dots where the whole interval is on the model's side of 0."""
    panels = list(effects.groupby(["done", "event"], sort=False))
    names = list(dict.fromkeys(effects["variant"]))
    size = (1.9 * len(panels) + 1.8, 0.24 * len(names) + 1.1)
    canvas = Canvas(figsize=size, layout="constrained")
    axes = canvas.subplots(1, len(panels), sharey=True, squeeze=False)
    for ax, ((done, event), those) in zip(axes[0], panels, strict=True):
        for row in those.to_dict("records"):
            at = -names.index(row["variant"])
            shown = row["found"] == "same sign"
            ax.plot([100 * row["low"], 100 * row["high"]], [at, at], color=DARK, linewidth=1)
            ax.plot(
                100 * row["estimate"],
                at,
                marker="o",
                markersize=5,
                color=BLUE,
                markerfacecolor=BLUE if shown else "white",
            )
        ax.axvline(0, color=DARK, linewidth=0.6)
        ax.set_title(f"{done}:\n{event} by 5 years", fontsize=SMALL)
        ax.set_xlabel("points, 95 % interval", fontsize=SMALL)
        ax.tick_params(labelsize=SMALL)
    axes[0][0].set_yticks([-place for place in range(len(names))], [label(name) for name in names])
    first: Axes = axes[0][0]
    return first


def label(variant: str) -> str:
    """What a variant is, in words.

    >>> label("window.3"), label("size.3x1"), label("step.week")
    ('results over 3 months', '3 members of 1', 'week')
    """
    kind, _, name = variant.partition(".")
    if kind == "window":
        return f"results over {name} months"
    if kind == "size":
        members, _, people = name.partition("x")
        return f"{members} members of {people}"
    return name.replace("_", " ")
