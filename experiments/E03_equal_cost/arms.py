"""What the same person-months buy: five bullets, three remedies, every way to share the money.

The budget is what a coordinator of full dose costs over 36 months. A bullet or remedy that costs
more a month gets a lower dose, one that costs less gets more months.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from trustsim.scenarios.interventions import (
    away_day,
    coaching,
    consultants,
    coordinator,
    deadline,
    handover,
    incentive,
    mandate,
    selection,
)
from trustsim.scenarios.interventions.definition import Intervention

LENGTH, SECOND = 36, 18  # months that the budget lasts; month from which the second has its turn
BUDGET = 18.0  # person-months
Plan = list[Intervention]


class Way(NamedTuple):
    """A bullet or remedy: all of the budget, half of it by dose, half of it in one stretch."""

    whole: Plan
    half: Plan
    stretch: Callable[[int], Plan]  # from a start


def spends(plan: Plan) -> float:
    """Person-months of a plan in a partnership that lives to its end."""
    return sum(item.person_months * float(item.months or 0) for item in plan)


def _days(start: int, count: int, dose: float) -> Plan:
    return [away_day(start=start + 2 * number, dose=dose) for number in range(count)]


def _careful(start: int, months: int, dose: float) -> Plan:
    chosen = {"start": start, "months": months, "dose": dose}
    return [handover(**chosen), selection(**chosen)]


BULLETS = {
    "mandate": Way(
        [mandate(months=36, dose=0.5)],
        [mandate(months=36, dose=0.25)],
        lambda start: [mandate(start=start, months=18, dose=0.5)],
    ),
    "deadline": Way(
        [deadline(months=36)],
        [deadline(months=36, dose=0.5)],
        lambda start: [deadline(start=start, months=18)],
    ),
    "away_days": Way(_days(0, 18, 1.0), _days(0, 18, 0.5), lambda start: _days(start, 9, 1.0)),
    "incentive": Way(
        [incentive(months=36)],
        [incentive(months=36, dose=0.5)],
        lambda start: [incentive(start=start, months=18)],
    ),
    "consultants": Way(
        [consultants(months=5, dose=0.9)],
        [consultants(months=5, dose=0.45)],
        lambda start: [consultants(start=start, months=3, dose=0.75)],
    ),
}
REMEDIES = {
    "coordinator": Way(
        [coordinator(months=36)],
        [coordinator(months=36, dose=0.5)],
        lambda start: [coordinator(start=start, months=18)],
    ),
    "coaching": Way(
        [coaching(months=36)],
        [coaching(months=36, dose=0.5)],
        lambda start: [coaching(start=start, months=18)],
    ),
    "handover and selection": Way(
        _careful(0, 90, 1.0), _careful(0, 90, 0.5), lambda start: _careful(start, 45, 1.0)
    ),
}


def plans() -> dict[str, Plan]:
    """Every arm by name; nothing is done in the first."""
    chosen: dict[str, Plan] = {"nothing": []}
    for name, way in {**BULLETS, **REMEDIES}.items():
        chosen[f"{name}: all"] = way.whole
        chosen[f"{name}: half"] = way.half
        chosen[f"{name}: first"] = way.stretch(0)
        chosen[f"{name}: second"] = way.stretch(SECOND)
    for bullet, one in BULLETS.items():
        for remedy, other in REMEDIES.items():
            pair = pair_name(bullet, remedy)
            chosen[f"{pair}: half of each"] = one.half + other.half
            chosen[f"{pair}: bullet first"] = one.stretch(0) + other.stretch(SECOND)
            chosen[f"{pair}: remedy first"] = other.stretch(0) + one.stretch(SECOND)
    for name, plan in chosen.items():
        halved = name.endswith((": half", ": first", ": second"))
        assert name == "nothing" or abs(spends(plan) - BUDGET / (1 + halved)) < 1e-9, name
    return chosen


def pair_name(bullet: str, remedy: str) -> str:
    """A bullet with a remedy."""
    return f"{bullet} with {remedy}"
