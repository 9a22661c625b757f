"""Who does the work: threads, processes that are replaced when they die, a cluster, or a user's."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

from trustsim.arguments import check_crew, listed, plain_whole, whole
from trustsim.engines.ensemble import AHEAD_OF_A_USER, cores
from trustsim.errors import MissingExtraError, ResourceError, StudyError, nearest, refusal
from trustsim.processes import Processes, ended_without_guard, without_guard

if TYPE_CHECKING:
    from trustsim.sweeps.study import Study

ATTEMPTS = 3
"""Times that a pool of our own is replaced after a worker died."""
KINDS = ("threads", "processes", "dask=ADDRESS", "mpi")


@contextmanager
def executor_from(text: str, workers: int | None) -> Iterator[Executor | None]:
    """The executor of that name, closed in the end; None for threads, which a sweep makes itself.

    text: "threads", "processes", "dask=ADDRESS" (of a scheduler) or "mpi" (under `mpiexec -n N
    python -m mpi4py.futures`).

    Raises StudyError for another name; ResourceError if it is not installed or does not answer.
    """
    size = check_workers(workers) or cores()
    kind, address = check_name(text)
    makers: dict[str, Callable[[], AbstractContextManager[Executor | None]]] = {
        "threads": nullcontext,
        "processes": lambda: Processes(size),
        "dask": lambda: _dask(address),
        "mpi": _mpi,
    }
    with makers[kind]() as executor:
        yield executor


def check_name(text: str) -> tuple[str, str]:
    """Kind and address, if there is an executor of that name.

    Raises StudyError.
    """
    kind, sign, address = str(text).partition("=")
    if (kind in ("threads", "processes", "mpi") and not sign) or (kind == "dask" and address):
        return kind, address
    step = f"Write it as one of these.{nearest(kind, KINDS)}"
    allowed = f"must be one of {', '.join(KINDS)}"
    raise StudyError(refusal("sweep", "executor", text, allowed, step))


@contextmanager
def _dask(address: str) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError:
        raise _missing("dask", "pip install 'trustsim[cluster]'") from None
    try:
        client: Any = Client(address, timeout="10s", set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as problem:
        step = "Start a scheduler (`dask scheduler`), or check the address."
        allowed = "must be the address of a Dask scheduler that answers"
        got = f"{address}: {problem}"
        raise ResourceError(refusal("sweep", "executor", got, allowed, step)) from None
    # A cluster logs tracebacks of lost work, which we report ourselves.
    logger = logging.getLogger("tornado.application")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with client:
            # Not pure: Dask would answer a task that it has seen from memory, whatever the rules.
            yield client.get_executor(pure=False)
    finally:
        logger.setLevel(before)


def _mpi() -> Any:
    try:
        from mpi4py.futures import MPIPoolExecutor
    except ImportError:
        raise _missing("mpi4py", "pip install mpi4py") from None
    return MPIPoolExecutor()


def _missing(package: str, command: str) -> MissingExtraError:
    allowed = "is not installed for this Python"
    return MissingExtraError(
        refusal("sweep", "package", package, allowed, f"Run `{command}` ({sys.executable}).")
    )


class Pool:
    """An executor, how many tasks to hand it at a time, and what to do when it breaks.

    ahead: tasks given out and not stored yet; make: makes one of our own.
    """

    def __init__(
        self, executor: Executor, ahead: int, make: Callable[[], Executor] | None = None
    ) -> None:
        self.executor = executor
        self.ahead = ahead
        self._make = make
        self._left = ATTEMPTS
        self._processes: dict[int, Any] = {}

    def submit(self, task: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """The task, to be done by some worker."""
        future = self.executor.submit(task, *arguments)
        # A pool that breaks forgets its processes; how they ended tells why.
        self._processes.update(getattr(self.executor, "_processes", None) or {})
        return future

    def mend(self, problem: BrokenExecutor) -> None:
        """A new pool in place of a broken one.

        Raises ResourceError if it is not ours, or breaks again and again.
        """
        self._left -= 1
        if ended_without_guard(self._processes.values()):
            raise ResourceError(without_guard("sweep")) from None
        if self._make is None or self._left < 0:
            allowed = "a worker process ended unexpectedly (killed, or out of memory)"
            step = "Nothing stored is lost: resume, with fewer workers or more memory."
            raise ResourceError(refusal("sweep", "worker", "died", allowed, step)) from problem
        self.executor.shutdown(wait=False, cancel_futures=True)
        self.executor = self._make()


def check_workers(workers: int | None) -> int | None:
    """How many workers are asked for, if a pool of that size makes sense; None for all cores.

    Raises ParameterError.
    """
    if workers is None:
        return None
    return whole("sweep", "workers", workers, 1, 1024, "threads or processes")


def check_part(shard: tuple[int, int] | str) -> tuple[int, int]:
    """Part i of n, as two numbers; from two numbers, or from text such as "3/16".

    Raises StudyError.
    """
    given = shard.split("/") if isinstance(shard, str) else listed(shard)
    try:
        part, of = (plain_whole(int(one) if isinstance(one, str) else one) for one in given)
        if type(part) is type(of) is int and 1 <= part <= of:
            return part, of
    except ValueError:
        pass  # not two, or not numbers
    allowed, step = (
        "must be part i of n, i from 1 to n",
        "The third of sixteen is 3/16, or (3, 16).",
    )
    raise StudyError(refusal("sweep", "shard", shard, allowed, step))


@contextmanager
def pool_of(study: Study, executor: Executor | None, workers: int | None) -> Iterator[Pool]:
    """The pool for a study; one of our own is closed in the end."""
    check_crew("sweep", executor, None)
    size = check_workers(workers) or cores()
    if executor is not None:
        own = getattr(executor, "_max_workers", None)
        known = own if isinstance(own, int) else AHEAD_OF_A_USER // 2
        yield Pool(executor, 2 * known)
        return
    make = partial(Processes, size) if study.form.study.engine == "mesa" and size > 1 else None
    chosen: Executor = make() if make else ThreadPoolExecutor(size)
    # One task a worker, none ahead: a kill repeats no more than the task that each has begun.
    pool = Pool(chosen, size, make)
    try:
        yield pool
    finally:
        pool.executor.shutdown(wait=True, cancel_futures=True)
