"""A study's folder: parts that are whole or not there, what they hold, and what is damaged.

DIR/manifest.json    what was studied, with which rules; DIR/study.json, DIR/points.csv
DIR/cells.parquet    one row a cell: its key, arm, point, factors, scenario
DIR/runs/arm=NAME/part-*.parquet    results; months/ and members/ likewise where recorded
DIR/failures/*.json  runs that failed; DIR/damaged/  parts that could not be read, moved aside
"""

# pyright: reportAttributeAccessIssue=false
# PyArrow makes its functions of columns at run time.
from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from trustsim.errors import OutputError, StudyError, refusal
from trustsim.sweeps.notes import FORMAT, ending_of, folder_of, hash_of, is_in_place, note_of, noted
from trustsim.sweeps.plan import Ranges
from trustsim.sweeps.tables import RUN_ID

if TYPE_CHECKING:
    from trustsim.sweeps.plan import Task

MANIFEST, STUDY, POINTS, CELLS, FAILURES, DAMAGED, LOCK = (
    *("manifest.json", "study.json", "points.csv", "cells.parquet"),
    *("failures", "damaged", ".lock"),
)
RESUME = "The same command with --resume goes on from what is stored."


class Store:
    """One folder of results.

    family: what all its parts must share (rules, seed, months, tables, factors), as plain data.
    """

    def __init__(self, folder: str | Path, family: dict[str, Any], tables: tuple[str, ...]) -> None:
        self.folder = Path(os.path.abspath(folder))
        self.family = family
        self.tables = tables

    @property
    def mark(self) -> str:
        """Hash of the family, written into every part."""
        return hash_of(self.family)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else writes here meanwhile; the system lets go of it even after a kill.

        Raises OutputError if another process does.
        """
        from filelock import FileLock, Timeout

        self.refuse_links([self.folder / LOCK])
        lock = FileLock(self.folder / LOCK, timeout=0)
        try:
            lock.acquire()
        except OSError as problem:
            if not isinstance(problem, Timeout):
                raise _unwritable(self.folder, problem) from None
            raise OutputError(
                refusal(
                    "output folder",
                    str(self.folder),
                    "in use",
                    "another process is writing into it",
                    "Wait for it, or give this one a folder of its own (and merge them later).",
                )
            ) from None
        try:
            yield
        finally:
            lock.release()

    def refuse_links(self, paths: Iterable[Path]) -> None:
        """Raises OutputError for a link that leads out of the folder: what it leads to is not ours.

        Somebody else's folder of results could lead to any folder of whoever resumes it.
        """
        home = Path(os.path.realpath(self.folder))
        for path in paths:
            if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(home):
                got = f"{path.relative_to(self.folder)}, a link to {os.path.realpath(path)}"
                allowed = "leads out of the folder, where nothing is written or removed"
                step = "Put the folder itself there; the output folder as a whole may be a link."
                raise OutputError(refusal("output folder", str(self.folder), got, allowed, step))

    def folders(self) -> list[Path]:
        """Every folder in it that is written into."""
        tables = [self.folder / table for table in self.tables]
        arms = [path for table in tables for path in sorted(table.glob("arm=*"))]
        return [*tables, *arms, self.folder / FAILURES, self.folder / DAMAGED]

    def part_name(self, task: Task, table: str) -> Path:
        """Where a task's rows go; the name follows from what it holds."""
        pieces = [[piece.cell.key, piece.first, piece.size] for piece in task.pieces]
        name = f"part-{task.number:07d}{ending_of(pieces)}.parquet"
        return self.folder / table / folder_of(task.pieces[0].cell.arm) / name

    def write_part(self, task: Task, tables: dict[str, pa.Table]) -> None:
        """Stores a task: each table is written aside, synced and renamed; runs come last.

        Raises OutputError if the disk is full or can't be written.
        """
        pieces = [[piece.cell.key, piece.first, piece.size] for piece in task.pieces]
        note = {"format": FORMAT, "family": self.mark, "pieces": pieces}
        # Only a part of `runs` counts as done, so it must be the last to appear.
        for table in sorted(tables, key="runs".__eq__):
            rows = tables[table].drop_columns(["arm"])
            self._write(self.part_name(task, table), noted(rows, note))

    def _write(self, path: Path, rows: pa.Table) -> None:
        try:
            with _aside(path) as draft:
                write_parquet(rows, draft)
        except OSError as problem:
            raise OutputError(
                refusal(
                    "output folder",
                    str(self.folder),
                    problem.strerror or str(problem),
                    "a part could not be written; the parts before it are whole and kept",
                    f"Make room. {RESUME}",
                )
            ) from problem

    def clean(self) -> int:
        """Removes what a killed process left unfinished; how many files there were."""
        levels = (".*.draft", "*/.*.draft", "*/*/.*.draft")
        drafts = [path for level in levels for path in self.folder.glob(level)]
        for table in self.tables:
            # A task's runs appear last: without them its other tables belong to nothing.
            drafts += [
                path
                for path in self.parts(table)
                if not (self.folder / "runs" / path.parent.name / path.name).exists()
            ]
        for draft in drafts:
            with suppress(OSError):
                draft.unlink()
        return len(drafts)

    def scan(
        self, arms: Mapping[str, str], *, deep: bool = True
    ) -> tuple[dict[str, Ranges], list[Path]]:
        """What is stored, by key of the cell, and the parts that had to be moved aside.

        A part that can't be read, whose pages don't have the sums they were written with, or that
        lies under another arm, goes to damaged/ and will be simulated again. A part of another
        study is an error.

        Parameters
        ----------
        arms : mapping
            Name of the arm by key of the cell.
        deep : bool, optional
            Read every page; otherwise only the end of each file.

        Raises
        ------
        StudyError
            A part belongs to other rules, another seed, horizon or set of factors.
        """
        done: dict[str, Ranges] = {}
        damaged = []
        for path in self.parts("runs"):
            note = note_of(path, deep=deep)
            # The name tells what a part must hold: no damage of the note, and no copy, passes.
            if note is not None and not path.stem.endswith(ending_of(note["pieces"])):
                note = None
            others = [self.folder / table / path.parent.name / path.name for table in self.tables]
            whole = all(note_of(other, deep=deep) for other in others if other != path)
            if note is None or not whole or not is_in_place(path, note, arms):
                damaged += self.move_aside([path, *others])
                continue
            if note["format"] != FORMAT or note["family"] != self.mark:
                raise StudyError(
                    refusal(
                        str(self.folder),
                        path.name,
                        "of another study",
                        "its rules, seed, months, tables or factors are not those of this study",
                        "Take it out of the folder, or use a folder of its own.",
                    )
                )
            for key, first, count in note["pieces"]:
                done.setdefault(key, []).append((first, count))
        self._refuse_twice(done)
        return done, damaged

    def _refuse_twice(self, done: dict[str, Ranges]) -> None:
        for key, ranges in done.items():
            ranges.sort()
            for (first, count), (later, _) in pairwise(ranges):
                if first + count > later:
                    raise StudyError(
                        refusal(
                            str(self.folder),
                            f"run {key}-{later}",
                            "there twice",
                            "two parts hold the same run; one was put here by hand",
                            "Take one of them out: their names end alike, or their counts differ.",
                        )
                    )

    def remove(self, runs: set[tuple[str, int]]) -> None:
        """Takes out every part that holds one of these runs (key of the cell, replicate)."""
        wanted: dict[str, list[int]] = {}
        for key, replicate in runs:
            wanted.setdefault(key, []).append(replicate)
        for path in self.parts("runs") if wanted else []:
            note = note_of(path, deep=False) or {"pieces": []}
            if any(
                first <= replicate < first + count
                for key, first, count in note["pieces"]
                for replicate in wanted.get(key, [])
            ):
                self._take_out(path)

    def _take_out(self, path: Path) -> None:
        # Without its runs, the rest of a task is removed by the next cleaning anyway.
        tables = sorted(self.tables, key="runs".__ne__)
        self.delete(self.folder / table / path.parent.name / path.name for table in tables)

    def delete(self, paths: Iterable[Path]) -> None:
        """Removes files, one after another.

        Raises OutputError if that can't be done.
        """
        try:
            for path in paths:
                path.unlink(missing_ok=True)
        except OSError as problem:
            raise _unwritable(self.folder, problem) from None

    def holds(self, name: str, text: str) -> bool:
        """Whether a small file is there with this very text."""
        try:
            return (self.folder / name).read_bytes() == text.encode()
        except OSError:
            return False

    def parts(self, table: str) -> list[Path]:
        """Stored parts of a table, in order."""
        return sorted((self.folder / table).glob("arm=*/part-*.parquet"))

    def move_aside(self, paths: Iterable[Path]) -> list[Path]:
        """Puts files of the folder into damaged/; where they are now.

        Raises OutputError if that can't be done.
        """
        place = self.folder / DAMAGED
        moved = []
        try:
            for path in dict.fromkeys(paths):
                # Also a link that leads nowhere: it is the link that is moved.
                if os.path.lexists(path):
                    place.mkdir(exist_ok=True)
                    came = path.relative_to(self.folder).parts[0]
                    target = place / f"{came}-{secrets.token_hex(3)}-{path.name}"
                    path.replace(target)
                    moved.append(target)
        except OSError as problem:
            raise _unwritable(self.folder, problem) from None
        return moved

    def remove_where_missing(self, columns: Sequence[str]) -> None:
        """Takes out every part of which a run has no number in one of these columns of runs."""
        for path in self.parts("runs") if columns else []:
            alone: Any = None  # no columns are read from the names of its folders
            rows = pq.read_table(path, columns=list(columns), partitioning=alone)
            if any(pc.any(pc.is_null(column, nan_is_null=True)).as_py() for column in rows.columns):
                self._take_out(path)

    def write_text(self, name: str, text: str) -> None:
        """A small text file, whole or not there."""
        self.write_bytes(name, text.encode())

    def write_bytes(self, name: str, content: bytes) -> None:
        """A small file, whole or not there."""
        write_bytes(self.folder, name, content)


@contextmanager
def _aside(path: Path) -> Iterator[Path]:
    """A draft beside a file, put in its place once it is whole; gone whatever else happens."""
    draft = path.with_name(f".{secrets.token_hex(6)}.draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        _sync(draft)
        draft.replace(path)
        _sync(path.parent)
    finally:
        # Also after Ctrl-C, which is no OSError.
        with suppress(OSError):
            draft.unlink()


def write_bytes(folder: Path, name: str, content: bytes) -> None:
    """A small file in a folder of results, whole or not there.

    Raises OutputError.
    """
    path = folder / name
    try:
        with _aside(path) as draft:
            draft.write_bytes(content)
    except OSError as problem:
        raise OutputError(
            refusal(
                "output folder",
                str(folder),
                problem.strerror or str(problem),
                f"{name} could not be written",
                f"Make room. {RESUME}",
            )
        ) from problem


def write_parquet(rows: pa.Table, target: Any) -> None:
    """A table as it is stored: small, with page checksums. target: a path or a binary buffer."""
    repeating: Any = [name for name in rows.column_names if name != RUN_ID]
    pq.write_table(
        rows,
        target,
        compression="zstd",
        use_dictionary=repeating,
        column_encoding={RUN_ID: "DELTA_BYTE_ARRAY"},
        write_page_checksum=True,
    )


def _unwritable(folder: Path, problem: OSError) -> OutputError:
    return OutputError(
        refusal(
            "output folder",
            str(folder),
            problem.strerror or str(problem),
            "must be a folder that can be written",
            f"Make room, or ask for the right to write, or name another folder. {RESUME}",
        )
    )


def _sync(path: Path) -> None:
    """Has the system write it to the disk itself, where that can be asked of a folder."""
    with suppress(PermissionError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
