"""Who trusts whom in one partnership, at several moments side by side."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Circle

from trustsim.analysis.tables import TableError, require_columns
from trustsim.errors import refusal
from trustsim.figures.labels import note
from trustsim.figures.style import BLUE, DARK, ORANGE, PALE, SMALL, SOOT, VERMILION, axes_or_new

__all__ = ["plot_trust_network"]

WHERE = "plot_trust_network"
COLUMNS = ("month", "observer", "organisation", "partner", "partner_organisation", "trust")
ORGANISATIONS, PEOPLE = "organisations", "people"
LITTLE, MUCH = 0.4, 0.15  # below it: little trust; so far above what counts: much
CELL = 3.0  # of a network, whose organisations stand on a circle of radius 1
ACROSS = 4  # networks in a row
INCHES = 2.1  # of a network
LEAST_WIDTH = 7.0  # inches: the words above and below have room
POINTS = 72 * INCHES / CELL  # of a unit of a network, if the figure is as large as by default
RADIUS, RIM = 0.155, 1.27  # of an organisation; from the middle to the people
DOT = 5.0  # points: a key person, where there is room
UNCROWDED = 40  # ties that may have their full width
MOST_TIES = 60  # between people that can be told apart in one network

Place = tuple[float, float]


class TieStyle(NamedTuple):
    """How a tie looks; its width grows with trust, whatever its kind."""

    name: str
    colour: str
    dash: str | tuple[int, tuple[float, ...]]


KINDS = (
    TieStyle("little trust", VERMILION, (0, (1, 1.3))),
    TieStyle("some", ORANGE, (0, (3, 1.2))),
    TieStyle("enough to count", BLUE, "-"),
    TieStyle("much", SOOT, "-"),
)


class Moment(NamedTuple):
    """Who is there in a month, and the mutual trust of each pair that is drawn.

    people: by organisation; trust: by pair of names; mean: trust of member in member.
    """

    people: Mapping[str, tuple[str, ...]]
    trust: Mapping[tuple[str, str], float]
    mean: float


def plot_trust_network(
    ties: pd.DataFrame,
    ax: Axes | None = None,
    *,
    months: Sequence[int] | None = None,
    between: str | None = None,
    counts: float | None = None,
) -> Axes:
    """Who trusts whom at several moments: organisations on a circle, key people as dots beside.

    Lines are mutual trust, the lower of two directions: the wider, the more; dotted, dashed and
    plain tell little, some and enough. A hollow dot came since the network before; a dashed
    circle is an empty seat.

    Parameters
    ----------
    ties : pandas.DataFrame
        Ties of one partnership, as `Partnership.ties`: month, observer, organisation, partner,
        partner_organisation, trust; weight, if ties count unequally.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    months : sequence of int, optional
        Which months; four from the first to the last if left out.
    between : str, optional
        Draw ties between "organisations" or "people"; people if there are few.
    counts : float, optional
        Mutual trust from which a pair counts for maturity; the parameter `breadth_threshold`.

    Raises
    ------
    TableError
        The table lacks a column or a month, or `between` is something else.
    """
    require_columns(ties, COLUMNS, where=WHERE)
    chosen = _months(ties, months)
    kind = _kind(ties, between)
    moments = [moment_of(ties[ties["month"] == month], kind) for month in chosen]
    seats = seats_of(ties)
    columns = min(len(chosen), ACROSS)
    rows = -(-len(chosen) // columns)
    width = max(INCHES * columns, LEAST_WIDTH)
    ax = axes_or_new(ax, width=width, height=0.85 + INCHES * 1.12 * rows)
    before: Collection[str] | None = None
    for number, (month, moment) in enumerate(zip(chosen, moments, strict=True)):
        middle = (CELL * (number % columns), -1.12 * CELL * (number // columns))
        before = draw_network(ax, moment, seats, middle, before=before, counts=counts)
        words = f"{'start' if month == 0 else f'month {month}'}\n{moment_in_words(moment)}"
        ax.text(middle[0], middle[1] - 1.45, words, ha="center", va="top", fontsize=SMALL)
    # Few networks leave room at both sides, for the words above and below them.
    middle_of_all, half = CELL * (columns - 1) / 2, CELL * width / INCHES / 2
    ax.set(xlim=(middle_of_all - half, middle_of_all + half))
    ax.set(ylim=(-1.12 * CELL * (rows - 1) - 2.05, CELL / 2), aspect="equal")
    ax.set_axis_off()
    name_kinds(ax, counts)
    note(ax, f"1 partnership; lines: mutual trust between {kind}, the wider the more")
    return ax


def example_trust_network(partnership: Any) -> Axes:
    """Four networks of organisations and key people, lines by trust.

    Who trusted whom at the start, and later?
    """
    return plot_trust_network(partnership.ties, months=[0, 12, 36, 60])


def moment_of(ties: pd.DataFrame, between: str) -> Moment:
    """A month's ties (rows of one month) as a picture needs them."""
    weight = ties["weight"] if "weight" in ties else pd.Series(1.0, index=ties.index)
    table = ties[["observer", "organisation", "partner", "partner_organisation", "trust"]]
    table = table.astype({name: str for name in table.columns if name != "trust"})
    people = {
        str(name): tuple(dict.fromkeys(rows["observer"]))
        for name, rows in table.groupby("organisation", sort=False)
    }
    pair = [table["organisation"], table["partner_organisation"]]
    total = (table["trust"] * weight).groupby(pair, sort=False).sum()
    of_members = total / weight.groupby(pair, sort=False).sum()
    directed = of_members.reset_index(name="trust")
    names = ["organisation", "partner_organisation"]
    if between == PEOPLE:
        directed, names = table, ["observer", "partner"]
    pairs = zip(directed[names[0]], directed[names[1]], directed["trust"], strict=True)
    levels = {(str(one), str(other)): float(level) for one, other, level in pairs}
    mutual = {
        (one, other): min(level, levels[other, one])
        for (one, other), level in levels.items()
        if one < other
    }
    return Moment(people, mutual, float(of_members.mean()) if len(of_members) else float("nan"))


def seats_of(ties: pd.DataFrame) -> list[str]:
    """Seats at the table, in the order in which they are first seen."""
    return list(dict.fromkeys(seat_of(str(name)) for name in ties["organisation"].unique()))


def seat_of(organisation: str) -> str:
    """Name of the seat of an organisation, which those that come later share.

    >>> seat_of("B"), seat_of("B(2)")
    ('B', 'B')
    """
    return organisation.partition("(")[0]


def tie_kind(trust: float, counts: float) -> int:
    """Which of `KINDS` a mutual trust is; counts: from where it makes a partnership mature."""
    return sum(trust >= bound for bound in _bounds(counts))


def draw_network(
    ax: Axes,
    moment: Moment,
    seats: Sequence[str],
    middle: Place = (0.0, 0.0),
    *,
    before: Collection[str] | None = None,
    counts: float | None = None,
) -> Collection[str]:
    """Draw one network; returns who is there. before: who was there in the network before."""
    enough = _enough(counts)
    here = {seat_of(name): name for name in moment.people}
    places: dict[str, Place] = {}
    for number, seat in enumerate(seats):
        turn = math.pi / 2 - 2 * math.pi * number / len(seats)
        places[seat] = _at(middle, 1.0, turn)
        if seat in here:
            places[here[seat]] = places[seat]
            people = moment.people[here[seat]]
            places |= _places_of_people(people, middle, turn, 2 * math.pi / len(seats))
    thin = min(1.0, math.sqrt(UNCROWDED / max(len(moment.trust), 1)))
    for (one, other), trust in sorted(moment.trust.items(), key=lambda item: item[1]):
        style = KINDS[tie_kind(trust, enough)]
        across, up = zip(places[one], places[other], strict=True)
        width = thin * (0.9 + 3.8 * trust**2)
        ax.plot(across, up, color=style.colour, ls=style.dash, lw=width, zorder=1, label="_tie",
                dash_capstyle="butt", solid_capstyle="butt")  # fmt: skip
    for seat in seats:
        _draw_seat(ax, places[seat], here.get(seat, ""), min(RADIUS, 0.9 * math.pi / len(seats)))
    everybody = [person for people in moment.people.values() for person in people]
    new = [before is not None and person not in before for person in everybody]
    colours = ["white" if one else DARK for one in new]
    where = np.array([places[person] for person in everybody]).reshape(-1, 2)
    most = max((len(people) for people in moment.people.values()), default=1)
    dot = min(DOT, 0.75 * POINTS * RIM * _gap(most, 2 * math.pi / len(seats)))
    looks: dict[str, Any] = {"edgecolors": DARK, "lw": 1.1 * dot / DOT, "zorder": 3}
    ax.scatter(where[:, 0], where[:, 1], s=dot**2, c=colours, **looks)
    return set(everybody)


def name_kinds(
    ax: Axes,
    counts: float | None = None,
    *,
    new: str = "new since the picture before",
    columns: int = 3,
) -> None:
    """What the lines and dots mean, under the networks; new: what a hollow dot means."""
    low, enough, much = _bounds(_enough(counts))
    words = (f"under {low:.2f}", f"{low:.2f} to {enough:.2f}", f"{enough:.2f} to {much:.2f}",
             f"{much:.2f} and more")  # fmt: skip
    known = [
        Line2D([], [], color=style.colour, ls=style.dash, lw=1.2 + 0.7 * number,
               label=f"{style.name} ({text})")
        for number, (style, text) in enumerate(zip(KINDS, words, strict=True))
    ]  # fmt: skip
    known += [
        Line2D([], [], marker="o", ls="", color=DARK, mfc=colour, ms=4.5, label=text)
        for colour, text in ((DARK, "key person"), ("white", new))
    ]
    ax.legend(handles=known, loc="upper center", bbox_to_anchor=(0.5, 0.02), ncols=columns,
              frameon=False, fontsize=SMALL, handlelength=2.5, columnspacing=1.2)  # fmt: skip


def moment_in_words(moment: Moment) -> str:
    """How many members, and how much they trust each other."""
    return f"{len(moment.people)} members, mean trust {moment.mean:.2f}"


def _months(ties: pd.DataFrame, months: Sequence[int] | None) -> list[int]:
    known = sorted(int(month) for month in ties["month"].unique())
    if months is None:
        places = np.linspace(0, len(known) - 1, ACROSS).round().astype(int)
        return list(dict.fromkeys(known[place] for place in places))
    missing = [month for month in months if month not in known]
    if missing or not len(months):
        got = missing[0] if missing else "none"
        step = f"Ties are there from month {known[0]} to {known[-1]}, the last it lived."
        raise TableError(refusal(WHERE, "months", got, "must be months of the table", step))
    return [int(month) for month in months]


def _kind(ties: pd.DataFrame, between: str | None) -> str:
    if between is None:
        most = int(ties.groupby("month").size().max()) // 2
        return PEOPLE if most <= MOST_TIES else ORGANISATIONS
    if between not in (ORGANISATIONS, PEOPLE):
        allowed = f"must be {ORGANISATIONS} or {PEOPLE}"
        step = "Leave it out to have it chosen by how many ties there are."
        raise TableError(refusal(WHERE, "between", between, allowed, step))
    return between


def _enough(counts: float | None) -> float:
    from trustsim.model.parameters import BY_NAME

    return float(BY_NAME["breadth_threshold"].default) if counts is None else float(counts)


def _bounds(counts: float) -> tuple[float, float, float]:
    return min(LITTLE, counts), counts, min(counts + MUCH, 0.95)


def _at(middle: Place, radius: float, turn: float) -> Place:
    return middle[0] + radius * math.cos(turn), middle[1] + radius * math.sin(turn)


def _gap(people: int, room: float) -> float:
    """Angle between people of an organisation that has so much room on the circle."""
    return min(0.17, 0.8 * room / max(people, 1))


def _places_of_people(
    people: Iterable[str], middle: Place, turn: float, room: float
) -> dict[str, Place]:
    names = list(people)
    gap = _gap(len(names), room)
    shifts = [gap * ((len(names) - 1) / 2 - nth) for nth in range(len(names))]
    return {name: _at(middle, RIM, turn + shift) for name, shift in zip(names, shifts, strict=True)}


def _draw_seat(ax: Axes, place: Place, name: str, radius: float) -> None:
    empty = {"facecolor": "white", "edgecolor": PALE, "ls": (0, (2, 1.5)), "lw": 1.0}
    full = {"facecolor": "white", "edgecolor": SOOT, "lw": 1.2}
    ax.add_patch(Circle(place, radius, zorder=2, **(full if name else empty)))
    size = (SMALL if 0 < len(name) < 3 else SMALL - 2.5) * radius / RADIUS
    ax.text(*place, name or "left", ha="center", va="center_baseline", zorder=3,
            fontsize=size, color=SOOT)  # fmt: skip
