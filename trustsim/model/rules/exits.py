"""Leaving, and the end of a partnership. No function of age is in any hazard."""

from __future__ import annotations

from trustsim.model.rules.numeric import share

STAYS = -1


def loosening(goodwill: float, shield: float, contagion: float, recent_exits: float) -> float:
    """What multiplies the pull to leave: less with goodwill, more when others have just left.

    >>> loosening(0.5, 1.0, 0.0, 3.0)
    0.5
    """
    return (1.0 - share(shield * goodwill)) * (1.0 + contagion * recent_exits)


def pull_of_option(effect: float, option: float, frustration: float) -> float:
    """Monthly pull of a better alternative on a frustrated member.

    >>> pull_of_option(0.02, 2.0, 0.5)
    0.02
    """
    return effect * option * frustration


def push_of_frustration(effect: float, frustration: float) -> float:
    """Monthly push of frustration alone: it grows faster than in proportion.

    >>> push_of_frustration(0.04, 0.5)
    0.01
    """
    return effect * frustration * frustration


def part_of_shock(effect: float, memory: float, pull_and_push: float) -> float:
    """What a recent breach, or the loss of a key person, adds to the will to leave.

    It works on dissatisfaction that is there: with none, a shock drives nobody out.

    >>> part_of_shock(0.5, 2.0, 0.01)
    0.01
    """
    return effect * memory * pull_and_push


def exit_cause(
    draw: float, outside: float, option: float, frustration: float, breach: float, departure: float
) -> int:
    """Index of the cause of exit in `schema.CAUSES`, or STAYS: competing hazards share one draw.

    >>> exit_cause(0.5, 0.1, 0.1, 0.1, 0.0, 0.0) == STAYS
    True
    """
    edge = outside
    if draw < edge:
        return 0
    edge = edge + option
    if draw < edge:
        return 1
    edge = edge + frustration
    if draw < edge:
        return 2
    edge = edge + breach
    if draw < edge:
        return 3
    edge = edge + departure
    if draw < edge:
        return 4
    return STAYS


def quorum_is_lost(
    recent_exits: float, members: float, organisations: float, quorum: float
) -> bool:
    """Whether too many have left lately, or fewer than two are left.

    >>> quorum_is_lost(3.0, 5.0, 8.0, 0.65), quorum_is_lost(2.0, 6.0, 8.0, 0.65)
    (True, False)
    """
    return members < 2.0 or recent_exits > (1.0 - quorum) * organisations


def vote_probability(rate: float, frustrated: float, members: float) -> float:
    """Monthly chance that the members vote to end it: grows with the share who had enough.

    >>> vote_probability(0.1, 4.0, 8.0)
    0.025
    """
    part = frustrated / members
    return share(rate * part * part)


def sponsor_probability(rate: float, expectation: float, show: float) -> float:
    """Monthly chance that the sponsor stops it, by how far the visible show falls short.

    >>> sponsor_probability(0.1, 0.6, 0.1)
    0.05
    """
    if show >= expectation:
        return 0.0
    return share(rate * (expectation - show))
