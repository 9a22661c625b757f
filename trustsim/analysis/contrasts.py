"""The same partnerships under two arms: what changed, for how many, and how surely.

Both arms meet the same luck, so an effect is a mean of paired differences.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from trustsim.analysis.intervals import wilson
from trustsim.analysis.outcomes import SHARE, Outcome, outcomes
from trustsim.analysis.pairs import matched, months_watched, paired
from trustsim.analysis.tables import Flags, Floats


def paired_contrast(
    baseline_runs: pd.DataFrame,
    other_runs: pd.DataFrame,
    *,
    horizon: int,
    by: Sequence[int] = (36, 60, 84),
) -> pd.DataFrame:
    """Effect of an arm on the very partnerships of the baseline, outcome by outcome.

    Shares have Agresti-Min intervals for paired shares, means have Student's on the paired
    differences. Value, smoke, tokenistic months, members lost and departures are given twice:
    summed over the run, where a longer life counts for more, and per month alive, where every
    partnership counts once (`analysis.outcomes` says why). The unit says which is meant.

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
    found = paired(baseline, other, share=outcome.unit == SHARE)
    difference = other - baseline
    gain = difference * outcome.better
    unpaired = _variance(baseline) + _variance(other)
    return {
        "outcome": outcome.name,
        "month": outcome.month,
        "unit": outcome.unit,
        **found._asdict(),
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
