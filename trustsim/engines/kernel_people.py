"""Who sits at the table, on arrays: founders, departures, successors, newcomers.

Part of the compiled twin of `agents.py`; see `kernel.py` for what `plan` and `s` hold.
"""

from __future__ import annotations

from trustsim import rng
from trustsim.engines.kernel_trust import forget_evidence, judge, pairs_of_members
from trustsim.engines.packing import (
    DAMAGE,
    DEPTH,
    EVERYBODY,
    FAILURES,
    KEPT,
    PRIOR,
    SCHEDULED,
    TRUST,
    VIOLATIONS,
)
from trustsim.model.rules import change, expectation, peers, people, trust
from trustsim.model.rules.numeric import bell

LEAVE, REPLACE = 0, 1  # rows of `Arrays.luck` before the month's meetings


def deviate(k0, k1, replicate, who, about, purpose):
    """One bell-shaped number at an address before the first month."""
    u_0, u_1, u_2, u_3 = rng.draw(k0, k1, replicate, 0, who, about, purpose)
    return bell(u_0, u_1, u_2, u_3)


def interventions(plan, s, month):
    """Effective parameters of this month, one row a member and one for the whole."""
    stale = month == 1
    for c in range(len(plan.changes)):
        start, group = plan.changes[c, 4], plan.changes[c, 7]
        begun = group == SCHEDULED
        if not begun:
            start += s.reached[int(group)]
            begun = s.reached[int(group)] > 0.0
        now = 0
        if begun and change.in_force(month, start, plan.changes[c, 5]):
            now = 1
        if now != s.active[c]:
            s.active[c] = now
            stale = True
    if not stale:
        return
    for row in range(plan.organisations + 1):
        for p in range(len(plan.base)):
            s.flat[row, p] = plan.base[p]
        for c in range(len(plan.changes)):
            target = plan.changes[c, 6]
            if s.active[c] == 0 or (target != EVERYBODY and target != row):
                continue
            p = int(plan.changes[c, 0])
            s.flat[row, p] = change.changed_value(
                s.flat[row, p],
                plan.changes[c, 1],
                plan.changes[c, 2],
                plan.changes[c, 3],
                plan.low[p],
                plan.high[p],
            )
        for f in range(len(plan.fixed)):
            s.flat[row, int(plan.fixed[f, 0])] = plan.fixed[f, 1]
    for a in range(plan.organisations):
        total = 0.0
        for i in range(a * plan.people, (a + 1) * plan.people):
            s.person[i].weight = people.weight_of_seat(
                plan.tier[i], s.parameters[a].command, s.parameters[a].thinning
            )
            total += s.person[i].weight
        s.organisation[a].total_weight = total


def appoint(plan, s, i, k0, k1, replicate):
    """A person takes a seat, with the traits of this seat's present incumbency."""
    p, who = s.parameters[i // plan.people], int(s.person[i].incumbency)
    spread = p.trait_spread
    s.person[i].influence = people.trait(
        p.influence, spread, deviate(k0, k1, replicate, i, who, rng.INFLUENCE)
    )
    s.person[i].collaboration = people.trait(
        p.collaboration, spread, deviate(k0, k1, replicate, i, who, rng.COLLABORATION)
    )
    s.person[i].integrity = people.trait(
        p.integrity, spread, deviate(k0, k1, replicate, i, who, rng.INTEGRITY)
    )
    s.person[i].process_focus = people.trait(
        p.process_focus, spread, deviate(k0, k1, replicate, i, who, rng.PROCESS_FOCUS)
    )
    s.person[i].disposition = people.trait(
        p.disposition, spread, deviate(k0, k1, replicate, i, who, rng.DISPOSITION)
    )
    s.person[i].coached = 0.0


def join(plan, s, a, k0, k1, replicate):
    """An organisation takes seat `a`, with the traits of its present incarnation."""
    p, who = s.parameters[a], int(s.organisation[a].incarnation)
    s.organisation[a].member = 1.0
    s.organisation[a].stake = people.trait(
        s.parameters[plan.organisations].stake,
        p.trait_spread,
        deviate(k0, k1, replicate, a, who, rng.STAKE),
    )
    s.organisation[a].option = people.outside_option(
        s.parameters[plan.organisations].outside_option,
        s.parameters[plan.organisations].outside_spread,
        deviate(k0, k1, replicate, a, who, rng.OUTSIDE_OPTION),
    )
    s.organisation[a].home_trust = p.integrity
    s.organisation[a].frustration = 0.0
    s.organisation[a].breach_memory = 0.0
    s.organisation[a].results = 0.0
    s.organisation[a].departure_memory = 0.0


def meet_as_strangers(plan, s, i, handover):
    """Both sides of all of person i's ties start again, from what is believed of newcomers."""
    a, weight = i // plan.people, s.parameters[plan.organisations].prior_weight
    for b in range(plan.organisations):
        if b == a:
            continue
        for j in range(b * plan.people, (b + 1) * plan.people):
            s.tie[KEPT, i, j] = 0.0
            s.tie[FAILURES, i, j] = 0.0
            s.tie[VIOLATIONS, i, j] = 0.0
            s.tie[DEPTH, i, j] = 0.0
            s.tie[DAMAGE, i, j] = 0.0
            s.tie[PRIOR, i, j] = peers.prior_under(
                plan.rule,
                people.prior_of_newcomer(
                    s.person[i].disposition, s.pair[a, b].institutional, handover
                ),
            )
            s.tie[KEPT, j, i] = 0.0
            s.tie[FAILURES, j, i] = 0.0
            s.tie[VIOLATIONS, j, i] = 0.0
            s.tie[DEPTH, j, i] = 0.0
            s.tie[DAMAGE, j, i] = 0.0
            s.tie[PRIOR, j, i] = peers.prior_under(
                plan.rule,
                people.prior_of_newcomer(
                    s.person[j].disposition, s.pair[b, a].institutional, handover
                ),
            )
            s.tie[TRUST, i, j] = trust.trust_from_evidence(
                0.0, 0.0, 0.0, s.tie[PRIOR, i, j], weight
            )
            s.tie[TRUST, j, i] = trust.trust_from_evidence(
                0.0, 0.0, 0.0, s.tie[PRIOR, j, i], weight
            )


def found(plan, s, a, k0, k1, replicate):
    """Another organisation and its people take seat `a`; they are strangers to all."""
    join(plan, s, a, k0, k1, replicate)
    for i in range(a * plan.people, (a + 1) * plan.people):
        s.person[i].incumbency += 1.0
        appoint(plan, s, i, k0, k1, replicate)
        meet_as_strangers(plan, s, i, 0.0)


def clear(seat):
    """Nothing is counted of a seat yet."""
    seat.months = 0.0
    seat.month_left = 0.0
    seat.exit_cause = -1.0
    seat.departures = 0.0
    seat.replaced_by_decree = 0.0
    seat.meetings = 0.0
    seat.given = 0.0
    seat.smoked = 0.0
    seat.value_given = 0.0
    seat.value_received = 0.0
    seat.smoke = 0.0
    seat.overhead = 0.0
    seat.frustration_felt = 0.0
    seat.trusted = 0.0
    seat.trusting = 0.0


def begin(plan, s, k0, k1, replicate):
    """The founders sit down, with what they bring from earlier work."""
    w = s.whole[0]
    for n in range(len(s.stocks)):
        s.stocks[n] = 0.0
    w.cause = -1.0
    for c in range(len(plan.changes)):
        s.active[c] = 0
    for g in range(len(s.reached)):
        s.reached[g] = 0.0
    interventions(plan, s, 1)
    p = s.parameters[plan.organisations]
    for a in range(plan.organisations):
        s.organisation[a].incarnation = 0.0
        clear(s.organisation[a])
        join(plan, s, a, k0, k1, replicate)
        for i in range(a * plan.people, (a + 1) * plan.people):
            s.person[i].incumbency = 0.0
            appoint(plan, s, i, k0, k1, replicate)
    total = 0.0
    pairs = 0.0
    for a in range(plan.organisations):
        for b in range(a + 1, plan.organisations):
            history = trust.history_of_pair(
                p.history, p.history_spread, deviate(k0, k1, replicate, a, b, rng.HISTORY)
            )
            s.pair[a, b].institutional = history
            s.pair[b, a].institutional = history
            s.pair[a, b].attended = 0.0
            s.pair[b, a].attended = 0.0
            total += history
            pairs += 1.0
    w.goodwill = expectation.goodwill_at_start(p.goodwill, total / pairs)
    for i in range(plan.organisations * plan.people):
        for j in range(plan.organisations * plan.people):
            a, b = i // plan.people, j // plan.people
            if a == b:
                continue
            s.tie[KEPT, i, j] = p.history_depth * s.pair[a, b].institutional
            s.tie[FAILURES, i, j] = p.history_depth * (1.0 - s.pair[a, b].institutional)
            s.tie[VIOLATIONS, i, j] = 0.0
            s.tie[DAMAGE, i, j] = 0.0
            s.tie[PRIOR, i, j] = peers.prior_under(plan.rule, s.person[i].disposition)
            s.tie[DEPTH, i, j] = trust.depth_of_tie(
                s.tie[KEPT, i, j], s.tie[FAILURES, i, j], 0.0, p.depth_half
            )
    judge(plan, s)
    if peers.is_a_level(plan.rule):
        forget_evidence(plan, s)
    pairs_of_members(plan, s)


def turnover(plan, s, month, k0, k1, replicate):
    """Key individuals leave, by themselves or by decree; successors start from the handover."""
    w = s.whole[0]
    for i in range(plan.organisations * plan.people):
        s.luck[LEAVE, i], s.luck[REPLACE, i], _, _ = rng.draw(
            k0, k1, replicate, month, i, 0, rng.TURNOVER
        )
    for i in range(plan.organisations * plan.people):
        a = i // plan.people
        if s.organisation[a].member == 0.0:
            continue
        p = s.parameters[a]
        by_decree = i == a * plan.people and s.luck[REPLACE, i] < p.replacement
        leaves = s.luck[LEAVE, i] < people.departure_hazard(
            p.tenure, s.organisation[a].frustration, p.turnover_frustration
        )
        w.person_months += 1.0
        if not (leaves or by_decree):
            continue
        if leaves:
            w.departures += 1.0
            s.organisation[a].departures += 1.0
        else:
            w.replaced_by_decree += 1.0
            s.organisation[a].replaced_by_decree += 1.0
        s.organisation[a].departure_memory += s.person[i].weight
        s.person[i].incumbency += 1.0
        appoint(plan, s, i, k0, k1, replicate)
        meet_as_strangers(plan, s, i, p.handover)
