"""Rows of `measured` for experiments that hold published numbers against draws of the model."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from E10_stp_dates.dates import MIDDLE, Comparison
from numpy.typing import NDArray

from trustsim.analysis.intervals import wilson

Floats = NDArray[np.float64]
SHARE = "share of partnerships"
RESAMPLES = 1000


def row(
    quantity: str, estimate: float, low: float, high: float, unit: str, size: int
) -> dict[str, object]:
    """One measured quantity."""
    return {
        "quantity": quantity,
        "estimate": float(estimate),
        "low": float(low),
        "high": float(high),
        "unit": unit,
        "n": int(size),
    }


def exact(quantity: str, number: float, unit: str, size: int) -> dict[str, object]:
    """A quantity that has no interval of its own, because it is about an interval."""
    return row(quantity, number, number, number, unit, size)


def p_row(quantity: str, found: Comparison, draws: int) -> dict[str, object]:
    """Share of draws at least as far off as the data."""
    return row(quantity, found.p, found.low, found.high, "share of draws", draws)


def chance_row(quantity: str, which: NDArray[np.bool_]) -> dict[str, object]:
    """Share of draws of which something is true."""
    bounds = wilson(int(which.sum()), len(which))
    return row(quantity, float(which.mean()), *bounds, "share of draws", len(which))


def band_row(quantity: str, draws: Floats, unit: str) -> dict[str, object]:
    """Median and middle 95 % of draws of a quantity."""
    low, high = np.quantile(draws, MIDDLE)
    return row(quantity, float(np.median(draws)), low, high, unit, len(draws))


def within(number: float, draws: Floats) -> float:
    """1 if a published number lies in the middle 95 % of draws, else 0."""
    low, high = np.quantile(draws, MIDDLE)
    return float(low - 1e-12 <= number <= high + 1e-12)


def over_points(
    quantity: str,
    points: Sequence[int] | NDArray[np.int64],
    columns: Sequence[Floats],
    statistic: Callable[[Floats], float],
    unit: str,
    *,
    seed: int,
) -> dict[str, object]:
    """A statistic of sums over all partnerships; the interval comes from resampling whole points.

    columns: numbers of each partnership; statistic: takes their sums, in this order.
    """
    sums = pd.DataFrame(dict(enumerate(columns))).groupby(np.asarray(points)).sum().to_numpy()
    luck = np.random.Generator(np.random.Philox(seed))
    chosen = luck.integers(0, len(sums), (RESAMPLES, len(sums)))
    found = np.array([statistic(sums[one].sum(axis=0)) for one in chosen])
    known = found[np.isfinite(found)]
    low, high = np.quantile(known, MIDDLE) if len(known) == len(found) else (np.nan, np.nan)
    return row(quantity, statistic(sums.sum(axis=0)), low, high, unit, len(points))


def mean_over_points(
    quantity: str,
    points: Sequence[int] | NDArray[np.int64],
    values: Floats,
    unit: str = SHARE,
    *,
    seed: int,
) -> dict[str, object]:
    """A mean over all partnerships, with an interval from resampling whole points."""
    columns = (np.asarray(values, dtype=np.float64), np.ones(len(values)))
    return over_points(quantity, points, columns, ratio, unit, seed=seed)


def most_at_a_point(
    quantity: str, points: Sequence[int] | NDArray[np.int64], values: Floats
) -> dict[str, object]:
    """Largest mean that any one point has: beyond it no weighting of the points can go."""
    means = pd.Series(np.asarray(values, dtype=np.float64)).groupby(np.asarray(points)).mean()
    return exact(quantity, means.max(), SHARE, len(means))


def ratio(sums: Floats) -> float:
    """First over second; not a number if there is nothing below.

    >>> ratio(np.array([1.0, 4.0]))
    0.25
    """
    return float(sums[0] / sums[1]) if sums[1] else float("nan")


def curve_over_points(
    line: str,
    points: Sequence[int] | NDArray[np.int64],
    when: Floats,
    by: Sequence[float],
    *,
    seed: int,
) -> pd.DataFrame:
    """Share of all partnerships to which it happened by each month, resampling whole points."""
    found = [mean_over_points(line, points, (when <= month) * 1.0, seed=seed) for month in by]
    table = pd.DataFrame(found).rename(columns={"quantity": "line"})
    table.insert(1, "month", np.asarray(by, dtype=np.float64))
    return table
