"""A fork: one scenario until some month, another one afterwards, on the same luck.

Every random number has an address (seed, replicate, month, who, about whom, why). So to live one
scenario to month m and to go on under another is to live one whose changes have dates: parameters
become others at m, what is done in the first ends there, what is done in the second begins there.
"""

from __future__ import annotations

import math
from dataclasses import replace

from trustsim.arguments import LONGEST, whole
from trustsim.errors import ScenarioError
from trustsim.model.parameters import NAMES
from trustsim.scenarios.change import MEASURE, READ_AT_THE_START, Change, part_of, refuse
from trustsim.scenarios.interventions.catalog import CATALOG, change
from trustsim.scenarios.interventions.definition import Intervention
from trustsim.scenarios.scenario import Scenario

LONGEST_NAME = 80
"""Characters of either name in the name of a fork, which would double with each fork of forks."""


def forked(one: Scenario, month: int, other: Scenario) -> Scenario:
    """One scenario to the end of a month, another one from then on; see `files.fork`."""
    lived = whole("fork", "month", month, 1, LONGEST, "months lived before", ScenarioError)
    values, later = one.values(), other.values()
    fixed = [name for name in (*READ_AT_THE_START, MEASURE) if values[name] != later[name]]
    if fixed:
        allowed = "can't change half way: used at the start, or as the measure of every month"
        step = "Give both the same; for more or fewer meetings, use extra_meetings or reporting."
        refuse("fork", "parameters", ", ".join(fixed), allowed, step)
    menu, window = _menu(one, lived, other)
    done: list[Intervention] = []
    begun, coming = [], list(other.interventions)
    for item in one.interventions:
        if item in coming:
            coming.remove(item)
            done.append(item)
        else:
            begun.append(item)
    done += [part for item in begun for part in _part(item, 0, lived)]
    done += [
        change(start=lived, parameter=name, value=later[name])
        for name in NAMES
        if values[name] != later[name]
    ]
    done += [part for item in coming for part in _part(item, lived, math.inf)]
    first, then = (part.name[:LONGEST_NAME] for part in (one, other))
    return replace(
        one,
        name=f"{first}, from month {lived} on {then}",
        interventions=tuple(done),
        menu=menu,
        menu_months=window,
        where="",
    )


def _menu(
    one: Scenario, month: int, other: Scenario
) -> tuple[tuple[Intervention, ...], tuple[int, int | None]]:
    """The menu of silver bullets of a fork, and the months in which it is there."""
    spans: list[tuple[float, float] | None] = []
    for part, first, last in ((one, 0.0, float(month)), (other, float(month), math.inf)):
        start, end = part.menu_months
        span = max(start, first), min(math.inf if end is None else end, last)
        spans.append(span if part.menu and span[0] < span[1] else None)
    early, late = spans
    if early and late and (one.menu != other.menu or early[1] != late[0]):
        got = f"{len(one.menu)} and {len(other.menu)} silver bullets, not the same"
        allowed = "can't become another half way: what was reached for goes on"
        refuse("fork", "menu", got, allowed, "Give both the same menu, or one of them none.")
    there = [span for span in spans if span]
    if not there:
        return (), (0, None)
    ends = there[-1][1]
    menu = one.menu if early else other.menu
    return menu, (int(there[0][0]), None if ends == math.inf else int(ends))


def _part(item: Intervention, after: float, until: float) -> list[Intervention]:
    """What is left of an intervention between two months, as it would be typed."""
    left = [part for whole in item.changes if (part := part_of(whole, after, until)) is not None]
    if tuple(left) == item.changes:
        return [item]
    span = part_of(Change("", "set", 0.0, item.start, item.months), after, until)
    if span is not None and item.name in CATALOG:
        arguments = {**dict(item.arguments), "start": span.start, "months": span.months}
        typed = CATALOG[item.name](**arguments)
        if typed.changes == tuple(left):
            return [typed]
    # A recipe can't begin after its first month: what is left of it, one change at a time.
    longest = max(left, key=lambda part: part.months or math.inf, default=None)
    return [
        change(
            start=one.start,
            months=one.months,
            dose=one.dose,
            target=one.target,
            parameter=one.parameter,
            value=one.value,
            operation=one.operation,
            person_months=item.person_months / one.dose if one is longest and one.dose else 0.0,
        )
        for one in left
    ]
