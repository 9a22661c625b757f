"""Stored results as they are read: tables that need not fit in memory, cells, failures."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds

from trustsim.errors import StudyError, refusal
from trustsim.sweeps.failures import FAILURE_COLUMNS, failures_of_folder, refuse_lost_files
from trustsim.sweeps.manifest import (
    ABOUT_CELLS,
    FINISHED,
    MENDS,
    cells_of_folder,
    read_manifest,
)
from trustsim.sweeps.notes import FORMAT, ending_of, hash_of, is_in_place, note_of
from trustsim.sweeps.tables import ARM, CELL, no_rows

if TYPE_CHECKING:
    from trustsim.sweeps.cells import Cell

PART = re.compile(r"part-[0-9]{7,}-[0-9a-f]{8}\.parquet")
CHECKED = ds.ParquetFileFormat(
    default_fragment_scan_options=ds.ParquetFragmentScanOptions(page_checksum_verification=True)
)
"""Every page is compared with the sum that it was written with."""


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
    """Results that were not written anywhere; of these tables, runs among them."""

    def __init__(self, tables: Sequence[str] = ("runs",)) -> None:
        self.tables = tables
        self.rows: dict[str, list[pa.Table]] = {}
        self.cell_rows: list[dict[str, Any]] = []
        self.failed: list[dict[str, Any]] = []

    def dataset(self, table: str) -> Any:
        """A table as a pyarrow Dataset."""
        if table not in self.rows:
            return _nothing("memory", table, self.cells(), self.tables)
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
        self._sound: dict[Path, tuple[tuple[int, int], int]] = {}

    def dataset(self, table: str) -> Any:
        """A table as a pyarrow Dataset over its parts.

        Raises StudyError for a part that is damaged, there twice, or of another study.
        """
        place = self.folder / table
        parts = self._parts(table)
        cells = self.cells()
        self._check(parts, dict(zip(cells[CELL], cells[ARM], strict=True)))
        if not parts:
            family = (read_manifest(self.folder) or {}).get("family", {})
            return _nothing(str(self.folder), table, cells, family.get("tables", ["runs"]))
        arms = ds.partitioning(
            pa.schema([(ARM, pa.dictionary(pa.int32(), pa.string()))]),
            flavor="hive",
            dictionaries={ARM: pa.array(sorted(cells[ARM].unique()))},
        )
        names = list(map(str, parts))
        return ds.dataset(names, format=CHECKED, partitioning=arms, partition_base_dir=str(place))

    def cells(self) -> pd.DataFrame:
        """One row a cell.

        Raises StudyError if the table is not as it was written.
        """
        return cells_of_folder(self.folder)

    def failures(self) -> pd.DataFrame:
        """One row a failed run.

        Raises StudyError if a file of them is gone, or is not as it was written.
        """
        refuse_lost_files(self.folder)
        return failures_of_folder(self.folder)

    def _parts(self, table: str) -> list[Path]:
        """Parts of a table, of tasks that were stored as a whole.

        Raises StudyError for a part of `runs` that lacks the rest of its task.
        """
        place, runs = self.folder / table, self.folder / "runs"
        # Whatever else lies between them is not ours.
        parts = [path for path in sorted(place.glob("arm=*/*")) if PART.fullmatch(path.name)]
        if table == "runs" or not parts:
            return parts
        # Runs appear last: a task of which they are not there has not been stored.
        stored = [path for path in sorted(runs.glob("arm=*/*")) if PART.fullmatch(path.name)]
        wanted = [place / path.relative_to(runs) for path in stored]
        for path in sorted(set(wanted) - set(parts)):
            self._refuse(path, "is told of by its runs and not there")
        return wanted

    def _check(self, parts: list[Path], arms: Mapping[str, str]) -> None:
        """Each part once, by its end alone; its pages are looked at as they are read."""
        manifest = read_manifest(self.folder)
        mark = None if manifest is None else hash_of(manifest.get("family"))
        held: dict[tuple[str, str], Path] = {}
        runs = 0
        for path in parts:
            # The same ending is the same runs, whatever the name begins with.
            name = (path.parent.name, path.stem[-8:])
            if held.setdefault(name, path) != path:
                self._refuse(path, "holds the same runs as another one", "Take one of them out.")
            state = _state(path)
            if path in self._sound and self._sound[path][0] == state:
                runs += self._sound[path][1]
                continue
            note = note_of(path, deep=False)
            if note is None or not path.stem.endswith(ending_of(note["pieces"])):
                self._refuse(path, "is damaged, or has another name than it was written under")
            elif note["format"] != FORMAT or mark not in (None, note["family"]):
                self._refuse(path, "is of another study than its folder", "Take it out.")
            elif not all(key in arms for key, _, _ in note["pieces"]):
                self._refuse(path, "holds a cell that the study does not have", "Take it out.")
            elif not is_in_place(path, note, arms):
                self._refuse(path, "lies in the folder of another arm")
            else:
                count = sum(count for _, _, count in note["pieces"])
                self._sound[path] = (state, count)
                runs += count
        told = {} if manifest is None else manifest
        stored = told.get("runs") if told.get("status") == FINISHED else None
        if stored not in (None, runs):
            allowed = f"the finished sweep stored {stored}: a part is gone, or was added"
            raise StudyError(refusal(str(self.folder), "runs", runs, allowed, MENDS))

    def _refuse(self, path: Path, allowed: str, step: str = MENDS) -> None:
        got = str(path.relative_to(self.folder))
        raise StudyError(refusal(str(self.folder), "part", got, allowed, step))


def _state(path: Path) -> tuple[int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return (-1, -1)
    return (found.st_size, found.st_mtime_ns)


def whole_table(dataset: Any) -> pa.Table:
    """All rows of a dataset.

    Raises StudyError where a part is damaged.
    """
    with told_if_damaged():
        return dataset.to_table()


@contextmanager
def told_if_damaged() -> Iterator[None]:
    """What Arrow says of a part with a damaged page, as a StudyError."""
    try:
        yield
    except (OSError, pa.ArrowException) as problem:
        allowed = "a part is damaged, or was taken away while it was read"
        got = str(problem)
        raise StudyError(refusal("results", "part", got, allowed, MENDS)) from None


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


def _nothing(where: str, table: str, cells: pd.DataFrame, recorded: Sequence[str]) -> Any:
    """A table without rows: a shard may have no task, and every run may fail.

    Raises StudyError if it is one that was never recorded.
    """
    if table in recorded:
        return ds.dataset(no_rows(table, [str(name) for name in cells if name not in ABOUT_CELLS]))
    step = 'Say record = "months", "members" or "all" in the study.'
    raise StudyError(refusal(where, "table", table, "is not there", step))
