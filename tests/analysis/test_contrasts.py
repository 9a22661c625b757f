import numpy as np
import pandas as pd
import pytest

from trustsim.analysis import TableError, paired_contrast
from trustsim.analysis.intervals import paired_shares
from trustsim.errors import TrustsimError

SUMS = {"value": 1.0, "smoke": 0.0, "tokenistic_months": 0, "members_lost": 0, "departures": 3}


@pytest.fixture
def arms(runs_of):
    baseline = runs_of([0, 50, 0, 20], [30, 0, 0, 0], 60).assign(**SUMS)
    other = runs_of([40, 50, 10, 20], [0, 0, 0, 45], 60).assign(**SUMS)
    return baseline, other.assign(value=[2.0, 1.0, 4.0, 0.0])


def row_of(table, outcome, month=60):
    return table[(table.outcome == outcome) & (table.month == month)].iloc[0]


def test_shares_by_hand(arms):
    table = paired_contrast(*arms, horizon=60, by=(36, 60, 84))
    matured = row_of(table, "matured")
    assert (matured["baseline"], matured["other"], matured["difference"]) == (0.5, 1.0, 0.5)
    assert (matured["better"], matured["worse"], matured["same"]) == (0.5, 0, 0.5)
    assert (matured["low"], matured["high"]) == pytest.approx(paired_shares(2, 0, size=4))
    dissolved = row_of(table, "dissolved")
    assert (dissolved["better"], dissolved["worse"], dissolved["same"]) == (0.25, 0.25, 0.5)
    assert 84 not in set(table["month"])


def test_months_by_hand(arms):
    table = paired_contrast(*arms, horizon=60)
    waiting = row_of(table, "months not mature")
    # baseline 60, 50, 60, 20; other 40, 50, 10, 20: differences -20, 0, -50, 0
    assert (waiting["baseline"], waiting["other"]) == (47.5, 30)
    assert waiting["difference"] == -17.5
    half = 3.1824 * np.std([20, 0, 50, 0], ddof=1) / 2
    assert waiting["low"] == pytest.approx(-17.5 - half, abs=1e-3)
    assert (waiting["better"], waiting["worse"], waiting["same"]) == (0.5, 0, 0.5)
    alive = row_of(table, "months alive")
    assert alive["difference"] == pytest.approx((30 + 0 + 0 - 15) / 4)
    ratio = np.var([20, 0, 50, 0]) / (np.var([60, 50, 60, 20]) + np.var([40, 50, 10, 20]))
    assert waiting["variance_ratio"] == pytest.approx(ratio)


def test_sums_know_which_way_is_better(arms):
    baseline, other = arms
    table = paired_contrast(baseline, other.assign(smoke=[1.0, 0, 0, 0]), horizon=60)
    value, smoke = row_of(table, "value"), row_of(table, "smoke")
    assert (value["better"], value["worse"], value["same"]) == (0.5, 0.25, 0.25)
    assert (smoke["better"], smoke["worse"], smoke["same"]) == (0, 0.25, 0.75)


def test_an_arm_against_itself_is_no_change(arms):
    table = paired_contrast(arms[0], arms[0], horizon=60)
    assert (table["difference"] == 0).all()
    assert (table["same"] == 1).all()
    assert (table["variance_ratio"].dropna() == 0).all()


def test_order_of_rows_does_not_matter(arms):
    baseline, other = arms
    shuffled = other.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(
        paired_contrast(baseline, other, horizon=60),
        paired_contrast(baseline, shuffled, horizon=60),
    )


def test_different_replicates_are_refused(arms):
    baseline, other = arms
    with pytest.raises(TableError, match="replicate = 3"):
        paired_contrast(baseline, other.assign(replicate=[0, 1, 2, 9]), horizon=60)


def test_repeated_replicates_are_refused(arms):
    baseline, other = arms
    with pytest.raises(TrustsimError, match="more than once"):
        paired_contrast(baseline, other.assign(replicate=[0, 1, 2, 2]), horizon=60)


def test_a_horizon_nobody_watched_is_refused(arms):
    with pytest.raises(TableError, match="horizon of 84"):
        paired_contrast(*arms, horizon=84)


def test_pairing_pays_when_luck_is_shared(drawn_runs):
    """The same draws with one outcome changed: the variance ratio is far below 1."""
    generator = np.random.default_rng(2)
    baseline = drawn_runs(generator, 200).assign(**SUMS)
    luck = generator.normal(10, 3, 200)
    table = paired_contrast(
        baseline.assign(value=luck), baseline.assign(value=luck + 1), horizon=60
    )
    assert row_of(table, "value")["variance_ratio"] < 1e-9
