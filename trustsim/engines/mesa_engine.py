"""The Mesa engine over many partnerships: slow, and the same bits as the compiled one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from trustsim.engines import packing, records
from trustsim.engines.ensemble import Raw
from trustsim.engines.partnership import DISSOLVED, Partnership
from trustsim.schema import MEMBERS, MONTHS, RUNS


def run_mesa(
    scenario: Any,
    *,
    seed: int,
    first: int,
    count: int,
    months: int,
    record_months: bool = False,
    record_members: bool = False,
    model_class: type[Partnership] = Partnership,
    progress: Callable[[int], object] | None = None,
) -> Raw:
    """Replicates first ... first + count - 1 of a scenario, one after another."""
    runs: list[list[float]] = []
    rows: list[list[float]] = []
    members: list[list[float]] = []
    occupancy = np.zeros((months, packing.OCCUPANCY), dtype=np.int64)
    for replicate in range(first, first + count):
        model = model_class(scenario, seed=seed, replicate=replicate, months=months)
        while model.running:
            model.step()
            count_month(model, occupancy, model.month)
        for later in range(model.month + 1, months + 1):
            count_month(model, occupancy, later)
        runs.append(records.run_numbers(model))
        if record_months:
            rows += model.rows
        if record_members:
            members += records.member_numbers(model)
        model.release()
        if progress is not None:
            progress(1)
    return Raw(
        _matrix(runs, len(RUNS)),
        _matrix(rows, len(MONTHS)),
        occupancy,
        _matrix(members, len(MEMBERS)),
    )


def count_month(model: Partnership, occupancy: np.ndarray, month: int) -> None:
    """Adds this partnership to the month's counts, in the columns of `schema.OCCUPANCY`."""
    lost = int(model.members_lost)
    row = occupancy[month - 1]
    row[model.status] += 1
    row[DISSOLVED + 1] += lost
    row[DISSOLVED + 2] += lost * lost
    row[DISSOLVED + 3] += lost > 0


def _matrix(rows: list[list[float]], columns: int) -> np.ndarray:
    return np.array(rows, dtype=np.float64).reshape(len(rows), columns)
