"""What is measured, and the bands, are told in one file that agrees with the table of facts."""

import math
from collections import Counter

import pytest
from E00_scorecard.facts import ROLES, facts, facts_from
from E00_scorecard.measuring import STATISTICS
from E00_scorecard.models import EVERYTHING

from trustsim import data
from trustsim.citations import references
from trustsim.model.parameters import BY_NAME
from trustsim.scenarios.files import scenario
from trustsim.scenarios.settings import SETTINGS

FACTS = facts()
TABLE = data.read("stylised_facts").set_index("id")
MEASURES = [measure for fact in FACTS.facts for measure in fact.measures]


def test_the_facts_are_those_of_the_table():
    assert [fact.identifier for fact in FACTS.facts] == list(TABLE.index)


def test_a_fact_without_direct_evidence_is_a_hypothesis_and_no_other_is():
    hypotheses = {fact.identifier for fact in FACTS.facts if fact.role == "hypothesis"}
    assert hypotheses == set(TABLE.index[TABLE["status"] == "hypothesis"])


def test_what_the_model_is_calibrated_on_is_no_test():
    calibrated = {fact.identifier for fact in FACTS.facts if fact.role == "calibration"}
    assert calibrated == {"SF03", "SF04", "SF12"}


def test_every_source_of_a_fact_is_a_reference():
    keys = {key for row in TABLE["source"] for key in row.split()}
    assert keys <= set(references())


def test_every_measure_is_complete():
    assert len(MEASURES) > len(FACTS.facts)
    for one in MEASURES:
        low, high = one.band
        assert low < high, one.name
        assert math.isfinite(low) or math.isfinite(high), one.name
        assert one.statistic in STATISTICS, one.name
        assert set(one.settings) <= set(SETTINGS), one.name
        assert one.role in ROLES, one.name
        assert one.needs
        assert one.needs <= EVERYTHING, one.name
        assert one.claim
        assert one.unit
    named = Counter((one.fact, one.name) for one in MEASURES)
    assert set(named.values()) == {1}


def test_every_statistic_is_used_somewhere():
    assert {one.statistic for one in MEASURES} == set(STATISTICS)


def test_the_arms_of_a_design_differ():
    for one in MEASURES:
        for setting in one.settings:
            base = scenario(setting)
            names = ("against", "arm", "later", "baseline")
            named = [one.arm(name, base) for name in names if name in one.design]
            listed = one.arms(base) if "arms" in one.design else []
            for arms in (named, listed):
                assert len({arm.digest() for arm in arms}) == len(arms), one.name


def test_ordered_acts_are_no_test_of_ordered_acts():
    """Proposition 7 of docs/evidence.md calls the activity under orders a restated input."""
    roles = {one.name: one.role for one in MEASURES if one.fact == "SF19"}
    assert roles == {"better before": "restated", "worse": "test", "delay": "test"}
    assert any("SF19" in one for one in FACTS.changed)


def test_each_level_is_tried_with_the_same_budget():
    budgets = {(one.replicates, one.seed) for one in FACTS.refits}
    assert len(budgets) == 1
    assert [one.parameter for one in FACTS.refits] == ["willingness", "misreading"]
    for one in FACTS.refits:
        assert BY_NAME[one.parameter].default in one.values


def test_what_had_been_seen_is_told_of_every_fact():
    assert all(fact.seen for fact in FACTS.facts)


def test_a_role_that_is_none_is_refused():
    text = """
    replicates = 2
    seed = 1
    months = 120
    changed = []
    refit = [{parameter = "willingness", values = [1.0], replicates = 2, seed = 1}]
    [[fact]]
    id = "SF01"
    role = "proof"
    seen = "all"
    settings = ["dyad"]
    needs = ["fates"]
    [[fact.measure]]
    name = "a"
    claim = "a"
    statistic = "share"
    unit = "share"
    band = [0.0, 1.0]
    """
    with pytest.raises(AssertionError, match="proof"):
        facts_from(text)
