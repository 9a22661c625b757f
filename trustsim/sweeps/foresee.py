"""What a study will take before it is begun: runs, time, memory, disk. Nothing is written."""

from __future__ import annotations

import io
import itertools
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from trustsim.engines.packing import bytes_needed
from trustsim.errors import ResourceError, refusal
from trustsim.simulation import RECORDS
from trustsim.sweeps.cells import Cell, cells_of
from trustsim.sweeps.design import points_of
from trustsim.sweeps.plan import (
    LONGEST_PIECE,
    MONTHS,
    PAIR_MONTHS,
    Piece,
    Task,
    pair_months,
    tasks_of,
)
from trustsim.sweeps.pools import Pool, pool_of
from trustsim.sweeps.precision import looks_at
from trustsim.sweeps.run import job_of
from trustsim.sweeps.sources import cell_row
from trustsim.sweeps.store import write_parquet
from trustsim.sweeps.study import Study
from trustsim.sweeps.tables import arrow_table
from trustsim.sweeps.work import work

LOOKED_AT = 2000  # cells, evenly spread, from which all are reckoned
TIMED = 6  # cells
SECONDS_A_CELL = 0.25
SECONDS_IN_ALL = 4.0
SPREAD = 1.3
"""Factor on a time for what the machine does meanwhile, beside how far the timed cells differ."""

PROCESS = 300 * 2**20  # bytes of an interpreter with the compiled engine, where it can't be asked

Span = tuple[float, float]


@dataclass(frozen=True)
class Foreseen:
    """What a study will take on this machine.

    arms, points, cells: sizes of the design; impossible: cells whose values contradict each
    other; months: horizon; runs, files, disk (bytes), seconds: least and most (with a precision
    target, all cells stopping at the floor, or at the ceiling); memory: bytes, at the most;
    workers: that do the work; timed: cells that were timed; took: seconds that this took;
    sampled: whether figures are reckoned from some of the cells.
    """

    arms: int
    points: int
    cells: int
    impossible: int
    months: int
    runs: tuple[int, int]
    files: tuple[int, int]
    disk: tuple[int, int]
    seconds: Span
    memory: int
    workers: int
    timed: int
    took: float
    sampled: bool

    def in_words(self) -> str:
        """For the terminal, a line a figure."""
        few, many = self.runs
        runs = f"{few:,}" if few == many else f"{few:,} (all stop at the floor) to {many:,}"
        design = f"{_many(self.arms, 'arm')}, {_many(self.points, 'point')}"
        lines = [
            f"cells    {self.cells:,} ({design})",
            f"runs     {runs}, of {_many(self.months, 'month')}",
            f"time     {_span(duration, self.seconds)} with {_many(self.workers, 'worker')}",
            f"memory   up to {size(self.memory)}",
            f"disk     about {_span(size, self.disk)}, files: {_span('{:,}'.format, self.files)}",
        ]
        if self.impossible:
            some = _many(self.impossible, "cell")
            lines.insert(1, f"         {some} can't be simulated: values contradict each other")
        lines.append(
            f"Time and disk are reckoned from {_many(self.timed, 'cell')} of this study, a little "
            f"of each simulated here ({duration(self.took)}); other work on the machine adds to it."
        )
        if self.sampled:
            lines.append(f"Runs and files are reckoned from about {LOOKED_AT:,} of the cells.")
        return "\n".join([*lines, "Nothing was stored."])


def foresee(
    study: Study | str | Path, workers: int | None = None, executor: Executor | None = None
) -> Foreseen:
    """What a study will take, from simulating a little of it; nothing is written.

    Parameters
    ----------
    study : Study or path
        What would be swept.
    workers : int, optional
        Threads or processes, as for `sweep`.
    executor : Executor, optional
        As for `sweep`; it is timed itself.

    Raises
    ------
    StudyError, ScenarioError, ParameterError
        The study makes no sense.
    ResourceError
        A worker process died.

    Examples
    --------
    >>> found = foresee(Study("dyad", replicates=50, months=12, factors={"handover": [0.0, 0.8]}))
    >>> found.cells, found.runs, found.files
    (2, (100, 100), (1, 1))
    """
    began = time.perf_counter()
    chosen = study if isinstance(study, Study) else Study.read(study)
    points = len(points_of(chosen))
    total = points * len(chosen.arms)
    looked = list(cells_of(chosen, step=max(1, total // LOOKED_AT)))
    sound = [cell for cell in looked if cell.scenario is not None]
    scale = total / len(looked)
    sizes = _sizes(chosen)
    runs = _span_of(scale * len(sound) * sizes[0], scale * len(sound) * sizes[-1])
    with pool_of(chosen, executor, workers) as pool:
        crew, ahead = pool.workers, pool.ahead
        try:
            tried = _tried(chosen, _spread(sound), pool, crew)
        except BrokenExecutor as problem:
            step = "Call it under `if __name__ == '__main__':`, or give it more memory."
            raise ResourceError(
                refusal("foresee", "worker", "died", "ended while cells were timed", step)
            ) from problem
    counts = [sum(1 for _ in tasks_of(sound, one, chosen.months)) for one in sizes]
    tables = len(RECORDS[chosen.form.study.record])
    files = _span_of(scale * tables * counts[0], scale * tables * sum(counts))
    each = [pair_months(cell, chosen.months) for cell in sound]
    cells_on_disk = _bytes_of_cells(chosen, looked) * total
    heads = [tried.a_file * count for count in files] if tried else [0, 0]
    grown = [tried.a_run * count for count in runs] if tried else [0, 0]
    weight = scale * sum(each)
    whole = weight * tried.pace if tried else 0.0
    doubt = tried.doubt if tried else 1.0
    return Foreseen(
        arms=len(chosen.arms),
        points=points,
        cells=total,
        impossible=round(scale * (len(looked) - len(sound))),
        months=chosen.months,
        runs=runs,
        files=files,
        disk=_span_of(*(a + b + cells_on_disk for a, b in zip(heads, grown, strict=True))),
        seconds=(whole * sizes[0] / doubt, whole * sizes[-1] * doubt),
        memory=_memory(chosen, sound, each, tried, (crew, ahead), total),
        workers=crew,
        timed=tried.cells if tried else 0,
        took=time.perf_counter() - began,
        sampled=len(looked) < total,
    )


class Tried(NamedTuple):
    """What a little of a study took.

    pace: seconds of the whole crew for a pair and month; doubt: factor by which it may be off;
    a_run, a_file: bytes on disk; held: bytes in memory while a run waits to be stored.
    """

    cells: int
    pace: float
    doubt: float
    a_run: float
    a_file: float
    held: float


def _sizes(study: Study) -> list[int]:
    """Replicates a cell, at each look."""
    wanted = study.form.precision
    return [study.replicates] if wanted is None else looks_at(wanted.floor, wanted.ceiling)


def _spread(cells: Sequence[Cell]) -> list[Cell]:
    """A few cells from the first to the last."""
    places = np.unique(np.linspace(0, len(cells) - 1, TIMED).round().astype(int))
    return [cells[place] for place in places] if cells else []


def _tried(study: Study, cells: Sequence[Cell], pool: Pool, crew: int) -> Tried | None:
    """Simulates some of each cell for a moment and stores it in a buffer; None without cells."""
    if not cells:
        return None
    _crewed(study, cells[0], 1, pool, crew)  # compiles, and starts processes
    lives: list[Span] = []
    on_disk, held, began = [], [], time.perf_counter()
    for cell in cells:
        if lives and time.perf_counter() - began > SECONDS_IN_ALL:
            break
        size = 1
        while True:
            seconds, tables = _crewed(study, cell, size, pool, crew)
            if seconds > SECONDS_A_CELL / 4 or size >= LONGEST_PIECE:
                break
            size = min(LONGEST_PIECE, max(2 * size, int(size * SECONDS_A_CELL / seconds)))
        lives.append((seconds / (crew * size), float(pair_months(cell, study.months))))
        on_disk.append(_bytes_on_disk(tables, size * crew))
        # Numbers as they come, the same as a table, and the file that is being made of it.
        held.append(3 * sum(table.nbytes for table in tables) / (size * crew))
    a_run, a_file = np.mean(on_disk, axis=0)
    took, pairs = np.transpose(lives)
    # As many runs a cell: seconds over pairs and months is a mean of paces, weighted by size.
    differ = np.std(np.log(took / pairs), ddof=1) if len(lives) > 1 else 1.0
    doubt = SPREAD * float(np.exp(2 * differ / np.sqrt(len(lives))))
    pace = float(took.sum() / pairs.sum())
    return Tried(len(lives), pace, doubt, float(a_run), float(a_file), float(np.mean(held)))


def _crewed(
    study: Study, cell: Cell, size: int, pool: Pool, crew: int
) -> tuple[float, list[pa.Table]]:
    """Every worker simulates some of one cell: seconds until all is there as tables."""
    pieces = [Piece(cell, number * size, size) for number in range(crew)]
    began = time.perf_counter()
    running = [pool.submit(work, job_of(study, Task(0, (piece,)))) for piece in pieces]
    parts: dict[str, list[pa.Table]] = {}
    for future in running:
        for name, one in itertools.product(RECORDS[study.form.study.record], future.result()[0]):
            lived = Piece(cell, one.first, one.size)
            table = arrow_table(name, lived, one.raw, list(study.factors), one.own)
            parts.setdefault(name, []).append(table)
    tables = [pa.concat_tables(part).unify_dictionaries() for part in parts.values()]
    for table in tables:
        write_parquet(table, io.BytesIO())
    return time.perf_counter() - began, tables


def _bytes_on_disk(tables: Sequence[pa.Table], runs: int) -> Span:
    """Of a run, and of a file beside its runs: from the whole and the first half."""
    whole = half = 0
    for table in tables:
        whole += _stored(table)
        half += _stored(table.slice(0, len(table) // 2))
    a_run = max(whole - half, 0) / (runs / 2)
    return a_run, max(whole - a_run * runs, 0) / max(len(tables), 1)


def _stored(table: pa.Table) -> int:
    buffer = io.BytesIO()
    write_parquet(table, buffer)
    return buffer.tell()


def _bytes_of_cells(study: Study, cells: Sequence[Cell]) -> float:
    """Of one cell in the table of cells."""
    buffer = io.BytesIO()
    rows = [cell_row(cell, list(study.factors)) for cell in cells]
    pd.DataFrame(rows).to_parquet(buffer, index=False)
    return buffer.tell() / len(cells)


def _memory(
    study: Study,
    cells: Sequence[Cell],
    each: Sequence[int],
    tried: Tried | None,
    pool: tuple[int, int],
    total: int,
) -> int:
    """Of the process: itself, the partnerships being lived, the tasks not stored yet, the cells."""
    if tried is None:
        return PROCESS
    crew, ahead = pool
    a_task = min(PAIR_MONTHS // min(each), MONTHS // study.months)
    waiting = ahead * min(a_task, max(_sizes(study)) * total) * tried.held
    largest = max(cells, key=lambda cell: pair_months(cell, study.months))
    assert largest.scenario is not None
    values = largest.scenario.values()
    lived = crew * bytes_needed(int(values["organisations"]), int(values["people"]))
    text = max(len(str(cell_row(cell, list(study.factors)))) for cell in _spread(cells))
    return int(_process() + waiting + lived + 3 * text * total)


def _process() -> int:
    """Memory that this process has taken at most, in bytes."""
    try:
        import resource
    except ImportError:
        return PROCESS
    taken = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(taken if sys.platform == "darwin" else taken * 1024)


def _span_of(low: float, high: float) -> tuple[int, int]:
    return round(low), round(high)


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _span(words: Callable[[float], str], span: Span) -> str:
    low, high = words(span[0]), words(span[1])
    return low if low == high else f"{low} to {high}"


def size(count: float) -> str:
    """Bytes in words.

    >>> size(1.5e6), size(300)
    ('1.5 MB', '300 bytes')
    """
    for unit, name in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count:.0f} bytes"


def duration(seconds: float) -> str:
    """Seconds in words.

    >>> duration(0.3), duration(100), duration(40_000), duration(1e6)
    ('less than 1 s', '1.7 min', '11.1 h', '11.6 days')
    """
    for unit, name in ((86_400 * 2, "days"), (3600, "h"), (60, "min"), (1, "s")):
        if seconds >= unit:
            unit = 86_400 if name == "days" else unit
            return f"{seconds / unit:.{0 if name == 's' else 1}f} {name}"
    return "less than 1 s"
