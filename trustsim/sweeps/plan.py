"""What is to be simulated: pieces of cells, grouped into tasks of a few seconds each.

The plan follows from the study alone, never from the machine, so a study that was interrupted
and resumed writes the same parts as one that was not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from trustsim.sweeps.cells import Cell

LONGEST_PIECE = 20_000  # replicates
PAIR_MONTHS = 250_000_000
"""Work in a task, in ordered pairs of people times months: a few seconds of a core."""

MONTHS = 1_000_000
"""Runs times months in a task: where partnerships are small, rows fill memory before work does."""

Ranges = list[tuple[int, int]]


class Piece(NamedTuple):
    """Replicates first ... first + size - 1 of a cell."""

    cell: Cell
    first: int
    size: int


class Task(NamedTuple):
    """Pieces that are simulated and stored together, in one part; all of one arm."""

    number: int
    pieces: tuple[Piece, ...]

    @property
    def runs(self) -> int:
        """Partnerships in it."""
        return sum(piece.size for piece in self.pieces)


def pair_months(cell: Cell, months: int) -> int:
    """Work in one partnership of a cell: ordered pairs of people times months."""
    assert cell.scenario is not None
    values = cell.scenario.values()
    people = int(values["organisations"]) * int(values["people"])
    return max(people * people * months, 1)


def tasks_of(cells: Iterable[Cell], wanted: Mapping[str, int] | int, months: int) -> Iterator[Task]:
    """Every task of a study; cells with a problem are left out.

    wanted: replicates by key of the cell, or of every cell.
    """
    held: list[Piece] = []
    weight = lived = number = 0
    for cell in cells:
        if cell.scenario is None:
            continue
        each = pair_months(cell, months)
        longest = max(1, min(LONGEST_PIECE, PAIR_MONTHS // each, MONTHS // months))
        replicates = wanted if isinstance(wanted, int) else wanted[cell.key]
        for first in range(0, replicates, longest):
            piece = Piece(cell, first, min(longest, replicates - first))
            full = weight + piece.size * each > PAIR_MONTHS or lived + piece.size * months > MONTHS
            if held and (full or held[0].cell.arm != cell.arm):
                yield Task(number, tuple(held))
                held, weight, lived, number = [], 0, 0, number + 1
            held.append(piece)
            weight += piece.size * each
            lived += piece.size * months
    if held:
        yield Task(number, tuple(held))


def without_done(task: Task, done: Mapping[str, Ranges]) -> Task:
    """What of a task is not stored yet."""
    left: list[Piece] = []
    for piece in task.pieces:
        gaps = missing(piece.first, piece.size, done.get(piece.cell.key, []))
        left += [Piece(piece.cell, first, count) for first, count in gaps]
    return Task(task.number, tuple(left))


def missing(first: int, count: int, done: Ranges) -> Ranges:
    """Parts of a range that no stored range covers.

    >>> missing(0, 10, [(2, 3), (7, 1)])
    [(0, 2), (5, 2), (8, 2)]
    """
    gaps, at, end = [], first, first + count
    for start, size in sorted(done):
        if start + size <= at or start >= end:
            continue
        if start > at:
            gaps.append((at, start - at))
        at = max(at, start + size)
    if at < end:
        gaps.append((at, end - at))
    return gaps
