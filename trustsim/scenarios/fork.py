"""A fork: one scenario until some month, another one afterwards, on the same luck.

Every random number has an address (seed, replicate, month, who, about whom, why). So to live one
scenario to month m and to go on under another is to live one whose changes have dates: parameters
become others at m, what is done in the first ends there, what is done in the second begins there.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

from trustsim.arguments import LONGEST, whole
from trustsim.errors import ScenarioError
from trustsim.model.parameters import NAMES
from trustsim.scenarios.change import MEASURE, READ_AT_THE_START, Change, part_of, refuse
from trustsim.scenarios.files import from_data
from trustsim.scenarios.files import scenario as scenario_of
from trustsim.scenarios.interventions.catalog import CATALOG, change
from trustsim.scenarios.interventions.definition import Intervention
from trustsim.scenarios.scenario import Scenario

LONGEST_NAME = 80
"""Characters of either name in the name of a fork, which would double with each fork of forks."""

DEEPEST = 64
"""Forks within forks in one file."""


def fork(before: str | Path | Scenario, month: int, after: str | Path | Scenario) -> Scenario:
    """One scenario to the end of a month, another one from then on.

    Partnership r of the result is partnership r of `before` up to that month, to the bit. It then
    goes on from the state it is in, under the parameters and interventions of `after`, with the
    luck that it would have had anyway. What happens in `after` up to that month does not happen
    (an event of month 12 is not part of a fork at month 24). Traits, stakes, outside options and
    histories are those of whoever comes: they change for newcomers only.

    Parameters
    ----------
    before, after : str, path or Scenario
        The name of a setting, a file, or a scenario.
    month : int
        Months lived under `before`, in [1, 100000].

    Returns
    -------
    Scenario
        The first scenario with interventions that have dates. A parameter that differs is a
        `trustsim.interventions.change`.

    Raises
    ------
    ScenarioError
        They differ in what can't change half way: what is read at the start only, the budget of
        meetings, or a menu of silver bullets that becomes another (it may begin, end or stay).

    Examples
    --------
    >>> from trustsim.scenarios.interventions import coordinator
    >>> plain = Scenario("dyad")
    >>> fork(plain, 24, plain + coordinator(start=6)).interventions
    (coordinator(start=24),)
    >>> fork(plain, 24, plain.with_(negativity=3.0)).interventions
    (change(start=24, parameter='negativity', value=3.0),)
    """
    one, other = scenario_of(before), scenario_of(after)
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
    for item in begun:
        done += _part(item, 0, lived)
    for name in NAMES:
        if values[name] != later[name]:
            done.append(change(start=lived, parameter=name, value=later[name]))
    for item in coming:
        done += _part(item, lived, math.inf)
    names = [
        part.name if len(part.name) <= LONGEST_NAME else f"{part.name[: LONGEST_NAME - 3]}..."
        for part in (one, other)
    ]
    return replace(
        one,
        name=f"{names[0]}, from month {lived} on {names[1]}",
        interventions=tuple(done),
        menu=menu,
        menu_months=window,
        where="",
    )


def from_table(table: dict[str, Any], where: str, depth: int = 1) -> Scenario:
    """The fork in a table with `before`, `month` and `after`, as older versions wrote it.

    Raises
    ------
    ScenarioError, ParameterError
    """
    parts = table.get("fork")
    if depth > DEEPEST:
        step = "What happens at a date is also an intervention with a start."
        refuse(where, "fork", f"over {DEEPEST} deep", "has too many forks within forks", step)
    known = isinstance(parts, dict) and set(parts) == {"before", "month", "after"}
    if not known or not set(table) <= {"name", "fork"}:
        allowed = "must be a table with before, month and after, and may have a name"
        step = (
            "Write [scenario.fork] with month, and [scenario.fork.before], [scenario.fork.after]."
        )
        refuse(where, "fork", list(table), allowed, step)
    assert isinstance(parts, dict)
    lived = []
    for key in ("before", "after"):
        inner, place = parts[key], f"{where}, {key}"
        if isinstance(inner, dict) and "fork" in inner:
            lived.append(from_table(inner, place, depth + 1))
        else:
            lived.append(from_data({"scenario": inner}, place))
    made = fork(lived[0], parts["month"], lived[1])
    return replace(made, name=str(table.get("name", made.name)))


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
