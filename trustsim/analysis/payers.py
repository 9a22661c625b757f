"""Who pays: what an arm changed for each member of the same partnerships."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from trustsim.analysis.intervals import mean_of_differences
from trustsim.analysis.tables import Floats, TableError, require_columns
from trustsim.errors import refusal

WHERE = "who_pays"
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
        The two tables don't hold the same seats of the same partnerships.
    """
    names = ("replicate", "organisation", *(burden.name for burden in BURDENS))
    tables = []
    for table, which in ((baseline_members, "baseline"), (other_members, "other")):
        require_columns(table, names, where=f"{WHERE}, {which}")
        tables.append(table.sort_values(["replicate", "organisation"], ignore_index=True))
    baseline, other = tables
    keys = ["replicate", "organisation"]
    if len(baseline) != len(other) or not bool((baseline[keys] == other[keys]).to_numpy().all()):
        got = f"{len(baseline)} and {len(other)} seats"
        allowed = "must be the same seats of the same partnerships"
        step = "Compare arms of one size, simulated with the same replicates."
        raise TableError(refusal(WHERE, "seats", got, allowed, step))
    size = baseline["organisation"].nunique()
    rows: list[dict[str, object]] = []
    for burden in BURDENS:
        # (partnership, member)
        before, after = (
            table[burden.name].to_numpy(dtype=float).reshape(-1, size) for table in tables
        )
        change = (after - before) * burden.better
        columns = {str(place): (before[:, place], after[:, place]) for place in range(size)}
        columns[ALL] = before.mean(axis=1), after.mean(axis=1)
        everybody = range(len(change))
        for name, who in ((WORST, change.argmin(axis=1)), (BEST, change.argmax(axis=1))):
            columns[name] = before[everybody, who], after[everybody, who]
        rows += [_row(burden, name, *pair) for name, pair in columns.items()]
    return pd.DataFrame(rows)


def _row(burden: Burden, member: str, before: Floats, after: Floats) -> dict[str, object]:
    low, high = mean_of_differences(after - before)
    return {
        "quantity": burden.name,
        "unit": burden.unit,
        "better": burden.better,
        "member": member,
        "baseline": float(before.mean()),
        "other": float(after.mean()),
        "difference": float((after - before).mean()),
        "low": low,
        "high": high,
        "n": len(before),
    }
