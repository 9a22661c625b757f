"""The model held to published numbers, each measured from plain simulations of a shipped setting.

Six were aimed at when the model was calibrated (`TARGETS`); the others were not. More facts, rival
models and chance alone are in experiments/E00_scorecard.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy

from trustsim import data
from trustsim.analysis.intervals import NORMAL_QUANTILE, Interval, wilson
from trustsim.analysis.summaries import turnover_rate
from trustsim.analysis.survival import median_given_event
from trustsim.analysis.tables import Integers, month_numbers
from trustsim.calibration.targets import TARGETS
from trustsim.errors import ParameterError, refusal
from trustsim.simulation import Runs, simulate

REPLICATES, SEED, MONTHS = 1000, 4711, 120
RESAMPLES = 2000
COLUMNS = [
    "quantity", "setting", "published_low", "published_high", "unit", "estimate", "low", "high",
    "verdict", "used", "source", "n",
]  # fmt: skip

SPREAD = "last decile of months to maturity over the first"
INERT = "talking shops at 7 years, of partnerships alive"
ENDED = "had matured, of partnerships dissolved"
LONGEVITY = "rank correlation of months lived with value a month, of those dissolved"
INSIDE, OUTSIDE, UNDECIDED = "inside", "outside", "can't tell"

Measured = tuple[float, Interval]
NOTHING: Measured = (math.nan, Interval(math.nan, math.nan))


class Published(NamedTuple):
    """A number with the band that publications give it, and where the model is asked for it.

    used: whether the model was calibrated on it.
    """

    quantity: str
    setting: str
    low: float
    high: float
    unit: str
    source: str
    used: bool


def published() -> tuple[Published, ...]:
    """All published numbers that `against_published` asks for: the targets first."""
    table = data.read("stylised_facts").set_index("id")["source"].astype(str)
    spread, other = table["SF04"], table["SF23"]
    return (
        *(Published(t.name, "voluntary", t.low, t.high, t.unit, t.source, True) for t in TARGETS),
        Published(SPREAD, "voluntary", 3.0, math.inf, "ratio", spread, False),
        Published(INERT, "voluntary", 0.2, 0.5, "share", other, False),
        Published(INERT, "stp", 0.2, 0.5, "share", other, False),
        Published(ENDED, "voluntary", 0.05, 0.25, "share", other, False),
        Published(LONGEVITY, "voluntary", -0.3, 0.3, "rho", other, False),
    )


def against_published(
    settings: Sequence[str] | None = None,
    *,
    replicates: int = REPLICATES,
    seed: int = SEED,
    progress: Callable[[int], object] | None = None,
) -> pd.DataFrame:
    """What was published, what the model gives, and whether that lies inside.

    Parameters
    ----------
    settings : sequence of str, optional
        Of the settings that the numbers are about ("voluntary", "stp"); all if left out.
    replicates : int, optional
        Partnerships simulated of each setting, at least 1.
    seed : int, optional
        Of their luck.
    progress : callable, optional
        Called with the number of partnerships simulated.

    Returns
    -------
    pandas.DataFrame
        One row a number and setting: quantity, setting, published_low, published_high, unit,
        estimate, low, high (95 % interval of the simulation), verdict ("inside": the whole
        interval lies in the open band; "outside": it lies wholly outside; else "can't tell"), used
        (True if the model was calibrated on it), source (keys of the bibliography), n.

    Raises
    ------
    ParameterError
        A setting that no number is about; and as `simulate`.

    Examples
    --------
    >>> found = against_published(["voluntary"], replicates=50)
    >>> int(found["used"].sum())
    6
    """
    asked = published()
    known = list(dict.fromkeys(one.setting for one in asked))
    for name in settings or ():
        if name not in known:
            allowed = f"no published number is about it; there are some about {', '.join(known)}"
            message = refusal("validate", "setting", name, allowed, "Name one of these.")
            raise ParameterError(message)
    rows = []
    for setting in settings or known:
        runs = simulate(setting, replicates=replicates, seed=seed, months=MONTHS, progress=progress)
        for one in asked:
            if one.setting == setting:
                estimate, (low, high) = MEASURES[one.quantity](runs)
                said = verdict(Interval(low, high), one.low, one.high)
                rows.append((*one[:5], estimate, low, high, said, one.used, one.source, replicates))
    return pd.DataFrame(rows, columns=COLUMNS)


def verdict(found: Interval, low: float, high: float) -> str:
    """Where an interval lies: inside an open band, outside it, or neither for sure.

    >>> verdict(Interval(0.1, 0.2), 0.0, 0.3), verdict(Interval(0.4, 0.5), 0.0, 0.3)
    ('inside', 'outside')
    >>> verdict(Interval(0.2, 0.4), 0.0, 0.3), verdict(Interval(math.nan, 1.0), 0.0, 0.3)
    ("can't tell", "can't tell")
    """
    if found.low > low and found.high < high:
        return INSIDE
    return OUTSIDE if found.high <= low or found.low >= high else UNDECIDED


def _dissolved_by(runs: Runs, month: int) -> Measured:
    ended = month_numbers(runs.runs, "month_dissolved")
    return _share(int(((ended > 0) & (ended <= month)).sum()), len(ended))


def _quantile(runs: Runs, share: float) -> Measured:
    return _of_row(median_given_event(runs.runs, event="matured", horizon=MONTHS, shares=(share,)))


def _spread(runs: Runs) -> Measured:
    """Last decile of the months to maturity over the first; whole partnerships resampled."""
    when = month_numbers(runs.runs, "month_matured")
    matured = when[when > 0]
    if len(matured) < 2:
        return NOTHING
    dice = np.random.Generator(np.random.Philox(runs.seed))
    again = [_deciles(dice.choice(matured, len(matured))) for _ in range(RESAMPLES)]
    low, high = (float(end) for end in np.quantile(again, [0.025, 0.975]))
    return _deciles(matured), Interval(low, high)


def _deciles(months: Integers) -> float:
    first, last = np.quantile(months, [0.1, 0.9], method="inverted_cdf")
    return float(last / first)


def _inert(runs: Runs) -> Measured:
    """Talking shops among the partnerships alive at the end of year 7."""
    row = runs.occupancy[runs.occupancy["month"] == 84].iloc[0]
    return _share(int(row["tokenistic"]), len(runs) - int(row["dissolved"]))


def _succeeded(runs: Runs) -> Measured:
    """Matured at some time, of the partnerships that dissolved."""
    ended = month_numbers(runs.runs, "month_dissolved") > 0
    matured = month_numbers(runs.runs, "month_matured")[ended] > 0
    return _share(int(matured.sum()), len(matured))


def _longevity(runs: Runs) -> Measured:
    """Spearman's correlation; interval of Bonett and Wright (2000)."""
    ended = month_numbers(runs.runs, "month_dissolved")
    lived, value = ended[ended > 0], runs.runs["value"].to_numpy(np.float64)[ended > 0]
    if len(lived) < 4:
        return NOTHING
    rho = float(scipy.stats.spearmanr(lived, value / lived).statistic)
    reach = NORMAL_QUANTILE * math.sqrt((1 + rho**2 / 2) / (len(lived) - 3))
    middle = math.atanh(rho)
    return rho, Interval(math.tanh(middle - reach), math.tanh(middle + reach))


def _share(count: int, size: int) -> Measured:
    return (count / size, wilson(count, size)) if size else NOTHING


def _of_row(table: pd.DataFrame) -> Measured:
    row = table.iloc[0]
    return float(row["estimate"]), Interval(float(row["low"]), float(row["high"]))


MEASURES: dict[str, Callable[[Runs], Measured]] = {
    "dissolved by 3 years": partial(_dissolved_by, month=36),
    "dissolved by 5 years": partial(_dissolved_by, month=60),
    "dissolved by 7 years": partial(_dissolved_by, month=84),
    "median months to maturity": partial(_quantile, share=0.5),
    "first decile of months to maturity": partial(_quantile, share=0.1),
    "changes of lead a year": lambda runs: _of_row(turnover_rate(runs.runs)),
    SPREAD: _spread,
    INERT: _inert,
    ENDED: _succeeded,
    LONGEVITY: _longevity,
}
"""How each quantity is measured."""
