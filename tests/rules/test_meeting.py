"""Time is short: a budget of meetings, shared over counterparts."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trustsim.model.rules import meeting

SHARES = st.floats(0, 1)


@given(SHARES, SHARES, SHARES)
def test_attention_is_a_share_that_expectation_and_urgency_raise(floor, expectation, urgency):
    used = meeting.attention(floor, expectation, urgency)
    assert floor - 1e-15 <= meeting.attention(floor, expectation, 0.0) <= used <= 1.0


def test_where_nothing_is_expected_only_the_floor_of_the_budget_is_used():
    assert meeting.attention(0.4, 0.0, 0.0) == 0.4
    assert meeting.attention(0.4, 1.0, 0.0) == 1.0
    assert meeting.attention(0.4, 0.5, 0.1) == pytest.approx(0.8)


@given(st.floats(0.5, 60), SHARES, SHARES, SHARES, st.floats(0, 60))
def test_reporting_and_coaching_cost_meetings(meetings, reporting, coaching, time, extra):
    left = meeting.meetings_available(meetings, reporting, coaching, time, extra)
    assert extra <= left <= meetings + extra
    assert meeting.meetings_available(meetings, 0.0, 0.0, time, 0.0) == meetings


def test_the_time_left_by_hand():
    assert meeting.meetings_available(10.0, 0.2, 0.5, 0.4, 3.0) == pytest.approx(9.4)


@given(st.floats(0.5, 60), st.integers(1, 50))
def test_a_budget_is_spent_over_equal_counterparts(meetings, counterparts):
    """Where no chance hits its ceiling, the expected number of meetings is the budget."""
    assume(meetings <= counterparts)
    density = meeting.diary_density(meetings, float(counterparts))
    chance = meeting.meeting_probability(1.0, 1.0, 1.0, density, density)
    assert counterparts * chance == pytest.approx(meetings)


@given(SHARES, SHARES, SHARES, st.floats(0, 5), st.floats(0, 5))
def test_meeting_takes_two(attention, weight, other_weight, density, other_density):
    chance = meeting.meeting_probability(attention, weight, other_weight, density, other_density)
    same = meeting.meeting_probability(attention, other_weight, weight, other_density, density)
    assert 0.0 <= chance <= 1.0
    assert chance == pytest.approx(same, abs=1e-15)


def test_where_two_diaries_differ_the_mean_counts():
    assert meeting.meeting_probability(0.5, 1.0, 1.0, 0.2, 0.6) == pytest.approx(0.2)


def test_more_members_mean_fewer_meetings_with_each():
    few = meeting.diary_density(4.0, 3.0 * 2.0)
    many = meeting.diary_density(4.0, 15.0 * 2.0)
    assert many == pytest.approx(few / 5.0)


def test_nobody_meets_a_counterpart_twice_a_month():
    assert meeting.acts_possible(10.0, 9.0, 60.0) == 90.0
    assert meeting.acts_possible(10.0, 9.0, 9.0) == 90.0
    assert meeting.acts_possible(10.0, 9.0, 2.0) == 20.0


def test_an_empty_diary_and_one_untouched_have_no_overhead():
    assert meeting.overhead(0.0, 0.0, 0.0) == 0.0
    assert meeting.overhead(5.0, 4.0, 1.0) == 0.0
