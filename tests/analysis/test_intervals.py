import math

import numpy as np
import pytest
from scipy import stats

from tests.analysis import by_hand
from trustsim.analysis.intervals import (
    NORMAL_QUANTILE,
    TAIL,
    binomial_quantile,
    chi_squared_quantile,
    paired_shares,
    poisson_rate,
    quantile_ranks,
    student_quantile,
    weighted_rate,
    wilson,
    wilson_bounds,
)


def test_wilson_against_scipy():
    for successes, size in [(0, 10), (3, 10), (10, 10), (47, 300)]:
        expected = stats.binomtest(successes, size).proportion_ci(method="wilson")
        assert wilson(successes, size) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_garwood_has_its_tails():
    bounds = poisson_rate(4, 2)
    assert stats.poisson.sf(3, bounds.low * 2) == pytest.approx(0.025)
    assert stats.poisson.cdf(4, bounds.high * 2) == pytest.approx(0.025)


def test_dispersion_is_fewer_events_of_larger_size():
    wide, fewer = poisson_rate(8, 2, dispersion=2.0), poisson_rate(4, 2)
    assert (wide.low, wide.high) == pytest.approx((2 * fewer.low, 2 * fewer.high))


def test_quantiles_are_those_of_scipy_to_the_bit():
    assert float(stats.norm.ppf(1 - TAIL)) == NORMAL_QUANTILE
    freedom = np.concatenate([np.arange(0, 2000), [0.5, 7.25, 1e6, np.inf]])
    np.testing.assert_array_equal(student_quantile(freedom), stats.t.ppf(1 - TAIL, freedom))
    freedom[0] = 1e-3
    for tail in (TAIL, 1 - TAIL):
        expected = stats.chi2.ppf(tail, freedom)
        np.testing.assert_array_equal(chi_squared_quantile(freedom, tail), expected)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.1, 0.25, 1 / 3, 0.5, 0.9, 1.0])
def test_quantiles_of_counts_are_those_of_scipy(share):
    sizes = [*range(300), 1000, 99_999, 1_000_000]
    for tail in (TAIL, 1 - TAIL):
        found = [binomial_quantile(size, share, tail) for size in sizes]
        assert found == stats.binom.ppf(tail, sizes, share).tolist()


def test_an_interval_holds_its_share_even_where_that_is_lost_in_rounding():
    shares, sizes = np.meshgrid(np.logspace(-20, -3, 200), np.logspace(-1, 6, 50))
    low, high = wilson_bounds(shares, sizes)
    assert (low >= 0.0).all()
    assert (low <= shares).all()
    assert (high >= shares).all()


def test_a_share_of_all_is_bounded_by_exactly_1_however_many_there_are():
    """Rounding would put the bound a hair off for a quarter of these sizes."""
    sizes = np.arange(1.0, 2001.0)
    low, high = wilson_bounds(np.ones_like(sizes), sizes)
    assert (high == 1.0).all()
    assert (low < 1.0).all()


def test_a_difference_of_shares_stays_within_one():
    assert paired_shares(3, 0, size=3).high == 1.0
    assert paired_shares(0, 3, size=3).low == -1.0
    assert paired_shares(3, 0, size=3).low == pytest.approx(-paired_shares(0, 3, size=3).high)


def test_without_time_a_rate_is_unknown():
    assert poisson_rate(0, 0) == (0.0, math.inf)
    assert poisson_rate(0, 2.0) == pytest.approx((0.0, -math.log(0.025) / 2))


@pytest.mark.parametrize(("size", "share"), [(21, 0.5), (100, 0.1), (60, 0.25)])
def test_ranks_hold_a_quantile_as_often_as_they_say_and_hardly_more(size, share):
    """Of binomial counts below the quantile, at most a fortieth lie past either rank."""
    low, high = quantile_ranks(size, share)
    below = stats.binom(size, share)
    assert below.cdf(low - 1) < 0.025 <= below.cdf(low)
    assert below.sf(high - 1) <= 0.025 < below.sf(high - 2)


def test_bounds_of_a_weighted_sum_by_the_formulas_of_fay_and_feuer():
    """Weights .1, .3, .2 and counts 4, 1, 2: a sum of 1.1 of variance .04 + .09 + .08."""
    low, high = weighted_rate(np.array([[0.1, 0.3, 0.2]]), [4, 1, 2])
    total, variance = 1.1, 0.21
    bound = stats.gamma.ppf(0.025, total**2 / variance, scale=variance / total)
    assert low.item() == pytest.approx(bound)
    above, spread = total + 0.3, variance + 0.09
    assert high.item() == pytest.approx(
        stats.gamma.ppf(0.975, above**2 / spread, scale=spread / above)
    )
    # A sum below 0 counts as 0: nothing bounds it below, and what could come next above.
    low, high = weighted_rate(np.array([[1.0, -2.0]]), [3, 2])
    assert (low.item(), high.item()) == (0, pytest.approx(stats.gamma.ppf(0.975, 1 / 12, scale=12)))
    # Equal weights: Garwood's.
    low, high = weighted_rate(np.full((1, 4), 1 / 250), [0, 3, 1, 3])
    assert (low.item(), high.item()) == pytest.approx(by_hand.garwood(7, 250))
