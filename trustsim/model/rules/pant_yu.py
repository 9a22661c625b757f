"""Trust as a level under a ceiling of reputation damage: the rule of Pant and Yu.

Their state is a trust T and a reputation damage R for each directed pair, moved once a
period by a signal in [-1, 1]: first T under the damage that was, then R. In this order their
published headline numbers come out to the third digit; the other moves one of them by 0.002.
Reference for the file: pant2025 (equations from the paper and from the released code).
"""

from __future__ import annotations

from trustsim.model.rules.numeric import exponential, share

GAIN = 0.10
"""Their lambda+: how fast good signals build trust (share a period)."""
LOSS = 0.30
"""Their lambda-: how fast bad signals erode it (share a period)."""
DAMAGE_GROWTH = 0.60
"""Their mu: how fast bad signals damage reputation (share a period)."""
DAMAGE_DECAY = 0.03
"""Their delta: damage forgotten in a period without a bad signal (share a period)."""
AMPLIFICATION = 0.50
"""Their xi: how far full dependence raises a loss (factor)."""
SENSITIVITY = 1.0
"""Their kappa: signal per unit of conduct above what was expected."""
MIDDLING_DEPENDENCE = 0.5
"""Their D in the experiments that they publish with a single breach (share)."""


def hyperbolic_tangent(x: float) -> float:
    """The hyperbolic tangent, in [-1, 1] and odd to the bit; absolute error below 1e-10.

    >>> abs(hyperbolic_tangent(-0.5) + 0.46211715726000975) < 1e-10
    True
    """
    size = x
    if x < 0.0:
        size = -x
    e = exponential(2.0 * size)
    level = (e - 1.0) / (e + 1.0)
    if x < 0.0:
        return -level
    return level


def signal_from_acts(good: float, bad: float, sensitivity: float) -> float:
    """Signal in [-1, 1] of a period's good and bad acts: their balance, saturating.

    good, bad: kept promises' worth, both >= 0; sensitivity: their kappa, >= 0.

    >>> signal_from_acts(2.0, 2.0, 1.0)
    0.0
    """
    return hyperbolic_tangent(sensitivity * (good - bad))


def trust_after_signal_published(
    trust: float,
    damage: float,
    signal: float,
    dependence: float,
    gain: float,
    loss: float,
    amplification: float,
) -> float:
    """Trust in [0, 1] a period later, as published: room left to trust times room left to repute.

    The ceiling 1 - damage slows the gain and does not cap it. All arguments are shares, the
    signal lies in [-1, 1] and amplification >= 0.

    >>> trust_after_signal_published(0.5, 0.0, 1.0, 0.5, 0.1, 0.3, 0.5)
    0.55
    >>> trust_after_signal_published(0.5, 0.0, -1.0, 0.0, 0.1, 0.3, 0.5)
    0.35
    """
    if signal > 0.0:
        return share(trust + gain * signal * (1.0 - trust) * (1.0 - damage))
    return share(trust + loss * signal * trust * (1.0 + amplification * dependence))


def trust_after_signal_released(
    trust: float,
    damage: float,
    signal: float,
    dependence: float,
    gain: float,
    loss: float,
    amplification: float,
) -> float:
    """Trust in [0, 1] a period later, as in their released code: the gap up to the ceiling closes.

    Trust above the ceiling 1 - damage gains nothing. Arguments as for the published form.

    >>> trust_after_signal_released(0.5, 0.25, 1.0, 0.5, 0.5, 0.3, 0.5)
    0.625
    >>> trust_after_signal_released(0.9, 0.25, 1.0, 0.5, 0.5, 0.3, 0.5)
    0.9
    """
    if signal > 0.0:
        room = 1.0 - damage - trust
        if room < 0.0:
            room = 0.0
        return share(trust + gain * signal * room)
    return share(trust + loss * signal * trust * (1.0 + amplification * dependence))


def damage_after_signal(damage: float, signal: float, growth: float, decay: float) -> float:
    """Reputation damage in [0, 1] a period later: bad signals add, it fades in any other period.

    >>> damage_after_signal(0.0, -0.5, 0.6, 0.03)
    0.3
    >>> damage_after_signal(0.5, 0.0, 0.6, 0.5)
    0.25
    """
    if signal < 0.0:
        return share(damage - growth * signal * (1.0 - damage))
    return share(damage - decay * damage)
