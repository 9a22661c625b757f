"""What is remembered from month to month, named once for agents and arrays alike."""

from __future__ import annotations

TIE = ("kept", "failures", "violations", "prior", "trust", "depth", "damage")
"""One person's relationship with one person of another member (directed)."""

PERSON = (
    "influence",
    "collaboration",
    "integrity",
    "process_focus",
    "disposition",
    "incumbency",
    "coached",
)
"""A key individual: traits, how many held the seat before, and what coaching taught."""

PAIR = ("institutional", "pair_trust")
"""One organisation's trust in another, and that of its people in theirs (directed)."""

ORGANISATION = (
    "member",
    "incarnation",
    "stake",
    "option",
    "frustration",
    "home_trust",
    "breach_memory",
    "departure_memory",
    "results",
    "received",
)
"""A seat at the table: 1 while filled, how many organisations filled it before, and so on."""

SEAT = (
    "months",
    "month_left",
    "exit_cause",
    "departures",
    "replaced_by_decree",
    "meetings",
    "given",
    "smoked",
    "value_given",
    "value_received",
    "smoke",
    "overhead",
    "frustration_felt",
    "trusted",
    "trusting",
)
"""What is counted of a seat at the table over the run, whoever fills it."""

PARTNERSHIP = (
    "routines",
    "institutionalised",
    "goodwill",
    "expectation",
    "show",
    "value_level",
    "achieved",
    "recent_exits",
    "status",
    "months_over",
    "months_below",
    "months_under",
    "month_matured",
    "month_developing",
    "month_nominal",
    "month_dissolved",
    "month_first_exit",
    "cause",
    "members_lost",
    "departures",
    "replaced_by_decree",
    "person_months",
    "tokenistic_months",
    "mature_months",
    "relapses",
    "breaches",
    "bullets_reached_for",
    "month_reached_for",
    "month_first_bullet",
    "meetings",
    "value",
    "smoke",
    "frustration",
    "promises",
    "delivered",
)
"""The partnership itself: stocks first, then what is counted over the run."""
