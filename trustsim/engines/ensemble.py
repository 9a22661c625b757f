"""The compiled engine over many partnerships: chunks, threads, memory."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

import numpy as np

from trustsim import rng
from trustsim.engines import packing
from trustsim.engines.compiled import kernel_function

AHEAD_OF_A_USER = 32  # tasks on their way when nobody says how many workers an executor has


class Raw(NamedTuple):
    """Results as plain numbers: one row a run, one a month, counts a month, one row a seat."""

    runs: np.ndarray  # (run, schema.RUNS)
    months: np.ndarray  # (run and month, schema.MONTHS); empty unless recorded
    occupancy: np.ndarray  # (month, schema.OCCUPANCY without the month), int64
    members: np.ndarray  # (run and seat, schema.MEMBERS); empty unless recorded


def run_chunk(
    plan: packing.Setup,
    seed: int,
    first: int,
    count: int,
    months: int,
    record_months: bool = False,
    record_members: bool = False,
) -> Raw:
    """Replicates first ... first + count - 1, one after another, in this thread."""
    k0, k1 = rng.key_of_seed(seed)
    runs = np.zeros((count, packing.RUN_COLUMNS), dtype=np.float64)
    recorded = count * months if record_months else 0
    rows = np.zeros((recorded, packing.MONTH_COLUMNS), dtype=np.float64)
    seats = count * plan.organisations if record_members else 0
    members = np.zeros((seats, packing.MEMBER_COLUMNS), dtype=np.float64)
    lengths = np.zeros(count, dtype=np.int64)
    occupancy = np.zeros((months, packing.OCCUPANCY), dtype=np.int64)
    kernel_function()(
        plan,
        packing.arrays(plan),
        k0,
        k1,
        first,
        count,
        months,
        runs.view(packing.RUN).reshape(count).view(np.recarray),
        rows.view(packing.MONTH).reshape(len(rows)).view(np.recarray),
        rows,
        packing.FIRST_ACTION,
        lengths,
        occupancy,
        members.view(packing.MEMBER).reshape(seats).view(np.recarray),
    )
    if record_months:
        lived = np.arange(1, months + 1) <= lengths[:, None]
        rows = rows[lived.reshape(-1)]
    return Raw(runs, rows, occupancy, members)


def joined(parts: list[Raw]) -> Raw:
    """Chunks in order as one."""
    occupancy = parts[0].occupancy.copy()
    for part in parts[1:]:
        occupancy += part.occupancy
    return Raw(
        np.concatenate([part.runs for part in parts]),
        np.concatenate([part.months for part in parts]),
        occupancy,
        np.concatenate([part.members for part in parts]),
    )


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_ensemble(
    plan: packing.Setup,
    *,
    seed: int,
    first: int,
    count: int,
    months: int,
    record_months: bool = False,
    record_members: bool = False,
    workers: int | None = None,
    chunk: int | None = None,
    executor: Executor | None = None,
    progress: Callable[[int], object] | None = None,
) -> Raw:
    """All replicates, in chunks, by threads or any executor; neither changes a number.

    progress is called with the number of partnerships just finished.
    """
    size = chunk or default_chunk(plan, months)
    starts = range(first, first + count, size)
    kept = (months, record_months, record_members)
    tasks = [(plan, seed, start, min(size, first + count - start), *kept) for start in starts]
    kernel_function()
    size_of_pool = workers or cores()
    pool = executor or ThreadPoolExecutor(max_workers=size_of_pool)
    known = getattr(executor, "_max_workers", AHEAD_OF_A_USER // 2) if executor else size_of_pool
    futures: list[Future[Raw]] = []
    # Not `wait`: it holds a lock of every future, and Ctrl-C in the middle would leave them held.
    finished: SimpleQueue[Future[Any]] = SimpleQueue()
    left = iter(tasks)

    def hand_out(count: int) -> None:
        for task in islice(left, count):
            futures.append(pool.submit(run_chunk, *task))
            futures[-1].add_done_callback(finished.put)

    try:
        hand_out(2 * int(known))
        for _ in tasks:
            done: Raw = next_of(finished).result()
            hand_out(1)
            if progress is not None:
                progress(len(done.runs))
    finally:
        for future in futures:
            future.cancel()
        if executor is None:
            pool.shutdown(wait=True, cancel_futures=True)
    return joined([future.result() for future in futures])


def next_of(finished: SimpleQueue[Future[Any]]) -> Future[Any]:
    """The next future that is done; asked for again and again, so that Ctrl-C is heard."""
    while True:
        with suppress(Empty):
            return finished.get(timeout=1)


def default_chunk(plan: packing.Setup, months: int) -> int:
    """Partnerships a chunk: about a quarter of a second's work, at least one."""
    persons = plan.organisations * plan.people
    pairs = persons * persons
    return max(1, min(2000, 2_000_000 // max(1, pairs * months // 10)))
