"""`compare`: every arm lived through block by block, so that its months need not be kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trustsim import arguments
from trustsim.analysis.curves import PairedSums
from trustsim.comparison.arms import BASELINE, Arm, all_arms
from trustsim.comparison.curves import CURVES, monthly
from trustsim.comparison.result import Comparison
from trustsim.engines.ensemble import joined
from trustsim.scenarios.files import scenario as scenario_of
from trustsim.scenarios.scenario import Scenario
from trustsim.simulation import Runs, check_fits, checked_arguments, memory_needed, simulate

if TYPE_CHECKING:
    from trustsim.engines.ensemble import Raw

BLOCK = 1000
"""Partnerships whose months are held at a time; fixed, so that curves have the same bits."""


def compare(
    baseline: Scenario | str | Path,
    arms: Mapping[str, Arm],
    *,
    replicates: int = 1000,
    seed: int | None = 0,
    months: int = 120,
    lifted: bool = True,
    workers: int | None = None,
    executor: Executor | None = None,
    progress: Callable[[int], object] | None = None,
) -> Comparison:
    """Live through the same partnerships under a baseline and under other arms.

    Parameters
    ----------
    baseline : Scenario or str
        What the arms are compared with: a scenario, a setting's name or a file.
    arms : mapping
        By name: a scenario, or what is done on top of the baseline (an intervention, several, or
        as typed, "+mandate:dose=0.5").
    replicates, seed, months, workers, executor, progress
        As for `simulate`; every arm meets the same luck.
    lifted : bool, optional
        Whether each silver bullet that is in force in the baseline is also lifted, as an arm
        called "without NAME".

    Raises
    ------
    ParameterError, ScenarioError, ResourceError
        As `simulate`; and for an arm without a name, or none at all.

    Examples
    --------
    >>> from trustsim.scenarios.interventions import coordinator
    >>> compare("dyad", {"with coordinator": coordinator()}, replicates=5, months=24).names
    ('with coordinator',)
    """
    base = scenario_of(baseline)
    chosen = all_arms(base, arms, lifted=arguments.switch("compare", "lifted", lifted))
    asked = checked_arguments("compare", replicates, seed, months, workers=workers)
    arguments.check_crew("compare", executor, progress)
    scenarios = {BASELINE: base, **chosen}
    # Each block would fit: what is kept of all of them must, too.
    needed = (asked.replicates, asked.months, "ensemble", "members", 1)
    check_fits("compare", sum(memory_needed(one, *needed) for one in scenarios.values()))
    months = asked.months
    options: dict[str, Any] = {
        "seed": asked.seed,
        "months": months,
        "record": "all",
        "workers": asked.workers,
        "executor": executor,
        "progress": progress,
    }
    sums = {name: {curve.name: PairedSums(months) for curve in CURVES} for name in chosen}
    kept: dict[str, list[Raw]] = {name: [] for name in scenarios}
    for first in range(0, asked.replicates, BLOCK):
        size = min(BLOCK, asked.replicates - first)
        before: dict[str, np.ndarray] = {}
        for name, scenario in scenarios.items():
            raw = simulate(scenario, first=first, replicates=size, **options)._raw
            after = monthly(raw, months)
            before = before or after
            kept[name].append(raw._replace(months=raw.months[:0].copy()))
            for curve, summed in sums.get(name, {}).items():
                summed.add(before[curve], after[curve])
    runs = {
        name: Runs(scenarios[name], asked.seed, months, "ensemble", "members", joined(parts))
        for name, parts in kept.items()
    }
    return Comparison(runs.pop(BASELINE), runs, sums)
