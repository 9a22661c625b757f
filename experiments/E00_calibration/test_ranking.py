"""Simulation-based calibration passes what is right and catches what is wrong."""

import pandas as pd
import pytest
from E00_calibration.pseudo_studies import study_facts
from E00_calibration.ranking import (
    DERIVED,
    QUANTITIES,
    coverage,
    histograms,
    ranks,
    uniformity,
    with_band_errors,
)
from scipy import stats

from trustsim.calibration import FACTORS
from trustsim.calibration.sampling import OBSERVED
from trustsim.errors import StudyError
from trustsim.scenarios.files import scenario

DRAWS = 39


@pytest.fixture(scope="module")
def facts(truths):
    return with_band_errors(truths, seed=3)


@pytest.fixture(scope="module")
def ranked(truths, facts, made_up_bank):
    return ranks(truths, facts, made_up_bank, draws=DRAWS)


def test_a_right_posterior_has_uniform_ranks(ranked):
    """23 tests at .001 / 23 each: a false alarm once in a thousand seeds."""
    found = uniformity(ranked, bins=10)
    assert set(found["quantity"]) == set(QUANTITIES)
    assert (found["n"] > 150).all()
    assert (found["p"] > 0.001 / len(QUANTITIES)).all(), found


def test_intervals_of_a_right_posterior_cover(ranked):
    """69 intervals, each missing the nominal share once in 10^6: one alarm in 10,000 seeds."""
    found = coverage(ranked)
    for row in found.to_dict("records"):
        inside = stats.binomtest(round(row["covered"] * row["n"]), row["n"], row["nominal"])
        assert inside.pvalue > 1e-6, row
        assert row["low"] <= row["covered"] <= row["high"]


@pytest.mark.parametrize(("narrowed", "direction"), [(2.0, -1), (0.5, 1)])
def test_a_posterior_of_the_wrong_width_is_caught(truths, facts, made_up_bank, narrowed, direction):
    wrong = ranks(truths, facts, made_up_bank, draws=DRAWS, narrowed=narrowed)
    found = uniformity(wrong, bins=10)
    assert (found["p"] < 0.001).mean() > 0.85
    assert (found["furthest"] > found["band"]).mean() > 0.5
    covered = coverage(wrong)
    off = covered[covered["nominal"] == 0.8]
    missed = off["high"] < 0.8 if direction < 0 else off["low"] > 0.8
    assert missed.mean() > 0.85


def test_a_posterior_that_is_off_to_a_side_is_caught(truths, facts, made_up_bank):
    low, high = FACTORS["pace"]
    shifted = made_up_bank.assign(pace=made_up_bank["pace"] + (high - low) / 4)
    found = uniformity(ranks(truths, facts, shifted, draws=DRAWS), bins=10).set_index("quantity")
    assert found.loc["pace", "p"] < 1e-6
    assert found["p"].drop("pace").min() > 0.001 / len(QUANTITIES)


def test_facts_without_errors_are_covered_too_often(truths, made_up_bank):
    exact = truths[list(OBSERVED)]
    found = coverage(ranks(truths, exact, made_up_bank, draws=DRAWS))
    derived = found[found["quantity"].isin(DERIVED) & (found["nominal"] == 0.5)]
    assert (derived["low"] > 0.5).all(), derived


def test_every_rank_is_within_its_range_and_ties_are_broken_evenly(truths, facts, made_up_bank):
    name = "dissolved by 5 years"
    tied = ranks(truths.assign(**{name: 0.4}), facts, made_up_bank.assign(**{name: 0.4}), draws=39)
    part = tied[tied["quantity"] == name]["rank"]
    assert part.between(0, DRAWS).all()
    assert stats.kstest((part + 0.5) / (DRAWS + 1), "uniform").pvalue > 1e-4


def test_coverage_follows_from_ranks_by_hand():
    table = pd.DataFrame({"study": range(4), "quantity": "pace", "draws": 39})
    found = coverage(table.assign(rank=[0, 1, 20, 39])).set_index("nominal")["covered"]
    assert found.to_dict() == {0.5: 0.25, 0.8: 0.25, 0.95: 0.5}


def test_bins_hold_every_rank_once():
    table = pd.DataFrame({"study": range(40), "quantity": "pace", "draws": 39, "rank": range(40)})
    assert histograms(table, bins=10)["count"].tolist() == [4] * 10
    assert uniformity(table)["p"].tolist() == [1.0]
    with pytest.raises(StudyError, match="divisor of 40"):
        histograms(table, bins=7)


def test_wrong_numbers_of_draws_and_too_small_a_bank_are_refused(truths, facts, made_up_bank):
    with pytest.raises(StudyError, match="multiple of 40"):
        ranks(truths, facts, made_up_bank, draws=40)
    with pytest.raises(StudyError, match="larger bank"):
        ranks(truths, facts, made_up_bank.head(100), draws=DRAWS)


@pytest.mark.nightly
def test_studies_of_real_size_scatter_around_the_truth():
    """Voluntary partnerships 12 times over: means within 4 standard errors of large samples."""
    own = scenario("voluntary").values()
    point = {name: own[name] for name in FACTORS}
    found = study_facts(pd.DataFrame([{**point, "luck": 1000 * n} for n in range(12)]), workers=1)
    assert list(found.columns) == list(OBSERVED)
    share = found["dissolved by 7 years"]
    assert 0.015 < share.std() < 0.12  # of 110 coalitions, .047 is expected
    assert share.nunique() > 4
    assert ((share * 110).round(9) % 1 == 0).all()
    assert ((found["dissolved by 5 years"] * 624).round(9) % 1 == 0).all()
    assert found["changes of lead a year"].mean() == pytest.approx(0.41, abs=4 * 0.075 / 12**0.5)
