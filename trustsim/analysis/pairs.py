"""The same partnerships under two arms: effects, single partnerships, fates, members, prices.

Both arms meet the same luck, so an effect is a mean of paired differences. Every table here matches
its rows with `matched` or `same_rows`, and takes its intervals from `paired`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd

from trustsim.analysis.intervals import (
    Interval,
    mean_of_differences,
    paired_shares,
    student_quantile,
    wilson,
)
from trustsim.analysis.outcomes import DEFINITIONS, SHARE, Outcome, outcomes
from trustsim.analysis.tables import (
    Flags,
    Floats,
    lives_of,
    numbers_in,
    refuse,
    require_columns,
)
from trustsim.schema import STATUSES

WHERE = "paired_contrast"
COLUMNS = tuple(
    dict.fromkeys(("replicate", "months", *(need for one in DEFINITIONS for need in one.needs)))
)
"""Columns of the runs table that the outcomes are made of."""
LIVES = ("replicate", "months", "month_matured", "month_dissolved", "status")
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


class Paired(NamedTuple):
    """Means of both arms and of the paired difference, other minus baseline, with its interval."""

    baseline: float
    other: float
    difference: float
    low: float
    high: float


class CostOfGain(NamedTuple):
    """Cost per unit gained, with its 95 % interval; not a number where no gain is certain."""

    estimate: float
    low: float
    high: float


UNPRICED = CostOfGain(float("nan"), float("nan"), float("nan"))


def paired_contrast(
    baseline_runs: pd.DataFrame,
    other_runs: pd.DataFrame,
    *,
    horizon: int,
    by: Sequence[int] = (36, 60, 84),
) -> pd.DataFrame:
    """Effect of an arm on the very partnerships of the baseline, outcome by outcome.

    Shares have Agresti-Min intervals for paired shares, means have Student's on the paired
    differences.

    Value, smoke, tokenistic months, members lost and departures grow with life: who lives longer
    delivers more value, and makes more smoke. So they are given twice, summed over the run and
    "per month alive", and the unit says which is meant. Per month alive is each partnership's own
    sum over its own months alive, averaged over partnerships. Every partnership counts once, with
    the same weight in both arms, so an arm that does no more than keep partnerships alive does not
    change it. It is not the sum of all runs over the months of all runs, in which long lives count
    more (`turnover_rate` is of that kind).

    Parameters
    ----------
    baseline_runs, other_runs : pandas.DataFrame
        Runs tables with the same replicates.
    horizon : int
        Months for the restricted means.
    by : sequence of int, optional
        Months for the shares matured and dissolved; those past the horizon are left out.

    Returns
    -------
    pandas.DataFrame
        One row per outcome: outcome, month, unit, baseline, other, difference (other minus
        baseline), low, high, better, worse, same (shares of pairs), variance_ratio (of the
        paired to an unpaired difference: under 1, pairing helps), spread (standard deviation
        between partnerships, mean of the two arms' variances), n (pairs). The shares better and
        worse have intervals too: better_low, better_high, worse_low, worse_high.

    Raises
    ------
    TableError
        Replicates differ or repeat, a row of a table is impossible, or a run was watched for less
        than the horizon.
    """
    baseline, other = matched(baseline_runs, other_runs)
    length = months_watched(baseline, other, horizon=horizon)
    reported = outcomes([month for month in by if month <= horizon], horizon, length)
    rows = [_effect(one, one.measure(baseline), one.measure(other)) for one in reported]
    return pd.DataFrame(rows)


def _effect(outcome: Outcome, baseline: Floats, other: Floats) -> dict[str, object]:
    difference = other - baseline
    gain = difference * outcome.better
    unpaired = _variance(baseline) + _variance(other)
    return {
        "outcome": outcome.name,
        "month": outcome.month,
        "unit": outcome.unit,
        **paired(baseline, other, share=outcome.unit == SHARE)._asdict(),
        **_share("better", gain > 0),
        **_share("worse", gain < 0),
        "same": float((gain == 0).mean()),
        "variance_ratio": _variance(difference) / unpaired if unpaired > 0 else float("nan"),
        "spread": float(np.sqrt(unpaired / 2)),
        "n": len(difference),
    }


def _share(name: str, which: Flags) -> dict[str, float]:
    bounds = wilson(float(which.sum()), len(which))
    return {name: float(which.mean()), f"{name}_low": bounds.low, f"{name}_high": bounds.high}


def _variance(values: Floats) -> float:
    return float(values.var(ddof=1)) if len(values) > 1 else float("nan")


def individual_effects(
    baseline_runs: pd.DataFrame, other_runs: pd.DataFrame, *, horizon: int
) -> pd.DataFrame:
    """The effect of an arm on each partnership, other minus baseline, within a horizon.

    Columns: replicate, value, months_mature_sooner, months_alive_longer, smoke (differences; the
    first three are better if more), status_baseline, status_other. Raises TableError for arms
    that can't be paired.
    """
    where = "individual_effects"
    arms = matched(baseline_runs, other_runs, where=where, columns=(*LIVES, "value", "smoke"))
    months_watched(*arms, horizon=horizon, where=where)
    baseline, other = arms
    known = {one.name: one for one in outcomes([], horizon, horizon)}
    without, alive, value, smoke = (
        known[name].measure(other) - known[name].measure(baseline)
        for name in ("months not mature", "months alive", "value", "smoke")
    )
    return pd.DataFrame(
        {
            "replicate": baseline["replicate"],
            "value": value,
            "months_mature_sooner": -without,
            "months_alive_longer": alive,
            "smoke": smoke,
            "status_baseline": baseline["status"],
            "status_other": other["status"],
        }
    )


def fates(baseline_runs: pd.DataFrame, other_runs: pd.DataFrame) -> pd.DataFrame:
    """Where the same partnerships ended in two arms, as shares of all pairs.

    One row a pair of statuses: baseline, other, count, share, low, high (Wilson), n. Raises
    TableError for arms that can't be paired, or a status that is unknown.
    """
    arms = matched(baseline_runs, other_runs, where="fates", columns=LIVES)
    months_watched(*arms, where="fates")
    for runs, arm in zip(arms, ("baseline", "other"), strict=True):
        odd = runs[~runs["status"].isin(STATUSES)]
        if len(odd):
            what = f"status of replicate {odd['replicate'].iloc[0]}"
            got, allowed = str(odd["status"].iloc[0]), f"must be one of {', '.join(STATUSES)}"
            refuse(f"fates, {arm}", what, got, allowed, "Correct that row.")
    before, after = (runs["status"] for runs in arms)
    rows = []
    for one, two in product(STATUSES, STATUSES):
        count, size = int(((before == one) & (after == two)).sum()), len(before)
        rows.append((one, two, count, count / size, *wilson(count, size), size))
    return pd.DataFrame(rows, columns=["baseline", "other", "count", "share", "low", "high", "n"])


def who_pays(baseline_members: pd.DataFrame, other_members: pd.DataFrame) -> pd.DataFrame:
    """Paired differences for every member's seat, and for the worst off of each partnership.

    One row a quantity (of `BURDENS`) and member: quantity, unit, better, member (its number as
    text, "all", "worst off" or "best off" by that quantity in each partnership), baseline, other,
    difference (other minus baseline), low, high (Student), n (partnerships). Raises TableError
    if the two members tables don't hold the same seats.
    """
    where = "who_pays"
    names = (*SEAT, *(burden.name for burden in BURDENS))
    tables = {"baseline": baseline_members, "other": other_members}
    for which, table in tables.items():
        require_columns(table, names, where=f"{where}, {which}")
    arms = same_rows(*tables.values(), where=where, keys=SEAT)
    seats = arms[0]["organisation"].unique()
    partnerships = arms[0]["replicate"].nunique()
    if len(arms[0]) != partnerships * len(seats):
        got = f"{len(arms[0])} of {partnerships} partnerships"
        allowed = f"must be {len(seats)} of each, as that many numbers are used"
        refuse(where, "seats", got, allowed, "Pass the members table of one simulation, whole.")
    rows: list[dict[str, object]] = []
    for burden in BURDENS:
        # (partnership, member)
        before, after = (
            numbers_in(table, burden.name, where=f"{where}, {which}").reshape(-1, len(seats))
            for which, table in zip(tables, arms, strict=True)
        )
        change = (after - before) * burden.better
        columns = {str(place): (before[:, place], after[:, place]) for place in range(len(seats))}
        columns[ALL] = before.mean(axis=1), after.mean(axis=1)
        everybody = range(len(change))
        for name, who in ((WORST, change.argmin(axis=1)), (BEST, change.argmax(axis=1))):
            columns[name] = before[everybody, who], after[everybody, who]
        for name, pair in columns.items():
            found = {"member": name, **paired(*pair)._asdict(), "n": partnerships}
            rows.append(burden._asdict() | found)
    return pd.DataFrame(rows).rename(columns={"name": "quantity"})


def cost_of_gain(extra_cost: Floats, extra_gain: Floats) -> CostOfGain:
    """Mean extra cost over mean extra gain of the same pairs (Fieller 1954).

    Where the interval of the gain does not lie above 0 there is nothing that a price could be put
    on, and all three numbers are missing.

    >>> cost = np.array([18.0, 18.0, 18.0, 18.0])
    >>> cost_of_gain(cost, np.array([0.0, 0.0, 1.0, 0.0])).estimate
    nan
    >>> round(cost_of_gain(cost, np.array([1.0, 1.0, 1.0, 1.0])).estimate)
    18
    """
    size = len(extra_gain)
    if size < 2 or not mean_of_differences(extra_gain).low > 0:
        return UNPRICED
    cost, gain = float(extra_cost.mean()), float(extra_gain.mean())
    covariance = np.cov(extra_cost, extra_gain, ddof=1) / size
    square = float(student_quantile(size - 1)) ** 2
    # The ratio r solves (cost - r gain)^2 = t^2 var(cost - r gain): a quadratic in r.
    leading = gain**2 - square * covariance[1, 1]
    middle = cost * gain - square * covariance[0, 1]
    last = cost**2 - square * covariance[0, 0]
    reach = float(np.sqrt(max(middle**2 - leading * last, 0.0)))
    return CostOfGain(cost / gain, (middle - reach) / leading, (middle + reach) / leading)


def paired(baseline: Floats, other: Floats, *, share: bool = False) -> Paired:
    """Mean paired difference with its 95 % interval; share: whether the numbers are 0 and 1.

    >>> paired(np.array([1.0, 2.0]), np.array([2.0, 3.0]))
    Paired(baseline=1.5, other=2.5, difference=1.0, low=1.0, high=1.0)
    """
    difference = other - baseline
    before, after, change = (float(one.mean()) for one in (baseline, other, difference))
    return Paired(before, after, change, *interval_of(difference, share=share))


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
    """Both runs tables in the order of their replicates; TableError if these are not the same."""
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
    """Both tables in the order of these keys; TableError unless both hold the same, each once."""
    names = list(keys)
    what = ", ".join(names)
    for table, name in ((baseline, "baseline"), (other, "other")):
        twice = table.duplicated(names)
        if twice.any():
            got = _key(table.loc[twice, names].iloc[0])
            allowed = f"appears more than once in the {name} table"
            refuse(where, what, got, allowed, "Pass one arm at a time.")
    found = pd.merge(baseline[names], other[names], on=names, how="outer", indicator=True)
    alone = found[found["_merge"] != "both"].sort_values(names)
    if len(alone):
        allowed = f"is in one arm only, as are {len(alone) - 1} more; pairs need both"
        step = "Simulate both arms with the same replicates and as many members."
        refuse(where, what, _key(alone[names].iloc[0]), allowed, step)
    one, two = (table.sort_values(names, ignore_index=True) for table in (baseline, other))
    return one, two


def months_watched(
    baseline: pd.DataFrame, other: pd.DataFrame, *, horizon: int = 1, where: str = WHERE
) -> int:
    """Months that the surviving runs of both arms were watched for.

    Raises TableError if these differ, or are less than the horizon.
    """
    lives = [lives_of(runs, where=where) for runs in (baseline, other)]
    watched = np.unique(np.concatenate([one.watched[one.dissolved == 0] for one in lives]))
    if len(watched) > 1 or (len(watched) and watched[0] < horizon):
        got = [int(months) for months in watched]
        allowed = f"must be the same for all, and at least the horizon of {horizon}"
        step = "Simulate both arms for the same number of months."
        refuse(where, "months of surviving runs", got, allowed, step)
    return int(watched[0]) if len(watched) else horizon


def _key(row: pd.Series) -> str:
    return ", ".join(str(one) for one in row)
