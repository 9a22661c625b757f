"""A tight contract with monitoring."""

from __future__ import annotations

from trustsim.scenarios.interventions.definition import BULLET, Effect, define


@define(
    BULLET,
    cites=("falk2006", "ziegelmeyer2012", "cao2015"),
    predicted="fewer breaches and undercuts, and a signal of distrust",
    person_months=0.5,
)
def monitoring(*, tightness: float = 1.0) -> list[Effect]:
    """Each party is watched for compliance with a tight contract.

    tightness in [0, 1].
    """
    return [Effect("monitoring", "add", tightness, "tightness")]
