"""The coordinator: whom to attend to, and with what legitimacy."""

from __future__ import annotations

from trustsim.model.rules.numeric import share

WANDERING = 0.1  # a little chance in where attention falls, so that ties are not settled by rank


def legitimacy(skill: float, inclusiveness: float, allegiance: float) -> float:
    """What a coordinator's word is worth to the parties, in [0, 1].

    Skill, times how inclusively the appointment was made, times independence.

    >>> legitimacy(0.8, 0.5, 0.0)
    0.4
    """
    return skill * inclusiveness * (1.0 - allegiance)


def pairs_attended(capacity: float, draw: float) -> int:
    """Organisation pairs attended this month: the whole part, and the rest by chance.

    >>> pairs_attended(1.5, 0.4), pairs_attended(1.5, 0.6)
    (2, 1)
    """
    whole = int(capacity)
    if draw < capacity - whole:
        return whole + 1
    return whole


def calm_of_pair(mutual_trust: float, own_side: float, allegiance: float, draw: float) -> float:
    """How little a pair seems to need the coordinator: the lowest is attended first.

    Most troubled first; with allegiance, pairs of its own side (own_side = 1) before others.

    >>> calm_of_pair(0.4, 1.0, 1.0, 0.0) < calm_of_pair(0.2, 0.0, 1.0, 0.0)
    True
    """
    return mutual_trust + WANDERING * draw - allegiance * own_side


def evidence_after_mending(count: float, legitimacy: float, mending: float) -> float:
    """Bad evidence left after the coordinator has talked it through with both sides.

    >>> evidence_after_mending(4.0, 0.5, 0.5)
    3.0
    """
    return count * (1.0 - share(legitimacy * mending))


def violations_after_mending(
    count: float, legitimacy: float, mending: float, integrity_share: float
) -> float:
    """Violations left: an integrity violation yields to only a share of the mending.

    >>> violations_after_mending(4.0, 0.5, 0.5, 0.0)
    4.0
    """
    return count * (1.0 - share(legitimacy * mending * integrity_share))


def coached_after_session(coached: float, legitimacy: float, coaching: float) -> float:
    """Stock of what a person learned, after one meeting in the coordinator's presence.

    >>> coached_after_session(0.0, 0.5, 0.2)
    0.1
    """
    return coached + share(legitimacy * coaching) * (1.0 - coached)
