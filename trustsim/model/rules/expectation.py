"""What the sponsor expects, what members see, and the frustration between."""

from __future__ import annotations

from trustsim.model.rules.numeric import share


def expectation_after_month(
    expectation: float, pressure: float, raised: float, pace: float, ratchet: float, show: float
) -> float:
    """Progress expected by the sponsor: a saturating path that show above it ratchets up.

    pace in months; raised is added to the level aimed at. What was once expected is not
    taken back when the aim is lowered.

    >>> expectation_after_month(0.0, 0.6, 0.0, 6.0, 0.5, 0.0)
    0.09999999999999999
    """
    path = expectation
    aim = share(pressure + raised)
    if aim > path:
        path = path + (aim - path) / pace
    if show > path:
        path = path + ratchet * (show - path)
    return share(path)


def progress_seen(
    real: float, mature_value: float, hardening: float, achieved: float, show: float, realism: float
) -> float:
    """Progress as a member sees it: part real, part show.

    Real progress counts against the mature level, and less as easy gains (achieved, in months
    of mature value) are used up.

    >>> progress_seen(0.5, 0.5, 0.0, 0.0, 0.0, 0.6)
    0.6
    """
    real_progress = real / (mature_value * (1.0 + hardening * achieved))
    return realism * share(real_progress) + (1.0 - realism) * share(show)


def results_after_month(results: float, now: float, window: float) -> float:
    """Results that members judge by: an average in which older months count less and less.

    window in months: its mean age is that of a plain average over so many; 1 = this month alone.

    >>> results_after_month(0.5, 0.25, 1.0), results_after_month(0.5, 0.25, 3.0)
    (0.25, 0.375)
    """
    rate = 2.0 / (window + 1.0)
    return results * (1.0 - rate) + now * rate


def frustration_after_month(
    frustration: float, expectation: float, seen: float, adaptation: float
) -> float:
    """Smoothed shortfall of what is seen against what is expected.

    >>> frustration_after_month(0.0, 0.5, 0.25, 0.5)
    0.125
    """
    shortfall = 0.0
    if expectation > seen:
        shortfall = expectation - seen
    return frustration + adaptation * (shortfall - frustration)


def goodwill_at_start(endowment: float, mean_history: float) -> float:
    """Stock of goodwill that partners bring, endowed by their history.

    Reference: fichman1991 (initial assets buy time).

    >>> goodwill_at_start(1.0, 0.5)
    0.5
    """
    return share(endowment * mean_history)


def goodwill_after_month(goodwill: float, disappointment: float, spend: float) -> float:
    """Goodwill left after a month's disappointment.

    >>> goodwill_after_month(0.5, 0.5, 0.2)
    0.45
    """
    return goodwill * (1.0 - share(spend * disappointment))
