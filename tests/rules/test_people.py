"""Key individuals come, learn, and go."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustsim import theory
from trustsim.model.rules import people

SHARES = st.floats(0, 1)
DEVIATES = st.floats(-3.5, 3.5)


@given(SHARES, st.floats(0, 0.5), DEVIATES)
def test_a_trait_is_a_share_around_its_mean(mean, spread, deviate):
    trait = people.trait(mean, spread, deviate)
    assert 0.0 <= trait <= 1.0
    assert (trait - mean) * deviate >= 0.0
    assert people.trait(mean, 0.0, deviate) == mean


@given(st.floats(0, 20), st.floats(0, 3), DEVIATES)
def test_an_outside_option_is_never_negative(mean, spread, deviate):
    assert people.outside_option(mean, spread, deviate) >= 0.0
    assert people.outside_option(mean, 0.0, deviate) == mean


def test_seats_are_spread_evenly_over_tiers_from_the_top():
    assert [people.tier_of_seat(seat, 6, 3.0) for seat in range(6)] == [0, 0, 1, 1, 2, 2]
    assert [people.tier_of_seat(seat, 4, 1.0) for seat in range(4)] == [0, 0, 0, 0]


@given(st.integers(1, 20), st.integers(1, 10))
def test_somebody_is_at_the_top_and_nobody_below_the_bottom(seats, tiers):
    standing = [people.tier_of_seat(seat, seats, float(tiers)) for seat in range(seats)]
    assert standing[0] == 0
    assert standing == sorted(standing)
    assert standing[-1] < tiers


@given(st.integers(0, 9), SHARES, SHARES)
def test_command_thins_the_ties_of_subordinates_only(tier, command, thinning):
    weight = people.weight_of_seat(tier, command, thinning)
    assert weight == pytest.approx((1 - command * thinning) ** tier, abs=1e-12)
    assert people.weight_of_seat(0, command, thinning) == 1.0


def test_tenure_is_the_mean_time_in_post():
    assert people.departure_hazard(25.0, 0.0, 0.5) == 0.04


@given(st.floats(2, 1200), SHARES, SHARES, st.floats(0, 5))
def test_people_leave_sooner_where_results_disappoint(tenure, one, other, effect):
    low, high = sorted((one, other))
    less = people.departure_hazard(tenure, low, effect)
    assert 0.0 < less <= people.departure_hazard(tenure, high, effect) <= 1.0


@given(SHARES, SHARES, SHARES)
def test_a_good_handover_starts_a_successor_from_institutional_trust(own, institutional, handover):
    prior = people.prior_of_newcomer(own, institutional, handover)
    assert people.prior_of_newcomer(own, institutional, 0.0) == own
    assert prior == pytest.approx((1 - handover) * own + handover * institutional, abs=1e-15)


@given(SHARES, SHARES, SHARES, SHARES)
def test_what_is_learned_is_a_share(coached, kept, intensity, gain):
    assert 0.0 <= people.coached_after_month(coached, kept, intensity, gain) <= 1.0


def test_what_is_learned_decays_when_coaching_stops():
    assert people.coached_after_month(0.8, 0.95, 0.0, 0.1) == 0.8 * 0.95


@pytest.mark.parametrize(("intensity", "gain", "kept"), [(1.0, 0.06, 0.97), (0.5, 0.3, 0.8)])
def test_coaching_and_forgetting_balance_where_theory_says(intensity, gain, kept):
    end = theory.coached_in_the_long_run(intensity=intensity, gain=gain, kept=kept)
    assert people.coached_after_month(end, kept, intensity, gain) == pytest.approx(end, abs=1e-14)


@given(SHARES, SHARES, SHARES)
def test_coaching_closes_a_share_of_the_gap_and_never_lowers(competence, coached, effect):
    raised = people.competence_with_coaching(competence, coached, effect)
    assert competence <= raised <= 1.0 + 1e-15
    assert people.competence_with_coaching(competence, 0.0, effect) == competence


@pytest.mark.parametrize(("mean", "spread", "deviate"), [(2.0, 0.5, 1.2), (0.5, 0.8, -0.7)])
def test_an_outside_option_is_log_normal_around_its_mean(mean, spread, deviate):
    by_hand = mean * math.exp(spread * deviate - spread**2 / 2)
    assert people.outside_option(mean, spread, deviate) == pytest.approx(by_hand)
