"""What E10 to E12 compute from lives: known answers on lives made by hand, and on real twins."""

import harness
import numpy as np
import predictive
import pytest
from E10_stp_dates import arms as stp

import trustsim as ts

NEVER = np.inf


@pytest.fixture(scope="module")
def coalitions():
    return harness.load(harness.find("E11")).analysis


@pytest.fixture(scope="module")
def acos():
    return harness.load(harness.find("E12")).analysis


def test_points_not_partnerships_are_resampled():
    """Partnerships of one point are copies: the interval is that of ten points, not of 10,000."""
    points = np.repeat(np.arange(10), 1000)
    values = (points % 2 == 0).astype(float)
    found = predictive.mean_over_points("share", points, values, seed=1)
    assert found["estimate"] == 0.5
    half = 1.96 * 0.5 / np.sqrt(10)
    assert found["high"] - found["low"] == pytest.approx(2 * half, rel=0.15)
    assert found["n"] == 10_000


def test_a_statistic_that_is_sometimes_unknown_has_no_interval():
    points, below = np.repeat([0, 1, 2], 5), np.repeat([1.0, 0.0, 0.0], 5)
    found = predictive.over_points(
        "ratio", points, (below, below), predictive.ratio, "ratio", seed=1
    )
    assert found["estimate"] == 1
    assert np.isnan(found["low"])


def test_the_most_at_a_point_is_the_largest_mean_of_one():
    found = predictive.most_at_a_point("most", [2, 0, 2, 1, 2, 1], np.array([1, 0, 0, 1, 1, 0]))
    assert found["estimate"] == pytest.approx(2 / 3)
    assert found["n"] == 3


def test_inside_means_in_the_middle_of_the_draws():
    draws = np.linspace(0, 1, 1001)
    found = [predictive.within(number, draws) for number in (0.02, 0.03, 0.97, 0.98)]
    assert found == [0, 1, 1, 0]


def test_turnover_of_the_systems_is_what_was_counted():
    assert stp.rates() == (0.36, 0.60)
    tenures = [one.values()["tenure"] for _, one in stp.cells(ts.scenario("stp"), 2)]
    assert sorted(12 / np.array(tenures[:5])) == pytest.approx([0.36, 0.42, 0.48, 0.54, 0.6])


def test_the_deadline_is_set_in_january_2019_and_due_in_april_2021():
    """Month 1 is March 2016, as in the dates, so January 2019 is month 35, April 2021 month 62."""
    arms = {arm.key: arm.of(ts.scenario("stp")) for arm in stp.ARMS}
    (deadline,) = [one for one in arms["deadline"].interventions if one.name == "deadline"]
    assert (deadline.start, deadline.months) == (34, 27)
    assert not arms["lifted"].interventions
    assert arms["members_8"].values()["organisations"] == 8


def test_spells_before_and_after_the_grant(coalitions):
    ended = np.array([12.0, 36.0, 60.0, 90.0, NEVER])
    early, years, late, later_years = coalitions.spells(ended)
    assert early.tolist() == [1, 1, 0, 0, 0]
    assert years.tolist() == [1, 3, 3, 3, 3]
    assert late.tolist() == [0, 0, 1, 0, 0]
    assert later_years.tolist() == [0, 0, 2, 4, 4]


def test_a_constant_rate_has_a_ratio_of_one(coalitions):
    ended = np.random.default_rng(1).exponential(100, 200_000)
    sums = np.array([one.sum() for one in coalitions.spells(ended)])
    assert coalitions.ratio_of_rates(sums) == pytest.approx(1, abs=0.02)


def test_the_published_ratio_is_that_of_the_evidence(coalitions):
    published = coalitions.alive_published()
    assert published["estimate"].tolist() == pytest.approx([0.9, 2 / 3], abs=0.004)
    middle, low, high = coalitions.published_ratio(published)
    assert middle == pytest.approx(0.075 / 0.035, rel=0.05)
    assert 1 < low < middle < high


def test_twins_share_their_lives_until_the_grant_ends(coalitions):
    sizes = {"points": 2, "replicates": 25, "draws": 10, "seed": 4, "months": 84}
    lives = coalitions.Lives(ts.scenario("coalition"), sizes, lambda _: None)
    ends, goes_on = lives.ended["with"], lives.ended["without"]
    assert np.array_equal(ends <= 36, goes_on <= 36)
    assert ends[ends <= 36].tolist() == goes_on[goes_on <= 36].tolist()
    assert np.isfinite(lives.functioning[ends > 36]).all()
    assert np.isnan(lives.functioning[ends < 36]).all()
    assert (ends <= 84).mean() > (goes_on <= 84).mean()


def test_staggered_entry_follows_each_entry_for_its_own_time(acos):
    """Five entries, all gone after 30 months: those followed for 3, 4 and 5 years are seen."""
    ended = np.full((2, 10), 30.0)
    ended[1] = NEVER
    assert acos.staggered(ended).tolist() == [0.6, 0.0]


def test_ends_and_years_in_a_year_of_life(acos):
    ends, years = acos.in_year(np.array([40.0, 48.0, 54.0, NEVER, 49.0]), 5)
    assert ends.tolist() == [0, 0, 1, 0, 1]
    assert years.tolist() == pytest.approx([0, 0, 0.5, 1, 1 / 12])


def test_published_shares_of_the_programmes(acos):
    table = acos.left_published()
    assert table["estimate"].tolist() == pytest.approx([0.30, 0.28, 0.41, 0.625])
    assert table["n"].tolist() == [624, 32, 32, 32]
