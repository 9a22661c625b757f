"""Small studies of four kinds, their trouble, and what a quiet sweep of each gives, run by run."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import pandas as pd
from hypothesis import strategies as st

import trustsim as ts
from trustsim.sweeps import Sweep, run, sweep, work
from trustsim.sweeps.sensitivity import sensitivity_of

MONTHS = 6
CHUNK = 4  # runs a task
KINDS = ("grid", "csv", "precision", "morris")
ARMS = {
    "baseline": [],
    "coordinator": ["coordinator(start=0)"],
    "watched": ["monitoring(target=3)"],  # can't be simulated with two partners
}
LEVELS = (1.2, 2.5)
OUTCOME, SIMULATING, SCENARIO = "outcome length", "simulating", "scenario"
WHOLE = (1, 1)
MET: Counter[str] = Counter()
"""What has happened so far: calls, faults, endings."""

Rows = dict[str, list[dict[str, str]]]


class Spec(NamedTuple):
    """A study of a kind, by what can grow in it."""

    kind: str
    replicates: int
    arms: int
    levels: int

    def joined(self, other: Spec) -> Spec:
        """Both, grown together."""
        return Spec(self.kind, *map(max, self[1:], other[1:]))


def spec_of(kind: str, size: tuple[int, int, int]) -> Spec:
    """A study of that size; one number stands where the kind has nothing to grow."""
    replicates, arms, levels = size
    return Spec(
        kind, 8 if kind == "precision" else replicates, arms, 1 if kind == "morris" else levels
    )


SIZES = st.tuples(st.sampled_from((5, 8)), st.integers(1, 3), st.integers(1, 2))
TROUBLE = {OUTCOME: False, SIMULATING: False}
ILL = {OUTCOME: 3, SIMULATING: 1}
SIMULATE = work._simulate


def length(runs: pd.DataFrame) -> Any:
    """An own outcome that fails for one run in five, where there is trouble."""
    if TROUBLE[OUTCOME] and (runs["replicate"] % 5 == ILL[OUTCOME]).any():
        raise ValueError("no length")
    return runs["months"].to_numpy(float)


def simulated(job: work.Job, scenario: object, first: int, count: int) -> object:
    """What a worker does; it fails for one run in five, where there is trouble."""
    if TROUBLE[SIMULATING] and any(n % 5 == ILL[SIMULATING] for n in range(first, first + count)):
        raise RuntimeError("no run")
    return SIMULATE(job, scenario, first, count)


def ill(one: str, stage: str) -> bool:
    """Whether a run fails at a stage now."""
    return TROUBLE[stage] and int(one.rpartition("-")[2]) % 5 == ILL[stage]


@functools.cache
def study_of(spec: Spec, luck: int = 5, other: bool = False) -> ts.Study:
    """The study itself; or one of the same family with an arm that it does not have."""
    levels: dict[str, Any] = {"negativity": list(LEVELS[: spec.levels])}
    how: dict[str, Any] = {"factors": levels, "replicates": spec.replicates}
    if spec.kind == "csv":
        how |= {"design": "csv", "table": pd.DataFrame(levels), "factors": None}
    elif spec.kind == "morris":
        ranges = {"negativity": [1.2, 2.5], "handover": [0.0, 0.8]}
        how |= {"design": "morris", "points": 2, "factors": ranges}
    elif spec.kind == "precision":
        target = {"outcome": "dissolved", "month": MONTHS, "half_width": 0.2}
        how = {"factors": levels, "precision": {**target, "floor": 4, "ceiling": 8}}
    arms = {"day": ["away_day(start=3)"]} if other else dict(list(ARMS.items())[: spec.arms])
    fixed = {"months": MONTHS, "record": "members", "outcomes": {"length": length}}
    return ts.Study("dyad", seed=luck, arms=arms, **fixed, **how)


class Quiet(NamedTuple):
    """What an undisturbed sweep holds: rows by run, cells that can't be simulated, results."""

    runs: Rows
    members: Rows
    problems: set[tuple[str, str]]
    summary: pd.DataFrame
    indices: pd.DataFrame | None


KNOWN: tuple[Rows, Rows] = ({}, {})
"""Every run of any study so far, and its members."""


@functools.cache
def quiet(spec: Spec, shard: tuple[int, int] = WHOLE) -> Quiet:
    """A study swept in memory, where nothing disturbs."""
    with surroundings(CHUNK, ""):
        done = sweep(study_of(spec), shard=shard, workers=1)
    # An arm that can't be simulated leaves holes, which indices refuse.
    whole = spec.kind == "morris" and spec.arms < len(ARMS) and shard == WHOLE
    indices = indices_of(done) if whole else None
    runs, members = by_run(done.runs), by_run(done.table("members"))
    for known, new in zip(KNOWN, (runs, members), strict=True):
        # A run is the same in every study that has it.
        assert all(known.setdefault(one, rows) == rows for one, rows in new.items())
    return Quiet(runs, members, failed_in(done), done.summary(by=[MONTHS]), indices)


@functools.cache
def strange_folders(kind: str) -> Path:
    """Folders of other studies: of another seed, and of the same family with another arm."""
    place = Path(tempfile.mkdtemp(prefix="strange_"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    with surroundings(CHUNK, ""):
        sweep(study_of(Spec(kind, 5, 1, 1), 6), place / "strange", workers=1)
        sweep(study_of(Spec(kind, 5, 1, 1), 5, True), place / "family", workers=1)
    return place


def by_run(table: pd.DataFrame) -> Rows:
    """Rows by run, as words; numbers to the bit."""
    names = list(table.columns)
    rows: Rows = {}
    for row in table.astype(object).to_numpy():
        words = dict(zip(names, map(word, row), strict=True))
        rows.setdefault(row[names.index("run_id")], []).append(words)
    return rows


def word(value: object) -> str:
    """A value to the bit; whole numbers as pandas has them where one of the column is missing."""
    return repr(float(value) if type(value) is int else "nan" if pd.isna(value) else value)


def failed_in(done: Sweep) -> set[tuple[str, str]]:
    """Failed runs, with the stage at which they failed."""
    failed = done.failures
    return set(zip(failed["run_id"], failed["stage"], strict=True))


def indices_of(done: Sweep) -> pd.DataFrame:
    """Which factors move maturity."""
    return sensitivity_of(done, outcome="dissolved", month=MONTHS)


@contextmanager
def surroundings(chunk: int, trouble: str) -> Iterator[set[str]]:
    """Tasks of a few runs; trouble of a kind, or none. Yields the runs that were handed out."""
    handed: set[str] = set()
    job_of = run.job_of

    def noted(study: ts.Study, task: Any) -> Any:
        for piece in task.pieces:
            handed.update(f"{piece.cell.key}-{piece.first + n}" for n in range(piece.size))
        return job_of(study, task)

    now = {stage: stage == trouble for stage in TROUBLE}
    with (
        mock.patch("trustsim.sweeps.plan.pair_months", return_value=1),
        mock.patch("trustsim.sweeps.plan.PAIR_MONTHS", chunk),
        mock.patch("trustsim.sweeps.work._simulate", simulated),
        mock.patch("trustsim.sweeps.run.job_of", noted),
        mock.patch.dict(TROUBLE, now),
    ):
        yield handed
