"""An independent coordinator."""

from __future__ import annotations

from trustsim.scenarios.interventions.definition import REMEDY, Effect, define


@define(
    REMEDY,
    cites=("seed2018", "klijn2010", "black2003", "qca2023"),
    predicted="less attrition, earlier maturity; early is better; with allegiance it does harm",
    person_months=0.5,
    cost_grows_with="capacity",
)
def coordinator(
    *,
    skill: float = 0.7,
    capacity: float = 1.0,
    inclusiveness: float = 0.9,
    allegiance: float = 0.0,
) -> list[Effect]:
    """An independent coordinator challenges and supports the most troubled pairs of members.

    skill, inclusiveness of the appointment and allegiance to the first member are shares in
    [0, 1]; capacity is the number of organisation pairs attended a month. The dose scales capacity.
    """
    return [
        Effect("coordinator_capacity", "set", capacity, "capacity"),
        Effect("coordinator_skill", "set", skill, "skill", full=True),
        Effect("coordinator_inclusiveness", "set", inclusiveness, "inclusiveness", full=True),
        Effect("coordinator_allegiance", "set", allegiance, "allegiance", full=True),
    ]
