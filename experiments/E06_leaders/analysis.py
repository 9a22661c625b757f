"""Changing the leaders after two years: over the trust it meets, turnover and the handover."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
from E06_leaders.explored import explored
from E06_leaders.lives import MATURED, START, UNITS, VALUE, estimate, outcomes
from E06_leaders.pictures import plot_grid, plot_thirds
from E06_leaders.words import limits, sentences
from harness import Analysis

import trustsim as ts
from trustsim.report import Figure, Table, picture
from trustsim.scenarios.interventions import replace_leaders

TITLE = "When does changing the leaders help?"
FULL = {"replicates": 1500, "seed": 2106, "months": 96}
TOY = {"replicates": 20, "seed": 2106, "months": 96}
HISTORIES = (0.2, 0.35, 0.5, 0.65, 0.8)
TENURES = (12, 30, 84)
HANDOVERS = (0.0, 0.4, 0.9)
DEFAULTS = (0.5, 30, 0.4)
THIRDS = ("lowest", "middle", "highest")


class Cell(NamedTuple):
    """One setting: history, tenure, handover, and what changed in each partnership.

    changes: other minus baseline, missing where there is nothing to compare; before: mean trust
    when the leaders were about to go, missing in partnerships that had dissolved.
    """

    history: float
    tenure: float
    handover: float
    changes: dict[str, np.ndarray]
    before: np.ndarray

    @property
    def name(self) -> str:
        """As the quantities name it."""
        return f"history {self.history:g}, tenure {self.tenure:g}, handover {self.handover:g}"


def analyse(
    scenario: ts.Scenario, sizes: Mapping[str, int], progress: Callable[[int], object]
) -> Analysis:
    """Every setting with and without the change of leaders, on the same luck."""
    cells = {
        key: _cell(scenario, key, dict(sizes, progress=progress, record="months"))
        for key in product(HISTORIES, TENURES, HANDOVERS)
    }
    grid = pd.DataFrame([row for cell in cells.values() for row in _grid_rows(cell)])
    thirds = pd.DataFrame([row for cell in cells.values() for row in _third_rows(cell)])
    pooled = pd.DataFrame(_pooled_thirds(cells))
    elsewhere = explored(dict(sizes, progress=progress))
    found = pd.concat([_measured(grid, cells), _of_elsewhere(elsewhere)], ignore_index=True)
    return Analysis(
        found,
        _tables(grid, thirds, pooled, elsewhere),
        _figures(grid, pooled),
        sentences(grid, pooled, elsewhere, found),
        limits(sizes["replicates"]),
    )


def _cell(
    scenario: ts.Scenario, key: tuple[float, float, float], sizes: Mapping[str, object]
) -> Cell:
    history, tenure, handover = key
    setting = scenario.with_(history=history, tenure=tenure, handover=handover)
    one, other = (
        outcomes(ts.simulate(chosen, **sizes))
        for chosen in (setting, setting + replace_leaders(start=START))
    )
    changes = {name: other[name] - one[name] for name in UNITS}
    return Cell(history, tenure, handover, changes, one["before"])


def _setting(cell: Cell) -> dict[str, float]:
    return {"history": cell.history, "tenure": cell.tenure, "handover": cell.handover}


def _grid_rows(cell: Cell) -> list[dict[str, object]]:
    trust = float(np.nanmean(cell.before))
    return [
        {**_setting(cell), "trust_before": trust, "outcome": name, "unit": unit,
         **estimate(cell.changes[name])}
        for name, unit in UNITS.items()
    ]  # fmt: skip


def thirds_of(before: np.ndarray) -> np.ndarray:
    """Third by mean trust at the time: 0, 1, 2, or -1 for partnerships that had dissolved."""
    alive = ~np.isnan(before)
    third = np.full(len(before), -1)
    order = np.argsort(before[alive], kind="stable")
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.arange(len(order))
    third[alive] = ranks * 3 // max(len(order), 1)
    return third


def _third_rows(cell: Cell) -> list[dict[str, object]]:
    third = thirds_of(cell.before)
    return [
        {**_setting(cell), "third": name, "trust_before": float(cell.before[third == n].mean()),
         "outcome": outcome, "unit": unit, **estimate(cell.changes[outcome][third == n])}
        for n, name in enumerate(THIRDS)
        if (third == n).any()
        for outcome, unit in UNITS.items()
    ]  # fmt: skip


def _pooled_thirds(cells: Mapping[tuple[float, float, float], Cell]) -> list[dict[str, object]]:
    """The same with all histories in one pot: the trust at the time ranges more widely there."""
    rows = []
    for tenure, handover in product(TENURES, HANDOVERS):
        chosen = [cells[history, tenure, handover] for history in HISTORIES]
        before = np.concatenate([cell.before for cell in chosen])
        third = thirds_of(before)
        for n, name in enumerate(THIRDS):
            trust = float(before[third == n].mean())
            here = {"tenure": tenure, "handover": handover, "third": name, "trust_before": trust}
            for outcome, unit in UNITS.items():
                values = np.concatenate([cell.changes[outcome] for cell in chosen])
                rows.append(
                    {**here, "outcome": outcome, "unit": unit, **estimate(values[third == n])}
                )
    return rows


def _measured(grid: pd.DataFrame, cells: Mapping[tuple[float, float, float], Cell]) -> pd.DataFrame:
    rows = [
        {"quantity": f"{_name(row)}: {row['outcome']}",
         **{key: row[key] for key in ("estimate", "low", "high", "unit", "n")}}
        for row in grid.to_dict("records")
    ]  # fmt: skip
    unit = UNITS[VALUE]
    for history, text in ((0.2, ".2"), (0.8, ".8")):
        with_it, without = (cells[history, 30, v].changes[VALUE] for v in (0.9, 0.0))
        quantity = f"handover .9 minus 0 at history {text}, tenure 30: {VALUE}"
        rows.append({"quantity": quantity, **estimate(with_it - without), "unit": unit})
    slow, fast = (cells[0.8, tenure, 0.0].changes[VALUE] for tenure in (84, 12))
    quantity = f"tenure 84 minus 12 at history .8, handover 0: {VALUE}"
    rows.append({"quantity": quantity, **estimate(slow - fast), "unit": unit})
    return pd.DataFrame(rows + _of_thirds(cells[DEFAULTS]))


def _of_thirds(cell: Cell) -> list[dict[str, object]]:
    """Thirds at the defaults; two of them are different partnerships, so no pairs there."""
    third, values = thirds_of(cell.before), cell.changes[VALUE]
    ends = [values[third == n] for n in (0, 2)]
    rows = [
        {"quantity": f"{name} third by trust at the time, defaults: {VALUE}", **estimate(some),
         "unit": UNITS[VALUE]}
        for name, some in zip(("lowest", "highest"), ends, strict=True)
    ]  # fmt: skip
    gap = float(ends[0].mean() - ends[1].mean())
    error = float(np.sqrt(sum(some.var(ddof=1) / len(some) for some in ends)))
    name = f"lowest minus highest third by trust at the time, defaults: {VALUE}"
    row = {"quantity": name, "estimate": gap, "low": gap - 1.96 * error, "high": gap + 1.96 * error}
    return [*rows, {**row, "unit": UNITS[VALUE], "n": int(sum(len(some) for some in ends))}]


def _of_elsewhere(elsewhere: pd.DataFrame) -> pd.DataFrame:
    name = "explored, " + elsewhere["setting"] + ": " + elsewhere["outcome"]
    return elsewhere.assign(quantity=name)[["quantity", "estimate", "low", "high", "unit", "n"]]


def _name(row: Mapping[str, float]) -> str:
    return f"history {row['history']:g}, tenure {row['tenure']:g}, handover {row['handover']:g}"


def _tables(
    grid: pd.DataFrame, thirds: pd.DataFrame, pooled: pd.DataFrame, elsewhere: pd.DataFrame
) -> list[Table]:
    intervals = "Paired differences with Student's 95 % intervals"
    return [
        Table(
            "grid",
            "Every setting",
            f"{intervals}. trust_before: mean trust at month {START}, among those alive. Trust "
            "after a year is compared where both of a pair are alive then.",
            grid,
        ),
        Table("thirds", "By trust at the time, within each setting", f"{intervals}.", thirds),
        Table("thirds_pooled", "By trust at the time, all histories", f"{intervals}.", pooled),
        Table(
            "explored",
            "Where it might help: explored after the verdicts",
            f"{intervals}. Settings thought of once the grid had been seen, all of them shown; no "
            "prediction was made for them.",
            elsewhere,
        ),
    ]


def _figures(grid: pd.DataFrame, pooled: pd.DataFrame) -> list[Figure]:
    found = []
    for outcome, name in ((VALUE, "value"), (MATURED, "matured")):
        rows = grid[grid["outcome"] == outcome]
        caption = (
            f"Change of {outcome} when half of the leaders are replaced in month {START + 1}. + "
            "and −: the 95 % interval lies above or below no change; no mark: can't be told."
        )
        title = f"What changing the leaders does to {outcome}"
        found.append(Figure(f"grid_{name}", title, caption, picture(plot_grid(rows)), rows))
    rows = pooled[pooled["outcome"] == VALUE]
    caption = (
        f"The same by each partnership's own mean trust in month {START}, when its leaders were "
        "about to go; all histories pooled, in thirds. Lines: 95 % intervals."
    )
    title = "It depends on the trust that it replaces"
    found.append(Figure("thirds", title, caption, picture(plot_thirds(rows)), rows))
    return found
