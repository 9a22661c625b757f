"""Estimators again: slow and obvious, from their definitions, with nothing of trustsim in them."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
from scipy import stats

Z = stats.norm.ppf(0.975)
CAUSES = ("vote", "breach")


def wilson(share, size):
    """Roots b of (b - share)^2 = z^2 b (1 - b) / size."""
    if size == 0:
        return 0.0, 1.0
    a, b, c = 1 + Z**2 / size, -(2 * share + Z**2 / size), share**2
    root = math.sqrt(max(b**2 - 4 * a * c, 0.0))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def garwood(events, exposure):
    """Rates at which so many events, or more extreme, have a chance of a fortieth."""
    low = stats.gamma.ppf(0.025, events) if events else 0.0
    return low / exposure, stats.gamma.ppf(0.975, events + 1) / exposure


def student(differences):
    """Mean, and its interval."""
    mean = sum(differences) / len(differences)
    if len(differences) < 2:
        return mean, math.nan, math.nan
    error = np.std(differences, ddof=1) / math.sqrt(len(differences))
    reach = stats.t.ppf(0.975, len(differences) - 1) * error
    return mean, mean - reach, mean + reach


def agresti_min(up, down, size):
    """Wald's interval of a paired difference with half a pair more of each of the four kinds."""
    b, c, n = up + 0.5, down + 0.5, size + 2
    error = math.sqrt(b + c - (b - c) ** 2 / n) / n
    return max((b - c) / n - Z * error, -1), min((b - c) / n + Z * error, 1)


def random_runs(generator, size, *, horizon=7, censored=False):
    """A small runs table in which everything happens: ties, rivals, causes, ends of watching."""
    rows = []
    for replicate in range(size):
        watched = int(generator.integers(2, horizon + 1)) if censored else horizon
        ended = int(generator.integers(1, 2 * horizon))
        ended = ended if ended <= watched else 0
        matured = int(generator.integers(1, 2 * horizon))
        matured = matured if matured <= (ended or watched) else 0
        rows.append(
            {
                "replicate": replicate,
                "months": ended or watched,
                "month_matured": matured or None,
                "month_dissolved": ended or None,
                "cause": CAUSES[int(generator.integers(2))] if ended else None,
            }
        )
    table = pd.DataFrame(rows)
    whole = dict.fromkeys(("month_matured", "month_dissolved"), "Int64")
    return table.astype({**whole, "cause": object})


def waits(runs, event, *, cause=None, first=False):
    """(month, kind) of each run: 1 it happened, 2 something else came first, 0 neither yet."""
    found = []
    for row in runs.itertuples():
        matured = None if pd.isna(row.month_matured) else int(row.month_matured)
        ended = None if pd.isna(row.month_dissolved) else int(row.month_dissolved)
        if event == "matured" and matured:
            found.append((matured, 1))
        elif event == "dissolved" and first and matured:
            found.append((matured, 2))
        elif ended:
            of_interest = event == "dissolved" and cause in (None, row.cause)
            found.append((ended, 1 if of_interest else 2))
        else:
            found.append((int(row.months), 0))
    return found


def counted(cases):
    """By month from 1: how many are at risk, how many have the event, and something else."""
    return [
        tuple(
            sum(weigh(month, kind) for month, kind in cases)
            for weigh in (
                lambda month, kind, now=now: month >= now,
                lambda month, kind, now=now: (month, kind) == (now, 1),
                lambda month, kind, now=now: (month, kind) == (now, 2),
            )
        )
        for now in range(1, max(month for month, _ in cases) + 1)
    ]


def incidence(hazards):
    """Aalen-Johansen by month from the hazards of the event and of its rivals."""
    surviving, total, found = Fraction(1), Fraction(0), []
    for event, rival in hazards:
        total += surviving * event
        surviving *= 1 - event - rival
        found.append(total)
    return found


def reached(shares, level):
    """First month in which a level is reached, a hair of rounding aside."""
    return next(month for month, share in enumerate(shares, start=1) if share >= level - 1e-9)


def area(cases, horizon):
    """Months lost by the horizon: each month's incidence lasts one month, from its end on."""
    found = incidence(hazards_of(cases))
    return sum(found[min(month, len(found)) - 1] for month in range(1, horizon))


def hazards_of(cases):
    """Share of those at risk that have the event, and something else, by month."""
    return [(Fraction(d, n), Fraction(e, n)) for n, d, e in counted(cases)]


def variance(cases, of):
    """Delta method: how much `of(hazards)` leans on each hazard, times what each varies.

    Everything here is a straight line in each single hazard, so a step of 1 is its derivative. The
    two hazards of a month are shares of one multinomial; those of different months are apart.
    """
    hazards = hazards_of(cases)
    total = Fraction(0)
    for place, ((event, rival), (at_risk, _, _)) in enumerate(
        zip(hazards, counted(cases), strict=True)
    ):
        leans = []
        for step in ((1, 0), (0, 1)):
            moved = list(hazards)
            moved[place] = (event + step[0], rival + step[1])
            leans.append(of(moved) - of(hazards))
        total += (leans[0] ** 2 * event + leans[1] ** 2 * rival) / at_risk
        total -= (leans[0] * event + leans[1] * rival) ** 2 / at_risk
    return total
