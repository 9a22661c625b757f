"""Facts as studies as large as the real ones would have seen them, at any point of the prior.

Sizes: 110 coalitions (dissolved by 3 and by 7 years), 624 accountable care organisations (by 5),
44 watershed partnerships (months to maturity), 42 leads watched for 3.25 years (turnover).
Reference: Feinberg et al. 2008, Bleser et al. 2019, Leach et al. 2002, HSJ 2019.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from trustsim.calibration.sampling import MONTHS, SEED, base
from trustsim.calibration.targets import FACTORS, outcomes_of
from trustsim.simulation import simulate

COALITIONS, CARE, WATERSHEDS, LEADS = 110, 624, 44, 42
WATCHED = 150
"""Partnerships among which those that mature are looked for, until 44 are found."""
YEARS_WATCHED = 3.25
OTHER_LUCK = 1


def study_facts(
    truths: pd.DataFrame,
    *,
    workers: int | None = None,
    progress: Callable[[int], object] | None = None,
) -> pd.DataFrame:
    """Pseudo-facts with the sampling error of the real studies, and no other.

    Parameters
    ----------
    truths : pandas.DataFrame
        Rows of a bank; other luck is met than there.
    workers : int, optional
        Threads; all cores if left out.
    progress : callable, optional
        Told 1 after every truth.

    Returns
    -------
    pandas.DataFrame
        The six outcomes, a row a truth; infinite where fewer than 20 of 150 matured.
    """
    rows = []
    for point in truths.to_dict("records"):
        rows.append(_seen({str(name): value for name, value in point.items()}, workers))
        if progress is not None:
            progress(1)
    return pd.DataFrame(rows)


def _seen(point: Mapping[str, float], workers: int | None) -> dict[str, float]:
    chosen = base().with_(**{name: float(point[name]) for name in FACTORS})
    seed = int(point[SEED]) + OTHER_LUCK
    size = COALITIONS + CARE + WATCHED
    runs = simulate(chosen, replicates=size, seed=seed, months=MONTHS, workers=workers)
    table = runs.runs
    coalitions = outcomes_of(table.iloc[:COALITIONS])
    care = outcomes_of(table.iloc[COALITIONS : COALITIONS + CARE])
    rest = table.iloc[COALITIONS + CARE :]
    matured = rest[rest["month_matured"].notna()].head(WATERSHEDS)
    waits = outcomes_of(matured if len(matured) else rest)
    leads = np.random.default_rng([seed, LEADS])
    stayed = leads.binomial(LEADS, np.exp(-care["changes of lead a year"] * YEARS_WATCHED))
    return {
        "dissolved by 3 years": coalitions["dissolved by 3 years"],
        "dissolved by 5 years": care["dissolved by 5 years"],
        "dissolved by 7 years": coalitions["dissolved by 7 years"],
        "median months to maturity": waits["median months to maturity"],
        "first decile of months to maturity": waits["first decile of months to maturity"],
        # Half a lead is added on both sides, so that the rate is finite when nobody stayed.
        "changes of lead a year": float(-np.log((stayed + 0.5) / (LEADS + 1)) / YEARS_WATCHED),
    }
