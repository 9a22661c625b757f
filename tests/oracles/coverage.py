"""How often 95 % intervals hold the truth: the table of docs/estimators.md, by hand.

    PYTHONPATH=. python tests/oracles/coverage.py

Small tables are drawn again and again from hazards that are known, 1,000 of each kind.
"""

import numpy as np
import pandas as pd

from trustsim import theory
from trustsim.analysis import (
    cumulative_incidence,
    hazard,
    median_given_event,
    months_lost,
    restricted_mean,
    smoothed_hazard,
)

TABLES = 1000
MATURE, FRUSTRATION, SPONSOR = RATES = (0.02, 0.006, 0.004)
HORIZON = 60


def runs_table(matured, dissolved, months, cause=None):
    """Runs table from months matured and dissolved (0 = never) and months watched."""
    return pd.DataFrame(
        {
            "replicate": np.arange(len(matured)),
            "months": np.where(dissolved > 0, dissolved, months),
            "month_matured": pd.arrays.IntegerArray(matured, matured == 0),
            "month_dissolved": pd.arrays.IntegerArray(dissolved, dissolved == 0),
            "cause": cause if cause is not None else pd.Series([None] * len(matured)),
        }
    )


def competing(generator, size, censor=0.0, rates=RATES):
    """Maturity and two causes of dissolution at constant monthly hazards; only the first comes."""
    months = np.full(size, HORIZON)
    if censor:
        months = np.minimum(generator.geometric(censor, size), HORIZON)
    when = generator.geometric(sum(rates), size)
    kind = generator.choice(3, size, p=np.array(rates) / sum(rates))
    seen = when <= months
    dissolved = np.where(seen & (kind > 0), when, 0)
    cause = np.where(kind == 1, "frustration", "sponsor").astype(object)
    cause[dissolved == 0] = None
    return runs_table(np.where(seen & (kind == 0), when, 0), dissolved, months, cause)


def ending(generator, size, hazards):
    """Dissolution at a given hazard in each month."""
    ends = generator.random((size, len(hazards))) < hazards
    dissolved = np.where(ends.any(axis=1), ends.argmax(axis=1) + 1, 0)
    return runs_table(np.zeros(size, dtype=int), dissolved, np.full(size, len(hazards)))


def holds(row, truth):
    return bool(row["low"] <= truth <= row["high"])


def coverage(one):
    return np.mean([one() for _ in range(TABLES)], axis=0)


def rows(generator):
    share, total = MATURE / sum(RATES), sum(RATES)
    truth = share * (1 - (1 - total) ** 36)
    for censor in (0.0, 0.02):

        def incidence(censor=censor):
            table = cumulative_incidence(competing(generator, 60, censor), event="matured")
            return holds(table.set_index("month").loc[min(36, len(table) - 1)], truth)

        said = "none censored" if not censor else "a third or more censored"
        yield f"cumulative incidence, month 36, {said}", 60, coverage(incidence)
    lost = theory.cumulative_incidence(np.arange(1, 48), RATES)
    waits = 48 - lost[0].sum()
    dissolves = theory.cumulative_incidence([36], RATES)[1:, 0]
    yield (
        "cumulative incidence of a cause, month 36",
        60,
        coverage(
            lambda: holds(
                cumulative_incidence(
                    competing(generator, 60),
                    event="dissolved",
                    cause="frustration",
                    by=[36],
                ).iloc[0],
                dissolves[0],
            )
        ),
    )
    yield (
        "restricted mean wait until month 48",
        60,
        coverage(
            lambda: holds(
                restricted_mean(competing(generator, 60), event="matured", horizon=48).iloc[0],
                waits,
            )
        ),
    )
    yield (
        "months lost to a cause until month 48",
        150,
        coverage(
            lambda: holds(
                months_lost(competing(generator, 150), horizon=48)
                .set_index("cause")
                .loc["frustration"],
                lost[1].sum(),
            )
        ),
    )
    conditional = theory.cumulative_incidence(np.arange(1, 49), RATES)[0]
    median = int(np.searchsorted(conditional, conditional[-1] / 2)) + 1
    yield (
        "median month of those matured by month 48",
        100,
        coverage(
            lambda: holds(
                median_given_event(
                    competing(generator, 100), event="matured", horizon=48, shares=[0.5]
                ).iloc[0],
                median,
            )
        ),
    )
    yield (
        "hazard of a cause, months 25 to 36",
        100,
        coverage(
            lambda: holds(
                hazard(
                    competing(generator, 100, rates=(0.0, FRUSTRATION, SPONSOR)),
                    event="dissolved",
                    cause="frustration",
                    width=12,
                ).iloc[2],
                12 * FRUSTRATION,
            )
        ),
    )
    places = [1, 6, 30, 55, 60]
    for slope in (0.0, 1e-4):
        line = 0.01 + slope * np.arange(1, HORIZON + 1)

        def smooth(line=line):
            table = smoothed_hazard(ending(generator, 200, line), event="dissolved")
            inside = (table["low"] <= 12 * line) & (12 * line <= table["high"])
            return inside.to_numpy()[np.array(places) - 1]

        said = "constant" if slope == 0 else "rising"
        for place, found in zip(places, coverage(smooth), strict=True):
            yield f"smoothed hazard, {said}, month {place}", 200, found


def main():
    generator = np.random.default_rng(2026)
    print("| interval of | partnerships | holds the truth |\n| --- | --- | --- |")
    for name, size, share in rows(generator):
        print(f"| {name} | {size} | {share:.3f} |", flush=True)


if __name__ == "__main__":
    main()
