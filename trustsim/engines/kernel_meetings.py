"""Coordination, meetings and learning, on arrays.

Part of the compiled twin of `agents.py`; see `kernel.py` for what `plan` and `s` hold.
Draws of a row of pairs are made before anybody acts: the same numbers, made faster.
"""

from __future__ import annotations

from trustsim import rng
from trustsim.model.actions import (
    DELIVERS,
    EVIDENCE,
    HABIT,
    IF_UNDELIVERED,
    ORDERED,
    PROMISE,
    SHOW,
    SMOKE,
    VIOLATION,
)
from trustsim.model.rules import choice, coordination, delivery, maturity, meeting, perception
from trustsim.model.rules import people as persons
from trustsim.model.rules import trust as trust_rules


def coordinate(plan, s, month, k0, k1, replicate):
    """The coordinator picks the pairs that seem to need it most, and mends what it can."""
    p = s.parameters[plan.organisations]
    for a in range(plan.organisations):
        for b in range(plan.organisations):
            s.pair[a, b].attended = 0.0
    if p.coordinator_capacity == 0.0:
        return
    for a in range(plan.organisations):
        for b in range(a + 1, plan.organisations):
            own_side = 0.0
            if a == 0:
                own_side = 1.0
            u_0, _, _, _ = rng.draw(k0, k1, replicate, month, a, b, rng.ATTENTION)
            s.pair[a, b].calm = coordination.calm_of_pair(
                trust_rules.mutual_trust(s.pair[a, b].pair_trust, s.pair[b, a].pair_trust),
                own_side, p.coordinator_allegiance, u_0,
            )  # fmt: skip
    u_0, _, _, _ = rng.draw(k0, k1, replicate, month, 0, 0, rng.CAPACITY)
    for _ in range(coordination.pairs_attended(p.coordinator_capacity, u_0)):
        first, second = most_troubled(plan, s)
        if first < 0:
            return
        s.pair[first, second].attended = 1.0
        s.pair[second, first].attended = 1.0
        mend(plan, s, first, second)
        mend(plan, s, second, first)


def most_troubled(plan, s):
    """The least calm pair of members that nobody attends to yet; -1 if there is none."""
    first, second = -1, -1
    for a in range(plan.organisations):
        for b in range(a + 1, plan.organisations):
            if s.organisation[a].member == 0.0 or s.organisation[b].member == 0.0 or s.pair[a, b].attended > 0.0:
                continue
            if first < 0 or s.pair[a, b].calm < s.pair[first, second].calm:
                first, second = a, b
    return first, second


def mend(plan, s, a, b):
    """What the people of `a` hold against those of `b` is talked through."""
    p = s.parameters[plan.organisations]
    standing = coordination.legitimacy(
        p.coordinator_skill, p.coordinator_inclusiveness, p.coordinator_allegiance
    )
    for i in range(a * plan.people, (a + 1) * plan.people):
        for j in range(b * plan.people, (b + 1) * plan.people):
            s.tie[i, j].failures = coordination.evidence_after_mending(
                s.tie[i, j].failures, standing, p.coordinator_mending
            )
            s.tie[i, j].violations = coordination.violations_after_mending(
                s.tie[i, j].violations, standing, p.coordinator_mending, p.mending_integrity
            )


def prepare(plan, s):
    """What people bring to this month's meetings: diaries, and competences as coached."""
    members = 0.0
    for a in range(plan.organisations):
        s.organisation[a].received = 0.0
        members += s.organisation[a].member
    for a in range(plan.organisations):
        p = s.parameters[a]
        s.organisation[a].density = 0.0
        if s.organisation[a].member > 0.0 and members > 1.0:
            available = meeting.meetings_available(
                p.meetings, p.reporting, p.coaching, p.coaching_time, p.extra_meetings
            )
            s.organisation[a].density = meeting.diary_density(available, (members - 1.0) * plan.people)
        for i in range(a * plan.people, (a + 1) * plan.people):
            s.person[i].influence_now = persons.competence_with_coaching(
                s.person[i].influence, s.person[i].coached, p.coaching_effect
            )
            s.person[i].collaboration_now = persons.competence_with_coaching(
                s.person[i].collaboration, s.person[i].coached, p.coaching_effect
            )
            s.person[i].process_focus_now = persons.competence_with_coaching(
                s.person[i].process_focus, s.person[i].coached, p.coaching_effect
            )


def draw_row(plan, s, i, start, month, k0, k1, replicate):
    """All draws of person i's possible meetings with those from `start` on."""
    for j in range(start, plan.organisations * plan.people):
        u_0, u_1, u_2, u_3 = rng.draw(k0, k1, replicate, month, i, j, rng.MEETING)
        s.luck[0, j] = u_0
        s.luck[1, j] = u_1
        s.luck[2, j] = u_2
        s.luck[3, j] = u_3


def meetings(plan, s, month, k0, k1, replicate):
    """Everybody's meetings of this month; each side of a meeting acts once."""
    p, w = s.parameters[plan.organisations], s.whole[0]
    attention = meeting.attention(p.attention_floor, w.expectation, p.urgency)
    suspicion = perception.suspicion_from_pressure(
        p.pressure, p.expectation_raised, p.pressure_suspicion
    )
    standing = 0.0
    if p.coordinator_capacity > 0.0:
        standing = coordination.legitimacy(
            p.coordinator_skill, p.coordinator_inclusiveness, p.coordinator_allegiance
        )
    prepare(plan, s)
    for c in range(len(s.counts)):
        s.counts[c] = 0.0
    for t in range(len(s.sums)):
        s.sums[t] = 0.0
    n = plan.organisations * plan.people
    for i in range(n):
        a = i // plan.people
        start = (a + 1) * plan.people
        if s.organisation[a].member == 0.0 or start >= n:
            continue
        draw_row(plan, s, i, start, month, k0, k1, replicate)
        met = 0
        for j in range(start, n):
            b = j // plan.people
            if s.organisation[b].member > 0.0 and s.luck[0, j] < meeting.meeting_probability(
                attention, s.person[i].weight, s.person[j].weight, s.organisation[a].density, s.organisation[b].density
            ):
                s.met[met] = j
                met += 1
        for m in range(met):
            j = int(s.met[m])  # a NumPy integer would overflow aloud when interpreted
            b = j // plan.people
            present = s.pair[a, b].attended
            _, u_1, u_2, u_3 = rng.draw(k0, k1, replicate, month, i, j, rng.REPLY)
            act(plan, s, i, j, suspicion, present * standing, s.luck[1, j], s.luck[2, j], s.luck[3, j])
            act(plan, s, j, i, suspicion, present * standing, u_1, u_2, u_3)
            s.tally[0].meetings += 1.0
            if present > 0.0:
                s.person[i].coached = coordination.coached_after_session(
                    s.person[i].coached, standing, p.coordinator_coaching
                )
                s.person[j].coached = coordination.coached_after_session(
                    s.person[j].coached, standing, p.coordinator_coaching
                )


def act(plan, s, i, j, suspicion, standing, u_choice, u_deliver, u_read):
    """Person i acts towards j; j and j's colleagues read it and learn from it."""
    whole = s.parameters[plan.organisations]
    a, b = i // plan.people, j // plan.people
    p, other = s.parameters[a], s.parameters[b]
    opportunism = choice.opportunism_left(
        p.monitoring, p.monitoring_effect, p.charter, p.charter_effect
    )
    acted_on = choice.trust_with_deference(
        s.tie[i, j].trust, s.tie[a * plan.people, j].trust, p.command, p.deference, plan.tier[i]
    )
    action = choice.chosen_action(
        u_choice,
        choice.breach_probability(p.breach_rate, s.person[i].integrity, opportunism),
        choice.willingness(
            acted_on, s.person[i].collaboration_now, s.organisation[a].frustration, p.willingness, p.willingness_trust,
            p.willingness_collaboration, p.willingness_frustration,
        ),
        choice.challenge_probability(p.challenge, acted_on, whole.coordinator_challenge, standing),
        choice.compliance_probability(p.compliance, whole.command_across),
        choice.undercut_probability(p.rivalry, s.person[i].collaboration_now, opportunism),
        choice.power(p.command, s.organisation[a].stake),
    )  # fmt: skip
    if PROMISE[action] > 0.0:
        s.whole[0].promises += 1.0
        if u_deliver < delivery.delivery_probability(
            p.command, s.person[i].influence_now, s.organisation[a].home_trust, p.delivery_floor,
            p.delivery_influence, p.delivery_trust,
        ):  # fmt: skip
            s.whole[0].delivered += 1.0
        else:
            action = IF_UNDELIVERED[action]
    s.counts[action] += 1.0

    joint = maturity.joint_trust(s.tie[i, j].trust, s.tie[j, i].trust, whole.command_across)
    work = maturity.work_delivered(DELIVERS[action], ORDERED[action], whole.command_across)
    value = maturity.value_of_work(work, joint, whole.surplus)
    s.organisation[b].received += value
    s.tally[0].value += value
    s.tally[0].smoke += maturity.smoke_of_act(work, joint, SMOKE[action])
    s.tally[0].show += SHOW[action]
    s.tally[0].habit += maturity.habit_of_act(HABIT[action], s.person[i].process_focus_now, s.person[j].process_focus_now)

    evidence, violation = EVIDENCE[action], VIOLATION[action]
    reading = perception.reading_of_act(
        u_read,
        evidence,
        perception.misreading_probability(
            whole.misreading, s.tie[j, i].trust, suspicion, other.charter, other.charter_effect,
            whole.coordinator_support * standing,
        ),
        perception.excuse_probability(whole.excuse, s.tie[j, i].trust, violation, whole.integrity_excuse),
    )  # fmt: skip
    good = perception.good_news(evidence, reading, p.evidence_discount)
    bad = perception.bad_news(
        evidence, reading, whole.misread_size, whole.negativity, s.tie[j, i].depth, whole.depth_shield
    )
    own_side = 0.0
    if a == 0 and whole.coordinator_capacity > 0.0:
        own_side = 1.0
    signal = perception.signal_of_distrust(
        p.monitoring, p.monitoring_signal, own_side * whole.coordinator_allegiance, whole.allegiance_signal
    )
    s.organisation[b].breach_memory += violation
    s.tie[j, i].kept += good
    s.tie[j, i].failures += (1.0 - violation) * bad + signal
    s.tie[j, i].violations += violation * bad
    for k in range(b * plan.people, (b + 1) * plan.people):
        if k != j:
            s.tie[k, i].kept += whole.hearsay * good
            s.tie[k, i].failures += whole.hearsay * ((1.0 - violation) * bad)
            s.tie[k, i].violations += whole.hearsay * (violation * bad)


def learn(plan, s):
    """After the meetings: trust between people, then between their organisations."""
    trust_now(plan, s)
    pairs_of_members(plan, s)
    p = s.parameters[plan.organisations]
    for a in range(plan.organisations):
        if s.organisation[a].member == 0.0:
            continue
        s.organisation[a].home_trust = trust_rules.home_trust_after_month(
            s.organisation[a].home_trust, s.person[a * plan.people].integrity, s.parameters[a].home_learning
        )
        for b in range(plan.organisations):
            if b != a and s.organisation[b].member > 0.0:
                s.pair[a, b].institutional = trust_rules.institutional_after_month(
                    s.pair[a, b].institutional, s.pair[a, b].pair_trust, p.institutional_rate
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
                    s.tie[i, j].trust = trust_rules.trust_from_evidence(
                        s.tie[i, j].kept, s.tie[i, j].failures, s.tie[i, j].violations, s.tie[i, j].prior, weight
                    )


def pairs_of_members(plan, s):
    """Trust of each member in each other: that of its people, by the weight of their seats."""
    for a in range(plan.organisations):
        for b in range(plan.organisations):
            if b == a or s.organisation[a].member == 0.0 or s.organisation[b].member == 0.0:
                continue
            total = 0.0
            for i in range(a * plan.people, (a + 1) * plan.people):
                for j in range(b * plan.people, (b + 1) * plan.people):
                    total += s.person[i].weight * s.person[j].weight * s.tie[i, j].trust
            s.pair[a, b].pair_trust = total / (s.organisation[a].total_weight * s.organisation[b].total_weight)
