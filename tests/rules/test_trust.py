"""Trust is evidence, not a gauge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustsim.model.rules import trust as rules
from trustsim.model.rules.trust import depth_of_tie, trust_from_evidence

SHARES = st.floats(0, 1)
COUNTS = st.floats(0, 1000)
WEIGHTS = st.floats(0.1, 50)


@given(COUNTS, COUNTS, COUNTS, SHARES, WEIGHTS)
def test_trust_is_a_share(kept, failures, violations, prior, weight):
    assert 0.0 <= trust_from_evidence(kept, failures, violations, prior, weight) <= 1.0 + 1e-15


@given(SHARES, WEIGHTS)
def test_without_evidence_there_is_only_the_prior(prior, weight):
    assert trust_from_evidence(0.0, 0.0, 0.0, prior, weight) == pytest.approx(prior, abs=1e-14)


def test_trust_by_hand():
    assert trust_from_evidence(3.0, 2.0, 1.0, 0.25, 4.0) == (3 + 4 * 0.25) / (3 + 2 + 1 + 4)


@given(COUNTS, COUNTS, COUNTS, SHARES, WEIGHTS, st.floats(0.01, 10))
def test_good_evidence_raises_trust_and_bad_lowers_it(kept, fail, violate, prior, weight, more):
    now = trust_from_evidence(kept, fail, violate, prior, weight)
    assert trust_from_evidence(kept + more, fail, violate, prior, weight) >= now
    assert trust_from_evidence(kept, fail + more, violate, prior, weight) <= now
    assert trust_from_evidence(kept, fail, violate + more, prior, weight) <= now


def test_early_trust_is_thin_and_moves_fast():
    def step(lived):
        before = trust_from_evidence(lived, 0.0, 0.0, 0.5, 4.0)
        return trust_from_evidence(lived + 1.0, 0.0, 0.0, 0.5, 4.0) - before

    assert step(0.0) > 2.0 * step(10.0) > 4.0 * step(40.0)


def test_the_balance_of_evidence_is_not_its_amount():
    thin, thick = (1.0, 1.0, 0.0), (50.0, 50.0, 0.0)
    assert trust_from_evidence(*thin, 0.5, 4.0) == trust_from_evidence(*thick, 0.5, 4.0)
    assert depth_of_tie(*thin, 10.0) < depth_of_tie(*thick, 10.0)


def test_without_upkeep_trust_falls_back_to_the_prior():
    kept, trust = 20.0, []
    for _ in range(400):
        trust.append(trust_from_evidence(kept, 0.0, 0.0, 0.5, 4.0))
        kept = rules.kept_after_month(kept, 0.95)
    assert trust == sorted(trust, reverse=True)
    assert trust[0] > 0.9
    assert trust[-1] == pytest.approx(0.5, abs=1e-6)


@given(COUNTS, COUNTS, COUNTS, st.floats(0.5, 200))
def test_depth_counts_good_and_bad_alike(kept, failures, violations, half):
    depth = depth_of_tie(kept, failures, violations, half)
    assert 0.0 <= depth < 1.0
    assert depth == pytest.approx(depth_of_tie(violations, kept, failures, half), abs=1e-12)


def test_a_tie_is_half_deep_at_half_depth():
    assert depth_of_tie(10.0, 0.0, 0.0, 10.0) == 0.5


def test_depth_speeds_the_repair_of_failures():
    assert rules.failures_after_month(10.0, 0.9, 0.5, 1.0) == 10.0 * 0.9 * 0.5
    assert rules.failures_after_month(10.0, 0.9, 0.5, 1.0) < rules.failures_after_month(
        10.0, 0.9, 0.5, 0.0
    )


def test_violations_of_integrity_fade_by_their_own_clock():
    assert rules.violations_after_month(10.0, 0.98) == 9.8


@given(SHARES, SHARES, SHARES)
def test_levels_that_follow_never_overshoot(start, target, rate):
    low, high = min(start, target) - 1e-15, max(start, target) + 1e-15
    assert low <= rules.prior_after_month(start, target, rate) <= high
    assert low <= rules.institutional_after_month(start, target, rate) <= high
    assert low <= rules.home_trust_after_month(start, target, rate) <= high


@given(SHARES, SHARES)
def test_levels_that_follow_stay_where_they_should_be_or_do_not_follow(start, target):
    for rule in (
        rules.prior_after_month,
        rules.institutional_after_month,
        rules.home_trust_after_month,
    ):
        assert rule(start, start, 0.3) == start
        assert rule(start, target, 0.0) == start


@given(SHARES, st.floats(0, 0.5), st.floats(-3.5, 3.5))
def test_history_is_a_share_around_its_mean(history, spread, deviate):
    level = rules.history_of_pair(history, spread, deviate)
    assert 0.0 <= level <= 1.0
    assert (level - history) * deviate >= 0.0
    assert rules.history_of_pair(history, 0.0, deviate) == history


@given(SHARES, SHARES)
def test_a_pair_shares_the_lower_trust(one, other):
    assert rules.mutual_trust(one, other) == rules.mutual_trust(other, one) == min(one, other)
