"""What must come out where the mathematics is known.

Closed forms hold the simulation to account: the tests switch off all but one mechanism and
compare. Nothing here imports trustsim: a line shared with the model could share its mistake.

Months count from 1; `months` may be a number or an array and the result has its shape.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy

Floats = npt.NDArray[np.float64]


def evidence_after(
    months: npt.ArrayLike, *, start: float = 0.0, news: float, kept: float
) -> Floats:
    """Evidence remembered after months of the same news: it levels off at news / (1 - kept).

    Each month the old evidence fades to a share `kept`, then `news` comes in:
    ``start kept**t + news (1 - kept**t) / (1 - kept)``. kept in [0, 1]; start, news in kept
    promises.

    Reference: josang2002 (forgetting).

    >>> float(evidence_after(2, start=8.0, news=1.0, kept=0.5))
    3.5
    """
    t = np.asarray(months, dtype=np.float64)
    if kept == 1.0:
        return np.asarray(start + news * t)
    left = kept**t
    return np.asarray(start * left + news * (1.0 - left) / (1.0 - kept))


def trust_from_counts(
    good: npt.ArrayLike, bad: npt.ArrayLike, *, prior: float, prior_weight: float
) -> Floats:
    """Trust in [0, 1] that counts of good and bad evidence stand for.

    ``(good + k m) / (good + bad + k)`` with a prior mean m worth k kept promises.

    Reference: josang2002.

    >>> float(trust_from_counts(6.0, 0.0, prior=0.5, prior_weight=4.0))
    0.8
    """
    plus = np.asarray(good, dtype=np.float64)
    minus = np.asarray(bad, dtype=np.float64)
    return np.asarray((plus + prior_weight * prior) / (plus + minus + prior_weight))


def good_evidence_behind(trust: npt.ArrayLike, *, prior: float, prior_weight: float) -> Floats:
    """Good evidence that a trust below 1 stands for, where there is no bad: the inverse.

    ``k (trust - m) / (1 - trust)``.

    >>> round(float(good_evidence_behind(0.8, prior=0.5, prior_weight=4.0)), 12)
    6.0
    """
    level = np.asarray(trust, dtype=np.float64)
    return np.asarray(prior_weight * (level - prior) / (1.0 - level))


def trust_under_steady_news(
    months: npt.ArrayLike,
    *,
    good_news: float,
    bad_news: float,
    good_at_start: float,
    bad_at_start: float,
    kept: float,
    prior: float,
    prior_weight: float,
) -> Floats:
    """Trust after months in which the same news came in every month.

    Good and bad counts follow `evidence_after`, trust follows `trust_from_counts`.

    >>> trust_under_steady_news(
    ...     [0, 1000],
    ...     good_news=1.0,
    ...     bad_news=0.0,
    ...     good_at_start=0.0,
    ...     bad_at_start=0.0,
    ...     kept=0.75,
    ...     prior=0.5,
    ...     prior_weight=4.0,
    ... )
    array([0.5 , 0.75])
    """
    return trust_from_counts(
        evidence_after(months, start=good_at_start, news=good_news, kept=kept),
        evidence_after(months, start=bad_at_start, news=bad_news, kept=kept),
        prior=prior,
        prior_weight=prior_weight,
    )


def trust_in_the_long_run(
    *, good_news: float, bad_news: float, kept: float, prior: float, prior_weight: float
) -> float:
    """Trust at which steady news leaves it: the fixed point of `trust_under_steady_news`.

    ``(g + k m (1 - kept)) / (g + b + k (1 - kept))``, kept < 1. Without news it is the prior.

    >>> trust_in_the_long_run(good_news=1.0, bad_news=0.0, kept=0.75, prior=0.5, prior_weight=4.0)
    0.75
    """
    ballast = prior_weight * (1.0 - kept)
    return (good_news + ballast * prior) / (good_news + bad_news + ballast)


def moments_of_evidence(
    months: int, *, chance: float, news: float, kept: float
) -> tuple[float, float]:
    """Mean and variance of evidence where news comes in each month with a chance.

    A sum of independent Bernoulli terms, each faded by its age: mean
    ``chance news (1 - kept**t) / (1 - kept)``, variance
    ``chance (1 - chance) news**2 (1 - kept**(2t)) / (1 - kept**2)``.

    >>> moments_of_evidence(2, chance=0.5, news=1.0, kept=0.5)
    (0.75, 0.3125)
    """
    mean = evidence_after(months, news=chance * news, kept=kept)
    spread = evidence_after(months, news=chance * (1.0 - chance) * news * news, kept=kept * kept)
    return float(mean), float(spread)


def level_after(months: npt.ArrayLike, *, start: float, target: float, rate: float) -> Floats:
    """A level that closes a share `rate` of its gap to a fixed target each month.

    ``target + (start - target) (1 - rate)**t``: the sponsor's path (rate = 1 / pace),
    frustration under a constant shortfall, show under constant activity.

    >>> level_after([1, 2], start=0.0, target=0.5, rate=0.5)
    array([0.25 , 0.375])
    """
    t = np.asarray(months, dtype=np.float64)
    return np.asarray(target + (start - target) * (1.0 - rate) ** t)


def routines_after(
    months: npt.ArrayLike, *, start: float, practice: float, growth: float, decay: float
) -> Floats:
    """Joint habits after months of the same practice, with nothing institutionalised.

    Each month they decay by `decay`, then close a share ``growth practice`` of the gap to 1:
    a straight line in the old level, so they approach `routines_in_the_long_run` by the factor
    ``(1 - decay) (1 - growth practice)`` a month.

    >>> round(float(routines_after(1, start=0.0, practice=1.0, growth=0.1, decay=0.02)), 12)
    0.1
    """
    end = routines_in_the_long_run(practice=practice, growth=growth, decay=decay)
    rate = 1.0 - (1.0 - decay) * (1.0 - growth * practice)
    return level_after(months, start=start, target=end, rate=rate)


def routines_in_the_long_run(*, practice: float, growth: float, decay: float) -> float:
    """Joint habits at which growth and decay balance.

    ``g / (g + d - g d)`` with g = growth times practice and d = decay, not both 0.

    >>> routines_in_the_long_run(practice=1.0, growth=0.5, decay=0.5)
    0.6666666666666666
    """
    gain = growth * practice
    return gain / (gain + decay - gain * decay)


def coached_in_the_long_run(*, intensity: float, gain: float, kept: float) -> float:
    """What coaching that goes on leaves with a person: gain and forgetting in balance.

    ``g / (1 - kept (1 - g))`` with g = intensity times gain.

    >>> coached_in_the_long_run(intensity=1.0, gain=0.5, kept=0.5)
    0.6666666666666666
    """
    learned = intensity * gain
    return learned / (1.0 - kept * (1.0 - learned))


def geometric_survival(months: npt.ArrayLike, hazard: float) -> Floats:
    """Share to whom it has not happened after these months, at a constant monthly hazard.

    ``(1 - hazard)**t``.

    >>> float(geometric_survival(2, 0.5))
    0.25
    """
    return np.asarray((1.0 - hazard) ** np.asarray(months, dtype=np.float64))


def hazard_of_any(hazard: float, members: int) -> float:
    """Chance that at least one of several independent members leaves in a month.

    >>> hazard_of_any(0.5, 2)
    0.75
    """
    return float(1.0 - (1.0 - hazard) ** members)


def chance_of_losing(lost: int, members: int, months: int, hazard: float) -> float:
    """Chance that at least `lost` of the members have left after these months.

    A binomial tail: each has left with chance ``1 - (1 - hazard)**months``. With nobody
    following them, this is the chance that a quorum is gone.

    >>> chance_of_losing(1, 2, 1, 0.5)
    0.75
    """
    gone = 1.0 - (1.0 - hazard) ** months
    return float(scipy.stats.binom.sf(lost - 1, members, gone))


def seats_filled(months: npt.ArrayLike, *, hazard: float, refill: float) -> Floats:
    """Share of seats filled after these months, all filled at the start.

    A filled seat empties with chance `hazard`, an empty one is filled with chance `refill`:
    ``s + (1 - s) (1 - hazard - refill)**t`` with ``s = refill / (hazard + refill)``.

    >>> float(seats_filled(1, hazard=0.25, refill=0.5))
    0.75
    """
    settled = refill / (hazard + refill)
    return level_after(months, start=1.0, target=settled, rate=hazard + refill)


def cumulative_incidence(months: npt.ArrayLike, hazards: npt.ArrayLike) -> Floats:
    """Share to whom each of several exclusive things has happened first, by these months.

    Constant hazards h_k a month, at most one event a month:
    ``h_k / h (1 - (1 - h)**t)`` with h their sum. Shape (cause, month).

    >>> cumulative_incidence([1, 2], [0.25, 0.25])
    array([[0.25 , 0.375],
           [0.25 , 0.375]])
    """
    each = np.atleast_1d(np.asarray(hazards, dtype=np.float64))
    t = np.atleast_1d(np.asarray(months, dtype=np.float64))
    total = float(each.sum())
    return np.asarray((each / total)[:, None] * (1.0 - (1.0 - total) ** t)[None, :])
