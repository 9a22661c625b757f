"""Runs that failed, as they are kept in a folder: read back only as they were written."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from trustsim.errors import StudyError, refusal
from trustsim.sweeps.manifest import MENDS, read_manifest
from trustsim.sweeps.store import FAILURES

FAILURE_COLUMNS = ("run_id", "cell", "arm", "replicate", "stage", "error", "message", "seed")
SUMMED = re.compile(r"task-[0-9]{7,}-([0-9a-f]{8})")


class FailedRun(BaseModel):
    """A row of failures; a cell that can't be simulated has the replicate -1."""

    model_config = ConfigDict(extra="forbid", strict=True)

    run_id: str
    cell: str
    arm: str
    replicate: int = Field(ge=-1, le=2**32)
    stage: str
    error: str
    message: str
    seed: int


ROWS = TypeAdapter(list[FailedRun])


def sum_of_rows(text: str) -> str:
    """What the name of a task's failures ends in, so that no change of them passes."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def rows_of_file(path: Path) -> list[dict[str, Any]] | None:
    """Failed runs of one file; None if it is not as it was written."""
    try:
        text = path.read_bytes().decode()
        rows: list[dict[str, Any]] = json.loads(text)
        ROWS.validate_python(rows)
    except (OSError, ValueError, RecursionError, ValidationError):
        return None
    named = SUMMED.fullmatch(path.stem)
    return rows if named is None or named[1] == sum_of_rows(text) else None


def spoilt_files(folder: Path, cells: Collection[str]) -> list[Path]:
    """Files of failures that are not as they were written, or tell of cells that are not there."""
    spoilt = []
    for path in _files(folder):
        rows = rows_of_file(path)
        if rows is None or any(row["cell"] not in cells for row in rows):
            spoilt.append(path)
    return spoilt


def names_of_files(folder: Path) -> list[str]:
    """Names of the files of failures in a folder, for its manifest."""
    return [path.name for path in _files(folder)]


def lost_files(folder: Path) -> list[Path]:
    """Files of failures that the manifest tells of and that are not there."""
    told, there = read_manifest(folder) or {}, names_of_files(folder)
    return [folder / FAILURES / name for name in told.get("failures", []) if name not in there]


def refuse_lost_files(folder: Path) -> None:
    """Raises StudyError if a file of failures is not there that the manifest tells of."""
    for path in lost_files(folder):
        got = f"{FAILURES}/{path.name}"
        raise StudyError(refusal(str(folder), "file", got, "is told of and not there", MENDS))


def rows_of_folder(folder: Path, without: Collection[Path] = ()) -> list[dict[str, Any]]:
    """Failed runs of a folder, in the order of its files, without those of some files.

    Raises StudyError for a file that is not as it was written.
    """
    found = []
    for path in _files(folder):
        if path in without:
            continue
        rows = rows_of_file(path)
        if rows is None:
            allowed = "is not as the sweep wrote it"
            got = f"{FAILURES}/{path.name}"
            raise StudyError(refusal(str(folder), "file", got, allowed, MENDS))
        found += rows
    return found


def failures_of_folder(folder: Path) -> pd.DataFrame:
    """One row a failed run.

    Raises StudyError for a file that is not as it was written.
    """
    # A task of which a part was lost is done again, and what failed in it is told again.
    rows = pd.DataFrame(rows_of_folder(folder), columns=list(FAILURE_COLUMNS))
    return rows.drop_duplicates(ignore_index=True)


def _files(folder: Path) -> list[Path]:
    return sorted((folder / FAILURES).glob("*.json"))
