"""What a schedule is: things bought for a partnership, when, for how long and at which dose."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from trustsim.analysis.tables import Floats
from trustsim.scenarios.interventions import coaching, coordinator, handover
from trustsim.scenarios.interventions.definition import Definition, Intervention

ITEMS: dict[str, Definition] = {
    "coordinator": coordinator,
    "coaching": coaching,
    "handover": handover,
}
FULL_DOSE, DOSE_STEPS = 1.0, 10  # doses in tenths: finer ones could not be told from one another


class Purchase(NamedTuple):
    """One thing bought: from which month on, for how long, at which dose."""

    item: str
    start: int
    months: int
    dose: float

    @property
    def person_months(self) -> float:
        """What it costs if the partnership lasts."""
        return ITEMS[self.item].person_months * self.dose * self.months


class Schedule(NamedTuple):
    """What is bought, each item once at most."""

    purchases: tuple[Purchase, ...]

    @property
    def person_months(self) -> float:
        """What it costs if the partnership lasts."""
        return sum(one.person_months for one in self.purchases)

    def interventions(self) -> tuple[Intervention, ...]:
        """The same as interventions, to be added to a scenario."""
        return tuple(
            ITEMS[one.item](start=one.start, months=one.months, dose=one.dose)
            for one in self.purchases
        )

    def __str__(self) -> str:
        parts = [
            f"{one.item} at dose {one.dose:.2g} in months {one.start + 1} to "
            f"{one.start + one.months}"
            for one in self.purchases
        ]
        return "; ".join(parts) or "nothing"


def plain_schedules(budget: float, by: int) -> dict[str, Schedule]:
    """Three schedules that need no search, for the same budget.

    >>> plain = plain_schedules(18, 60)
    >>> str(plain["coordinator"])
    'coordinator at dose 1 in months 1 to 36'
    >>> [(one.item, one.months, one.dose) for one in plain["even"].purchases]
    [('coordinator', 60, 0.2), ('coaching', 60, 0.2), ('handover', 60, 1.0)]
    """
    part = budget / len(ITEMS)
    even = [
        Purchase(name, 0, by, min(FULL_DOSE, part / (item.person_months * by)))
        for name, item in ITEMS.items()
    ]
    return {
        **{name: Schedule((_bought(name, budget, 0, FULL_DOSE, by),)) for name in list(ITEMS)[:2]},
        "even": Schedule(tuple(even)),
    }


def _bought(item: str, money: float, start: int, dose: float, by: int) -> Purchase:
    """As many whole months as the money buys, up to the last."""
    affordable = int(money / (ITEMS[item].person_months * dose) + 1e-9)
    return Purchase(item, start, min(affordable, by - start), dose)


def schedule_of(point: Floats, budget: float, by: int) -> Schedule:
    """The schedule at a point of the unit cube: two cuts of the money, three starts, three doses.

    It can't cost more than the budget, wherever the point is.

    >>> str(schedule_of(np.array([1.0, 1.0, 0, 0, 0, 1.0, 1.0, 1.0]), 18, 60))
    'coordinator at dose 1 in months 1 to 36'
    """
    cuts = sorted(float(one) for one in point[:2])
    parts = (cuts[0], cuts[1] - cuts[0], 1 - cuts[1])
    bought = []
    for place, item in enumerate(ITEMS):
        start = min(int(point[2 + place] * by), by - 1)
        dose = max(1, min(DOSE_STEPS, 1 + int(point[5 + place] * DOSE_STEPS))) / DOSE_STEPS
        bought.append(_bought(item, parts[place] * budget, start, dose, by))
    return Schedule(tuple(one for one in bought if one.months > 0))


def apart(one: Schedule, other: Schedule, budget: float, by: int) -> float:
    """Part of the budget that goes to other things or other months.

    >>> plain = plain_schedules(18, 60)
    >>> apart(plain["coordinator"], plain["coaching"], 18, 60)
    1.0
    """
    spent = np.zeros((2, len(ITEMS), by))
    for place, schedule in enumerate((one, other)):
        for bought in schedule.purchases:
            row = list(ITEMS).index(bought.item)
            window = slice(bought.start, bought.start + bought.months)
            spent[place, row, window] = bought.person_months / bought.months
    return float(np.abs(spent[0] - spent[1]).sum() / (2 * budget))
