import numpy as np
import pytest
from scipy import stats

from trustsim.analysis.intervals import (
    NORMAL_QUANTILE,
    TAIL,
    binomial_quantile,
    chi_squared_quantile,
    mean_of_differences,
    paired_shares,
    poisson_rate,
    quantile_ranks,
    student_quantile,
    wilson,
    wilson_bounds,
)


def test_wilson_against_scipy():
    for successes, size in [(0, 10), (3, 10), (10, 10), (47, 300)]:
        expected = stats.binomtest(successes, size).proportion_ci(method="wilson")
        assert wilson(successes, size) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_wilson_holds_its_share_at_the_edges():
    low, high = wilson_bounds([0.0, 1.0], [7, 7])
    assert (low[0], high[1]) == (0, 1)


def test_garwood_has_its_tails():
    bounds = poisson_rate(4, 2)
    assert stats.poisson.sf(3, bounds.low * 2) == pytest.approx(0.025)
    assert stats.poisson.cdf(4, bounds.high * 2) == pytest.approx(0.025)


def test_dispersion_is_fewer_events_of_larger_size():
    wide, fewer = poisson_rate(8, 2, dispersion=2.0), poisson_rate(4, 2)
    assert (wide.low, wide.high) == pytest.approx((2 * fewer.low, 2 * fewer.high))


def test_ranks_leave_at_most_a_tail_on_each_side():
    for size in (5, 20, 137):
        for share in (0.1, 0.5):
            low, high = quantile_ranks(size, share)
            assert stats.binom.cdf(low - 1, size, share) <= 0.025
            assert stats.binom.sf(high - 1, size, share) <= 0.025


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


def test_students_interval_by_hand():
    # Mean 2, standard deviation 1, three pairs: t of 2 degrees is 4.3027.
    bounds = mean_of_differences(np.array([1.0, 2.0, 3.0]))
    assert bounds == pytest.approx((2 - 4.3027 / np.sqrt(3), 2 + 4.3027 / np.sqrt(3)), abs=1e-4)


def test_paired_shares_by_hand():
    # 8 up, 2 down of 98: centre .06, error sqrt(.11 - .0036)/10.
    centre, error = 0.06, np.sqrt(11 / 100 - 0.06**2) / 10
    bounds = paired_shares(8, 2, size=98)
    assert bounds == pytest.approx((centre - 1.96 * error, centre + 1.96 * error), abs=1e-5)


def test_paired_shares_cover():
    """95 % intervals of a difference of .04 in 60 pairs; 2,000 tables.

    Bound .93 - 4 * sqrt(.93 * .07 / 2000) = .907; false-alarm rate under 1e-4 if coverage is at
    least .93, as Agresti & Min report.
    """
    generator = np.random.default_rng(9)
    pairs = generator.multinomial(60, [0.1, 0.06, 0.84], size=2000)
    bounds = [paired_shares(int(up), int(down), size=60) for up, down, _ in pairs]
    assert np.mean([low <= 0.04 <= high for low, high in bounds]) > 0.907
