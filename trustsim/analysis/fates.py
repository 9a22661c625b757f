"""What an arm changed for single partnerships: who was helped or harmed, from what to what."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trustsim.analysis.intervals import wilson
from trustsim.analysis.pairs import matched
from trustsim.analysis.tables import Floats, month_numbers
from trustsim.schema import STATUSES


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
        Replicates differ or repeat.
    """
    baseline, other = matched(baseline_runs, other_runs)
    waits = [_months_until(runs, "matured", horizon) for runs in (baseline, other)]
    lives = [_months_until(runs, "dissolved", horizon) for runs in (baseline, other)]
    return pd.DataFrame(
        {
            "replicate": baseline["replicate"],
            "value": other["value"] - baseline["value"],
            "months_mature_sooner": waits[0] - waits[1],
            "months_alive_longer": lives[1] - lives[0],
            "smoke": other["smoke"] - baseline["smoke"],
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
    """
    before, after = matched(baseline_runs, other_runs)
    size = len(before)
    rows = []
    for one in STATUSES:
        for two in STATUSES:
            count = int(((before["status"] == one) & (after["status"] == two)).sum())
            low, high = wilson(count, size)
            rows.append((one, two, count, count / size, low, high, size))
    return pd.DataFrame(rows, columns=["baseline", "other", "count", "share", "low", "high", "n"])


def _months_until(runs: pd.DataFrame, event: str, horizon: int) -> Floats:
    when = month_numbers(runs, f"month_{event}")
    return np.where(when > 0, np.minimum(when, horizon), horizon).astype(np.float64)
