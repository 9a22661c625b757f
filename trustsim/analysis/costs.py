"""What a gain costs: a ratio of two paired means, with the interval that ratios need."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from trustsim.analysis.intervals import mean_of_differences, student_quantile
from trustsim.analysis.tables import Floats


class CostOfGain(NamedTuple):
    """Cost per unit gained, with its 95 % interval; not a number where no gain is certain."""

    estimate: float
    low: float
    high: float


UNPRICED = CostOfGain(float("nan"), float("nan"), float("nan"))


def cost_of_gain(extra_cost: Floats, extra_gain: Floats) -> CostOfGain:
    """Mean extra cost over mean extra gain of the same pairs (Fieller 1954).

    Where the interval of the gain does not lie above 0 there is nothing that a price could be put
    on, and all three numbers are missing.

    Parameters
    ----------
    extra_cost, extra_gain : array
        Paired differences, one a partnership.

    Examples
    --------
    >>> cost = np.array([18.0, 18.0, 18.0, 18.0])
    >>> cost_of_gain(cost, np.array([0.0, 0.0, 1.0, 0.0])).estimate
    nan
    >>> round(cost_of_gain(cost, np.array([1.0, 1.0, 1.0, 1.0])).estimate)
    18
    """
    size = len(extra_gain)
    if size < 2 or not mean_of_differences(extra_gain).low > 0:
        return UNPRICED
    cost, gain = float(extra_cost.mean()), float(extra_gain.mean())
    covariance = np.cov(extra_cost, extra_gain, ddof=1) / size
    square = float(student_quantile(size - 1)) ** 2
    # The ratio r solves (cost - r gain)^2 = t^2 var(cost - r gain): a quadratic in r.
    leading = gain**2 - square * covariance[1, 1]
    middle = cost * gain - square * covariance[0, 1]
    last = cost**2 - square * covariance[0, 0]
    reach = float(np.sqrt(max(middle**2 - leading * last, 0.0)))
    return CostOfGain(cost / gain, (middle - reach) / leading, (middle + reach) / leading)
