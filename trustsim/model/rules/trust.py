"""Trust as evidence: counts of kept promises, failures and violations beside a prior."""

from __future__ import annotations


def trust_from_evidence(
    kept: float, failures: float, violations: float, prior: float, prior_weight: float
) -> float:
    """Trust in [0, 1]: share of good evidence, with a prior worth `prior_weight` promises.

    Early trust is thin and moves fast; without upkeep it falls back to the prior.
    Reference: josang2002, with discounting and a prior.

    >>> trust_from_evidence(6.0, 0.0, 0.0, 0.5, 4.0)
    0.8
    """
    return (kept + prior_weight * prior) / (kept + failures + violations + prior_weight)


def depth_of_tie(kept: float, failures: float, violations: float, half_depth: float) -> float:
    """How much a relationship has lived through, in [0, 1): half at `half_depth` promises' worth.

    >>> depth_of_tie(6.0, 2.0, 0.0, 8.0)
    0.5
    """
    lived = kept + failures + violations
    return lived / (lived + half_depth)


def kept_after_month(kept: float, evidence_kept: float) -> float:
    """Good evidence that is still remembered a month later.

    >>> kept_after_month(10.0, 0.9)
    9.0
    """
    return kept * evidence_kept


def failures_after_month(
    failures: float, evidence_kept: float, repair: float, depth: float
) -> float:
    """Failures still held against a partner: they fade, faster in a deep relationship.

    >>> failures_after_month(10.0, 0.9, 0.5, 0.0)
    9.0
    """
    return failures * evidence_kept * (1.0 - repair * depth)


def violations_after_month(violations: float, integrity_kept: float) -> float:
    """Violations of integrity still held against a partner: depth does not speed this.

    Reference: kim2004 (integrity violations resist repair).

    >>> violations_after_month(4.0, 0.5)
    2.0
    """
    return violations * integrity_kept


def prior_after_month(prior: float, institutional: float, drift: float) -> float:
    """What is believed before evidence drifts to what one's organisation believes of theirs.

    >>> prior_after_month(0.5, 0.7, 0.5)
    0.6
    """
    return prior + drift * (institutional - prior)


def institutional_after_month(institutional: float, interpersonal: float, rate: float) -> float:
    """Trust between organisations moves towards that of the people who carry the relationship.

    References: zaheer1998, schilke2013.

    >>> institutional_after_month(0.5, 0.7, 0.5)
    0.6
    """
    return institutional + rate * (interpersonal - institutional)


def history_of_pair(history: float, spread: float, deviate: float) -> float:
    """Trust that two organisations bring from earlier work, in [0, 1].

    >>> history_of_pair(0.9, 0.1, 3.0)
    1.0
    """
    level = history + spread * deviate
    if level < 0.0:
        return 0.0
    if level > 1.0:
        return 1.0
    return level


def home_trust_after_month(home_trust: float, integrity: float, rate: float) -> float:
    """Trust of the home staff in their leaders follows the leaders' integrity.

    >>> home_trust_after_month(0.5, 0.7, 0.5)
    0.6
    """
    return home_trust + rate * (integrity - home_trust)


def mutual_trust(trust: float, other_trust: float) -> float:
    """Trust that a pair shares: the lower of the two.

    >>> mutual_trust(0.8, 0.4)
    0.4
    """
    if other_trust < trust:
        return other_trust
    return trust
