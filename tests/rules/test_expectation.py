"""What is expected, what is seen, and the frustration between."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustsim import theory
from trustsim.model.rules import expectation
from trustsim.model.rules.expectation import expectation_after_month, progress_seen

SHARES = st.floats(0, 1)


def path(months, *, pressure=0.6, raised=0.0, pace=12.0, ratchet=0.0, show=0.0):
    level, levels = 0.0, []
    for _ in range(months):
        level = expectation_after_month(level, pressure, raised, pace, ratchet, show)
        levels.append(level)
    return levels


def test_the_sponsor_expects_progress_along_a_saturating_path():
    expected = theory.level_after(range(1, 61), start=0.0, target=0.6, rate=1.0 / 12.0)
    assert path(60) == pytest.approx(expected.tolist(), abs=1e-14)


def test_a_slower_pace_expects_less_in_every_month():
    assert all(slow < fast for slow, fast in zip(path(60, pace=24.0), path(60), strict=True))


@given(SHARES, SHARES, SHARES, st.floats(1, 1200), SHARES, SHARES)
def test_expectation_is_a_share(now, pressure, raised, pace, ratchet, show):
    assert 0.0 <= expectation_after_month(now, pressure, raised, pace, ratchet, show) <= 1.0


@given(SHARES, SHARES)
def test_show_above_the_path_ratchets_it_up_and_below_it_does_nothing(now, show):
    plain = expectation_after_month(now, 0.6, 0.0, 12.0, 0.0, show)
    ratcheted = expectation_after_month(now, 0.6, 0.0, 12.0, 0.1, show)
    if show > plain:
        assert ratcheted == pytest.approx(plain + 0.1 * (show - plain))
    else:
        assert ratcheted == plain


def test_what_a_bullet_raises_is_added_to_the_level_aimed_at():
    assert path(2000, raised=0.2)[-1] == pytest.approx(0.8)
    assert path(2000, raised=0.9)[-1] == pytest.approx(1.0)


@given(
    st.floats(0, 3),
    st.floats(0.01, 10),
    st.floats(0, 1),
    st.floats(0, 500),
    st.floats(0, 2),
    SHARES,
)
def test_progress_seen_is_a_share(real, mature, hardening, achieved, show, realism):
    assert 0.0 <= progress_seen(real, mature, hardening, achieved, show, realism) <= 1.0 + 1e-15


def test_members_see_part_reality_and_part_show():
    assert progress_seen(0.25, 0.5, 0.0, 0.0, 0.9, 1.0) == 0.5
    assert progress_seen(0.25, 0.5, 0.0, 0.0, 0.9, 0.0) == 0.9
    assert progress_seen(0.25, 0.5, 0.0, 0.0, 0.9, 0.75) == pytest.approx(0.6)


def test_the_same_work_counts_less_when_the_easy_gains_are_used_up():
    early = progress_seen(0.25, 0.5, 0.01, 0.0, 0.0, 1.0)
    late = progress_seen(0.25, 0.5, 0.01, 100.0, 0.0, 1.0)
    assert late == early / 2.0


def test_frustration_is_the_smoothed_shortfall():
    assert expectation.frustration_after_month(0.2, 0.6, 0.25, 0.1) == pytest.approx(
        0.2 + 0.1 * (0.35 - 0.2)
    )


def test_who_expects_little_is_hardly_frustrated():
    assert expectation.frustration_after_month(0.0, 0.1, 0.0, 1.0) == 0.1
    assert expectation.frustration_after_month(0.0, 0.8, 0.0, 1.0) == 0.8


@given(SHARES, SHARES)
def test_what_was_once_expected_is_not_taken_back(now, pressure):
    later = expectation_after_month(now, pressure, 0.0, 6.0, 0.0, 0.0)
    assert later >= now
    assert later == now or pressure > now


@given(SHARES, SHARES, SHARES, SHARES)
def test_frustration_is_a_share(frustration, expected, seen, adaptation):
    after = expectation.frustration_after_month(frustration, expected, seen, adaptation)
    assert 0.0 <= after <= 1.0 + 1e-15


@given(SHARES, SHARES)
def test_who_gets_what_was_expected_is_not_frustrated(frustration, expected):
    assert expectation.frustration_after_month(frustration, expected, expected, 0.3) <= frustration
    assert expectation.frustration_after_month(0.0, 0.0, 0.0, 0.3) == 0.0


@given(st.floats(0, 2), SHARES)
def test_goodwill_is_endowed_by_history(endowment, history):
    stock = expectation.goodwill_at_start(endowment, history)
    assert stock == pytest.approx(min(1.0, endowment * history))


@given(SHARES, SHARES, SHARES)
def test_goodwill_is_spent_and_never_earned_back(goodwill, disappointment, spend):
    left = expectation.goodwill_after_month(goodwill, disappointment, spend)
    assert 0.0 <= left <= goodwill
    assert expectation.goodwill_after_month(goodwill, 0.0, spend) == goodwill


@given(SHARES, SHARES)
def test_members_judge_by_this_month_alone_unless_told_otherwise(before, now):
    """To the bit: the default changes no number."""
    assert expectation.results_after_month(before, now, 1.0) == now


@given(st.floats(1, 120), SHARES)
def test_steady_results_are_seen_as_they_are_over_any_window(window, level):
    seen = level
    for _ in range(5):
        seen = expectation.results_after_month(seen, level, window)
    assert seen == pytest.approx(level)


def test_months_in_the_window_weigh_as_old_on_average_as_in_a_plain_mean():
    """A single month of results, followed: mean age (window - 1) / 2."""
    seen, weights = 0.0, []
    for month in range(400):
        seen = expectation.results_after_month(seen, 1.0 if month == 0 else 0.0, 5.0)
        weights.append(seen)
    assert sum(weights) == pytest.approx(1.0)
    assert sum(age * weight for age, weight in enumerate(weights)) == pytest.approx(2.0)
