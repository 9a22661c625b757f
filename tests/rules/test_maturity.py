"""Maturity needs trust on a broad base and habits that took time."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustsim import theory
from trustsim.model.actions import ACTIONS, CHALLENGE, COOPERATE, HABIT, SMOKE
from trustsim.model.rules import maturity

SHARES = st.floats(0, 1)


@given(SHARES, SHARES, SHARES, SHARES)
def test_routines_fade_no_lower_than_what_is_institutionalised(routines, settled, decay, lost):
    left = maturity.routines_after_fading(routines, settled, decay, lost)
    remaining = routines * (1.0 - lost)
    assert min(settled, remaining) - 1e-15 <= left <= remaining + 1e-15


def test_routines_fade_by_hand():
    assert maturity.routines_after_fading(0.5, 0.0, 0.1, 0.0) == pytest.approx(0.45)
    assert maturity.routines_after_fading(0.5, 0.3, 0.1, 0.0) == pytest.approx(0.48)
    assert maturity.routines_after_fading(0.5, 0.0, 0.0, 0.8) == pytest.approx(0.1)


def test_habits_become_institution_slowly_and_outlive_them():
    settled = 0.0
    for _ in range(50):
        settled = maturity.institutionalised_after_month(settled, 0.8, 0.02, 0.0, 0.0)
    assert settled == pytest.approx(0.8 * (1 - 0.98**50))
    assert maturity.institutionalised_after_month(settled, 0.0, 0.02, 0.01, 0.0) == settled * 0.99


def test_a_reorganisation_destroys_institution_too():
    assert maturity.institutionalised_after_month(0.5, 0.0, 0.02, 0.0, 0.7) == pytest.approx(0.15)


@given(SHARES, st.floats(0, 2), SHARES, SHARES, SHARES)
def test_routines_saturate(routines, habits, growth, skipped, paper):
    after = maturity.routines_after_month(routines, habits, growth, skipped, paper)
    assert routines <= after <= 1.0 + 1e-15


def test_routines_grow_by_hand():
    assert maturity.routines_after_month(0.2, 0.5, 0.1, 0.4, 0.02) == pytest.approx(
        0.2 + (0.1 * 0.5 * 0.6 + 0.02) * 0.8
    )


@pytest.mark.parametrize(("growth", "decay"), [(0.06, 0.02), (0.5, 0.1)])
def test_routines_rest_where_growth_and_decay_balance(growth, decay):
    end = theory.routines_in_the_long_run(practice=0.7, growth=growth, decay=decay)
    faded = maturity.routines_after_fading(end, 0.0, decay, 0.0)
    assert maturity.routines_after_month(faded, 0.7, growth, 0.0, 0.0) == pytest.approx(end)


def test_a_process_skipped_forms_no_habit():
    assert maturity.routines_after_month(0.2, 1.0, 0.1, 1.0, 0.0) == 0.2


@given(SHARES, SHARES, SHARES)
def test_process_focus_of_both_forms_habits(habit, one, other):
    assert maturity.habit_of_act(habit, one, other) == maturity.habit_of_act(habit, other, one)
    assert maturity.habit_of_act(1.0, 0.5, 0.5) == 1.0
    assert maturity.habit_of_act(habit, 0.0, 0.0) == 0.0


def test_only_cooperation_and_open_disagreement_form_habits():
    assert {row for row in range(len(ACTIONS)) if HABIT[row] > 0} == {COOPERATE, CHALLENGE}


@given(SHARES, SHARES)
def test_neither_breadth_nor_routines_can_stand_in_for_the_other(breadth, routines):
    level = maturity.maturity_level(breadth, routines)
    assert level == pytest.approx(math.sqrt(breadth * routines))
    assert maturity.maturity_level(0.0, 1.0) == maturity.maturity_level(1.0, 0.0) == 0.0
    assert min(breadth, routines) - 1e-15 <= level <= max(breadth, routines) + 1e-15


@given(SHARES, SHARES, SHARES)
def test_joint_work_rests_on_both_or_on_one_command(trust, other, across):
    joint = maturity.joint_trust(trust, other, across)
    assert 0.0 <= joint <= 1.0 + 1e-15
    assert maturity.joint_trust(trust, 0.0, 0.0) == 0.0
    assert maturity.joint_trust(trust, other, 1.0) == pytest.approx(1.0)
    assert joint >= maturity.joint_trust(trust, other, 0.0)


def test_what_was_ordered_is_work_only_under_one_command():
    assert maturity.work_delivered(0.0, 1.0, 0.0) == 0.0
    assert maturity.work_delivered(0.0, 1.0, 0.8) == 0.8
    assert maturity.work_delivered(1.0, 0.0, 0.0) == 1.0


def test_value_by_hand():
    assert maturity.value_of_work(1.0, 0.6, 0.5) == pytest.approx(0.6 * 1.3)
    assert maturity.value_of_work(0.0, 0.6, 0.5) == 0.0


@given(SHARES, SHARES, st.floats(0, 10))
def test_the_surplus_of_different_capabilities_needs_trust(work, joint, surplus):
    plain = maturity.value_of_work(work, joint, 0.0)
    assert plain == pytest.approx(work * joint)
    assert maturity.value_of_work(work, joint, surplus) - plain == pytest.approx(
        work * joint * surplus * joint, abs=1e-12
    )


@given(SHARES, SHARES)
def test_effort_is_value_or_smoke(joint, smoke):
    assert maturity.smoke_of_act(1.0, joint, smoke) == 1.0 - joint
    assert maturity.smoke_of_act(0.0, joint, smoke) == smoke


def test_everything_but_cooperation_makes_some_smoke():
    assert {row for row in range(len(ACTIONS)) if SMOKE[row] == 0.0} == {COOPERATE}


def test_a_spell_counts_its_months_and_starts_again():
    months, spell = 0.0, []
    for holds in (True, True, False, True):
        months = maturity.months_in_a_row(months, holds)
        spell.append(months)
    assert spell == [1.0, 2.0, 0.0, 1.0]


def test_one_bad_month_does_not_unmake_maturity():
    assert maturity.is_mature(True, 0.0, 1.0, 6.0)
    assert not maturity.is_mature(True, 0.0, 6.0, 6.0)


def test_one_good_month_does_not_make_maturity():
    assert not maturity.is_mature(False, 5.0, 0.0, 6.0)
    assert maturity.is_mature(False, 6.0, 0.0, 6.0)


def test_a_talking_shop_meets_and_delivers_next_to_nothing():
    assert maturity.is_talking_shop(0.1, 0.5, 0.3, 5.0)
    assert not maturity.is_talking_shop(0.15, 0.5, 0.3, 5.0)
    assert not maturity.is_talking_shop(0.0, 0.5, 0.3, 0.0), "who does not meet does not talk"


@given(SHARES, SHARES, SHARES)
def test_a_smoothed_level_follows_and_never_overshoots(level, now, rate):
    after = maturity.smoothed(level, now, rate)
    assert min(level, now) - 1e-15 <= after <= max(level, now) + 1e-15


def test_one_meeting_is_enough_for_a_talking_shop():
    assert maturity.is_talking_shop(0.0, 0.5, 0.3, 1.0)
