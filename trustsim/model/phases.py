"""The month, as an ordered tuple of phases; the order is part of the specification.

Within a phase everybody reads the old state and writes the new one, so that order among
agents can't matter; the one exception is a tie whose both ends change hands in one month,
where the later seat's handover decides what the two believe of each other.
"""

from __future__ import annotations

PHASES = (
    "interventions",
    "incidents",
    "turnover",
    "fading",
    "coordination",
    "meetings",
    "learning",
    "maturity",
    "expectations",
    "status",
    "exits",
)
