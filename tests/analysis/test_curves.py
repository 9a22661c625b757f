"""Paired curves, and better before worse."""

import numpy as np
import pandas as pd
import pytest

from tests.analysis import by_hand
from trustsim.analysis import TableError
from trustsim.analysis.curves import Crossing, PairedSums, crossing


@pytest.mark.parametrize("size", [1, 2, 30])
def test_each_month_is_a_paired_mean_in_one_block_or_more(size):
    draw = np.random.default_rng(1)
    one, other = draw.normal(size=(size, 4)), draw.normal(size=(size, 4))
    sums = PairedSums(4)
    for block in (slice(0, size // 2), slice(size // 2, size)):
        sums.add(one[block], other[block])
    table = sums.table()
    assert table["month"].tolist() == [1, 2, 3, 4]
    assert set(table["n"]) == {size}
    for place, row in enumerate(table.to_dict("records")):
        mean, low, high = by_hand.student((other[:, place] - one[:, place]).tolist())
        assert row["baseline"] == pytest.approx(one[:, place].mean())
        assert row["other"] == pytest.approx(other[:, place].mean())
        assert row["difference"] == pytest.approx(mean)
        assert (row["low"], row["high"]) == pytest.approx((low, high), nan_ok=True)


def test_differences_that_are_all_alike_leave_no_doubt():
    """Rounding of the sums of squares must not become an interval that is not a number."""
    sums = PairedSums(1)
    sums.add(np.zeros((7, 1)), np.full((7, 1), 0.1))
    table = sums.table()
    assert table[["low", "high"]].iloc[0].tolist() == pytest.approx([0.1, 0.1], abs=1e-6)


def curve(differences, reach=1.0):
    table = pd.DataFrame({"month": np.arange(1, len(differences) + 1), "difference": differences})
    return table.assign(low=table["difference"] - reach, high=table["difference"] + reach)


B, W, N = 2.0, -2.0, 0.5


@pytest.mark.parametrize(
    ("differences", "better", "expected"),
    [
        ([N, B, B, B, N], 1, Crossing("better", 2, None, None)),
        ([N, B, B, B, N], -1, Crossing("worse", 2, None, None)),
        ([B, B, N, B, B], 1, Crossing("no certain change", None, None, None)),
        ([B, B, B, W, W], 1, Crossing("better", 1, None, None)),
        ([W, B, W, W, W], 1, Crossing("worse", 3, None, None)),
        ([W, W, W, B, B, B], 1, Crossing("worse before better", 1, 4, 4)),
        ([W, W, W, B, B, B], -1, Crossing("better before worse", 1, 4, 4)),
        # On the second side for good from month 4 or 5 on, though sure of it only from month 6.
        ([B, B, B, -N, -N, W, W, W], 1, Crossing("better before worse", 1, 6, 4)),
        ([B, B, B, 0.0, -N, W, W, W], 1, Crossing("better before worse", 1, 6, 5)),
        ([B, B, B, -N, N, W, W, W], 1, Crossing("better before worse", 1, 6, 6)),
        ([W, W, W, N, -N, B, B, B], 1, Crossing("worse before better", 1, 6, 6)),
        ([N, B, B, B, W, W, W, B], 1, Crossing("better before worse", 2, 5, 5)),
        # An interval that touches no change is not certain.
        ([1.0] * 4, 1, Crossing("no certain change", None, None, None)),
    ],
)
def test_patterns_by_hand(differences, better, expected):
    assert crossing(curve(differences), better=better) == expected


def test_small_changes_count_when_they_are_certain():
    assert crossing(curve([0.2] * 4, reach=0.1)) == Crossing("better", 1, None, None)
    assert crossing(curve([-0.2] * 4, reach=0.1)) == Crossing("worse", 1, None, None)


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


@pytest.mark.parametrize("column", ["month", "difference", "low", "high"])
def test_a_curve_needs_each_of_four_columns(column):
    with pytest.raises(TableError, match=f"^crossing, column = {column}:"):
        crossing(curve([1.0]).drop(columns=column))
