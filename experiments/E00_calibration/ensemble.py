"""The ensemble: points of a Latin hypercube that met all bands twice, shipped as `points.csv`."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from trustsim.calibration.targets import FACTORS

if TYPE_CHECKING:
    import pandas as pd

    from trustsim.scenarios.scenario import Scenario


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

    with (Path(__file__).parent / "points.csv").open() as file:
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
