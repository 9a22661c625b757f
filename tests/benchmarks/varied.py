"""Scenarios drawn at random with every mechanism on: what a second engine must agree on."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from trustsim.engines import packing
from trustsim.model.parameters import PARAMETERS, Parameter

SIZES = ("organisations", "people", "tiers")
DOSES = tuple(parameter.name for parameter in PARAMETERS if parameter.evidence == "dose")
MILD = {
    "coordinator_capacity": 6.0,
    "extra_meetings": 4.0,
    "incident_integrity": 8.0,
    "incident_competence": 8.0,
    "outside_option": 3.0,
    "exit_breach": 1.0,
    "exit_departure": 1.0,
    "exit_contagion": 1.0,
    "mature_value": 1.0,
    "tenure": 60.0,
    "pace": 40.0,
    "replacement": 0.05,
    "routines_lost": 0.1,
    "exit_option": 0.05,
    "exit_frustration": 0.1,
    "outside_hazard": 0.01,
    "vote_rate": 0.1,
    "sponsor_stop": 0.02,
    "refill": 0.3,
    "maturity_hold": 9.0,
    "tokenistic_hold": 14.0,
}
"""Upper ends within which most partnerships live long enough to show every mechanism."""


def value_within(parameter: Parameter, dice: random.Random) -> float:
    high = MILD.get(parameter.name, min(parameter.high, 4.0 * max(parameter.default, 0.1)))
    value = dice.uniform(parameter.low, max(high, parameter.low))
    return float(round(value)) if parameter.whole else value


def change(dice: random.Random, organisations: int, group: float) -> tuple[float, ...]:
    """One row of the table of changes, as `packing.CHANGE` orders it."""
    changeable = [parameter for parameter in PARAMETERS if parameter.name not in SIZES]
    parameter = dice.choice(changeable)
    operation = dice.choice((0, 1, 2))
    value = dice.uniform(0.0, 1.6) if operation == 2 else value_within(parameter, dice)
    target = -1.0
    if packing.targets_one_organisation(parameter.name) and dice.random() < 0.4:
        target = float(dice.randrange(organisations))
    start = 0.0 if group >= 0.0 else float(dice.randrange(40))
    months = dice.choice((-1.0, 1.0, 6.0, 24.0))
    row = packing.NAMES.index(parameter.name)
    return (float(row), float(operation), value, dice.random(), start, months, target, group)


def varied(index: int) -> tuple[packing.Setup, int]:
    """Scenario number `index` and the months to run it for."""
    dice = random.Random(index)
    values: dict[str, Any] = {parameter.name: parameter.default for parameter in PARAMETERS}
    for parameter in PARAMETERS:
        if dice.random() < 0.3 or (parameter.name in DOSES and dice.random() < 0.5):
            values[parameter.name] = value_within(parameter, dice)
    values["organisations"] = dice.choice((2, 3, 4, 5, 8, 11))
    values["people"] = dice.choice((1, 1, 2, 2, 3, 4))
    values["tiers"] = dice.choice((1, 2, 3))
    values["may_exit"] = float(dice.random() < 0.9)
    menu = dice.choice((0, 1, 3))
    groups = [-1.0] * dice.choice((0, 2, 6)) + [float(group) for group in range(menu)] * 2
    changes = [change(dice, int(values["organisations"]), group) for group in groups]
    if menu:
        values["silver_bullet_propensity"] = 0.3
        values["silver_bullet_threshold"] = 0.2
        values["silver_bullet_pause"] = float(dice.choice((0, 6, 12)))
    return packing.setup(values, changes, menu), dice.choice((1, 24, 60, 120))


def tables(plan: packing.Setup, seed: int, count: int, months: int, run: Any) -> dict[str, Any]:
    """Runs, months and occupancy as `run` fills them: as plain arrays, to be compared in bits.

    run: called like `kernel.run_replicates`.
    """
    width = len(packing.MONTH.names)
    runs = np.zeros(count, dtype=packing.RUN)
    rows_flat = np.zeros((count * months, width))
    rows = rows_flat.view(packing.MONTH).reshape(count * months)
    lengths = np.zeros(count, dtype=np.int64)
    counts = np.zeros((months, packing.OCCUPANCY), dtype=np.int64)
    run(
        plan, packing.arrays(plan), seed, seed + 1, 5, count, months, runs.view(np.recarray),
        rows.view(np.recarray), rows_flat, packing.FIRST_ACTION, lengths, counts,
    )  # fmt: skip
    flat = runs.view(np.float64).reshape(count, -1)
    return {"runs": flat, "months": rows_flat, "lengths": lengths, "occupancy": counts}
