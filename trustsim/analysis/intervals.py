"""Intervals of 95 % for shares, rates, means and quantiles.

References: Wilson 1927 (shares), Garwood 1936 (rates), Fay & Feuer 1997 (weighted sums of rates),
David & Nagaraja 2003, section 7.1 (quantiles from order statistics), Agresti & Min 2005
(differences of paired shares).

Quantiles are taken from scipy.special: scipy.stats gets them from there, and takes three times as
long to load.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import ArrayLike

from trustsim.analysis.tables import Floats

CONFIDENCE = 0.95
TAIL = (1 - CONFIDENCE) / 2
NORMAL_QUANTILE = 1.959963984540054  # of 1 - TAIL
ROUNDING = 1e-12
"""What rounding leaves of the spread of a constant, as a share of its squares."""


class Interval(NamedTuple):
    """The two ends of an interval."""

    low: float
    high: float


UNKNOWN = Interval(float("nan"), float("nan"))


def wilson_bounds(share: ArrayLike, size: ArrayLike) -> tuple[Floats, Floats]:
    """Wilson score intervals of shares, each out of its own number of cases.

    Parameters
    ----------
    share : array_like
        Observed shares, in [0, 1].
    size : array_like
        Cases; may be fractional (an effective number). Where it is 0 the interval is [0, 1].

    Examples
    --------
    >>> low, high = wilson_bounds(0.5, 10)
    >>> round(float(low), 4), round(float(high), 4)
    (0.2366, 0.7634)
    """
    shares = np.asarray(share, dtype=np.float64)
    sizes = np.asarray(size, dtype=np.float64)
    square = NORMAL_QUANTILE**2
    spread = np.sqrt(square * np.maximum(shares * (1 - shares), 0) * sizes + square**2 / 4)
    low = (shares * sizes + square / 2 - spread) / (sizes + square)
    high = (shares * sizes + square / 2 + spread) / (sizes + square)
    # Rounding would put 1e-17 where the bound is 0, and a bound on the wrong side of a share.
    return np.clip(low, 0, shares), np.clip(high, shares, 1)


def wilson(successes: float, size: float) -> Interval:
    """Wilson score interval of one share.

    >>> wilson(0, 0)
    Interval(low=0.0, high=1.0)
    """
    if size <= 0:
        return Interval(0.0, 1.0)
    return Interval(*map(float, wilson_bounds(successes / size, size)))


def poisson_rate(events: float, exposure: float, *, dispersion: float = 1.0) -> Interval:
    """Exact (Garwood) interval of a rate: events per unit of exposure.

    It is conservative for events that can happen once a month at most, as they do here.

    Parameters
    ----------
    events, exposure : float
        How often it happened, in how much time.
    dispersion : float, optional
        Variance of the count relative to Poisson's, for counts that come in clusters.

    Examples
    --------
    >>> poisson_rate(0, 100).low, round(poisson_rate(0, 100).high, 4)
    (0.0, 0.0369)
    """
    if exposure <= 0:
        return Interval(0.0, float("inf"))
    count = events / dispersion
    low = float(chi_squared_quantile(2 * count, TAIL) / 2) if count > 0 else 0.0
    high = float(chi_squared_quantile(2 * count + 2, 1 - TAIL) / 2)
    return Interval(low * dispersion / exposure, high * dispersion / exposure)


def weighted_rate(weights: Floats, counts: ArrayLike) -> tuple[Floats, Floats]:
    """Gamma intervals of weighted sums of rare counts (Fay & Feuer 1997).

    With equal weights this is Garwood's interval; otherwise it is a little wider than needed.
    Sums that are negative count as 0.

    Parameters
    ----------
    weights : numpy.ndarray
        Shape (sum, count). A few may be negative, as those of kernels at an edge are.
    counts : array_like
        Shape (count,).

    Examples
    --------
    >>> low, high = weighted_rate(np.full((1, 3), 0.01), [0, 0, 0])
    >>> low.item(), round(high.item(), 4)
    (0.0, 0.0369)
    """
    seen = np.asarray(counts, dtype=np.float64)
    total, variance = np.maximum(weights @ seen, 0.0), weights**2 @ seen
    most = weights.max(axis=1)
    # One more event, where it would weigh most, is what the upper bound must allow for.
    above, spread = total + most, variance + most**2
    high = chi_squared_quantile(2 * above**2 / spread, 1 - TAIL) * spread / (2 * above)
    some = total > 0
    scale = np.divide(variance, total, out=np.ones_like(total), where=some)
    low = np.where(some, chi_squared_quantile(2 * total / scale, TAIL) * scale / 2, 0.0)
    return np.asarray(low), np.asarray(high)


def normal(estimate: float, standard_error: float) -> Interval:
    """Interval of an estimate that is an average over many runs."""
    reach = NORMAL_QUANTILE * standard_error
    return Interval(estimate - reach, estimate + reach)


def student_quantile(freedom: ArrayLike) -> Floats:
    """Quantile 1 - TAIL of Student's t, by degrees of freedom; NaN where they are not above 0."""
    degrees = np.asarray(freedom, dtype=np.float64)
    return np.asarray(scipy.special.stdtrit(degrees, 1 - TAIL), dtype=np.float64)


def chi_squared_quantile(freedom: ArrayLike, probability: float) -> Floats:
    """Quantile of chi squared, by degrees of freedom."""
    half = np.asarray(freedom, dtype=np.float64) / 2
    return np.asarray(2 * scipy.special.gammaincinv(half, probability), dtype=np.float64)


def binomial_quantile(size: int, share: float, probability: float) -> int:
    """The least count that is not exceeded with such a probability; share in [0, 1]."""
    if size == 0 or share == 0:
        return 0
    near = int(np.ceil(scipy.special.bdtrik(probability, size, share)))
    # Found by searching for a root, whose last digits must not make it one more.
    below = max(near - 1, 0)
    return below if scipy.special.bdtr(below, size, share) >= probability else near


def mean_of_differences(differences: Floats) -> Interval:
    """Student's interval of a mean paired difference; unknown for fewer than two pairs.

    >>> mean_of_differences(np.array([1.0, 1.0, 1.0]))
    Interval(low=1.0, high=1.0)
    """
    size = len(differences)
    if size < 2:
        return UNKNOWN
    reach = float(student_quantile(size - 1) * differences.std(ddof=1) / np.sqrt(size))
    return Interval(float(differences.mean()) - reach, float(differences.mean()) + reach)


def variances(size: Floats, mean: Floats, squares: Floats) -> Floats:
    """Variances of samples, from their sizes, means and sums of squares; NaN for fewer than two."""
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = squares - size * mean**2
        spread = np.where(spread > ROUNDING * squares, spread, 0.0)
        return np.where(size > 1, spread / (size - 1), np.nan)


def mean_bounds(size: Floats, mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Student's intervals of means; NaN where the variance is."""
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = student_quantile(np.maximum(size - 1, 1)) * np.sqrt(variance / size)
    return mean - reach, mean + reach


def paired_share_bounds(up: Floats, down: Floats, size: Floats) -> tuple[Floats, Floats]:
    """`paired_shares` of many at once."""
    centre = (up - down) / (size + 2)
    error = np.sqrt((up + down + 1) / (size + 2) - centre**2) / np.sqrt(size + 2)
    reach = NORMAL_QUANTILE * error
    return np.maximum(centre - reach, -1.0), np.minimum(centre + reach, 1.0)


def paired_shares(up: int, down: int, *, size: int) -> Interval:
    """Agresti-Min interval of a difference of two shares of the same partnerships.

    Half a pair is added to each of the four kinds of pair, so no change seen in few pairs is
    not taken for certainty that there is none.

    Parameters
    ----------
    up, down : int
        Pairs in which it happens only in the second arm, only in the first.
    size : int
        All pairs.

    Examples
    --------
    >>> round(paired_shares(0, 0, size=98).high, 4)
    0.0196
    """
    one = (np.asarray(number, dtype=np.float64) for number in (up, down, size))
    return Interval(*map(float, paired_share_bounds(*one)))


def quantile_ranks(size: int, share: float) -> tuple[int, int]:
    """Ranks of the two observations that hold a quantile between them, whatever the distribution.

    A rank of 0, or of `size` + 1, says that there are too few observations on that side.

    >>> quantile_ranks(100, 0.5)
    (40, 61)
    """
    low = binomial_quantile(size, share, TAIL)
    return low, binomial_quantile(size, share, 1 - TAIL) + 1
