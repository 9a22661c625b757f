"""Who meets whom: a monthly budget shared over counterparts."""

from __future__ import annotations

from trustsim.model.rules.numeric import share


def attention(floor: float, expectation: float, urgency: float) -> float:
    """Share of the meeting budget that is really used, in [0, 1].

    Where nothing is expected, fewer meet; urgency from outside fills diaries.

    >>> attention(0.5, 0.5, 0.0)
    0.75
    """
    return share(floor + (1.0 - floor) * expectation + urgency)


def meetings_available(
    meetings: float, reporting: float, coaching: float, coaching_time: float, extra: float
) -> float:
    """Meetings a person can hold in a month, after reporting and coaching have taken their time.

    >>> meetings_available(4.0, 0.25, 0.0, 0.3, 1.0)
    4.0
    """
    return meetings * (1.0 - share(reporting)) * (1.0 - share(coaching * coaching_time)) + extra


def overhead(available: float, meetings: float, extra: float) -> float:
    """Share of a diary that reporting and coaching take; 0 of an empty diary.

    >>> overhead(4.0, 4.0, 1.0)
    0.2
    """
    planned = meetings + extra
    if available == planned:
        return 0.0
    return (planned - available) / planned


def diary_density(available: float, counterparts: float) -> float:
    """Meetings that a person's diary has room for, for each of all counterparts.

    >>> diary_density(2.0, 8.0)
    0.25
    """
    return available / counterparts


def meeting_probability(
    attention: float, weight: float, other_weight: float, density: float, other_density: float
) -> float:
    """Chance that two people of different members meet this month.

    Each budget is shared over all counterparts; where the two diaries differ, the mean of what
    both would have given counts. Thin ties (weights below 1) are met less, and nobody else
    takes the time: strong command at home costs contact across the boundary.

    >>> meeting_probability(1.0, 1.0, 1.0, 0.25, 0.25)
    0.25
    """
    return share(attention * weight * other_weight * 0.5 * (density + other_density))


def acts_possible(people: float, counterparts: float, meetings: float) -> float:
    """Acts that a month has room for: each person meets a counterpart at most once a month.

    >>> acts_possible(16.0, 14.0, 4.0), acts_possible(4.0, 2.0, 4.0)
    (64.0, 8.0)
    """
    if meetings < counterparts:
        return people * meetings
    return people * counterparts
