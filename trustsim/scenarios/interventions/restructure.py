"""Restructure or merge."""

from __future__ import annotations

from trustsim.scenarios.interventions.definition import BULLET, Effect, define


@define(
    BULLET,
    cites=("fulop2002", "fulop2005"),
    predicted="one command instead of many, paid in people and routines; 18 months and more",
    person_months=6.0,
)
def restructure(
    *, command: float = 0.3, share: float = 0.5, routines: float = 0.7, reporting: float = 0.3
) -> list[Effect]:
    """Members are put under one roof: a preset, the members stay as units.

    command: reach of the new common command, from then on; share: leaders replaced in the
    first month; routines: share of joint habits destroyed in the first month; reporting: share
    of the meeting budget that the reorganisation takes. All in [0, 1].
    """
    return [
        Effect("command_across", "add", command, "command"),
        Effect("replacement", "add", share, "share", once=True),
        Effect("routines_lost", "add", routines, "routines", once=True),
        Effect("reporting", "add", reporting, "reporting"),
    ]
