"""Two engines, one rule book: the same bits, whatever the scenario and however it is run."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tests.parity.digests import GOLDEN, GOLDEN_NUMBERS, compiled, digest, digests, with_agents
from tests.parity.random_scenarios import WITH_RULES, scenario_number
from trustsim import schema
from trustsim.engines.ensemble import run_ensemble
from trustsim.engines.packing import setup
from trustsim.model.trust_rules import TRUST_RULES
from trustsim.scenarios.settings import SETTINGS
from trustsim.simulation import simulate

ROOT = Path(__file__).resolve().parents[2]
QUICK = 24
WHOLE = 600
TINY = [3, 7, 11, *(WITH_RULES + number for number in (0, 9, 16, 18))]  # each rule of trust


def differences(one, other) -> list[str]:
    """Columns in which two results differ in any bit."""
    tables = {
        "runs": schema.RUNS,
        "months": schema.MONTHS,
        "occupancy": schema.OCCUPANCY[1:],
        "members": schema.MEMBERS,
    }
    found = []
    for field, columns in tables.items():
        left, right = getattr(one, field), getattr(other, field)
        if left.shape != right.shape:
            found.append(f"{field}: {left.shape} and {right.shape}")
            continue
        differ = (left.view(np.int64) != right.view(np.int64)).any(axis=0)
        found += [
            f"{field}.{column.name}" for column, bad in zip(columns, differ, strict=True) if bad
        ]
    return found


def assert_parity(number: int) -> None:
    scenario = scenario_number(number)
    one, other = compiled(scenario), with_agents(scenario)
    assert not differences(one, other), f"random scenario {number}"
    assert np.isfinite(one.runs).all()
    assert np.isfinite(one.months).all()
    assert np.isfinite(one.members).all()


@pytest.mark.parametrize("number", range(QUICK))
def test_agents_and_kernel_give_the_same_bits(number):
    assert_parity(number)


@pytest.mark.parametrize("number", range(WITH_RULES, WITH_RULES + QUICK))
def test_agents_and_kernel_give_the_same_bits_under_any_rule_of_trust(number):
    assert_parity(number)


@pytest.mark.nightly
@pytest.mark.parametrize(
    "start", [*range(QUICK, WHOLE, 24), *range(WITH_RULES + QUICK, WITH_RULES + WHOLE, 24)]
)
def test_agents_and_kernel_give_the_same_bits_in_many_more_scenarios(start):
    for number in range(start, start + 24):
        assert_parity(number)


@pytest.mark.parametrize("name", SETTINGS)
def test_both_engines_agree_on_named_settings(name):
    results = [
        simulate(name, replicates=2, seed=5, months=36, engine=engine, record="all")._raw
        for engine in ("ensemble", "mesa")
    ]
    assert not differences(*results)


def test_random_scenarios_visit_every_rule_of_trust():
    numbers = range(WITH_RULES, WITH_RULES + QUICK)
    rules = {scenario_number(number).parameters["trust_rule"] for number in numbers}
    assert rules == set(range(len(TRUST_RULES)))


def test_the_comparison_sees_a_changed_last_bit():
    one = compiled(scenario_number(0))
    months = one.months.copy()
    column = schema.column_names(schema.MONTHS).index("mean_trust")
    months[-1, column] = np.nextafter(months[-1, column], 2.0)
    assert differences(one, one._replace(months=months)) == ["months.mean_trust"]


def test_random_scenarios_visit_every_fate():
    """Otherwise parity would be claimed for lives nobody led."""
    column = schema.column_names(schema.RUNS).index
    runs = np.vstack([compiled(scenario_number(number), 5).runs for number in range(200)])
    for fate in (
        "matured", "dissolved", "relapses", "tokenistic_months", "members_lost", "departures",
        "replaced_by_decree", "bullets_reached_for", "breaches",
    ):  # fmt: skip
        assert (runs[:, column(fate)] > 0).any(), fate
    causes = set(runs[:, column("cause")])
    assert {float(schema.CAUSES.index(cause)) for cause in ("frustration", "vote")} <= causes


@pytest.mark.parametrize("chunk", [1, 3, 7])
@pytest.mark.parametrize("workers", [1, 2])
def test_chunks_and_threads_change_no_number(chunk, workers):
    scenario = scenario_number(4)
    plan = setup(scenario.values(), scenario.change_rows(), scenario.menu_size())
    pieces = run_ensemble(
        plan,
        seed=scenario.seed,
        first=scenario.first,
        count=7,
        months=scenario.months,
        record_months=True,
        record_members=True,
        chunk=chunk,
        workers=workers,
    )
    assert digest(pieces) == digest(compiled(scenario, replicates=7))


def test_an_executor_of_ones_own_changes_no_number():
    with ThreadPoolExecutor(2) as pool:
        mine = simulate("dyad", replicates=9, months=24, chunk=2, executor=pool, record="all")
    alone = simulate("dyad", replicates=9, months=24, workers=1, record="all")
    assert digest(mine._raw) == digest(alone._raw)


@pytest.mark.parametrize(
    "golden", [GOLDEN_NUMBERS[::5], pytest.param(GOLDEN_NUMBERS, marks=pytest.mark.nightly)]
)
def test_the_kernel_gives_the_same_bits_interpreted(golden):
    numbers = sorted({*golden, *TINY})
    program = [sys.executable, "-W", "error", "-m", "tests.parity.digests", *map(str, numbers)]
    done = subprocess.run(
        program,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == digests(numbers)


def test_results_are_the_golden_ones():
    """If they moved on purpose, that is a change of the science: say so in the changelog."""
    assert digests(GOLDEN_NUMBERS) == json.loads(GOLDEN.read_text())
