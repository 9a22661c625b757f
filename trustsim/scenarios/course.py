"""Two scenarios one after the other, as the engines see it: values, and changes in their order."""

from __future__ import annotations

import math
from difflib import SequenceMatcher
from typing import NamedTuple, Protocol

from trustsim.errors import ScenarioError, refusal
from trustsim.model.parameters import INDEX, NAMES, SIZES
from trustsim.model.rules.change import SET

FOUNDING = (*SIZES, "history_spread", "history_depth", "goodwill", "trust_rule")
"""Parameters that are read when a partnership is founded, and never again."""

MEASURE = "meetings"
"""Its base value is the measure of what a month has room for, whatever is in force."""

REACHING = "silver_bullet_propensity"
SCHEDULED = EVERYBODY = TO_THE_END = -1.0


class Row(NamedTuple):
    """A change of a parameter as the engines see it, in the order of `Change.row`."""

    parameter: float
    operation: float
    value: float
    dose: float
    start: float
    months: float
    target: float
    group: float


class Lived(Protocol):
    """What the engines ask of a scenario."""

    def values(self) -> dict[str, float]:
        """All parameters by name."""
        ...

    def change_rows(self) -> list[tuple[float, ...]]:
        """All changes, in the order in which they are applied."""
        ...

    def menu_size(self) -> int:
        """Number of silver bullets that may be reached for."""
        ...


class Course(NamedTuple):
    """What the engines need of a fork: values at the founding, changes in order, size of menu."""

    values: dict[str, float]
    rows: list[Row]
    menu: int


def course_of(before: Lived, month: int, after: Lived) -> Course:
    """Values and changes that are those of one scenario up to a month and of another afterwards.

    Raises ScenarioError where no values and changes can be.
    """
    one, other = _rows(before), _rows(after)
    at_first, at_last = dict(before.values()), dict(after.values())
    begins = not before.menu_size() and after.menu_size() > 0
    ends = before.menu_size() > 0 and not after.menu_size()
    _check(before, after)
    if begins:
        # Where nothing is on the menu it can't matter how readily one would reach for it.
        at_first[REACHING], one = 0.0, [row for row in one if row.parameter != INDEX[REACHING]]
    if ends:
        at_last[REACHING], other = 0.0, [row for row in other if row.parameter != INDEX[REACHING]]
    touched = {row.parameter for row in one if row.group != SCHEDULED} if ends else set()
    resets = [
        Row(INDEX[name], SET, float(at_last[name]), 1.0, month, TO_THE_END, EVERYBODY, SCHEDULED)
        for name in NAMES
        if at_first[name] != at_last[name] or INDEX[name] in touched
    ]
    if ends:
        # What was reached for has no date at which it could be cut, so it is written over.
        rows = [*_cut(one, 1, month), *resets, *_cut(other, month + 1, math.inf)]
    else:
        rows = [*resets, *_interleaved(one, other, month)]
    return Course(at_first, rows, max(before.menu_size(), after.menu_size()))


def window_left(start: float, months: float, first: int, last: float) -> tuple[float, float] | None:
    """Start and months (below 0: to the end) of what is left of a window; None if nothing is.

    Only whole months count, so both become whole numbers where something is cut.

    >>> window_left(6.0, -1.0, 1, 24), window_left(6.5, 3.0, 9, 99), window_left(6.0, 3.0, 10, 99)
    ((6.0, 18.0), (8.0, 1.0), None)
    """
    begins = math.floor(start)
    ends = math.inf if months < 0 else math.floor(start + months)
    cut_begins, cut_ends = max(begins, first - 1), min(ends, last)
    if cut_begins >= cut_ends:
        return None
    if (cut_begins, cut_ends) == (begins, ends):
        return start, months
    lasting = TO_THE_END if cut_ends == math.inf else float(cut_ends - cut_begins)
    return float(cut_begins), lasting


def _check(before: Lived, after: Lived) -> None:
    """Refuses what can't change half way."""
    one, other = before.values(), after.values()
    fixed = [name for name in (*FOUNDING, MEASURE) if one[name] != other[name]]
    if fixed:
        allowed = "can't change half way: used at the founding, or to measure every month by"
        step = "Give both the same; for more or fewer meetings, use extra_meetings or reporting."
        raise ScenarioError(refusal("fork", "parameters", ", ".join(fixed), allowed, step))
    menus = [
        (lived.menu_size(), [row for row in _rows(lived) if row.group != SCHEDULED])
        for lived in (before, after)
    ]
    if menus[0] != menus[1] and menus[0][0] and menus[1][0]:
        got = f"{menus[0][0]} and {menus[1][0]} silver bullets, not the same"
        allowed = "can't become another half way: what was reached for goes on"
        step = "Give both the same menu, or one of them none."
        raise ScenarioError(refusal("fork", "menu", got, allowed, step))


def _rows(lived: Lived) -> list[Row]:
    return [Row(*row) for row in lived.change_rows()]


def _interleaved(one: list[Row], other: list[Row], month: int) -> list[Row]:
    """Both lists of changes, each cut to its time, neither order disturbed.

    Changes of a menu that both have are there once, as the months reached for are remembered.
    """
    shared = [row for row in one if row.group != SCHEDULED]
    if not shared:
        return _joined(one, other, month)
    rows: list[Row] = []
    pairs = zip(_stretches(one), _stretches(other), strict=True)
    for (left, ending), (right, _) in pairs:
        rows += [*_joined(left, right, month), *ending]
    return rows


def _stretches(rows: list[Row]) -> list[tuple[list[Row], list[Row]]]:
    """Scheduled changes up to each change of the menu, and that one (none after the last)."""
    found: list[tuple[list[Row], list[Row]]] = []
    held: list[Row] = []
    for row in rows:
        if row.group == SCHEDULED:
            held.append(row)
        else:
            found.append((held, [row]))
            held = []
    return [*found, (held, [])]


def _joined(one: list[Row], other: list[Row], month: int) -> list[Row]:
    """Changes that both have stay whole; the others are cut to their time."""
    rows: list[Row] = []
    matched = SequenceMatcher(None, one, other, autojunk=False)
    for kind, first, last, other_first, other_last in matched.get_opcodes():
        if kind == "equal":
            rows += one[first:last]
        else:
            rows += _cut(one[first:last], 1, month)
            rows += _cut(other[other_first:other_last], month + 1, math.inf)
    return rows


def _cut(rows: list[Row], first: int, last: float) -> list[Row]:
    """Changes held within months; those of a menu have no date and stay as they are."""
    kept = []
    for row in rows:
        if row.group != SCHEDULED:
            kept.append(row)
            continue
        window = window_left(row.start, row.months, first, last)
        if window is not None:
            kept.append(row._replace(start=window[0], months=window[1]))
    return kept
