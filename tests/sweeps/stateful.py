"""Folders of results in any order of calls, faults and damage: the right rows, or a refusal.

    python -m tests.sweeps.stateful --minutes 15

A fault strikes at any write, rename, sync, link or removal that the package asks for: no room,
Ctrl-C, or a kill after which nothing changes any more. What must hold: a row that can be read is
that of an undisturbed sweep, to the bit; what was stored stays, unless it was damaged; a call is
refused in one line, and only where something is wrong; a quiet resume in the end gives the whole.
"""

from __future__ import annotations

import argparse
import errno
import functools
import os
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

import pandas as pd
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

import trustsim as ts
from tests.fuzz.stores import damage
from tests.sweeps.conftest import FIVE_PARTS, Folder
from trustsim.errors import TrustsimError
from trustsim.sweeps import Sweep, parts, sweep, work
from trustsim.sweeps.folder import locked
from trustsim.sweeps.merge import merge
from trustsim.sweeps.results import UnfinishedWarning

MONTHS, CHUNK = 6, 4  # months; runs a task
ARMS = {
    "baseline": [],
    "coordinator": ["coordinator(start=0)"],
    "watched": ["monitoring(target=3)"],  # can't be simulated with two partners
}
TARGET = {"outcome": "dissolved", "month": MONTHS, "half_width": 0.2, "floor": 4, "ceiling": 8}
SICK = {"": -1, "outcome": 3, "simulating": 1}
"""By trouble: the replicates, modulo 5, that fail."""

Spec = tuple[str, int, int, int]  # kind, replicates, arms, levels
Rows = dict[str, list[tuple[str, ...]]]
SIZES = st.tuples(st.sampled_from((5, 8)), st.integers(1, 3), st.integers(1, 2))
FAULTS = st.none() | st.tuples(
    st.sampled_from(("no room", "interrupted", "killed")), st.integers(1, 120)
)
TROUBLES = st.sampled_from(("", "", "outcome", "simulating"))
TROUBLE = [""]
MET: Counter[str] = Counter()
"""What has happened so far: endings, faults, damage."""

SIMULATE = work._simulate


def length(runs: pd.DataFrame) -> Any:
    """An own outcome that fails for one run in five, where there is trouble."""
    if TROUBLE[0] == "outcome" and (runs["replicate"] % 5 == SICK["outcome"]).any():
        raise ValueError("no length")
    return runs["months"].to_numpy(float)


def simulated(job: work.Job, scenario: object, first: int, count: int) -> object:
    """What a worker does; it fails for one run in five, where there is trouble."""
    bad = SICK["simulating"]
    if TROUBLE[0] == "simulating" and any(n % 5 == bad for n in range(first, first + count)):
        raise RuntimeError("no run")
    return SIMULATE(job, scenario, first, count)


@functools.cache
def study_of(spec: Spec, luck: int = 5) -> ts.Study:
    """The study of that kind and size."""
    kind, replicates, arms, levels = spec
    factors = {"negativity": [1.2, 2.5][:levels]}
    how: dict[str, Any] = {"factors": factors, "replicates": replicates}
    if kind == "csv":
        how |= {"design": "csv", "table": pd.DataFrame(factors), "factors": None}
    if kind == "precision":
        how = {"factors": factors, "precision": TARGET}
    return ts.Study(
        "dyad", seed=luck, arms=dict(list(ARMS.items())[:arms]), months=MONTHS,
        record="members", outcomes={"length": length}, **how,
    )  # fmt: skip


@functools.cache
def quiet(spec: Spec, luck: int = 5) -> tuple[Rows, Rows]:
    """Runs and members of an undisturbed sweep in memory."""
    with surroundings(""):
        done = sweep(study_of(spec, luck), workers=1)
    return by_run(done.runs), by_run(done.table("members"))


def by_run(table: pd.DataFrame) -> Rows:
    """Rows by run, as words; numbers to the bit."""
    rows: Rows = {}
    for run, *row in table[["run_id", *sorted(set(table) - {"run_id"})]].astype(object).to_numpy():
        words = tuple("missing" if pd.isna(one) else repr(one) for one in row)
        rows.setdefault(run, []).append(words)
    return rows


@contextmanager
def surroundings(trouble: str, chunk: int = CHUNK) -> Iterator[None]:
    """Tasks of a few runs; trouble of a kind, or none."""
    TROUBLE[0] = trouble
    with (
        mock.patch("trustsim.sweeps.plan.pair_months", return_value=1),
        mock.patch("trustsim.sweeps.plan.PAIR_MONTHS", chunk),
        mock.patch("trustsim.sweeps.work._simulate", simulated),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore", UnfinishedWarning)
        try:
            yield
        finally:
            TROUBLE[0] = ""


class KilledError(BaseException):
    """The process is no more."""


class Disk:
    """Counts every change that is asked for; at the one that is chosen it fails."""

    def __init__(self, fault: tuple[str, int] | None) -> None:
        self.fault, self.changes, self.fired, self.dead = fault, 0, False, False

    def step(self) -> None:
        """One more change."""
        if self.dead:
            raise OSError(errno.EIO, "the process is no more")
        self.changes += 1
        if self.fault is None or self.changes != self.fault[1]:
            return
        self.fired = True
        MET[f"fault: {self.fault[0]}"] += 1
        if self.fault[0] == "killed":
            self.dead = True
            raise KilledError
        if self.fault[0] == "interrupted":
            raise KeyboardInterrupt
        raise OSError(errno.ENOSPC, "No space left on device")

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
    changes = [(Path, one) for one in ("replace", "rename", "mkdir", "rmdir", "unlink")]
    writes = [(Path, "write_bytes", 0), (Path, "write_text", 0), (parts, "write_parquet", 1)]
    with ExitStack() as stack:
        for owner, name in (*changes, (os, "link")):
            stack.enter_context(mock.patch.object(owner, name, disk.counted(getattr(owner, name))))
        for owner, name, place in writes:
            written = disk.written(getattr(owner, name), place)
            stack.enter_context(mock.patch.object(owner, name, written))
        stack.enter_context(mock.patch.object(os, "fsync", side_effect=lambda handle: disk.step()))
        yield


def ending_of(call: Callable[[], Any]) -> BaseException | None:
    """What ends a call, if anything does."""
    try:
        call()
    except (TrustsimError, KeyboardInterrupt, KilledError) as problem:
        return problem
    return None


def in_one_line(problem: BaseException | None) -> bool:
    """Whether it is a message for people."""
    return isinstance(problem, TrustsimError) and bool(FIVE_PARTS.fullmatch(str(problem)))


@dataclass(eq=False)
class Held:
    """A folder, and what is known of it."""

    path: Path
    shard: tuple[int, int] = (1, 1)
    spec: Spec | None = None
    """The study of the last call; None: none has begun."""
    top: Spec | None = None
    """The least study that holds everything in it."""
    kept: set[str] = field(default_factory=set)
    """Runs that could be read after the last call."""
    damaged: bool = False


class Folders(RuleBasedStateMachine):
    """Folders of results of one family of studies."""

    folders: Bundle[Held] = Bundle("folders")

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="stateful_"))
        self.all: list[Held] = []

    @initialize(kind=st.sampled_from(("grid", "csv", "precision")))
    def a_family(self, kind: str) -> None:
        self.kind = kind

    def _spec(self, size: tuple[int, int, int]) -> Spec:
        return (self.kind, 8 if self.kind == "precision" else size[0], *size[1:])

    def _new(self, shard: tuple[int, int] = (1, 1)) -> Held:
        self.all.append(Held(self.root / f"results-{len(self.all)}", shard))
        return self.all[-1]

    @rule(
        target=folders, size=SIZES, fault=FAULTS, trouble=TROUBLES,
        shard=st.sampled_from(((1, 1), (1, 1), (2, 2))),
    )  # fmt: skip
    def begin(self, size, fault, trouble, shard):
        held = self._new(shard)
        self._sweep(held, self._spec(size), fault, trouble, resume=True)
        return held

    @rule(
        held=folders, fault=FAULTS, trouble=TROUBLES, retry=st.booleans(), chunk=st.integers(2, 7)
    )
    def go_on(self, held, fault, trouble, retry, chunk):
        if held.spec is not None:
            chunk = chunk if held.shard == (1, 1) else CHUNK
            self._sweep(
                held, held.spec, fault, trouble, chunk=chunk, resume=True, retry_failed=retry
            )

    @rule(held=folders, size=SIZES, fault=FAULTS)
    def extend(self, held, size, fault):
        asked = self._spec(size)
        spec = (self.kind, *map(max, asked[1:], (held.top or asked)[1:]))
        started = (held.path / "manifest.json").exists()
        self._sweep(held, spec, fault, "", may_refuse=not started, extend=True)

    @rule(held=folders, size=SIZES)
    def call_with_another_study(self, held, size):
        """Anything but the same study, or a larger one, is refused, and nothing is touched."""
        spec = self._spec(size)
        if held.spec in (None, spec) or not (held.path / "manifest.json").exists():
            return
        before = Folder(held.path).content()
        with surroundings(""):
            for study, options in (
                (study_of(spec), {"resume": True}),
                (study_of(held.spec, 6), {"extend": True}),
                (study_of(held.spec), {}),
            ):
                assert self._refused(lambda s=study, o=options: sweep(s, held.path, workers=1, **o))
        assert Folder(held.path).content() == before

    @rule(held=folders)
    def meet_another_process(self, held):
        if (held.path / "manifest.json").exists() and not held.damaged:
            with locked(held.path), surroundings(""):
                assert self._refused(
                    lambda: sweep(study_of(held.spec), held.path, resume=True, workers=1)
                )
                assert self._refused(lambda: merge([held.path], self.root / "never"))

    @rule(target=folders, size=SIZES, lacking=st.booleans(), fault=FAULTS)
    def merge_shards(self, size, lacking, fault):
        spec, given, out = self._spec(size), [], self._new()
        for part in range(1 + lacking, 4):
            given.append(self._new((part, 3)))
            self._sweep(given[-1], spec, None, "", resume=True)
        disk = Disk(fault)
        with disturbed(disk), surroundings(""):
            ending = ending_of(lambda: merge([one.path for one in given], out.path))
        if ending is not None:
            assert disk.fired, f"refused, though sound: {ending}"
            assert not out.path.exists()
            MET["merge cut off"] += 1
            return multiple()
        MET["merged"] += 1
        out.spec = out.top = spec
        runs, found = self._read(out)
        assert set(runs) == set().union(*(one.kept for one in given))
        assert found.complete == (set(runs) == set(quiet(spec)[0]))
        out.kept = set(runs)
        return multiple(out)

    @rule(held=folders, place=st.integers(0), luck=st.integers(0), removed=st.booleans())
    def harm(self, held, place, luck, removed):
        """One file of the results is damaged or removed."""
        files = [
            path
            for path in sorted(held.path.rglob("*"))
            if path.is_file() and path.name != ".lock" and "damaged" not in path.parts
            # Without its manifest nobody knows what a folder is; a lost failure is not missed.
            and path.name != "manifest.json" and path.parent.name != "failures"
        ]  # fmt: skip
        if held.damaged or not files:
            return
        chosen = files[place % len(files)]
        content = chosen.read_bytes()
        chosen.unlink()  # merged folders share files, and it is this one alone that is damaged
        if not removed:
            chosen.write_bytes(content)
            damage(chosen, Random(luck))
        held.damaged = True
        MET["removed" if removed else "damaged"] += 1

    def _sweep(
        self, held: Held, spec: Spec, fault: tuple[str, int] | None, trouble: str, *,
        chunk: int = CHUNK, may_refuse: bool = False, **options: bool,
    ) -> None:  # fmt: skip
        """One call of `sweep`, and what must hold after it."""
        disk = Disk(fault)
        trouble = "" if self.kind == "precision" else trouble
        keeps = not held.damaged and not options.get("retry_failed")
        found: list[Sweep] = []
        with surroundings(trouble, chunk), disturbed(disk):
            ending = ending_of(
                lambda: found.append(
                    sweep(study_of(spec), held.path, shard=held.shard, workers=1, **options)
                )
            )
        done = found[0] if found else None
        if ending is not None:
            assert disk.dead or isinstance(ending, KeyboardInterrupt) or in_one_line(ending)
            assert disk.fired or may_refuse or held.damaged, f"refused: {ending}"
        MET["ended" if done else "cut off" if disk.fired else "refused"] += 1
        if not (done or disk.fired):
            return
        held.top = spec if held.top is None else (spec[0], *map(max, spec[1:], held.top[1:]))
        if held.spec is None or done or (held.path / "manifest.json").exists():
            held.spec = spec if done or self._is_of(held.path, spec) else held.spec or spec
        if done:
            held.damaged = False
            assert done.complete or held.shard != (1, 1)
        if (
            not done
            and not self._is_of(held.path, spec)
            and in_one_line(ending_of(lambda: self._read(held)))
        ):
            held.damaged = True  # between the files of a study that has grown, until it is resumed
        if (held.path / "manifest.json").exists() and not held.damaged:
            runs, _ = self._read(held)
            gone = held.kept - set(runs) if keeps else set()
            assert not gone, f"stored, and gone: {sorted(gone)}"
            held.kept = set(runs)
            if done and held.shard == (1, 1):
                failed = set(done.failures["run_id"])
                assert set(runs) | failed >= set(quiet(spec)[0]), "finished, and not whole"

    def _is_of(self, path: Path, spec: Spec) -> bool:
        manifest = path / "manifest.json"
        return manifest.exists() and study_of(spec).digest() in manifest.read_text()

    def _refused(self, call: Callable[[], Any]) -> bool:
        return in_one_line(ending_of(call))

    def _read(self, held: Held) -> tuple[Rows, Sweep]:
        """Runs that can be read: each once, and that of the quiet sweep, or without its outcome."""
        with surroundings(""):
            found = Sweep.read(held.path)
            table, members = found.runs, by_run(found.table("members"))
        runs, right = by_run(table), quiet(held.top)
        lacking = set(table.loc[table["length"].isna(), "run_id"])
        failed = set(found.failures["run_id"])
        assert lacking <= failed, "without an outcome, and not told of"
        for one, rows in runs.items():
            assert one in right[0], f"there, and never asked for: {one}"
            assert one in lacking or rows == right[0][one], f"another row: {one}"
            assert len(rows) == 1
            assert members.get(one) == right[1].get(one), f"other members: {one}"
        assert set(members) <= set(runs)
        return runs, found

    @invariant()
    def damage_is_never_read_without_a_word(self):
        for held in self.all:
            if held.damaged:
                ending = ending_of(lambda held=held: self._read(held))
                assert ending is None or in_one_line(ending)

    def teardown(self) -> None:
        """A quiet resume gives the whole, whatever happened."""
        try:
            for held in self.all:
                if held.spec is not None and held.shard == (1, 1) and held.path.exists():
                    begun = (held.path / "manifest.json").exists()
                    spec = held.top if begun else held.spec
                    how = {"extend": True} if begun else {"resume": True}
                    with surroundings(""):
                        sweep(study_of(spec), held.path, workers=1, retry_failed=True, **how)
                        done = Sweep.read(held.path)
                    assert by_run(done.runs) == quiet(spec)[0]
                    assert by_run(done.table("members")) == quiet(spec)[1]
                    assert done.complete
                    assert not Folder(held.path).drafts()
        finally:
            shutil.rmtree(self.root, ignore_errors=True)


def lived(examples: int, steps: int, luck: int | None = None) -> None:
    """So many examples; raises what is wrong. Without luck: always the same ones."""
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=luck is None,
        suppress_health_check=list(HealthCheck),
        # To explain or shrink a failure, Hypothesis would live many more lives.
        phases=(Phase.generate,),
    )
    machine = Folders if luck is None else seed(luck)(type("Folders", (Folders,), {}))
    run_state_machine_as_test(machine, settings=chosen)


def main() -> None:
    """As many minutes as asked; exit code 1 after a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    end, luck, faults = time.monotonic() + 60 * asked.minutes, asked.seed, 0
    while time.monotonic() < end:
        try:
            lived(20, 20, luck)
        except Exception:
            faults += 1
            print(f"seed {luck}\n{traceback.format_exc()}", flush=True)
        luck += 1
    print(f"{luck - asked.seed} rounds, {faults} faults: {dict(sorted(MET.items()))}")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
