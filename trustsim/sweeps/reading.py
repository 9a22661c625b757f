"""Stored results as they are read: tables that need not fit in memory, cells, failures."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds

from trustsim.errors import StudyError, refusal
from trustsim.simulation import RECORDS
from trustsim.sweeps.cells import Cell, cell_rows
from trustsim.sweeps.manifest import (
    ABOUT_CELLS,
    FAILURES,
    FINISHED,
    MENDS,
    cells_of_folder,
    read_manifest,
)
from trustsim.sweeps.parts import FORMAT, Part, hash_of, is_misplaced, read_part
from trustsim.sweeps.plan import Ranges, Task
from trustsim.sweeps.study import Study
from trustsim.sweeps.tables import ARM, CELL, no_rows
from trustsim.sweeps.work import OUTCOME, Failure

PART = re.compile(r"part-[0-9]{7,}-[0-9a-f]{8}\.parquet")
BATCH = 131_072  # rows
TAKE_OUT = "Take it out of the folder, or use another folder."
FAILURE_COLUMNS = ("run_id", "cell", "arm", "replicate", "stage", "error", "message", "seed")
# Every page is compared with the checksum that it was written with.
CHECKED = ds.ParquetFileFormat(
    default_fragment_scan_options=ds.ParquetFragmentScanOptions(page_checksum_verification=True)
)


class InFolder:
    """Results in a folder that `sweep` or `merge` has written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[Path, tuple[tuple[int, int], Part | None]] = {}

    def dataset(self, table: str) -> Any:
        """A table as a pyarrow Dataset over its parts.

        Raises StudyError for a part that is damaged, there twice, or of another study.
        """
        manifest = self.manifest()
        family = manifest.get("family", {"tables": ["runs"], "outcomes": []})
        cells = self.cells()
        if table not in family["tables"]:
            step = 'Say record = "months", "members" or "all" in the study.'
            raise StudyError(refusal(str(self.folder), "table", table, "is not there", step))
        parts = self.parts(("runs", table))
        self._refuse_lost(manifest, parts)
        if not parts:
            return ds.dataset(no_rows(table, factors_of(cells), family["outcomes"]))
        names = [str(part.file(table)) for part in parts]
        arms = ds.partitioning(
            pa.schema([(ARM, pa.dictionary(pa.int32(), pa.string()))]),
            flavor="hive",
            dictionaries={ARM: pa.array(sorted(cells[ARM].unique()))},
        )
        place = str(self.folder / table)
        return ds.dataset(names, format=CHECKED, partitioning=arms, partition_base_dir=place)

    def cells(self) -> pd.DataFrame:
        """One row a cell.

        Raises StudyError if the table can't be read.
        """
        return cells_of_folder(self.folder)

    def failures(self) -> pd.DataFrame:
        """One row a failed run.

        Raises StudyError for a file of them that can't be read.
        """
        return failures_of(self.folder)

    @property
    def finished(self) -> bool:
        """Whether the whole study was done, every shard of it."""
        manifest = self.manifest()
        return manifest.get("status") == FINISHED and manifest["shard"] == [1, 1]

    def manifest(self) -> dict[str, Any]:
        """What the folder says of itself."""
        return read_manifest(self.folder) or {}

    def done(self) -> dict[str, Ranges]:
        """Replicates that are stored or have failed, by key of the cell."""
        return add_failures(ranges_of(self.parts()), self.failures())

    def parts(self, tables: Sequence[str] = ("runs",), *, deep: bool = False) -> list[Part]:
        """Parts that have their rows of these tables, in order.

        Raises StudyError for one that is damaged, misplaced, there twice or of another study.
        """
        cells, manifest = self.cells(), read_manifest(self.folder)
        arms = dict(zip(cells[CELL], cells[ARM], strict=True))
        family = None if manifest is None else manifest.get("family")
        parts, damaged = self.scan(tables, family, arms, deep=deep)
        for path in damaged:
            self._refuse(path, "is damaged, not there in each table, or not where it was written")
        for part in parts:
            if not all(key in arms for key, _, _ in part.pieces):
                self._refuse(part.path, "holds a cell that the study does not have", TAKE_OUT)
        return parts

    def scan(
        self, tables: Sequence[str], family: Any, arms: Mapping[str, str], *, deep: bool
    ) -> tuple[list[Part], list[Path]]:
        """Sound parts, and the paths (in runs/) of those that are damaged or misplaced.

        Raises StudyError for a part of other rules or another study, and for runs there twice.
        """
        sound, damaged = [], []
        for path in sorted((self.folder / "runs").glob("arm=*/part-*.parquet")):
            part = self._part(path, deep=deep)
            others = (self.folder / t / path.parent.name / path.name for t in tables if t != "runs")
            whole = part is not None and all(self._part(one, deep=deep) for one in others)
            if part is None or not whole or is_misplaced(part, arms):
                damaged.append(path)
            elif part.format != FORMAT or (family is not None and part.family != hash_of(family)):
                self._refuse(
                    path, "is of another study (rules, seed, months, tables or factors)", TAKE_OUT
                )
            else:
                sound.append(part)
        refuse_twice(self.folder, ranges_of(sound))
        return sound, damaged

    def paths(self, table: str = "runs") -> list[Path]:
        """Files of a table, in order; whatever else lies between them is not ours."""
        found = sorted((self.folder / table).glob("arm=*/*"))
        return [path for path in found if PART.fullmatch(path.name)]

    def _part(self, path: Path, *, deep: bool) -> Part | None:
        try:
            found = os.stat(path)
            state = (found.st_size, found.st_mtime_ns)
        except OSError:
            return None
        if deep or path not in self._read or self._read[path][0] != state:
            self._read[path] = (state, read_part(path, deep=deep))
        return self._read[path][1]

    def _refuse_lost(self, manifest: Mapping[str, Any], parts: Sequence[Part]) -> None:
        runs = sum(size for part in parts for _, _, size in part.pieces)
        stored = manifest.get("runs") if manifest.get("status") == FINISHED else None
        if stored not in (None, runs):
            allowed = f"the finished sweep stored {stored}: a part is gone, or was added"
            raise StudyError(refusal(str(self.folder), "runs", runs, allowed, MENDS))

    def _refuse(self, path: Path, allowed: str, step: str = MENDS) -> None:
        got = str(path.relative_to(self.folder))
        raise StudyError(refusal(str(self.folder), "part", got, allowed, step))


class InMemory:
    """Results that are not written anywhere."""

    def __init__(
        self, study: Study, cells: Sequence[Cell], shard: tuple[int, int] = (1, 1)
    ) -> None:
        self.tables = RECORDS[study.form.study.record]
        self.kept: dict[str, Ranges] = {}
        self.stored = 0
        self.was_finished = False
        self.source = self
        self._study = study
        self._shard = shard
        self._rows: dict[str, list[pa.Table]] = {}
        self._cells = cell_rows(cells, list(study.factors))
        self._failed: list[dict[str, Any]] = []

    @contextmanager
    def opened(self, **_: bool) -> Iterator[None]:
        """Ready to keep."""
        yield

    def keep(self, task: Task, tables: dict[str, list[pa.Table]]) -> None:
        """Rows of a task."""
        for name, parts in tables.items():
            self._rows.setdefault(name, []).extend(parts)

    def fail(self, named: Sequence[tuple[Cell, Failure]], number: int = -1) -> None:
        """Runs that failed."""
        self._failed += [failure_row(*one, self._study.seed) for one in named]

    def finish(self) -> None:
        """Nothing is left to do."""

    def dataset(self, table: str) -> Any:
        """A table as a pyarrow Dataset.

        Raises StudyError if it was not recorded.
        """
        if table not in self.tables:
            step = 'Say record = "months", "members" or "all" in the study.'
            raise StudyError(refusal("memory", "table", table, "is not there", step))
        if table not in self._rows:
            return ds.dataset(no_rows(table, list(self._study.factors), self._study.outcomes))
        return ds.dataset(pa.concat_tables(self._rows[table]).unify_dictionaries())

    def cells(self) -> pd.DataFrame:
        """One row a cell."""
        return self._cells

    def failures(self) -> pd.DataFrame:
        """One row a failed run."""
        return pd.DataFrame(self._failed, columns=list(FAILURE_COLUMNS))

    @property
    def finished(self) -> bool:
        """Whether the whole study was done, every shard of it."""
        return self._shard == (1, 1)

    def manifest(self) -> dict[str, Any]:
        """What a folder would say of itself."""
        return {"shard": list(self._shard)}

    def done(self) -> dict[str, Ranges]:
        """Replicates that are stored or have failed, by key of the cell."""
        runs = self.dataset("runs").to_table(columns=["cell", "replicate"]).to_pydict()
        done: dict[str, Ranges] = {}
        for key, replicate in zip(runs["cell"], runs["replicate"], strict=True):
            done.setdefault(key, []).append((replicate, 1))
        return add_failures(done, self.failures())


Source = InFolder | InMemory
"""Where results can be read from."""


def ranges_of(parts: Iterable[Part]) -> dict[str, Ranges]:
    """First replicate and number of replicates of what parts hold, by key of the cell."""
    done: dict[str, Ranges] = {}
    for part in parts:
        for key, first, size in part.pieces:
            done.setdefault(key, []).append((first, size))
    return done


def add_failures(done: dict[str, Ranges], failures: pd.DataFrame) -> dict[str, Ranges]:
    """The same, with runs that failed: they are not missing.

    Where only an own outcome failed, the run is stored as a row, and counted already.
    """
    for row in failures.to_dict("records"):
        if row["replicate"] >= 0 and not row["stage"].startswith(OUTCOME):
            done.setdefault(str(row["cell"]), []).append((int(row["replicate"]), 1))
    return done


def refuse_twice(
    folder: Path,
    done: Mapping[str, Ranges],
    allowed: str = "two parts hold the same run; one was put here by hand",
    step: str = "Take one of them out: their names end alike, or their counts differ.",
) -> None:
    """Nothing, if every run is there once.

    Raises StudyError.
    """
    for key, ranges in done.items():
        for (first, size), (later, _) in pairwise(sorted(ranges)):
            if first + size > later:
                got = "there twice"
                raise StudyError(refusal(str(folder), f"run {key}-{later}", got, allowed, step))


def failures_of(folder: Path) -> pd.DataFrame:
    """One row a failed run of a folder.

    Raises StudyError for a file that can't be read.
    """
    rows: list[dict[str, Any]] = []
    for path in sorted((folder / FAILURES).glob("*.json")):
        found = read_failures(path)
        if found is None:
            got = f"{FAILURES}/{path.name}"
            raise StudyError(refusal(str(folder), "file", got, "can't be read", MENDS))
        rows += found
    # A task of which a part was lost is done again, and its failures are written again.
    table = pd.DataFrame(rows, columns=list(FAILURE_COLUMNS))
    return table.drop_duplicates(ignore_index=True)


def read_failures(path: Path) -> list[dict[str, Any]] | None:
    """Failed runs of one file, or None if it can't be read."""
    try:
        rows = json.loads(path.read_bytes())
        whole = all(set(row) == set(FAILURE_COLUMNS) for row in rows)
        return rows if whole and all(isinstance(row["replicate"], int) for row in rows) else None
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def factors_of(cells: pd.DataFrame) -> list[str]:
    """Names of the factors, from the columns of the table of cells."""
    return [str(name) for name in cells if name not in ABOUT_CELLS]


def whole_table(dataset: Any) -> pa.Table:
    """All rows of a dataset.

    Raises StudyError where a part is damaged.
    """
    with refuse_damage():
        return dataset.to_table()


def batches_of(
    parts: Iterable[Any], columns: Sequence[str], inside: Any = None
) -> Iterator[pd.DataFrame]:
    """Rows part by part: a scan of a whole dataset would read up to a gigabyte ahead."""
    options = {"columns": list(columns), "batch_size": BATCH, "batch_readahead": 2}
    for part in parts:
        batches = part.to_batches(**options, filter=inside)
        while True:
            with refuse_damage():
                batch = next(batches, None)
            if batch is None:
                break
            yield batch.replace_schema_metadata(None).to_pandas()


@contextmanager
def refuse_damage() -> Iterator[None]:
    """What Arrow says of a part with a damaged page, as a StudyError."""
    try:
        yield
    except (OSError, pa.ArrowException) as problem:
        allowed = "a part is damaged, or was taken away while it was read"
        raise StudyError(refusal("results", "part", str(problem), allowed, MENDS)) from None


def failure_row(cell: Cell, failure: Failure, seed: int) -> dict[str, Any]:
    """A failed run as a row."""
    return {
        "run_id": f"{cell.key}-{failure.replicate}" if failure.replicate >= 0 else cell.key,
        "cell": cell.key,
        "arm": cell.arm,
        "replicate": failure.replicate,
        "stage": failure.stage,
        "error": failure.error,
        "message": failure.message,
        "seed": seed,
    }
