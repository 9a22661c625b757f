"""A mandate: authority imposed from outside."""

from __future__ import annotations

from trustsim.scenarios.interventions.definition import BULLET, Effect, define


@define(
    BULLET,
    cites=("commons2018", "bitterman2020", "aunger2021"),
    predicted="activity at once, weak evidence, show that raises expectations, relapse when lifted",
    person_months=1.0,
)
def mandate(
    *, compliance: float = 0.6, discount: float = 0.2, raises: float = 0.05, reporting: float = 0.05
) -> list[Effect]:
    """The partnership is ordered from above: acts get done at once, whatever people think.

    compliance: chance that an unwilling person does it all the same; discount: how little
    cooperation then says; raises: progress the sponsor expects on top; reporting: share of the
    meeting budget spent on reporting. All in [0, 1].
    """
    return [
        Effect("compliance", "add", compliance, "compliance"),
        Effect("evidence_discount", "add", discount, "discount"),
        Effect("expectation_raised", "add", raises, "raises"),
        Effect("reporting", "add", reporting, "reporting"),
    ]
