"""Who does the work: threads, processes of our own that are replaced when they die, or a user's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from trustsim.arguments import check_crew, listed, plain_whole, whole
from trustsim.engines.ensemble import AHEAD_OF_A_USER, cores
from trustsim.errors import ResourceError, StudyError, refusal
from trustsim.processes import Processes

if TYPE_CHECKING:
    from trustsim.sweeps.study import Study

ATTEMPTS = 3
"""Times that a pool of our own is made anew after a worker died."""


class Pool:
    """An executor, how many tasks to hand it at a time, and what to do when it breaks.

    workers: that do the work, as far as is known; ahead: tasks given out and not stored yet;
    make: makes one of our own; None for an executor that was given.
    """

    def __init__(
        self,
        executor: Executor,
        *,
        workers: int,
        ahead: int,
        make: Callable[[], Executor] | None = None,
    ) -> None:
        self.executor = executor
        self.workers = workers
        self.ahead = ahead
        self._make = make
        self._left = ATTEMPTS

    def submit(self, task: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """The task, to be done by some worker."""
        return self.executor.submit(task, *arguments)

    def mend(self, problem: BrokenExecutor) -> None:
        """A new pool in place of a broken one.

        Raises ResourceError if it is not ours, or breaks again and again.
        """
        self._left -= 1
        if self._make is None or self._left < 0:
            raise ResourceError(
                refusal(
                    "sweep",
                    "worker",
                    "died",
                    "a worker process ended unexpectedly (killed, or out of memory)",
                    "Nothing stored is lost: resume, with fewer workers or more memory.",
                )
            ) from problem
        self.executor.shutdown(wait=False, cancel_futures=True)
        self.executor = self._make()


def check_workers(workers: int | None) -> int | None:
    """How many workers are asked for, if a pool of that size makes sense; None for all cores.

    Raises ParameterError.
    """
    if workers is None:
        return None
    return whole("sweep", "workers", workers, 1, 1024, "threads or processes")


def check_part(shard: tuple[int, int]) -> tuple[int, int]:
    """Part i of n, as two numbers.

    Raises StudyError.
    """
    numbers = [plain_whole(one) for one in listed(shard)]
    sound = len(numbers) == 2 and all(type(one) is int for one in numbers)
    if not sound or not 1 <= numbers[0] <= numbers[1]:
        step = "Write the third of sixteen as (3, 16); on the command line, as 3/16."
        allowed = "must be part i of n, i from 1 to n"
        got = f"{numbers[0]}/{numbers[1]}" if sound else shard
        raise StudyError(refusal("sweep", "shard", got, allowed, step))
    return numbers[0], numbers[1]


@contextmanager
def pool_of(study: Study, executor: Executor | None, workers: int | None) -> Iterator[Pool]:
    """The pool for a study; one of our own is closed in the end."""
    check_crew("sweep", executor, None)
    size = check_workers(workers) or cores()
    if executor is not None:
        own = getattr(executor, "_max_workers", None)
        known = own if isinstance(own, int) else AHEAD_OF_A_USER // 2
        yield Pool(executor, workers=known, ahead=2 * known)
        return
    make = partial(Processes, size) if study.form.study.engine == "mesa" and size > 1 else None
    chosen: Executor = make() if make else ThreadPoolExecutor(size)
    # One task a worker, none ahead: a kill repeats no more than the task that each has begun.
    pool = Pool(chosen, workers=size, ahead=size, make=make)
    try:
        yield pool
    finally:
        pool.executor.shutdown(wait=True, cancel_futures=True)
