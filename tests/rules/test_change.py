"""How an intervention alters a parameter, and when."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustsim.model.rules.change import (
    ADD,
    MULTIPLY,
    SET,
    bullet_is_reached_for,
    changed_value,
    choice_from_menu,
    in_force,
)

SHARES = st.floats(0, 1)
OPERATIONS = st.sampled_from([SET, ADD, MULTIPLY])


def test_start_0_is_in_force_from_the_first_month():
    assert in_force(1, 0, -1.0)
    assert [month for month in range(1, 10) if in_force(month, 3, 2)] == [4, 5]


@given(st.integers(1, 500), st.integers(0, 500), st.integers(1, 500))
def test_a_window_is_as_long_as_it_says(start, month, months):
    assert sum(in_force(m, start, months) for m in range(1, start + months + 50)) == months
    assert in_force(month, start, -1.0) == (month > start)


@given(SHARES, OPERATIONS, st.floats(0, 1000))
def test_dose_0_changes_no_bit(now, operation, value):
    assert changed_value(now, operation, value, 0.0, 0.0, 1.0) == now


@given(SHARES, OPERATIONS, st.floats(0, 1000), SHARES)
def test_what_is_changed_stays_in_its_range(now, operation, value, dose):
    assert 0.0 <= changed_value(now, operation, value, dose, 0.0, 1.0) <= 1.0


@given(SHARES, SHARES)
def test_a_full_dose_sets_exactly_the_value(now, value):
    assert changed_value(now, SET, value, 1.0, 0.0, 1.0) == value


@given(SHARES, SHARES, SHARES)
def test_a_dose_goes_that_share_of_the_way(now, value, dose):
    assert changed_value(now, SET, value, dose, 0.0, 1.0) == pytest.approx(
        now + dose * (value - now), abs=1e-15
    )


def test_adding_and_multiplying_by_hand():
    assert changed_value(0.25, ADD, 0.5, 0.5, 0.0, 1.0) == 0.5
    assert changed_value(0.25, ADD, -0.5, 1.0, 0.0, 1.0) == 0.0
    assert changed_value(16.0, MULTIPLY, 2.0, 0.5, 1.0, 1200.0) == 24.0
    assert changed_value(4.0, MULTIPLY, 0.5, 1.0, 0.5, 60.0) == 2.0


def test_only_the_frustrated_reach_for_a_bullet():
    assert bullet_is_reached_for(0.6, 0.5, 0.1, 12.0, 12.0, 0.09)
    assert not bullet_is_reached_for(0.5, 0.5, 0.1, 12.0, 12.0, 0.09), "at the threshold: not yet"
    assert not bullet_is_reached_for(0.6, 0.5, 0.1, 11.0, 12.0, 0.09), "not so soon again"
    assert not bullet_is_reached_for(0.6, 0.5, 0.1, 12.0, 12.0, 0.1), "not this month"


@given(st.floats(0, 1, exclude_max=True))
def test_propensity_0_reaches_for_nothing(draw):
    assert not bullet_is_reached_for(1.0, 0.0, 0.0, 100.0, 0.0, draw)


def test_every_bullet_on_the_menu_is_as_likely():
    chosen = [choice_from_menu((step + 0.5) / 900, 3) for step in range(900)]
    assert [chosen.count(place) for place in range(3)] == [300, 300, 300]
    assert choice_from_menu(1.0 - 2.0**-33, 5) == 4


def test_a_window_of_no_months_never_opens():
    assert not any(in_force(month, 12, 0) for month in (12, 13, 14))
