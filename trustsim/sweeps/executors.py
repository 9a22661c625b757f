"""An executor from its name: threads, processes, or a cluster that is running already."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

from trustsim.errors import MissingExtraError, ResourceError, StudyError, nearest, refusal
from trustsim.processes import Processes
from trustsim.sweeps.pools import check_workers

KINDS = ("threads", "processes", "dask=ADDRESS", "mpi")


@contextmanager
def executor_from(text: str, workers: int | None) -> Iterator[Executor | None]:
    """The executor of that name, closed in the end; None for threads, which a sweep makes itself.

    text: "threads", "processes", "dask=ADDRESS" (of a scheduler) or "mpi" (under `mpiexec -n N
    python -m mpi4py.futures`).

    Raises StudyError for another name; ResourceError if it is not installed or does not answer.
    """
    workers = check_workers(workers)
    kind, address = check_name(text)
    if kind == "threads":
        yield None
    elif kind == "processes":
        from trustsim.engines.ensemble import cores

        with Processes(workers or cores()) as pool:
            yield pool
    elif kind == "dask":
        with _dask(address) as cluster:
            yield cluster
    else:
        try:
            from mpi4py.futures import MPIPoolExecutor
        except ImportError:
            raise _missing("mpi4py", "pip install mpi4py") from None
        with MPIPoolExecutor() as pool:
            yield pool


def check_name(text: str) -> tuple[str, str]:
    """Kind and address, if there is an executor of that name.

    Raises StudyError.
    """
    kind, sign, address = str(text).partition("=")
    if kind in ("threads", "processes", "mpi") and not sign:
        return kind, ""
    if kind == "dask" and address:
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
    with _hushed("tornado.application"), client:
        # Not pure: Dask would answer a task that it has seen from memory, whatever the rules are.
        yield client.get_executor(pure=False)


@contextmanager
def _hushed(name: str) -> Iterator[None]:
    """Without what a cluster's callbacks log, with tracebacks, of lost work that we are told of."""
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


def _missing(package: str, command: str) -> MissingExtraError:
    allowed = "is not installed for this Python"
    return MissingExtraError(
        refusal("sweep", "package", package, allowed, f"Run `{command}` ({sys.executable}).")
    )
