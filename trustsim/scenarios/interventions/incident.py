"""A scripted incident, for experiments."""

from __future__ import annotations

from trustsim.errors import ScenarioError, refusal
from trustsim.scenarios.interventions.definition import EVENT, Effect, define


@define(
    EVENT,
    cites=("kim2004", "connelly2018"),
    predicted="integrity hurts more than competence at equal size, and longer",
    person_months=0.0,
    lasts_once=True,
    first_member=True,
)
def incident(*, kind: str = "integrity", size: float = 4.0, share: float = 1.0) -> list[Effect]:
    """A member (`target`; the first if left out) breaks its word, or fails badly, in public.

    kind: "integrity" or "competence"; size in kept promises, 0 to 100; share in [0, 1]: people
    of the other members who learn of it. The dose scales the size.
    """
    if kind not in ("integrity", "competence"):
        raise ScenarioError(
            refusal(
                "intervention incident",
                "kind",
                kind,
                "must be 'integrity' or 'competence'",
                "Run `trustsim explain incident`.",
            )
        )
    return [
        Effect(f"incident_{kind}", "add", size, "size"),
        Effect("incident_share", "set", share, "share", full=True),
    ]
