"""A fork: one scenario until some month, another one afterwards, on the same luck.

Every random number has an address (seed, replicate, month, who, about whom, why), so to live
one scenario to month m and go on under another is to live a scenario that changes after month m.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from trustsim.arguments import listed, plain_whole
from trustsim.errors import ScenarioError, refusal
from trustsim.scenarios.change import Change
from trustsim.scenarios.course import TO_THE_END, course_of, window_left
from trustsim.scenarios.files import from_data, intervention
from trustsim.scenarios.files import scenario as scenario_of
from trustsim.scenarios.interventions.catalog import CATALOG
from trustsim.scenarios.interventions.definition import Intervention
from trustsim.scenarios.scenario import Scenario

LONGEST = 100_000  # months, as for the start of an intervention
MOST_PARTS = 64
"""Scenarios in a fork of forks: enough for one a month over five years. What is done to a fork is
done to every one of them, and a fork forked into itself doubles them each time."""

LONGEST_NAME = 80
"""Characters of a part's name in the name of a fork, which would double with each fork of forks."""


@dataclass(frozen=True)
class Fork(Scenario):
    """A scenario that is `before` up to and including `month`, and `after` from then on.

    Made by `fork`. `overrides` are those of its founding; `interventions` are those of both, each
    cut to its time. Whatever is done to a fork (`with_`, `+`, `without`) is done to both.
    """

    before: Scenario = field(default_factory=Scenario)
    month: int = 1
    after: Scenario = field(default_factory=Scenario)

    __hash__ = Scenario.__hash__

    def change_rows(self) -> list[tuple[float, ...]]:
        """All changes, in the order in which they are applied: that of neither is disturbed."""
        return list(self._rows)

    @cached_property
    def _rows(self) -> tuple[tuple[float, ...], ...]:
        # Kept, as a fork of a fork asks each part several times over.
        return tuple(tuple(row) for row in course_of(self.before, self.month, self.after).rows)

    @cached_property
    def parts(self) -> int:
        """Number of scenarios in it, those of forks in it counted one by one."""
        return _parts(self.before) + _parts(self.after)

    def with_(self, **parameters: float) -> Scenario:
        """A validated copy with other parameters, before and after."""
        name: Any = parameters.pop("name", self.name)
        one, other = self.before.with_(**parameters), self.after.with_(**parameters)
        return _fork(one, self.month, other, name)

    def __add__(self, other: Intervention | Iterable[Intervention]) -> Scenario:
        added = listed(other)  # once: what can be read only once is added twice
        return _fork(self.before + added, self.month, self.after + added, self.name)

    def without_interventions(self) -> Scenario:
        """A copy in which nothing is done to the partnership; parameters still change."""
        one, other = self.before.without_interventions(), self.after.without_interventions()
        return _fork(one, self.month, other, self.name)

    def without(self, name: str) -> Scenario:
        """A copy in which no intervention of this name happens, before or after.

        Raises ScenarioError if there is none.
        """
        parts = [
            part.without(name) if any(item.name == name for item in part.interventions) else part
            for part in (self.before, self.after)
        ]
        if parts == [self.before, self.after]:
            return super().without(name)
        return _fork(parts[0], self.month, parts[1], self.name)

    def reaching_for(self, *menu: Intervention, propensity: float) -> Scenario:
        """A copy whose frustrated members may reach for these bullets, before and after."""
        one = self.before.reaching_for(*menu, propensity=propensity)
        other = self.after.reaching_for(*menu, propensity=propensity)
        return _fork(one, self.month, other, self.name)

    def to_dict(self) -> dict[str, Any]:
        """Plain data: name, and under "fork" the two scenarios and the month."""
        parts = {
            "before": self.before.to_dict(),
            "month": self.month,
            "after": self.after.to_dict(),
        }
        return {"name": self.name, "fork": parts}

    def to_toml(self) -> str:
        """The fork as TOML, a table for each part."""
        return "\n".join(_toml("scenario", self.to_dict())) + "\n"

    def _repr_html_(self) -> str:
        one, other = self.before._repr_html_(), self.after._repr_html_()
        return f"{one}<p>from month {self.month + 1} on:</p>{other}"


def fork(before: str | Path | Scenario, month: int, after: str | Path | Scenario) -> Scenario:
    """One scenario to the end of a month, another one from then on.

    Partnership r of the result is partnership r of `before` up to that month, to the bit, and then
    goes on from the state it is in, under the parameters and interventions of `after`, with the
    luck that it would have had anyway. What of `after` happens up to that month does not happen
    (an event of month 12 is no part of a fork at month 24). Traits, stake, outside option and
    history are those of whoever comes: they change for newcomers only.

    Parameters
    ----------
    before, after : str, path or Scenario
        A setting's name, a file, or a scenario.
    month : int
        Months lived under `before`, in [1, 100000].

    Returns
    -------
    Scenario
        An ordinary one if only interventions differ and all can be typed; else a `Fork`.

    Raises
    ------
    ScenarioError
        They differ in what can't change half way: what acts at the founding alone, the budget of
        meetings, or a menu of silver bullets that becomes another (one may begin, end or stay).

    Examples
    --------
    >>> from trustsim.scenarios.interventions import coordinator
    >>> plain = Scenario("dyad")
    >>> fork(plain, 24, plain + coordinator(start=6)).interventions
    (coordinator(start=24),)
    >>> fork(plain, 24, plain.with_(negativity=3.0)).month
    24
    """
    one, other, months = scenario_of(before), scenario_of(after), _checked_month(month)
    return _fork(one, months, other, _name(one, months, other))


def from_table(table: dict[str, Any], where: str) -> Scenario:
    """The fork that `Fork.to_dict` wrote.

    Raises ScenarioError or ParameterError.
    """
    parts = table.get("fork")
    _check_size(_parts_of_table(table))
    known = isinstance(parts, dict) and set(parts) == {"before", "month", "after"}
    if not known or not set(table) <= {"name", "fork"}:
        allowed = "must be a table with before, month and after, and nothing but a name beside it"
        step = (
            "Write [scenario.fork] with month, and [scenario.fork.before], [scenario.fork.after]."
        )
        raise ScenarioError(refusal(where, "fork", list(table), allowed, step))
    assert isinstance(parts, dict)
    one, other = (_part(parts[key], f"{where}, {key}") for key in ("before", "after"))
    month = _checked_month(parts["month"])
    return _fork(one, month, other, str(table.get("name", _name(one, month, other))))


def _part(table: Any, where: str) -> Scenario:
    if isinstance(table, dict) and "fork" in table:
        return from_table(table, where)
    return from_data({"scenario": table}, where)


def _shortened(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 3]}..."


def _name(before: Scenario, month: int, after: Scenario) -> str:
    one, other = (_shortened(part.name) for part in (before, after))
    return f"{one}, from month {month} on {other}"


def _fork(before: Scenario, month: int, after: Scenario, name: str) -> Scenario:
    _check_size(_parts(before) + _parts(after))
    course = course_of(before, month, after)
    common, first, later = _shared(before.interventions, after.interventions)
    done = [*common, *_cut_items(first, 1, month), *_cut_items(later, month + 1, math.inf)]
    plain = not isinstance(before, Fork) and not isinstance(after, Fork)
    same = before.values() == after.values() and before.menu_size() == after.menu_size()
    if plain and same and all(map(_can_be_typed, done)):
        return replace(before, name=name, interventions=tuple(done), where="")
    return Fork(
        name=name,
        overrides=course.values,
        interventions=tuple(done),
        menu=before.menu or after.menu,
        before=before,
        month=month,
        after=after,
    )


def _parts(scenario: Scenario) -> int:
    return scenario.parts if isinstance(scenario, Fork) else 1


def _parts_of_table(table: Any) -> int:
    """Scenarios in a table that may hold forks; counted without calling itself, however deep."""
    count, waiting = 0, [table]
    while waiting and count <= MOST_PARTS:
        held = waiting.pop()
        inner = held.get("fork") if isinstance(held, dict) else None
        if isinstance(inner, dict):
            waiting += [inner.get("before"), inner.get("after")]
        else:
            count += 1
    return count


def _check_size(parts: int) -> None:
    if parts > MOST_PARTS:
        allowed = f"must be at most {MOST_PARTS}, forks within forks counted one by one"
        step = "Fork fewer times; what happens at a date is also an intervention with a start."
        raise ScenarioError(refusal("fork", "scenarios", f"{parts} or more", allowed, step))


def _checked_month(month: Any) -> int:
    number = plain_whole(month)
    whole = isinstance(number, int) and not isinstance(number, bool)
    if not whole or not 1 <= number <= LONGEST:
        allowed = f"must be a whole number of months lived, in [1, {LONGEST}]"
        step = "For a partnership that has not begun, use the other scenario itself."
        raise ScenarioError(refusal("fork", "month", month, allowed, step))
    return int(number)


def _shared(
    one: tuple[Intervention, ...], other: tuple[Intervention, ...]
) -> tuple[list[Intervention], list[Intervention], list[Intervention]]:
    """Those that both have, those of the one, those of the other."""
    common, first, later = [], [], list(other)
    for item in one:
        if item in later:
            later.remove(item)
            common.append(item)
        else:
            first.append(item)
    return common, first, later


def _cut_items(items: list[Intervention], first: int, last: float) -> list[Intervention]:
    found = (_cut_item(item, first, last) for item in items)
    return [item for item in found if item is not None]


def _cut_item(item: Intervention, first: int, last: float) -> Intervention | None:
    """An intervention held within months, typed as it would be if it can; None if none is left."""
    changes = tuple(
        cut for change in item.changes if (cut := _cut_change(change, first, last)) is not None
    )
    window = window_left(item.start, -1.0 if item.months is None else item.months, first, last)
    if changes == item.changes:
        return item
    if not changes or window is None:
        return None
    start, months = int(window[0]), None if window[1] < 0 else int(window[1])
    arguments = {**dict(item.arguments), "start": start, "months": months}
    if item.name in CATALOG:
        typed = CATALOG[item.name](**arguments)
        if typed.changes == changes:
            return typed
    given = tuple(arguments.items())
    return Intervention(item.name, given, changes, start, months, item.person_months)


def _cut_change(change: Change, first: int, last: float) -> Change | None:
    months = TO_THE_END if change.months is None else change.months
    window = window_left(change.start, months, first, last)
    if window is None:
        return None
    return replace(change, start=window[0], months=None if window[1] < 0 else window[1])


def _can_be_typed(item: Intervention) -> bool:
    return item.name in CATALOG and intervention(str(item)) == item


def _toml(path: str, table: dict[str, Any]) -> list[str]:
    """Lines of a table and of the tables in it."""
    plain = {key: value for key, value in table.items() if not isinstance(value, dict)}
    lines = [f"[{path}]"]
    lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in plain.items()]
    for key, value in table.items():
        if isinstance(value, dict):
            lines += ["", *_toml(f"{path}.{key}", value)]
    return lines
