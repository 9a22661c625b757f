"""Consultants."""

from __future__ import annotations

from trustsim.scenarios.interventions.definition import BULLET, Effect, define


@define(
    BULLET,
    cites=("commons2018",),
    predicted="routines quickly, on paper, without trust; and they leave",
    person_months=4.0,
)
def consultants(
    *, routines: float = 0.05, announces: float = 0.1, reporting: float = 0.15
) -> list[Effect]:
    """Outsiders write the procedures.

    routines: share of the missing routines written a month; announces: show; reporting: share
    of the meeting budget spent on them. All in [0, 1].
    """
    return [
        Effect("routines_on_paper", "add", routines, "routines"),
        Effect("announcement", "add", announces, "announces"),
        Effect("reporting", "add", reporting, "reporting"),
    ]
