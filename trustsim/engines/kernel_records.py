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
