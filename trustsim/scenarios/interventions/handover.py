"""A handover protocol for changes of key personnel."""

from __future__ import annotations

from trustsim.scenarios.interventions.definition import REMEDY, Effect, define


@define(
    REMEDY,
    cites=("seed2018", "broschak2014", "bermiss2016"),
    predicted="buys back part of what turnover costs where trust is good",
    person_months=0.1,
)
def handover(*, quality: float = 0.9) -> list[Effect]:
    """A successor is introduced, and starts from what the organisations think of each other.

    quality in [0, 1]: share of the way from a stranger's prior to institutional trust.
    """
    return [Effect("handover", "set", quality, "quality")]
