"""What each rule of trust makes of the same lives, against what its authors' equations say.

Still partnerships: where no chance is left the comparison is exact to rounding (1e-12), or to
the accuracy of the exponential where a signal is involved (1e-9). Runs in which somebody leaves
are left out, as in test_trust.py.
"""

import math

import numpy as np
import pytest

import trustsim as ts
from tests.theory.conftest import STILL, WILLING
from trustsim.model.rules import pant_yu
from trustsim.model.trust_rules import (
    BETA_REPUTATION,
    EVIDENCE,
    ONE_DIMENSIONAL,
    PANT_YU,
    PANT_YU_RELEASED,
    TRUST_RULES,
)

do = ts.interventions
MONTHS = np.arange(1, 49)
BREACH_AFTER, LONG = 12, 240
CODES = range(len(TRUST_RULES))
NOBODY_MEETS = {"attention_floor": 0.0, "pressure": 0.0, "history_depth": 0.0}


def after_incident(rule, kind, months=48, **parameters):
    """Runs of willing people, one of whose sides is caught at something after a year."""
    scenario = ts.Scenario("still", {**STILL, **WILLING, "trust_rule": rule, **parameters})
    scenario += do.incident(start=BREACH_AFTER, size=4.0, kind=kind)
    return ts.simulate(scenario, replicates=20, months=months, record="months", seed=2024)


def test_beta_reputation_is_josangs_formula(lives, column):
    """One good and one bad act come from the history, one kept promise from each month."""
    runs = lives("willing", replicates=20, months=48, record="months", trust_rule=BETA_REPUTATION)
    r, s = 1.0 + MONTHS, 1.0
    assert np.allclose(column(runs, "mean_trust"), (r + 1) / (r + s + 2), rtol=0.0, atol=1e-12)


@pytest.mark.parametrize(
    "other",
    [
        {"negativity": 5.0}, {"disposition": 0.9}, {"prior_weight": 20.0}, {"prior_drift": 0.5},
        {"evidence_kept": 0.5, "integrity_kept": 0.5}, {"depth_shield": 1.0, "depth_repair": 0.5},
    ],
    ids=str,
)  # fmt: skip
def test_beta_reputation_knows_no_weights_no_fading_and_no_dispositions(column, other):
    """And the model's own rule does: each of these moves it."""
    for rule, alike in ((BETA_REPUTATION, True), (EVIDENCE, False)):
        trust = [
            column(after_incident(rule, "integrity", **parameters), "mean_trust")
            for parameters in ({"disposition": 0.4}, {"disposition": 0.4, **other})
        ]
        assert np.array_equal(*trust) is alike


def test_beta_reputation_is_the_models_own_rule_at_other_values(lives, column):
    """Where all believe 1/2 of strangers, and nothing is passed on."""
    values = dict(TRUST_RULES[BETA_REPUTATION].fixed)
    trust = [
        column(lives(replicates=20, months=48, record="months", misreading=0.2, excuse=0.5,
                     willingness=1.0, breach_rate=0.05, **parameters), "mean_trust")
        for parameters in ({"trust_rule": BETA_REPUTATION}, values)
    ]  # fmt: skip
    assert trust[0].std() > 0.0
    assert np.array_equal(*trust)


@pytest.mark.parametrize("rule", CODES)
def test_only_the_models_own_rule_tells_integrity_from_competence(column, rule):
    trust = [
        column(after_incident(rule, kind, integrity_kept=0.98, depth_repair=0.05), "mean_trust")
        for kind in ("integrity", "competence")
    ]
    assert np.array_equal(*trust) is (rule != EVIDENCE)
    if rule == EVIDENCE:
        assert (trust[0][:, BREACH_AFTER + 1 :] < trust[1][:, BREACH_AFTER + 1 :]).all()


def test_one_kind_of_bad_evidence_is_otherwise_the_models_own_rule(lives, column):
    trust = [
        column(lives(replicates=20, months=48, record="months", misreading=0.2, excuse=0.5,
                     willingness=1.0, trust_rule=rule, depth_repair=0.1), "mean_trust")
        for rule in (EVIDENCE, ONE_DIMENSIONAL)
    ]  # fmt: skip
    assert trust[0].std() > 0.0
    assert np.array_equal(*trust)


def levels(rule, months, breach=0.0):
    """Trust of either side by the equations of the paper, from 1/2 and no damage."""
    trust, damage, found = 0.5, 0.0, []
    for month in range(1, months + 1):
        good = 1.0 - (breach if month == BREACH_AFTER + 1 else 0.0)
        signal = math.tanh(good)
        if signal > 0.0:
            room = (1.0 - trust) * (1.0 - damage)
            if rule == PANT_YU_RELEASED:
                room = max(0.0, 1.0 - damage - trust)
            trust, damage = trust + 0.1 * signal * room, 0.97 * damage
        else:
            trust += 0.3 * signal * trust * 1.25
            damage -= 0.6 * signal * (1.0 - damage)
        found.append(trust)
    return np.array(found)


@pytest.mark.parametrize("rule", [PANT_YU, PANT_YU_RELEASED])
def test_levels_follow_the_equations_of_pant_and_yu(column, rule):
    """The culprit is the first member: trust in it falls, trust of it in others does not."""
    runs = after_incident(rule, "integrity", months=LONG)
    hurt, unhurt = levels(rule, LONG, breach=4.0), levels(rule, LONG)
    assert np.allclose(column(runs, "weakest_trust"), hurt, rtol=0.0, atol=1e-9)
    assert np.allclose(column(runs, "mean_trust"), (hurt + unhurt) / 2, rtol=0.0, atol=1e-9)


@pytest.mark.parametrize("rule", [PANT_YU, PANT_YU_RELEASED])
def test_by_pant_and_yu_a_breach_leaves_no_trace_in_the_end(column, rule):
    """Because damage fades to nothing; it is gone to 0.001 after 20 years."""
    assert pant_yu.DAMAGE_DECAY > 0.0
    trust = column(after_incident(rule, "integrity", months=LONG), "weakest_trust")
    assert (trust[:, BREACH_AFTER] < 0.8 * trust[:, BREACH_AFTER - 1]).all()
    assert (trust[:, -1] > trust[:, BREACH_AFTER - 1]).all()
    assert np.allclose(trust[:, -1], levels(rule, LONG)[-1], atol=1e-3)


def test_by_the_released_form_damage_is_a_ceiling(column):
    """In the year after a breach the released form stands below the published one."""
    year = slice(BREACH_AFTER + 1, BREACH_AFTER + 13)
    published, released = (
        column(after_incident(rule, "integrity"), "weakest_trust")[:, year]
        for rule in (PANT_YU, PANT_YU_RELEASED)
    )
    assert (released < published).all()


def test_a_coordinator_mends_damage_where_trust_is_a_level(column):
    """What is held against people is the damage there; with the model's own rule there is none."""
    present = {"coordinator_capacity": 1.0, "coordinator_mending": 0.5, "coordinator_coaching": 0.0}
    alone, helped = (
        column(after_incident(PANT_YU, "integrity", **parameters), "weakest_trust")
        for parameters in ({}, present)
    )
    later = slice(BREACH_AFTER + 2, BREACH_AFTER + 24)
    assert (helped[:, later] > alone[:, later]).all()


@pytest.mark.parametrize("rule", CODES)
def test_successors_start_from_the_handover_under_every_rule_but_beta(lives, rule):
    """Nobody meets. Both sides of a tie start again when either person leaves."""
    runs = lives(
        "willing", replicates=500, months=3, history=0.8, disposition=0.3, handover=0.5,
        tenure=2.0, trust_rule=rule, **NOBODY_MEETS,
    ).runs  # fmt: skip
    before, after = (0.5, 0.5) if rule == BETA_REPUTATION else (0.3, 0.3 + 0.5 * (0.8 - 0.3))
    stayed = runs.departures == 0
    assert stayed.any()
    assert np.allclose(runs.mean_trust[stayed], before)
    assert np.allclose(runs.mean_trust[~stayed], after)


@pytest.mark.parametrize("rule", CODES)
def test_institutional_trust_follows_that_of_the_people_under_every_rule(lives, column, rule):
    runs = lives(
        "willing", replicates=20, months=48, record="months", institutional_rate=0.1,
        trust_rule=rule,
    )  # fmt: skip
    trust, level = column(runs, "mean_trust"), 0.5
    for month, found in enumerate(column(runs, "institutional_trust").T):
        level = level + 0.1 * (trust[:, month] - level)
        assert np.allclose(found, level, rtol=0.0, atol=1e-12)


@pytest.mark.parametrize("rule", CODES)
def test_a_fork_lives_on_under_every_rule_in_both_engines(rule):
    base = ts.Scenario("voluntary", {"organisations": 4, "trust_rule": rule})
    forked = ts.fork(base, 6, base + do.mandate(start=6))
    tables = [
        ts.simulate(forked, replicates=3, months=18, seed=5, engine=engine, record="all")._raw
        for engine in ("ensemble", "mesa")
    ]
    assert [one.tobytes() for one in tables[0]] == [other.tobytes() for other in tables[1]]
    straight = ts.simulate(base, replicates=3, months=18, seed=5, record="all").months
    lived = ts.simulate(forked, replicates=3, months=18, seed=5, record="all").months
    early = straight.month <= 6
    assert (
        straight[early]
        .reset_index(drop=True)
        .equals(lived[lived.month <= 6].reset_index(drop=True))
    )


def test_a_fork_can_not_change_the_rule_half_way():
    base = ts.Scenario("voluntary", {})
    with pytest.raises(ts.TrustsimError, match="trust_rule"):
        ts.fork(base, 6, base.with_(trust_rule=PANT_YU))


@pytest.mark.parametrize("given", [-1, 5, 0.5])
def test_a_rule_that_is_not_there_is_refused(given):
    with pytest.raises(ts.TrustsimError, match="one_dimensional"):
        ts.Scenario("voluntary", {"trust_rule": given})
