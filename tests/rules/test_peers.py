"""What depends on the rule of trust that a scenario has picked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustsim.citations import references
from trustsim.model.parameters import BY_NAME, SIZES
from trustsim.model.rules import pant_yu, peers
from trustsim.model.trust_rules import (
    BETA_REPUTATION,
    EVIDENCE,
    ONE_DIMENSIONAL,
    PANT_YU,
    PANT_YU_RELEASED,
    TRUST_RULES,
)

SHARES = st.floats(0, 1)
COUNTS = st.floats(0, 100)
CODES = range(len(TRUST_RULES))


def test_codes_stand_for_their_names():
    named = {"evidence": EVIDENCE, "pant_yu": PANT_YU, "pant_yu_released": PANT_YU_RELEASED,
             "beta_reputation": BETA_REPUTATION, "one_dimensional": ONE_DIMENSIONAL}  # fmt: skip
    assert {rule.name: code for code, rule in enumerate(TRUST_RULES)} == named
    assert BY_NAME["trust_rule"].default == EVIDENCE
    assert BY_NAME["trust_rule"].high == CODES[-1]


def test_the_models_own_rule_fixes_nothing():
    assert TRUST_RULES[EVIDENCE].fixed == {}


@pytest.mark.parametrize("rule", TRUST_RULES, ids=lambda rule: rule.name)
def test_a_rule_cites_and_fixes_what_there_is(rule):
    assert rule.source in references()
    for name, value in rule.fixed.items():
        assert BY_NAME[name].low <= value <= BY_NAME[name].high
        assert name not in (*SIZES, "meetings", "trust_rule"), "read as the scenario has it"


def test_two_rules_keep_trust_as_a_level():
    assert [peers.is_a_level(code) for code in CODES] == [False, True, True, False, False]


@given(SHARES)
def test_beta_reputation_believes_the_same_of_everybody(prior):
    assert [peers.prior_under(code, prior) for code in CODES] == [prior, prior, prior, 0.5, prior]


@given(COUNTS, COUNTS, COUNTS)
def test_the_signal_of_a_month_knows_no_kinds(kept, failures, violations):
    signal = peers.signal_of_month(kept, failures, violations)
    assert -1.0 <= signal <= 1.0
    assert signal == peers.signal_of_month(kept, violations, failures)
    assert (signal > 0.0) <= (kept > failures + violations)


@given(SHARES, SHARES, st.floats(-1, 1))
def test_levels_move_as_in_the_form_picked(level, damage, signal):
    usual = (pant_yu.MIDDLING_DEPENDENCE, pant_yu.GAIN, pant_yu.LOSS, pant_yu.AMPLIFICATION)
    given_form = {
        PANT_YU: pant_yu.trust_after_signal_published,
        PANT_YU_RELEASED: pant_yu.trust_after_signal_released,
    }
    for code, form in given_form.items():
        found = peers.level_after_month(code, level, damage, signal)
        assert found == form(level, damage, signal, *usual)
    assert peers.damage_after_month(damage, signal) == pant_yu.damage_after_signal(
        damage, signal, pant_yu.DAMAGE_GROWTH, pant_yu.DAMAGE_DECAY
    )
