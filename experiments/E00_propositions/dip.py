"""How far a sample is from having a single peak: the dip statistic.

Hartigan & Hartigan 1985: the least that any distribution with one peak must differ, somewhere,
from the observed share of values up to each point. Near 0 for one peak, .25 for two points.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from trustsim.analysis.tables import Floats, Integers, TableError
from trustsim.errors import refusal


def dip(values: ArrayLike) -> float:
    """Dip statistic of a sample, between 0 and .25.

    A one-peaked distribution is convex up to its peak and concave after it. The stretch in
    which the peak may lie shrinks step by step: between the greatest convex curve below and
    the least concave curve above the data, to where the two are furthest apart.

    Raises
    ------
    TableError
        There are no values, or one is not a number.

    Examples
    --------
    >>> dip([0.0, 1.0])
    0.25
    """
    points, below, above = _steps(values)
    low, high, worst = 0, len(points) - 1, 0.0
    while low < high:
        convex = _hull(points, below, low, high, sign=1)
        concave = _hull(points, above, low, high, sign=-1)
        stretch = np.arange(low, high + 1)
        floor = np.interp(points[stretch], points[convex], below[convex])
        ceiling = np.interp(points[stretch], points[concave], above[concave])
        new_low, new_high, gap = _peak_stretch(convex, concave, ceiling - floor, low)
        if gap <= worst:
            break
        # Outside the new stretch the curve is settled, and so is how far it is from the data.
        left, right = new_low - low, new_high - low
        misfits = (above[stretch] - floor)[:left], (ceiling - below[stretch])[right + 1 :]
        worst = max(worst, *(float(part.max()) for part in misfits if len(part)), 0.0)
        if (new_low, new_high) == (low, high):
            break
        low, high = new_low, new_high
    return worst / 2


def _steps(values: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Distinct values, and the share of values strictly below and up to each of them."""
    sample = np.asarray(values, dtype=np.float64).ravel()
    if len(sample) == 0 or not np.isfinite(sample).all():
        allowed = "must be finite numbers, at least one"
        got = "none" if len(sample) == 0 else "a missing or infinite value"
        raise TableError(refusal("dip", "values", got, allowed, "Drop what is missing."))
    points, counts = np.unique(sample, return_counts=True)
    above = counts.cumsum() / len(sample)
    return points, np.concatenate([[0.0], above[:-1]]), above


def _hull(points: Floats, heights: Floats, low: int, high: int, *, sign: int) -> Integers:
    """Corners of the greatest convex curve below (sign 1) or least concave above (-1)."""
    # Plain floats: the walk visits points one by one, where numpy's scalars are slow.
    x, y = points.tolist(), (sign * heights).tolist()
    corners = [low]
    for new in range(low + 1, high + 1):
        while len(corners) > 1:
            before, last = corners[-2], corners[-1]
            turn = (y[last] - y[before]) * (x[new] - x[before])
            if turn < (y[new] - y[before]) * (x[last] - x[before]):
                break
            corners.pop()
        corners.append(new)
    return np.array(corners)


def _peak_stretch(
    convex: Integers, concave: Integers, gaps: Floats, low: int
) -> tuple[int, int, float]:
    """Where the two curves are furthest apart, from a convex corner to the next concave one."""
    on_convex, on_concave = gaps[convex - low], gaps[concave - low]
    if on_convex.max() > on_concave.max():
        start = int(convex[on_convex.argmax()])
        return start, int(concave[np.searchsorted(concave, start)]), float(on_convex.max())
    stop = int(concave[on_concave.argmax()])
    return (
        int(convex[np.searchsorted(convex, stop, side="right") - 1]),
        stop,
        float(on_concave.max()),
    )
