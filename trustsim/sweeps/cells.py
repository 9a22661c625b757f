"""Cells of a study: each arm at each point of the design, as a scenario with a key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from trustsim.errors import TrustsimError
from trustsim.model.parameters import BY_NAME
from trustsim.scenarios.files import from_data
from trustsim.scenarios.interventions.catalog import CATALOG
from trustsim.scenarios.interventions.definition import Intervention
from trustsim.scenarios.scenario import Scenario
from trustsim.sweeps.design import points_of
from trustsim.sweeps.tables import ARM, CELL

if TYPE_CHECKING:
    from trustsim.sweeps.study import Study

KEY = 12  # hexadecimal digits: a clash among a million cells has a chance of 1 in 500


@dataclass(frozen=True)
class Cell:
    """One arm at one point.

    key: hash of what is simulated, the same in every study that holds this cell; number: its
    place in this study; problem: why it can't be simulated, or "".
    """

    key: str
    number: int
    arm: str
    point: int
    factors: tuple[float, ...]
    scenario: Scenario | None
    problem: str = ""


def cells_of(study: Study) -> Iterator[Cell]:
    """Every cell, arm by arm, in the order of the design.

    A cell whose values contradict each other is one with a problem, not an error.
    """
    points = points_of(study)
    names = list(points.columns)
    rows = points.to_numpy(dtype=float)
    for place, (arm, items) in enumerate(study.arms.items()):
        for point, row in enumerate(rows):
            number = place * len(rows) + point
            factors = tuple(float(value) for value in row)
            values = dict(zip(names, factors, strict=True))
            scenario, problem = None, ""
            try:
                scenario = _scenario(study, arm, items, values)
            except TrustsimError as found:
                problem = f"{type(found).__name__}: {found}"
            key = _key(study, arm, values, scenario)
            yield Cell(key, number, arm, point, factors, scenario, problem)


def cell_rows(cells: Iterable[Cell], factors: list[str]) -> pd.DataFrame:
    """The table of cells: cell, number, arm, point, the factors, problem, scenario (JSON)."""
    rows = [
        {
            CELL: cell.key,
            "number": cell.number,
            ARM: cell.arm,
            "point": cell.point,
            **dict(zip(factors, cell.factors, strict=True)),
            "problem": cell.problem,
            "scenario": "" if cell.scenario is None else cell.scenario.to_json(),
        }
        for cell in cells
    ]
    return pd.DataFrame(rows)


def scenario_of_cell(text: str) -> Scenario:
    """A cell's scenario from what is stored of it."""
    return from_data(json.loads(text), "cells")


def _scenario(
    study: Study, arm: str, items: tuple[Intervention, ...], values: dict[str, float]
) -> Scenario:
    parameters = {
        name: int(value) if BY_NAME[name].whole and value == int(value) else value
        for name, value in values.items()
        if name in BY_NAME
    }
    changed = [_with_arguments(item, values) for item in items]
    scenario = study.scenario.with_(**parameters) if parameters else study.scenario
    scenario = scenario + changed if changed else scenario
    return scenario.with_(name=f"{study.scenario.name}, {arm}")  # type: ignore[arg-type]


def _with_arguments(item: Intervention, values: dict[str, float]) -> Intervention:
    """An intervention with the arguments that are factors."""
    given: dict[str, Any] = dict(item.arguments)
    for name, value in values.items():
        owner, _, argument = name.partition(".")
        if argument and owner == item.name:
            given[argument] = value
    return CATALOG[item.name](**given)


def _key(study: Study, arm: str, factors: dict[str, float], scenario: Scenario | None) -> str:
    content = {
        "arm": arm,
        "factors": factors,
        "scenario": "" if scenario is None else scenario.digest(),
        "months": study.months,
        "seed": study.seed,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:KEY]
