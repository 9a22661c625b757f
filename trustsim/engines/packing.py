"""Parameters, changes and state as plain arrays: what the compiled engine works on."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from trustsim import schema
from trustsim.model import state
from trustsim.model.actions import ACTIONS
from trustsim.model.parameters import BY_NAME, INDEX, NAMES, PARAMETERS
from trustsim.model.rules.people import tier_of_seat
from trustsim.model.trust_rules import TRUST_RULES

RECORD = np.dtype([(name, np.float64) for name in NAMES])
WHOLE = np.dtype([(name, np.float64) for name in state.PARTNERSHIP])
RUN = np.dtype([(name, np.float64) for name in schema.column_names(schema.RUNS)])
MONTH = np.dtype([(name, np.float64) for name in schema.column_names(schema.MONTHS)])
MEMBER = np.dtype([(name, np.float64) for name in schema.column_names(schema.MEMBERS)])
RUN_COLUMNS, MONTH_COLUMNS = len(schema.RUNS), len(schema.MONTHS)
MEMBER_COLUMNS = len(schema.MEMBERS)
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

MEETINGS = INDEX["meetings"]
"""Place of the setting's own budget of meetings, the measure of what a month has room for."""

LOW = np.array([parameter.low for parameter in PARAMETERS], dtype=np.float64)
HIGH = np.array([parameter.high for parameter in PARAMETERS], dtype=np.float64)


class Setup(NamedTuple):
    """What does not change during a run: sizes, base values, changes, rule of trust.

    fixed: parameters (place, value) that the rule of trust fixes.
    """

    organisations: int
    people: int
    base: np.ndarray
    changes: np.ndarray
    low: np.ndarray
    high: np.ndarray
    tier: np.ndarray
    menu: int
    rule: int
    fixed: np.ndarray


def setup(values: dict[str, float], changes: list[tuple[float, ...]], menu: int = 0) -> Setup:
    """Arrays for one scenario.

    values: all parameters by name; changes: rows as in CHANGE; menu: number of groups.
    """
    organisations, people = int(values["organisations"]), int(values["people"])
    base = np.array([float(values[name]) for name in NAMES], dtype=np.float64)
    table = np.array(changes, dtype=np.float64).reshape(len(changes), len(CHANGE))
    rule = int(values["trust_rule"])
    fixed = [(INDEX[name], value) for name, value in TRUST_RULES[rule].fixed.items()]
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
        rule,
        np.array(fixed, dtype=np.float64).reshape(len(fixed), 2),
    )


def targets_one_organisation(name: str) -> bool:
    """Whether a change of this parameter may be aimed at a single member."""
    return BY_NAME[name].level == "organisation"


WORKING = {
    "person": (
        "weight",
        "collaboration_now",
        "process_focus_now",
        "breach_chance",
        "undercut_chance",
        "deliver_chance",
    ),
    "organisation": ("sat", "density", "total_weight", "comply_chance", "control_chance"),
    "pair": state.PAIR,
}
"""What the kernel remembers beside `model/state.py`, by whose it is."""


def _record(names: tuple[str, ...]) -> np.dtype[np.void]:
    return np.dtype([(name, np.float64) for name in names])


KEPT, FAILURES, VIOLATIONS, PRIOR, TRUST, DEPTH, DAMAGE = range(len(state.TIE))
"""First index of `Arrays.tie`."""
PERSON = _record(state.PERSON + WORKING["person"])
ORGANISATION = _record(state.ORGANISATION + state.SEAT + WORKING["organisation"])
PAIR = _record(WORKING["pair"])
SUMS = _record(TALLY)
LUCK = ("meet", "chance", "choice", "deliver", "read")
"""First rows of `Arrays.luck`: what is drawn for a block of possible meetings, or of acts."""
BROUGHT = (
    "trust",
    "collaboration",
    "frustration",
    "base",
    "trust_effect",
    "collaboration_effect",
    "frustration_effect",
)
"""Further rows of `Arrays.luck`: what each act's willingness depends on, and then that itself."""
DIARY = ("reach", "room", "believed", "weight", "weighed", "total")
"""Rows of `Arrays.diary`: contact and meetings a person at the table has to give, and what a
member believes of each person's organisation."""
REACH, ROOM, BELIEVED, WEIGHT, WEIGHED, TOTAL = range(len(DIARY))
BLOCK = 128
"""Possible meetings that are looked at together, or one row of them more."""
LUCK_ROWS = len(LUCK) + len(BROUGHT) + 1


class Arrays(NamedTuple):
    """Working memory of one partnership; records, so that the kernel can go by names.

    Few and large: every array costs the compiler time in every function it is passed to.
    """

    flat: Any  # effective parameters, one row a member and one for the whole
    parameters: Any  # the same memory, by name
    stocks: Any  # the partnership's own state
    whole: Any  # the same memory, by name
    sums: Any  # what this month adds up
    tally: Any  # the same memory, by name
    active: Any  # by change: 1 while in force
    reached: Any  # by place on the menu: month in which it was reached for
    counts: Any  # by action: how often this month
    here: Any  # people at the table, in order
    who: Any  # a block of possible meetings: the two people, as in `rng.draw_at`
    luck: Any  # of the same meetings and their acts, as in LUCK and BROUGHT
    diary: Any  # as in DIARY
    ties: Any  # by state.TIE and pair of people, so that a loop runs through what lies side by side
    tie: Any  # the same memory, by state.TIE, person and person
    person: Any
    organisation: Any
    pair: Any  # by organisation and organisation


def _records(kind: np.dtype[np.void], *shape: int) -> Any:
    return np.zeros(shape, dtype=kind).view(np.recarray)


def arrays(plan: Setup) -> Arrays:
    """Fresh working memory for one partnership at a time."""
    m, n = plan.organisations, plan.organisations * plan.people
    flat = np.zeros((m + 1, len(NAMES)), dtype=np.float64)
    stocks = np.zeros(len(state.PARTNERSHIP), dtype=np.float64)
    sums = np.zeros(len(TALLY), dtype=np.float64)
    ties = np.zeros((len(state.TIE), n * n), dtype=np.float64)
    return Arrays(
        flat=flat,
        parameters=flat.view(RECORD).reshape(m + 1).view(np.recarray),
        stocks=stocks,
        whole=stocks.view(WHOLE).view(np.recarray),
        sums=sums,
        tally=sums.view(SUMS).view(np.recarray),
        active=np.zeros(len(plan.changes), dtype=np.int64),
        reached=np.zeros(max(plan.menu, 1), dtype=np.float64),
        counts=np.zeros(len(ACTIONS), dtype=np.float64),
        here=np.zeros(n, dtype=np.int64),
        who=np.zeros(n + BLOCK, dtype=np.int64),
        luck=np.zeros((LUCK_ROWS, 2 * (n + BLOCK)), dtype=np.float64),
        diary=np.zeros((len(DIARY), n), dtype=np.float64),
        ties=ties,
        tie=ties.reshape(len(state.TIE), n, n),
        person=_records(PERSON, n),
        organisation=_records(ORGANISATION, m),
        pair=_records(PAIR, m, m),
    )


def bytes_needed(organisations: int, people: int) -> int:
    """Working memory of one partnership, in bytes."""
    m, n = organisations, organisations * people
    by_size = (
        n * n * 8 * len(state.TIE)
        + m * m * PAIR.itemsize
        + n * (PERSON.itemsize + 8 * (len(DIARY) + 1))
        + (n + BLOCK) * 8 * (2 * LUCK_ROWS + 1)
        + m * ORGANISATION.itemsize
    )
    return by_size + 8 * (m + 1) * len(NAMES)
