"""Points drawn from the prior, what is simulated there, and which of them agree with the facts.

Prior: every parameter of FACTORS is uniform between its bounds, independently of the others.
Kernel: a simulation agrees with facts when each of its outcomes lies within half a band's width
of its fact. The facts that were observed are the middles of the bands, so to agree with them is
to lie within all bands. What is compared is one sample of 200 partnerships, with its luck, and not
what the point gives on average.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trustsim.analysis.tables import Floats, require_columns
from trustsim.calibration.targets import FACTORS, TARGETS, outcomes
from trustsim.scenarios.files import scenario
from trustsim.scenarios.scenario import Scenario
from trustsim.simulation import simulate

OBSERVED = {target.name: (target.low + target.high) / 2 for target in TARGETS}
HALF_WIDTHS = {target.name: (target.high - target.low) / 2 for target in TARGETS}
REPLICATES = 200
MONTHS = 120
SEED = "luck"
ROUNDING = 1e-9


@functools.cache
def base() -> Scenario:
    """The voluntary partnership at its defaults, which the facts are about."""
    return scenario("voluntary")


class Prior:
    """Points from the prior, one after the other; the same seed gives the same points.

    seed: of the points and of the luck that each of them meets.
    """

    def __init__(self, seed: int) -> None:
        self._generator = np.random.default_rng(seed)

    def draw(self) -> dict[str, float]:
        """The next point, to six digits, with the seed of its luck under `luck`."""
        places = self._generator.random(len(FACTORS))
        luck = float(self._generator.integers(2**53))
        bounds = zip(FACTORS.items(), places, strict=True)
        # Six digits, so that a point read from a CSV file gives the same bits.
        point = {name: float(f"{a + p * (b - a):.6g}") for (name, (a, b)), p in bounds}
        return {**point, SEED: luck}


def outcomes_at(
    point: Mapping[str, float], *, replicates: int = REPLICATES, workers: int | None = None
) -> dict[str, float]:
    """The calibrated outcomes of voluntary partnerships at a point, with the point's own luck."""
    chosen = base().with_(**{name: point[name] for name in FACTORS})
    seed = int(point[SEED])
    runs = simulate(chosen, replicates=replicates, seed=seed, months=MONTHS, workers=workers)
    return outcomes(runs)


def misfit(found: pd.DataFrame, facts: Mapping[str, float] = OBSERVED) -> Floats:
    """How far each simulation is from the facts, in half-widths of the bands; the worst outcome.

    Parameters
    ----------
    found : pandas.DataFrame
        Simulations, with the six outcomes as columns.
    facts : mapping, optional
        By outcome; the middles of the bands if left out.

    Returns
    -------
    numpy.ndarray
        One number a row, 0 or more; infinite where too few matured to have a median.
    """
    require_columns(found, OBSERVED, where="misfit")
    names = list(OBSERVED)
    values = found[names].to_numpy(dtype=np.float64)
    off = np.abs(values - np.array([facts[name] for name in names]))
    worst: Floats = (off / np.array([HALF_WIDTHS[name] for name in names])).max(axis=1)
    return np.where(np.isfinite(values).all(axis=1), worst, np.inf)


def agrees(found: pd.DataFrame, facts: Mapping[str, float] = OBSERVED) -> NDArray[np.bool_]:
    """Whether each simulation lies within half a band's width of every fact."""
    chosen: NDArray[np.bool_] = misfit(found, facts) <= 1 + ROUNDING
    return chosen
