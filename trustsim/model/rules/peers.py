"""Where the rules of trust differ: what depends on the rule that a scenario has picked.

rule: a code of `model/trust_rules.py`. What a rule fixes among the parameters stands there.
"""

from __future__ import annotations

from trustsim.model.rules import pant_yu
from trustsim.model.trust_rules import BETA_REPUTATION, PANT_YU, PANT_YU_RELEASED


def is_a_level(rule: int) -> bool:
    """Whether trust is a level that each month moves, not a judgement of all the evidence.

    >>> is_a_level(PANT_YU), is_a_level(BETA_REPUTATION)
    (True, False)
    """
    return rule in (PANT_YU, PANT_YU_RELEASED)


def prior_under(rule: int, prior: float) -> float:
    """What is believed before evidence: the prior, or 1/2 of everybody under beta reputation.

    Reference: josang2002 (one good and one bad act are assumed of everybody).

    >>> prior_under(BETA_REPUTATION, 0.7), prior_under(PANT_YU, 0.7)
    (0.5, 0.7)
    """
    if rule == BETA_REPUTATION:
        return 0.5
    return prior


def failures_of_one_kind(failures: float, violations: float) -> float:
    """Bad evidence where violations of integrity are held against a partner like failures.

    >>> failures_of_one_kind(1.0, 4.0)
    5.0
    """
    return failures + violations


def signal_of_month(kept: float, failures: float, violations: float) -> float:
    """Signal in [-1, 1] of what came in this month, in kept promises' worth.

    Reference: pant2025, whose conduct above a baseline is here good news less bad.

    >>> signal_of_month(1.0, 0.75, 0.25)
    0.0
    """
    return pant_yu.signal_from_acts(kept, failures + violations, pant_yu.SENSITIVITY)


def level_after_month(rule: int, level: float, damage: float, signal: float) -> float:
    """Trust in [0, 1] a month later, where it is a level: as published, or as released.

    Everybody depends on everybody alike, as in the experiments that pant2025 publish.

    >>> level_after_month(PANT_YU, 0.5, 0.0, 1.0)
    0.55
    """
    if rule == PANT_YU_RELEASED:
        return pant_yu.trust_after_signal_released(
            level,
            damage,
            signal,
            pant_yu.MIDDLING_DEPENDENCE,
            pant_yu.GAIN,
            pant_yu.LOSS,
            pant_yu.AMPLIFICATION,
        )
    return pant_yu.trust_after_signal_published(
        level,
        damage,
        signal,
        pant_yu.MIDDLING_DEPENDENCE,
        pant_yu.GAIN,
        pant_yu.LOSS,
        pant_yu.AMPLIFICATION,
    )


def damage_after_month(damage: float, signal: float) -> float:
    """Reputation damage in [0, 1] a month later, at the rates of pant2025.

    >>> damage_after_month(0.0, -1.0)
    0.6
    """
    return pant_yu.damage_after_signal(damage, signal, pant_yu.DAMAGE_GROWTH, pant_yu.DAMAGE_DECAY)
