"""The compiled engine against the same model in plain C: every bit, or the rules were misread."""

from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks import oracle
from tests.parity.random_scenarios import scenario_number
from trustsim import schema
from trustsim.engines.ensemble import Raw, run_chunk
from trustsim.engines.packing import Setup, setup
from trustsim.scenarios.files import scenario as scenario_of
from trustsim.scenarios.interventions import away_day, deadline, restructure
from trustsim.scenarios.settings import SETTINGS

SCENARIOS, AT_A_TIME = 500, 20
REPLICATES = 3
TABLES = {"runs": schema.RUNS, "months": schema.MONTHS, "occupancy": schema.OCCUPANCY[1:]}

pytestmark = pytest.mark.skipif(
    oracle.COMPILER is None, reason="no gcc here to build tests/benchmarks/oracle.c"
)


def plan_of(scenario) -> Setup:
    return setup(scenario.values(), scenario.change_rows(), scenario.menu_size())


def differences(one: Raw, other: Raw) -> list[str]:
    """Columns in which two results differ in any bit."""
    found = []
    for table, columns in TABLES.items():
        left, right = getattr(one, table), getattr(other, table)
        if left.shape != right.shape:
            found.append(f"{table}: {left.shape} and {right.shape}")
            continue
        differ = (left.view(np.int64) != right.view(np.int64)).any(axis=0)
        found += [f"{table}.{c.name}" for c, bad in zip(columns, differ, strict=True) if bad]
    return found


def has_avx2() -> bool:
    """Whether this processor can run the build by hand."""
    known = Path("/proc/cpuinfo")
    return known.exists() and " avx2 " in known.read_text()


BUILDS = [
    pytest.param(False, id="plain"),
    pytest.param(
        True,
        id="AVX2",
        marks=[pytest.mark.skipif(not has_avx2(), reason="no AVX2 here")],
    ),
]


def differences_in(number: int, by_hand: bool) -> list[str]:
    scenario = scenario_number(number)
    task = (plan_of(scenario), scenario.seed, scenario.first, REPLICATES, scenario.months, True)
    return differences(run_chunk(*task), oracle.run_oracle(*task, by_hand))


@pytest.mark.parametrize("by_hand", BUILDS)
@pytest.mark.parametrize("start", range(0, SCENARIOS, AT_A_TIME))
def test_c_gives_the_same_bits_in_random_scenarios(start, by_hand):
    numbers = range(start, start + AT_A_TIME)
    found = {number: differences_in(number, by_hand) for number in numbers}
    assert {number: columns for number, columns in found.items() if columns} == {}


@pytest.mark.parametrize("by_hand", BUILDS)
@pytest.mark.parametrize("name", SETTINGS)
def test_c_gives_the_same_bits_in_named_settings(name, by_hand):
    task = (plan_of(scenario_of(name)), 2**63 + 5, 2**32 - 4, 4, 120, True)
    assert differences(run_chunk(*task), oracle.run_oracle(*task, by_hand)) == []


@pytest.mark.parametrize("by_hand", BUILDS)
def test_c_gives_the_same_bits_where_many_more_pairs_than_a_block_may_meet(by_hand):
    task = (plan_of(scenario_of("voluntary").with_(organisations=42, people=2)), 3, 0, 2, 24, True)
    assert differences(run_chunk(*task), oracle.run_oracle(*task, by_hand)) == []


@pytest.mark.parametrize("by_hand", BUILDS)
def test_c_gives_the_same_bits_where_bullets_are_reached_for(by_hand):
    """Changes that wait for a trigger; random scenarios seldom pull it early."""
    hasty = scenario_of("coalition").with_(silver_bullet_threshold=0.05, silver_bullet_pause=5)
    scenario = hasty.reaching_for(away_day(), deadline(), restructure(), propensity=0.5)
    task = (plan_of(scenario), 9, 0, 10, 60, True)
    compiled = run_chunk(*task)
    reached_for = schema.column_names(schema.RUNS).index("bullets_reached_for")
    assert compiled.runs[:, reached_for].max() > 3
    assert differences(compiled, oracle.run_oracle(*task, by_hand)) == []


def test_recording_months_changes_no_run():
    scenario = scenario_number(5)
    task = (plan_of(scenario), scenario.seed, scenario.first, REPLICATES, scenario.months)
    runs_only, recorded = (oracle.run_oracle(*task, record) for record in (False, True))
    assert len(runs_only.months) == 0
    assert len(recorded.months) > 0
    assert differences(runs_only, recorded._replace(months=runs_only.months)) == []


def test_the_comparison_sees_a_changed_last_bit():
    scenario = scenario_number(0)
    task = (plan_of(scenario), scenario.seed, scenario.first, REPLICATES, scenario.months, True)
    one = oracle.run_oracle(*task)
    months = one.months.copy()
    column = schema.column_names(schema.MONTHS).index("mean_trust")
    months[-1, column] = np.nextafter(months[-1, column], 2.0)
    assert differences(one, one._replace(months=months)) == ["months.mean_trust"]
