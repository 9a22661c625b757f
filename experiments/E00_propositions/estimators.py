"""Estimates that the designs need beside paired means and shares, from arrays by partnership.

Intervals of ratios and of differences between groups come from resampling whole partnerships,
so that both arms of a pair are always drawn together.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trustsim.analysis.intervals import Interval
from trustsim.analysis.tables import Floats, Integers
from trustsim.schema import STATUSES

FORMING, MATURE, TOKENISTIC, DISSOLVED = range(len(STATUSES))
RESAMPLES = 400
Flags = NDArray[np.bool_]


class Estimate(NamedTuple):
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float


def bootstrap(statistic: Callable[[Integers], float], size: int, seed: int) -> Interval:
    """Percentile interval of a statistic over resampled partnerships.

    Parameters
    ----------
    statistic : callable
        From the places of the partnerships drawn, shape (size,), to a number; nan where the
        draw does not determine it (such draws are left out).
    size : int
        Partnerships.
    seed : int
        Luck of the resampling.
    """
    if size == 0:
        return Interval(float("nan"), float("nan"))
    generator = np.random.Generator(np.random.Philox(seed))
    draws = generator.integers(0, size, (RESAMPLES, size))
    found = np.array([statistic(draw) for draw in draws])
    found = found[~np.isnan(found)]
    if len(found) == 0:
        return Interval(float("nan"), float("nan"))
    low, high = np.quantile(found, [0.025, 0.975])
    return Interval(float(low), float(high))


def share_kept(full: Floats, kept: Floats, seed: int) -> Estimate:
    """Mean of one paired gain over the mean of another; nan where there is nothing to keep.

    full, kept : arrays of shape (partnerships,), same partnerships.
    """
    bounds = bootstrap(
        lambda draw: kept[draw].mean() / max(full[draw].mean(), 1e-9), len(full), seed
    )
    gain = full.mean() if len(full) else 0.0
    value = float(kept.mean() / gain) if gain > 0 else float("nan")
    return Estimate(value, bounds.low, bounds.high)


def relapses(status: Integers, month: int) -> tuple[Flags, Floats]:
    """First loss of maturity after a month, among those mature in it.

    Parameters
    ----------
    status : array of int, shape (partnerships, months)
        Codes in the order of `schema.STATUSES`; all partnerships mature in `month`.
    month : int
        Counts from 1; watching begins in the month after.

    Returns
    -------
    tuple of arrays, shape (partnerships,)
        Whether maturity was lost while alive; mature months at risk, with the month of the
        loss. A partnership that dissolves while mature is watched until then.
    """
    later = status[:, month:]
    not_mature = later != MATURE
    ended = not_mature.any(axis=1)
    place = not_mature.argmax(axis=1)
    how = later[np.arange(len(later)), place]
    at_risk = np.where(ended, place + 1, later.shape[1]).astype(np.float64)
    return ended & (how != DISSOLVED), at_risk


def rate_ratio(baseline: tuple[Flags, Floats], other: tuple[Flags, Floats], seed: int) -> Estimate:
    """Events per month at risk in the second arm over those in the first.

    Half an event is added to each arm, so that an arm without events has a ratio too.
    """

    def rate(arm: tuple[Flags, Floats], draw: Integers) -> float:
        return float((arm[0][draw].sum() + 0.5) / arm[1][draw].sum())

    def ratio(draw: Integers) -> float:
        return rate(other, draw) / rate(baseline, draw)

    size = len(baseline[0])
    value = ratio(np.arange(size)) if size else float("nan")
    return Estimate(value, *bootstrap(ratio, size, seed))


def gap_between(values: Floats, group: Flags, seed: int) -> Estimate:
    """Mean of the partnerships in a group minus the mean of the others."""

    def gap(draw: Integers) -> float:
        chosen, inside = values[draw], group[draw]
        if inside.all() or not inside.any():
            return float("nan")
        return float(chosen[inside].mean() - chosen[~inside].mean())

    everybody = np.arange(len(values))
    return Estimate(gap(everybody), *bootstrap(gap, len(values), seed))


def sum_over_window(monthly: Floats, first: Integers, length: int) -> Floats:
    """Sum of a monthly number over `length` months from each partnership's own first month.

    monthly: shape (partnerships, months), nan counts 0; first: counts from 1.

    >>> sum_over_window(np.array([[1.0, 2.0, 4.0, np.nan]]), np.array([2]), 3).tolist()
    [6.0]
    """
    months = np.arange(1, monthly.shape[1] + 1)
    inside = (months >= first[:, None]) & (months < first[:, None] + length)
    total: Floats = np.where(inside, np.nan_to_num(monthly), 0.0).sum(axis=1)
    return total
