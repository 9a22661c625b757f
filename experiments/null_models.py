"""What would come out by chance alone: a random walk to a barrier, and mere heterogeneity.

Null models show how much of a pattern needs no mechanism of ours. Months count from 1; `months` may
be a number or an array and the result has its shape.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import scipy

Floats = npt.NDArray[np.float64]


def barrier_density(
    months: npt.ArrayLike, *, distance: float, drift: float, spread: float
) -> Floats:
    """Density of the month in which a random walk first falls by `distance`.

    Steps of mean `drift` and standard deviation `spread` a month, seen continuously: the inverse
    Gaussian ``a / sqrt(2 pi s**2 t**3) exp(-(a + m t)**2 / (2 s**2 t))``. Months > 0.

    References: levinthal1991, lemens2011 (survival without any learning or merit).

    >>> round(float(barrier_density(1.0, distance=1.0, drift=0.0, spread=1.0)), 6)
    0.241971
    """
    t = np.asarray(months, dtype=np.float64)
    height = distance / (spread * np.sqrt(2.0 * math.pi * t**3))
    return np.asarray(height * np.exp(-((distance + drift * t) ** 2) / (2.0 * spread**2 * t)))


def barrier_survival(
    months: npt.ArrayLike, *, distance: float, drift: float, spread: float
) -> Floats:
    """Share of random walks that have not yet fallen by `distance`; see `barrier_density`.

    ``Phi((a + m t) / (s sqrt t)) - exp(-2 a m / s**2) Phi((m t - a) / (s sqrt t))``.

    >>> round(float(barrier_survival(1.0, distance=1.0, drift=0.0, spread=1.0)), 6)
    0.682689
    """
    t = np.asarray(months, dtype=np.float64)
    scale = spread * np.sqrt(t)
    reflected = math.exp(-2.0 * distance * drift / spread**2)
    above = scipy.special.ndtr((distance + drift * t) / scale)
    return np.asarray(above - reflected * scipy.special.ndtr((drift * t - distance) / scale))


def barrier_hazard(
    months: npt.ArrayLike, *, distance: float, drift: float, spread: float
) -> Floats:
    """Hazard of ending for a random walk to a barrier: it rises, peaks and falls by itself.

    The null model for a liability of adolescence: no honeymoon, no learning, no trust.

    References: levinthal1991, lemens2011, bruderl1990.

    >>> h = barrier_hazard([1, 6, 60], distance=5.0, drift=0.0, spread=1.0)
    >>> bool(h[0] < h[1] > h[2])
    True
    """
    density = barrier_density(months, distance=distance, drift=drift, spread=spread)
    return np.asarray(
        density / barrier_survival(months, distance=distance, drift=drift, spread=spread)
    )


def walks_to_a_barrier(
    generator: np.random.Generator,
    *,
    walks: int,
    months: int,
    distance: float,
    drift: float,
    spread: float,
) -> npt.NDArray[np.int64]:
    """First month in which each of many random walks lies below the barrier; 0 if never.

    The monthly walk itself: looked at once a month it ends a little later than
    `barrier_density` says, which sees it all the time. Shape (walk,).

    >>> walks_to_a_barrier(
    ...     np.random.default_rng(0), walks=3, months=5, distance=1.0, drift=-2.0, spread=0.0
    ... )
    array([1, 1, 1])
    """
    standing = np.zeros(walks)
    ended = np.zeros(walks, dtype=np.int64)
    for month in range(1, months + 1):
        standing += drift + spread * generator.standard_normal(walks)
        ended[(ended == 0) & (standing <= -distance)] = month
    return ended


def frailty_survival(
    months: npt.ArrayLike, *, hazard: float, variance: float, ageing: float = 1.0
) -> Floats:
    """Share surviving of a mixed population whose members differ in frailty.

    Each has cumulative hazard ``Z hazard t**ageing``, Z gamma with mean 1 and this variance:
    ``(1 + variance hazard t**ageing)**(-1 / variance)``.

    Reference: Vaupel, Manton and Stallard (1979).

    >>> round(float(frailty_survival(1.0, hazard=1.0, variance=1.0)), 6)
    0.5
    """
    t = np.asarray(months, dtype=np.float64)
    return np.asarray((1.0 + variance * hazard * t**ageing) ** (-1.0 / variance))


def frailty_hazard(
    months: npt.ArrayLike, *, hazard: float, variance: float, ageing: float = 1.0
) -> Floats:
    """Hazard seen in a mixed population although nobody's own hazard ever falls.

    ``ageing hazard t**(ageing - 1) / (1 + variance hazard t**ageing)``: with constant own
    hazards (ageing = 1) it only falls, for the frail leave first; with rising ones (ageing > 1)
    it rises, peaks and falls. The null model of pure heterogeneity.

    >>> frailty_hazard([0.0, 1.0], hazard=0.5, variance=2.0)
    array([0.5 , 0.25])
    """
    t = np.asarray(months, dtype=np.float64)
    own = ageing * hazard * t ** (ageing - 1.0)
    return np.asarray(own / (1.0 + variance * hazard * t**ageing))
