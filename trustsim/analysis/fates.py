"""What an arm changed for single partnerships: who was helped or harmed, from what to what."""

from __future__ import annotations

import pandas as pd

from trustsim.analysis.intervals import wilson
from trustsim.analysis.outcomes import outcomes
from trustsim.analysis.pairs import matched, months_watched
from trustsim.analysis.tables import TableError
from trustsim.errors import refusal
from trustsim.schema import STATUSES

KEYS = ("replicate", "months", "month_matured", "month_dissolved")


def individual_effects(
    baseline_runs: pd.DataFrame, other_runs: pd.DataFrame, *, horizon: int
) -> pd.DataFrame:
    """The effect of an arm on each partnership, other minus baseline.

    Parameters
    ----------
    baseline_runs, other_runs : pandas.DataFrame
        Runs tables with the same replicates.
    horizon : int
        Months that both were watched for.

    Returns
    -------
    pandas.DataFrame
        One row a partnership: replicate, value, months_mature_sooner, months_alive_longer, smoke
        (differences; the first three are better if more), status_baseline, status_other.

    Raises
    ------
    TableError
        Replicates differ or repeat, a row is impossible, or a run was watched for less than the
        horizon.
    """
    columns = (*KEYS, "status", "value", "smoke")
    pair = matched(baseline_runs, other_runs, where="individual_effects", columns=columns)
    months_watched(*pair, horizon=horizon, where="individual_effects")
    baseline, other = pair
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

    Parameters
    ----------
    baseline_runs, other_runs : pandas.DataFrame
        Runs tables with the same replicates, watched for as long.

    Returns
    -------
    pandas.DataFrame
        One row a pair of statuses: baseline, other, count, share, low, high (Wilson), n.

    Raises
    ------
    TableError
        Replicates differ or repeat, a status is unknown, or the arms were watched for different
        times.
    """
    before, after = matched(baseline_runs, other_runs, where="fates", columns=(*KEYS, "status"))
    months_watched(before, after, where="fates")
    for runs, arm in ((before, "baseline"), (after, "other")):
        unknown = ~runs["status"].isin(STATUSES)
        if unknown.any():
            got = str(runs.loc[unknown, "status"].iloc[0])
            what = f"status of replicate {runs.loc[unknown, 'replicate'].iloc[0]}"
            allowed = f"must be one of {', '.join(STATUSES)}"
            raise TableError(refusal(f"fates, {arm}", what, got, allowed, "Correct that row."))
    size = len(before)
    rows = []
    for one in STATUSES:
        for two in STATUSES:
            count = int(((before["status"] == one) & (after["status"] == two)).sum())
            low, high = wilson(count, size)
            rows.append((one, two, count, count / size, low, high, size))
    return pd.DataFrame(rows, columns=["baseline", "other", "count", "share", "low", "high", "n"])
