"""The calibrated facts, the parameters that are varied, and how far a simulation is off."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

    from trustsim.simulation import Runs


class Target(NamedTuple):
    """One band that a voluntary partnership's outcome must fall in."""

    name: str
    low: float
    high: float
    unit: str
    source: str


TURNOVER = "turnover2026 hsj2019turnover hsj2020integrator"
TARGETS = (
    Target("dissolved by 3 years", 0.08, 0.35, "share", "feinberg2008 mcwilliams2015 kale2009"),
    Target("dissolved by 5 years", 0.25, 0.60, "share", "bleser2019 hennart1998 kale2009"),
    Target("dissolved by 7 years", 0.30, 0.65, "share", "feinberg2008 roychowdhurynd"),
    Target("median months to maturity", 36.0, 60.0, "months", "leach2002 bleser2019"),
    Target("first decile of months to maturity", 9.0, 120.0, "months", "leach2002"),
    Target("changes of lead a year", 0.36, 0.60, "a year", TURNOVER),
)

FACTORS: dict[str, tuple[float, float]] = {
    "willingness": (1.2, 2.6),
    "willingness_trust": (5.5, 10.0),
    "misreading": (0.08, 0.3),
    "breach_rate": (0.005, 0.03),
    "negativity": (1.4, 3.0),
    "evidence_kept": (0.94, 0.975),
    "prior_weight": (2.5, 7.0),
    "hearsay": (0.05, 0.3),
    "meetings": (3.5, 7.0),
    "routine_growth": (0.05, 0.16),
    "routine_decay": (0.01, 0.03),
    "breadth_threshold": (0.55, 0.62),
    "pressure": (0.65, 0.95),
    "pace": (8.0, 22.0),
    "tenure": (20.0, 36.0),
    "exit_option": (0.01, 0.08),
    "exit_frustration": (0.05, 0.6),
    "goodwill_shield": (0.5, 1.0),
    "outside_hazard": (0.001, 0.004),
    "vote_rate": (0.0, 0.04),
    "sponsor_stop": (0.0, 0.02),
}
"""What the search varies, and between which bounds; all else stays at its default."""


def outcomes(runs: Runs) -> dict[str, float]:
    """The calibrated quantities of one simulation, named as in TARGETS."""
    return outcomes_of(runs.runs)


def outcomes_of(table: pd.DataFrame) -> dict[str, float]:
    """The same, of a runs table or part of one; waits are infinite if fewer than 20 matured."""
    ended = table["month_dissolved"].fillna(10**6).to_numpy(dtype=float)
    matured = table["month_matured"].dropna().astype(float)
    enough = len(matured) >= 20
    years = float(table["person_months"].sum()) / 12
    middle, first = (float(matured.quantile(q)) if enough else math.inf for q in (0.5, 0.1))
    return {
        **{f"dissolved by {y} years": float((ended <= 12 * y).mean()) for y in (3, 5, 7)},
        "median months to maturity": middle,
        "first decile of months to maturity": first,
        "changes of lead a year": float(table["departures"].sum()) / years,
    }


def distance(found: dict[str, float]) -> float:
    """How far outside the bands, in half-widths, summed; 0 = all targets met."""
    total = 0.0
    for target in TARGETS:
        half = (target.high - target.low) / 2
        total += max(0.0, target.low - found[target.name], found[target.name] - target.high) / half
    return total
