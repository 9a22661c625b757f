"""Estimates by cell, read batch by batch: ten million runs take no more memory than a thousand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from trustsim import arguments, schema
from trustsim.analysis.intervals import mean_bounds, variances, wilson_bounds
from trustsim.analysis.outcomes import SHARE, Outcome, outcomes
from trustsim.analysis.tables import Floats
from trustsim.errors import StudyError
from trustsim.sweeps.reading import batches_of
from trustsim.sweeps.tables import ARM, CELL, DESIGN, stored_name

if TYPE_CHECKING:
    from trustsim.sweeps.reading import Source


class Sums:
    """Running sums by cell of some outcomes: how many, missing, their sum, their squares.

    cells: keys, in order; size: number of outcomes.
    """

    def __init__(self, cells: Sequence[str], size: int) -> None:
        self.cells = list(cells)
        self._index = pd.Index(self.cells)
        self.count, self.missing, self.total, self.squares = np.zeros((4, len(self.cells), size))

    def places(self, keys: pd.Series) -> np.ndarray:
        """Number of the cell of each row."""
        return places_of(keys, self._index)

    def add(self, places: np.ndarray, column: int, values: Floats) -> None:
        """Rows of one outcome; missing values are left out."""
        there = np.isfinite(values)
        size = len(self.cells)
        self.missing[:, column] += np.bincount(places[~there], minlength=size)
        places, values = places[there], values[there]
        self.count[:, column] += np.bincount(places, minlength=size)
        self.total[:, column] += np.bincount(places, values, minlength=size)
        self.squares[:, column] += np.bincount(places, values**2, minlength=size)

    def bounds(self, column: int, *, share: bool) -> tuple[Floats, Floats, Floats]:
        """Estimate and 95 % interval of each cell: Wilson's for a share, Student's for a mean."""
        n = self.count[:, column]
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = self.total[:, column] / n
        if share:
            return mean, *wilson_bounds(np.nan_to_num(mean), n)
        return mean, *mean_bounds(n, mean, variances(n, mean, self.squares[:, column]))


def places_of(names: pd.Series, keys: pd.Index) -> np.ndarray:
    """Number of the key of each row, -1 for others; looked up once for each name, not each row."""
    codes, found = pd.factorize(names)
    numbers = keys.get_indexer(pd.Index(np.asarray(found, dtype=object)))
    return np.append(numbers, -1)[codes]


def columns_of(wanted: Sequence[Outcome]) -> list[str]:
    """Columns of the runs table that some outcomes are made from, by cell and replicate."""
    return sorted({CELL, "replicate", *(name for one in wanted for name in one.needs)})


def sums_of(
    source: Source,
    wanted: Sequence[Outcome],
    cells: Sequence[str],
    limits: Mapping[str, int] | None = None,
) -> Sums:
    """Sums of some outcomes by cell; limits: by key, how many of the first replicates count."""
    sums = Sums(cells, len(wanted))
    most = None if limits is None else np.array([limits[cell] for cell in cells])
    for rows in batches_of(source.dataset("runs").get_fragments(), columns_of(wanted)):
        places = sums.places(rows[CELL])
        kept = places >= 0
        if most is not None:
            kept &= rows["replicate"].to_numpy() < most[places]
        rows, places = rows[kept], places[kept]
        for column, one in enumerate(wanted):
            if len(rows):
                sums.add(places, column, one.measure(rows))
    return sums


def summary_of(source: Source, months: int, *, by: Sequence[int] = (36, 60, 84)) -> pd.DataFrame:
    """Every outcome of every cell.

    Parameters
    ----------
    source : Source
        Where the runs are.
    months : int
        Horizon.
    by : sequence of int, optional
        Months for the shares matured and dissolved; those past the horizon are left out.

    Returns
    -------
    pandas.DataFrame
        One row a cell and outcome: cell, number, arm, point, the factors, outcome, month, unit,
        estimate, low, high (95 %: Wilson's interval of a share, Student's of a mean), n, missing
        (runs without a value, which are not in the estimate: only own outcomes have such).
    """
    wanted = wanted_outcomes(source, "summary", by, months)
    cells = cells_shown(source)
    sums = sums_of(source, wanted, list(cells[CELL]))
    parts = []
    for column, one in enumerate(wanted):
        estimate, low, high = sums.bounds(column, share=one.unit == SHARE)
        part = cells.assign(outcome=one.name, month=one.month, unit=one.unit)
        part = part.assign(estimate=estimate, low=low, high=high, n=sums.count[:, column])
        parts.append(part.assign(missing=sums.missing[:, column]))
    table = pd.concat(parts).astype({"n": np.int64, "missing": np.int64})
    return table.sort_values("number", kind="stable", ignore_index=True)


def cells_shown(source: Source) -> pd.DataFrame:
    """Cells that can be simulated, once each, with their factors."""
    cells = source.cells()
    cells = cells[cells["problem"] == ""].drop(columns=["scenario", "problem"])
    return cells.drop_duplicates(CELL)


def wanted_outcomes(source: Source, where: str, by: Sequence[int], months: int) -> list[Outcome]:
    """Every outcome, shares by these months (or the horizon, if all are past it), and own ones."""
    asked = sorted(arguments.months(where, by, StudyError))
    within = [month for month in asked if month <= months] or [months]
    return [*outcomes(within, months, months), *own_outcomes(source, months)]


def own_outcomes(source: Source, months: int) -> list[Outcome]:
    """Own outcomes: columns of the runs that the schema does not know."""
    known = {ARM, *DESIGN, *map(stored_name, schema.RUNS), *source.cells().columns}
    names = source.dataset("runs").schema.names
    return [own_outcome(name, months) for name in names if name not in known]


def own_outcome(name: str, months: int) -> Outcome:
    """An own outcome, as its column of the runs is summarised."""
    return Outcome(name, months, "own", 0, (name,), lambda runs: runs[name].to_numpy(float))
