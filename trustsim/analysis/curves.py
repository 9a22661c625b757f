"""What an arm changed month by month: paired mean curves, and better before worse.

Curves are summed over blocks of partnerships, so that a comparison of any size fits in memory.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from trustsim.analysis.intervals import mean_bounds, variances
from trustsim.analysis.tables import Flags, Floats, require_columns

HOLDS_FOR = 3
"""Months in a row that an interval must leave out no change before a curve counts as changed."""

BETTER, WORSE = "better", "worse"
NO_CHANGE = "no certain change"


class PairedSums:
    """Running sums of one monthly quantity over pairs of partnerships.

    months: how many months each partnership is followed.
    """

    def __init__(self, months: int) -> None:
        self.pairs = 0
        self._baseline = np.zeros(months)
        self._other = np.zeros(months)
        self._squares = np.zeros(months)

    def add(self, baseline: Floats, other: Floats) -> None:
        """More pairs: two arrays of shape (partnership, month), the same partnerships."""
        self.pairs += len(baseline)
        self._baseline += baseline.sum(axis=0)
        self._other += other.sum(axis=0)
        self._squares += ((other - baseline) ** 2).sum(axis=0)

    def table(self) -> pd.DataFrame:
        """One row a month: month, baseline, other, difference, low, high, n.

        Student's intervals of the mean paired difference, each month by itself.
        """
        baseline, other = self._baseline / self.pairs, self._other / self.pairs
        mean, size = other - baseline, np.full(len(other), float(self.pairs))
        low, high = mean_bounds(size, mean, variances(size, mean, self._squares))
        return pd.DataFrame(
            {
                "month": np.arange(1, len(mean) + 1),
                "baseline": baseline,
                "other": other,
                "difference": mean,
                "low": low,
                "high": high,
                "n": self.pairs,
            }
        )


class Crossing(NamedTuple):
    """How a mean curve went beside the baseline's.

    pattern: "better", "worse", "better before worse", "worse before better" or "no certain
    change"; first, then: months in which each side was first held; crosses: month in which the
    mean difference goes over to the second side (it may come back later). Months are None where
    there are none.
    """

    pattern: str
    first: int | None
    then: int | None
    crosses: int | None


def crossing(curve: pd.DataFrame, *, better: int = 1) -> Crossing:
    """Whether a curve lies above the baseline's, below it, or first one and then the other.

    A side counts once the interval has left out no change for three months in a row. Intervals are
    those of each month by itself, and neighbouring months are much alike, so over ten years some
    side is held by chance in a fifth to a third of curves between arms that do not differ (by
    simulation): look at the size as well, and take more partnerships.

    Parameters
    ----------
    curve : pandas.DataFrame
        One row a month: month, difference, low, high.
    better : int, optional
        1 if more is better, -1 if less is.

    Examples
    --------
    >>> curve = pd.DataFrame({"month": range(1, 11), "difference": [2.0] * 5 + [-2.0] * 5})
    >>> crossing(curve.assign(low=curve.difference - 1, high=curve.difference + 1))
    Crossing(pattern='better before worse', first=1, then=6, crosses=6)
    """
    require_columns(curve, ("month", "difference", "low", "high"), where="crossing")
    above, below = (curve["low"] > 0).to_numpy(), (curve["high"] < 0).to_numpy()
    if better < 0:
        above, below = below, above
    starts = {BETTER: _held_from(above), WORSE: _held_from(below)}
    found = sorted((start, side) for side, start in starts.items() if start is not None)
    if not found:
        return Crossing(NO_CHANGE, None, None, None)
    months = [int(month) for month in curve["month"]]
    if len(found) == 1:
        return Crossing(found[0][1], months[found[0][0]], None, None)
    (start, first), (end, then) = found
    sign = curve["difference"].to_numpy()[: end + 1] * better * (1 if then == BETTER else -1)
    on_first_side = np.flatnonzero(sign <= 0)
    place = int(on_first_side[-1]) + 1 if len(on_first_side) else end
    return Crossing(f"{first} before {then}", months[start], months[end], months[place])


def _held_from(certain: Flags) -> int | None:
    """Place of the first of three months in a row, or None."""
    run = np.convolve(certain, np.ones(HOLDS_FOR), mode="valid") if len(certain) else certain
    held = np.flatnonzero(run == HOLDS_FOR)
    return int(held[0]) if len(held) else None
