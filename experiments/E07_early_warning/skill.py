"""How good forecasts are: ranking, gain over the base rate, and how honest the chances are.

References: DeLong et al. 1988 (areas under the curve), Brier 1950, Cox 1958 (calibration slope).
Intervals cover the luck of the tested partnerships (elsewhere: which points), not that of the
training.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy

from trustsim.analysis.intervals import mean_of_differences, normal, wilson
from trustsim.analysis.tables import Floats, require_columns

FRESH, ELSEWHERE = "fresh luck", "other parameters"
GROUP = ["look", "predictor", "method", "test"]
FORECASTS = (*GROUP, "point", "replicate", "chance", "base_rate", "dissolved")
LEAST, MOST = 1e-6, 1 - 1e-6


class Estimate(NamedTuple):
    """A number with its 95 % interval."""

    estimate: float
    low: float
    high: float


def forecast_skill(forecasts: pd.DataFrame) -> pd.DataFrame:
    """How good the forecasts are, one row a predictor and measure.

    On fresh luck: DeLong's interval for the area under the curve (ties count half), Wald's for
    slope and Brier skill. Elsewhere: the mean over points, with Student's interval over points.

    Returns
    -------
    pandas.DataFrame
        look, predictor, method, test, measure ("auc"; "brier skill": share of the training
        base rate's mean squared error that is removed; "calibration slope": 1 = as spread as
        it should be, under 1 = too bold), estimate, low, high, n, dissolved (how many), points.
    """
    require_columns(forecasts, FORECASTS, where="forecast_skill")
    rows = []
    for keys, group in forecasts.groupby(GROUP, sort=False):
        common = {
            **dict(zip(GROUP, keys, strict=True)),
            "n": len(group),
            "dissolved": int(group["dissolved"].sum()),
            "points": group["point"].nunique(),
        }
        for measure, function in MEASURES.items():
            found = _over_points(group, function)
            rows.append({**common, "measure": measure, **found._asdict()})
    return pd.DataFrame(rows)


def auc_difference(one: pd.DataFrame, other: pd.DataFrame) -> Estimate:
    """Area under the curve of one predictor's forecasts minus another's, same partnerships.

    DeLong's interval for correlated areas; different partnerships (two months of looking) are
    taken to be independent, which makes the interval too wide rather than too narrow.
    """
    first, second = _placed(one), _placed(other)
    same = np.array_equal(one["replicate"].to_numpy(), other["replicate"].to_numpy())
    gap = first.area - second.area
    if same:
        apart = (a - b for a, b in zip(first.parts, second.parts, strict=True))
        return _with_error(gap, _variance(*apart))
    return _with_error(gap, _variance(*first.parts) + _variance(*second.parts))


def calibration_curve(forecasts: pd.DataFrame, *, bins: int = 10) -> pd.DataFrame:
    """Forecast against what happened, in groups of equal size, for each predictor and test.

    Returns look, predictor, method, test, bin, forecast (mean chance), observed (share
    dissolved), low, high (Wilson), n. Groups that would share a forecast are joined.
    """
    require_columns(forecasts, FORECASTS, where="calibration_curve")
    rows = []
    for keys, group in forecasts.groupby(GROUP, sort=False):
        labels = pd.qcut(group["chance"], bins, labels=False, duplicates="drop")
        for label, part in group.groupby(labels):
            bounds = wilson(int(part["dissolved"].sum()), len(part))
            rows.append(
                {
                    **dict(zip(GROUP, keys, strict=True)),
                    "bin": int(str(label).partition(".")[0]),
                    "forecast": float(part["chance"].mean()),
                    "observed": float(part["dissolved"].mean()),
                    **bounds._asdict(),
                    "n": len(part),
                }
            )
    return pd.DataFrame(rows)


def auc(forecasts: pd.DataFrame) -> Estimate:
    """Chance that one that dissolves is ranked above one that doesn't; ties count half."""
    placed = _placed(forecasts)
    return _with_error(placed.area, _variance(*placed.parts))


def brier_skill(forecasts: pd.DataFrame) -> Estimate:
    """Share of the mean squared error of the training's base rate that the forecasts remove."""
    happened = forecasts["dissolved"].to_numpy(dtype=np.float64)
    error = (forecasts["chance"].to_numpy(dtype=np.float64) - happened) ** 2
    simple = (forecasts["base_rate"].to_numpy(dtype=np.float64) - happened) ** 2
    ratio = float(error.mean() / simple.mean())
    influence = (error - ratio * simple) / simple.mean()
    return _with_error(1 - ratio, float(influence.var() / len(influence)))


def calibration_slope(forecasts: pd.DataFrame) -> Estimate:
    """Slope of what happened on the log odds of the forecast, by logistic regression."""
    happened = forecasts["dissolved"].to_numpy(dtype=np.float64)
    chance = np.clip(forecasts["chance"].to_numpy(dtype=np.float64), LEAST, MOST)
    odds = np.log(chance / (1 - chance))
    if happened.min() == happened.max() or np.ptp(odds) < LEAST:
        return Estimate(*[float("nan")] * 3)
    design = np.column_stack([np.ones(len(odds)), odds])
    found, information = np.zeros(2), np.zeros((2, 2))
    for _ in range(50):
        fitted = 1 / (1 + np.exp(-np.clip(design @ found, -30, 30)))
        information = design.T @ (design * (fitted * (1 - fitted))[:, None])
        step = np.linalg.solve(information + LEAST * np.eye(2), design.T @ (happened - fitted))
        found = found + np.clip(step, -2, 2)
        if np.abs(step).max() < LEAST:
            break
    return _with_error(float(found[1]), float(np.linalg.inv(information)[1, 1]))


MEASURES = {"auc": auc, "brier skill": brier_skill, "calibration slope": calibration_slope}


class _Placed(NamedTuple):
    """An area under the curve, and each case's share in it (DeLong's structural components)."""

    area: float
    parts: tuple[Floats, Floats]


def _placed(forecasts: pd.DataFrame) -> _Placed:
    chance = forecasts["chance"].to_numpy(dtype=np.float64)
    happened = forecasts["dissolved"].to_numpy(dtype=bool)
    yes, no = int(happened.sum()), int((~happened).sum())
    if yes == 0 or no == 0:
        return _Placed(float("nan"), (np.full(2, np.nan), np.full(2, np.nan)))
    ranks = scipy.stats.rankdata(chance)
    above = (ranks[happened] - scipy.stats.rankdata(chance[happened])) / no
    below = 1 - (ranks[~happened] - scipy.stats.rankdata(chance[~happened])) / yes
    return _Placed(float(above.mean()), (above, below))


def _variance(yes: Floats, no: Floats) -> float:
    if min(len(yes), len(no)) < 2:
        return float("nan")
    return float(yes.var(ddof=1) / len(yes) + no.var(ddof=1) / len(no))


def _with_error(estimate: float, variance: float) -> Estimate:
    return Estimate(estimate, *normal(estimate, float(np.sqrt(variance))))


def _over_points(group: pd.DataFrame, function: Callable[[pd.DataFrame], Estimate]) -> Estimate:
    """The measure itself on fresh luck; its mean over points elsewhere."""
    if (group["test"] == FRESH).all():
        return function(group)
    each = np.array(list(_at_each_point(group, function)))
    each = each[np.isfinite(each)]
    middle = float(each.mean()) if len(each) else float("nan")
    return Estimate(middle, *mean_of_differences(each))


def _at_each_point(
    group: pd.DataFrame, function: Callable[[pd.DataFrame], Estimate]
) -> Iterator[float]:
    for _, part in group.groupby("point"):
        yield function(part).estimate
