"""Partnerships with all mechanisms still but the one that a test looks at."""

import pytest

import trustsim as ts

# Two people of two organisations who meet every month, stay for a century and never leave.
STILL = {
    "organisations": 2, "people": 1, "tiers": 1, "trait_spread": 0.0, "may_exit": 0,
    "history": 0.5, "history_spread": 0.0, "history_depth": 2.0, "goodwill": 0.0,
    "disposition": 0.5, "tenure": 1200.0, "turnover_frustration": 0.0, "handover": 0.0,
    "meetings": 60.0, "attention_floor": 1.0, "prior_weight": 4.0, "prior_drift": 0.0,
    "evidence_kept": 0.9, "integrity_kept": 0.9, "negativity": 1.0, "depth_shield": 0.0,
    "depth_repair": 0.0, "hearsay": 0.0, "institutional_rate": 0.0, "misreading": 0.0,
    "pressure_suspicion": 0.0, "excuse": 0.0, "willingness_frustration": 0.0, "breach_rate": 0.0,
    "challenge": 0.0, "rivalry": 0.0, "command": 0.0, "delivery_floor": 1.0, "stake": 0.0,
    "ratchet": 0.0, "hardening": 0.0, "institutionalising": 0.0, "process_focus": 0.5,
    "outside_hazard": 0.0, "outside_option": 1.0, "outside_spread": 0.0, "exit_option": 0.0,
    "exit_frustration": 0.0, "exit_breach": 0.0, "exit_departure": 0.0, "exit_contagion": 0.0,
    "exit_memory": 0.0, "goodwill_shield": 0.0, "quorum": 0.0, "refill": 0.0, "vote_rate": 0.0,
    "sponsor_stop": 0.0,
}  # fmt: skip

# Log-odds of at least 25 at trust 1/2: one promise in 7e10 is not made.
WILLING = {
    "willingness": 10.0, "willingness_trust": 30.0,
    "willingness_collaboration": 30.0, "collaboration": 1.0,
}  # fmt: skip
# As unlikely to be made; without command, stake or rivalry, the unwilling withdraw.
UNWILLING = {
    "willingness": -10.0, "willingness_trust": 0.0,
    "willingness_collaboration": 30.0, "collaboration": 0.0,
}  # fmt: skip


@pytest.fixture(scope="session")
def lives():
    """Simulates a still partnership with some parameters set; kind adds "willing" people."""

    def simulate(kind="willing", *, replicates, months, record="runs", seed=2024, **parameters):
        people = {"willing": WILLING, "unwilling": UNWILLING, "": {}}[kind]
        scenario = ts.Scenario("still", {**STILL, **people, **parameters})
        return ts.simulate(scenario, replicates=replicates, months=months, record=record, seed=seed)

    return simulate


@pytest.fixture(scope="session")
def column():
    """A column of the months table as (run, month), of runs in which nobody left a post."""

    def pick(runs, name):
        stayed = runs.runs.loc[runs.runs.departures == 0, "replicate"]
        assert len(stayed) > 0, "everybody left: nothing to look at"
        months = runs.months[runs.months.replicate.isin(stayed)]
        return months.pivot_table(index="replicate", columns="month", values=name).to_numpy()

    return pick
