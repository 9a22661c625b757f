"""What a folder of results says it is: its manifest, its study and its table of cells.

DIR/manifest.json    what was studied, with which rules; DIR/study.json, DIR/points.csv
DIR/cells.parquet    one row a cell: its key, arm, point, factors, scenario
DIR/runs/arm=NAME/part-*.parquet    results; months/ and members/ likewise where recorded
DIR/failures/*.json  runs that failed; DIR/damaged/  parts that could not be read, moved aside
"""

from __future__ import annotations

import errno
import io
import json
import platform
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from trustsim import output
from trustsim.engines.compiled import sources_digest
from trustsim.errors import ScenarioError, StudyError, TrustsimError, refusal
from trustsim.simulation import RECORDS
from trustsim.sweeps.parts import FORMAT
from trustsim.sweeps.study import Study

MANIFEST, STUDY, POINTS, CELLS = "manifest.json", "study.json", "points.csv", "cells.parquet"
FAILURES, DAMAGED, LOCK = "failures", "damaged", ".lock"
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


class Manifest(_Table):
    """The manifest of a folder of results."""

    status: Literal["running", "finished"]
    study_digest: str | None
    shard: list[int] = Field(min_length=2, max_length=2)
    family: Family
    runs: int | None = None
    merged_from: list[dict[str, Any]] = []


def new_manifest(made_by: str, status: str, **about: Any) -> dict[str, Any]:
    """A manifest, with the time and the versions of now."""
    return {
        "made_by": made_by,
        "status": status,
        **about,
        "time_utc": output.now(),
        "versions": output.versions(),
        "python": platform.python_version(),
        "platform": platform.platform(),
    }


def family_of(study: Study) -> dict[str, Any]:
    """What all parts of a folder must share for their rows to belong together."""
    return {
        "format": FORMAT,
        "rules": sources_digest(),
        "seed": study.seed,
        "months": study.months,
        "tables": list(RECORDS[study.form.study.record]),
        "factors": list(study.factors),
        "outcomes": sorted(study.outcomes),
    }


def differing(one: dict[str, Any], other: dict[str, Any]) -> str | None:
    """The first thing in which two families differ, or None."""
    return next((name for name in other if one.get(name) != other[name]), None)


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a folder, or None if it has none.

    Raises StudyError if it can't be read, or is not what a sweep writes.
    """
    path = folder / MANIFEST
    try:
        found = json.loads(path.read_bytes())
        if not isinstance(found, dict):
            raise ValueError("no object")
        if is_of_a_sweep(found):
            Manifest.model_validate(found)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ValidationError as problem:
        first = problem.errors()[0]
        what = ".".join(map(str, first["loc"])) or "manifest"
        raise _spoilt(
            path, what, "missing" if first["type"] == "missing" else first["input"]
        ) from None
    except (OSError, ValueError, RecursionError) as problem:
        if isinstance(problem, OSError) and problem.errno == errno.ENAMETOOLONG:
            return None
        got = getattr(problem, "strerror", None) or str(problem)
        raise _spoilt(path, "manifest", got) from None
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

    Raises StudyError if it can't be read, or is not the one with which the results were made;
    ScenarioError if an intervention of somebody's own has to be registered first.
    """
    try:
        # Only the names of own outcomes count; the functions are not in any folder.
        names = dict.fromkeys(manifest["family"]["outcomes"], len)
        study = Study.read(folder / STUDY, outcomes=names, stored=True)  # type: ignore[arg-type]
    except ScenarioError:
        raise
    except TrustsimError as problem:
        got, allowed = str(problem), "must be the study with which these results were made"
        raise StudyError(refusal(str(folder), STUDY, got, allowed, MENDS)) from None
    if manifest["study_digest"] not in (None, study.digest()):
        allowed = "is not the study with which these results were made"
        raise StudyError(refusal(str(folder), f"{STUDY} or {POINTS}", "changed", allowed, MENDS))
    study.outcomes = {}
    return study


def cells_of_folder(folder: Path) -> pd.DataFrame:
    """The table of cells in a folder of results.

    Raises StudyError if it can't be read.
    """
    try:
        cells = pd.read_parquet(io.BytesIO((folder / CELLS).read_bytes()))
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


def _spoilt(path: Path, what: str, got: object) -> StudyError:
    allowed = "must be the manifest that the sweep wrote"
    return StudyError(refusal(str(path), what, got, allowed, RESTORE))
