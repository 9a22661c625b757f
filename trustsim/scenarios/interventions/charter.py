"""An agreed charter."""

from __future__ import annotations

from trustsim.scenarios.interventions.definition import REMEDY, Effect, define


@define(
    REMEDY,
    cites=("cao2015",),
    predicted="less opportunism and misreading, without a signal of distrust",
    person_months=0.2,
)
def charter(*, reach: float = 1.0) -> list[Effect]:
    """The parties write down together how they will work: agreed formalisation.

    reach in [0, 1]: how much of the work it covers.
    """
    return [Effect("charter", "add", reach, "reach")]
