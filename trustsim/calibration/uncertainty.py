"""Estimates with doubt about the parameters, apart from the luck of the simulation.

Every draw from the posterior is simulated with luck of its own. What estimates vary between draws
is doubt about the parameters plus luck; luck is known from within each draw, and is taken out where
it can be told apart: each draw's estimate is moved towards their mean until only the variance
between parameters is left. Reference: Louis 1984 (constrained estimates).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from trustsim.analysis.intervals import (
    NORMAL_QUANTILE,
    Interval,
    mean_of_differences,
    paired_shares,
    wilson,
)
from trustsim.analysis.outcomes import SHARE, Outcome, outcomes
from trustsim.analysis.survival import median_given_event
from trustsim.analysis.tables import Floats
from trustsim.arguments import one_of, whole
from trustsim.calibration.draws import at_point, posterior
from trustsim.calibration.targets import FACTORS
from trustsim.comparison.arms import BASELINE, Arm, arms_of
from trustsim.errors import ParameterError, nearest, refusal
from trustsim.model.parameters import BY_NAME
from trustsim.scenarios.files import scenario as scenario_of
from trustsim.scenarios.scenario import Scenario
from trustsim.simulation import simulate

DISSOLVED_BY, MATURED_BY = (36, 60, 84), (60, 120)
MEDIAN = "median month of those matured"
FEWEST = 20
"""Partnerships that must have matured for a median to be told."""
REPORTED = ("dissolved", "matured", MEDIAN, "months not mature", "value")


class Estimate(NamedTuple):
    """A number with its Monte Carlo interval and the variance that luck gives it."""

    value: float
    low: float
    high: float
    variance: float


Key = tuple[str, str, str, int, str]
"""kind, arm, quantity, month, unit."""


def with_parameter_uncertainty(
    baseline: Scenario | str,
    arms: Mapping[str, Arm] | None = None,
    *,
    outcomes: Sequence[str] = REPORTED,
    draws: int = 60,
    replicates: int = 200,
    at_defaults: int = 1000,
    seed: int = 0,
    months: int = 120,
    table: pd.DataFrame | None = None,
    workers: int | None = None,
    progress: Callable[[int], object] | None = None,
) -> pd.DataFrame:
    """Levels and paired effects at the scenario's own values, and over the posterior.

    Parameters
    ----------
    baseline : Scenario or str
        What is simulated. Calibrated parameters that it sets itself stay as they are.
    arms : mapping, optional
        As for `compare`; each meets the luck and the parameters of the baseline.
    outcomes : sequence of str, optional
        Of "dissolved" (by 3, 5, 7 years), "matured" (by 5, 10 years), "median month of those
        matured", "months not mature", "value"; months past the horizon are left out.
    draws, replicates : int, optional
        Points of the posterior, the first of the table whatever the seed; partnerships at each,
        with luck of their own. With fewer than 100 luck is hard to tell apart.
    at_defaults : int, optional
        Partnerships at the scenario's own values.
    seed : int, optional
        Of all luck.
    months : int, optional
        Horizon.
    table : pandas.DataFrame, optional
        Draws to use, with the 21 parameters as columns; the shipped ones if left out.
    workers, progress
        As for `simulate`.

    Returns
    -------
    pandas.DataFrame
        One row an arm and quantity: kind ("level", or "effect": arm minus baseline, paired), arm,
        quantity, month, unit; default, default_low, default_high (at the scenario's own values,
        95 % Monte Carlo interval); median, low, high (over the posterior, 95 %, luck taken out
        where luck_apart says that it could be, see `posterior_interval`); parameter_sd, luck_sd
        (standard deviations between parameters, and of luck in one draw's estimate); positive,
        negative (share of draws above and below 0, luck still in them); draws (those with a
        value: a median is missing where fewer than 20 matured), replicates, n (partnerships at
        the defaults).

    Raises
    ------
    ParameterError, ScenarioError
        As `compare`; and for an unknown outcome, fewer draws than two or than there are, or a
        table that lacks a parameter or holds an impossible value.
    """
    base = scenario_of(baseline)
    chosen = {BASELINE: base, **arms_of(base, arms or {})}
    points = posterior() if table is None else table
    drawn = [f for f in FACTORS if any(f not in one.overrides for one in chosen.values())]
    _check(outcomes, draws, points, drawn)
    wanted = _measures(outcomes, months)
    options: dict[str, Any] = {"months": months, "workers": workers, "progress": progress}

    def estimated(scenarios: Mapping[str, Scenario], size: int, luck: int) -> dict[Key, Estimate]:
        runs = {
            name: simulate(one, replicates=size, seed=luck, **options).runs
            for name, one in scenarios.items()
        }
        return _estimates(runs, wanted, months, median=MEDIAN in outcomes)

    own = estimated(chosen, at_defaults, seed)
    found = []
    for number, point in enumerate(points.head(draws).to_dict("records")):
        here = {name: at_point(one, point) for name, one in chosen.items()}
        luck = int(np.random.SeedSequence([seed, number]).generate_state(1, np.uint64)[0])
        found.append(estimated(here, replicates, luck))
    rows = [_row(key, own[key], [one[key] for one in found]) for key in own]
    return pd.DataFrame(rows).assign(replicates=replicates, n=at_defaults)


def _check(outcomes: Sequence[str], draws: int, points: pd.DataFrame, drawn: Sequence[str]) -> None:
    """Refuse outcomes, draws and tables that make no sense; drawn: parameters that draws set."""
    where = "with_parameter_uncertainty"
    for name in drawn:
        if name not in points:
            allowed = f"the table of draws must have a column for it, as for all {len(FACTORS)}"
            step = f"Add it, or set {name} in the scenario.{nearest(name, map(str, points))}"
            raise ParameterError(refusal(where, "parameter", name, allowed, step))
        values = pd.to_numeric(points[name], errors="coerce").to_numpy(dtype=np.float64)
        low, high = BY_NAME[name].low, BY_NAME[name].high
        wrong = np.flatnonzero(~((values >= low) & (values <= high)))
        if len(wrong):
            got = f"{points[name].iloc[wrong[0]]} in row {wrong[0]}"
            allowed = f"must be a number in [{low:g}, {high:g}]"
            raise ParameterError(refusal(where, name, got, allowed, "Correct the table of draws."))
    for name in outcomes:
        one_of(where, "outcome", name, REPORTED)
    check_draws(draws, len(points))


def check_draws(draws: int, there: int | None = None) -> None:
    """Refuse a number of draws from the posterior that there are not, or that has no spread.

    there: how many there are; those shipped if left out. Raises ParameterError.
    """
    most = len(posterior()) if there is None else there
    meaning = "the draws that there are; `trustsim calibrate` makes more"
    whole("parameter uncertainty", "draws", draws, 2, most, meaning)


def _measures(chosen: Sequence[str], months: int) -> list[Outcome]:
    kept = {"dissolved": DISSOLVED_BY, "matured": MATURED_BY}
    known = outcomes(sorted({*DISSOLVED_BY, *MATURED_BY}), months, months)
    return [
        one
        for one in known
        if one.name in chosen and one.month in kept.get(one.name, (months,)) and one.month <= months
    ]


def _estimates(
    runs: Mapping[str, pd.DataFrame], wanted: Sequence[Outcome], months: int, *, median: bool
) -> dict[Key, Estimate]:
    """Every level and effect of one simulation of all arms."""
    found: dict[Key, Estimate] = {}
    for one in wanted:
        before = one.measure(runs[BASELINE])
        for arm, table in runs.items():
            values = one.measure(table)
            found["level", arm, one.name, one.month, one.unit] = _level(one, values)
            if arm != BASELINE:
                key = ("effect", arm, one.name, one.month, one.unit)
                found[key] = _effect(one, values - before)
    for arm, table in runs.items() if median else ():
        found["level", arm, MEDIAN, months, "months"] = _median(table, months)
    return found


def _level(one: Outcome, values: Floats) -> Estimate:
    share = one.unit == SHARE
    bounds = wilson(float(values.sum()), len(values)) if share else mean_of_differences(values)
    return Estimate(float(values.mean()), *bounds, _luck(values))


def _effect(one: Outcome, difference: Floats) -> Estimate:
    bounds: Interval = mean_of_differences(difference)
    if one.unit == SHARE:
        up, down = int((difference > 0).sum()), int((difference < 0).sum())
        bounds = paired_shares(up, down, size=len(difference))
    return Estimate(float(difference.mean()), *bounds, _luck(difference))


def _luck(values: Floats) -> float:
    return float(values.var(ddof=1) / len(values)) if len(values) > 1 else float("nan")


def _median(table: pd.DataFrame, months: int) -> Estimate:
    row = median_given_event(table, event="matured", horizon=months, shares=(0.5,)).iloc[0]
    low, high = float(row["low"]), float(row["high"])
    enough = row["n"] >= FEWEST
    value = float(row["estimate"]) if enough else float("nan")
    return Estimate(value, low, high, ((high - low) / 2 / NORMAL_QUANTILE) ** 2)


def _row(key: Key, own: Estimate, found: Sequence[Estimate]) -> dict[str, Any]:
    known = [one for one in found if np.isfinite(one.value)]
    values = np.array([one.value for one in known])
    luck = float(np.mean([one.variance for one in known])) if known else float("nan")
    low, median, high = posterior_interval(values, luck)
    return {
        **dict(zip(("kind", "arm", "quantity", "month", "unit"), key, strict=True)),
        "default": own.value,
        "default_low": own.low,
        "default_high": own.high,
        "median": median,
        "low": low,
        "high": high,
        "parameter_sd": parameter_spread(values, luck),
        "luck_sd": float(np.sqrt(luck)),
        "positive": float((values > 0).mean()) if len(values) else float("nan"),
        "negative": float((values < 0).mean()) if len(values) else float("nan"),
        "luck_apart": luck_told_apart(values, luck),
        "draws": len(values),
    }


def parameter_spread(values: Floats, luck: float) -> float:
    """Standard deviation between draws once the variance of luck within them is taken out.

    0 where the draws differ no more than luck would have them; missing for fewer than two.

    >>> parameter_spread(np.array([1.0, 3.0]), luck=1.0)
    1.0
    """
    if len(values) < 2:
        return float("nan")
    return float(np.sqrt(max(float(values.var(ddof=1)) - luck, 0.0)))


def luck_told_apart(values: Floats, luck: float) -> bool:
    """Whether draws differ by so much more than luck that the two can be told apart.

    That is: the variance between parameters is more than twice its own standard error (which that
    of a variance of normal values gives).

    >>> luck_told_apart(np.array([1.0, 3.0] * 10), luck=0.1)
    True
    """
    if len(values) < 3:
        return False
    total = float(values.var(ddof=1))
    error = float(np.sqrt(2 / (len(values) - 1))) * total
    return total - luck > 2 * error


def posterior_interval(values: Floats, luck: float) -> tuple[float, float, float]:
    """The 2.5th, 50th and 97.5th percentile of the draws, with luck taken out where it can be.

    An approximation in two stages: all draws are moved towards their mean by one factor, as if
    luck were the same in each; near 0 and 1, where it is not, the interval is somewhat off.
    Where luck can't be told apart (`luck_told_apart`) it is left in: the interval is too wide
    then, never a point. Percentiles are Weibull's, which a few draws do not make too narrow.

    >>> posterior_interval(np.array([1.0, 3.0]), luck=2.0)
    (1.0, 2.0, 3.0)
    """
    if len(values) < 2:
        return float("nan"), float("nan"), float("nan")
    total = float(values.std(ddof=1))
    apart = luck_told_apart(values, luck)
    kept = parameter_spread(values, luck) / total if apart and total > 0 else 1.0
    moved = values.mean() + kept * (values - values.mean())
    low, median, high = np.quantile(moved, [0.025, 0.5, 0.975], method="weibull").tolist()
    return low, median, high
