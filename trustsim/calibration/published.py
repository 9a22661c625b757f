"""The model held to published numbers, each measured from plain simulations of a shipped setting.

Six were aimed at when the model was calibrated (`TARGETS`); the others were not. More facts, rival
models and chance alone are in experiments/E00_scorecard.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
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


def _others() -> tuple[Published, ...]:
    """Bands of the table of stylised facts that nothing was calibrated on."""
    sources = data.read("stylised_facts").set_index("id")["source"].astype(str).to_dict()
    spread = "last decile of months to maturity over the first"
    inert = "talking shops at 7 years, of partnerships alive"
    ended = "had matured, of partnerships dissolved"
    longevity = "rank correlation of months lived with value a month, of those dissolved"
    return (
        Published(spread, "voluntary", 3.0, math.inf, "ratio", sources["SF04"], False),
        Published(inert, "voluntary", 0.2, 0.5, "share", sources["SF23"], False),
        Published(inert, "stp", 0.2, 0.5, "share", sources["SF23"], False),
        Published(ended, "voluntary", 0.05, 0.25, "share", sources["SF23"], False),
        Published(longevity, "voluntary", -0.3, 0.3, "rho", sources["SF23"], False),
    )


def published() -> tuple[Published, ...]:
    """All published numbers that `against_published` asks for: the targets first."""
    return (
        *(Published(t.name, "voluntary", t.low, t.high, t.unit, t.source, True) for t in TARGETS),
        *_others(),
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
            raise ParameterError(
                refusal("validate", "setting", name, allowed, "Name one of these.")
            )
    rows = []
    for setting in settings or known:
        runs = simulate(setting, replicates=replicates, seed=seed, months=MONTHS, progress=progress)
        for one in asked:
            if one.setting == setting:
                estimate, bounds = MEASURES[one.quantity](runs)
                rows.append(
                    {
                        "quantity": one.quantity,
                        "setting": setting,
                        "published_low": one.low,
                        "published_high": one.high,
                        "unit": one.unit,
                        "estimate": estimate,
                        "low": bounds.low,
                        "high": bounds.high,
                        "verdict": verdict(bounds, one.low, one.high),
                        "used": one.used,
                        "source": one.source,
                        "n": replicates,
                    }
                )
    return pd.DataFrame(rows)


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


def _dissolved_by(month: int) -> Callable[[Runs], Measured]:
    def share(runs: Runs) -> Measured:
        ended = month_numbers(runs.runs, "month_dissolved")
        return _share(int(((ended > 0) & (ended <= month)).sum()), len(ended))

    return share


def _quantile(share: float) -> Callable[[Runs], Measured]:
    def months(runs: Runs) -> Measured:
        table = median_given_event(runs.runs, event="matured", horizon=MONTHS, shares=(share,))
        return _of_row(table)

    return months


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
    "dissolved by 3 years": _dissolved_by(36),
    "dissolved by 5 years": _dissolved_by(60),
    "dissolved by 7 years": _dissolved_by(84),
    "median months to maturity": _quantile(0.5),
    "first decile of months to maturity": _quantile(0.1),
    "changes of lead a year": lambda runs: _of_row(turnover_rate(runs.runs)),
    **dict(
        zip(
            dict.fromkeys(one.quantity for one in _others()),
            (_spread, _inert, _succeeded, _longevity),
            strict=True,
        )
    ),
}
"""How each quantity is measured."""
