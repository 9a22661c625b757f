"""What a worker does with a task: plain data in, plain numbers out, failures as rows.

Everything here can be sent to another process or machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from trustsim.engines import packing
from trustsim.engines.ensemble import Raw, run_chunk
from trustsim.errors import StudyError, TrustsimError, refusal

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
    """A user's own outcomes; where one fails, run by run, and missing for those that failed.

    Raises StudyError for one that returns anything but one number a run, which no retry would mend.
    """
    if not job.outcomes:
        return {}, []
    from trustsim.simulation import Runs

    table = Runs(scenario, job.seed, job.months, job.engine, job.record, raw).runs
    own: dict[str, np.ndarray] = {}
    failures: list[Failure] = []
    for name, outcome in job.outcomes.items():
        try:
            own[name] = numbers_of(name, outcome(table), table)
        except TrustsimError:
            raise
        except Exception:
            values = np.full(len(table), np.nan)
            for row in range(len(table)):
                alone = table.iloc[row : row + 1].reset_index(drop=True)
                try:
                    values[row] = numbers_of(name, outcome(alone), alone)[0]
                except TrustsimError:
                    raise
                except Exception as problem:
                    failures.append(_failure(number, first + row, f"{OUTCOME} {name}", problem))
            own[name] = values
    return own, failures


def numbers_of(name: str, values: Any, table: pd.DataFrame) -> np.ndarray:
    """What an own outcome returned, one number a run in the order of the table; NaN is missing.

    Parameters
    ----------
    name : str
        Of the outcome.
    values : Series or array
        What it returned. A Series is matched by its index, which is the table's own or the
        replicates; anything else is taken in the order of the rows.
    table : pandas.DataFrame
        The runs that it was called with.

    Raises
    ------
    StudyError
        There is not exactly one number a run.

    Examples
    --------
    >>> table = pd.DataFrame({"replicate": [7, 8]})
    >>> numbers_of("mine", pd.Series({8: 1.0, 7: 0.5}), table).tolist()
    [0.5, 1.0]
    """
    size = len(table)
    if isinstance(values, pd.Series):
        known = (table.index, pd.Index(table["replicate"]))
        rows = next((one for one in known if _same_labels(one, values.index)), None)
        if rows is None:
            got = f"{len(values)} values, with the index {list(values.index[:4])}"
            allowed = f"must have the index of the {size} runs it was called with, or replicates"
            raise _not_one_a_run(name, got, allowed)
        values = pd.to_numeric(values.reindex(rows)).to_numpy(np.float64, na_value=np.nan)
    shape = np.shape(values)
    if shape != (size,):
        got = f"{shape[0]} values" if len(shape) == 1 else f"values of shape {shape}"
        raise _not_one_a_run(name, got, f"must be one number for each of {size} runs")
    if hasattr(values, "to_numpy"):  # pandas' own arrays, which have a missing value
        return np.asarray(values.to_numpy(np.float64, na_value=np.nan))
    return np.asarray(values, dtype=np.float64)


def _same_labels(one: pd.Index, other: pd.Index) -> bool:
    return len(one) == len(other) and other.is_unique and bool(one.isin(other).all())


def _not_one_a_run(name: str, got: str, allowed: str) -> StudyError:
    step = "Return a Series, or an array in the order of the rows."
    return StudyError(refusal("outcomes", name, got, allowed, step))


def _failure(piece: int, replicate: int, stage: str, problem: Exception) -> Failure:
    return Failure(piece, replicate, stage, type(problem).__name__, str(problem)[:500])
