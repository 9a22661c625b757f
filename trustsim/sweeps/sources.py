"""Stored results as they are read: tables that need not fit in memory, cells, failures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds

from trustsim.errors import StudyError, refusal
from trustsim.sweeps.tables import ARM, CELL, no_rows

if TYPE_CHECKING:
    from trustsim.sweeps.cells import Cell

FAILURES = "failures"
ABOUT_CELLS = (CELL, "number", ARM, "point", "problem", "scenario")
FAILURE_COLUMNS = ("run_id", CELL, ARM, "replicate", "stage", "error", "message", "seed")


class Source(Protocol):
    """Where results can be read from."""

    def dataset(self, table: str) -> Any:
        """A table as a pyarrow Dataset, to be read batch by batch.

        Raises StudyError if it was not recorded.
        """
        ...

    def cells(self) -> pd.DataFrame:
        """One row a cell: cell, number, arm, point, the factors, scenario (JSON)."""
        ...

    def failures(self) -> pd.DataFrame:
        """One row a failed run."""
        ...


class InMemory:
    """Results that were not written anywhere."""

    def __init__(self) -> None:
        self.rows: dict[str, list[pa.Table]] = {}
        self.cell_rows: list[dict[str, Any]] = []
        self.failed: list[dict[str, Any]] = []

    def dataset(self, table: str) -> Any:
        """A table as a pyarrow Dataset."""
        if table not in self.rows:
            return _nothing("memory", table, self.cells())
        return ds.dataset(pa.concat_tables(self.rows[table]).unify_dictionaries())

    def cells(self) -> pd.DataFrame:
        """One row a cell."""
        return pd.DataFrame(self.cell_rows)

    def failures(self) -> pd.DataFrame:
        """One row a failed run."""
        return pd.DataFrame(self.failed, columns=list(FAILURE_COLUMNS))


class InFolder:
    """Results in a folder that `sweep` or `merge` has written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def dataset(self, table: str) -> Any:
        """A table as a pyarrow Dataset over its parts."""
        place = self.folder / table
        # Named one by one: whatever else lies between them is not ours.
        parts = sorted(map(str, place.glob("arm=*/part-*.parquet")))
        if not parts:
            return _nothing(str(self.folder), table, self.cells())
        arms = ds.partitioning(
            pa.schema([(ARM, pa.dictionary(pa.int32(), pa.string()))]),
            flavor="hive",
            dictionaries={ARM: pa.array(sorted(self.cells()[ARM].unique()))},
        )
        return ds.dataset(parts, format="parquet", partitioning=arms, partition_base_dir=str(place))

    def cells(self) -> pd.DataFrame:
        """One row a cell."""
        return pd.read_parquet(self.folder / "cells.parquet")

    def failures(self) -> pd.DataFrame:
        """One row a failed run."""
        rows = []
        for path in sorted((self.folder / FAILURES).glob("*.json")):
            rows += json.loads(path.read_text(encoding="utf-8"))
        # A task of which a part was lost is done again, and what failed in it is told again.
        return pd.DataFrame(rows, columns=list(FAILURE_COLUMNS)).drop_duplicates(ignore_index=True)


def cell_row(cell: Cell, factors: list[str]) -> dict[str, Any]:
    """What is stored of a cell."""
    scenario = "" if cell.scenario is None else cell.scenario.to_json()
    return {
        CELL: cell.key,
        "number": cell.number,
        ARM: cell.arm,
        "point": cell.point,
        **dict(zip(factors, cell.factors, strict=True)),
        "problem": cell.problem,
        "scenario": scenario,
    }


def _nothing(where: str, table: str, cells: pd.DataFrame) -> Any:
    """A table without rows: a shard may have no task, and every run may fail.

    Raises StudyError if it is one that was never recorded.
    """
    if table == "runs":
        return ds.dataset(no_rows(table, [str(name) for name in cells if name not in ABOUT_CELLS]))
    step = 'Say record = "months", "members" or "all" in the study.'
    raise StudyError(refusal(where, "table", table, "is not there", step))
