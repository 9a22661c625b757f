"""The month, as an ordered tuple of phases; the order is part of the specification.

Within a phase everybody reads the old state and writes the new one.
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
