"""Folders of results in any order of calls, faults and damage: the model's rows, or one refusal.

    python -m tests.sweeps.stateful --minutes 15

The model knows which runs must be stored and which have failed; what their rows hold comes from
one quiet sweep of each study in memory. A fault is injected at any write, rename, sync, link or
removal that the package asks for: no room, Ctrl-C, a kill after which nothing changes any more,
or a worker that dies.
"""

from __future__ import annotations

import argparse
import copy
import functools
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

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

from tests.fuzz.stores import damage
from tests.sweeps.conftest import Folder
from tests.sweeps.disturbing import (
    FAULTS,
    HOW,
    AtOnce,
    Call,
    Disk,
    Fault,
    KilledError,
    crew_of,
    disturbed,
)
from tests.sweeps.looking import (
    answer_of,
    beside,
    contents,
    counts,
    like,
    manifest_in,
    one_line,
    pieces_of,
    refused,
    runs_of,
    status_in,
    stored_in,
    told_in,
    told_number,
    wanted_of,
)
from tests.sweeps.studies import (
    CHUNK,
    KINDS,
    KNOWN,
    MET,
    MONTHS,
    OUTCOME,
    SCENARIO,
    SIMULATING,
    SIZES,
    TROUBLE,
    WHOLE,
    Spec,
    by_run,
    failed_in,
    ill,
    indices_of,
    quiet,
    spec_of,
    strange_folders,
    study_of,
    surroundings,
    word,
)
from trustsim.errors import TrustsimError
from trustsim.sweeps import Sweep, sweep
from trustsim.sweeps.folder import locked
from trustsim.sweeps.merge import merge

# Damage.

DAMAGES = ("bytes", "taken away", "another seed", "another cell", "twice", "another arm")


def foreign_part(folder: Folder, made: Path) -> None:
    """A part of another study of the same family, of a cell that this one does not have."""
    for table in ("runs", "members"):
        [part, *_] = sorted((made / "family" / table / "arm=day").glob("*"))
        (folder.path / table / "arm=day").mkdir()
        shutil.copy(part, folder.path / table / "arm=day")


def part_of_another_seed(folder: Folder, made: Path) -> None:
    """A part of the same study on other luck."""
    for table in ("runs", "members"):
        strange = Folder(made / "strange").parts(table)[0]
        shutil.copy(strange, folder.parts(table)[0].parent)


def part_under_another_arm(folder: Folder, made: Path) -> None:
    """A part moved into the folder of another arm."""
    for table in ("runs", "members"):
        part = folder.parts(table)[0]
        part.rename(folder.path / table / "arm=coordinator" / part.name.replace("part-", "part-9"))


def part_there_twice(folder: Folder, made: Path) -> None:
    """A copy of a part under another number."""
    for table in ("runs", "members"):
        part = folder.parts(table)[0]
        shutil.copy(part, part.with_name(part.name.replace("part-0", "part-9")))


STRANGE: dict[str, Callable[[Folder, Path], None]] = {
    "another seed": part_of_another_seed,
    "another cell": foreign_part,
    "twice": part_there_twice,
    "another arm": part_under_another_arm,
}
TEMPORARY = (".draft", ".partial", ".probe")


# The model.


@dataclass(eq=False)
class Held:
    """What must be in a folder."""

    path: Path
    shard: tuple[int, int] = WHOLE
    spec: Spec | None = None
    """The study that its manifest tells of; None: none yet, or it was merged from several."""
    aim: Spec | None = None
    """The study of a call that was cut off before the manifest told of it."""
    top: Spec | None = None
    """The least study that holds everything in it."""
    runs: set[str] = field(default_factory=set)
    lacking: set[str] = field(default_factory=set)
    """Runs without their own outcome, because it failed."""
    lost: set[str] = field(default_factory=set)
    """Runs that failed."""
    past: set[tuple[str, str]] = field(default_factory=set)
    """Failures that were told once, and may be told still."""
    wounded: bool = False
    stubborn: bool = False
    """Damaged so that resuming may refuse."""
    gone: set[str] = field(default_factory=set)
    """Runs that the damage may have cost."""
    untidy: bool = False
    """Something may lie about that a killed process left."""
    notes: set[Path] = field(default_factory=set)
    """What somebody has put there."""
    before: Held | None = None
    """As it was, and at `path` a copy, before it was damaged."""

    def failed(self) -> set[tuple[str, str]]:
        """Failed runs that must be told."""
        return {(one, OUTCOME) for one in self.lacking} | {(one, SIMULATING) for one in self.lost}

    def rows_of(self, one: str) -> list[dict[str, str]]:
        """The row of a run."""
        [row] = KNOWN[0][one]
        return [{**row, "length": word(None)}] if one in self.lacking else [row]


class Folders(RuleBasedStateMachine):
    """Folders of results of one family of studies."""

    folders: Bundle[Held] = Bundle("folders")

    def __init__(self) -> None:
        super().__init__()
        MET["examples"] += 1
        self.base = Path(tempfile.mkdtemp(prefix="stateful_"))
        self.root = self.base / "root"
        (self.root / "outside").mkdir(parents=True)
        (self.root / "outside" / "thesis.txt").write_text("mine")
        self.touched: list[Held] = []
        self.made = 0
        self.dregs = False  # of a merge that was cut off
        self.seen = contents(self.root)

    def teardown(self) -> None:
        shutil.rmtree(self.base, ignore_errors=True)

    @initialize(kind=st.sampled_from(KINDS))
    def a_family(self, kind: str) -> None:
        self.kind = kind

    # Sweeping.

    @rule(
        target=folders, size=SIZES, how=HOW, fault=FAULTS, resume=st.booleans(),
        shard=st.sampled_from((WHOLE, WHOLE, (1, 2), (2, 2))),
    )  # fmt: skip
    def begin(self, size, how, fault, resume, shard):
        held = self._new(shard)
        self._sweep(held, spec_of(self.kind, size), how, fault, resume=resume)
        return held

    @rule(held=folders, how=HOW, fault=FAULTS, deep=st.booleans())
    def go_on(self, held, how, fault, deep):
        self._go_on(held, how, fault, deep=deep)

    @rule(held=folders, how=HOW, fault=FAULTS)
    def try_failed_runs_again(self, held, how, fault):
        self._go_on(held, how, fault, retry_failed=True)

    @rule(held=folders, size=SIZES, how=HOW, fault=FAULTS)
    def extend(self, held, size, how, fault):
        spec = spec_of(self.kind, size).joined(held.top)
        # Until the manifest is there, only the study that was begun can go on.
        new = held.spec is None and held.aim not in (None, spec)
        self._sweep(held, spec, how, fault, may_refuse=new, extend=True)

    @rule(held=folders, size=SIZES, extend=st.booleans())
    def go_back(self, held, size, extend):
        spec = spec_of(self.kind, size)
        options = {"extend": True} if extend else {"resume": True}
        self._sweep(held, spec, Call("one", CHUNK, "", "finish"), None, may_refuse=True, **options)

    @rule(held=folders)
    def sweep_over_it(self, held):
        if (held.path / "manifest.json").exists():
            with refused() as told, surroundings(CHUNK, ""):
                sweep(study_of(held.top), held.path, workers=1)
            assert held.wounded or "--resume goes on" in told[0]

    def _go_on(self, held: Held, how: Call, fault: Fault | None, **options: bool) -> None:
        """The call that was cut off, again; of what was merged from several, the least study."""
        spec = held.aim or held.spec or held.top
        same = spec == held.spec or (held.spec is None and held.aim is not None)
        options = {"resume": True} | options if same else {"extend": True} | options
        if held.wounded:
            options.pop("deep", None)
        self._sweep(held, spec, how, fault, **options)

    def _sweep(
        self, held: Held, spec: Spec, how: Call, fault: Fault | None, *,
        may_refuse: bool = False, **options: bool,
    ) -> None:  # fmt: skip
        """One call of `sweep`; then the model knows what must be there."""
        self.touched = [held]
        quiet(spec)
        chunk = how.chunk if held.shard == WHOLE else CHUNK
        trouble = "" if self.kind == "precision" else how.trouble
        again = set(held.gone)
        if options.get("retry_failed"):
            told = held.lacking | {one for one, _ in held.past}
            again |= held.lost | beside(held.path, told)
        was_whole = held.spec == spec and not held.wounded and status_in(held.path) == "finished"
        before = contents(held.path)
        disk, crew = Disk(fault), crew_of(how.crew, fault)
        done, ending = None, None
        meddler = self._meddler(held, again) if fault is None and how.crew == "own" else None
        with surroundings(chunk, trouble) as handed:
            with disturbed(disk):
                try:
                    done = sweep(
                        study_of(spec), held.path, shard=held.shard, errors=how.errors,
                        progress=meddler, **crew, **options,
                    )  # fmt: skip
                except (TrustsimError, OSError, KeyboardInterrupt, KilledError) as problem:
                    ending = problem
            sick = {stage: {one for one in handed if ill(one, stage)} for stage in TROUBLE}
        worker = crew.get("executor")
        fired = disk.fired or (isinstance(worker, AtOnce) and worker.died)
        stopped = how.errors == "stop" and any(sick.values())
        twice = handed & ((held.runs | held.lost) - again)
        assert not twice, f"done again, though stored: {sorted(twice)}"
        if not (ending is None or disk.dead or wanted_of(ending)):
            raise AssertionError("told by no line") from ending
        if done is not None:
            MET["ended"] += 1
            self._ended(held, spec, handed, sick, retried=bool(options.get("retry_failed")))
            held.untidy = fired
            if was_whole and not options.get("retry_failed"):
                MET["finished before"] += 1
                assert done.was_finished
                assert contents(held.path) == before
        elif fired or stopped:
            MET["cut off"] += 1
            self._cut_off(held, spec, again, handed, sick)
        else:
            MET["refused"] += 1
            assert may_refuse or held.stubborn, f"refused, though sound: {ending}"
            if not held.wounded and not held.untidy:
                self.touched = []

    def _ended(
        self, held: Held, spec: Spec, handed: set[str], sick: dict[str, set[str]], *, retried: bool
    ) -> None:
        whole = quiet(spec, held.shard)
        held.past = set() if retried else held.past | held.failed()
        held.lost = (held.lost - handed) | sick[SIMULATING]
        held.runs = (held.runs | set(whole.runs)) - held.lost
        held.lacking = (held.lacking - handed) | (sick[OUTCOME] - held.lost)
        held.spec, held.aim = spec, None
        held.top = spec if held.shard == WHOLE else spec.joined(held.top or spec)
        held.wounded, held.stubborn, held.gone, held.before = False, False, set(), None
        assert status_in(held.path) == "finished"
        if held.shard == WHOLE:
            left_over = (held.runs | held.lost) - set(whole.runs)
            assert not left_over, f"not of this study: {sorted(left_over)}"

    def _cut_off(
        self, held: Held, spec: Spec, again: set[str], handed: set[str], sick: dict[str, set[str]]
    ) -> None:
        now, bare = stored_in(held.path)
        told = told_in(held.path)
        failed = {one for one, stage in told if stage == SIMULATING}
        if not held.wounded:
            gone = held.runs - again - now
            assert not gone, f"stored, and gone: {sorted(gone)}"
            assert now <= held.runs | handed, "stored, and not asked for"
        else:
            # What the damage took, and failed when it was done again, is lost.
            now = (held.runs - ((failed & handed) - now)) | (now & handed)
            held.gone = (held.gone | again) & now
        held.past |= told | held.failed()
        assert failed <= {one for one, _ in held.past} | sick[SIMULATING]
        held.lost = ((held.lost - again) | failed) - now
        held.lacking = ((held.lacking - handed) | sick[OUTCOME]) & now
        assert held.wounded or held.lacking == bare
        held.runs = now
        held.untidy = True
        held.top = spec.joined(held.top or spec)
        digest = manifest_in(held.path).get("study_digest")
        held.aim = None if digest == study_of(spec).digest() else spec
        held.spec = spec if held.aim is None else held.spec

    def _meddler(self, held: Held, again: set[str]) -> Callable[[int], None]:
        """Somebody who looks, and tries to sweep too, while the sweep is under way."""
        met: list[int] = []

        def progress(runs: int) -> None:
            if not runs or met:
                return
            met.append(runs)
            MET["meddled"] += 1
            with refused():  # tasks are under way: their surroundings stay
                sweep(study_of(held.top or spec_of(self.kind, (5, 1, 1))), held.path, resume=True)
            found, refusal = answer_of(lambda: by_run(Sweep.read(held.path).runs))
            assert refusal is None or held.wounded or held.spec is None
            if refusal is None:
                assert held.runs - again <= set(found)
                assert all(len(rows) == 1 and like(rows[0], one) for one, rows in found.items())

        return progress

    # Merging.

    @rule(target=folders, size=SIZES, parts=st.integers(2, 3), left_out=st.booleans(), fault=FAULTS)
    def merge_shards(self, size, parts, left_out, fault):
        spec, made = spec_of(self.kind, size), []
        for part in range(1 + left_out, parts + 1):
            made.append(self._new((part, parts)))
            self._sweep(made[-1], spec, Call("one", CHUNK, "", "finish"), None)
        merged = self._merge(made, fault)
        self.touched += made
        return multiple(*made, *merged)

    @rule(target=folders, one=folders, other=folders, fault=FAULTS)
    def merge_two(self, one, other, fault):
        if one is other:
            with refused():
                merge([one.path, other.path], self.root / "never")
            return multiple()
        return multiple(*self._merge([one, other], fault))

    def _merge(self, given: list[Held], fault: Fault | None) -> list[Held]:
        self.touched = []
        out = self._new(WHOLE)
        disk, ending = Disk(fault), None
        with disturbed(disk):
            try:
                merge([one.path for one in given], out.path)
            except (TrustsimError, OSError, KeyboardInterrupt, KilledError) as problem:
                ending = problem
        self.touched = [out]
        if ending is not None:
            MET["merge cut off" if disk.fired else "merge refused"] += 1
            assert disk.dead or isinstance(ending, KeyboardInterrupt) or one_line(ending)
            weak = any(one.wounded or one.aim is not None for one in given)
            assert disk.fired or weak or clash(given), f"refused, though sound: {ending}"
            assert not out.path.exists()
            self.dregs = self.dregs or disk.fired
            return []
        MET["merged"] += 1
        out.top = functools.reduce(Spec.joined, [one.top for one in given])
        out.runs = set().union(*(one.runs for one in given))
        out.lacking = set().union(*(one.lacking for one in given))
        out.lost = set().union(*(one.lost for one in given)) - out.runs
        out.past = set().union(*(one.past | one.failed() for one in given))
        if any(one.wounded for one in given):
            # What is deleted can't be told from what was never done; what is there must be right.
            found = by_run(Sweep.read(out.path).runs)
            gone = set().union(*(one.gone for one in given))
            assert out.runs - gone <= set(found) <= out.runs
            assert all(len(rows) == 1 and like(rows[0], one) for one, rows in found.items())
            shutil.rmtree(out.path)
            return []
        digest = manifest_in(out.path)["study_digest"]
        known = [one.spec for one in given if one.spec] + [out.top]
        out.spec = next((one for one in known if study_of(one).digest() == digest), None)
        if len({(one.spec, one.aim) for one in given}) == 1 and given[0].spec:
            assert out.spec == given[0].spec
            whole = out.runs | out.lost == set(quiet(out.spec).runs)
            assert status_in(out.path) == ("finished" if whole else "running")
        return [out]

    # Damage.

    @rule(
        held=folders, kind=st.sampled_from(("bytes", *DAMAGES)), place=st.integers(0),
        luck=st.integers(0), mend=st.booleans(),
    )  # fmt: skip
    def harm(self, held, kind, place, luck, mend):
        files = [path for path in sorted(contents(held.path)) if counts(path)]
        parts = Folder(held.path).parts()
        if held.wounded or held.aim or not files or not (parts or kind in DAMAGES[:2]):
            return
        kept = self.base / f"kept-{self.made}"
        self.made += 1
        shutil.copytree(held.path, kept)
        held.before = copy.copy(held)
        held.before.path = kept
        chosen = files[place % len(files)]
        if kind == "taken away" and chosen.parent.name == "failures":
            # Nobody knows of it until the sweep is finished.
            kind = kind if status_in(held.path) == "finished" else "bytes"
        harmed = self._harm(held, kind, chosen, luck)
        if not harmed:
            held.before = None
            return
        MET[f"damage: {kind}"] += 1
        self.touched, held.wounded = [held], True
        if mend:
            self._read(held)
            self._go_on(held, Call("one", CHUNK, "", "finish"), None)

    def _harm(self, held: Held, kind: str, chosen: Path, luck: int) -> bool:
        """Harms a folder; whether that was possible."""
        folder, made = Folder(held.path), strange_folders(self.kind)
        first = folder.parts()[:1]
        try:
            if kind == "bytes":
                # Merged folders share files, and it is this one alone that is damaged.
                content = chosen.read_bytes()
                chosen.unlink()
                chosen.write_bytes(content)
                damage(chosen, Random(luck))
            elif kind == "taken away":
                chosen.unlink()
            else:
                STRANGE[kind](folder, made)
        except (FileNotFoundError, FileExistsError):
            return False
        place = chosen.relative_to(held.path).parts[0]
        lacking = beside(held.before.path, held.lacking)
        if kind == "another arm":
            held.gone = runs_of(held.before.path / first[0].relative_to(held.path))
        elif kind not in DAMAGES[:2]:
            held.stubborn = True
        elif place in ("runs", "members"):
            twin = held.before.path / "runs" / chosen.parent.name / chosen.name
            # Without its runs a task has not been stored.
            held.gone = runs_of(twin) if twin.exists() else set()
        elif place in ("failures", "manifest.json"):
            # Which runs lack an own outcome is told there alone, so they are done again.
            held.gone = held.lost | lacking
            held.stubborn = place == "manifest.json"
        return True

    @rule(held=folders)
    def put_back(self, held):
        if not held.wounded:
            return
        self.touched = [held]
        shutil.rmtree(held.path)
        shutil.copytree(held.before.path, held.path)
        kept = held.before
        for name in vars(held):
            if name != "path":
                setattr(held, name, getattr(kept, name))
        MET["put back"] += 1

    @rule(held=folders)
    def leave_notes(self, held):
        if held.spec is None or held.wounded:
            return
        self.touched = [held]
        for place in (held.path, *(path.parent for path in Folder(held.path).parts()[:1])):
            (place / "notes.txt").write_text("mine")
            held.notes.add((place / "notes.txt").relative_to(held.path))

    # Looking, and others at work.

    @rule(held=folders)
    def locked_by_another(self, held):
        if held.spec is None:
            return
        with locked(held.path), surroundings(CHUNK, ""):
            for call in (
                lambda: sweep(study_of(held.spec), held.path, resume=True),
                lambda: sweep(study_of(held.top), held.path, extend=True),
                lambda: merge([held.path], self.root / "never"),
            ):
                with refused() as told:
                    call()
                assert held.wounded or "in use" in told[0]
            self._read(held)
        MET["locked"] += 1

    @rule(held=folders)
    def look_at_results(self, held):
        whole = None if held.spec is None or held.shard != WHOLE else quiet(held.spec)
        undisturbed = whole and held.runs == set(whole.runs) and not held.lacking
        found, refusal = answer_of(
            lambda: (
                Sweep.read(held.path).summary(by=[MONTHS]),
                indices_of(Sweep.read(held.path))
                if undisturbed and whole.indices is not None
                else None,
            )
        )
        if refusal is not None:
            assert held.wounded or held.aim or not held.runs, f"refused, though sound: {refusal}"
            return
        summary, indices = found
        MET["summarised"] += 1
        finished = status_in(held.path) == "finished"
        if undisturbed and (finished or not held.wounded):
            # Rows are the same to the bit; sums of them follow the order of the parts.
            pd.testing.assert_frame_equal(summary, whole.summary, rtol=1e-12)
            if indices is not None:
                pd.testing.assert_frame_equal(indices, whole.indices, rtol=1e-9)
        if not held.wounded:
            assert told_number(summary) == Counter(one.rpartition("-")[0] for one in held.runs)

    # What must hold after every step.

    @invariant()
    def all_is_as_the_model_says(self):
        MET["steps"] += 1
        now = contents(self.root)
        for path in set(now) | set(self.seen):
            inside = any(path.is_relative_to(held.path) for held in self.touched)
            dregs = self.dregs and path.relative_to(self.root).parts[0].startswith(".trustsim-")
            assert inside or dregs or now.get(path) == self.seen.get(path), f"changed: {path}"
        self.seen = now
        for held in self.touched:
            if held.path.exists():
                self._read(held)
                left = [path for path in contents(held.path) if path.name.endswith(TEMPORARY)]
                assert held.untidy or not left, f"left over: {left}"
                for note in held.notes:
                    assert (held.path / note).read_text() == "mine"
        self.touched = []

    def _read(self, held: Held) -> None:
        """Reading gives the model's rows, or refuses where it may."""
        tables, refusal = answer_of(
            lambda: [by_run(Sweep.read(held.path).table(name)) for name in ("runs", "members")]
        )
        if refusal is not None:
            assert held.wounded or held.aim or not held.runs, f"refused, though sound: {refusal}"
            MET["reading refused"] += 1
            return
        runs, members = tables
        MET["read"] += 1
        finished = status_in(held.path) == "finished"
        may_lack = held.gone if held.wounded and not finished else set()
        lacking = held.runs - may_lack - set(runs)
        assert not lacking, f"not there: {sorted(lacking)}"
        strange = set(runs) - held.runs
        assert not strange, f"there, and never stored: {sorted(strange)}"
        for one, rows in runs.items():
            assert rows == held.rows_of(one), f"another row: {one}"
        assert set(members) <= set(runs), "members of runs that are not there"
        for one in held.runs & set(members):
            assert members[one] == KNOWN[1][one], f"other members: {one}"
        assert held.wounded or set(members) == {one for one in runs if KNOWN[1].get(one)}
        if finished and held.spec is not None and held.shard == WHOLE:
            assert set(runs) | held.lost == set(quiet(held.spec).runs), "finished, and not whole"
        self._read_failures(held, finished)

    def _read_failures(self, held: Held, finished: bool) -> None:
        told, refusal = answer_of(lambda: failed_in(Sweep.read(held.path)))
        if refusal is not None:
            assert held.wounded, f"refused, though sound: {refusal}"
            return
        problems = {one for one in told if one[1] == SCENARIO}
        if not held.wounded or finished:
            assert held.failed() <= told, f"untold: {sorted(held.failed() - told)}"
            assert told - problems <= held.failed() | held.past, "told, and never failed"
        if held.spec is not None and held.shard == WHOLE and finished:
            assert problems == quiet(held.spec).problems

    def _new(self, shard: tuple[int, int]) -> Held:
        self.made += 1
        return Held(self.root / f"results-{self.made}", shard)


def clash(given: list[Held]) -> bool:
    """Whether two folders hold the same runs in other ranges, or with other results."""
    met: dict[str, tuple[tuple[str, int, int], bool]] = {}
    for held in given:
        for piece in pieces_of(held.path):
            key, first, count = piece
            for one in (f"{key}-{first + n}" for n in range(count)):
                if met.setdefault(one, (piece, one in held.lacking)) != (
                    piece,
                    one in held.lacking,
                ):
                    return True
    return False


# For hours.


def lived(examples: int, steps: int, luck: int | None = None, *, shrink: bool = True) -> None:
    """Lives through so many examples; raises what is wrong. Without luck: always the same ones."""
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=luck is None,
        suppress_health_check=list(HealthCheck),
        # To explain a failure, Hypothesis would trace every line of every example.
        phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
    )
    machine = Folders if luck is None else seed(luck)(type("Folders", (Folders,), {}))
    run_state_machine_as_test(machine, settings=chosen)


def main() -> None:
    """As many minutes as asked; exit code 1 after a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=20)
    asked = parser.parse_args()
    end, luck, faults = time.monotonic() + 60 * asked.minutes, asked.seed, 0
    while time.monotonic() < end:
        try:
            lived(20, asked.steps, luck, shrink=False)
        except Exception:
            faults += 1
            print(f"seed {luck}\n{traceback.format_exc()}", flush=True)
        luck += 1
    print(f"{luck - asked.seed} rounds, {faults} faults: {dict(sorted(MET.items()))}")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
