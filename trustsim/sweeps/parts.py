"""Parts of several folders as one: which runs they hold, which twice, and how they are united."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from trustsim.errors import StudyError, refusal
from trustsim.sweeps.cells import Cell
from trustsim.sweeps.manifest import MENDS
from trustsim.sweeps.notes import FORMAT, ending_of, is_in_place, note_of
from trustsim.sweeps.plan import Piece, Ranges, Task
from trustsim.sweeps.store import Store
from trustsim.sweeps.tables import ARM, CELL

Stretch = tuple[str, int, int]
"""Key of a cell, first replicate, number of replicates."""


class Part(NamedTuple):
    """A stored task: the file of its runs (other tables lie beside), and what it holds."""

    path: Path
    tables: tuple[str, ...]
    pieces: tuple[Stretch, ...]

    def file(self, table: str) -> Path:
        """Where its rows of a table are."""
        return self.path.parents[2] / table / self.path.parent.name / self.path.name


class Union(NamedTuple):
    """Parts with what is new in them, by piece the part that has it, and all ranges by cell."""

    parts: list[tuple[Part, list[Stretch]]]
    home: dict[Stretch, Part]
    done: dict[str, Ranges]


def parts_of(store: Store, arms: Mapping[str, str], *, deep: bool) -> list[Part]:
    """Parts of a folder, all of them whole.

    arms: name of the arm by key of the cell; deep: every page is read.

    Raises StudyError for one that is damaged, misplaced, or of another study.
    """
    found = []
    for path in store.parts("runs"):
        part = Part(path, store.tables, ())
        notes = {table: note_of(part.file(table), deep=deep) for table in store.tables}
        note = notes["runs"]
        named = note is not None and path.stem.endswith(ending_of(note["pieces"]))
        if note is None or not named or not all(notes.values()):
            step = "Resume that sweep, which mends it, and merge again."
            allowed = "is damaged, or not all of its tables are there"
            raise StudyError(refusal(str(store.folder), "part", path.name, allowed, step))
        if note["format"] != FORMAT or note["family"] != store.mark:
            step = "Take it out of the folder."
            allowed = "is of another study than its folder"
            raise StudyError(refusal(str(store.folder), "part", path.name, allowed, step))
        strange = next((key for key, _, _ in note["pieces"] if key not in arms), None)
        if strange is not None:
            allowed = f"holds the cell {strange}, which the study of its folder does not have"
            step = "Take it out of the folder."
            raise StudyError(refusal(str(store.folder), "part", path.name, allowed, step))
        if not is_in_place(path, note, arms):
            allowed = "lies in the folder of another arm than the one that it is of"
            raise StudyError(refusal(str(store.folder), "part", path.name, allowed, MENDS))
        pieces = tuple((str(key), int(first), int(count)) for key, first, count in note["pieces"])
        found.append(part._replace(pieces=pieces))
    return found


def union_of(parts: list[Part]) -> Union:
    """Who brings what; what a part has that an earlier one had is not new.

    Raises StudyError where ranges overlap and are not the same.
    """
    home: dict[Stretch, Part] = {}
    united, done = [], dict[str, Ranges]()
    for part in parts:
        new = [piece for piece in part.pieces if piece not in home]
        home.update(dict.fromkeys(new, part))
        united.append((part, new))
        for key, first, count in new:
            done.setdefault(key, []).append((first, count))
    for key, ranges in done.items():
        ranges.sort()
        for (first, count), (later, size) in pairwise(ranges):
            if first + count > later:
                one, other = home[key, first, count], home[key, later, size]
                got = f"{key}-{later}"
                allowed = f"is in {_folder(one)} and in {_folder(other)}, in ranges that overlap"
                step = "Leave one of the folders out, or sweep its replicates again elsewhere."
                raise StudyError(refusal("merge", "run", got, allowed, step))
    return Union(united, home, done)


def write_union(union: Union, store: Store, arms: dict[str, str]) -> None:
    """All parts into a new folder; what is there twice must be the same to the bit.

    arms: name of the arm by key of the cell.

    Raises StudyError where it is not.
    """
    for part, new in union.parts:
        again = [piece for piece in part.pieces if union.home[piece] != part]
        for piece in again:
            _check_same(part, union.home[piece], piece)
        if not again:
            for table in part.tables:
                target = store.folder / table / part.path.parent.name / part.path.name
                target.parent.mkdir(parents=True, exist_ok=True)
                link_or_copy(part.file(table), target)
        elif new:
            _write_some(part, new, store, arms)


def link_or_copy(source: Path, target: Path) -> None:
    """The same file under another name; a copy where the disk has no links.

    A part is never changed in place, so two folders may share it.
    """
    # What a link points to, or the new folder would hold a link that may lead nowhere from there.
    source = source.resolve()
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:
        shutil.copy2(source, target)


def _write_some(part: Part, pieces: list[Stretch], store: Store, arms: dict[str, str]) -> None:
    """A part without the runs that another part brings."""
    number = int(part.path.stem.split("-")[1])
    task = Task(
        number,
        tuple(
            Piece(Cell(key, -1, arms[key], -1, (), None), first, count)
            for key, first, count in pieces
        ),
    )
    tables = {}
    for table in part.tables:
        rows = pa.concat_tables([_rows(part, table, piece) for piece in pieces])
        # `write_part` takes the column out again: a folder's name tells the arm.
        tables[table] = rows.append_column(ARM, pa.nulls(len(rows)))
    store.write_part(task, tables)


def _rows(part: Part, table: str, piece: Stretch) -> pa.Table:
    """Rows of one piece, in their order."""
    key, first, count = piece
    rows = pq.ParquetFile(part.file(table)).read()
    replicate = pc.field("replicate")
    wanted = (
        (pc.field(CELL).cast(pa.string()) == key)
        & (replicate >= first)
        & (replicate < first + count)
    )
    return rows.filter(wanted)


def _check_same(one: Part, other: Part, piece: Stretch) -> None:
    for table in one.tables:
        rows, others = _rows(one, table, piece), _rows(other, table, piece)
        unlike = _unlike(rows, others)
        if unlike:
            key, first, count = piece
            got = f"{key}-{first} to {first + count - 1}"
            allowed = f"differ in {unlike} between {_folder(one)} and {_folder(other)}"
            step = "One of them is wrong: `trustsim rerun` tells which. Leave it out."
            raise StudyError(refusal("merge", "runs", got, allowed, step))


def _unlike(one: pa.Table, other: pa.Table) -> str:
    """The first column in which two tables differ in any bit, or ""."""
    if sorted(one.column_names) != sorted(other.column_names):
        return "their columns"
    if len(one) != len(other):
        return "the number of their rows"
    for name in one.column_names:
        left, right = _plain(one[name]), _plain(other[name])
        if pa.types.is_floating(left.type) and pa.types.is_floating(right.type):
            # Missing numbers are NaN, which Arrow holds to differ from itself.
            same = np.array_equal(_bits(left), _bits(right))
        else:
            same = bool(left.equals(right))
        if not same:
            return str(name)
    return ""


def _plain(column: pa.ChunkedArray) -> Any:
    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, pa.string())
    return column.combine_chunks()


def _bits(numbers: pa.Array) -> Any:
    return numbers.to_numpy(zero_copy_only=False).astype(np.float64).view(np.int64)


def _folder(part: Part) -> str:
    return str(part.path.parents[2])
