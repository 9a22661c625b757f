"""The end of funding."""

from __future__ import annotations

from trustsim.scenarios.interventions.definition import EVENT, Effect, define


@define(
    EVENT,
    cites=("feinberg2008",),
    predicted="less upkeep, more dissolution, less so where routines are institutionalised",
    person_months=0.0,
)
def funding_end(*, meetings: float = 0.4, support: float = 1.0) -> list[Effect]:
    """The grant runs out: less time for meetings, and no paid coordinator.

    meetings: share of the meeting budget that the grant paid; support: share of the
    coordinator's capacity that it paid. Both in [0, 1].
    """
    return [
        Effect("meetings", "multiply", 1.0 - meetings, "meetings"),
        Effect("coordinator_capacity", "multiply", 1.0 - support, "support"),
    ]
