"""Who sits at the table, on arrays: founders, departures, successors, newcomers.

Part of the compiled twin of `agents.py`; see `kernel.py` for what `plan` and `s` hold.
"""

from __future__ import annotations

from trustsim import rng
from trustsim.engines.kernel_meetings import pairs_of_members, trust_now
from trustsim.engines.packing import EVERYBODY, SCHEDULED
from trustsim.model.rules import change, expectation, people, trust
from trustsim.model.rules.numeric import bell


def deviate(k0, k1, replicate, who, about, purpose):
    """One bell-shaped number at an address before the first month."""
    u_0, u_1, u_2, u_3 = rng.draw(k0, k1, replicate, 0, who, about, purpose)
    return bell(u_0, u_1, u_2, u_3)


def interventions(plan, s, month):
    """Effective parameters of this month, one row a member and one for the whole."""
    stale = month == 1
    for c in range(len(plan.changes)):
        start, group = plan.changes[c, 4], plan.changes[c, 7]
        now = 0
        if group == SCHEDULED:
            if change.in_force(month, start, plan.changes[c, 5]):
                now = 1
        elif s.reached[int(group)] > 0.0:
            if change.in_force(month, s.reached[int(group)] + start, plan.changes[c, 5]):
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
            if s.active[c] == 1 and (target == EVERYBODY or target == row):
                p = int(plan.changes[c, 0])
                s.flat[row, p] = change.changed_value(
                    s.flat[row, p], plan.changes[c, 1], plan.changes[c, 2], plan.changes[c, 3],
                    plan.low[p], plan.high[p],
                )  # fmt: skip
    for a in range(plan.organisations):
        total = 0.0
        for i in range(a * plan.people, (a + 1) * plan.people):
            s.weight[i] = people.weight_of_seat(
                plan.tier[i], s.parameters[a].command, s.parameters[a].thinning
            )
            total += s.weight[i]
        s.total_weight[a] = total


def appoint(plan, s, i, k0, k1, replicate):
    """A person takes a seat, with the traits of this seat's present incumbency."""
    p, who = s.parameters[i // plan.people], int(s.incumbency[i])
    spread = p.trait_spread
    s.influence[i] = people.trait(p.influence, spread, deviate(k0, k1, replicate, i, who, rng.INFLUENCE))
    s.collaboration[i] = people.trait(
        p.collaboration, spread, deviate(k0, k1, replicate, i, who, rng.COLLABORATION)
    )
    s.integrity[i] = people.trait(p.integrity, spread, deviate(k0, k1, replicate, i, who, rng.INTEGRITY))
    s.process_focus[i] = people.trait(
        p.process_focus, spread, deviate(k0, k1, replicate, i, who, rng.PROCESS_FOCUS)
    )
    s.disposition[i] = people.trait(
        p.disposition, spread, deviate(k0, k1, replicate, i, who, rng.DISPOSITION)
    )
    s.coached[i] = 0.0


def join(plan, s, a, k0, k1, replicate):
    """An organisation takes seat `a`, with the traits of its present incarnation."""
    p, who = s.parameters[a], int(s.incarnation[a])
    s.member[a] = 1.0
    s.stake[a] = people.trait(
        s.parameters[plan.organisations].stake, p.trait_spread, deviate(k0, k1, replicate, a, who, rng.STAKE)
    )
    s.option[a] = people.outside_option(
        s.parameters[plan.organisations].outside_option,
        s.parameters[plan.organisations].outside_spread,
        deviate(k0, k1, replicate, a, who, rng.OUTSIDE_OPTION),
    )
    s.home_trust[a] = p.integrity
    s.frustration[a] = 0.0
    s.breach_memory[a] = 0.0
    s.departure_memory[a] = 0.0


def meet_as_strangers(plan, s, i, handover):
    """Both sides of all of person i's ties start again, from what is believed of newcomers."""
    a, weight = i // plan.people, s.parameters[plan.organisations].prior_weight
    for b in range(plan.organisations):
        if b == a:
            continue
        for j in range(b * plan.people, (b + 1) * plan.people):
            s.kept[i, j] = 0.0
            s.failures[i, j] = 0.0
            s.violations[i, j] = 0.0
            s.depth[i, j] = 0.0
            s.prior[i, j] = people.prior_of_newcomer(s.disposition[i], s.institutional[a, b], handover)
            s.kept[j, i] = 0.0
            s.failures[j, i] = 0.0
            s.violations[j, i] = 0.0
            s.depth[j, i] = 0.0
            s.prior[j, i] = people.prior_of_newcomer(s.disposition[j], s.institutional[b, a], handover)
            s.trust[i, j] = trust.trust_from_evidence(0.0, 0.0, 0.0, s.prior[i, j], weight)
            s.trust[j, i] = trust.trust_from_evidence(0.0, 0.0, 0.0, s.prior[j, i], weight)


def found(plan, s, a, k0, k1, replicate):
    """Another organisation and its people take seat `a`; they are strangers to all."""
    join(plan, s, a, k0, k1, replicate)
    for i in range(a * plan.people, (a + 1) * plan.people):
        s.incumbency[i] += 1.0
        appoint(plan, s, i, k0, k1, replicate)
        meet_as_strangers(plan, s, i, 0.0)


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
        s.incarnation[a] = 0.0
        join(plan, s, a, k0, k1, replicate)
        for i in range(a * plan.people, (a + 1) * plan.people):
            s.incumbency[i] = 0.0
            appoint(plan, s, i, k0, k1, replicate)
    total = 0.0
    pairs = 0.0
    for a in range(plan.organisations):
        for b in range(a + 1, plan.organisations):
            history = trust.history_of_pair(
                p.history, p.history_spread, deviate(k0, k1, replicate, a, b, rng.HISTORY)
            )
            s.institutional[a, b] = history
            s.institutional[b, a] = history
            s.attended[a, b] = 0.0
            s.attended[b, a] = 0.0
            total += history
            pairs += 1.0
    w.goodwill = expectation.goodwill_at_start(p.goodwill, total / pairs)
    for i in range(plan.organisations * plan.people):
        for j in range(plan.organisations * plan.people):
            a, b = i // plan.people, j // plan.people
            if a == b:
                continue
            s.kept[i, j] = p.history_depth * s.institutional[a, b]
            s.failures[i, j] = p.history_depth * (1.0 - s.institutional[a, b])
            s.violations[i, j] = 0.0
            s.prior[i, j] = s.disposition[i]
            s.depth[i, j] = trust.depth_of_tie(s.kept[i, j], s.failures[i, j], 0.0, p.depth_half)
    trust_now(plan, s)
    pairs_of_members(plan, s)


def turnover(plan, s, month, k0, k1, replicate):
    """Key individuals leave, by themselves or by decree; successors start from the handover."""
    w = s.whole[0]
    for i in range(plan.organisations * plan.people):
        a = i // plan.people
        if s.member[a] == 0.0:
            continue
        p = s.parameters[a]
        u_0, u_1, _, _ = rng.draw(k0, k1, replicate, month, i, 0, rng.TURNOVER)
        by_decree = i == a * plan.people and u_1 < p.replacement
        leaves = u_0 < people.departure_hazard(p.tenure, s.frustration[a], p.turnover_frustration)
        w.person_months += 1.0
        if not (leaves or by_decree):
            continue
        if leaves:
            w.departures += 1.0
        else:
            w.departures_under_pressure += 1.0
        s.departure_memory[a] += s.weight[i]
        s.incumbency[i] += 1.0
        appoint(plan, s, i, k0, k1, replicate)
        meet_as_strangers(plan, s, i, p.handover)
