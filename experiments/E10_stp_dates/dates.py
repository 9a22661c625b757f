"""Published dates and shares, held against draws from a calibrated model not tuned to them.

A draw is as many partnerships as were counted in the field, from one point of the posterior; the
band of many draws therefore holds both the doubt about the parameters and the luck of so few
partnerships.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trustsim import calibration
from trustsim.analysis.intervals import wilson
from trustsim.analysis.tables import Floats, Integers, TableError, month_numbers, require_columns
from trustsim.analysis.turnbull import designation
from trustsim.errors import refusal
from trustsim.scenarios.scenario import Scenario
from trustsim.scenarios.settings import SETTINGS
from trustsim.simulation import simulate

MIDDLE = (0.025, 0.975)
MONTHS_A_YEAR = 12
SAME = 1e-12  # shares are ratios of small numbers: nearer than this they are equal


class Comparison(NamedTuple):
    """How far published shares are from draws of a model.

    discrepancy: largest distance from the mean of the draws; p: share of draws at least as
    far, with its 95 % interval (of the number of draws only); inside: share of the published
    shares inside the band.
    """

    discrepancy: float
    p: float
    low: float
    high: float
    inside: float


def plausible() -> pd.DataFrame:
    """Points of the posterior, a row each, all of equal weight (`calibration.posterior`)."""
    return calibration.posterior()


def places(base: Scenario, *, points: int | None = None) -> list[Scenario]:
    """A scenario at points of the posterior, spread evenly over their list.

    What the scenario or its named setting chooses itself stays, also where the choice is the
    default: it is a departure from the voluntary partnership on which the points were calibrated.
    """
    table = plausible()
    setting = SETTINGS.get(base.name)
    own = set(base.overrides) | {c.parameter for c in (setting.choices if setting else ())}
    free = [name for name in calibration.FACTORS if name not in own]
    count = len(table) if points is None else min(points, len(table))
    chosen = np.unique(np.linspace(0, len(table) - 1, count).astype(int))
    return [base.with_(**{name: float(table.iloc[n][name]) for name in free}) for n in chosen]


def lived(
    cells: Iterable[tuple[int, Scenario]],
    *,
    replicates: int,
    seed: int,
    months: int,
    progress: Callable[[int], object] | None = None,
) -> pd.DataFrame:
    """Lives of the scenarios on top of each other, each with luck of its own.

    Parameters
    ----------
    cells : iterable of (int, Scenario)
        Number of the point and a scenario there; a point may have several. The same numbers of
        cells give the same luck, so two arms of equal cells are twins, row by row.
    replicates, seed, months
        Lives of each cell, luck, horizon.
    progress : callable, optional
        Told how many more partnerships are done.

    Returns
    -------
    pandas.DataFrame
        Columns of `schema.RUNS`, with `point` in front.
    """
    tables = []
    for number, (point, scenario) in enumerate(cells):
        runs = simulate(
            scenario,
            replicates=replicates,
            first=number * replicates,
            seed=seed,
            months=months,
            progress=progress,
        ).runs
        runs.insert(0, "point", point)
        tables.append(runs)
    return pd.concat(tables, ignore_index=True)


def months_until(table: pd.DataFrame, column: str) -> Floats:
    """Month of an event of each partnership, infinity where it did not happen."""
    when = month_numbers(table, column).astype(np.float64)
    return np.where(when > 0, when, np.inf)


def drawn(
    points: Sequence[int] | Integers, *, size: int, draws: int, seed: int, alike: bool = True
) -> NDArray[np.int64]:
    """Row numbers of the partnerships of each draw; shape (draws, size), with replacement.

    alike: all of a draw are of one point, taken at random; else each is of a point of its own.
    """
    labels = np.asarray(points)
    _, counts = np.unique(labels, return_counts=True)
    order, starts = np.argsort(labels, kind="stable"), np.cumsum(counts) - counts
    luck = np.random.Generator(np.random.Philox(seed))
    chosen = luck.integers(0, len(counts), (draws, 1 if alike else size))
    within = (luck.random((draws, size)) * counts[chosen]).astype(np.int64)
    return np.asarray(order[starts[chosen] + within], dtype=np.int64)


def shares_by(when: Floats, rows: NDArray[np.int64], by: Sequence[float]) -> Floats:
    """Share of each draw to which it happened by these months; shape (draws, months)."""
    found = when[rows]
    return np.column_stack([(found <= month).mean(axis=1) for month in by])


def predictive_band(shares: Floats, by: Sequence[float], *, size: int) -> pd.DataFrame:
    """Middle 95 % of draws at each month, and their median.

    Returns
    -------
    pandas.DataFrame
        month, estimate (median of the draws), mean, low, high, n (partnerships a draw), draws.
    """
    low, high = np.quantile(shares, MIDDLE, axis=0)
    return pd.DataFrame(
        {
            "month": np.asarray(by, dtype=np.float64),
            "estimate": np.median(shares, axis=0),
            "mean": shares.mean(axis=0),
            "low": low,
            "high": high,
            "n": size,
            "draws": len(shares),
        }
    )


def compared(published: Sequence[float] | Floats, shares: Floats) -> Comparison:
    """Published shares beside draws of the same shares; shape of `shares` (draws, shares).

    Raises
    ------
    TableError
        There are not as many published shares as drawn ones.

    Examples
    --------
    >>> draws = np.array([[0.1, 0.3], [0.2, 0.4], [0.3, 0.5]])
    >>> compared([0.2, 0.5], draws).p
    0.6666666666666666
    """
    seen = np.asarray(published, dtype=np.float64)
    if shares.ndim != 2 or shares.shape[1:] != seen.shape:
        raise TableError(
            refusal(
                "compared",
                "shapes",
                (seen.shape, shares.shape),
                "must be (months,) and (draws, months)",
                "Draw a share for each published one.",
            )
        )
    middle = shares.mean(axis=0)
    mine = float(np.abs(seen - middle).max())
    theirs = np.abs(shares - middle).max(axis=1)
    count = int((theirs >= mine - SAME).sum())
    low, high = wilson(count, len(shares))
    least, most = np.quantile(shares, MIDDLE, axis=0)
    inside = float(((seen >= least - SAME) & (seen <= most + SAME)).mean())
    return Comparison(mine, count / len(shares), low, high, inside)


def designated_by(units: pd.DataFrame, by: Sequence[float]) -> Floats:
    """Turnbull's share of systems designated by these years; mass not settled by then is left out.

    units: as for `analysis.designation`.
    """
    curve = designation(units)
    ends = curve["right"].to_numpy(dtype=np.float64)
    masses = curve["mass"].to_numpy(dtype=np.float64)
    return np.array([masses[ends <= year + SAME].sum() for year in by])


def designation_band(
    units: pd.DataFrame, by: Sequence[float], *, resamples: int, seed: int
) -> pd.DataFrame:
    """Turnbull's shares by these years, with a band from resampling the systems.

    Returns
    -------
    pandas.DataFrame
        month (years times 12, rounded down), estimate, low, high (bootstrap, 95 %), n (systems).
    """
    luck = np.random.Generator(np.random.Philox(seed))
    size = len(units)
    found = np.array(
        [designated_by(units.iloc[luck.integers(0, size, size)], by) for _ in range(resamples)]
    )
    low, high = np.quantile(found, MIDDLE, axis=0)
    return pd.DataFrame(
        {
            "month": [math.floor(MONTHS_A_YEAR * year) for year in by],
            "estimate": designated_by(units, by),
            "low": low,
            "high": high,
            "n": size,
        }
    )


def weibull_fit(units: pd.DataFrame) -> tuple[float, float]:
    """Shape and scale (years) of the Weibull most likely to give these dates.

    Times are known between two inspections only; those forced by the deadline are censored.
    """
    from scipy.optimize import minimize

    require_columns(units, ("left_years", "right_years", "deadline_forced"), where="units")
    left = units["left_years"].to_numpy(dtype=np.float64)
    forced = units["deadline_forced"].to_numpy() != 0
    right = np.where(forced, np.inf, units["right_years"].to_numpy(dtype=np.float64))

    def unlikeliness(logs: Any) -> float:
        shape, scale = np.exp(logs)
        alive_left, alive_right = (np.exp(-((t / scale) ** shape)) for t in (left, right))
        return float(-np.log(np.maximum(alive_left - alive_right, 1e-300)).sum())

    start = [0.0, math.log(max(float(np.median(left)), 0.1))]
    options: Any = {"xatol": 1e-9, "fatol": 1e-10, "maxiter": 4000}
    found = minimize(unlikeliness, start, method="Nelder-Mead", options=options)
    shape, scale = np.exp(found.x)
    return float(shape), float(scale)


def weibull_by(shape: float, scale: float, by: Sequence[float]) -> Floats:
    """Share by these years under a Weibull.

    >>> weibull_by(1.0, 1.0, [0.0]).tolist()
    [0.0]
    """
    return np.asarray(1 - np.exp(-((np.asarray(by, dtype=np.float64) / scale) ** shape)))


def weibull_draws(
    shape: float, scale: float, by: Sequence[float], *, size: int, draws: int, seed: int
) -> Floats:
    """Shares by these years of draws of so many Weibull times; shape (draws, years)."""
    luck = np.random.Generator(np.random.Philox(seed))
    steps = np.diff(weibull_by(shape, scale, by), prepend=0.0)
    counts = luck.multinomial(size, [*steps, max(0.0, 1 - steps.sum())], size=draws)
    return np.asarray(counts[:, :-1].cumsum(axis=1) / size)
