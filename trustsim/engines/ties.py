"""Ties between people, told with objects: what fades, and what trust follows from it.

Part of the engine to read, see `agents.py`. Where a rule of trust differs from another
(`model/trust_rules.py`), it differs here and in `kernel_trust.py`.
"""

from __future__ import annotations

from types import SimpleNamespace

from trustsim.model import state
from trustsim.model.rules import peers, trust
from trustsim.model.trust_rules import ONE_DIMENSIONAL


class Tie(state.Tie):
    """What one person has lived through with one person of another member (directed).

    As in `state.TIE`. In all methods, rule: the code of the rule of trust; p: the parameters in
    force for the whole.
    """

    __slots__ = state.TIE

    @classmethod
    def of_founders(cls, rule: int, p: SimpleNamespace, history: float, disposition: float) -> Tie:
        """Evidence from earlier work; disposition: to trust strangers."""
        tie = cls()
        tie.kept = p.history_depth * history
        tie.failures = p.history_depth * (1.0 - history)
        tie.violations = tie.damage = 0.0
        tie.prior = peers.prior_under(rule, disposition)
        tie.depth = trust.depth_of_tie(tie.kept, tie.failures, tie.violations, p.depth_half)
        tie.trust = tie.weighed(p)
        if peers.is_a_level(rule):
            tie.forget_evidence()
        return tie

    @classmethod
    def of_strangers(cls, rule: int, p: SimpleNamespace, believed: float) -> Tie:
        """No evidence; believed: of newcomers, by this person."""
        tie = cls()
        tie.forget_evidence()
        tie.damage = 0.0
        tie.prior = peers.prior_under(rule, believed)
        tie.trust = tie.weighed(p)
        return tie

    def weighed(self, p: SimpleNamespace) -> float:
        """Trust that the evidence there is would justify."""
        return trust.trust_from_evidence(
            self.kept, self.failures, self.violations, self.prior, p.prior_weight
        )

    def signal(self) -> float:
        """What came in this month, where trust is a level."""
        return peers.signal_of_month(self.kept, self.failures, self.violations)

    def judged(self, rule: int, p: SimpleNamespace) -> float:
        """Trust, if it were judged now."""
        if peers.is_a_level(rule):
            return peers.level_after_month(rule, self.trust, self.damage, self.signal())
        return self.weighed(p)

    def judge(self, rule: int, p: SimpleNamespace) -> None:
        """After the meetings: trust follows; where it is a level, the month is then forgotten."""
        self.trust = self.judged(rule, p)
        if peers.is_a_level(rule):
            self.damage = peers.damage_after_month(self.damage, self.signal())
            self.forget_evidence()

    def forget_evidence(self) -> None:
        """Nothing is counted."""
        self.kept = self.failures = self.violations = self.depth = 0.0

    def fade(self, rule: int, p: SimpleNamespace, believed: float) -> None:
        """A month passes; believed: by one's organisation of theirs, where the prior drifts to."""
        if peers.is_a_level(rule):
            return
        if rule == ONE_DIMENSIONAL:
            self.failures = peers.failures_of_one_kind(self.failures, self.violations)
            self.violations = 0.0
        self.failures = trust.failures_after_month(
            self.failures, p.evidence_kept, p.depth_repair, self.depth
        )
        self.kept = trust.kept_after_month(self.kept, p.evidence_kept)
        self.violations = trust.violations_after_month(self.violations, p.integrity_kept)
        self.prior = trust.prior_after_month(self.prior, believed, p.prior_drift)
        self.depth = trust.depth_of_tie(self.kept, self.failures, self.violations, p.depth_half)
        self.trust = self.weighed(p)
