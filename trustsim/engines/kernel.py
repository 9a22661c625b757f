"""The month on arrays: who acts when, for one partnership after another.

Plain Python that numba can compile (`compiled.py` does) and that runs without it. All
science is in `model/rules`; `agents.py` tells the same month with agents, to the bit.
`s` holds the arrays of `packing.Arrays`, `plan` (`packing.Setup`) what stays fixed.
Untyped on purpose: these functions are compiled for one set of argument types.
"""

from __future__ import annotations

from trustsim import rng
from trustsim.engines.kernel_meetings import coordinate, meetings
from trustsim.engines.kernel_people import begin, found, interventions, turnover
from trustsim.engines.kernel_records import (
    count_month,
    count_seats,
    note_trust,
    record_members,
    record_month,
    record_run,
)
from trustsim.engines.kernel_trust import fading, learn
from trustsim.engines.packing import DEPTH, FAILURES, MEETINGS, VIOLATIONS
from trustsim.model.actions import BREACH
from trustsim.model.rules import change, exits, expectation, maturity, trust
from trustsim.model.rules.meeting import acts_possible
from trustsim.model.rules.perception import bad_news, shock_of_incident
from trustsim.schema import CAUSES, STATUSES

FORMING, MATURE, TOKENISTIC, DISSOLVED = range(len(STATUSES))
BY_VOTE, BY_SPONSOR = CAUSES.index("vote"), CAUSES.index("sponsor")


def incidents(plan, s, month, k0, k1, replicate):
    """Scripted breaches and failures, and who of the other members learns of them."""
    for a in range(plan.organisations):
        p = s.parameters[a]
        if s.organisation[a].member == 0.0 or (
            p.incident_integrity == 0.0 and p.incident_competence == 0.0
        ):
            continue
        for b in range(plan.organisations):
            if b == a or s.organisation[b].member == 0.0:
                continue
            learned = 0.0
            for j in range(b * plan.people, (b + 1) * plan.people):
                u_0, _, _, _ = rng.draw(k0, k1, replicate, month, a, j, rng.INCIDENT)
                if u_0 >= p.incident_share:
                    continue
                learned += 1.0
                w = s.parameters[plan.organisations]
                for i in range(a * plan.people, (a + 1) * plan.people):
                    depth = s.tie[DEPTH, j, i]
                    s.tie[VIOLATIONS, j, i] += bad_news(
                        -p.incident_integrity, 0, 0.0, w.negativity, depth, w.depth_shield
                    )
                    s.tie[FAILURES, j, i] += bad_news(
                        -p.incident_competence, 0, 0.0, w.negativity, depth, w.depth_shield
                    )
            s.organisation[b].breach_memory += shock_of_incident(
                p.incident_integrity, learned, plan.people
            )


def mature(plan, s, month):
    """Routines, maturity, value and show of this month."""
    p, w = s.parameters[plan.organisations], s.whole[0]
    members, pairs, broad, weakest = 0.0, 0.0, 0.0, 1.0
    between_people, between_members = 0.0, 0.0
    for a in range(plan.organisations):
        members += s.organisation[a].member
        for b in range(a + 1, plan.organisations):
            if s.organisation[a].member == 0.0 or s.organisation[b].member == 0.0:
                continue
            mutual = trust.mutual_trust(s.pair[a, b].pair_trust, s.pair[b, a].pair_trust)
            pairs += 1.0
            between_people += s.pair[a, b].pair_trust + s.pair[b, a].pair_trust
            between_members += s.pair[a, b].institutional + s.pair[b, a].institutional
            if mutual >= p.breadth_threshold:
                broad += 1.0
            if mutual < weakest:
                weakest = mutual
    persons = members * plan.people
    possible = acts_possible(persons, persons - plan.people, plan.base[MEETINGS])
    breadth = broad / pairs
    w.routines = maturity.routines_after_month(
        w.routines,
        s.tally[0].habit / possible,
        p.routine_growth,
        p.process_skipped,
        p.routines_on_paper,
    )
    level = maturity.maturity_level(breadth, w.routines)
    value, smoke = s.tally[0].value / possible, s.tally[0].smoke / possible
    w.show = maturity.smoothed(
        w.show, s.tally[0].show / possible + p.announcement, p.show_smoothing
    )
    w.value_level = maturity.smoothed(w.value_level, value, p.show_smoothing)
    w.months_over = maturity.months_in_a_row(w.months_over, level >= p.maturity_threshold)
    w.months_below = maturity.months_in_a_row(w.months_below, level < p.maturity_threshold)
    w.months_under = maturity.months_in_a_row(
        w.months_under,
        maturity.is_talking_shop(
            w.value_level, p.mature_value, p.tokenistic_share, s.tally[0].meetings
        ),
    )
    if w.month_developing == 0.0 and level >= p.developing_threshold:
        w.month_developing = month
    if w.month_nominal == 0.0 and w.show >= p.nominal_threshold:
        w.month_nominal = month
    w.meetings += s.tally[0].meetings
    w.value += value
    w.smoke += smoke
    s.tally[0].possible = possible
    s.tally[0].breadth = breadth
    s.tally[0].weakest = weakest
    s.tally[0].level = level
    s.tally[0].members = members
    s.tally[0].trust = between_people / (pairs + pairs)
    s.tally[0].institutional = between_members / (pairs + pairs)
    count_seats(plan, s, possible)


def settle_status(plan, s, month):
    """Forming, mature or tokenistic, and what that adds to the record."""
    p, w = s.parameters[plan.organisations], s.whole[0]
    was_mature = w.status == MATURE
    if maturity.is_mature(was_mature, w.months_over, w.months_below, p.maturity_hold):
        w.status = MATURE
        if w.month_matured == 0.0:
            w.month_matured = month - w.months_over + 1.0
    elif w.months_under >= p.tokenistic_hold:
        w.status = TOKENISTIC
    else:
        w.status = FORMING
    if was_mature and w.status != MATURE:
        w.relapses += 1.0
    if w.status == MATURE:
        w.mature_months += 1.0
    if w.status == TOKENISTIC:
        w.tokenistic_months += 1.0


def expectations(plan, s, month, k0, k1, replicate):
    """What the sponsor expects, what members see, and whether they reach for a bullet."""
    p, w = s.parameters[plan.organisations], s.whole[0]
    w.expectation = expectation.expectation_after_month(
        w.expectation, p.pressure, p.expectation_raised, p.pace, p.ratchet, w.show
    )
    possible_each = s.tally[0].possible / s.tally[0].members
    total = 0.0
    for a in range(plan.organisations):
        if s.organisation[a].member == 0.0:
            continue
        s.organisation[a].results = expectation.results_after_month(
            s.organisation[a].results, s.organisation[a].received / possible_each, p.results_window
        )
        seen = expectation.progress_seen(
            s.organisation[a].results,
            p.mature_value,
            p.hardening,
            w.achieved,
            w.show,
            p.realism,
        )
        s.organisation[a].frustration = expectation.frustration_after_month(
            s.organisation[a].frustration, w.expectation, seen, p.adaptation
        )
        s.organisation[a].frustration_felt += s.organisation[a].frustration
        total += s.organisation[a].frustration
    mean = total / s.tally[0].members
    w.goodwill = expectation.goodwill_after_month(w.goodwill, mean, p.goodwill_spend)
    w.achieved += s.tally[0].value / s.tally[0].possible / p.mature_value
    w.frustration += mean
    s.tally[0].frustration = mean
    if plan.menu > 0 and p.silver_bullet_propensity > 0.0:
        since = p.silver_bullet_pause
        if w.month_reached_for > 0.0:
            since = month - w.month_reached_for
        u_0, u_1, _, _ = rng.draw(k0, k1, replicate, month, 0, 1, rng.PARTNERSHIP)
        if change.bullet_is_reached_for(
            mean,
            p.silver_bullet_threshold,
            p.silver_bullet_propensity,
            since,
            p.silver_bullet_pause,
            u_0,
        ):
            s.reached[change.choice_from_menu(u_1, plan.menu)] = month
            w.month_reached_for = month
            w.bullets_reached_for += 1.0
            if w.month_first_bullet == 0.0:
                w.month_first_bullet = month


def leave(plan, s, month, k0, k1, replicate):
    """Members leave, left seats may be filled, and the partnership may end."""
    p, w = s.parameters[plan.organisations], s.whole[0]
    if p.may_exit == 0.0:
        return
    loose = exits.loosening(w.goodwill, p.goodwill_shield, p.exit_contagion, w.recent_exits)
    cause = -1
    for a in range(plan.organisations):
        u_0, u_1, _, _ = rng.draw(k0, k1, replicate, month, a, 0, rng.EXIT)
        if s.organisation[a].member == 0.0:
            if u_1 < p.refill:
                fill_seat(plan, s, a, k0, k1, replicate)
            continue
        option = loose * exits.pull_of_option(
            p.exit_option, s.organisation[a].option, s.organisation[a].frustration
        )
        push = loose * exits.push_of_frustration(p.exit_frustration, s.organisation[a].frustration)
        why = exits.exit_cause(
            u_0,
            p.outside_hazard,
            option,
            push,
            exits.part_of_shock(p.exit_breach, s.organisation[a].breach_memory, option + push),
            exits.part_of_shock(
                p.exit_departure, s.organisation[a].departure_memory, option + push
            ),
        )
        if why != exits.STAYS:
            cause = why
            s.organisation[a].member = 0.0
            note_trust(plan, s, a)
            if s.organisation[a].month_left == 0.0:
                s.organisation[a].month_left = month
                s.organisation[a].exit_cause = cause
            w.members_lost += 1.0
            w.recent_exits += 1.0
            if w.month_first_exit == 0.0:
                w.month_first_exit = month
    members, frustrated = 0.0, 0.0
    for a in range(plan.organisations):
        members += s.organisation[a].member
        if s.organisation[a].member > 0.0 and s.organisation[a].frustration > p.vote_threshold:
            frustrated += 1.0
    s.tally[0].members = members
    u_0, u_1, _, _ = rng.draw(k0, k1, replicate, month, 0, 0, rng.PARTNERSHIP)
    if exits.quorum_is_lost(w.recent_exits, members, plan.organisations, p.quorum):
        dissolve(w, month, cause)
    elif u_0 < exits.vote_probability(p.vote_rate, frustrated, members):
        dissolve(w, month, BY_VOTE)
    elif u_1 < exits.sponsor_probability(p.sponsor_stop, w.expectation, w.show):
        dissolve(w, month, BY_SPONSOR)


def dissolve(w, month, cause):
    """The end."""
    w.status = DISSOLVED
    w.month_dissolved = month
    w.cause = cause


def fill_seat(plan, s, a, k0, k1, replicate):
    """Another organisation takes a left seat; its people are strangers to all."""
    s.organisation[a].incarnation += 1.0
    for b in range(plan.organisations):
        s.pair[a, b].institutional = s.parameters[plan.organisations].history
        s.pair[b, a].institutional = s.parameters[plan.organisations].history
        s.pair[a, b].pair_trust = s.pair[a, b].institutional
        s.pair[b, a].pair_trust = s.pair[b, a].institutional
    found(plan, s, a, k0, k1, replicate)


def one_month(plan, s, month, k0, k1, replicate):
    """The phases of `model/phases.py`, in order."""
    interventions(plan, s, month)
    incidents(plan, s, month, k0, k1, replicate)
    turnover(plan, s, month, k0, k1, replicate)
    fading(plan, s)
    coordinate(plan, s, month, k0, k1, replicate)
    meetings(plan, s, month, k0, k1, replicate)
    learn(plan, s)
    mature(plan, s, month)
    expectations(plan, s, month, k0, k1, replicate)
    settle_status(plan, s, month)
    leave(plan, s, month, k0, k1, replicate)


def run_replicates(
    plan,
    s,
    k0,
    k1,
    first,
    count,
    months,
    runs,
    rows,
    rows_flat,
    first_action,
    lengths,
    counts,
    members,
):
    """Runs `count` partnerships from replicate `first` on.

    runs: one record each; rows: `months` records each, where wanted (else length 0), with
    lengths[r] of them filled; counts: integers by month and column, added to; members: a
    record for each seat, where wanted.
    """
    for r in range(count):
        replicate = first + r
        begin(plan, s, k0, k1, replicate)
        month = 0
        while month < months and s.whole[0].status != DISSOLVED:
            month += 1
            one_month(plan, s, month, k0, k1, replicate)
            s.whole[0].breaches += s.counts[BREACH]
            count_month(s, counts, month)
            if len(rows) > 0:
                at = r * months + month - 1
                record_month(plan, s, month, replicate, rows[at : at + 1])
                for c in range(len(s.counts)):
                    share = 0.0
                    if s.tally[0].meetings > 0.0:
                        share = s.counts[c] / (s.tally[0].meetings + s.tally[0].meetings)
                    rows_flat[at, first_action + c] = share
        lengths[r] = month
        record_run(plan, s, month, replicate, runs[r : r + 1])
        if len(members) > 0:
            at = r * plan.organisations
            record_members(plan, s, replicate, members[at : at + plan.organisations])
        for later in range(month + 1, months + 1):
            count_month(s, counts, later)
