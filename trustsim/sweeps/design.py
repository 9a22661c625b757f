"""Points of a design: one row a point, one column a factor."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from trustsim.errors import MissingExtraError, StudyError, refusal
from trustsim.model.parameters import BY_NAME

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trustsim.sweeps.study import Study

MOST_POINTS = 10_000_000
LEVELS = 4  # of Morris's grid: steps are two thirds of a range


def points_of(study: Study) -> pd.DataFrame:
    """The design of a study; one row without columns if it has no factors.

    Whole-numbered parameters get whole numbers, each as likely in a sample.

    Raises StudyError where a package that a design needs is not there.
    """
    names = list(study.factors)
    if study.table is not None:
        return study.table
    if not names:
        return pd.DataFrame(index=range(1))
    kind = study.form.design.kind
    if kind == "grid":
        return _crossed(names, [study.factors[name] for name in names])
    if kind == "factorial":
        return _crossed(names, [study.range_of(name) for name in names])
    units = _units(study, kind, len(names))
    columns = {
        name: scaled(units[:, place], name, *study.range_of(name))
        for place, name in enumerate(names)
    }
    return pd.DataFrame(columns)


def scaled(unit: NDArray[np.float64], factor: str, low: float, high: float) -> NDArray[np.float64]:
    """Numbers in [0, 1] stretched over a factor's range.

    >>> scaled(np.array([0.0, 0.49, 0.51, 1.0]), "organisations", 2, 3).tolist()
    [2.0, 2.0, 3.0, 3.0]
    """
    if factor in BY_NAME and BY_NAME[factor].whole:
        return np.minimum(np.floor(low + unit * (high - low + 1)), high)
    return low + unit * (high - low)


def _crossed(
    names: list[str], levels: list[list[float]] | list[tuple[float, float]]
) -> pd.DataFrame:
    size = int(np.prod([len(one) for one in levels], dtype=np.float64))
    if size > MOST_POINTS:
        allowed = f"must be at most {MOST_POINTS:,} combinations"
        step = "Take fewer levels, or a sample (lhs, sobol)."
        raise StudyError(refusal("study, [factors]", "points", f"{size:,}", allowed, step))
    return pd.DataFrame(list(product(*levels)), columns=names, dtype=np.float64)


def _units(study: Study, kind: str, size: int) -> NDArray[np.float64]:
    """Points in the unit cube, one row each."""
    from scipy.stats import qmc

    points, seed = study.form.design.points or 0, study.form.design.seed
    generator = np.random.Generator(np.random.Philox(seed))
    if kind == "lhs":
        return np.asarray(qmc.LatinHypercube(size, rng=generator).random(points))
    if kind == "sobol":
        # The next power of two is drawn whole, so that a larger study begins with a smaller one.
        sampler = qmc.Sobol(size, scramble=True, rng=generator)
        return np.asarray(sampler.random_base2(int(np.ceil(np.log2(max(points, 2)))))[:points])
    return unit_sample(kind, size, points, seed)


def unit_sample(kind: str, size: int, points: int, seed: int) -> NDArray[np.float64]:
    """Points in the unit cube: trajectories (morris), or base samples and mixtures (saltelli).

    One row a point, one column a factor (`size` of them). A larger sample of the same seed begins
    with the smaller one, so a study can be extended. Base samples fill the cube most evenly where
    their number is a power of two.

    Raises StudyError if there would be too many points.
    """
    require_salib()
    rows = points * rows_a_sample(kind, size)
    if rows > MOST_POINTS:
        step = "Ask for fewer, or screen the factors first (morris)."
        allowed = f"must give at most {MOST_POINTS:,} points"
        raise StudyError(
            refusal("study, [design]", "points", f"{points:,} ({rows:,} points)", allowed, step)
        )
    problem = {"num_vars": size, "names": list(map(str, range(size))), "bounds": [[0, 1]] * size}
    if kind == "morris":
        from SALib.sample import morris

        drawn = morris.sample(problem, points, num_levels=LEVELS, seed=seed)
    else:
        from SALib.sample import sobol

        # Whole powers of two, as Sobol's points want; what is not asked for is left out.
        drawn = sobol.sample(problem, 1 << (points - 1).bit_length(), seed=seed)[:rows]
    return np.clip(np.asarray(drawn, dtype=np.float64), 0, 1)


def rows_a_sample(kind: str, factors: int) -> int:
    """Points that belong together: a trajectory (morris), a base sample (saltelli).

    >>> rows_a_sample("morris", 10), rows_a_sample("saltelli", 10)
    (11, 22)
    """
    return factors + 1 if kind == "morris" else 2 * factors + 2


def require_salib() -> None:
    """Nothing, if SALib is installed.

    Raises MissingExtraError.
    """
    try:
        import SALib  # noqa: F401
    except ImportError:
        step = """Run `pip install "trustsim[sensitivity]"`."""
        message = refusal("sensitivity", "SALib", "not installed", "draws the points", step)
        raise MissingExtraError(message) from None
