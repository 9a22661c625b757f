"""Coordination and meetings, on arrays.

Part of the compiled twin of `agents.py`; see `kernel.py` for what `plan` and `s` hold.
Draws of a row of pairs are made before anybody acts: the same numbers, made faster.
"""

from __future__ import annotations

from trustsim import rng
from trustsim.engines.packing import LUCK
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

(
    MEET,
    CHOICE,
    DELIVER,
    READ,
    REPLY_CHOICE,
    REPLY_DELIVER,
    REPLY_READ,
    WILLING,
    REPLY_WILLING,
) = range(len(LUCK))


def coordinate(plan, s, month, k0, k1, replicate):
    """The coordinator picks the pairs that seem to need it most, and mends what it can."""
    p = s.parameters[plan.organisations]
    for a in range(plan.organisations):
        for b in range(plan.organisations):
            s.pair[a, b].attended = 0.0
    if p.coordinator_capacity == 0.0:
        return
    for a in range(plan.organisations):
        own_side = 0.0
        if a == 0:
            own_side = 1.0
        for b in range(a + 1, plan.organisations):
            u_0, _, _, _ = rng.draw(k0, k1, replicate, month, a, b, rng.ATTENTION)
            pair = s.pair[a, b]
            pair.calm = coordination.calm_of_pair(
                trust_rules.mutual_trust(pair.pair_trust, s.pair[b, a].pair_trust),
                own_side,
                p.coordinator_allegiance,
                u_0,
            )
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
    first, second, lowest = -1, -1, 0.0
    for a in range(plan.organisations):
        if s.organisation[a].member == 0.0:
            continue
        for b in range(a + 1, plan.organisations):
            pair = s.pair[a, b]
            if s.organisation[b].member == 0.0 or pair.attended > 0.0:
                continue
            if first < 0 or pair.calm < lowest:
                first, second, lowest = a, b, pair.calm
    return first, second


def mend(plan, s, a, b):
    """What the people of `a` hold against those of `b` is talked through."""
    p = s.parameters[plan.organisations]
    standing = coordination.legitimacy(
        p.coordinator_skill, p.coordinator_inclusiveness, p.coordinator_allegiance
    )
    for i in range(a * plan.people, (a + 1) * plan.people):
        for j in range(b * plan.people, (b + 1) * plan.people):
            tie = s.tie[i, j]
            tie.failures = coordination.evidence_after_mending(
                tie.failures, standing, p.coordinator_mending
            )
            tie.violations = coordination.violations_after_mending(
                tie.violations, standing, p.coordinator_mending, p.mending_integrity
            )


def prepare(plan, s):
    """What people bring to this month's meetings, and every chance that holds all month."""
    members = 0.0
    for a in range(plan.organisations):
        members += s.organisation[a].member
    across = s.parameters[plan.organisations].command_across
    for a in range(plan.organisations):
        p, home = s.parameters[a], s.organisation[a]
        home.sat = home.member
        home.received = 0.0
        home.given = 0.0
        home.smoked = 0.0
        home.density = 0.0
        if home.member > 0.0 and members > 1.0:
            available = meeting.meetings_available(
                p.meetings, p.reporting, p.coaching, p.coaching_time, p.extra_meetings
            )
            home.density = meeting.diary_density(available, (members - 1.0) * plan.people)
            home.overhead += meeting.overhead(available, p.meetings, p.extra_meetings)
        home.comply_chance = choice.compliance_probability(p.compliance, across)
        home.control_chance = choice.power(p.command, home.stake)
        opportunism = choice.opportunism_left(
            p.monitoring, p.monitoring_effect, p.charter, p.charter_effect
        )
        for i in range(a * plan.people, (a + 1) * plan.people):
            person = s.person[i]
            influence = persons.competence_with_coaching(
                person.influence, person.coached, p.coaching_effect
            )
            collaboration = persons.competence_with_coaching(
                person.collaboration, person.coached, p.coaching_effect
            )
            person.collaboration_now = collaboration
            person.process_focus_now = persons.competence_with_coaching(
                person.process_focus, person.coached, p.coaching_effect
            )
            person.breach_chance = choice.breach_probability(
                p.breach_rate, person.integrity, opportunism
            )
            person.undercut_chance = choice.undercut_probability(
                p.rivalry, collaboration, opportunism
            )
            person.deliver_chance = delivery.delivery_probability(
                p.command,
                influence,
                home.home_trust,
                p.delivery_floor,
                p.delivery_influence,
                p.delivery_trust,
            )


def draw_row(plan, s, i, start, month, k0, k1, replicate):
    """All draws of person i's possible meetings with those from `start` on."""
    for m in range(plan.organisations * plan.people - start):
        u_0, u_1, u_2, u_3 = rng.draw(k0, k1, replicate, month, i, start + m, rng.MEETING)
        s.luck[MEET, m] = u_0
        s.luck[CHOICE, m] = u_1
        s.luck[DELIVER, m] = u_2
        s.luck[READ, m] = u_3


def who_meet(plan, s, a, i, attention):
    """How many of the later members person i meets; `s.met` lists them, in order."""
    weight, density = s.person[i].weight, s.organisation[a].density
    met = 0
    for b in range(a + 1, plan.organisations):
        away = s.organisation[b]
        if away.member == 0.0:
            continue
        for j in range(b * plan.people, (b + 1) * plan.people):
            if s.luck[MEET, j - (a + 1) * plan.people] < meeting.meeting_probability(
                attention, weight, s.person[j].weight, density, away.density
            ):
                s.met[met] = j
                met += 1
    return met


def meetings(plan, s, month, k0, k1, replicate):
    """Everybody's meetings of this month; each side of a meeting acts once."""
    p, w, tally = s.parameters[plan.organisations], s.whole[0], s.tally[0]
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
    for a in range(plan.organisations - 1):
        if s.organisation[a].member == 0.0:
            continue
        for i in range(a * plan.people, (a + 1) * plan.people):
            draw_row(plan, s, i, (a + 1) * plan.people, month, k0, k1, replicate)
            met = who_meet(plan, s, a, i, attention)
            s.organisation[a].meetings += met
            for m in range(met):
                j = int(s.met[m])  # a NumPy integer would overflow aloud when interpreted
                _, u_1, u_2, u_3 = rng.draw(k0, k1, replicate, month, i, j, rng.REPLY)
                s.luck[REPLY_CHOICE, m] = u_1
                s.luck[REPLY_DELIVER, m] = u_2
                s.luck[REPLY_READ, m] = u_3
                b = j // plan.people
                s.luck[WILLING, m] = willing(plan, s, a, i, j)
                s.luck[REPLY_WILLING, m] = willing(plan, s, b, j, i)
            for m in range(met):
                j = s.met[m]
                b = j // plan.people
                present = s.pair[a, b].attended
                act(
                    plan,
                    s,
                    a,
                    b,
                    i,
                    j,
                    suspicion,
                    present * standing,
                    s.luck[WILLING, m],
                    s.luck[CHOICE, j - (a + 1) * plan.people],
                    s.luck[DELIVER, j - (a + 1) * plan.people],
                    s.luck[READ, j - (a + 1) * plan.people],
                )
                act(
                    plan,
                    s,
                    b,
                    a,
                    j,
                    i,
                    suspicion,
                    present * standing,
                    s.luck[REPLY_WILLING, m],
                    s.luck[REPLY_CHOICE, m],
                    s.luck[REPLY_DELIVER, m],
                    s.luck[REPLY_READ, m],
                )
                tally.meetings += 1.0
                s.organisation[b].meetings += 1.0
                if present > 0.0:
                    one, other = s.person[i], s.person[j]
                    one.coached = coordination.coached_after_session(
                        one.coached, standing, p.coordinator_coaching
                    )
                    other.coached = coordination.coached_after_session(
                        other.coached, standing, p.coordinator_coaching
                    )


def trust_acted_on(plan, s, a, i, j):
    """Trust in j that person i of `a` acts on."""
    p = s.parameters[a]
    return choice.trust_with_deference(
        s.tie[i, j].trust, s.tie[a * plan.people, j].trust, p.command, p.deference, plan.tier[i]
    )


def willing(plan, s, a, i, j):
    """Chance that person i of `a` means to cooperate with j."""
    p = s.parameters[a]
    return choice.willingness(
        trust_acted_on(plan, s, a, i, j),
        s.person[i].collaboration_now,
        s.organisation[a].frustration,
        p.willingness,
        p.willingness_trust,
        p.willingness_collaboration,
        p.willingness_frustration,
    )


def act(plan, s, a, b, i, j, suspicion, standing, willing_to, u_choice, u_deliver, u_read):
    """Person i of `a` acts towards j of `b`; j and j's colleagues read it and learn from it."""
    whole, w, tally = s.parameters[plan.organisations], s.whole[0], s.tally[0]
    p, other = s.parameters[a], s.parameters[b]
    home, away = s.organisation[a], s.organisation[b]
    actor, reader = s.person[i], s.person[j]
    tie = s.tie[j, i]
    action = choice.chosen_action(
        u_choice,
        actor.breach_chance,
        willing_to,
        choice.challenge_probability(
            p.challenge, trust_acted_on(plan, s, a, i, j), whole.coordinator_challenge, standing
        ),
        home.comply_chance,
        actor.undercut_chance,
        home.control_chance,
    )
    if PROMISE[action] > 0.0:
        w.promises += 1.0
        if u_deliver < actor.deliver_chance:
            w.delivered += 1.0
        else:
            action = IF_UNDELIVERED[action]
    s.counts[action] += 1.0

    joint = maturity.joint_trust(s.tie[i, j].trust, tie.trust, whole.command_across)
    work = maturity.work_delivered(DELIVERS[action], ORDERED[action], whole.command_across)
    value = maturity.value_of_work(work, joint, whole.surplus)
    smoke = maturity.smoke_of_act(work, joint, SMOKE[action])
    away.received += value
    home.given += value
    home.smoked += smoke
    tally.value += value
    tally.smoke += smoke
    tally.show += SHOW[action]
    tally.habit += maturity.habit_of_act(
        HABIT[action], actor.process_focus_now, reader.process_focus_now
    )

    evidence, violation = EVIDENCE[action], VIOLATION[action]
    reading = perception.reading_of_act(
        u_read,
        evidence,
        perception.misreading_probability(
            whole.misreading,
            tie.trust,
            suspicion,
            other.charter,
            other.charter_effect,
            whole.coordinator_support * standing,
        ),
        perception.excuse_probability(whole.excuse, tie.trust, violation, whole.integrity_excuse),
    )
    good = perception.good_news(evidence, reading, p.evidence_discount)
    bad = perception.bad_news(
        evidence, reading, whole.misread_size, whole.negativity, tie.depth, whole.depth_shield
    )
    own_side = 0.0
    if a == 0 and whole.coordinator_capacity > 0.0:
        own_side = 1.0
    signal = perception.signal_of_distrust(
        p.monitoring,
        p.monitoring_signal,
        own_side * whole.coordinator_allegiance,
        whole.allegiance_signal,
    )
    failure, felt = (1.0 - violation) * bad, violation * bad
    away.breach_memory += violation
    tie.kept += good
    tie.failures += failure + signal
    tie.violations += felt
    hearsay = whole.hearsay
    for k in range(b * plan.people, (b + 1) * plan.people):
        if k != j:
            heard = s.tie[k, i]
            heard.kept += hearsay * good
            heard.failures += hearsay * failure
            heard.violations += hearsay * felt
