import numpy as np
import pandas as pd
import pytest
from scipy import stats

from trustsim.analysis.curves import PairedSums, crossing


def test_sums_over_blocks_are_the_paired_t_interval():
    draw = np.random.default_rng(1)
    one, other = draw.normal(size=(30, 4)), draw.normal(size=(30, 4))
    sums = PairedSums(4)
    for block in (slice(0, 11), slice(11, 30)):
        sums.add(one[block], other[block])
    table = sums.table()
    expected = stats.ttest_rel(other, one).confidence_interval(0.95)
    assert table["low"].to_numpy() == pytest.approx(expected.low)
    assert table["high"].to_numpy() == pytest.approx(expected.high)
    assert table["baseline"].to_numpy() == pytest.approx(one.mean(axis=0))
    assert list(table["month"]) == [1, 2, 3, 4]
    assert set(table["n"]) == {30}


def test_one_pair_has_a_difference_and_no_interval():
    sums = PairedSums(1)
    sums.add(np.array([[1.0]]), np.array([[3.0]]))
    row = sums.table().iloc[0]
    assert row["difference"] == 2
    assert np.isnan(row["low"])


def curve(*differences):
    table = pd.DataFrame({"month": range(1, len(differences) + 1), "difference": differences})
    return table.assign(low=table["difference"] - 1, high=table["difference"] + 1)


def test_better_before_worse_crosses_where_the_mean_changes_sides_for_good():
    found = crossing(curve(2, 2, 2, 0.5, -0.5, 0.5, -0.5, -2, -2, -2))
    assert found == ("better before worse", 1, 8, 7)


def test_which_side_is_better_depends_on_the_quantity():
    found = crossing(curve(2, 2, 2, 0.5, -0.5, -2, -2, -2), better=-1)
    assert found == ("worse before better", 1, 6, 5)


@pytest.mark.parametrize(
    ("differences", "pattern"),
    [
        ((2, 2, 0, 2, 2, 0, 0), "no certain change"),
        ((0, 0, 2, 2, 2, -2, -2), "better"),
        ((0, -2, -2, -2, -2, 2, 0), "worse"),
    ],
)
def test_a_side_counts_after_three_months_in_a_row(differences, pattern):
    assert crossing(curve(*differences)).pattern == pattern


def test_noise_seldom_looks_like_a_change():
    """Independent months are the worst case: 120 months, three in a row on one side.

    Chance a curve: below 120 x 2 x .025^3 = .4 %; more than 6 of 200 would be 1 in 100,000.
    """
    draw = np.random.default_rng(5)
    found = 0
    for _ in range(200):
        sums = PairedSums(120)
        sums.add(np.zeros((50, 120)), draw.normal(size=(50, 120)))
        found += crossing(sums.table()).pattern != "no certain change"
    assert found <= 6
