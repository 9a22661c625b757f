"""Who waits, until when, and for what, case by case (found by `make mutants`)."""

import math

import numpy as np
import pytest
from scipy import stats

from trustsim.analysis import TableError
from trustsim.analysis.events import FirstEvents, first_events, named
from trustsim.analysis.intervals import poisson_rate, weighted_rate
from trustsim.schema import CAUSES

NEVER = int(np.iinfo(np.int64).max)


def cases(month, cause, last):
    return FirstEvents(np.array(month), np.array(cause), last)


def listed(first):
    return first.month.tolist(), first.cause.tolist(), first.last


def test_what_comes_after_a_month_is_not_yet_known_in_it():
    first = cases([2, 5, 6, 8, 8], [1, 2, 1, 1, 0], 8)
    assert first.until(None, where="here") is first
    assert listed(first.until(5, where="here")) == ([2, 5, 5, 5, 5], [1, 2, 0, 0, 0], 5)
    assert listed(first.until(8, where="here")) == listed(first)
    assert listed(first.until(1, where="here")) == ([1] * 5, [0] * 5, 1)


def test_where_nobody_waits_any_more_every_later_month_is_known():
    first = cases([2, 5], [1, 2], NEVER)
    assert listed(first.until(5, where="here")) == ([2, 5], [1, 2], NEVER)
    assert listed(first.until(4, where="here")) == ([2, 4], [1, 0], 4)
    assert listed(first.until(600, where="here")) == ([2, 5], [1, 2], NEVER)


def test_months_not_watched_are_refused():
    with pytest.raises(TableError, match=r"^here, until = 9:"):
        cases([8], [0], 8).until(9, where="here")


def test_those_whose_wait_was_ended_stay_as_long_as_the_others_are_watched():
    first = cases([2, 3, 8, 8], [2, 1, 0, 2], 8)
    assert first.seen_as("cause-specific", where="here") is first
    assert listed(first.seen_as("subdistribution", where="here")) == ([8, 3, 8, 8], [0, 1, 0, 0], 8)


def test_without_rivals_the_view_changes_nothing():
    for first in (cases([2, 8], [1, 0], 8), cases([2, 7], [1, 1], NEVER)):
        assert listed(first.seen_as("subdistribution", where="here")) == listed(first)


def test_where_all_have_ended_the_last_end_is_the_end_of_watching():
    first = cases([2, 7, 5], [2, 1, 2], NEVER)
    assert listed(first.seen_as("subdistribution", where="here")) == ([7, 7, 7], [0, 1, 0], 7)


@pytest.mark.parametrize(
    ("month", "cause", "said"),
    [
        ([4, 8, 6], [0, 0, 1], r"\[4, 8, 8\]"),
        ([4, 6, 8, 5], [0, 0, 0, 2], r"\[4, 6, 8\]"),
        ([4, 4, 8], [0, 0, 1], r"\[4, 8\]"),
        ([4, 5], [0, 2], r"\[4, 5\]"),
    ],
)
def test_the_ends_of_watching_that_differ_are_told(month, cause, said):
    with pytest.raises(TableError, match=f"^here, months watched = {said}:"):
        cases(month, cause, 8).seen_as("subdistribution", where="here")


@pytest.mark.parametrize("cause", [[1, 2, 0], [1, 2, 2]])
def test_one_end_of_watching_in_the_last_month_is_common_to_all(cause):
    assert cases([2, 3, 8], cause, 8).seen_as("subdistribution", where="here").month.max() == 8


def test_at_risk_and_events_month_by_month():
    first = cases([2, 2, 2, 4, 5], [1, 1, 2, 1, 0], 5)
    assert first.at_risk().tolist() == [5, 5, 2, 2, 1]
    assert first.events().tolist() == [0, 2, 0, 1, 0]
    assert (first.at_risk().dtype, first.events().dtype) == (np.int64, np.int64)
    nobody = cases([3, 3], [0, 2], 3)
    assert nobody.events().tolist() == [0, 0, 0]


@pytest.fixture
def runs(runs_of):
    runs = runs_of([3, 0, 0, 0, 9], [0, 2, 7, 0, 11], 12)
    return runs.assign(cause=[None, "vote", "breach", None, "vote"])


def test_other_causes_compete_with_the_one_asked_for(runs):
    vote = first_events(runs, "dissolved", cause="vote")
    assert listed(vote) == ([12, 2, 7, 12, 11], [0, 1, 2, 0, 1], 12)
    other = first_events(runs, "dissolved", cause="sponsor")
    assert listed(other) == ([12, 2, 7, 12, 11], [0, 2, 2, 0, 2], 12)


def test_a_missing_cause_is_none_and_a_missing_column_is_refused(runs):
    with pytest.raises(TableError, match=r"^runs table, column = cause:"):
        first_events(runs.drop(columns="cause"), "dissolved", cause="vote")
    assert listed(first_events(runs.drop(columns="cause"), "dissolved")) == (
        [12, 2, 7, 12, 11],
        [0, 1, 1, 0, 1],
        12,
    )


@pytest.mark.parametrize(
    ("event", "cause", "said"),
    [
        ("ended", None, "event = ended"),
        ("ended", "vote", "event = ended"),
        ("dissolved", "votes", "cause = votes"),
        ("matured", "votes", "cause = votes"),
        ("matured", "vote", "cause = vote"),
    ],
)
def test_what_is_asked_wrongly_is_named(runs, event, cause, said):
    with pytest.raises(TableError, match=f"^analysis, {said}:"):
        first_events(runs, event, cause=cause)


def test_who_asks_for_a_cause_of_maturity_is_told_what_to_do(runs):
    with pytest.raises(TableError) as caught:
        first_events(runs, "matured", cause="vote")
    assert str(caught.value).endswith(' Ask for the event "dissolved", or leave the cause out.')


def test_every_cause_of_the_table_may_be_asked_for(runs):
    for cause in CAUSES:
        assert len(first_events(runs, "dissolved", cause=cause).month) == 5


def test_an_event_is_named_with_its_cause_if_it_has_one():
    assert named("matured", None) == "matured"
    assert named("dissolved", "vote") == "dissolved: vote"


def test_bounds_of_a_weighted_sum_by_the_formulas_of_fay_and_feuer():
    """Weights .1, .3, .2 and counts 4, 1, 2: a sum of 1.1 of variance .04 + .09 + .08."""
    low, high = weighted_rate(np.array([[0.1, 0.3, 0.2]]), [4, 1, 2])
    total, variance = 1.1, 0.21
    assert low.item() == pytest.approx(
        stats.gamma.ppf(0.025, total**2 / variance, scale=variance / total)
    )
    above, spread = total + 0.3, variance + 0.09
    assert high.item() == pytest.approx(
        stats.gamma.ppf(0.975, above**2 / spread, scale=spread / above)
    )


def test_each_sum_has_bounds_of_its_own():
    weights = np.array([[0.1, 0.1], [0.5, 0.5], [1.0, -2.0]])
    low, high = weighted_rate(weights, [3, 2])
    for row, scale in ((0, 10.0), (1, 2.0)):
        assert (low[row], high[row]) == pytest.approx(tuple(poisson_rate(5, scale)))
    # A sum below 0 counts as 0: nothing bounds it below, and what could come next above.
    assert low[2] == 0.0
    spread = 1 * 3 + 4 * 2 + 1
    assert high[2] == pytest.approx(stats.gamma.ppf(0.975, 1 / spread, scale=spread))


def test_small_sums_have_a_lower_bound_above_nothing():
    low, _ = weighted_rate(np.array([[0.001]]), [2])
    least = poisson_rate(2, 1000.0).low
    assert low.item() == pytest.approx(least)
    assert least > 0


def test_without_counts_the_upper_bound_is_that_of_none_seen_at_the_largest_weight():
    low, high = weighted_rate(np.array([[0.2, 0.5]]), [0, 0])
    assert (low.item(), high.item()) == (0.0, pytest.approx(-0.5 * math.log(0.025)))
