"""An away-day or launch event."""

from __future__ import annotations

from trustsim.scenarios.interventions.definition import BULLET, Effect, define


@define(
    BULLET,
    cites=("vangen2003", "repenning2002"),
    predicted="real evidence in one month, lost without follow-up; words raise expectations",
    person_months=1.0,
    lasts_once=True,
)
def away_day(*, meetings: float = 8.0, announces: float = 0.5) -> list[Effect]:
    """Everybody meets, and says in public what will be achieved.

    meetings: meetings a person beside the budget; announces: show in that month, a share.
    """
    return [
        Effect("extra_meetings", "add", meetings, "meetings"),
        Effect("announcement", "add", announces, "announces"),
    ]
