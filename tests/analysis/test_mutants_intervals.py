"""Every interval against what defines it (found by `make mutants`)."""

import math

import numpy as np
import pytest
from scipy import stats

from trustsim.analysis.costs import cost_of_gain
from trustsim.analysis.intervals import (
    mean_of_differences,
    normal,
    paired_shares,
    poisson_rate,
    quantile_ranks,
    wilson,
    wilson_bounds,
)

Z = 1.959963984540054


@pytest.mark.parametrize(("share", "size"), [(0.3, 17.0), (0.5, 1.0), (0.9, 6.5), (0.02, 400.0)])
def test_wilsons_bounds_are_where_the_score_test_just_does_not_reject(share, size):
    for bound in wilson_bounds(share, size):
        assert abs(bound - share) == pytest.approx(Z * math.sqrt(bound * (1 - bound) / size))


def test_wilsons_interval_is_closed_where_nothing_or_all_was_seen():
    low, high = wilson_bounds([0.0, 1.0, 0.4], [10.0, 10.0, 0.0])
    assert (low[0], high[1]) == (0.0, 1.0)
    assert high[0] == pytest.approx(Z**2 / (10 + Z**2))
    assert low[1] == pytest.approx(10 / (10 + Z**2))
    assert (low[2], high[2]) == (0.0, 1.0)


def test_a_share_of_all_is_bounded_by_exactly_1_however_many_there_are():
    """Rounding would put the bound a hair off for a quarter of these sizes."""
    sizes = np.arange(1.0, 2001.0)
    low, high = wilson_bounds(np.ones_like(sizes), sizes)
    assert (high == 1.0).all()
    assert (low < 1.0).all()


def test_an_interval_holds_its_share_even_where_that_is_lost_in_rounding():
    shares, sizes = np.meshgrid(np.logspace(-20, -3, 200), np.logspace(-1, 6, 50))
    low, high = wilson_bounds(shares, sizes)
    assert (low >= 0.0).all()
    assert (low <= shares).all()
    assert (high >= shares).all()


def test_one_case_says_something_and_none_nothing():
    assert wilson(1, 1) == pytest.approx((1 / (1 + Z**2), 1.0))
    assert wilson(0, 1) == pytest.approx((0.0, Z**2 / (1 + Z**2)))
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize("events", [1, 2, 7])
@pytest.mark.parametrize("exposure", [0.5, 1.0, 12.0])
def test_garwoods_bounds_leave_a_fortieth_on_either_side(events, exposure):
    low, high = poisson_rate(events, exposure)
    assert stats.poisson.sf(events - 1, low * exposure) == pytest.approx(0.025)
    assert stats.poisson.cdf(events, high * exposure) == pytest.approx(0.025)


def test_counts_in_clusters_are_as_sure_as_the_number_of_clusters():
    clusters = poisson_rate(3, 10.0)
    assert poisson_rate(6, 10.0, dispersion=2.0) == pytest.approx([2 * end for end in clusters])


def test_without_time_a_rate_is_unknown():
    assert poisson_rate(0, 0) == (0.0, math.inf)
    assert poisson_rate(0, 2.0) == pytest.approx((0.0, -math.log(0.025) / 2))


def test_normal_interval_is_symmetric_about_its_estimate():
    assert normal(2.0, 0.5) == pytest.approx((2.0 - Z / 2, 2.0 + Z / 2))


def test_students_interval_from_the_table_of_t():
    # t at .975: 12.7062 with 1 degree of freedom, 3.18245 with 3.
    assert mean_of_differences(np.array([1.0, 3.0])) == pytest.approx(
        (2 - 12.7062, 2 + 12.7062), rel=1e-5
    )
    half = 3.18245 * math.sqrt(20 / 3) / 2
    assert mean_of_differences(np.array([2.0, 4.0, 6.0, 8.0])) == pytest.approx(
        (5 - half, 5 + half), rel=1e-5
    )
    assert np.isnan(mean_of_differences(np.array([1.0]))).all()


def test_paired_shares_by_the_formula_of_agresti_and_min():
    """With half a pair in each of four cells: b = 5.5, c = 2.5, n = 22."""
    centre = (5.5 - 2.5) / 22
    error = math.sqrt(5.5 + 2.5 - (5.5 - 2.5) ** 2 / 22) / 22
    assert paired_shares(5, 2, size=20) == pytest.approx((centre - Z * error, centre + Z * error))


def test_a_difference_of_shares_stays_within_one():
    assert paired_shares(3, 0, size=3).high == 1.0
    assert paired_shares(0, 3, size=3).low == -1.0
    assert paired_shares(3, 0, size=3).low == pytest.approx(-paired_shares(0, 3, size=3).high)


@pytest.mark.parametrize(("size", "share"), [(21, 0.5), (100, 0.1), (60, 0.25)])
def test_ranks_hold_a_quantile_as_often_as_they_say_and_hardly_more(size, share):
    """Of binomial counts below the quantile, at most a fortieth lie past either rank."""
    low, high = quantile_ranks(size, share)
    below = stats.binom(size, share)
    assert below.cdf(low - 1) < 0.025 <= below.cdf(low)
    assert below.sf(high - 1) <= 0.025 < below.sf(high - 2)


def test_the_price_of_a_gain_solves_fiellers_equation():
    """At either bound r, the mean of cost - r gain is just t standard errors from 0."""
    cost = np.array([10.0, 14.0, 9.0, 16.0, 12.0])
    gain = np.array([1.0, 2.0, 1.5, 2.5, 1.2])
    found = cost_of_gain(cost, gain)
    assert found.estimate == pytest.approx(61.0 / 8.2)
    assert found.low < found.estimate < found.high
    for bound in found[1:]:
        rest = cost - bound * gain
        error = rest.std(ddof=1) / math.sqrt(5)
        # t at .975 with 4 degrees of freedom
        assert abs(rest.mean()) == pytest.approx(2.7764451 * error)


def test_two_pairs_can_price_a_gain_and_one_can_not():
    assert cost_of_gain(np.array([4.0, 4.0]), np.array([2.0, 2.0])) == pytest.approx((2, 2, 2))
    assert np.isnan(cost_of_gain(np.array([4.0]), np.array([2.0]))).all()


def test_nothing_gained_has_no_price():
    assert np.isnan(cost_of_gain(np.ones(4), np.zeros(4))).all()
