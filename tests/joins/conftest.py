"""Simulations of which the answer is known beforehand; made once, as each takes a second."""

import pytest

import trustsim as ts
from tests.theory.conftest import STILL, UNWILLING, WILLING

do = ts.interventions

LEAVES = 0.02
"""Monthly hazard of each of two members; nothing else ends a partnership."""


def still(attitude, **parameters):
    """Two organisations of one person, with all mechanisms still but those that are set."""
    kind = {"willing": WILLING, "unwilling": UNWILLING}[attitude]
    return ts.Scenario("still", {**STILL, **kind, **parameters})


@pytest.fixture(scope="session")
def parting():
    """4,000 pairs that never cooperate and part at a constant hazard. Each month is all smoke."""
    scenario = still("unwilling", may_exit=1, outside_hazard=LEAVES)
    return ts.simulate(scenario, replicates=4000, months=60, seed=2024, record="all")


@pytest.fixture(scope="session")
def holding():
    """4,000 pairs that are mature from month 1, if they hold together for six months."""
    scenario = still(
        "willing", may_exit=1, outside_hazard=LEAVES, maturity_threshold=0.0, maturity_hold=6
    )
    return ts.simulate(scenario, replicates=4000, months=60, seed=2024)


@pytest.fixture(scope="session")
def serving():
    """2,000 pairs of members with three people each, who serve for two years on average."""
    scenario = still("willing", people=3, tiers=1, tenure=24.0)
    return ts.simulate(scenario, replicates=2000, months=60, seed=2024)


@pytest.fixture(scope="session")
def lively():
    """Everything at once: leaders replaced, a coordinator, exits, for 60 months."""
    scenario = ts.scenario("voluntary") + do.replace_leaders(start=12, months=6) + do.coordinator()
    return ts.simulate(scenario, replicates=300, months=60, seed=2024, record="all")


@pytest.fixture(scope="session")
def compared():
    """The pairs of `parting` against arms with other hazards, a coordinator, and nothing at all."""
    base = still("unwilling", may_exit=1, outside_hazard=LEAVES)
    arms = {
        "riskier": base.with_(outside_hazard=2 * LEAVES),
        "safe": base.with_(may_exit=0),
        "coordinated": do.coordinator(),
        "nothing": [do.coordinator(dose=0), do.mandate(dose=0), do.replace_leaders(dose=0)],
    }
    return ts.compare(base, arms, replicates=4000, months=60, seed=2024)
