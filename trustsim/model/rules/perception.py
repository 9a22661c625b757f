"""How an act is read, and what is learned from it."""

from __future__ import annotations

from trustsim.model.actions import BREACH, EVIDENCE
from trustsim.model.rules.numeric import share

AS_MEANT, SELF_SERVING, EXCUSED = 0, 1, 2
READINGS = ("as meant", "self-serving", "excused")


def misreading_probability(
    misreading: float,
    trust: float,
    suspicion: float,
    charter: float,
    charter_effect: float,
    support: float,
) -> float:
    """Chance that a good or ambiguous act is read as self-serving.

    `misreading` at trust 1/2, falling to none at full trust, steeper than in proportion.
    Suspicion (pressure from outside) adds; a charter and the coordinator's support remove.
    Reference: repenning2002 (attribution), aunger2021.

    >>> misreading_probability(0.2, 0.5, 0.0, 0.0, 0.5, 0.0)
    0.2
    """
    distrust = 1.0 - trust
    return share(
        misreading
        * 4.0
        * distrust
        * distrust
        * (1.0 + suspicion)
        * (1.0 - share(charter * charter_effect))
        * (1.0 - share(support))
    )


def suspicion_from_pressure(pressure: float, raised: float, effect: float) -> float:
    """How much outside pressure feeds suspicion of each other's intentions.

    >>> suspicion_from_pressure(0.6, 0.2, 0.5)
    0.4
    """
    return effect * (pressure + raised)


def excuse_probability(
    excuse: float, trust: float, violation: float, integrity_share: float
) -> float:
    """Chance that a bad act is excused: `excuse` at full trust, steeper than in proportion.

    Violations of integrity (violation = 1) are excused least.

    >>> excuse_probability(0.8, 0.5, 0.0, 0.25)
    0.2
    """
    chance = excuse * trust * trust
    if violation > 0.0:
        chance = chance * integrity_share
    return share(chance)


def reading_of_act(draw: float, evidence: float, misread: float, excused: float) -> int:
    """How one act is read: as meant, as self-serving, or excused.

    >>> reading_of_act(0.1, 1.0, 0.2, 0.0) == SELF_SERVING
    True
    """
    if evidence > 0.0:
        if draw < misread:
            return SELF_SERVING
    elif draw < excused:
        return EXCUSED
    return AS_MEANT


def good_news(evidence: float, reading: int, discount: float) -> float:
    """Kept promises added to the count; what would have been ordered anyway says little.

    >>> good_news(1.0, AS_MEANT, 0.6)
    0.4
    """
    if evidence > 0.0 and reading == AS_MEANT:
        return evidence * (1.0 - discount)
    return 0.0


def bad_news(
    evidence: float,
    reading: int,
    misread_size: float,
    negativity: float,
    depth: float,
    shield: float,
) -> float:
    """Bad evidence added to the count: weighs `negativity` times as much, less in a deep tie.

    Reference: slovic1993 (trust arrives on foot and leaves on horseback).

    >>> bad_news(-1.0, AS_MEANT, 0.3, 2.0, 0.5, 0.5)
    1.5
    """
    size = 0.0
    if reading == SELF_SERVING:
        size = misread_size
    elif evidence < 0.0 and reading == AS_MEANT:
        size = -evidence
    return size * negativity * (1.0 - shield * depth)


def signal_of_distrust(
    monitoring: float, monitoring_signal: float, allegiance: float, allegiance_signal: float
) -> float:
    """Bad evidence in being monitored, or in a coordinator who serves the other side.

    >>> signal_of_distrust(0.5, 0.2, 0.0, 0.5)
    0.1
    """
    return monitoring * monitoring_signal + allegiance * allegiance_signal


def shock_of_incident(size: float, learned: float, people: float) -> float:
    """What a scripted breach of this size leaves in a member's memory, an ordinary breach = 1.

    In proportion to its size and to the share of the member's people who learned of it.

    >>> shock_of_incident(4.0, 1.0, 2.0)
    0.5
    """
    return size / -EVIDENCE[BREACH] * learned / people


def memory_after_month(memory: float, kept: float) -> float:
    """What is left a month later of a recent shock (a breach, the loss of a key person).

    >>> memory_after_month(2.0, 0.5)
    1.0
    """
    return memory * kept
