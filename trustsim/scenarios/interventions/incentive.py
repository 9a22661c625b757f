"""An incentive payment."""

from __future__ import annotations

from trustsim.scenarios.interventions.definition import BULLET, Effect, define


@define(
    BULLET,
    cites=("aunger2021", "bleser2019"),
    predicted="paid cooperation is weak evidence; relapse when the money stops",
    person_months=0.5,
)
def incentive(*, compliance: float = 0.4, discount: float = 0.4) -> list[Effect]:
    """Cooperation is paid for.

    compliance: chance that an unwilling person does it for the money; discount: how little
    cooperation then says. Both in [0, 1].
    """
    return [
        Effect("compliance", "add", compliance, "compliance"),
        Effect("evidence_discount", "add", discount, "discount"),
    ]
