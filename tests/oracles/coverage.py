"""How often 95 % intervals hold the truth: docs/measured/coverage.csv.

    PYTHONPATH=. python tests/oracles/coverage.py

Small tables are drawn again and again from what is known, 1,000 of each kind, and fewer by
`tests/analysis/test_coverage.py`.
"""

from functools import partial

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
    turnover_rate,
)
from trustsim.analysis.intervals import paired_shares
from trustsim.analysis.pairs import cost_of_gain

TABLES = 1000
MATURE, FRUSTRATION, SPONSOR = RATES = (0.02, 0.006, 0.004)
HORIZON = 60
PLACES = np.array([1, 6, 30, 55, 60]) - 1


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


def paired_change(generator, size):
    up, down, _ = generator.multinomial(size, [0.1, 0.06, 0.84])
    return paired_shares(int(up), int(down), size=size)._asdict()


def price(generator, size):
    """Mean cost 10 + 4 x .5, mean gain .5; a gain that is not certain has no price."""
    gain = generator.normal(0.5, 0.8, size)
    found = cost_of_gain(10 + 4 * gain + generator.normal(0, 3, size), gain)
    return {"low": np.nan_to_num(found.low), "high": np.nan_to_num(found.high, nan=np.inf)}


def turnover(generator, size):
    """Rate of each partnership drawn for itself: gamma of shape 2."""
    left = generator.poisson(generator.gamma(2, 0.4 / 2, size) * 10)
    table = pd.DataFrame({"departures": left, "months": 120, "person_months": 120})
    return turnover_rate(table).iloc[0]


def incidence(generator, size, censor):
    table = cumulative_incidence(competing(generator, size, censor), event="matured")
    return table.set_index("month").loc[min(36, len(table) - 1)]


def cases():
    """Name, partnerships, the truth, and a row (or some) of a table drawn and estimated."""
    share, total = MATURE / sum(RATES), sum(RATES)
    truth = share * (1 - (1 - total) ** 36)
    for censor, said in ((0.0, "none censored"), (0.02, "a third or more censored")):
        draw = partial(incidence, censor=censor)
        yield f"cumulative incidence, month 36, {said}", 60, truth, draw
    matured, frustrated, _ = theory.cumulative_incidence(np.arange(1, 48), RATES)
    by_cause = {"event": "dissolved", "cause": "frustration"}
    yield (
        *("cumulative incidence of a cause, month 36", 60, frustrated[35]),
        lambda g, n: cumulative_incidence(competing(g, n), **by_cause, by=[36]).iloc[0],
    )
    yield (
        *("restricted mean wait until month 48", 60, 48 - matured.sum()),
        lambda g, n: restricted_mean(competing(g, n), event="matured", horizon=48).iloc[0],
    )
    yield (
        *("months lost to a cause until month 48", 150, frustrated.sum()),
        lambda g, n: months_lost(competing(g, n), horizon=48).set_index("cause").loc["frustration"],
    )
    conditional = theory.cumulative_incidence(np.arange(1, 49), RATES)[0]
    median = int(np.searchsorted(conditional, conditional[-1] / 2)) + 1
    asked = {"event": "matured", "horizon": 48, "shares": [0.5]}
    yield (
        *("median month of those matured by month 48", 100, median),
        lambda g, n: median_given_event(competing(g, n), **asked).iloc[0],
    )
    rates = (0.0, FRUSTRATION, SPONSOR)
    yield (
        *("hazard of a cause, months 25 to 36", 100, 12 * FRUSTRATION),
        lambda g, n: hazard(competing(g, n, rates=rates), **by_cause, width=12).iloc[2],
    )
    for slope, said in ((0.0, "constant"), (1e-4, "rising")):
        line = 0.01 + slope * np.arange(1, HORIZON + 1)

        def smooth(generator, size, line=line):
            table = smoothed_hazard(ending(generator, size, line), event="dissolved")
            return table.iloc[PLACES].reset_index(drop=True)

        yield f"smoothed hazard, {said}, months 1, 6, 30, 55, 60", 200, 12 * line[PLACES], smooth
    yield "difference of two shares of the same partnerships", 60, 0.04, paired_change
    yield "price of a gain", 60, 24, price
    yield "turnover, in clusters", 40, 0.4, turnover


def covered(generator, size, truth, draw, tables=TABLES):
    """Share of tables whose interval holds the truth; one for each row that is drawn."""
    rows = (draw(generator, size) for _ in range(tables))
    inside = [np.atleast_1d((row["low"] <= truth) & (truth <= row["high"])) for row in rows]
    return np.mean(inside, axis=0)


def main():
    generator = np.random.default_rng(2026)
    print("| interval of | partnerships | holds the truth |\n| --- | --- | --- |")
    for name, size, *case in cases():
        shares = ", ".join(f"{share:.3f}" for share in covered(generator, size, *case))
        print(f"| {name} | {size} | {shares} |", flush=True)


if __name__ == "__main__":
    main()
