"""Faults at any change of the disk that the package asks for, and workers that die."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from hypothesis import strategies as st

from tests.sweeps.studies import CHUNK, MET, OUTCOME, SIMULATING


class Fault(NamedTuple):
    """What goes wrong at which change of the disk, or task."""

    kind: str
    at: int


FAULTS = (
    st.none()
    | st.builds(Fault, st.sampled_from(("no room", "interrupted", "killed")), st.integers(1, 130))
    | st.builds(Fault, st.just("worker"), st.integers(1, 8))
)


class Call(NamedTuple):
    """How a sweep is called: by whom, cut how, with which trouble, and what a failure means."""

    crew: str
    chunk: int
    trouble: str
    errors: str


HOW = st.builds(
    Call,
    st.sampled_from(("one", "two", "own", "at once")),
    st.sampled_from((2, CHUNK, 7)),
    st.sampled_from(("", "", OUTCOME, SIMULATING)),
    st.sampled_from(("finish", "ignore", "stop")),
)


def crew_of(name: str, fault: Fault | None) -> dict[str, Any]:
    """Who does the work, as `sweep` is told."""
    if fault is not None and fault.kind == "worker":
        return {"executor": AtOnce(fault.at)}
    if name in ("one", "two"):
        return {"workers": 1 + (name == "two")}
    return {"executor": OWN if name == "own" else AtOnce()}


OWN = ThreadPoolExecutor(2)


class KilledError(BaseException):
    """The process is no more."""


class Disk:
    """Counts every change that is asked for; at the one that is chosen it fails."""

    def __init__(self, fault: Fault | None) -> None:
        self.fault, self.changes, self.fired, self.dead = fault, 0, False, False

    def step(self) -> None:
        """One more change."""
        if self.dead:
            raise OSError(errno.EIO, "the process is no more")
        self.changes += 1
        if self.fault is None or self.fault.kind == "worker" or self.changes != self.fault.at:
            return
        self.fired = True
        MET[f"fault: {self.fault.kind}"] += 1
        if self.fault.kind == "killed":
            self.dead = True
            raise KilledError
        if self.fault.kind == "interrupted":
            raise KeyboardInterrupt
        raise OSError(errno.ENOSPC, "No space left on device")

    def synced(self, handle: int) -> None:
        """In the place of the system's, which takes long."""
        self.step()

    def counted(self, change: Callable[..., Any]) -> Callable[..., Any]:
        """The same change, counted; the lock is the system's affair."""

        def counting(path: Any, *given: Any, **named: Any) -> Any:
            if Path(path).name != ".lock":
                self.step()
            return change(path, *given, **named)

        return counting

    def written(self, write: Callable[..., Any], place: int) -> Callable[..., Any]:
        """The same writing, counted; where it fails, half of the file is there."""

        def writing(*given: Any, **named: Any) -> Any:
            alive = not self.dead
            try:
                self.step()
            except BaseException:
                if alive:
                    write(*given, **named)
                    os.truncate(given[place], os.path.getsize(given[place]) // 2)
                raise
            return write(*given, **named)

        return writing


@contextmanager
def disturbed(disk: Disk) -> Iterator[None]:
    """Every change of the disk goes by way of `disk`; nothing is synced, which takes long."""
    from trustsim.sweeps import parts

    with ExitStack() as stack:
        for owner, name in (
            *((Path, name) for name in ("replace", "rename", "mkdir", "rmdir", "unlink")),
            (os, "link"),
        ):
            stack.enter_context(mock.patch.object(owner, name, disk.counted(getattr(owner, name))))
        for owner, name, place in (
            *((Path, "write_bytes", 0), (Path, "write_text", 0), (parts, "write_parquet", 1)),
        ):
            written = disk.written(getattr(owner, name), place)
            stack.enter_context(mock.patch.object(owner, name, written))
        stack.enter_context(mock.patch.object(os, "fsync", disk.synced))
        yield


class AtOnce(Executor):
    """Does a task when it is handed over; one of them may cost the worker's life."""

    def __init__(self, dies_at: int = 0) -> None:
        self.tasks, self.dies_at = 0, dies_at

    @property
    def died(self) -> bool:
        """Whether it came to that."""
        return 0 < self.dies_at <= self.tasks

    def submit(self, task: Any, /, *given: Any, **named: Any) -> Future[Any]:
        self.tasks += 1
        future: Future[Any] = Future()
        if self.died:
            future.set_exception(BrokenExecutor("a worker died"))
        else:
            future.set_result(task(*given, **named))
        return future
