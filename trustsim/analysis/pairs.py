"""The one paired estimator: which rows are the same partnership, and what changed between them.

Effects, fates, costs and who pays match their rows here, and take their intervals from `paired`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from trustsim.analysis.intervals import Interval, mean_of_differences, paired_shares
from trustsim.analysis.outcomes import DEFINITIONS
from trustsim.analysis.tables import Floats, TableError, lives_of, require_columns
from trustsim.errors import refusal

WHERE = "paired_contrast"
COLUMNS = tuple(
    dict.fromkeys(("replicate", "months", *(need for one in DEFINITIONS for need in one.needs)))
)
"""Columns of the runs table that the outcomes are made of."""


class Paired(NamedTuple):
    """Means of both arms and of the paired difference, other minus baseline, with its interval."""

    baseline: float
    other: float
    difference: float
    low: float
    high: float


def paired(baseline: Floats, other: Floats, *, share: bool = False) -> Paired:
    """Mean paired difference with its 95 % interval.

    Parameters
    ----------
    baseline, other : array of float
        One number a partnership, in the same order.
    share : bool, optional
        Whether the numbers are 0 and 1: then the interval is Agresti and Min's for paired shares,
        and otherwise Student's, which is missing for fewer than two pairs.

    Examples
    --------
    >>> paired(np.array([1.0, 2.0]), np.array([2.0, 3.0]))
    Paired(baseline=1.5, other=2.5, difference=1.0, low=1.0, high=1.0)
    """
    difference = other - baseline
    bounds = interval_of(difference, share=share)
    before, after, change = (float(one.mean()) for one in (baseline, other, difference))
    return Paired(before, after, change, bounds.low, bounds.high)


def interval_of(difference: Floats, *, share: bool) -> Interval:
    """Interval of a mean paired difference: of shares (Agresti and Min), or of means (Student)."""
    if not share:
        return mean_of_differences(difference)
    up, down = int((difference > 0).sum()), int((difference < 0).sum())
    return paired_shares(up, down, size=len(difference))


def matched(
    baseline_runs: pd.DataFrame,
    other_runs: pd.DataFrame,
    *,
    where: str = WHERE,
    columns: Iterable[str] = COLUMNS,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both runs tables in the order of their replicates, which must be the same.

    Raises
    ------
    TableError
        A column is missing, a row is impossible, or replicates differ or repeat.
    """
    for runs, name in ((baseline_runs, "baseline"), (other_runs, "other")):
        require_columns(runs, columns, where=f"{where}, {name}")
        lives_of(runs, where=f"{where}, {name}")
    return same_rows(baseline_runs, other_runs, where=where)


def same_rows(
    baseline: pd.DataFrame,
    other: pd.DataFrame,
    *,
    where: str,
    keys: Sequence[str] = ("replicate",),
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both tables in the order of these keys, if both hold the same ones, each once.

    Raises
    ------
    TableError
        A key is there twice, or in one table only.
    """
    names = list(keys)
    what = ", ".join(names)
    for table, name in ((baseline, "baseline"), (other, "other")):
        twice = table.duplicated(names)
        if twice.any():
            got = _key(table.loc[twice, names].iloc[0])
            allowed = f"appears more than once in the {name} table"
            raise TableError(refusal(where, what, got, allowed, "Pass one arm at a time."))
    found = pd.merge(baseline[names], other[names], on=names, how="outer", indicator=True)
    alone = found[found["_merge"] != "both"].sort_values(names)
    if len(alone):
        raise TableError(
            refusal(
                where,
                what,
                _key(alone[names].iloc[0]),
                f"is in one arm only, as are {len(alone) - 1} more; pairs need both",
                "Simulate both arms with the same replicates and as many members.",
            )
        )
    one, two = (table.sort_values(names, ignore_index=True) for table in (baseline, other))
    return one, two


def months_watched(
    baseline: pd.DataFrame, other: pd.DataFrame, *, horizon: int = 1, where: str = WHERE
) -> int:
    """Months that the surviving runs of both arms were watched for: one number, or no pairs.

    Raises
    ------
    TableError
        They were watched for different times, or for less than the horizon.
    """
    lives = [lives_of(runs, where=where) for runs in (baseline, other)]
    watched = np.unique(np.concatenate([one.watched[one.dissolved == 0] for one in lives]))
    if len(watched) > 1 or (len(watched) and watched[0] < horizon):
        raise TableError(
            refusal(
                where,
                "months of surviving runs",
                [int(months) for months in watched],
                f"must be the same for all, and at least the horizon of {horizon}",
                "Simulate both arms for the same number of months.",
            )
        )
    return int(watched[0]) if len(watched) else horizon


def _key(row: pd.Series) -> str:
    return ", ".join(str(one) for one in row)
