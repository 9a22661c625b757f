"""What one partnership leaves behind in numbers: a month's sums, rows of months, runs, members."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import mesa

from trustsim.engines.packing import TALLY
from trustsim.model import state
from trustsim.model.actions import ACTIONS
from trustsim.model.parameters import BY_NAME
from trustsim.schema import MEMBERS, MONTHS, RUNS, Column, column_names
from trustsim.schema import readable as readable

if TYPE_CHECKING:
    from trustsim.engines.agents import Organisation
    from trustsim.engines.partnership import Partnership


class Tally:
    """What one month adds up; counts: acts by row of `ACTIONS`; the rest as in `packing.TALLY`."""

    __slots__ = (*TALLY, "counts")

    meetings: float
    value: float
    smoke: float
    show: float
    habit: float
    possible: float
    breadth: float
    weakest: float
    level: float
    members: float
    frustration: float
    trust: float
    institutional: float
    counts: list[float]

    def __init__(self) -> None:
        for name in TALLY:
            setattr(self, name, 0.0)
        self.counts = [0.0] * len(ACTIONS)


class SeatRecord(state.Seat):
    """What is counted of a seat at the table, handed on when another organisation takes it."""

    __slots__ = state.SEAT

    def __init__(self) -> None:
        for name in state.SEAT:
            setattr(self, name, 0.0)
        self.exit_cause = -1.0

    def begin_month(self) -> None:
        """Nobody has acted yet this month."""
        self.given = self.smoked = 0.0

    def note_act(self, value: float, smoke: float) -> None:
        """An act of its people."""
        self.given += value
        self.smoked += smoke

    def note_departure(self, of_own_accord: bool) -> None:
        """One of its people goes."""
        self.departures += of_own_accord
        self.replaced_by_decree += not of_own_accord

    def note_exit(self, month: float, cause: int) -> None:
        """Its member leaves; the first time counts."""
        if self.month_left == 0.0:
            self.month_left = month
            self.exit_cause = cause

    def note_month(
        self, holder: Organisation, members: list[Organisation], possible: float
    ) -> None:
        """What a month adds; holder: who fills the seat; possible: acts the month had room for."""
        part = 1.0 / possible
        self.months += 1.0
        self.value_given += self.given * part
        self.value_received += holder.received * part
        self.smoke += self.smoked * part
        trusted, trusting = 0.0, 0.0
        for other in members:
            if other is not holder:
                trusted += other.pair_trust[holder.seat]
                trusting += holder.pair_trust[other.seat]
        self.trusted = trusted / (float(len(members)) - 1.0)
        self.trusting = trusting / (float(len(members)) - 1.0)


def month_numbers(model: Partnership) -> list[float]:
    """The last month in the columns of `schema.MONTHS`, categories as codes."""
    tally = model.tally
    row = {
        "replicate": model.replicate,
        "month": model.month,
        "status": model.status,
        "mean_trust": tally.trust,
        "weakest_trust": tally.weakest,
        "institutional_trust": tally.institutional,
        "breadth": tally.breadth,
        "routines": model.routines,
        "maturity": tally.level,
        "nominal_maturity": model.show,
        "meetings": tally.meetings,
        "value": tally.value / tally.possible,
        "smoke": tally.smoke / tally.possible,
        "expectation": model.expectation,
        "frustration": tally.frustration,
        "goodwill": model.goodwill,
        "members": tally.members,
        "members_lost": model.members_lost,
    }
    for action, count in zip(ACTIONS, tally.counts, strict=True):
        row[action.observable] = 0.0
        if tally.meetings > 0.0:
            row[action.observable] = count / (tally.meetings + tally.meetings)
    return [float(row[name]) for name in column_names(MONTHS)]


def run_numbers(model: Partnership) -> list[float]:
    """The run so far in the columns of `schema.RUNS`, categories as codes, no month as 0."""
    named = {
        "months": model.month,
        "matured": model.month_matured > 0.0,
        "dissolved": model.month_dissolved > 0.0,
        "mean_trust": model.tally.trust,
        "mean_frustration": model.frustration / model.month if model.month else 0.0,
        "home_delivery": model.delivered / model.promises if model.promises > 0.0 else 1.0,
    }
    return [float(named.get(name, getattr(model, name, 0.0))) for name in column_names(RUNS)]


def member_numbers(model: Partnership) -> list[list[float]]:
    """Each seat so far in the columns of `schema.MEMBERS`, causes as codes, no month as 0."""
    rows = []
    for organisation in model.organisations:
        seat = organisation.record
        named = {
            "replicate": model.replicate,
            "organisation": organisation.seat,
            "cause": seat.exit_cause,
            "mean_frustration": seat.frustration_felt / seat.months if seat.months else 0.0,
        }
        names = column_names(MEMBERS)
        rows.append([float(named[n] if n in named else getattr(seat, n)) for n in names])
    return rows


def reported(model: Partnership, column: int) -> Any:
    """One column of the last month, as Mesa's DataCollector asks for it."""
    return readable(MONTHS[column : column + 1], model.rows[-1][column : column + 1])[
        MONTHS[column].name
    ]


def seed_of(model: Partnership) -> int:
    """The seed that was given or drawn."""
    return model.seed


def name_of(agent: Any) -> str:
    """What an agent is called."""
    return str(agent.name)


def trust_in_others(agent: Any) -> float | None:
    """Mean trust of a person in people, or of a member in members; None for the coordinator."""
    here = {member.seat: member for member in agent.model.members}
    if hasattr(agent, "ties"):
        away = [member for member in here.values() if member is not agent.organisation]
        levels = [agent.ties[person.seat].trust for member in away for person in member.people]
    elif hasattr(agent, "pair_trust"):
        levels = [agent.pair_trust[seat] for seat in here if seat != agent.seat]
    else:
        return None
    total = 0.0
    for level in levels:
        total += level
    return total / len(levels) if levels else None


def name_in_batch(column: Column) -> str:
    """What Mesa's tables call a column of the months table."""
    return f"{column.name}_observed" if column.name in BY_NAME else column.name


def data_collector() -> mesa.DataCollector:
    """Collector of all columns of the months table, the seed and, by agent, its name and trust.

    `batch_run` lays parameters, the model's columns and the agents' side by side and silently
    overwrites like with like: so none is called like another, and columns with a parameter's
    name end in "_observed". Only functions and partials of this module: a model can be pickled.
    """
    return mesa.DataCollector(
        model_reporters={
            name_in_batch(column): partial(reported, column=place)
            for place, column in enumerate(MONTHS)
        }
        | {"seed": seed_of},
        agent_reporters={"agent": name_of, "trust_in_others": trust_in_others},
    )
