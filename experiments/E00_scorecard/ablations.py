"""Mechanisms taken away, one at a time, to see what a result is owed to: only parameter values.

An ablation says what a partnership is without something; an intervention that is done to the
partnership may still bring it (a coordinator where there was none).
"""

from __future__ import annotations

from typing import NamedTuple

from trustsim.errors import ScenarioError, nearest, refusal
from trustsim.model.trust_rules import ONE_DIMENSIONAL
from trustsim.scenarios.scenario import Scenario


class Ablation(NamedTuple):
    """Something taken away: the parameters that do it, what is meant, and what stays."""

    parameters: dict[str, float]
    meaning: str
    stays: str


ABLATIONS = {
    "people": Ablation(
        {
            "prior_drift": 1.0,
            "handover": 1.0,
            "institutional_rate": 1.0,
            "evidence_kept": 0.0,
            "integrity_kept": 0.0,
        },
        "trust is between organisations: no person carries any, a successor is believed as the "
        "organisation is, and what happened in a month moves the organisation's trust at once",
        "people still meet, differ, act and leave; a month's news counts against a memory worth "
        "`prior_weight` kept promises; the two kinds of bad evidence fade alike, with that memory",
    ),
    "differences": Ablation(
        {"trait_spread": 0.0, "history_spread": 0.0, "outside_spread": 0.0},
        "all people, all organisations and all histories are alike",
        "luck, and the mean of each trait",
    ),
    "turnover": Ablation(
        {"tenure": 1200.0, "turnover_frustration": 0.0, "replacement": 0.0},
        "key people stay",
        "one in 1,200 still leaves each month, the least that the model can say",
    ),
    "coordinator": Ablation(
        {"coordinator_capacity": 0.0},
        "nobody independent attends to troubled pairs",
        "nothing of it; a setting without one is not changed",
    ),
    "hierarchy": Ablation(
        {"command": 0.0, "tiers": 1},
        "nobody at home is above anybody: all carry as much contact, no willingness is bent, no "
        "delivery ordered",
        "delivery at home by influence and by the staff's trust, so more promises fail; control "
        "of partners by stake",
    ),
    "goodwill": Ablation(
        {"goodwill": 0.0},
        "no endowment holds back the first disappointed members",
        "nothing of it",
    ),
    "kinds": Ablation(
        {"trust_rule": ONE_DIMENSIONAL},
        "violations of integrity fade, mend and are excused like failures",
        "their size, and the memory of shocks that they feed",
    ),
}
"""What can be taken away, by name."""


def ablated(scenario: Scenario, name: str) -> Scenario:
    """A copy of a scenario with something taken away; `name` is one of `ABLATIONS`.

    Raises ScenarioError for an unknown name.

    >>> ablated(Scenario("alliance"), "goodwill").values()["goodwill"]
    0.0
    """
    if name not in ABLATIONS:
        raise ScenarioError(
            refusal(
                f"scenario {scenario.name!r}",
                "ablation",
                name,
                f"must be one of {', '.join(ABLATIONS)}",
                f"Choose one of them.{nearest(name, tuple(ABLATIONS))}",
            )
        )
    parameters: dict[str, float] = {**ABLATIONS[name].parameters}
    copy = scenario.with_(**parameters)
    return copy.with_(name=f"{scenario.name} without {name}")  # type: ignore[arg-type]
