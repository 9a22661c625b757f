"""A command in processes of its own, and signals to them at moments that hurt."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

import psutil

from tests.sweeps.conftest import ROOT, Folder
from trustsim.sweeps.manifest import FINISHED, read_manifest

MARK = "TRUSTSIM_SOAK"
POLL, BACK, GONE = 0.002, 0.05, 30.0  # seconds
MAIN, WORKER, GROUP = "main", "worker", "group"
ENDING = ("SIGKILL", "SIGTERM", "SIGINT")


class Blow(NamedTuple):
    """A signal, to whom, and when: after some seconds of the clock (or of waiting for `event`)."""

    name: str
    whom: str
    event: str
    parts: int
    pause: float


class Fallen(NamedTuple):
    """A blow that hit a live process, and what the folder was like."""

    signal: str
    whom: str
    event: str
    phase: str


class Attempt:
    """One start of a command; mark: what its processes are known by."""

    def __init__(
        self, command: Sequence[str], place: Path, folder: str, parts: int, **environment: str
    ) -> None:
        self.mark = f"{os.getpid()}-{time.monotonic_ns()}"
        self.folder, self.parts = Folder(place / folder), parts
        self.before = len(self.folder.parts())
        self.fallen: list[Fallen] = []
        self.log = place / "said.txt"
        known = {**os.environ, MARK: self.mark, "PYTHONPATH": str(ROOT), **environment}
        with self.log.open("wb") as said:
            self.process = psutil.Popen(
                list(command),
                cwd=place,
                env=known,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                start_new_session=True,
            )

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def workers(self) -> list[psutil.Process]:
        """Processes that simulate."""
        try:
            children = self.process.children(recursive=True)
            return [child for child in children if "spawn_main" in " ".join(child.cmdline())]
        except psutil.Error:
            return []

    def strike(self, blow: Blow, others: Callable[[], Sequence[psutil.Process]]) -> None:
        """The blow when its moment has come, if anybody is still there to be hit.

        others: workers that are no children of the process.
        """
        if not self._wait(blow):
            return
        number = getattr(signal, blow.name)
        phase = self.phase()
        hit = self._hit(blow.whom, number, others)
        if hit:
            self.fallen.append(Fallen(blow.name, blow.whom, blow.event, phase))
        if hit and blow.name == "SIGSTOP":
            time.sleep(blow.pause)
            self._hit(blow.whom, signal.SIGCONT, others)
            for process in [*self.workers(), *others()]:
                _send(process, signal.SIGCONT)

    def _wait(self, blow: Blow) -> bool:
        ready = {
            "clock": lambda: True,
            "parts": lambda: len(self.folder.parts()) >= blow.parts,
            "file": lambda: bool(self.folder.drafts()),
            "worker": lambda: bool(self.workers()),
            "all parts": lambda: len(self.folder.parts()) >= self.parts,
            "merging": lambda: bool(merging(self.folder.path)),
        }[blow.event]
        while self.alive and not ready():
            time.sleep(POLL)
        until = time.monotonic() + (0 if blow.name == "SIGSTOP" else blow.pause)
        while self.alive and time.monotonic() < until:
            time.sleep(min(POLL, max(0.0, until - time.monotonic())))
        return self.alive

    def _hit(self, whom: str, number: int, others: Callable[[], Sequence[psutil.Process]]) -> bool:
        if whom == WORKER:
            found = [one for one in [*self.workers(), *others()] if _lives(one)]
            return bool(found) and _send(Random(self.mark).choice(found), number)
        if not _lives(self.process):
            return False
        if whom == GROUP:
            os.killpg(self.process.pid, number)
            return True
        return _send(self.process, number)

    def phase(self) -> str:
        """What a sweep is doing, as its folder tells."""
        parts = len(self.folder.parts())
        if merging(self.folder.path):
            return "in the middle of a merge"
        if self.folder.drafts():
            return "in the middle of a file"
        if not self.folder.path.exists():
            return "before the folder is made"
        manifest = read_manifest(self.folder.path)
        if manifest is None:
            return "while the folder is made"
        if manifest["status"] == FINISHED and parts == self.before:
            return "nothing left to do"
        if manifest["status"] == FINISHED:
            return "all stored, the summary is written"
        if parts >= self.parts:
            return "all parts there, not told so yet"
        return "starting or resuming" if parts == self.before else "between parts"

    def ended(self, limit: float) -> int | None:
        """Its exit code; None if it hangs, and then it is ended."""
        try:
            return int(self.process.wait(limit))
        except psutil.TimeoutExpired:
            return None

    def orphans(self) -> list[str]:
        """Processes that are still there though the main one has ended; they are ended."""
        until = time.monotonic() + GONE
        while (left := marked(self.mark)) and time.monotonic() < until:
            time.sleep(BACK)
        told = []
        for process in left:
            try:
                told.append(" ".join(process.cmdline())[:200])
                process.kill()
            except psutil.Error:
                continue
        return told


def merging(folder: Path) -> list[Path]:
    """Hidden folders in which something is put together that will stand beside this one."""
    return sorted(folder.parent.glob(".*.partial"))


def marked(mark: str) -> list[psutil.Process]:
    """Live processes of one attempt."""
    sign, found = f"{MARK}={mark}".encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if sign in (process / "environ").read_bytes():
                found.append(psutil.Process(int(process.name)))
        except (OSError, psutil.Error):
            continue
    return [process for process in found if _lives(process)]


def command(cut: int | None, own: bool, words: Sequence[str]) -> list[str]:
    """The real command line; through the driver where no option gives what is wanted."""
    program = ["tests.soak.driver", str(cut or 0), str(int(own))] if cut or own else ["trustsim"]
    return [sys.executable, "-m", *program, *words]


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _send(process: psutil.Process, number: int) -> bool:
    try:
        process.send_signal(number)
    except psutil.Error:
        return False
    return True
