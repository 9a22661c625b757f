"""What is kept of partnerships with and without a change of leaders."""

from __future__ import annotations

import numpy as np

import trustsim as ts
from trustsim.analysis.intervals import mean_of_differences
from trustsim.analysis.tables import month_numbers

START, YEAR, END = 24, 12, 84  # months
VALUE, TRUST = "value to year 7", "trust after a year"
MATURED, DISSOLVED = "matured by year 7", "dissolved by year 7"
SHARE = "share of partnerships"
UNITS = {VALUE: "value of full trust", MATURED: SHARE, DISSOLVED: SHARE, TRUST: "share"}


def outcomes(runs: ts.Runs, start: int = START) -> dict[str, np.ndarray]:
    """Outcomes of each partnership, and its mean trust in the month `start`, before the change.

    Trust is missing once a partnership has dissolved; value counts nothing from then on.
    """
    months = runs.months
    place = (months["replicate"].to_numpy(), months["month"].to_numpy() - 1)
    value = np.zeros((len(runs), runs.horizon))
    trust = np.full((len(runs), runs.horizon), np.nan)
    value[place], trust[place] = months["value"], months["mean_trust"]
    found = {VALUE: value[:, :END].sum(axis=1), TRUST: trust[:, start + YEAR - 1]}
    for name, event in ((MATURED, "matured"), (DISSOLVED, "dissolved")):
        when = month_numbers(runs.runs, f"month_{event}")
        found[name] = ((when > 0) & (when <= END)).astype(np.float64)
    return {**found, "before": trust[:, start - 1]}


def estimate(values: np.ndarray) -> dict[str, object]:
    """Mean of what is there, with its 95 % interval."""
    there = values[~np.isnan(values)]
    if len(there) < 2:
        return {"estimate": np.nan, "low": np.nan, "high": np.nan, "n": len(there)}
    low, high = mean_of_differences(there)
    return {"estimate": float(there.mean()), "low": low, "high": high, "n": len(there)}
