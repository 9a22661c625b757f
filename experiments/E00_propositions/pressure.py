"""Propositions 7, 8 and 17: a mandate, more pressure, a deadline."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from E00_propositions.estimators import DISSOLVED, MATURE, TOKENISTIC, Estimate
from E00_propositions.laboratory import (
    DESIGN,
    HORIZON,
    RESTATED,
    Effect,
    Laboratory,
    Panel,
    held_against,
    mean_effect,
    months_without,
    share_effect,
)

from trustsim.analysis.intervals import wilson
from trustsim.analysis.tables import Floats
from trustsim.scenarios import interventions
from trustsim.scenarios.scenario import Scenario


def mandate(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    """A mandate throughout, lifted after three years, and with exit forbidden."""
    ordered = base + interventions.mandate()
    yield _activity(
        "mandate: activity in month 3", lab.panel(base), lab.panel(ordered), 3, "+", RESTATED
    )
    yield lab.effect(
        "mandate: months not mature", base, ordered, "months not mature", HORIZON, "+", DESIGN
    )
    yield lab.effect("mandate: dissolved by 5 years", base, ordered, "dissolved", 60, "+", DESIGN)
    yield from _lifted(lab, base, ordered)
    yield from _forbidden(lab, base, ordered)


def _activity(
    claim: str, baseline: Panel, other: Panel, month: int, predicted: str, label: str = ""
) -> Effect:
    """Share of acts that were cooperation or done because ordered, where both are alive."""
    alive = baseline.alive(month) & other.alive(month)
    active = [
        (arm.at("cooperation", month) + arm.at("compliance", month))[alive]
        for arm in (baseline, other)
    ]
    return mean_effect(claim, active[1] - active[0], predicted, "share of acts", label)


def _lifted(lab: Laboratory, base: Scenario, ordered: Scenario) -> Iterator[Effect]:
    """Three years of mandate against one that goes on; the same bits until month 36."""
    goes_on, lifted = lab.panel(ordered), lab.panel(base + interventions.mandate(months=36))
    yield _activity("mandate lifted after 3 years: activity a year later", goes_on, lifted, 48, "-")
    mature = goes_on.status[:, 35] == MATURE
    lost = [(arm.status[mature, 59] != MATURE).astype(np.float64) for arm in (goes_on, lifted)]
    yield share_effect(
        "mandate lifted after 3 years: not mature at 5 years, if mature then",
        lost[0],
        lost[1],
        "+",
    )


def _forbidden(lab: Laboratory, base: Scenario, ordered: Scenario) -> Iterator[Effect]:
    """The same mandate, and nobody may leave."""
    bound = ordered.with_(may_exit=0)
    yield lab.effect(
        "mandate, exit forbidden: dissolved by 5 years",
        ordered,
        bound,
        "dissolved",
        60,
        "-",
        RESTATED,
    )
    yield lab.effect(
        "mandate, exit forbidden: tokenistic months",
        ordered,
        bound,
        "tokenistic months",
        HORIZON,
        "+",
    )
    dissolved = lab.panel(ordered).status[:, 83] == DISSOLVED
    shops = lab.panel(bound).status[dissolved, 83] == TOKENISTIC
    bounds = wilson(float(shops.sum()), len(shops))
    share = float(shops.mean()) if len(shops) else float("nan")
    yield held_against(
        "mandate, exit forbidden: tokenistic at 7 years, if dissolved by then with exit free",
        "share of partnerships",
        Estimate(share, bounds.low, bounds.high),
        "above 1/2",
    )


def pressure(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    """Up by .15, or to its upper bound of 1 where a calibrated point leaves less."""
    more = base.with_(pressure=min(base.values()["pressure"] + 0.15, 1.0))
    yield lab.effect("pressure up by .15: dissolved by 5 years", base, more, "dissolved", 60, "+")
    yield lab.effect("pressure up by .15: months alive", base, more, "months alive", HORIZON, "-")


def deadline(lab: Laboratory, base: Scenario) -> Iterator[Effect]:
    """A deadline throughout: declared against real maturity."""
    hurried = base + interventions.deadline()
    waits: dict[str, Floats] = {}
    for event, name, predicted, label in (
        ("nominal", "months until declared mature", "-", RESTATED),
        ("matured", "months until mature", "+", ""),
    ):
        waits[event] = months_without(lab.runs(hurried), event) - months_without(
            lab.runs(base), event
        )
        yield mean_effect(f"deadline: {name}", waits[event], predicted, "months", label)
    yield mean_effect(
        "deadline: months from declared to real maturity",
        waits["matured"] - waits["nominal"],
        "+",
        "months",
    )
