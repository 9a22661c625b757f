"""A pool of processes that behaves when somebody is killed, or types Ctrl-C."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, InvalidStateError, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.connection import wait as wait_for
from multiprocessing.process import BaseProcess
from typing import Any

from trustsim.errors import refusal


class Processes(ProcessPoolExecutor):
    """So many processes that leave Ctrl-C to the main one, do not outlive it, and always end.

    They start from nothing, so no thread of ours is half copied.
    """

    def __init__(self, size: int) -> None:
        leave_without_guard()
        fresh = multiprocessing.get_context("spawn")
        super().__init__(size, mp_context=fresh, initializer=_leave_with_the_main_one)

    def submit(self, *task: Any, **named: Any) -> Future[Any]:
        """The task, to be done by some process; the first call starts them all."""
        # A terminal sends Ctrl-C to all of them. What is blocked here stays so in what is started.
        with _blocked(signal.SIGINT):
            future = super().submit(*task, **named)
        # Another name for the parameter is all that tells the two apart.
        future.set_exception = _unless_given_up(future)  # type: ignore[method-assign, assignment]
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """The end of all processes, also if one is killed meanwhile."""
        workers = list((self._processes or {}).values())
        threading.Thread(target=_end_with_the_first_killed, args=(workers,), daemon=True).start()
        super().shutdown(wait, cancel_futures=cancel_futures)


NO_GUARD = 77  # exit code


def leave_without_guard() -> None:
    """End a worker process that is still running the script which has started it.

    A worker runs the script again, to have its functions. Where the work is not kept under
    `if __name__ == "__main__":` it would begin again there, and so on; Python then shows a
    traceback for every worker. Here the worker ends, and the main process says why.
    """
    # The same flag by which Python refuses to start a process there.
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        os._exit(NO_GUARD)


def ended_without_guard(workers: Iterable[BaseProcess]) -> bool:
    """Whether one of these worker processes ended because the script has no main guard."""
    for worker in workers:
        worker.join(1)
        if worker.exitcode == NO_GUARD:
            return True
    return False


def without_guard(where: str) -> str:
    """What is said of a script without a main guard."""
    allowed = "starts worker processes, and each of them runs the script from its first line"
    step = 'Put the call under `if __name__ == "__main__":`.'
    return refusal(where, "script", sys.argv[0], allowed, step)


def _end_with_the_first_killed(workers: list[BaseProcess]) -> None:
    """Once a pool is closed: one that is killed may hold what others need to learn of the end.

    A process that ends by itself has learnt of it, so no work is left to lose then.
    """
    while workers:
        ready = wait_for([worker.sentinel for worker in workers])
        ended = [worker for worker in workers if worker.sentinel in ready]
        workers = [worker for worker in workers if worker.sentinel not in ready]
        # Not known is how it ended where another thread is just asking: killing harms nobody then.
        if any(worker.exitcode != 0 for worker in ended):
            for worker in workers:
                worker.kill()
            return


def _unless_given_up(future: Future[Any]) -> Callable[[BaseException | None], None]:
    """How a future learns that its pool is broken; one that was given up need not.

    Python 3.11 shows a traceback there and leaves the other workers alone; 3.13 does not.
    """
    tell = future.set_exception

    def told(problem: BaseException | None) -> None:
        with suppress(InvalidStateError):
            tell(problem)

    return told


@contextmanager
def _blocked(number: signal.Signals) -> Iterator[None]:
    """A signal that reaches the calling thread later, where the system can do so."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {number})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _leave_with_the_main_one() -> None:
    """In a worker: it waits for tasks for ever, also for those of a main process that is dead."""
    main = multiprocessing.parent_process()
    assert main is not None

    def leave() -> None:
        main.join()
        os._exit(1)

    threading.Thread(target=leave, daemon=True, name="trustsim-main-process").start()
