"""Who pays: what an arm changed for each member of the same partnerships."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from trustsim.analysis.pairs import paired, same_rows
from trustsim.analysis.tables import Floats, TableError, numbers_in, require_columns
from trustsim.errors import refusal

WHERE = "who_pays"
SEAT = ("replicate", "organisation")
ALL, WORST, BEST = "all", "worst off", "best off"


class Burden(NamedTuple):
    """One number of each member, and which way is better (1 = more, -1 = less)."""

    name: str
    unit: str
    better: int


BURDENS = (
    Burden("value_received", "value of full trust", 1),
    Burden("smoke", "share of budget", -1),
    Burden("overhead", "months of diary", -1),
    Burden("mean_frustration", "share", -1),
    Burden("months", "months", 1),
    Burden("departures", "people", -1),
)


def who_pays(baseline_members: pd.DataFrame, other_members: pd.DataFrame) -> pd.DataFrame:
    """Paired differences for every member's seat, and for the worst off of each partnership.

    Parameters
    ----------
    baseline_members, other_members : pandas.DataFrame
        Members tables of the same partnerships.

    Returns
    -------
    pandas.DataFrame
        One row a quantity and member: quantity, unit, better, member (its number as text, "all",
        "worst off" or "best off" by that quantity in each partnership), baseline, other,
        difference (other minus baseline), low, high (Student), n (partnerships).

    Raises
    ------
    TableError
        The two tables don't hold the same seats of the same partnerships, or a cell is no number.
    """
    names = (*SEAT, *(burden.name for burden in BURDENS))
    for table, which in ((baseline_members, "baseline"), (other_members, "other")):
        require_columns(table, names, where=f"{WHERE}, {which}")
    arms = same_rows(baseline_members, other_members, where=WHERE, keys=SEAT)
    seats = arms[0]["organisation"].unique()
    partnerships = arms[0]["replicate"].nunique()
    if len(arms[0]) != partnerships * len(seats):
        got = f"{len(arms[0])} of {partnerships} partnerships"
        allowed = f"must be {len(seats)} of each, as that many numbers are used"
        step = "Pass the members table of one simulation, whole."
        raise TableError(refusal(WHERE, "seats", got, allowed, step))
    rows: list[dict[str, object]] = []
    for burden in BURDENS:
        # (partnership, member)
        before, after = (
            numbers_in(table, burden.name, where=f"{WHERE}, {which}").reshape(-1, len(seats))
            for table, which in zip(arms, ("baseline", "other"), strict=True)
        )
        change = (after - before) * burden.better
        columns = {str(place): (before[:, place], after[:, place]) for place in range(len(seats))}
        columns[ALL] = before.mean(axis=1), after.mean(axis=1)
        everybody = range(len(change))
        for name, who in ((WORST, change.argmin(axis=1)), (BEST, change.argmax(axis=1))):
            columns[name] = before[everybody, who], after[everybody, who]
        rows += [_row(burden, name, *pair) for name, pair in columns.items()]
    return pd.DataFrame(rows)


def _row(burden: Burden, member: str, before: Floats, after: Floats) -> dict[str, object]:
    return {
        "quantity": burden.name,
        "unit": burden.unit,
        "better": burden.better,
        "member": member,
        **paired(before, after)._asdict(),
        "n": len(before),
    }
