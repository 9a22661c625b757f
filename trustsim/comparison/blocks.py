"""`compare`: every arm lived through block by block, so that its months need not be kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trustsim import arguments
from trustsim.comparison.arms import BASELINE, Arm, all_arms
from trustsim.comparison.curves import CURVES, curve_sums, monthly, without_months
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
    asked = checked_arguments(
        "compare", replicates=replicates, seed=seed, months=months, workers=workers
    )
    arguments.check_crew("compare", executor, progress)
    seed, months = asked.seed, asked.months
    # Each block would fit: what is kept of all of them must, too.
    kept_of = (base, *chosen.values())
    sizes = (
        memory_needed(one, asked.replicates, months, "ensemble", "members", 1) for one in kept_of
    )
    check_fits("compare", sum(sizes))
    options: dict[str, Any] = {
        "seed": seed,
        "months": months,
        "record": "all",
        "workers": asked.workers,
        "executor": executor,
        "progress": progress,
    }
    sums = {name: curve_sums(months) for name in chosen}
    kept: dict[str, list[Raw]] = {name: [] for name in (BASELINE, *chosen)}
    for first in range(0, asked.replicates, BLOCK):
        size = min(BLOCK, asked.replicates - first)
        here = simulate(base, first=first, replicates=size, **options)._raw
        before = monthly(here, months)
        kept[BASELINE].append(without_months(here))
        for name, other in chosen.items():
            there = simulate(other, first=first, replicates=size, **options)._raw
            after = monthly(there, months)
            kept[name].append(without_months(there))
            for curve in CURVES:
                sums[name][curve.name].add(before[curve.name], after[curve.name])
    scenarios = {BASELINE: base, **chosen}
    runs = {name: _runs(scenarios[name], seed, months, kept[name]) for name in scenarios}
    return Comparison(runs.pop(BASELINE), runs, sums)


def _runs(scenario: Scenario, seed: int, months: int, parts: list[Raw]) -> Runs:
    return Runs(scenario, seed, months, "ensemble", "members", joined(parts))
