"""Parts: the files that a sweep stores, each whole or not there.

A part holds the rows of one task of one arm, in one file a table. Its name ends in a hash of the
runs that it should hold, and the same list is written into the file, so a copy or a file from
another folder is noticed.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

from trustsim.errors import OutputError, refusal
from trustsim.sweeps.plan import Task
from trustsim.sweeps.tables import RUN_ID

FORMAT = 1
METADATA = b"trustsim"
RESUME = "The same command with --resume goes on from what is stored."

Pieces = tuple[tuple[str, int, int], ...]
"""Key of the cell, first replicate, number of replicates."""


class Part(NamedTuple):
    """A stored task, as the file of its runs describes it."""

    path: Path
    format: int
    family: str
    pieces: Pieces

    def file(self, table: str) -> Path:
        """Where its rows of a table are."""
        return self.path.parents[2] / table / self.path.parent.name / self.path.name


def read_part(path: Path, *, deep: bool) -> Part | None:
    """What a part says of itself, or None if it is damaged, or has another name than it should.

    deep: read every page and compare it with its checksum; otherwise only the end of the file.
    """
    try:
        with pq.ParquetFile(path, page_checksum_verification=deep) as file:
            held = json.loads((file.metadata.metadata or {})[METADATA])
            pieces = tuple((str(key), int(first), int(size)) for key, first, size in held["pieces"])
            part = Part(path, int(held["format"]), str(held["family"]), pieces)
            # The end of the file, unlike its pages, has no checksum that would guard the names.
            if held["columns"] != columns_of(file.schema_arrow):
                return None
            if deep:
                for group in range(file.num_row_groups):
                    # Column by column: a part may be larger than memory is.
                    for name in file.schema_arrow.names:
                        column = file.read_row_group(group, columns=[name])
                        column.validate(full=True)
                        rows = file.metadata.row_group(group).num_rows
                        # The head of a page has no checksum either.
                        if (column.num_rows, column.num_columns) != (rows, 1):
                            return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError, pa.ArrowException):
        return None
    return part if path.stem.endswith(ending_of(pieces)) else None


def is_misplaced(part: Part, arms: Mapping[str, str]) -> bool:
    """Whether a part lies in the folder of another arm, from which the arm of its rows is read.

    arms: by key of the cell; other cells are not judged.
    """
    known = {arms[key] for key, _, _ in part.pieces if key in arms}
    return any(part.path.parent.name != arm_folder(arm) for arm in known)


def pieces_of(task: Task) -> Pieces:
    """The runs of a task."""
    return tuple((piece.cell.key, piece.first, piece.size) for piece in task.pieces)


def part_path(folder: Path, table: str, task: Task) -> Path:
    """Where the rows of a task belong."""
    name = f"part-{task.number:07d}{ending_of(pieces_of(task))}.parquet"
    return folder / table / arm_folder(task.pieces[0].cell.arm) / name


def write_part(folder: Path, family: str, task: Task, tables: Mapping[str, pa.Table]) -> None:
    """Store a task: each table is written aside, synced and renamed; runs come last.

    family: hash of what all parts of the folder share; tables: rows by name of the table.

    Raises OutputError if the disk is full or can't be written.
    """
    about = {"format": FORMAT, "family": family, "pieces": pieces_of(task)}
    # Only a part of `runs` counts as done, so it must be the last to appear.
    for table in sorted(tables, key="runs".__eq__):
        rows = tables[table].drop_columns(["arm"])
        held = json.dumps({**about, "columns": columns_of(rows.schema)})
        rows = rows.replace_schema_metadata({**(rows.schema.metadata or {}), METADATA: held})
        try:
            with _aside(part_path(folder, table, task)) as draft:
                write_parquet(rows, draft)
        except OSError as problem:
            allowed = "a part could not be written; the parts before it are whole and kept"
            raise cannot_write(folder, problem, allowed) from problem


def write_parquet(rows: pa.Table, target: Any) -> None:
    """A table as it is stored: small, with page checksums. target: a path or a binary buffer."""
    repeating: Any = [name for name in rows.column_names if name != RUN_ID]
    pq.write_table(
        rows,
        target,
        compression="zstd",
        use_dictionary=repeating,
        column_encoding={RUN_ID: "DELTA_BYTE_ARRAY"},
        write_page_checksum=True,
    )


def write_bytes(folder: Path, name: str, content: bytes) -> None:
    """Write a small file of a folder of results, whole or not there.

    Raises OutputError if the disk is full or can't be written.
    """
    try:
        with _aside(folder / name) as draft:
            draft.write_bytes(content)
    except OSError as problem:
        raise cannot_write(folder, problem, f"{name} could not be written") from problem


def cannot_write(
    folder: Path, problem: OSError, allowed: str = "must be a folder that can be written"
) -> OutputError:
    """The error for a folder that can't be written."""
    got = problem.strerror or str(problem)
    step = f"Make room, or get the right to write, or name another folder. {RESUME}"
    return OutputError(refusal("output folder", str(folder), got, allowed, step))


@contextmanager
def _aside(path: Path) -> Iterator[Path]:
    """A draft next to a file, which takes its place once it is whole and is deleted otherwise."""
    draft = path.with_name(f".{secrets.token_hex(6)}.draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        _sync(draft)
        draft.replace(path)
        _sync(path.parent)
    finally:
        # Also after Ctrl-C, which does not raise an OSError.
        with suppress(OSError):
            draft.unlink()


def _sync(path: Path) -> None:
    """Make the system write it to the disk, where a folder allows it."""
    with suppress(PermissionError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def arm_folder(arm: str) -> str:
    """Name of an arm's folder in each table."""
    return f"arm={quote(arm, safe=' ()=,.+_-')}"


def ending_of(pieces: Sequence[Sequence[Any]]) -> str:
    """How the name of the part ends that holds these pieces."""
    return f"-{hash_of([list(piece) for piece in pieces])[:8]}"


def columns_of(schema: pa.Schema) -> str:
    """Hash of the names and types of columns."""
    return hash_of([[field.name, str(field.type)] for field in schema])


def hash_of(content: Any) -> str:
    """Hash of plain data."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
