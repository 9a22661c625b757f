"""Where results are kept while a study runs: a folder that can be resumed, or memory."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from trustsim import output
from trustsim.engines.compiled import sources_digest
from trustsim.errors import OutputError, StudyError, refusal
from trustsim.simulation import RECORDS
from trustsim.sweeps.cells import Cell, cells_of
from trustsim.sweeps.failures import (
    failures_of_folder,
    lost_files,
    names_of_files,
    rows_of_folder,
    spoilt_files,
    sum_of_rows,
)
from trustsim.sweeps.manifest import (
    FINISHED,
    RUNNING,
    SWEEP,
    cells_content,
    cells_of_folder,
    is_of_a_sweep,
    read_manifest,
    sum_of,
)
from trustsim.sweeps.notes import FORMAT
from trustsim.sweeps.plan import Ranges, Task
from trustsim.sweeps.sources import InFolder, InMemory, cell_row
from trustsim.sweeps.store import CELLS, FAILURES, LOCK, MANIFEST, POINTS, STUDY, Store
from trustsim.sweeps.study import Study
from trustsim.sweeps.work import OUTCOME, Failure


class InMemoryKeeper:
    """Keeps results in memory."""

    def __init__(self, study: Study) -> None:
        self.tables = RECORDS[study.form.study.record]
        self.done: dict[str, Ranges] = {}
        self.stored = 0
        self.was_finished = False
        self.source = InMemory(self.tables)
        self._study = study

    @contextmanager
    def opened(self, **_: bool) -> Iterator[None]:
        """Ready to keep."""
        factors = list(self._study.factors)
        self.source.cell_rows = [cell_row(cell, factors) for cell in cells_of(self._study)]
        yield

    def keep(self, task: Task, tables: dict[str, list[pa.Table]]) -> None:
        """Rows of a task."""
        for name, parts in tables.items():
            self.source.rows.setdefault(name, []).extend(parts)

    def fail(self, named: Sequence[tuple[Cell, Failure]], number: int = -1) -> None:
        """Runs that failed."""
        self.source.failed += [failure_row(*one, self._study.seed) for one in named]

    def finish(self) -> None:
        """Nothing is left to do."""


class FolderKeeper:
    """Keeps results in a folder; what is stored there already is not done again."""

    def __init__(self, study: Study, folder: str | Path, shard: tuple[int, int]) -> None:
        self.tables = RECORDS[study.form.study.record]
        self.done: dict[str, Ranges] = {}
        self.stored = 0
        self.damaged: list[Path] = []
        self.was_finished = False
        self._told_finished = False
        self._study = study
        self._shard = shard
        self._store = Store(folder, family_of(study), self.tables)
        self.source = InFolder(self._store.folder)

    @contextmanager
    def opened(
        self, *, resume: bool, extend: bool, retry_failed: bool, deep: bool
    ) -> Iterator[None]:
        """The folder, checked, to this process alone.

        Raises OutputError or StudyError if it is not for this study.
        """
        self._refuse_what_is_no_folder()
        self._refuse_other_kinds()
        if read_manifest(self._store.folder) is None:
            # Before the lock, which would stay in somebody else's folder.
            self._refuse_strangers()
        self._store.refuse_links(self._store.folders())
        with self._store.alone():
            manifest = read_manifest(self._store.folder)
            if manifest is None:
                self._refuse_strangers()
                self._store.clean()
                self._describe(RUNNING)
            else:
                self._refuse_another(manifest, resume=resume, extend=extend)
                self._take_up(retry_failed=retry_failed, deep=deep)
                manifest = read_manifest(self._store.folder) or manifest
                same = manifest["study_digest"] == self._study.digest()
                whole = not self.damaged and manifest.get("runs") in (None, self.stored)
                self._told_finished = same and manifest["status"] == FINISHED
                self.was_finished = self._told_finished and whole
                if not same or (self._told_finished and not whole):
                    self._describe(RUNNING)
                else:
                    self._mend(manifest)
            yield

    def keep(self, task: Task, tables: dict[str, list[pa.Table]]) -> None:
        """Rows of a task, as one part a table."""
        whole = {
            name: pa.concat_tables(parts).unify_dictionaries() for name, parts in tables.items()
        }
        self.was_finished = False
        if self._told_finished:
            # While rows are added their number is not the one that was told.
            self._describe(RUNNING)
        self._store.write_part(task, whole)
        self.stored += whole["runs"].num_rows

    def fail(self, named: Sequence[tuple[Cell, Failure]], number: int = -1) -> None:
        """Runs that failed, as rows."""
        rows = [failure_row(*one, self._study.seed) for one in named]
        text = json.dumps(rows, indent=1)
        task = f"task-{number:07d}-{sum_of_rows(text)}"
        name = f"cell-{named[0][0].number:07d}" if number < 0 else task
        if not self._store.holds(f"{FAILURES}/{name}.json", text):
            self.was_finished = False
            self._store.write_text(f"{FAILURES}/{name}.json", text)

    def finish(self) -> None:
        """Everything is stored; a folder that was finished is left as it was."""
        if not self.was_finished:
            self._describe(FINISHED)

    def _refuse_what_is_no_folder(self) -> None:
        folder = self._store.folder
        try:
            if folder.exists() and not folder.is_dir():
                got, step = "a file", "Name a folder."
                raise OutputError(refusal("output folder", str(folder), got, "no folder", step))
            folder.mkdir(parents=True, exist_ok=True)
        except OutputError:
            raise
        except (OSError, ValueError) as problem:
            got = getattr(problem, "strerror", None) or str(problem)
            step = "Name a folder that you may write to."
            allowed = "must be a place where a folder can be made"
            raise OutputError(refusal("output folder", str(folder), got, allowed, step)) from None

    def _refuse_other_kinds(self) -> None:
        """Before a lock is left in it: a folder that another command has written."""
        manifest = read_manifest(self._store.folder)
        if manifest is not None and not is_of_a_sweep(manifest):
            where = str(self._store.folder)
            allowed = f"holds a {MANIFEST} that no sweep has written"
            step = "Name another folder."
            raise OutputError(refusal("output folder", where, "of another kind", allowed, step))

    def _refuse_strangers(self) -> None:
        held = [path.name for path in self._store.folder.iterdir() if path.name != LOCK]
        held = [name for name in held if not name.endswith(".draft")]
        # What a sweep of this very study leaves if it is killed before its manifest is there.
        begun = self._store.holds(STUDY, self._study.to_json())
        if held and not (begun and set(held) <= {STUDY, POINTS, CELLS}):
            raise OutputError(
                refusal(
                    "output folder",
                    str(self._store.folder),
                    f"{len(held)} files in it, and no {MANIFEST}",
                    "must be new, empty, or a folder that a sweep has written",
                    "Name another folder.",
                )
            )

    def _refuse_another(self, manifest: dict[str, Any], *, resume: bool, extend: bool) -> None:
        where = str(self._store.folder)
        if not (resume or extend):
            step = "--resume goes on with it, --extend adds to it; or name another folder."
            # Nobody is at work on it: whoever is holds the lock of the folder.
            finished = manifest["status"] == FINISHED
            got = "a study that is finished" if finished else "a study that was not finished"
            allowed = "must be new or empty, so that nothing is lost"
            raise OutputError(refusal("output folder", where, got, allowed, step))
        if manifest["family"] != self._store.family:
            what = differing(manifest["family"], self._store.family)
            allowed = "differs from what this folder was made with, so results would not belong"
            step = "Use the study, and the version of trustsim, that made it; or another folder."
            raise StudyError(refusal(where, what, "changed", allowed, step))
        if not extend and manifest["study_digest"] != self._study.digest():
            step = "--extend adds replicates, arms or points; or use the old study."
            allowed = "is not the study that this folder was made with"
            raise StudyError(refusal(where, "study", "changed", allowed, step))
        if list(self._shard) != manifest["shard"]:
            got = "/".join(map(str, self._shard))
            step = f"It holds shard {'/'.join(map(str, manifest['shard']))}."
            raise StudyError(refusal(where, "shard", got, "is another one", step))

    def _take_up(self, *, retry_failed: bool, deep: bool) -> None:
        """What is stored, damaged parts moved aside; failures count as done unless retried."""
        folder = self._store.folder
        self._store.clean()
        arms = {cell.key: cell.arm for cell in cells_of(self._study)}
        lost, spoilt = lost_files(folder), spoilt_files(folder, arms)
        untold = bool((lost or spoilt) and self._study.outcomes)
        self.done, self.damaged = self._store.scan(arms, deep=deep or untold)
        self._refuse_left_over(arms, spoilt)
        if untold:
            # Which runs lack an own outcome because it failed is told nowhere else.
            self._store.remove_where_missing(list(self._study.outcomes))
        self.damaged += lost + self._store.move_aside(spoilt)
        if retry_failed and names_of_files(folder):
            # Otherwise a kill would leave a manifest that tells of files which are gone.
            self._describe(RUNNING, failures=False)
            self._forget_failures()
        if untold or retry_failed:
            self.done, _ = self._store.scan(arms, deep=False)
        self.stored = sum(count for ranges in self.done.values() for _, count in ranges)
        for row in failures_of_folder(folder).to_dict("records"):
            # Where only an own outcome failed, the run is stored, and counted, as a row.
            if row["replicate"] >= 0 and not row["stage"].startswith(OUTCOME):
                self.done.setdefault(str(row["cell"]), []).append((int(row["replicate"]), 1))

    def _refuse_left_over(self, arms: dict[str, str], spoilt: Sequence[Path]) -> None:
        """Before anything is changed: runs that a larger study had, and this one has not.

        arms: of this study, by key of the cell; spoilt: files of failures that can't be read.

        Raises StudyError.
        """
        where = str(self._store.folder)
        foreign = [key for key in self.done if key not in arms]
        if foreign:
            got = f"{len(foreign)} cells that the study no longer has"
            step = "Keep all arms and points that were there; or use another folder."
            raise StudyError(refusal(where, "cells", got, "would be left over", step))
        failed = [row["replicate"] + 1 for row in rows_of_folder(self._store.folder, spoilt)]
        ends = [first + count for ranges in self.done.values() for first, count in ranges]
        stored, most = max([*ends, *failed], default=0), self._study.most_replicates
        if stored > most:
            got = f"{most}, and there were {stored}"
            step = "Keep as many as there were; or use another folder."
            raise StudyError(refusal(where, "replicates", got, "some would be left over", step))

    def _forget_failures(self) -> None:
        """Failed runs are to be done again, so what is stored of them is removed."""
        failed = failures_of_folder(self._store.folder)
        stored = failed[failed["stage"].str.startswith(OUTCOME)]
        # A run of which only an own outcome failed is a row of a part: the whole part goes.
        self._store.remove(set(zip(stored["cell"], stored["replicate"], strict=True)))
        self._store.delete((self._store.folder / FAILURES).glob("*.json"))

    def _mend(self, manifest: dict[str, Any]) -> None:
        """What follows from the study is put right, whatever happened to it."""
        for name, text in self._texts().items():
            if not self._store.holds(name, text):
                self._store.write_text(name, text)
        try:
            cells_of_folder(self._store.folder)
            intact = bool(manifest.get("cells_sha256"))
        except StudyError:
            intact = False
        if not intact:
            told = {**manifest, **self._write_cells()}
            self._store.write_text(MANIFEST, json.dumps(told, indent=2))

    def _texts(self) -> dict[str, str]:
        """The study as it stands in its files."""
        table = self._study.table
        points = {} if table is None else {POINTS: table.to_csv(index=False)}
        return {STUDY: self._study.to_json(), **points}

    def _write_cells(self) -> dict[str, int | str]:
        """The table of cells; how many there are and the file's sum, for the manifest."""
        rows = [cell_row(cell, list(self._study.factors)) for cell in cells_of(self._study)]
        content = cells_content(pd.DataFrame(rows))
        self._store.write_bytes(CELLS, content)
        return {"cells": len(rows), "cells_sha256": sum_of(content)}

    def _describe(self, status: str, *, failures: bool = True) -> None:
        """Study, cells and manifest; the manifest last, as it says that the rest is there.

        failures: whether it tells of the files of failures that are there.
        """
        study, store = self._study, self._store
        for name, text in self._texts().items():
            store.write_text(name, text)
        cells = self._write_cells()
        manifest = {
            "made_by": SWEEP,
            "status": status,
            "study_digest": study.digest(),
            "shard": list(self._shard),
            "family": store.family,
            **cells,
            "failures": names_of_files(store.folder) if failures else [],
            "time_utc": output.now(),
            "versions": output.versions(),
            "python": platform.python_version(),
            "platform": platform.platform(),
        }
        self._told_finished = status == FINISHED
        if self._told_finished:
            manifest["runs"] = self.stored
        before = read_manifest(store.folder) or {}
        if "merged_from" in before:
            manifest["merged_from"] = before["merged_from"]
        store.write_text(MANIFEST, json.dumps(manifest, indent=2))


Keeper = InMemoryKeeper | FolderKeeper


def keeper_of(study: Study, out: str | Path | None, shard: tuple[int, int]) -> Keeper:
    """Where results go: a folder if one is named, else memory."""
    return InMemoryKeeper(study) if out is None else FolderKeeper(study, out, shard)


def family_of(study: Study) -> dict[str, Any]:
    """What all parts of a folder must share for their rows to belong together."""
    return {
        "format": FORMAT,
        "rules": sources_digest(),
        "seed": study.seed,
        "months": study.months,
        "tables": list(RECORDS[study.form.study.record]),
        "factors": list(study.factors),
        "outcomes": sorted(study.outcomes),
    }


def differing(one: dict[str, Any], other: dict[str, Any]) -> str:
    """The first thing in which two families differ."""
    return next((name for name in other if one.get(name) != other[name]), "format")


def failure_row(cell: Cell, failure: Failure, seed: int) -> dict[str, Any]:
    """A failed run as a row."""
    return {
        "run_id": f"{cell.key}-{failure.replicate}" if failure.replicate >= 0 else cell.key,
        "cell": cell.key,
        "arm": cell.arm,
        "replicate": failure.replicate,
        "stage": failure.stage,
        "error": failure.error,
        "message": failure.message,
        "seed": seed,
    }
