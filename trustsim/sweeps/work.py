"""What a worker does with a task: plain data in, plain numbers out, failures as rows.

Everything here can be sent to another process or machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from trustsim.engines import packing
from trustsim.engines.ensemble import Raw, run_chunk

SIMULATING, OUTCOME, SCENARIO = "simulating", "outcome", "scenario"


class Job(NamedTuple):
    """A task as it is sent to a worker."""

    pieces: tuple[tuple[Any, int, int], ...]  # packed scenario (or Scenario), first, count
    seed: int
    months: int
    engine: str
    record: str
    outcomes: Mapping[str, Callable[[Any], Any]]


class Failure(NamedTuple):
    """A run that failed: which piece of the task, which replicate, where and why."""

    piece: int
    replicate: int
    stage: str
    error: str
    message: str


class Done(NamedTuple):
    """What came of consecutive replicates of one piece."""

    piece: int
    first: int
    size: int
    raw: Raw
    own: dict[str, np.ndarray]


def work(job: Job) -> tuple[list[Done], list[Failure]]:
    """All pieces of a job; a run that fails takes no other with it."""
    done: list[Done] = []
    failures: list[Failure] = []
    for number, (scenario, first, count) in enumerate(job.pieces):
        for at, size, raw in _lives(job, number, scenario, first, count, failures):
            own, wrong = _own_outcomes(job, number, scenario, at, raw)
            failures += wrong
            done.append(Done(number, at, size, raw, own))
    return done, failures


def _lives(
    job: Job, number: int, scenario: Any, first: int, count: int, failures: list[Failure]
) -> Iterator[tuple[int, int, Raw]]:
    """Stretches of replicates that could be simulated; halved until the culprit is alone."""
    try:
        yield first, count, _simulate(job, scenario, first, count)
    except Exception as problem:
        if count == 1:
            failures.append(_failure(number, first, SIMULATING, problem))
            return
        half = count // 2
        yield from _lives(job, number, scenario, first, half, failures)
        yield from _lives(job, number, scenario, first + half, count - half, failures)


def _simulate(job: Job, scenario: Any, first: int, count: int) -> Raw:
    months, members = (job.record in (name, "all") for name in ("months", "members"))
    if job.engine == "mesa":
        from trustsim.engines.mesa_engine import run_mesa

        raw = run_mesa(
            scenario,
            seed=job.seed,
            first=first,
            count=count,
            months=job.months,
            record_months=months,
            record_members=members,
        )
    else:
        plan = packing.setup(scenario.values(), scenario.change_rows(), scenario.menu_size())
        raw = run_chunk(plan, job.seed, first, count, job.months, months, members)
    # Counts by month are not kept by a sweep, and would only travel.
    return raw._replace(occupancy=raw.occupancy[:0].copy())


def _own_outcomes(
    job: Job, number: int, scenario: Any, first: int, raw: Raw
) -> tuple[dict[str, np.ndarray], list[Failure]]:
    """A user's own outcomes; where one fails, run by run, and missing for those that failed."""
    if not job.outcomes:
        return {}, []
    from trustsim.simulation import Runs

    table = Runs(scenario, job.seed, job.months, job.engine, job.record, raw).runs
    own: dict[str, np.ndarray] = {}
    failures: list[Failure] = []
    for name, outcome in job.outcomes.items():
        try:
            own[name] = _numbers(outcome(table), len(table))
        except Exception:
            values = np.full(len(table), np.nan)
            for row in range(len(table)):
                try:
                    alone = table.iloc[row : row + 1].reset_index(drop=True)
                    values[row] = _numbers(outcome(alone), 1)[0]
                except Exception as problem:
                    failures.append(_failure(number, first + row, f"{OUTCOME} {name}", problem))
            own[name] = values
    return own, failures


def _numbers(values: Any, size: int) -> np.ndarray:
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.shape != (size,):
        raise ValueError(f"must return one number a run ({size}), returned {numbers.shape}")
    return numbers


def _failure(piece: int, replicate: int, stage: str, problem: Exception) -> Failure:
    return Failure(piece, replicate, stage, type(problem).__name__, str(problem)[:500])
