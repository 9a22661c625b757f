"""Where results are kept while a study runs: a folder that can be resumed, or memory."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from trustsim.errors import OutputError, StudyError, refusal
from trustsim.simulation import RECORDS
from trustsim.sweeps.cells import Cell, cell_rows
from trustsim.sweeps.manifest import (
    CELLS,
    DAMAGED,
    FAILURES,
    FINISHED,
    LOCK,
    MANIFEST,
    POINTS,
    RUNNING,
    STUDY,
    SWEEP,
    cells_content,
    differing,
    family_of,
    is_of_a_sweep,
    new_manifest,
    read_manifest,
)
from trustsim.sweeps.parts import (
    Part,
    cannot_write,
    hash_of,
    write_bytes,
    write_part,
)
from trustsim.sweeps.plan import Ranges, Task
from trustsim.sweeps.reading import (
    InFolder,
    InMemory,
    add_failures,
    failure_row,
    failures_of,
    ranges_of,
    read_failures,
)
from trustsim.sweeps.study import Study
from trustsim.sweeps.work import OUTCOME, Failure


class FolderKeeper:
    """Keeps results in a folder; what is stored there already is not done again."""

    def __init__(
        self, study: Study, cells: Sequence[Cell], folder: str | Path, shard: tuple[int, int]
    ) -> None:
        self.tables = RECORDS[study.form.study.record]
        self.folder = Path(os.path.abspath(folder))
        self.source = InFolder(self.folder)
        self.family = family_of(study)
        self.kept: dict[str, Ranges] = {}
        self.stored = 0
        self.was_finished = False
        self._called_finished = False
        self._damaged: list[Path] = []
        self._study = study
        self._cells = cells
        self._arms = {cell.key: cell.arm for cell in cells}
        self._shard = shard

    @contextmanager
    def opened(self, *, resume: bool, extend: bool, retry_failed: bool) -> Iterator[None]:
        """The folder, checked, to this process alone.

        Raises OutputError or StudyError if it is not for this study.
        """
        self._make_folder()
        if read_manifest(self.folder) is None:
            # Before the lock, which would stay in somebody else's folder.
            self._refuse_strangers()
        with locked(self.folder):
            manifest = read_manifest(self.folder)
            if manifest is None:
                self._refuse_strangers()
                self._clean()
                self._describe(RUNNING)
            else:
                self._refuse_another(manifest, resume=resume, extend=extend)
                self._take_up(retry_failed=retry_failed)
                manifest = read_manifest(self.folder) or manifest
                same = manifest["study_digest"] == self._study.digest()
                whole = not self._damaged and manifest.get("runs") in (None, self.stored)
                self._called_finished = same and manifest["status"] == FINISHED
                self.was_finished = self._called_finished and whole
                if not same or (self._called_finished and not whole):
                    self._describe(RUNNING)
                else:
                    self._write_study()
            yield

    def keep(self, task: Task, tables: dict[str, list[pa.Table]]) -> None:
        """Rows of a task, as one part a table."""
        whole = {
            name: pa.concat_tables(parts).unify_dictionaries() for name, parts in tables.items()
        }
        self.was_finished = False
        if self._called_finished:
            # While rows are added their number is not the one in the manifest.
            self._describe(RUNNING)
        write_part(self.folder, hash_of(self.family), task, whole)
        self.stored += whole["runs"].num_rows

    def fail(self, named: Sequence[tuple[Cell, Failure]], number: int = -1) -> None:
        """Runs that failed, as rows."""
        rows = [failure_row(*one, self._study.seed) for one in named]
        text = json.dumps(rows, indent=1)
        task = f"task-{number:07d}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
        name = f"cell-{named[0][0].number:07d}" if number < 0 else task
        if self._write(f"{FAILURES}/{name}.json", text.encode()):
            self.was_finished = False

    def finish(self) -> None:
        """Everything is stored; a folder that was finished is left as it was."""
        if not self.was_finished:
            self._describe(FINISHED)

    def _make_folder(self) -> None:
        where = str(self.folder)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except FileExistsError:
            allowed = "must be a folder"
            raise OutputError(
                refusal("output folder", where, "a file", allowed, "Name a folder.")
            ) from None
        except (OSError, ValueError) as problem:
            got = getattr(problem, "strerror", None) or str(problem)
            step = "Name a folder that you may write to."
            allowed = "must be a place where a folder can be made"
            raise OutputError(refusal("output folder", where, got, allowed, step)) from None
        manifest = read_manifest(self.folder)
        if manifest is not None and not is_of_a_sweep(manifest):
            allowed = f"holds a {MANIFEST} that no sweep has written"
            got, step = "of another kind", "Name another folder."
            raise OutputError(refusal("output folder", where, got, allowed, step))

    def _refuse_strangers(self) -> None:
        held = [path.name for path in self.folder.iterdir() if path.name != LOCK]
        held = [name for name in held if not name.endswith(".draft")]
        # What a sweep of this very study leaves if it is killed before its manifest is there.
        begun = self._holds(STUDY, self._study.to_json().encode())
        if held and not (begun and set(held) <= {STUDY, POINTS, CELLS}):
            got = f"{len(held)} files in it, and no {MANIFEST}"
            allowed = "must be new, empty, or a folder that a sweep has written"
            step = "Name another folder."
            raise OutputError(refusal("output folder", str(self.folder), got, allowed, step))

    def _refuse_another(self, manifest: dict[str, Any], *, resume: bool, extend: bool) -> None:
        where = str(self.folder)
        if not (resume or extend):
            step = "--resume goes on with it, --extend adds to it; or name another folder."
            # Nobody is at work on it: whoever is holds the lock of the folder.
            finished = manifest["status"] == FINISHED
            got = "a study that is finished" if finished else "a study that was not finished"
            allowed = "must be new or empty, so that nothing is lost"
            raise OutputError(refusal("output folder", where, got, allowed, step))
        what = differing(manifest["family"], self.family)
        if what is not None:
            allowed = "differs from what this folder was made with, so results would not belong"
            step = "Use the study, and the version of trustsim, that made it; or another folder."
            raise StudyError(refusal(where, what, "changed", allowed, step))
        self.family = manifest["family"]
        if not extend and manifest["study_digest"] != self._study.digest():
            step = "--extend adds replicates, arms or points; or use the old study."
            allowed = "is not the study that this folder was made with"
            raise StudyError(refusal(where, "study", "changed", allowed, step))
        if list(self._shard) != manifest["shard"]:
            got = "/".join(map(str, self._shard))
            step = f"It holds shard {'/'.join(map(str, manifest['shard']))}."
            raise StudyError(refusal(where, "shard", got, "is another one", step))

    def _take_up(self, *, retry_failed: bool) -> None:
        """What is stored, damaged parts moved aside; failures count as done unless retried."""
        self._clean()
        failures = sorted((self.folder / FAILURES).glob("*.json"))
        spoilt = [path for path in failures if not self._knows(path)]
        parts, damaged = self.source.scan(self.tables, self.family, self._arms, deep=True)
        self._refuse_left_over(parts, [path for path in failures if path not in spoilt])
        files = [
            self.folder / table / path.parent.name / path.name
            for path in damaged
            for table in self.tables
        ]
        self._move_aside([*files, *spoilt])
        if spoilt:
            # Which runs lack an own outcome because it failed is recorded nowhere else.
            self._take_out(part for part in parts if self._lacks_an_outcome(part))
        if retry_failed:
            self._forget_failures(parts)
        parts = [part for part in parts if part.path.exists()]
        done = ranges_of(parts)
        self.stored = sum(size for ranges in done.values() for _, size in ranges)
        self.kept = add_failures(done, failures_of(self.folder))

    def _knows(self, path: Path) -> bool:
        """Whether a file of failures can be read, and is of cells that the study has."""
        rows = read_failures(path)
        return rows is not None and all(row["cell"] in self._arms for row in rows)

    def _clean(self) -> None:
        """Remove what a killed process left unfinished."""
        levels = (".*.draft", "*/.*.draft", "*/*/.*.draft")
        left = [path for level in levels for path in self.folder.glob(level)]
        # A task's runs appear last: without them its other tables belong to nothing.
        runs = {(path.parent.name, path.name) for path in self.source.paths()}
        for table in self.tables:
            paths = self.source.paths(table)
            left += [path for path in paths if (path.parent.name, path.name) not in runs]
        for path in left:
            with suppress(OSError):
                path.unlink()

    def _refuse_left_over(self, parts: Sequence[Part], failures: Sequence[Path]) -> None:
        """Before anything is changed: runs that a larger study had, and this one has not.

        Raises StudyError.
        """
        where, done = str(self.folder), ranges_of(parts)
        foreign = [key for key in done if key not in self._arms]
        if foreign:
            got = f"{len(foreign)} cells that the study no longer has"
            step = "Keep all arms and points that were there; or use another folder."
            raise StudyError(refusal(where, "cells", got, "would be left over", step))
        failed = [row["replicate"] + 1 for path in failures for row in read_failures(path) or ()]
        ends = [first + size for ranges in done.values() for first, size in ranges]
        stored, most = max([*ends, *failed], default=0), self._study.most_replicates
        if stored > most:
            got = f"{most}, and there were {stored}"
            step = "Keep as many as there were; or use another folder."
            raise StudyError(refusal(where, "replicates", got, "some would be left over", step))

    def _forget_failures(self, parts: Sequence[Part]) -> None:
        """Failed runs are to be done again, so what is stored of them is removed."""
        failed = failures_of(self.folder)
        if failed.empty:
            return
        self._describe(RUNNING)
        stored = failed[failed["stage"].str.startswith(OUTCOME)]
        # A run of which only an own outcome failed is a row of a part: the whole part goes.
        runs = dict(list(stored.groupby("cell")["replicate"]))
        self._take_out(
            part
            for part in parts
            if any(
                runs[key].between(first, first + size - 1).any()
                for key, first, size in part.pieces
                if key in runs
            )
        )
        self._delete((self.folder / FAILURES).glob("*.json"))

    def _lacks_an_outcome(self, part: Part) -> bool:
        """Whether a run of a part has no number in one of the own outcomes."""
        names = self.family["outcomes"]
        alone: Any = None  # no columns are read from the names of its folders
        rows = (
            pq.read_table(part.path, columns=names, partitioning=alone) if names else pa.table({})
        )
        return any(pc.any(pc.is_null(one, nan_is_null=True)).as_py() for one in rows.columns)

    def _take_out(self, parts: Iterable[Part]) -> None:
        # Without its runs, the rest of a task is removed by the next cleaning anyway.
        tables = sorted(self.tables, key="runs".__ne__)
        self._delete(part.file(table) for part in list(parts) for table in tables)

    def _delete(self, paths: Iterable[Path]) -> None:
        try:
            for path in paths:
                path.unlink(missing_ok=True)
        except OSError as problem:
            raise cannot_write(self.folder, problem) from None

    def _move_aside(self, paths: Iterable[Path]) -> None:
        """Put files of the folder into damaged/, where they can be looked at."""
        place = self.folder / DAMAGED
        try:
            for path in dict.fromkeys(paths):
                if os.path.lexists(path):
                    place.mkdir(exist_ok=True)
                    came = path.relative_to(self.folder).parts[0]
                    target = place / f"{came}-{secrets.token_hex(3)}-{path.name}"
                    path.replace(target)
                    self._damaged.append(target)
        except OSError as problem:
            raise cannot_write(self.folder, problem) from None

    def _holds(self, name: str, content: bytes) -> bool:
        try:
            return (self.folder / name).read_bytes() == content
        except OSError:
            return False

    def _write(self, name: str, content: bytes) -> bool:
        """Write a small file unless it is there with this content; whether it was written."""
        if self._holds(name, content):
            return False
        write_bytes(self.folder, name, content)
        return True

    def _write_study(self) -> None:
        """The study, its points and its cells, where they are not as they should be."""
        self._write(STUDY, self._study.to_json().encode())
        if self._study.table is not None:
            self._write(POINTS, self._study.table.to_csv(index=False).encode())
        self._write(CELLS, cells_content(cell_rows(self._cells, list(self._study.factors))))

    def _describe(self, status: str) -> None:
        """Study, cells and manifest; the manifest last, as it says that the rest is there."""
        self._write_study()
        about: dict[str, Any] = {
            "study_digest": self._study.digest(),
            "shard": list(self._shard),
            "family": self.family,
            "cells": len(self._cells),
        }
        self._called_finished = status == FINISHED
        if self._called_finished:
            about["runs"] = self.stored
        before = read_manifest(self.folder) or {}
        if "merged_from" in before:
            about["merged_from"] = before["merged_from"]
        text = json.dumps(new_manifest(SWEEP, status, **about), indent=2)
        write_bytes(self.folder, MANIFEST, text.encode())


Keeper = InMemory | FolderKeeper


def keeper_of(
    study: Study, cells: Sequence[Cell], out: str | Path | None, shard: tuple[int, int]
) -> Keeper:
    """Where results go: a folder if one is named, else memory."""
    if out is None:
        return InMemory(study, cells, shard)
    return FolderKeeper(study, cells, out, shard)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Nobody else writes into a folder meanwhile; the system lets go of it even after a kill.

    Raises OutputError if another process does.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        allowed = "another process is writing into it"
        step = "Wait for it, or name another folder (and merge the two later)."
        raise OutputError(refusal("output folder", str(folder), "in use", allowed, step)) from None
    except OSError as problem:
        raise cannot_write(folder, problem) from None
    try:
        yield
    finally:
        lock.release()
