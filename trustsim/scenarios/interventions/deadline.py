"""A deadline: pressure for quick results."""

from __future__ import annotations

from trustsim.scenarios.interventions.definition import BULLET, Effect, define


@define(
    BULLET,
    cites=("repenning2002", "hsj2019maturity"),
    predicted="attention and effort now; expectations outrun trust, process is skipped",
    person_months=0.5,
)
def deadline(
    *, urgency: float = 0.3, raises: float = 0.2, skips: float = 0.5, announces: float = 0.1
) -> list[Effect]:
    """Results are demanded by a date.

    urgency: attention forced; raises: progress expected on top; skips: habit-forming left out;
    announces: show put up for the occasion. All in [0, 1].
    """
    return [
        Effect("urgency", "add", urgency, "urgency"),
        Effect("expectation_raised", "add", raises, "raises"),
        Effect("process_skipped", "add", skips, "skips"),
        Effect("announcement", "add", announces, "announces"),
    ]
