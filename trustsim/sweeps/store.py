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

        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / LOCK, timeout=0)
        try:
            with lock:
                yield
        except Timeout:
            raise OutputError(
                refusal(
                    "output folder",
                    str(self.folder),
                    "in use",
                    "another process is writing into it",
                    "Wait for it, or give this one a folder of its own (and merge them later).",
                )
            ) from None

    def part_name(self, task: Task, table: str) -> Path:
        """Where a task's rows go; the name follows from what it holds."""
        pieces = [[piece.cell.key, piece.first, piece.size] for piece in task.pieces]
        arm = quote(task.pieces[0].cell.arm, safe=" ()=,.+_-")
        name = f"part-{task.number:07d}-{_hash(pieces)[:8]}.parquet"
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
            meta = {**(rows.schema.metadata or {}), MARK: json.dumps(note).encode()}
            self._write(self.part_name(task, table), rows.replace_schema_metadata(meta))

    def _write(self, path: Path, rows: pa.Table) -> None:
        draft = path.with_name(f".{secrets.token_hex(6)}.draft")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            coded = [name for name in rows.column_names if name != RUN_ID]
            pq.write_table(
                rows,
                draft,
                compression="zstd",
                use_dictionary=coded,
                column_encoding={RUN_ID: "DELTA_BYTE_ARRAY"},
                write_page_checksum=True,
            )
            _sync(draft)
            draft.replace(path)
            _sync(path.parent)
        except OSError as problem:
            with suppress(OSError):
                draft.unlink()
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
        drafts = list(self.folder.glob("*/*/.*.draft")) + list(self.folder.glob(".*.draft"))
        for table in self.tables:
            # A task's runs appear last: without them its other tables belong to nothing.
            for path in self.parts(table):
                if not (self.folder / "runs" / path.parent.name / path.name).exists():
                    drafts.append(path)
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
        return done, damaged

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
            return dict(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as problem:
            raise StudyError(
                refusal(
                    str(path),
                    "manifest",
                    str(problem),
                    "must be the manifest that the sweep wrote",
                    "Restore it, or move this folder away and start again.",
                )
            ) from None


def write_bytes(folder: Path, name: str, content: bytes) -> None:
    """A small file in a folder of results, whole or not there.

    Raises OutputError.
    """
    path = folder / name
    draft = path.with_name(f".{secrets.token_hex(6)}.draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        _sync(draft)
        draft.replace(path)
    except OSError as problem:
        with suppress(OSError):
            draft.unlink()
        raise OutputError(
            refusal(
                "output folder",
                str(folder),
                problem.strerror or str(problem),
                f"{name} could not be written",
                f"Make room. {RESUME}",
            )
        ) from problem


def _note(path: Path, *, deep: bool) -> dict[str, Any] | None:
    """What a part says of itself; None if it is damaged or says nothing."""
    try:
        with pq.ParquetFile(path, page_checksum_verification=deep) as file:
            text = (file.metadata.metadata or {}).get(MARK)
            note = json.loads(text) if text else None
            if deep and note is not None:
                for batch in file.iter_batches(batch_size=65_536):
                    del batch
        return note
    except (OSError, ValueError, pa.ArrowException):
        return None


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
