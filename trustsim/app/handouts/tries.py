"""What a handout lets a class try: a few positions of each lever, one at a time, and some pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from trustsim.app.cases import acts, case_of
from trustsim.app.fates import MEASURES, Fates, Verdict, live
from trustsim.app.lessons import TWIN, Lesson
from trustsim.app.levers import NOTHING, Choice, Lever
from trustsim.app.state import State, opening, shown_of

Moves = dict[str, float | str]

POSITIONS: dict[str, dict[str, tuple[float | str, ...]]] = {
    "time": {
        "meetings": (2.5, 8.0),
        "history": (0.2, 0.8),
        "negativity": (1.0, 4.0),
        "organisations": (5.0, 12.0),
    },
    "horseback": {
        "size": (2.0, 20.0),
        "start": (6.0, 84.0),
        "negativity": (1.0, 4.0),
        "integrity_kept": (0.9, 1.0),
    },
    "leaving": {"handover": (0.0, 1.0), "tenure": (12.0, 60.0), "command": (0.0, 1.0)},
    "coordinator": {
        "start": (24.0, 60.0),
        "months": (12.0, 48.0),
        "capacity": (0.5, 4.0),
        "allegiance": (0.5, 1.0),
    },
    "bullets": {
        "bullet": (
            "deadline", "replace_leaders", "away_day", "incentive", "monitoring", "restructure",
            "consultants",
        ),
        "dose": (0.0, 0.5),
        "start": (0.0, 60.0),
        "months": (6.0, 120.0),
        "history": (0.3, 0.7),
    },
    "luck": {"twin": (TWIN,), "dose": (0.5, 1.0), "pairs": (10.0, 30.0)},
    "build": {
        "setting": ("coalition", "dyad", "stp"),
        "remedy": (
            NOTHING, "coaching", "handover", "realistic_expectations", "selection", "charter",
        ),
        "remedy_dose": (0.5,),
        "bullet": ("mandate", "deadline", "away_day"),
        "history": (0.3,),
        "tenure": (12.0,),
        "pressure": (0.6,),
    },
}  # fmt: skip
"""For each lesson and lever, positions besides the one at which the lesson opens."""

TOGETHER: dict[str, tuple[Moves, ...]] = {
    "time": ({"organisations": 12.0, "meetings": 8.0},),
    "horseback": ({"size": 20.0, "start": 6.0},),
    "leaving": ({"tenure": 12.0, "handover": 1.0},),
    "coordinator": ({"start": 24.0, "months": 24.0},),
    "bullets": ({"bullet": "deadline", "dose": 0.5},),
    "luck": ({"twin": TWIN, "dose": 1.0}, {"twin": TWIN, "dose": 1.0, "pairs": 10.0}),
    "build": (
        {"remedy": "coaching", "remedy_dose": 0.5},
        {"remedy": NOTHING, "bullet": "mandate"},
        {"bullet": "mandate", "dose": 0.5, "start": 48.0},
    ),
}
"""Levers that are worth moving together."""


class Outcome(NamedTuple):
    """One position of the levers and what came of it; moves: what differs from the opening."""

    moves: Moves
    state: State
    found: Fates

    @property
    def verdict(self) -> Verdict:
        """What settles the bet here."""
        return MEASURES[self.state.lesson.bet.measure](self.found)


def moves_of(lesson: Lesson) -> list[Moves]:
    """All positions of a lesson: as it opens, each lever by itself, then some together."""
    alone: list[Moves] = [
        {key: value} for key, values in POSITIONS[lesson.key].items() for value in values
    ]
    return [{}, *alone, *TOGETHER[lesson.key]]


def outcomes_of(
    lesson: Lesson, *, luck: int, which: int, progress: Callable[[int], object]
) -> Iterator[Outcome]:
    """Every position lived through; progress: told how many partnerships are done."""
    start = opening(lesson)._replace(luck=luck, which=which)
    for moves in moves_of(lesson):
        state = start
        for key, value in moves.items():
            state = state.move(key, value)
        state = state._replace(which=shown_of(state))
        found = live(case_of(state))
        progress(2 * found.case.pairs)
        yield Outcome(moves, state, found)


def position_words(lever: Lever, value: float | str) -> str:
    """Where a lever stands: the name that was chosen, or the number."""
    return dict(lever.options)[str(value)] if isinstance(lever, Choice) else f"{value:g}"


def moves_words(lesson: Lesson, moves: Moves) -> str:
    """What was moved, in words.

    >>> from trustsim.app.lessons import SILVER
    >>> moves_words(SILVER, {"bullet": "away_day", "dose": 0.5})
    'Away-day; How hard you pull: 0.5'
    """
    levers = {lever.key: lever for lever in lesson.levers}
    return "; ".join(_moved(levers[key], value) for key, value in moves.items()) or "as it opens"


def opening_words(lesson: Lesson) -> str:
    """Where the levers stand that can change anything as a lesson opens.

    >>> from trustsim.app.lessons import LUCK
    >>> opening_words(LUCK)[:45]
    'Luck of the second: Other luck than the first'
    """
    state = opening(lesson)
    told = []
    for lever in lesson.levers:
        if acts(state, lever):
            unit = "" if isinstance(lever, Choice) else f" ({lever.unit})"
            told.append(f"{lever.label}: {position_words(lever, state.values[lever.key])}{unit}")
    return "; ".join(told)


def _moved(lever: Lever, value: float | str) -> str:
    position = position_words(lever, value)
    if isinstance(lever, Choice) and value != NOTHING:
        return position
    return f"{lever.label}: {position}"
