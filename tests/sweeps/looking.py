"""Folders of results as they are on the disk, and how calls on them may end."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from tests.sweeps.conftest import FIVE_PARTS, Folder
from tests.sweeps.studies import KNOWN, MET, word
from trustsim.errors import TrustsimError
from trustsim.sweeps.parts import read_part


def contents(folder: Path) -> dict[Path, bytes]:
    """Every file but locks."""
    return {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


def counts(path: Path) -> bool:
    """Whether a file is part of the results: not somebody's notes, a draft, or put aside."""
    return "damaged" not in path.parts and path.name != "notes.txt" and path.suffix != ".draft"


def manifest_in(folder: Path) -> dict[str, Any]:
    """The manifest; nothing where there is none."""
    try:
        found = json.loads((folder / "manifest.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def status_in(folder: Path) -> Any:
    """What the manifest calls it."""
    return manifest_in(folder).get("status")


def told_in(folder: Path) -> set[tuple[str, str]]:
    """Failures that some file tells of."""
    found = set()
    for path in folder.glob("failures/*.json"):
        with suppress(ValueError, TypeError, KeyError):
            found |= {(row["run_id"], row["stage"]) for row in json.loads(path.read_bytes())}
    return found


def stored_in(folder: Path) -> tuple[set[str], set[str]]:
    """Runs in parts that can be read, and those of them that have no length."""
    runs, bare = set(), set()
    for path in Folder(folder).parts():
        with suppress(OSError, ValueError, KeyError):
            rows = pq.ParquetFile(path).read(columns=["run_id", "length"]).to_pandas()
            runs |= set(rows["run_id"])
            bare |= set(rows.loc[rows["length"].isna(), "run_id"])
    return runs, bare


def runs_of(path: Path) -> set[str]:
    """Runs of one part."""
    return set(pq.ParquetFile(path).read(columns=["run_id"])["run_id"].to_pylist())


def beside(folder: Path, runs: set[str]) -> set[str]:
    """Runs that lie in one part with one of these."""
    found = [runs_of(path) for path in Folder(folder).parts()] if runs else []
    return set().union(*(held for held in found if held & runs))


def pieces_of(folder: Path) -> set[tuple[str, int, int]]:
    """Ranges that are stored."""
    parts = [read_part(path, deep=False) for path in Folder(folder).parts()]
    return {piece for part in parts if part is not None for piece in part.pieces}


def told_number(summary: pd.DataFrame) -> Counter[str]:
    """Runs a cell, by a summary."""
    rows = summary[summary["outcome"] == "dissolved"]
    return Counter({row["cell"]: int(row["n"]) for row in rows.to_dict("records") if row["n"]})


def like(row: dict[str, str], one: str) -> bool:
    """Whether it is the row of a run, with its own outcome or without."""
    [right] = KNOWN[0][one]
    return row in (right, {**right, "length": word(None)})


def one_line(problem: BaseException) -> bool:
    """Whether it is a message for people."""
    return isinstance(problem, TrustsimError) and bool(FIVE_PARTS.fullmatch(str(problem)))


def wanted_of(ending: BaseException) -> bool:
    """Whether a call may end like that: Ctrl-C, or one line."""
    return isinstance(ending, KeyboardInterrupt) or one_line(ending)


def answer_of(call: Callable[[], Any]) -> tuple[Any, TrustsimError | None]:
    """What a call returns, or the one line in which it is refused."""
    try:
        return call(), None
    except TrustsimError as problem:
        if not one_line(problem):
            raise AssertionError("not one line") from problem
        return None, problem


@contextmanager
def refused() -> Iterator[list[str]]:
    """It must be refused in one line, which is told."""
    told: list[str] = []
    with pytest.raises(TrustsimError) as caught:
        yield told
    assert one_line(caught.value), str(caught.value)
    told.append(str(caught.value))
    MET["refused"] += 1
