"""Parameters, changes and state as plain arrays: what the compiled engine works on."""

from __future__ import annotations

from collections import namedtuple
from typing import Any, NamedTuple

import numpy as np

from trustsim import schema
from trustsim.model import state
from trustsim.model.actions import ACTIONS
from trustsim.model.parameters import BY_NAME, NAMES, PARAMETERS
from trustsim.model.rules.people import tier_of_seat

RECORD = np.dtype([(name, np.float64) for name in NAMES])
WHOLE = np.dtype([(name, np.float64) for name in state.PARTNERSHIP])
RUN = np.dtype([(name, np.float64) for name in schema.column_names(schema.RUNS)])
MONTH = np.dtype([(name, np.float64) for name in schema.column_names(schema.MONTHS)])
RUN_COLUMNS, MONTH_COLUMNS = len(schema.RUNS), len(schema.MONTHS)
FIRST_ACTION = schema.column_names(schema.MONTHS).index(ACTIONS[0].observable)
OCCUPANCY = len(schema.OCCUPANCY) - 1  # counts a month; the month itself is the row
EVERYBODY = -1.0  # target of a change that is not aimed at one organisation
SCHEDULED = -1.0  # group of a change that has a date instead of a trigger
TO_THE_END = -1.0

CHANGE = ("parameter", "operation", "value", "dose", "start", "months", "target", "group")
"""Columns of the table of changes; `group` is the place on the menu of silver bullets."""

TALLY = (
    "meetings",
    "value",
    "smoke",
    "show",
    "habit",
    "possible",
    "breadth",
    "weakest",
    "level",
    "members",
    "frustration",
    "trust",
    "institutional",
)
"""What one month adds up, in the order in which the kernel numbers it."""

LOW = np.array([parameter.low for parameter in PARAMETERS], dtype=np.float64)
HIGH = np.array([parameter.high for parameter in PARAMETERS], dtype=np.float64)


class Setup(NamedTuple):
    """What does not change during a run: sizes, base values, changes."""

    organisations: int
    people: int
    base: np.ndarray
    changes: np.ndarray
    low: np.ndarray
    high: np.ndarray
    tier: np.ndarray
    menu: int


def setup(values: dict[str, float], changes: list[tuple[float, ...]], menu: int = 0) -> Setup:
    """Arrays for one scenario.

    values: all parameters by name; changes: rows as in CHANGE; menu: number of groups.
    """
    organisations, people = int(values["organisations"]), int(values["people"])
    base = np.array([float(values[name]) for name in NAMES], dtype=np.float64)
    table = np.array(changes, dtype=np.float64).reshape(len(changes), len(CHANGE))
    tiers = [tier_of_seat(seat, people, values["tiers"]) for seat in range(people)]
    return Setup(
        organisations,
        people,
        base,
        table,
        LOW,
        HIGH,
        np.array(tiers * organisations, dtype=np.int64),
        menu,
    )


def targets_one_organisation(name: str) -> bool:
    """Whether a change of this parameter may be aimed at a single member."""
    return BY_NAME[name].level == "organisation"


def _fields() -> list[tuple[str, str]]:
    by_tie = [(name, "tie") for name in state.TIE]
    by_person = [(name, "person") for name in state.PERSON]
    by_organisation = [(name, "organisation") for name in state.ORGANISATION]
    working = [
        ("weight", "person"),
        ("influence_now", "person"),
        ("collaboration_now", "person"),
        ("process_focus_now", "person"),
        ("u_meet", "person"),
        ("u_choice", "person"),
        ("u_deliver", "person"),
        ("u_read", "person"),
        ("density", "organisation"),
        ("total_weight", "organisation"),
        ("institutional", "pair"),
        ("pair_trust", "pair"),
        ("attended", "pair"),
        ("calm", "pair"),
    ]
    return by_tie + by_person + by_organisation + working


FIELDS = _fields()
_make: Any = namedtuple  # its fields come from model/state.py, which a type checker can't follow
Arrays = _make(
    "Arrays",
    [
        "flat",  # effective parameters, one row a member and one for the whole
        "parameters",  # the same memory, by name
        "stocks",  # the partnership's own state
        "whole",  # the same memory, by name
        "active",
        "reached",
        "counts",
        "met",
        "tally",  # sums of this month, in the order of TALLY
        *[name for name, _ in FIELDS],
    ],
)


def arrays(plan: Setup) -> Any:
    """Fresh working memory for one partnership at a time."""
    m, n = plan.organisations, plan.organisations * plan.people
    shapes = {"tie": (n, n), "person": (n,), "organisation": (m,), "pair": (m, m)}
    flat = np.zeros((m + 1, len(NAMES)), dtype=np.float64)
    stocks = np.zeros(len(state.PARTNERSHIP), dtype=np.float64)
    return Arrays(
        flat=flat,
        parameters=flat.view(RECORD).reshape(m + 1).view(np.recarray),
        stocks=stocks,
        whole=stocks.view(WHOLE).view(np.recarray),
        active=np.zeros(len(plan.changes), dtype=np.int64),
        reached=np.zeros(max(plan.menu, 1), dtype=np.float64),
        counts=np.zeros(len(ACTIONS), dtype=np.float64),
        met=np.zeros(n, dtype=np.int64),
        tally=np.zeros(len(TALLY), dtype=np.float64),
        **{name: np.zeros(shapes[kind], dtype=np.float64) for name, kind in FIELDS},
    )


def bytes_needed(organisations: int, people: int) -> int:
    """Working memory of one partnership, in bytes."""
    n = organisations * people
    sizes = {
        "tie": n * n,
        "person": n,
        "organisation": organisations,
        "pair": organisations * organisations,
    }
    cells = sum(sizes[kind] for _, kind in FIELDS) + (organisations + 1) * len(NAMES) + n
    return 8 * cells
