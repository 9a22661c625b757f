"""What is kept of one partnership to tell its story: acts, ties, events, and the text itself."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trustsim import schema
from trustsim.engines.records import readable
from trustsim.errors import ParameterError, refusal
from trustsim.model.actions import ACTIONS, PROMISE
from trustsim.model.parameters import NAMES
from trustsim.model.rules.change import ADD, SET
from trustsim.model.rules.perception import READINGS

if TYPE_CHECKING:
    import pandas as pd

    from trustsim.engines.agents import KeyIndividual, Organisation
    from trustsim.engines.alterations import Alteration
    from trustsim.engines.partnership import Partnership

YEAR = 12
EVERYBODY = "everybody"


class Act(NamedTuple):
    """One act, in the columns of `schema.ACTIONS`."""

    month: int
    actor: str
    towards: str
    action: str
    delivered: bool
    as_read: str
    trust_before: float
    trust_after: float
    coordinator: bool


class TiesOfMonth(NamedTuple):
    """Every tie at the end of a month, in the order of `Partnership.strangers`."""

    month: int
    names: list[tuple[str, str, str, str]]  # observer, its member, partner, its member
    trust: np.ndarray
    weight: np.ndarray


class Event(NamedTuple):
    """Something worth telling."""

    month: int
    event: str
    who: str
    detail: str


def note(model: Partnership, event: str, who: str, detail: str) -> None:
    """Keep one event of this month."""
    model.happenings.append(Event(model.month, event, who, detail))


def note_act(
    model: Partnership,
    actor: KeyIndividual,
    towards: KeyIndividual,
    chosen: int,
    action: int,
    reading: int,
    before: float,
) -> None:
    """Keep one act, just after the other side learned from it; before: trust until then."""
    model.acts.append(
        Act(
            model.month,
            actor.name,
            towards.name,
            ACTIONS[action].name,
            PROMISE[chosen] > 0.0 and action == chosen,
            READINGS[reading],
            before,
            towards.judged(towards.ties[actor.seat]),
            model.coordinator.is_present(actor.organisation, towards.organisation),
        )
    )


def note_ties(model: Partnership) -> None:
    """Keep who trusts whom now, if acts are logged."""
    if not model.log_actions:
        return
    names, trust, weight = [], [], []
    for person, other in model.strangers():
        home, away = person.organisation, other.organisation
        names.append((person.name, home.name, other.name, away.name))
        trust.append(person.ties[other.seat].trust)
        weight.append(person.weight * other.weight / (home.total_weight * away.total_weight))
    model.ties_by_month.append(TiesOfMonth(model.month, names, np.array(trust), np.array(weight)))


def note_interventions(model: Partnership, before: list[bool], now: list[bool]) -> None:
    """Keep which changes came into force or ceased."""
    for alteration, was, is_now in zip(model.changes, before, now, strict=True):
        if was != is_now:
            event = "intervention started" if is_now else "intervention stopped"
            seat = int(alteration.target)
            who = model.organisations[seat].name if seat >= 0 else EVERYBODY
            note(model, event, who, in_words(alteration))


def in_words(alteration: Alteration) -> str:
    """One change of a parameter as a reader would say it."""
    name, value = NAMES[int(alteration.parameter)], alteration.value
    if alteration.operation == SET:
        words = f"{name} set to {value:g}"
    elif alteration.operation == ADD:
        words = f"{name} {value:+g}"
    else:
        words = f"{name} times {value:g}"
    return words if alteration.dose == 1.0 else f"{words} at dose {alteration.dose:g}"


def note_incident(model: Partnership, culprit: Organisation) -> None:
    """Keep a scripted breach or failure."""
    p = culprit.parameters
    sizes = {"integrity": p.incident_integrity, "competence": p.incident_competence}
    for kind, size in sizes.items():
        if size > 0.0:
            note(model, "incident", culprit.name, f"{kind}, worth {size:g} kept promises")


def note_departure(
    model: Partnership, person: KeyIndividual, successor: KeyIndividual, of_own_accord: bool
) -> None:
    """Keep that a key person left or was replaced."""
    event = "key person left" if of_own_accord else "key person replaced by decree"
    note(model, event, person.name, f"succeeded by {successor.name}")


def note_status(model: Partnership, before: int) -> None:
    """Keep a change of status, if there was one."""
    if model.status == before:
        return
    was, is_now = schema.STATUSES[before], schema.STATUSES[model.status]
    if was == "mature":
        note(model, "relapsed", EVERYBODY, f"now {is_now}")
    if is_now == "mature":
        note(model, "matured", EVERYBODY, f"from month {model.month - model.months_over + 1:g} on")
    elif is_now == "tokenistic":
        note(model, "became tokenistic", EVERYBODY, f"value {model.value_level:.2f}")


def table_of_acts(model: Partnership) -> pd.DataFrame:
    """Every act so far, in the columns of `schema.ACTIONS`.

    Raises ParameterError if acts were not logged.
    """
    _check_logged(model, "actions")
    columns = zip(*model.acts, strict=True) if model.acts else [()] * len(schema.ACTIONS)
    names = schema.column_names(schema.ACTIONS)
    arrays = [np.array(column) for column in columns]
    return schema.frame(schema.ACTIONS, dict(zip(names, arrays, strict=True)))


def table_of_ties(model: Partnership) -> pd.DataFrame:
    """Every tie at the start and after each month, in the columns of `schema.TIES`.

    Raises ParameterError if acts were not logged.
    """
    _check_logged(model, "ties")
    kept = model.ties_by_month
    months = np.repeat([one.month for one in kept], [len(one.names) for one in kept])
    names = zip(*(pair for one in kept for pair in one.names), strict=True)
    trust = np.concatenate([one.trust for one in kept])
    weight = np.concatenate([one.weight for one in kept])
    arrays = [months, *(np.array(column) for column in names), trust, weight]
    columns = schema.column_names(schema.TIES)
    return schema.frame(schema.TIES, dict(zip(columns, arrays, strict=True)))


def _check_logged(model: Partnership, table: str) -> None:
    if not model.log_actions:
        raise ParameterError(
            refusal(f"Partnership.{table}", "log_actions", False, f"{table} were not kept",
                    "Make the partnership again with log_actions=True.")
        )  # fmt: skip


def table_of_events(model: Partnership) -> pd.DataFrame:
    """Every event so far: month, event, who, detail."""
    import pandas as pd

    return pd.DataFrame(model.happenings, columns=list(Event._fields))


def text(model: Partnership) -> str:
    """The story, a paragraph a year: where the partnership stands, then what happened."""
    opening = (
        f"{model.seats} organisations with {model.people_each} key people each sit down together. "
        f"Their people's mean trust in each other is {model.trust_at_start:.2f}, "
        f"and their goodwill {model.goodwill_at_start:.2f}."
    )
    months = len(model.rows)
    years = [
        _year_told(model, start, min(start + YEAR, months)) for start in range(0, months, YEAR)
    ]
    return "\n\n".join([opening, *years])


def _year_told(model: Partnership, start: int, end: int) -> str:
    row = readable(schema.MONTHS, model.rows[end - 1])
    before = model.trust_at_start
    if start:
        before = readable(schema.MONTHS, model.rows[start - 1])["mean_trust"]
    sentences = [
        f"Months {start + 1} to {end}:",
        f"mean trust went from {before:.2f} to {row['mean_trust']:.2f};",
        f"maturity is {row['maturity']:.2f} and frustration {row['frustration']:.2f}",
        f"where the sponsor expects {row['expectation']:.2f}.",
        f"The partnership is {row['status']}, with {row['members']} members.",
    ]
    happened = [event for event in model.happenings if start < event.month <= end]
    for (month, event), group in groupby(happened, key=lambda event: (event.month, event.event)):
        told = ", ".join(f"{one.who} ({one.detail})" if one.detail else one.who for one in group)
        sentences.append(f"Month {month}, {event}: {told}.")
    return " ".join(sentences)
