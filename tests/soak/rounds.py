"""One round of a soak: a plan carried out quietly once, then disturbed, then compared."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from tests.soak.blows import drawn
from tests.soak.cluster import Cluster
from tests.soak.folders import compared, same_rows
from tests.soak.harm import GROUP, MAIN, WORKER, Attempt, Blow, Fallen, command, merging
from tests.soak.plans import Plan, Step
from tests.sweeps.conftest import Folder

LIMIT = 300.0  # seconds after which a command is taken to hang; the longest needs some 30
COLD = 30.0  # seconds that compiling takes


class Quiet(NamedTuple):
    """A plan that nobody disturbed: its last folder, and parts and seconds of each step."""

    folder: Path
    parts: list[int]
    seconds: list[float]


@dataclass
class Told:
    """What came of a round."""

    number: int
    plan: str
    attempts: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    rows: int = 0
    drafts: int = 0


class NotDoneError(Exception):
    """A step that can't be brought to its end."""


def quiet(plan: Plan, place: Path) -> Quiet:
    """The plan carried out without harm; where it should give the rows of one sweep, it does.

    Raises NotDoneError otherwise.
    """
    _prepare(plan, place)
    parts, seconds = [], []
    for step in plan.steps:
        began = time.monotonic()
        _undisturbed(plan, step.words, step.folder, place)
        parts.append(len(Folder(place / step.folder).parts()))
        seconds.append(time.monotonic() - began)
    last = place / plan.steps[-1].folder
    if plan.direct:
        words = ("sweep", plan.direct, "--out", "direct", "--errors", "ignore", "-q")
        _undisturbed(plan, words, "direct", place)
        _, wrong = same_rows(last, place / "direct")
        if wrong:
            raise NotDoneError(f"undisturbed, but not as one sweep: {wrong}")
    return Quiet(last, parts, seconds)


def _undisturbed(plan: Plan, words: Sequence[str], folder: str, place: Path) -> None:
    workers = ("--workers", "2") if words[0] == "sweep" else ()
    attempt = Attempt(command(plan.cut, plan.own, [*words, *workers]), place, folder, 0)
    code = attempt.ended(LIMIT)
    if code != 0:
        raise NotDoneError(f"{' '.join(words)}: exit code {code}: {attempt.said()}")


def _prepare(plan: Plan, place: Path) -> None:
    place.mkdir(parents=True)
    for name, text in plan.files.items():
        (place / name).write_text(text, encoding="utf-8")


@dataclass
class Round:
    """A plan carried out under blows in a folder of its own.

    cluster: one of Dask, where there may be one; blows: draws them, as `drawn` does; hurt: how
    many attempts at a step are hurt, to be drawn from; program: makes a command of words.
    """

    told: Told
    plan: Plan
    right: Quiet
    place: Path
    luck: Random
    cluster: Cluster | None = None
    blows: Callable[..., Sequence[Blow]] = drawn
    hurt: Sequence[int] = (1, 2, 2, 3)
    program: Callable[..., list[str]] = command
    started: list[Attempt] = field(default_factory=list)

    def run(self) -> Told:
        """Every step to its end, then the comparison; the folder stays where there is a fault."""
        _prepare(self.plan, self.place)
        try:
            for number, step in enumerate(self.plan.steps):
                self._step(number, step)
            rows, wrong = compared(self.place / self.plan.steps[-1].folder, self.right.folder)
            self.told.rows += rows
            self.told.faults += wrong
        except NotDoneError as problem:
            self.told.faults.append(str(problem))
        for attempt in self.started:
            self.told.faults += [f"orphan: {words}" for words in attempt.orphans()]
        if not self.told.faults:
            shutil.rmtree(self.place)
        return self.told

    def _step(self, number: int, step: Step) -> None:
        hurt = self.luck.choice(self.hurt)
        for attempt in range(hurt + 1):
            code = self._attempt(number, step, hurts=attempt < hurt)
            if code == 0 or (step.words[0] == "merge" and self._is_merged(step, code)):
                return
        raise NotDoneError(f"{' '.join(step.words)}: not at its end, though undisturbed at last")

    def _is_merged(self, step: Step, code: int | None) -> bool:
        """Whether a merge that was ended had done its work: its folder is whole or not there.

        What a merge that was killed leaves is a hidden folder of links, which nothing removes.
        """
        if code == -signal.SIGKILL:
            for draft in merging(self.place / step.folder):
                self.told.drafts += 1
                shutil.rmtree(draft)
        return (self.place / step.folder).exists()

    def _attempt(self, number: int, step: Step, *, hurts: bool) -> int | None:
        workers, apart = self.workers(step)
        environment = {"TRUSTSIM_CACHE_DIR": str(self.place / "cache")} if self.plan.cold else {}
        words = self.program(self.plan.cut, self.plan.own, [*step.words, *workers])
        began, parts = time.monotonic(), self.right.parts[number]
        attempt = Attempt(words, self.place, step.folder, parts, **environment)
        self.started.append(attempt)
        blows: Sequence[Blow] = ()
        if hurts:
            blows = self.blows(
                self.luck, parts=parts, stored=attempt.before, merge=step.words[0] == "merge",
                seconds=COLD if self.plan.cold else self.right.seconds[number], apart=apart,
            )  # fmt: skip
        dask = self.cluster if "dask" in " ".join(workers) else None
        for blow in blows:
            attempt.strike(blow, dask.workers if dask else list)
            if dask:
                dask.tend()
        code = attempt.ended(LIMIT)
        self._note(number, attempt, [*step.words, *workers], code, time.monotonic() - began)
        if code is None:
            attempt.process.kill()
            raise NotDoneError(f"{' '.join(words)}: hangs for {LIMIT:.0f} seconds")
        self.told.faults += list(ill(code, attempt.fallen, attempt.said()))
        # Now and then somebody resumes before the workers of the dead one have gone.
        if self.luck.random() < 0.5:
            self.told.faults += [f"orphan: {words}" for words in attempt.orphans()]
        return code

    def _note(
        self, step: int, attempt: Attempt, words: Sequence[str], code: int | None, seconds: float
    ) -> None:
        blows = [one._asdict() for one in attempt.fallen]
        self.told.attempts.append(
            {"step": step, "command": " ".join(words), "blows": blows, "code": code,
             "seconds": round(seconds, 2), "said": attempt.said()[-8000:]}
        )  # fmt: skip

    def workers(self, step: Step) -> tuple[list[str], bool]:
        """Options for the workers, and whether these are other processes."""
        if step.words[0] == "merge":
            return [], False
        count = self.luck.choice((1, 2, 2, 3))
        words = ["--workers", str(count)]
        agents = any("mesa" in text for text in self.plan.files.values())
        chance = self.luck.random()
        if self.plan.cold or chance < 0.45:
            return words, agents and count > 1
        if self.cluster is not None and chance > 0.85:
            return ["--executor", f"dask={self.cluster.address()}"], True
        return [*words, "--executor", "processes"], True


def ill(code: int, fallen: Sequence[Fallen], said: str) -> Iterator[str]:
    """What is wrong with how a command ended after these blows."""
    if "Traceback" in said and not before_it_began(said):
        yield f"traceback: {said[-3000:]}"
    hit = {(one.signal, whom) for one in fallen for whom in _meant(one.whom)}
    expected = {0}
    for name, codes in {"SIGKILL": {-9}, "SIGTERM": {-15, 143}, "SIGINT": {-2, 130}}.items():
        expected |= codes if (name, MAIN) in hit else set()
    dead = {("SIGKILL", WORKER), ("SIGTERM", WORKER)} & hit
    lines = [line for line in said.splitlines() if line.startswith("trustsim: ")]
    if dead and code == 2 and "ResourceError" in said and len(lines) == 1:
        return
    if code not in expected:
        yield f"exit code {code} after {sorted(hit)}: {said[-3000:]}"


def _meant(whom: str) -> tuple[str, ...]:
    return (MAIN, WORKER) if whom == GROUP else (whom,)


def before_it_began(said: str) -> bool:
    """Whether Ctrl-C came while Python, or the driver, was still importing the command itself."""
    return "app(prog_name" not in said and said.strip().endswith("KeyboardInterrupt")
