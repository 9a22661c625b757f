"""What a reader has chosen, and the address of the page that says so, both ways.

Whatever stands in an address, a page comes of it: what makes no sense is left at its start, and
a note says so.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from trustsim.app.lessons import BY_KEY, SILVER, Lesson
from trustsim.app.levers import Lever

HORIZON = 120
"""Months that are shown."""

HUNDRED = 100
SKIPPED = "skip"
"""The bet of somebody who would rather not."""

LARGEST_LUCK = 9999
FIRST_MONTH = 24
_NOTES, _LONGEST = 3, 2000


class State(NamedTuple):
    """One page: a lesson, where its levers stand, whose luck, which partnership and month.

    values: by the key of the lever, all of them; luck: the seed; which: number of the
    partnership that is shown, below 100; month: 0 (the start) to 120; bet: "" before it.
    """

    lesson: Lesson
    values: dict[str, float | str]
    luck: int = 0
    which: int = 0
    month: int = FIRST_MONTH
    bet: str = ""

    def move(self, key: str, value: float | str) -> State:
        """The same page with one lever moved."""
        return self._replace(values={**self.values, key: value})

    def query(self) -> str:
        """The page as a query; whatever stands at its start is left out."""
        words: list[tuple[str, str]] = [("lesson", self.lesson.key)]
        for name, start in (("luck", 0), ("which", 0), ("month", FIRST_MONTH), ("bet", "")):
            if (value := getattr(self, name)) != start:
                words.append((name, str(value)))
        words += [
            (lever.key, lever.write(self.values[lever.key]))
            for lever in self.lesson.levers
            if self.values[lever.key] != lever.start
        ]
        return urlencode(words)


def opening(lesson: Lesson) -> State:
    """A lesson as it opens."""
    return State(lesson, {lever.key: lever.start for lever in lesson.levers})


def shown_of(state: State) -> int:
    """Number of the partnership that is shown, among those that are looked at."""
    return min(state.which, int(state.values.get("pairs", HUNDRED)) - 1)


def read_query(query: str | None) -> tuple[State, list[str]]:
    """The page that a query asks for, and a line on each thing in it that made no sense.

    >>> state, notes = read_query("lesson=bullets&dose=0.5&which=7&dose=lots")
    >>> state.which, state.values["dose"], notes
    (7, 0.5, ["dose can't be lots: it stays at 0.5."])
    """
    text, notes = query or "", []
    if len(text) > _LONGEST:
        text, notes = text[:_LONGEST], ["The address is too long: the rest was left out."]
    try:
        words = parse_qsl(text.removeprefix("?"), keep_blank_values=True, max_num_fields=60)
    except ValueError:
        words, notes = [], ["The address makes no sense: this is how the app opens."]
    wanted = next((value for name, value in words if name == "lesson"), SILVER.key)
    if wanted not in BY_KEY:
        notes.append(f"There is no lesson {_short(wanted)}: this is another.")
    state = opening(BY_KEY.get(wanted, SILVER))
    for name, value in words:
        if name != "lesson":
            state = _set(state, name, value, notes)
    return state, notes if len(notes) <= _NOTES else [*notes[:_NOTES], "And more of that kind."]


def _set(state: State, name: str, value: str, notes: list[str]) -> State:
    whole = {"luck": (0, LARGEST_LUCK), "which": (0, HUNDRED - 1), "month": (0, HORIZON)}
    levers: dict[str, Lever] = {lever.key: lever for lever in state.lesson.levers}
    stays: float | str
    if name in whole:
        low, high = whole[name]
        if value.isdecimal() and value.isascii() and low <= int(value[:9]) <= high:
            changed: dict[str, Any] = {name: int(value)}
            return state._replace(**changed)
        stays = getattr(state, name)
    elif name == "bet":
        if value in (*dict(state.lesson.bet.options), SKIPPED):
            return state._replace(bet=value)
        notes.append(f"There is no bet {_short(value)}: place yours.")
        return state
    elif name in levers:
        try:
            return state.move(name, levers[name].read(value))
        except (ValueError, OverflowError):
            stays = levers[name].write(state.values[name])
    else:
        notes.append(f"This lesson has no lever {_short(name)}.")
        return state
    notes.append(f"{name} can't be {_short(value)}: it stays at {stays}.")
    return state


def _short(text: str) -> str:
    shown = "".join(one for one in text if one.isprintable())
    return shown[:30] + ("…" if len(shown) > 30 else "") or "nothing"
