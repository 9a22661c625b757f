"""Defaults and an ensemble of parameter points that meet the calibration targets.

Only four facts are calibrated on (`TARGETS`); everything else is there to be tested. The
points that passed are shipped as `points.csv`; `python -m trustsim.calibration` makes them.
"""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

    from trustsim.scenarios.scenario import Scenario
    from trustsim.simulation import Runs


class Target(NamedTuple):
    """One band that a voluntary partnership's outcome must fall in."""

    name: str
    low: float
    high: float
    unit: str
    source: str


TARGETS = (
    Target("dissolved by 3 years", 0.08, 0.35, "share", "feinberg2008 mcwilliams2015 kale2009"),
    Target("dissolved by 5 years", 0.25, 0.60, "share", "bleser2019 hennart1998 kale2009"),
    Target("dissolved by 7 years", 0.30, 0.65, "share", "feinberg2008 roychowdhurynd"),
    Target("median months to maturity", 36.0, 60.0, "months", "leach2002 bleser2019"),
    Target("first decile of months to maturity", 9.0, 120.0, "months", "leach2002"),
    Target(
        "changes of lead a year",
        0.36,
        0.60,
        "a year",
        "turnover2026 hsj2019turnover hsj2020integrator",
    ),
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
    table = runs.runs
    ended = table["month_dissolved"].fillna(10**6).to_numpy(dtype=float)
    matured = table["month_matured"].dropna().astype(float)
    enough = len(matured) >= 20
    years = float(table["person_months"].sum()) / 12
    return {
        "dissolved by 3 years": float((ended <= 36).mean()),
        "dissolved by 5 years": float((ended <= 60).mean()),
        "dissolved by 7 years": float((ended <= 84).mean()),
        "median months to maturity": float(matured.quantile(0.5)) if enough else float("inf"),
        "first decile of months to maturity": float(matured.quantile(0.1))
        if enough
        else float("inf"),
        "changes of lead a year": float(table["departures"].sum()) / years,
    }


def distance(found: dict[str, float]) -> float:
    """How far outside the bands, in half-widths, summed; 0 = all targets met."""
    total = 0.0
    for target in TARGETS:
        half = (target.high - target.low) / 2
        total += max(0.0, target.low - found[target.name], found[target.name] - target.high) / half
    return total


def design(points: int, seed: int) -> pd.DataFrame:
    """A Latin hypercube over FACTORS, one row a point."""
    import pandas as pd
    from scipy.stats import qmc

    sample = qmc.LatinHypercube(d=len(FACTORS), rng=seed).random(points)
    low = [bounds[0] for bounds in FACTORS.values()]
    high = [bounds[1] for bounds in FACTORS.values()]
    return pd.DataFrame(qmc.scale(sample, low, high), columns=list(FACTORS))


@functools.cache
def _shipped() -> pd.DataFrame:
    import pandas as pd

    with (files("trustsim.calibration") / "points.csv").open() as file:
        return pd.read_csv(file)


def points() -> pd.DataFrame:
    """The shipped points that meet all targets: a column a factor, then the outcomes."""
    return _shipped().copy()


def ensemble(base: Scenario) -> list[Scenario]:
    """A scenario at every calibrated point."""
    table = points()
    return [
        base.with_(**{name: float(row[name]) for name in FACTORS}) for _, row in table.iterrows()
    ]
