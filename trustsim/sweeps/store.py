"""A study's folder: parts that are whole or not there, what they hold, and what is damaged.

DIR/manifest.json    what was studied, with which rules; DIR/study.json, DIR/points.csv
DIR/cells.parquet    one row a cell: its key, arm, point, factors, scenario
DIR/runs/arm=NAME/part-*.parquet    results; months/ and members/ likewise where recorded
DIR/failures/*.json  runs that failed; DIR/damaged/  parts that could not be read, moved aside
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

from trustsim.errors import OutputError, StudyError, refusal
from trustsim.sweeps.plan import Ranges
from trustsim.sweeps.tables import RUN_ID

if TYPE_CHECKING:
    from trustsim.sweeps.plan import Task

FORMAT = 1
MANIFEST, STUDY, POINTS, CELLS, LOCK = (
    "manifest.json",
    "study.json",
    "points.csv",
    "cells.parquet",
    ".lock",
)
MARK = b"trustsim"
RESUME = "The same command with --resume goes on from what is stored."


class Store:
    """One folder of results.

    family: what all its parts must share (rules, seed, months, tables, factors), as plain data.
    """

    def __init__(self, folder: str | Path, family: dict[str, Any], tables: tuple[str, ...]) -> None:
        self.folder = Path(os.path.abspath(folder))
        self.family = family
        self.tables = tables

    @property
    def mark(self) -> str:
        """Hash of the family, written into every part."""
        return _hash(self.family)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else writes here meanwhile; the system lets go of it even after a kill.

        Raises OutputError if another process does.
        """
        from filelock import FileLock, Timeout

        lock = FileLock(self.folder / LOCK, timeout=0)
        try:
            lock.acquire()
        except OSError as problem:
            if not isinstance(problem, Timeout):
                raise _unwritable(self.folder, problem) from None
            raise OutputError(
                refusal(
                    "output folder",
                    str(self.folder),
                    "in use",
                    "another process is writing into it",
                    "Wait for it, or give this one a folder of its own (and merge them later).",
                )
            ) from None
        try:
            yield
        finally:
            lock.release()

    def part_name(self, task: Task, table: str) -> Path:
        """Where a task's rows go; the name follows from what it holds."""
        pieces = [[piece.cell.key, piece.first, piece.size] for piece in task.pieces]
        arm = quote(task.pieces[0].cell.arm, safe=" ()=,.+_-")
        name = f"part-{task.number:07d}{_ending(pieces)}.parquet"
        return self.folder / table / f"arm={arm}" / name

    def write_part(self, task: Task, tables: dict[str, pa.Table]) -> None:
        """Stores a task: each table is written aside, synced and renamed; runs come last.

        Raises OutputError if the disk is full or can't be written.
        """
        pieces = [[piece.cell.key, piece.first, piece.size] for piece in task.pieces]
        note = {"format": FORMAT, "family": self.mark, "pieces": pieces}
        # Only a part of `runs` counts as done, so it must be the last to appear.
        for table in sorted(tables, key="runs".__eq__):
            rows = tables[table].drop_columns(["arm"])
            held = {**note, "rows": rows.num_rows, "columns": _columns(rows.schema)}
            sealed = json.dumps({**held, "sum": _hash(held)})
            meta = {**(rows.schema.metadata or {}), MARK: sealed.encode()}
            self._write(self.part_name(task, table), rows.replace_schema_metadata(meta))

    def _write(self, path: Path, rows: pa.Table) -> None:
        try:
            with _aside(path) as draft:
                write_parquet(rows, draft)
        except OSError as problem:
            raise OutputError(
                refusal(
                    "output folder",
                    str(self.folder),
                    problem.strerror or str(problem),
                    "a part could not be written; the parts before it are whole and kept",
                    f"Make room. {RESUME}",
                )
            ) from problem

    def clean(self) -> int:
        """Removes what a killed process left unfinished; how many files there were."""
        levels = (".*.draft", "*/.*.draft", "*/*/.*.draft")
        drafts = [path for level in levels for path in self.folder.glob(level)]
        for table in self.tables:
            # A task's runs appear last: without them its other tables belong to nothing.
            drafts += [
                path
                for path in self.parts(table)
                if not (self.folder / "runs" / path.parent.name / path.name).exists()
            ]
        for draft in drafts:
            with suppress(OSError):
                draft.unlink()
        return len(drafts)

    def scan(self, *, deep: bool = True) -> tuple[dict[str, Ranges], list[Path]]:
        """What is stored, by key of the cell, and the parts that had to be moved aside.

        A part that can't be read, or whose pages don't have the sums they were written with, goes
        to damaged/ and will be simulated again. A part of another study is an error.

        Parameters
        ----------
        deep : bool, optional
            Read every page; otherwise only the end of each file.

        Raises
        ------
        StudyError
            A part belongs to other rules, another seed, horizon or set of factors.
        """
        done: dict[str, Ranges] = {}
        damaged = []
        for path in self.parts("runs"):
            note = _note(path, deep=deep)
            # The name tells what a part must hold: no damage of the note, and no copy, passes.
            if note is not None and not path.stem.endswith(_ending(note["pieces"])):
                note = None
            others = [self.folder / table / path.parent.name / path.name for table in self.tables]
            whole = all(_note(other, deep=deep) for other in others if other != path)
            if note is None or not whole:
                damaged += self._move_aside([path, *others])
                continue
            if note["format"] != FORMAT or note["family"] != self.mark:
                raise StudyError(
                    refusal(
                        str(self.folder),
                        path.name,
                        "of another study",
                        "its rules, seed, months, tables or factors are not those of this study",
                        "Take it out of the folder, or use a folder of its own.",
                    )
                )
            for key, first, count in note["pieces"]:
                done.setdefault(key, []).append((first, count))
        self._refuse_twice(done)
        return done, damaged

    def _refuse_twice(self, done: dict[str, Ranges]) -> None:
        for key, ranges in done.items():
            ranges.sort()
            for (first, count), (later, _) in pairwise(ranges):
                if first + count > later:
                    raise StudyError(
                        refusal(
                            str(self.folder),
                            f"run {key}-{later}",
                            "there twice",
                            "two parts hold the same run; one was put here by hand",
                            "Take one of them out: their names end alike, or their counts differ.",
                        )
                    )

    def remove(self, runs: set[tuple[str, int]]) -> None:
        """Takes out every part that holds one of these runs (key of the cell, replicate)."""
        wanted: dict[str, list[int]] = {}
        for key, replicate in runs:
            wanted.setdefault(key, []).append(replicate)
        for path in self.parts("runs") if wanted else []:
            note = _note(path, deep=False) or {"pieces": []}
            if any(
                first <= replicate < first + count
                for key, first, count in note["pieces"]
                for replicate in wanted.get(key, [])
            ):
                # Without its runs, the rest of a task is removed by the next cleaning anyway.
                for table in sorted(self.tables, key="runs".__ne__):
                    (self.folder / table / path.parent.name / path.name).unlink(missing_ok=True)

    def holds(self, name: str, text: str) -> bool:
        """Whether a small file is there with this very text."""
        try:
            return (self.folder / name).read_bytes() == text.encode()
        except OSError:
            return False

    def parts(self, table: str) -> list[Path]:
        """Stored parts of a table, in order."""
        return sorted((self.folder / table).glob("arm=*/part-*.parquet"))

    def _move_aside(self, paths: list[Path]) -> list[Path]:
        place = self.folder / "damaged"
        place.mkdir(exist_ok=True)
        moved = []
        for path in dict.fromkeys(paths):
            if path.exists():
                target = place / f"{path.parent.parent.name}-{secrets.token_hex(3)}-{path.name}"
                path.replace(target)
                moved.append(target)
        return moved

    def write_text(self, name: str, text: str) -> None:
        """A small text file, whole or not there."""
        self.write_bytes(name, text.encode())

    def write_bytes(self, name: str, content: bytes) -> None:
        """A small file, whole or not there."""
        write_bytes(self.folder, name, content)

    def read_manifest(self) -> dict[str, Any] | None:
        """The manifest, or None where there is none.

        Raises StudyError if there is one that can't be read.
        """
        path = self.folder / MANIFEST
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(found, dict):
                raise ValueError("no table of names and values")
            return found
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError) as problem:
            raise StudyError(
                refusal(
                    str(path),
                    "manifest",
                    str(problem),
                    "must be the manifest that the sweep wrote",
                    "Restore it, or move this folder away and start again.",
                )
            ) from None


@contextmanager
def _aside(path: Path) -> Iterator[Path]:
    """A draft beside a file, put in its place once it is whole; gone whatever else happens."""
    draft = path.with_name(f".{secrets.token_hex(6)}.draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        _sync(draft)
        draft.replace(path)
        _sync(path.parent)
    finally:
        # Also after Ctrl-C, which is no OSError.
        with suppress(OSError):
            draft.unlink()


def write_bytes(folder: Path, name: str, content: bytes) -> None:
    """A small file in a folder of results, whole or not there.

    Raises OutputError.
    """
    path = folder / name
    try:
        with _aside(path) as draft:
            draft.write_bytes(content)
    except OSError as problem:
        raise OutputError(
            refusal(
                "output folder",
                str(folder),
                problem.strerror or str(problem),
                f"{name} could not be written",
                f"Make room. {RESUME}",
            )
        ) from problem


def write_parquet(rows: pa.Table, target: Any) -> None:
    """A table as it is stored: small, with page checksums. target: a path or a binary buffer."""
    pq.write_table(
        rows,
        target,
        compression="zstd",
        use_dictionary=[name for name in rows.column_names if name != RUN_ID],
        column_encoding={RUN_ID: "DELTA_BYTE_ARRAY"},
        write_page_checksum=True,
    )


def _note(path: Path, *, deep: bool) -> dict[str, Any] | None:
    """What a part says of itself; None if it is damaged or says nothing."""
    try:
        with pq.ParquetFile(path, page_checksum_verification=deep) as file:
            text = (file.metadata.metadata or {}).get(MARK)
            note = json.loads(text) if text else {}
            # Pages have sums of their own; what is said of them is compared with this note.
            whole = (
                note.pop("sum", "") == _hash(note)
                and note.get("columns") == _columns(file.schema_arrow)
                and note.get("rows") == file.metadata.num_rows
                and (not deep or _readable(file))
            )
        return note if whole else None
    except (OSError, ValueError, pa.ArrowException):
        return None


def _readable(file: pq.ParquetFile) -> bool:
    """Whether every column has all its rows, and every page the sum it was written with."""
    for group in range(file.num_row_groups):
        # Column by column: a part may be larger than memory is.
        for name in file.schema_arrow.names:
            column = file.read_row_group(group, columns=[name])
            column.validate(full=True)
            rows = file.metadata.row_group(group).num_rows
            if (column.num_rows, column.num_columns) != (rows, 1):
                return False
    return True


def _columns(schema: pa.Schema) -> str:
    return _hash([[field.name, str(field.type)] for field in schema])


def _ending(pieces: list[list[Any]]) -> str:
    return f"-{_hash(pieces)[:8]}"


def _unwritable(folder: Path, problem: OSError) -> OutputError:
    return OutputError(
        refusal(
            "output folder",
            str(folder),
            problem.strerror or str(problem),
            "must be a folder that can be written",
            f"Make room, or ask for the right to write, or name another folder. {RESUME}",
        )
    )


def _sync(path: Path) -> None:
    """Has the system write it to the disk itself, where that can be asked of a folder."""
    with suppress(PermissionError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _hash(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
