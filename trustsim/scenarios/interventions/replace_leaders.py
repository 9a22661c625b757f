"""Replace the leaders."""

from __future__ import annotations

from trustsim.scenarios.interventions.definition import BULLET, Effect, define


@define(
    BULLET,
    cites=("janke2019", "march1991", "broschak2014"),
    predicted="helps where it breaks distrust, costs ties and memory where there was trust",
    person_months=3.0,
    cost_grows_with="share",
    lasts_once=True,
)
def replace_leaders(*, share: float = 0.5) -> list[Effect]:
    """Leaders are replaced by decree, each with chance `share`; successors follow the handover."""
    return [Effect("replacement", "set", share, "share")]
