"""One partnership: how it went, who trusted whom, and who did what."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from trustsim.analysis.tables import Floats, TableError, require_columns
from trustsim.errors import refusal
from trustsim.figures.labels import MINUS, label_lines, mark_events, note, year_axis
from trustsim.figures.style import (
    BLUE,
    DARK,
    PALE,
    SMALL,
    VERMILION,
    WIDTH,
    axes_or_new,
    line_style,
)
from trustsim.model.actions import ACTIONS

__all__ = ["plot_action_timeline", "plot_partnership_story", "plot_trust_matrix"]

STORY = {
    "mean_trust": "trust",
    "maturity": "maturity",
    "frustration": "frustration",
    "nominal_maturity": "visible show",
}
"""Columns that tell the story, and what they are called on the figure."""

PERSON = re.compile(r"([A-Z]+)(?:\(\d+\))?(\d+)#\d+")
LANE = 0.115  # inches
GAP = 0.6  # lanes between kinds
FAINTEST = 0.5  # darkness of a single act, of that of the most: it must be seen
LANES = ("organisation", "person")


class Group(NamedTuple):
    """Lanes of one kind of act: its name, the top of its first lane, its counts by lane, month."""

    name: str
    top: float
    counts: Floats


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


def example_partnership_story(partnership: Any, marks: Any) -> Axes:
    """Lines of trust, maturity, frustration and visible show over ten years, with marks.

    How did one partnership fare, and what happened to it?
    """
    return plot_partnership_story(pd.DataFrame(partnership.month_rows()), marks)


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


def example_trust_matrix(partnership: Any) -> Axes:
    """A matrix of people with a number in each cell.

    Who trusts whom, and how much, in one month?
    """
    ties = partnership.ties
    ax = plot_trust_matrix(ties[ties["month"] == 24])
    ax.set_title("month 24", loc="left")
    return ax


def plot_action_timeline(
    acts: pd.DataFrame,
    events: pd.DataFrame | None = None,
    ax: Axes | None = None,
    *,
    by: str = "organisation",
) -> Axes:
    """Every act of one partnership: a block for each kind, a lane for each who acts.

    The darker a cell, the more acts in that month. Kinds that build trust (+, blue) stand on top
    of those that cost trust (-, orange); at the right stands how many there were.

    Parameters
    ----------
    acts : pandas.DataFrame
        Acts of one partnership, as `Partnership.actions`: month, actor, action.
    events : pandas.DataFrame, optional
        Marks: month and event (a few words).
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    by : str, optional
        Lanes: a seat at the table ("organisation") or a seat of a key person ("person"); those
        who come later share the lane of those before.

    Raises
    ------
    TableError
        The table lacks a column, or `by` is something else.
    """
    require_columns(acts, ("month", "actor", "action"), where="plot_action_timeline")
    if by not in LANES:
        step = "Leave it out for organisations."
        raise TableError(
            refusal("plot_action_timeline", "by", by, f"must be {' or '.join(LANES)}", step)
        )
    lane = acts["actor"].astype(str).map(lambda name: lane_of(str(name), by))
    lanes = list(dict.fromkeys(sorted(lane, key=lambda name: (len(name), name))))
    last = int(acts["month"].max())
    groups = _groups(acts, lane, lanes, last)
    depth = groups[-1].top + len(lanes)
    ax = axes_or_new(ax, width=WIDTH + 0.6, height=1.4 + LANE * depth)
    most = max(float(group.counts.max()) for group in groups)
    for group in groups:
        _draw_group(ax, group, most, last)
    ax.set_ylim(depth + 0.3, -0.3)
    places = [group.top + number + 0.5 for group in groups for number in range(len(lanes))]
    size = min(SMALL - 2, 0.8 * LANE * 72)
    ax.set_yticks(places, lanes * len(groups), fontsize=size, color=DARK)
    ax.tick_params(axis="y", length=0, pad=1)
    ax.spines["left"].set_visible(False)
    _name_groups(ax, groups, len(lanes), longest=max(len(name) for name in lanes), size=size)
    year_axis(ax, float(last))
    if events is not None and len(events):
        mark_events(ax, events, where="plot_action_timeline")
    lane_words = "a seat of a key person" if by == "person" else "a seat at the table"
    ax.set_xlabel(
        f"years since start (1 partnership; + builds trust, {MINUS} costs trust)\n"
        f"lane: {lane_words}; darker: more acts in a month, up to {most:.0f}"
    )
    return ax


def example_action_timeline(partnership: Any, marks: Any) -> Axes:
    """Blocks of lanes, one block for each kind of act.

    Who did what, and when?
    """
    return plot_action_timeline(partnership.actions, marks)


def lane_of(actor: str, by: str) -> str:
    """Lane of somebody's acts: the seat, without who held it when.

    >>> lane_of("B(2)1#3", "organisation"), lane_of("B(2)1#3", "person"), lane_of("Ann", "person")
    ('B', 'B1', 'Ann')
    """
    found = PERSON.fullmatch(actor)
    if found is None:
        return actor
    return found[1] if by == "organisation" else found[1] + found[2]


def _groups(acts: pd.DataFrame, lane: pd.Series[str], lanes: list[str], last: int) -> list[Group]:
    """Kinds that occur, from what builds most trust to what costs most."""
    occurring = sorted({str(name) for name in acts["action"]})
    groups = []
    for number, name in enumerate(sorted(occurring, key=_evidence, reverse=True)):
        here = (acts["action"] == name).to_numpy()
        counts = np.zeros((len(lanes), last))
        when = acts["month"].to_numpy(dtype=np.int64)[here]
        for one, month in zip(lane[here], when, strict=True):
            counts[lanes.index(one), month - 1] += 1.0
        groups.append(Group(name, number * (len(lanes) + GAP), counts))
    return groups


def _draw_group(ax: Axes, group: Group, most: float, last: int) -> None:
    """A picture of shades: white for none, then from faint to full by the number of acts."""
    # By doublings: one act and two must differ beside a dozen.
    level = np.log(np.maximum(group.counts, 1.0)) / max(np.log(most), 1e-9)
    dark = np.where(group.counts > 0, FAINTEST + (1 - FAINTEST) * level, 0.0)
    colour = np.array(to_rgb(_colour(group.name)))
    shades = 1.0 - dark[:, :, None] * (1.0 - colour)
    bottom = group.top + len(group.counts)
    ax.imshow(shades, extent=(0, last, bottom, group.top), aspect="auto", interpolation="nearest")
    ax.hlines(group.top - GAP / 2, 0, last, color=PALE, lw=0.6, label="_between kinds")


def _colour(name: str) -> str:
    return BLUE if _evidence(name) >= 0 else VERMILION


def _evidence(name: str) -> float:
    return {action.name: action.evidence for action in ACTIONS}.get(name, 0.0)


def _name_groups(ax: Axes, groups: list[Group], lanes: int, *, longest: int, size: float) -> None:
    """Kinds at the left of their lanes, how many acts at the right."""
    points = 0.62 * size * longest + 6
    looks: dict[str, Any] = {"textcoords": "offset points", "fontsize": SMALL, "va": "center"}
    looks |= {"xycoords": ax.get_yaxis_transform(), "annotation_clip": False}
    for number, group in enumerate(groups):
        middle = group.top + lanes / 2
        name = f"{group.name} {'+' if _evidence(group.name) >= 0 else MINUS}"
        colour = _colour(group.name)
        ax.annotate(name, (0, middle), (-points, 0), ha="right", color=colour, **looks)
        count = f"{int(group.counts.sum()):,}{' acts' if number == 0 else ''}"
        ax.annotate(count, (1, middle), (5, 0), color=DARK, **looks)
