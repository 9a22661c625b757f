"""Propositions of the model as paired designs: effects, intervals, and whether they hold.

Each proposition is a function of a base scenario, so that it can be asked at the defaults
and at every point of the calibrated ensemble. A claim holds if its interval lies wholly on
the predicted side. Labels: DESIGN (used while building), FINDING (looked at afterwards),
RESTATED INPUT (follows from an assumption). What was found is in README.md.
"""

from __future__ import annotations

import pandas as pd
from E00_propositions import (
    bullets,
    coordination,
    fates,
    hierarchy,
    members,
    pressure,
)
from E00_propositions.laboratory import (
    DESIGN,
    FINDING,
    HORIZON,
    RESTATED,
    Effect,
    Laboratory,
    Proposition,
)

from trustsim.scenarios.scenario import Scenario

__all__ = [
    "DESIGN",
    "FINDING",
    "HORIZON",
    "PROPOSITIONS",
    "RESTATED",
    "Effect",
    "Laboratory",
    "Proposition",
    "examine",
]

PROPOSITIONS = (
    Proposition(
        1,
        "A coordinator lowers attrition and shortens time-to-maturity.",
        DESIGN,
        coordination.presence,
    ),
    Proposition(
        2,
        "Earlier is better; withdrawn after a year it loses most of its gain.",
        FINDING,
        coordination.timing,
    ),
    Proposition(
        3,
        "Imposed it is worth less; with allegiance it does harm.",
        DESIGN,
        coordination.appointment,
    ),
    Proposition(
        4,
        "At high trust turnover raises attrition; handover buys part of it back.",
        FINDING,
        members.turnover,
    ),
    Proposition(
        5, "Each of the four competences, raised alone, helps.", DESIGN, members.competences
    ),
    Proposition(
        6,
        "Command delivers at home; its net effect on the partnership is small.",
        DESIGN,
        hierarchy.hierarchy,
    ),
    Proposition(
        7,
        "A mandate raises activity at once, delays maturity, raises dissolution, and relapses "
        "when lifted; one that forbids exit turns dissolution into tokenism.",
        FINDING,
        pressure.mandate,
    ),
    Proposition(8, "More pressure: more attrition.", FINDING, pressure.pressure),
    Proposition(9, "The hazard of dissolution rises, peaks and falls.", FINDING, fates.hump),
    Proposition(
        10,
        "More members: slower to mature, because the meeting budget binds.",
        FINDING,
        members.size,
    ),
    Proposition(11, "Mature partnerships that lose upkeep relapse.", FINDING, fates.upkeep),
    Proposition(
        12,
        "Reaching for bullets when frustrated worsens the fate of those that do; the naive "
        "comparison is confounded by indication.",
        FINDING,
        bullets.reaching,
    ),
    Proposition(
        13,
        "Where command is high the loss of the leader costs more of that member's ties.",
        RESTATED,
        hierarchy.loss_of_leader,
    ),
    Proposition(
        14,
        "One leader of low integrity under high command succeeds at home and damages the "
        "partnership.",
        FINDING,
        hierarchy.crooked_leader,
    ),
    Proposition(
        15,
        "An away-day without follow-up loses its gain; just below a tipping point it can be "
        "worth it.",
        FINDING,
        bullets.launch,
    ),
    Proposition(
        16,
        "Coaching pays at five years while it looks like waste in year one.",
        FINDING,
        members.coaching,
    ),
    Proposition(
        17,
        "Under a deadline nominal maturity outruns real maturity.",
        FINDING,
        pressure.deadline,
    ),
    Proposition(
        18,
        "Same scenario, different luck: effective and frustrating side by side.",
        FINDING,
        fates.two_fates,
    ),
)


def examine(base: Scenario, *, replicates: int, seed: int) -> pd.DataFrame:
    """Every effect of every proposition from one base scenario, one row each.

    Parameters
    ----------
    base : Scenario
        What every design starts from.
    replicates : int
        Partnerships of each arm; seed: their luck, and that of resampling.

    Returns
    -------
    pandas.DataFrame
        proposition (number), label, claim, unit, estimate, low, high, predicted, holds.
    """
    lab = Laboratory(replicates, seed)
    rows = [
        {
            "proposition": one.number,
            **effect._asdict(),
            "label": effect.label or one.label,
        }
        for one in PROPOSITIONS
        for effect in one.effects(lab, base)
    ]
    first = ["proposition", "label"]
    return pd.DataFrame(rows)[[*first, *(name for name in Effect._fields if name != "label")]]
