"""Compiling in the thread that asks, where Ctrl-C stops it and a user can be told."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from trustsim.engines import packing
from trustsim.engines.compiled import cache_folder
from trustsim.engines.ensemble import cores, run_chunk
from trustsim.scenarios.files import scenario


class CompilingPool(ThreadPoolExecutor):
    """Threads that get work once this thread has compiled the model.

    workers: threads, by default as many as there are cores; before_compiling: called if there
    is something to compile. Left to itself the first worker would compile, for half a minute
    in which nothing can stop it.
    """

    def __init__(self, workers: int | None, before_compiling: Callable[[], object]) -> None:
        # A number that makes no sense is refused by `simulate`, in words.
        super().__init__(max(1, workers or cores()))
        self._before = before_compiling
        self._ready = False

    def submit(self, *task: Any, **named: Any) -> Future[Any]:
        """The task, to be done by a thread."""
        if not self._ready:
            compile_kernel(self._before)
            self._ready = True
        return super().submit(*task, **named)


def compile_kernel(before_compiling: Callable[[], object]) -> None:
    """Have the compiled engine ready, from the cache if it is there."""
    import numba

    if not numba.config.DISABLE_JIT and not any(cache_folder().rglob("*.nbi")):
        before_compiling()
    smallest = scenario("dyad")
    plan = packing.setup(smallest.values(), smallest.change_rows(), smallest.menu_size())
    with _heeded():
        run_chunk(plan, seed=0, first=0, count=1, months=1, record_months=False)


@contextmanager
def _heeded() -> Iterator[None]:
    """Ctrl-C and SIGTERM end what is under way, wherever they reach it.

    While LLVM works, for seconds, Python can't be reached; what comes then is raised in the
    callback that follows, and Python drops it there with a traceback.
    """
    dropped: list[BaseException] = []
    told = sys.unraisablehook

    def note(found: sys.UnraisableHookArgs) -> None:
        if isinstance(found.exc_value, KeyboardInterrupt | SystemExit):
            dropped.append(found.exc_value)
        else:
            told(found)

    sys.unraisablehook = note
    try:
        yield
    finally:
        sys.unraisablehook = told
        if dropped:
            raise dropped[0]
