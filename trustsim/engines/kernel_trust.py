"""Ties on arrays: how evidence fades, and how it turns into trust.

Part of the compiled twin of `agents.py`; see `kernel.py` for what `plan` and `s` hold.
"""

from __future__ import annotations

from trustsim.model.rules import maturity, people, trust
from trustsim.model.rules.perception import memory_after_month


def fading(plan, s):
    """Evidence, coaching, shocks and habits fade; trust follows."""
    p, w = s.parameters[plan.organisations], s.whole[0]
    weight, drift, half = p.prior_weight, p.prior_drift, p.depth_half
    kept_share, integrity_kept, repair = p.evidence_kept, p.integrity_kept, p.depth_repair
    for a in range(plan.organisations):
        if s.organisation[a].member == 0.0:
            continue
        for i in range(a * plan.people, (a + 1) * plan.people):
            for b in range(plan.organisations):
                if b == a or s.organisation[b].member == 0.0:
                    continue
                believed = s.pair[a, b].institutional
                for j in range(b * plan.people, (b + 1) * plan.people):
                    failures = trust.failures_after_month(
                        s.tie[i, j].failures, kept_share, repair, s.tie[i, j].depth
                    )
                    kept = trust.kept_after_month(s.tie[i, j].kept, kept_share)
                    violations = trust.violations_after_month(
                        s.tie[i, j].violations, integrity_kept
                    )
                    prior = trust.prior_after_month(s.tie[i, j].prior, believed, drift)
                    s.tie[i, j].kept = kept
                    s.tie[i, j].failures = failures
                    s.tie[i, j].violations = violations
                    s.tie[i, j].prior = prior
                    s.tie[i, j].depth = trust.depth_of_tie(kept, failures, violations, half)
                    s.tie[i, j].trust = trust.trust_from_evidence(
                        kept, failures, violations, prior, weight
                    )
    for a in range(plan.organisations):
        q = s.parameters[a]
        s.organisation[a].breach_memory = memory_after_month(
            s.organisation[a].breach_memory, p.shock_kept
        )
        s.organisation[a].departure_memory = memory_after_month(
            s.organisation[a].departure_memory, p.shock_kept
        )
        for i in range(a * plan.people, (a + 1) * plan.people):
            s.person[i].coached = people.coached_after_month(
                s.person[i].coached, q.coaching_kept, q.coaching, q.coaching_gain
            )
    w.recent_exits = memory_after_month(w.recent_exits, p.exit_memory)
    w.routines = maturity.routines_after_fading(
        w.routines, w.institutionalised, p.routine_decay, p.routines_lost
    )
    w.institutionalised = maturity.institutionalised_after_month(
        w.institutionalised, w.routines, p.institutionalising, p.institution_decay, p.routines_lost
    )


def learn(plan, s):
    """After the meetings: trust between people, then between their organisations."""
    trust_now(plan, s)
    pairs_of_members(plan, s)
    rate = s.parameters[plan.organisations].institutional_rate
    for a in range(plan.organisations):
        home = s.organisation[a]
        if home.member == 0.0:
            continue
        home.home_trust = trust.home_trust_after_month(
            home.home_trust, s.person[a * plan.people].integrity, s.parameters[a].home_learning
        )
        for b in range(plan.organisations):
            if b != a and s.organisation[b].member > 0.0:
                pair = s.pair[a, b]
                pair.institutional = trust.institutional_after_month(
                    pair.institutional, pair.pair_trust, rate
                )


def trust_now(plan, s):
    """Trust of everybody in everybody of other members, from the evidence there is."""
    weight = s.parameters[plan.organisations].prior_weight
    for a in range(plan.organisations):
        if s.organisation[a].member == 0.0:
            continue
        for i in range(a * plan.people, (a + 1) * plan.people):
            for b in range(plan.organisations):
                if b == a or s.organisation[b].member == 0.0:
                    continue
                for j in range(b * plan.people, (b + 1) * plan.people):
                    tie = s.tie[i, j]
                    tie.trust = trust.trust_from_evidence(
                        tie.kept, tie.failures, tie.violations, tie.prior, weight
                    )


def pairs_of_members(plan, s):
    """Trust of each member in each other: that of its people, by the weight of their seats."""
    for a in range(plan.organisations):
        home = s.organisation[a]
        if home.member == 0.0:
            continue
        for b in range(plan.organisations):
            away = s.organisation[b]
            if b == a or away.member == 0.0:
                continue
            total = 0.0
            for i in range(a * plan.people, (a + 1) * plan.people):
                weight = s.person[i].weight
                for j in range(b * plan.people, (b + 1) * plan.people):
                    total += weight * s.person[j].weight * s.tie[i, j].trust
            s.pair[a, b].pair_trust = total / (home.total_weight * away.total_weight)
