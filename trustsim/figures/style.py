"""One look for every figure: colours that survive colour blindness and a grey printer.

Colours are Okabe & Ito's. No figure relies on them alone: lines differ in dash, areas in hatch.
A new figure is made without pyplot, so no window system is needed and none is kept open.
"""

from __future__ import annotations

from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

BLACK = "#000000"
ORANGE = "#E69F00"
SKY = "#56B4E9"
GREEN = "#009E73"
YELLOW = "#F0E442"
BLUE = "#0072B2"
VERMILION = "#D55E00"
PURPLE = "#CC79A7"
DARK = "#404040"
SOOT = "#262626"
PALE = "#BDBDBD"

WIDTH, HEIGHT = 7.0, 4.2  # inches: half an A4 page
SMALL = 8.5
"""Font size, in points, of labels and notes."""


class LineStyle(NamedTuple):
    """How a line looks."""

    colour: str
    dash: str | tuple[int, tuple[float, ...]]


LINES = (
    LineStyle(BLUE, "-"),
    LineStyle(VERMILION, (0, (5, 1.5))),
    LineStyle(BLACK, (0, (1, 1.2))),
    LineStyle(GREEN, (0, (6, 1.5, 1, 1.5))),
    LineStyle(PURPLE, (0, (3, 1, 1, 1, 1, 1))),
    LineStyle(DARK, (0, (9, 3))),
    LineStyle(ORANGE, (0, (2, 3))),
    LineStyle(SKY, "-"),
)


class AreaStyle(NamedTuple):
    """How an area looks."""

    colour: str
    hatch: str
    edge: str = DARK


STATUS_AREAS = {
    "mature": AreaStyle(GREEN, ""),
    "tokenistic": AreaStyle(ORANGE, "////"),
    "forming": AreaStyle("#D6ECFA", "..."),
    "dissolved": AreaStyle(SOOT, "", "white"),
}
"""Areas of the statuses, from the bottom of the stack to its top."""


def line_style(number: int) -> LineStyle:
    """Style of the line with this number; they repeat after eight."""
    return LINES[number % len(LINES)]


def axes_or_new(ax: Axes | None, *, width: float = WIDTH, height: float = HEIGHT) -> Axes:
    """The Axes given, or those of a new figure that makes room for labels at its edge."""
    if ax is None:
        figure = Figure(figsize=(width, height), layout="constrained")
        ax = figure.add_subplot()
    ax.spines[["top", "right"]].set_visible(False)
    return ax
