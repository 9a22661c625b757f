"""What a folder of results says it is: manifest, study and cells, each as the sweep wrote it."""

from __future__ import annotations

import errno
import hashlib
import io
import json
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from trustsim.errors import StudyError, TrustsimError, refusal
from trustsim.sweeps.store import CELLS, MANIFEST, POINTS, STUDY
from trustsim.sweeps.study import Study

RUNNING, FINISHED = "running", "finished"
SWEEP, MERGE = "trustsim sweep", "trustsim merge"
ABOUT_CELLS = ("cell", "number", "arm", "point", "problem", "scenario")
MENDS = "Resume that sweep, which mends it (or merge its folders again)."
RESTORE = (
    "Restore it from a copy (a sweep of the same study into another folder, stopped at once, "
    "writes the same one), then resume."
)


class _Table(BaseModel):
    # A later trustsim may add to it.
    model_config = ConfigDict(extra="allow", strict=True)


class Family(_Table):
    """What all parts of a folder share."""

    format: int
    rules: str
    seed: int
    months: int = Field(ge=1)
    tables: list[Literal["runs", "months", "members"]] = Field(min_length=1)
    factors: list[str]
    outcomes: list[str]

    @field_validator("tables")
    @classmethod
    def _has_runs(cls, tables: list[str]) -> list[str]:
        if "runs" not in tables:
            raise ValueError("every sweep stores runs")
        return tables


class Manifest(_Table):
    """The manifest of a folder of results."""

    status: Literal["running", "finished"]
    study_digest: str | None
    shard: list[int] = Field(min_length=2, max_length=2)
    family: Family
    cells: int = Field(ge=0)
    cells_sha256: str = ""
    runs: int | None = Field(default=None, ge=0)
    failures: list[str] = []
    merged_from: list[dict[str, Any]] = []

    @field_validator("shard")
    @classmethod
    def _is_part_of(cls, shard: list[int]) -> list[int]:
        if not 1 <= shard[0] <= shard[1]:
            raise ValueError("part i of n, i from 1 to n")
        return shard


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a folder, of whatever kind; None where there is none.

    Raises StudyError if there is one that can't be read, or that a sweep wrote and somebody spoilt.
    """
    path = folder / MANIFEST
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(found, dict):
            raise ValueError("no table of names and values")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, RecursionError) as problem:
        if isinstance(problem, OSError) and problem.errno == errno.ENAMETOOLONG:
            return None
        raise _spoilt(
            path, "manifest", getattr(problem, "strerror", None) or str(problem)
        ) from None
    if is_of_a_sweep(found):
        try:
            Manifest.model_validate(found)
        except ValidationError as problem:
            first = problem.errors()[0]
            what = ".".join(map(str, first["loc"])) or "manifest"
            got = "missing" if first["type"] == "missing" else first["input"]
            raise _spoilt(path, what, got) from None
    return found


def is_of_a_sweep(manifest: dict[str, Any]) -> bool:
    """Whether `sweep` or `merge` has written a manifest; other commands write some, too."""
    return manifest.get("made_by") in (SWEEP, MERGE) or isinstance(manifest.get("family"), dict)


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest of a folder of results.

    Raises StudyError if no sweep and no merge has written it.
    """
    manifest = read_manifest(folder)
    if manifest is None or not is_of_a_sweep(manifest):
        got = f"no {MANIFEST}" if manifest is None else "of another kind"
        allowed = "must be a folder that a sweep or a merge has written"
        raise StudyError(refusal(str(folder), "manifest", got, allowed, "Name such a folder."))
    return manifest


def study_of(folder: Path, manifest: dict[str, Any]) -> Study:
    """The study in a folder of results.

    Raises StudyError if it can't be read, or is not the one that the manifest tells;
    ScenarioError if an intervention of somebody's own has to be registered first.
    """
    digest = manifest["study_digest"]
    if digest is not None and digest not in _digests(folder, manifest["family"]["outcomes"]):
        got = "changed or gone"
        allowed = f"is not the one that {MANIFEST} tells, with which these results were made"
        raise StudyError(refusal(str(folder), f"{STUDY} or {POINTS}", got, allowed, MENDS))
    try:
        return Study.read(folder / STUDY)
    except TrustsimError as problem:
        if digest is not None:  # it is as it was written: an intervention may not be registered
            raise
        # No digest is told of a merge of several studies, so anything may stand here.
        got, allowed = str(problem), "must be the study that these results were made with"
        raise StudyError(refusal(str(folder), STUDY, got, allowed, MENDS)) from None


def _digests(folder: Path, outcomes: list[str]) -> set[str]:
    """Digests, as `Study.digest` reckons them, of the study as it stands in its files."""
    texts = []
    for name in (STUDY, POINTS):
        try:
            texts.append((folder / name).read_bytes())
        except OSError:
            texts.append(b"")
    ends = f"{sorted(outcomes)}".encode()
    # Points count only where the study has a table of them; an older table may still lie there.
    return {hashlib.sha256(texts[0] + points + ends).hexdigest()[:16] for points in (b"", texts[1])}


def cells_of_folder(folder: Path) -> pd.DataFrame:
    """The table of cells in a folder of results.

    Raises StudyError if it can't be read, or is not the one that the sweep wrote.
    """
    manifest = read_manifest(folder) or {}
    try:
        content = (folder / CELLS).read_bytes()
        if manifest.get("cells_sha256", "") not in ("", sum_of(content)):
            raise ValueError("not the table that was written")
        cells = pd.read_parquet(io.BytesIO(content))
        lacking = [name for name in ABOUT_CELLS if name not in cells]
        if lacking:
            raise ValueError(f"no column {lacking[0]}")
    except (OSError, ValueError, pa.ArrowException) as problem:
        got = getattr(problem, "strerror", None) or str(problem)
        allowed = "can't be read as the table of cells that the sweep wrote"
        raise StudyError(refusal(str(folder), CELLS, got, allowed, MENDS)) from None
    return cells


def cells_content(cells: pd.DataFrame) -> bytes:
    """The table of cells as a file."""
    buffer = io.BytesIO()
    cells.to_parquet(buffer, index=False)
    return buffer.getvalue()


def sum_of(content: bytes) -> str:
    """SHA-256 of a file's content."""
    return hashlib.sha256(content).hexdigest()


def _spoilt(path: Path, what: str, got: object) -> StudyError:
    allowed = "must be the manifest that the sweep wrote"
    return StudyError(refusal(str(path), what, got, allowed, RESTORE))
