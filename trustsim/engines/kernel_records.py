"""What is kept of a partnership, on arrays: rows of runs and months, and counts by month.

Part of the compiled twin of `agents.py`; see `kernel.py` for what `plan` and `s` hold.
"""

from __future__ import annotations


def record_month(plan, s, month, replicate, row):
    """One month, in the columns of `schema.MONTHS`."""
    w = s.whole[0]
    row[0].replicate = replicate
    row[0].month = month
    row[0].status = w.status
    row[0].mean_trust = s.tally[0].trust
    row[0].weakest_trust = s.tally[0].weakest
    row[0].institutional_trust = s.tally[0].institutional
    row[0].breadth = s.tally[0].breadth
    row[0].routines = w.routines
    row[0].maturity = s.tally[0].level
    row[0].nominal_maturity = w.show
    row[0].meetings = s.tally[0].meetings
    row[0].value = s.tally[0].value / s.tally[0].possible
    row[0].smoke = s.tally[0].smoke / s.tally[0].possible
    row[0].expectation = w.expectation
    row[0].frustration = s.tally[0].frustration
    row[0].goodwill = w.goodwill
    row[0].members = s.tally[0].members
    row[0].members_lost = w.members_lost


def count_seats(plan, s, possible):
    """What this month adds to what is counted of each filled seat."""
    part = 1.0 / possible
    for a in range(plan.organisations):
        seat = s.organisation[a]
        if seat.member == 0.0:
            continue
        seat.months += 1.0
        seat.value_given += seat.given * part
        seat.value_received += seat.received * part
        seat.smoke += seat.smoked * part


def note_trust(plan, s, a):
    """How far a seat is trusted and trusts, among those who sat at the table this month.

    Asked only when it leaves and at the end: every month would be felt in small partnerships.
    """
    trusted, trusting, others = 0.0, 0.0, 0.0
    for b in range(plan.organisations):
        if b != a and s.organisation[b].sat > 0.0:
            trusted += s.pair[b, a].pair_trust
            trusting += s.pair[a, b].pair_trust
            others += 1.0
    s.organisation[a].trusted = trusted / others
    s.organisation[a].trusting = trusting / others


def record_members(plan, s, replicate, rows):
    """Each seat at the table, in the columns of `schema.MEMBERS`."""
    for a in range(plan.organisations):
        seat, row = s.organisation[a], rows[a]
        if seat.sat > 0.0:
            note_trust(plan, s, a)
        row.replicate = replicate
        row.organisation = a
        row.months = seat.months
        row.month_left = seat.month_left
        row.cause = seat.exit_cause
        row.departures = seat.departures
        row.replaced_by_decree = seat.replaced_by_decree
        row.meetings = seat.meetings
        row.value_given = seat.value_given
        row.value_received = seat.value_received
        row.smoke = seat.smoke
        row.overhead = seat.overhead
        row.mean_frustration = seat.frustration_felt / seat.months
        row.trusted = seat.trusted
        row.trusting = seat.trusting


def record_run(plan, s, month, replicate, row):
    """The whole run, in the columns of `schema.RUNS`."""
    w = s.whole[0]
    row[0].replicate = replicate
    row[0].months = month
    row[0].status = w.status
    row[0].matured = 0.0
    if w.month_matured > 0.0:
        row[0].matured = 1.0
    row[0].month_matured = w.month_matured
    row[0].month_developing = w.month_developing
    row[0].month_nominal = w.month_nominal
    row[0].dissolved = 0.0
    if w.month_dissolved > 0.0:
        row[0].dissolved = 1.0
    row[0].month_dissolved = w.month_dissolved
    row[0].cause = w.cause
    row[0].members_lost = w.members_lost
    row[0].month_first_exit = w.month_first_exit
    row[0].departures = w.departures
    row[0].replaced_by_decree = w.replaced_by_decree
    row[0].person_months = w.person_months
    row[0].tokenistic_months = w.tokenistic_months
    row[0].mature_months = w.mature_months
    row[0].relapses = w.relapses
    row[0].breaches = w.breaches
    row[0].bullets_reached_for = w.bullets_reached_for
    row[0].month_first_bullet = w.month_first_bullet
    row[0].meetings = w.meetings
    row[0].value = w.value
    row[0].smoke = w.smoke
    row[0].mean_trust = s.tally[0].trust
    row[0].mean_frustration = w.frustration / month
    row[0].home_delivery = 1.0
    if w.promises > 0.0:
        row[0].home_delivery = w.delivered / w.promises


def count_month(s, counts, month):
    """Adds this partnership to the month's counts, in the columns of `schema.OCCUPANCY`."""
    w = s.whole[0]
    lost = int(w.members_lost)
    counts[month - 1, int(w.status)] += 1
    counts[month - 1, 4] += lost
    counts[month - 1, 5] += lost * lost
    if lost > 0:
        counts[month - 1, 6] += 1
