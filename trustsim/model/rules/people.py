"""Key individuals: who they are, when they leave, what coaching does to them."""

from __future__ import annotations

from trustsim.model.rules.numeric import exponential, share


def trait(mean: float, spread: float, deviate: float) -> float:
    """A person's trait in [0, 1]: the mean of such people plus a bell-shaped difference.

    >>> trait(0.5, 0.2, 1.0)
    0.7
    """
    return share(mean + spread * deviate)


def outside_option(mean: float, spread: float, deviate: float) -> float:
    """How attractive life outside is to an organisation: log-normal around `mean`.

    spread is the standard deviation of its logarithm; the mean is kept (within 1 % up to .8).

    >>> outside_option(1.0, 0.0, 2.0)
    1.0
    """
    return mean * exponential(spread * deviate - 0.5 * spread * spread)


def tier_of_seat(seat: int, people: int, tiers: float) -> int:
    """Tier at which a seat stands, 0 at the top; seats are spread evenly over the tiers.

    >>> [tier_of_seat(seat, 4, 2.0) for seat in range(4)]
    [0, 0, 1, 1]
    """
    return int(seat * int(tiers)) // people


def weight_of_seat(tier: int, command: float, thinning: float) -> float:
    """How much of the contact across the boundary a person carries, 1 at the top.

    Where command is strong, contacts run through the leader and subordinates' ties are thin.

    >>> weight_of_seat(1, 0.5, 0.5)
    0.75
    """
    weight = 1.0
    for _ in range(tier):
        weight = weight * (1.0 - command * thinning)
    return weight


def departure_hazard(tenure: float, frustration: float, frustration_effect: float) -> float:
    """Chance in a month that a key individual leaves: 1 / tenure, more where results disappoint.

    tenure in months. Reverse causality (turnover is highest where things go worst) has its
    own dose, `frustration_effect`. Sources: hsj2019turnover, hsj2017.

    >>> departure_hazard(40.0, 0.5, 1.0)
    0.0375
    """
    return share((1.0 + frustration_effect * frustration) / tenure)


def prior_of_newcomer(disposition: float, institutional: float, handover: float) -> float:
    """What is believed of somebody new: a disposition, moved to institutional trust by handover.

    >>> prior_of_newcomer(0.5, 0.8, 0.5)
    0.65
    """
    return disposition + handover * (institutional - disposition)


def coached_after_month(coached: float, kept: float, intensity: float, gain: float) -> float:
    """Stock of what coaching taught, in [0, 1]: it decays, and grows where coaching goes on.

    >>> coached_after_month(0.5, 0.9, 0.0, 0.1)
    0.45
    """
    remaining = coached * kept
    return remaining + intensity * gain * (1.0 - remaining)


def competence_with_coaching(competence: float, coached: float, effect: float) -> float:
    """A competence raised by coaching: a share of the gap to perfection is closed.

    >>> competence_with_coaching(0.5, 1.0, 0.5)
    0.75
    """
    return competence + effect * coached * (1.0 - competence)
