"""What a person does in a meeting."""

from __future__ import annotations

from trustsim.model.actions import (
    BREACH,
    CHALLENGE,
    COMPLY,
    CONTROL,
    COOPERATE,
    UNDERCUT,
    WITHDRAW,
)
from trustsim.model.rules.numeric import logistic, share


def trust_with_deference(
    trust: float, leaders_trust: float, command: float, deference: float, tier: int
) -> float:
    """Trust a person acts on: below the top tier it bends towards the leader's.

    >>> trust_with_deference(0.4, 0.8, 0.5, 1.0, 1)
    0.6000000000000001
    """
    if tier == 0:
        return trust
    return trust + command * deference * (leaders_trust - trust)


def willingness(
    trust: float,
    collaboration: float,
    frustration: float,
    base: float,
    trust_effect: float,
    collaboration_effect: float,
    frustration_effect: float,
) -> float:
    """Chance that a person means to cooperate.

    >>> willingness(0.5, 0.5, 0.0, 0.0, 7.6, 2.5, 1.3)
    0.5
    """
    return logistic(
        base
        + trust_effect * (trust - 0.5)
        + collaboration_effect * (collaboration - 0.5)
        - frustration_effect * frustration
    )


def opportunism_left(
    monitoring: float, monitoring_effect: float, charter: float, charter_effect: float
) -> float:
    """Share of opportunism that monitoring and an agreed charter leave standing.

    Both limit it; only monitoring is read as distrust. References: cao2015, falk2006.

    >>> opportunism_left(0.0, 0.5, 1.0, 0.5)
    0.5
    """
    return (1.0 - share(monitoring * monitoring_effect)) * (1.0 - share(charter * charter_effect))


def breach_probability(rate: float, integrity: float, opportunism: float) -> float:
    """Chance of a dishonest act: `rate` at middling integrity, none at full integrity.

    >>> breach_probability(0.02, 0.5, 1.0)
    0.02
    """
    return share(rate * 2.0 * (1.0 - integrity) * opportunism)


def challenge_probability(
    challenge: float, trust: float, coordinator: float, legitimacy: float
) -> float:
    """Chance that unwillingness is voiced openly rather than acted out.

    Needs trust, or a coordinator in the room: `coordinator` is the share of hostile acts
    that one of full legitimacy turns into open disagreement; legitimacy is 0 in its absence.

    >>> challenge_probability(0.5, 0.8, 0.8, 0.0)
    0.4
    """
    alone = share(challenge * trust)
    return 1.0 - (1.0 - alone) * (1.0 - share(coordinator * legitimacy))


def compliance_probability(ordered: float, command_across: float) -> float:
    """Chance that an unwilling person does it all the same, ordered, paid or commanded.

    >>> compliance_probability(0.5, 0.5)
    0.75
    """
    return 1.0 - (1.0 - ordered) * (1.0 - command_across)


def power(command: float, stake: float) -> float:
    """Means to control others: command at home and a larger stake in the matter.

    >>> power(0.6, 0.4)
    0.5
    """
    return 0.5 * (command + stake)


def undercut_probability(rivalry: float, collaboration: float, opportunism: float) -> float:
    """Chance that an unwilling person wins at the partner's expense.

    >>> undercut_probability(0.5, 0.5, 1.0)
    0.25
    """
    return share(rivalry * (1.0 - collaboration) * opportunism)


def chosen_action(
    draw: float,
    breach: float,
    cooperate: float,
    challenge: float,
    comply: float,
    undercut: float,
    control: float,
) -> int:
    """The action picked by one uniform draw, from the best to the worst.

    breach is a chance outright; cooperate that of the willing; each of the others is the
    chance among those left over; who is left at the end withdraws.

    >>> chosen_action(0.1, 0.01, 0.6, 0.2, 0.0, 0.2, 0.5) == COOPERATE
    True
    """
    if draw >= 1.0 - breach:
        return BREACH
    edge = (1.0 - breach) * cooperate
    if draw < edge:
        return COOPERATE
    left = 1.0 - breach - edge
    edge = edge + left * challenge
    if draw < edge:
        return CHALLENGE
    left = 1.0 - breach - edge
    edge = edge + left * comply
    if draw < edge:
        return COMPLY
    left = 1.0 - breach - edge
    if draw >= 1.0 - breach - left * undercut:
        return UNDERCUT
    left = left - left * undercut
    if draw < edge + left * (1.0 - control):
        return WITHDRAW
    return CONTROL
