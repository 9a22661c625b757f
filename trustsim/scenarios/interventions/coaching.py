"""Coaching of key individuals."""

from __future__ import annotations

from trustsim.scenarios.interventions.definition import REMEDY, Effect, define


@define(
    REMEDY,
    cites=("seed2018", "kanter1989"),
    predicted="meeting time lost in year one, gain at five years",
    person_months=0.5,
    cost_grows_with="intensity",
)
def coaching(*, intensity: float = 1.0, time: float = 0.2) -> list[Effect]:
    """Key individuals are coached in influence, collaboration and process focus.

    intensity in [0, 1]; time: share of the meeting budget that full coaching takes. What is
    learned decays, and leaves with the person.
    """
    return [
        Effect("coaching", "add", intensity, "intensity"),
        Effect("coaching_time", "set", time, "time", full=True),
    ]
