"""Coordination and meetings, on arrays.

Part of the compiled twin of `agents.py`; see `kernel.py` for what `plan` and `s` hold.
Possible meetings are drawn and weighed a block at a time before anybody acts: nothing that an
act changes is asked for before the month's meetings are over. The same numbers, made faster.
"""

from __future__ import annotations

from trustsim import rng
from trustsim.engines.packing import (
    BLOCK,
    DAMAGE,
    DEPTH,
    FAILURES,
    KEPT,
    LUCK,
    LUCK_ROWS,
    REACH,
    ROOM,
    TRUST,
    VIOLATIONS,
)
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

MEET, CHANCE, CHOICE, DELIVER, READ = range(len(LUCK))
(
    ACTED_ON,
    OPENNESS,
    FRUSTRATION,
    BASE,
    BY_TRUST,
    BY_OPENNESS,
    BY_FRUSTRATION,
    WILLING,
) = range(len(LUCK), LUCK_ROWS)


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
            s.tie[FAILURES, i, j] = coordination.evidence_after_mending(
                s.tie[FAILURES, i, j], standing, p.coordinator_mending
            )
            s.tie[VIOLATIONS, i, j] = coordination.violations_after_mending(
                s.tie[VIOLATIONS, i, j], standing, p.coordinator_mending, p.mending_integrity
            )
            s.tie[DAMAGE, i, j] = coordination.evidence_after_mending(
                s.tie[DAMAGE, i, j], standing, p.coordinator_mending
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


def seats_taken(plan, s):
    """How many people sit at the table: `s.here` lists them, `s.diary` what they have to give."""
    count = 0
    for a in range(plan.organisations):
        home = s.organisation[a]
        if home.member == 0.0:
            continue
        for i in range(a * plan.people, (a + 1) * plan.people):
            s.here[count] = i
            s.diary[REACH, count] = s.person[i].weight
            s.diary[ROOM, count] = home.density
            count += 1
    return count


def add_row(s, x, start, count, waiting, attention):
    """Possible meetings of the x-th at the table with those from `start` on; their chances."""
    who, reach, room = s.here[x] << rng.HALF_WORD, s.diary[REACH, x], s.diary[ROOM, x]
    here, their_reach, their_room = s.here[start:], s.diary[REACH, start:], s.diary[ROOM, start:]
    pair, chance = s.who[waiting:], s.luck[CHANCE, waiting:]
    for y in range(count - start):
        pair[y] = who | here[y]
    for y in range(count - start):
        chance[y] = meeting.meeting_probability(
            attention, reach, their_reach[y], room, their_room[y]
        )


def who_meet(s, waiting, month, k0, k1, replicate):
    """How many of the waiting pairs meet: in `s.who` these move up, in order."""
    for m in range(waiting):
        s.luck[MEET, m], _, _, _ = rng.draw_at(k0, k1, replicate, month, int(s.who[m]), rng.MEETING)
    met = 0
    for m in range(waiting):
        s.who[met] = s.who[m]
        met += int(s.luck[MEET, m] < s.luck[CHANCE, m])
    return met


def draw_acts(s, met, first, month, k0, k1, replicate, purpose):
    """The luck of one side of these meetings, from act `first` on."""
    choices, deliveries = s.luck[CHOICE, first:], s.luck[DELIVER, first:]
    readings = s.luck[READ, first:]
    for m in range(met):
        _, choices[m], deliveries[m], readings[m] = rng.draw_at(
            k0, k1, replicate, month, int(s.who[m]), purpose
        )


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
    count = seats_taken(plan, s)
    waiting = 0
    for x in range(count):
        start = (x // plan.people + 1) * plan.people
        add_row(s, x, start, count, waiting, attention)
        waiting += count - start
        if waiting >= BLOCK or x == count - 1:
            met = who_meet(s, waiting, month, k0, k1, replicate)
            waiting = 0
            draw_acts(s, met, 0, month, k0, k1, replicate, rng.MEETING)
            draw_acts(s, met, met, month, k0, k1, replicate, rng.REPLY)
            hold(plan, s, met, suspicion, standing)


def hold(plan, s, met, suspicion, standing):
    """These meetings take place: those who came to see somebody act first, the others reply."""
    p, tally = s.parameters[plan.organisations], s.tally[0]
    for m in range(met):
        i, j = s.who[m] >> rng.HALF_WORD, s.who[m] & rng.HALF
        bring(plan, s, m, i, j)
        bring(plan, s, met + m, j, i)
    for m in range(met + met):
        s.luck[WILLING, m] = choice.willingness(
            s.luck[ACTED_ON, m],
            s.luck[OPENNESS, m],
            s.luck[FRUSTRATION, m],
            s.luck[BASE, m],
            s.luck[BY_TRUST, m],
            s.luck[BY_OPENNESS, m],
            s.luck[BY_FRUSTRATION, m],
        )
    for m in range(met):
        i, j = s.who[m] >> rng.HALF_WORD, s.who[m] & rng.HALF
        a, b = i // plan.people, j // plan.people
        present = s.pair[a, b].attended
        act(plan, s, m, a, b, i, j, suspicion, present * standing)
        act(plan, s, met + m, b, a, j, i, suspicion, present * standing)
        tally.meetings += 1.0
        s.organisation[a].meetings += 1.0
        s.organisation[b].meetings += 1.0
        if present > 0.0:
            one, other = s.person[i], s.person[j]
            one.coached = coordination.coached_after_session(
                one.coached, standing, p.coordinator_coaching
            )
            other.coached = coordination.coached_after_session(
                other.coached, standing, p.coordinator_coaching
            )


def bring(plan, s, m, i, j):
    """What person i brings to act m, towards j: side by side, to be weighed several at once."""
    a = i // plan.people
    p = s.parameters[a]
    s.luck[ACTED_ON, m] = choice.trust_with_deference(
        s.tie[TRUST, i, j], s.tie[TRUST, a * plan.people, j], p.command, p.deference, plan.tier[i]
    )
    s.luck[OPENNESS, m] = s.person[i].collaboration_now
    s.luck[FRUSTRATION, m] = s.organisation[a].frustration
    s.luck[BASE, m] = p.willingness
    s.luck[BY_TRUST, m] = p.willingness_trust
    s.luck[BY_OPENNESS, m] = p.willingness_collaboration
    s.luck[BY_FRUSTRATION, m] = p.willingness_frustration


def act(plan, s, m, a, b, i, j, suspicion, standing):
    """Act m: person i of `a` towards j of `b`; j and j's colleagues read it and learn from it."""
    whole, w, tally = s.parameters[plan.organisations], s.whole[0], s.tally[0]
    p, other = s.parameters[a], s.parameters[b]
    home, away = s.organisation[a], s.organisation[b]
    actor, reader = s.person[i], s.person[j]
    trust, their_trust = s.tie[TRUST, i, j], s.tie[TRUST, j, i]
    action = choice.chosen_action(
        s.luck[CHOICE, m],
        actor.breach_chance,
        s.luck[WILLING, m],
        choice.challenge_probability(
            p.challenge, s.luck[ACTED_ON, m], whole.coordinator_challenge, standing
        ),
        home.comply_chance,
        actor.undercut_chance,
        home.control_chance,
    )
    if PROMISE[action] > 0.0:
        w.promises += 1.0
        if s.luck[DELIVER, m] < actor.deliver_chance:
            w.delivered += 1.0
        else:
            action = IF_UNDELIVERED[action]
    s.counts[action] += 1.0

    joint = maturity.joint_trust(trust, their_trust, whole.command_across)
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
        s.luck[READ, m],
        evidence,
        perception.misreading_probability(
            whole.misreading,
            their_trust,
            suspicion,
            other.charter,
            other.charter_effect,
            whole.coordinator_support * standing,
        ),
        perception.excuse_probability(whole.excuse, their_trust, violation, whole.integrity_excuse),
    )
    good = perception.good_news(evidence, reading, p.evidence_discount)
    bad = perception.bad_news(
        evidence,
        reading,
        whole.misread_size,
        whole.negativity,
        s.tie[DEPTH, j, i],
        whole.depth_shield,
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
    s.tie[KEPT, j, i] += good
    s.tie[FAILURES, j, i] += failure + signal
    s.tie[VIOLATIONS, j, i] += felt
    hearsay = whole.hearsay
    for k in range(b * plan.people, (b + 1) * plan.people):
        if k != j:
            s.tie[KEPT, k, i] += hearsay * good
            s.tie[FAILURES, k, i] += hearsay * failure
            s.tie[VIOLATIONS, k, i] += hearsay * felt
