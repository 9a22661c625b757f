"""Ties on arrays: how evidence fades, and how it turns into trust.

Part of the compiled twin of `agents.py`; see `kernel.py` for what `plan` and `s` hold.
"""

from __future__ import annotations

from trustsim.engines.packing import (
    BELIEVED,
    DAMAGE,
    DEPTH,
    FAILURES,
    KEPT,
    PRIOR,
    TOTAL,
    TRUST,
    VIOLATIONS,
    WEIGHED,
    WEIGHT,
)
from trustsim.model.rules import maturity, peers, people, trust
from trustsim.model.rules.perception import memory_after_month
from trustsim.model.trust_rules import ONE_DIMENSIONAL


def fading(plan, s):
    """Evidence, coaching, shocks and habits fade; trust follows."""
    p, w = s.parameters[plan.organisations], s.whole[0]
    if plan.rule == ONE_DIMENSIONAL:
        join_kinds(plan, s)
    if not peers.is_a_level(plan.rule):
        fade_ties(plan, s, p)
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


def fade_ties(plan, s, p):
    """Everybody's ties, those that nobody will ask for with the rest: they do no harm.

    A loop for each number that changes, over what lies side by side: several at once.
    """
    kept_share, integrity_kept, repair = p.evidence_kept, p.integrity_kept, p.depth_repair
    half, drift = p.depth_half, p.prior_drift
    persons = plan.organisations * plan.people
    for t in range(persons * persons):
        s.ties[FAILURES, t] = trust.failures_after_month(
            s.ties[FAILURES, t], kept_share, repair, s.ties[DEPTH, t]
        )
    for t in range(persons * persons):
        s.ties[KEPT, t] = trust.kept_after_month(s.ties[KEPT, t], kept_share)
    for t in range(persons * persons):
        s.ties[VIOLATIONS, t] = trust.violations_after_month(s.ties[VIOLATIONS, t], integrity_kept)
    for t in range(persons * persons):
        s.ties[DEPTH, t] = trust.depth_of_tie(
            s.ties[KEPT, t], s.ties[FAILURES, t], s.ties[VIOLATIONS, t], half
        )
    for a in range(plan.organisations):
        for b in range(plan.organisations):
            for j in range(b * plan.people, (b + 1) * plan.people):
                s.diary[BELIEVED, j] = s.pair[a, b].institutional
        for i in range(a * plan.people, (a + 1) * plan.people):
            for j in range(persons):
                s.tie[PRIOR, i, j] = trust.prior_after_month(
                    s.tie[PRIOR, i, j], s.diary[BELIEVED, j], drift
                )
    judge(plan, s)


def join_kinds(plan, s):
    """Violations of integrity are held against people like failures, and fade with them."""
    persons = plan.organisations * plan.people
    for t in range(persons * persons):
        s.ties[FAILURES, t] = peers.failures_of_one_kind(s.ties[FAILURES, t], s.ties[VIOLATIONS, t])
        s.ties[VIOLATIONS, t] = 0.0


def move_levels(plan, s):
    """Trust that is a level is moved by what came in this month, which is then forgotten."""
    persons = plan.organisations * plan.people
    for t in range(persons * persons):
        signal = peers.signal_of_month(s.ties[KEPT, t], s.ties[FAILURES, t], s.ties[VIOLATIONS, t])
        s.ties[TRUST, t] = peers.level_after_month(
            plan.rule, s.ties[TRUST, t], s.ties[DAMAGE, t], signal
        )
        s.ties[DAMAGE, t] = peers.damage_after_month(s.ties[DAMAGE, t], signal)
    forget_evidence(plan, s)


def forget_evidence(plan, s):
    """Nothing is counted of anybody, where trust is a level."""
    persons = plan.organisations * plan.people
    for t in range(persons * persons):
        s.ties[KEPT, t] = 0.0
        s.ties[FAILURES, t] = 0.0
        s.ties[VIOLATIONS, t] = 0.0
        s.ties[DEPTH, t] = 0.0


def judge(plan, s):
    """Trust of everybody in everybody, from the evidence there is."""
    weight = s.parameters[plan.organisations].prior_weight
    persons = plan.organisations * plan.people
    for t in range(persons * persons):
        s.ties[TRUST, t] = trust.trust_from_evidence(
            s.ties[KEPT, t],
            s.ties[FAILURES, t],
            s.ties[VIOLATIONS, t],
            s.ties[PRIOR, t],
            weight,
        )


def learn(plan, s):
    """After the meetings: trust between people, then between their organisations."""
    if peers.is_a_level(plan.rule):
        move_levels(plan, s)
    else:
        judge(plan, s)
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


def pairs_of_members(plan, s):
    """Trust of each member in each other: that of its people, by the weight of their seats."""
    persons = plan.organisations * plan.people
    for j in range(persons):
        s.diary[WEIGHT, j] = s.person[j].weight
    for a in range(plan.organisations):
        home = s.organisation[a]
        if home.member == 0.0:
            continue
        for b in range(plan.organisations):
            s.diary[TOTAL, b] = 0.0
        for i in range(a * plan.people, (a + 1) * plan.people):
            weight = s.person[i].weight
            for j in range(persons):
                s.diary[WEIGHED, j] = weight * s.diary[WEIGHT, j] * s.tie[TRUST, i, j]
            for b in range(plan.organisations):
                for j in range(b * plan.people, (b + 1) * plan.people):
                    s.diary[TOTAL, b] += s.diary[WEIGHED, j]
        for b in range(plan.organisations):
            away = s.organisation[b]
            if b != a and away.member > 0.0:
                s.pair[a, b].pair_trust = s.diary[TOTAL, b] / (
                    home.total_weight * away.total_weight
                )
