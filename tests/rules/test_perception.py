"""Perception confirms: what people think of each other decides what they see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustsim.model.actions import ACTIONS, BREACH, EVIDENCE, VIOLATION
from trustsim.model.rules import perception
from trustsim.model.rules.perception import (
    AS_MEANT,
    EXCUSED,
    SELF_SERVING,
    bad_news,
    excuse_probability,
    good_news,
    misreading_probability,
    reading_of_act,
)

SHARES = st.floats(0, 1)


def misread(trust, *, chance=0.2, suspicion=0.0, charter=0.0, support=0.0):
    return misreading_probability(chance, trust, suspicion, charter, 0.5, support)


@given(SHARES, SHARES, st.floats(0, 10), SHARES, SHARES, SHARES)
def test_misreading_is_a_chance(chance, trust, suspicion, charter, effect, support):
    assert 0.0 <= misreading_probability(chance, trust, suspicion, charter, effect, support) <= 1.0


@given(SHARES, SHARES)
def test_the_less_the_trust_the_more_a_good_act_is_misread(one, other):
    low, high = sorted((one, other))
    assert misread(low) >= misread(high)


def test_misreading_by_hand():
    assert misread(0.5) == 0.2
    assert misread(1.0) == 0.0
    assert misread(0.25) == pytest.approx(0.2 * 4 * 0.75**2)


def test_misreading_is_steeper_than_in_proportion_to_distrust():
    assert misread(0.6) / misread(0.8) == pytest.approx(4.0)


def test_pressure_from_outside_feeds_suspicion():
    calm = perception.suspicion_from_pressure(0.0, 0.0, 0.4)
    pressed = perception.suspicion_from_pressure(0.5, 0.0, 0.4)
    raised = perception.suspicion_from_pressure(0.5, 0.25, 0.4)
    assert (calm, pressed, raised) == (0.0, 0.2, pytest.approx(0.3))
    assert misread(0.5, suspicion=calm) < misread(0.5, suspicion=pressed)


def test_a_charter_and_the_coordinators_support_remove_misreading():
    assert misread(0.5, charter=1.0) == pytest.approx(0.5 * misread(0.5))
    assert misread(0.5, support=1.0) == 0.0


@given(SHARES, SHARES)
def test_the_more_the_trust_the_more_is_excused(one, other):
    low, high = sorted((one, other))
    assert excuse_probability(0.6, low, 0.0, 0.2) <= excuse_probability(0.6, high, 0.0, 0.2)


def test_violations_of_integrity_are_excused_least():
    assert excuse_probability(0.6, 1.0, 0.0, 0.2) == 0.6
    assert excuse_probability(0.6, 1.0, 1.0, 0.2) == pytest.approx(0.12)


def test_excusing_is_steeper_than_in_proportion_to_trust():
    assert excuse_probability(0.6, 0.5, 0.0, 0.2) == pytest.approx(0.25 * 0.6)


@given(SHARES, SHARES, SHARES)
def test_only_good_acts_are_misread_and_only_bad_ones_excused(draw, misreading, excuse):
    assert reading_of_act(draw, 1.0, misreading, excuse) in (AS_MEANT, SELF_SERVING)
    assert reading_of_act(draw, -1.0, misreading, excuse) in (AS_MEANT, EXCUSED)


def test_a_reading_has_its_chance():
    assert reading_of_act(0.299, 1.0, 0.3, 0.9) == SELF_SERVING
    assert reading_of_act(0.3, 1.0, 0.3, 0.9) == AS_MEANT
    assert reading_of_act(0.299, -1.0, 0.9, 0.3) == EXCUSED
    assert reading_of_act(0.3, -1.0, 0.9, 0.3) == AS_MEANT


@pytest.mark.parametrize("action", range(len(ACTIONS)), ids=[a.name for a in ACTIONS])
@pytest.mark.parametrize("reading", [AS_MEANT, SELF_SERVING, EXCUSED])
def test_an_act_is_good_news_or_bad_news_or_none(action, reading):
    good = good_news(EVIDENCE[action], reading, 0.0)
    bad = bad_news(EVIDENCE[action], reading, 0.3, 2.0, 0.0, 0.4)
    assert good >= 0.0
    assert bad >= 0.0
    assert good == 0.0 or bad == 0.0
    if reading == EXCUSED:
        assert good == bad == 0.0


def test_bad_news_weighs_more_than_good_news():
    good = good_news(1.0, AS_MEANT, 0.0)
    assert good == 1.0
    assert bad_news(-1.0, AS_MEANT, 0.3, 1.8, 0.0, 0.4) == 1.8


@given(st.floats(1, 10), SHARES, SHARES, SHARES)
def test_a_deep_relationship_shields_at_impact(negativity, shield, one, other):
    shallow, deep = sorted((one, other))
    hurt = bad_news(-1.0, AS_MEANT, 0.3, negativity, shallow, shield)
    assert 0.0 <= bad_news(-1.0, AS_MEANT, 0.3, negativity, deep, shield) <= hurt


def test_depth_shields_by_hand():
    assert bad_news(-2.0, AS_MEANT, 0.3, 1.5, 0.5, 0.4) == pytest.approx(2.0 * 1.5 * 0.8)


def test_what_would_have_been_ordered_anyway_says_little():
    assert good_news(1.0, AS_MEANT, 0.5) == 0.5
    assert good_news(1.0, AS_MEANT, 1.0) == 0.0


def test_a_misread_promise_counts_against_the_one_who_kept_it():
    assert good_news(1.0, SELF_SERVING, 0.0) == 0.0
    assert bad_news(1.0, SELF_SERVING, 0.5, 2.0, 0.0, 0.0) == 1.0


def test_a_breach_is_the_worst_news_and_the_only_violation():
    assert min(EVIDENCE) == EVIDENCE[BREACH]
    assert [row for row, violation in enumerate(VIOLATION) if violation] == [BREACH]


def test_monitoring_and_a_partisan_coordinator_signal_distrust():
    assert perception.signal_of_distrust(0.0, 0.15, 0.0, 0.5) == 0.0
    assert perception.signal_of_distrust(1.0, 0.15, 0.0, 0.5) == 0.15
    assert perception.signal_of_distrust(0.5, 0.2, 0.4, 0.5) == pytest.approx(0.3)


def test_an_incident_shocks_in_proportion_to_its_size_and_to_who_learns_of_it():
    ordinary = -EVIDENCE[BREACH]
    assert perception.shock_of_incident(ordinary, 3.0, 3.0) == 1.0
    assert perception.shock_of_incident(2.0 * ordinary, 1.0, 4.0) == 0.5
    assert perception.shock_of_incident(ordinary, 0.0, 3.0) == 0.0
    assert perception.shock_of_incident(0.0, 3.0, 3.0) == 0.0


def test_shocks_are_forgotten_by_a_constant_share():
    assert perception.memory_after_month(2.0, 0.8) == 1.6


def test_an_act_that_says_nothing_is_neither_misread_nor_news():
    assert reading_of_act(0.1, 0.0, 1.0, 0.0) == AS_MEANT
    assert good_news(0.0, AS_MEANT, 0.0) == 0.0
    assert bad_news(0.0, AS_MEANT, 0.3, 2.0, 0.0, 0.0) == 0.0
