"""What a study will take before it is begun: runs, and about how long and how much disk."""

from __future__ import annotations

import io
import time

import numpy as np

from trustsim.engines.ensemble import cores
from trustsim.simulation import RECORDS
from trustsim.sweeps.cells import cells_of
from trustsim.sweeps.executors import check_workers
from trustsim.sweeps.parts import write_parquet
from trustsim.sweeps.plan import Piece, Task, pair_months
from trustsim.sweeps.run import job_of
from trustsim.sweeps.study import Study
from trustsim.sweeps.tables import arrow_table
from trustsim.sweeps.work import work

TRIED = 6  # cells
SECONDS = 0.2  # a cell


def forecast(study: Study, workers: int | None = None) -> str:
    """Two lines: how many runs, and about how long they take and how much disk.

    A little of some cells is simulated here; nothing is written.

    Parameters
    ----------
    study : Study
        What would be swept.
    workers : int, optional
        Threads or processes, as for `sweep`.

    Returns
    -------
    str
        With a precision target, a range from all cells stopping at the floor to all going on to
        the ceiling.

    Examples
    --------
    >>> study = Study("dyad", replicates=50, months=12, factors={"handover": [0.0, 0.8]})
    >>> print(forecast(study).splitlines()[0])
    2 cells (1 arm, 2 points), 100 runs of 12 months.
    """
    crew = check_workers(workers) or cores()
    cells = list(cells_of(study))
    sound = [cell for cell in cells if cell.scenario is not None]
    if not sound:
        return f"{_count(len(cells), 'cell')}, none of which can be simulated.\nNothing to do."
    places = np.unique(np.linspace(0, len(sound) - 1, TRIED).round().astype(int))
    seconds = weight = size = runs = 0.0
    for cell in (sound[place] for place in places):
        count, took = 1, 0.0
        while took < SECONDS / 4 and count < 10_000:
            count = count if took == 0 else min(10_000, max(2 * count, int(count * SECONDS / took)))
            piece, began = Piece(cell, 0, count), time.perf_counter()
            done, _ = work(job_of(study, Task(0, (piece,))))
            took = time.perf_counter() - began
        for one in done:
            for table in RECORDS[study.form.study.record]:
                buffer = io.BytesIO()
                whole = Piece(cell, one.first, one.size)
                write_parquet(
                    arrow_table(table, whole, one.raw, list(study.factors), one.own), buffer
                )
                size += buffer.tell()
        seconds, runs = seconds + took, runs + count
        weight += count * pair_months(cell, study.months)
    each = sum(pair_months(cell, study.months) for cell in sound) / len(sound)
    ends = [len(sound) * n for n in dict.fromkeys((study.replicates, study.most_replicates))]
    arms, points = _count(len(study.arms), "arm"), _count(len(cells) // len(study.arms), "point")
    design = f"{_count(len(cells), 'cell')} ({arms}, {points})"
    counted = " to ".join(f"{one:,}" for one in ends)
    taken = " to ".join(duration(one * each * seconds / weight / crew) for one in ends)
    disk = " to ".join(f"{one * size / runs / 1e6:,.1f} MB" for one in ends)
    return (
        f"{design}, {counted} runs of {study.months} months.\n"
        f"About {taken} with {_count(crew, 'worker')} on this machine, and {disk} of disk. "
        "Nothing was stored."
    )


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def duration(seconds: float) -> str:
    """Seconds in words.

    >>> duration(0.3), duration(100), duration(40_000), duration(1e6)
    ('1 s', '1.7 min', '11.1 h', '11.6 days')
    """
    for unit, name in ((2 * 86_400, "days"), (3600, "h"), (60, "min")):
        if seconds >= unit:
            return f"{seconds / (86_400 if name == 'days' else unit):.1f} {name}"
    return f"{max(round(seconds), 1)} s"
