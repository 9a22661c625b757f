"""A sponsor with realistic expectations."""

from __future__ import annotations

from trustsim.scenarios.interventions.definition import REMEDY, Effect, define


@define(
    REMEDY,
    cites=("seed2018", "kingsfund2017"),
    predicted="less frustration, less attrition; fewer meetings where little is expected",
    person_months=0.0,
)
def realistic_expectations(*, slower: float = 2.0) -> list[Effect]:
    """The sponsor allows more time: progress is expected at a slower pace.

    slower: factor of at least 1 on the months in which results are expected.
    """
    return [Effect("pace", "multiply", slower, "slower")]
