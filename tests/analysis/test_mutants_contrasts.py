"""Whole rows of what compares two arms, worked out by hand (found by `make mutants`)."""

import math

import numpy as np
import pandas as pd
import pytest

from trustsim.analysis import TableError, paired_contrast
from trustsim.analysis.curves import Crossing, PairedSums, crossing
from trustsim.analysis.fates import fates, individual_effects
from trustsim.analysis.intervals import mean_of_differences, paired_shares, wilson
from trustsim.analysis.payers import who_pays
from trustsim.schema import STATUSES

SUMS = {"value": 1.0, "smoke": 0.0, "tokenistic_months": 0, "members_lost": 0, "departures": 3}
SHARE = "share of partnerships"


def row_of(table, outcome, month=60):
    return table[(table.outcome == outcome) & (table.month == month)].iloc[0].to_dict()


@pytest.fixture
def arms(runs_of):
    baseline = runs_of([0, 50, 0, 20], [30, 0, 0, 0], 60).assign(**SUMS)
    other = runs_of([40, 50, 10, 20], [0, 0, 0, 45], 60).assign(**SUMS)
    return baseline, other.assign(value=[2.0, 1.0, 4.0, 0.0])


def test_a_row_of_a_share_by_hand(arms):
    """Matured by 60: 2 of 4 against 4 of 4, two pairs for the better, two the same."""
    interval = paired_shares(2, 0, size=4)
    assert row_of(paired_contrast(*arms, horizon=60), "matured") == pytest.approx(
        {
            "outcome": "matured", "month": 60, "unit": SHARE, "baseline": 0.5, "other": 1.0,
            "difference": 0.5, "low": interval.low, "high": interval.high,
            "better": 0.5, "better_low": wilson(2, 4).low, "better_high": wilson(2, 4).high,
            "worse": 0.0, "worse_low": 0.0, "worse_high": wilson(0, 4).high, "same": 0.5,
            # All variances are of two and two: 1/3 paired, 1/3 + 0 unpaired.
            "variance_ratio": 1.0, "spread": math.sqrt(1 / 6), "n": 4,
        }
    )  # fmt: skip


def test_a_row_where_less_is_better_by_hand(arms):
    baseline, other = arms
    other = other.assign(smoke=[0.5, 0.0, 0.0, 0.25])
    differences = np.array([0.5, 0.0, 0.0, 0.25])
    interval = mean_of_differences(differences)
    assert row_of(paired_contrast(baseline, other, horizon=60), "smoke") == pytest.approx(
        {
            "outcome": "smoke", "month": 60, "unit": "share of budget", "baseline": 0.0,
            "other": 0.1875, "difference": 0.1875, "low": interval.low, "high": interval.high,
            "better": 0.0, "better_low": 0.0, "better_high": wilson(0, 4).high,
            "worse": 0.5, "worse_low": wilson(2, 4).low, "worse_high": wilson(2, 4).high,
            "same": 0.5, "variance_ratio": 1.0,
            "spread": math.sqrt(differences.var(ddof=1) / 2), "n": 4,
        }
    )  # fmt: skip


def test_every_outcome_is_reported_at_the_months_within_the_horizon(arms):
    table = paired_contrast(*arms, horizon=36)
    found = list(zip(table["outcome"], table["month"], strict=True))
    assert found == [
        ("matured", 36), ("dissolved", 36), ("months not mature", 36), ("months alive", 36),
        ("value", 60), ("smoke", 60), ("tokenistic months", 60), ("members lost", 60),
        ("departures", 60),
    ]  # fmt: skip
    longer = paired_contrast(*arms, horizon=60)
    assert longer["month"].tolist()[:4] == [36, 60, 36, 60]


def test_the_default_months_reach_seven_years(runs_of):
    runs = runs_of([10, 0], [0, 0], 120).assign(**SUMS)
    table = paired_contrast(runs, runs, horizon=120)
    assert table["month"].tolist()[:6] == [36, 60, 84] * 2


def test_a_single_pair_has_no_spread(arms):
    baseline, other = (arm.iloc[:1] for arm in arms)
    row = row_of(paired_contrast(baseline, other, horizon=60), "value")
    assert (row["difference"], row["better"], row["n"]) == (1, 1, 1)
    assert np.isnan([row[name] for name in ("low", "high", "variance_ratio", "spread")]).all()


def test_two_pairs_have_a_spread(arms):
    baseline, other = (arm.iloc[:2] for arm in arms)
    row = row_of(paired_contrast(baseline, other, horizon=60), "value")
    # Differences 1 and 0: variance 1/2, and so has the other arm by itself.
    assert (row["variance_ratio"], row["spread"]) == pytest.approx((1.0, 0.5))


def test_small_spreads_make_a_ratio_and_none_makes_none(arms):
    baseline, _ = arms
    ratio = row_of(
        paired_contrast(
            baseline.assign(value=[0.1, 0.2, 0.3, 0.4]),
            baseline.assign(value=[0.2, 0.2, 0.3, 0.5]),
            horizon=60,
        ),
        "value",
    )["variance_ratio"]
    paired = np.var([0.1, 0.0, 0.0, 0.1])
    unpaired = np.var([0.1, 0.2, 0.3, 0.4]) + np.var([0.2, 0.2, 0.3, 0.5])
    assert ratio == pytest.approx(paired / unpaired)
    assert np.isnan(
        row_of(paired_contrast(baseline, baseline, horizon=60), "value")["variance_ratio"]
    )


def test_both_arms_must_have_been_watched_for_as_long(arms):
    baseline, other = arms
    shorter = other.assign(months=other["months"].clip(upper=48))
    for pair in ((baseline, shorter), (shorter, baseline)):
        with pytest.raises(TableError, match=r"months of surviving runs = \[48, 60\]"):
            paired_contrast(*pair, horizon=48)


def test_an_arm_in_which_all_dissolve_says_nothing_of_how_long_was_watched(arms):
    baseline, _ = arms
    gone = baseline.assign(month_dissolved=30, months=30)
    for pair in ((baseline, gone), (gone, baseline)):
        table = paired_contrast(*pair, horizon=36)
        assert table.set_index("outcome").loc["value", "month"] == 60


def test_counts_in_columns_without_sign_can_still_fall(arms):
    """A small whole-number column would otherwise wrap round below 0."""
    baseline, other = arms[0].assign(departures=np.uint8(3)), arms[1].assign(departures=np.uint8(1))
    assert row_of(paired_contrast(baseline, other, horizon=60), "departures")["difference"] == -2


@pytest.fixture
def fated(arms):
    baseline, other = arms
    before = pd.Categorical(["mature", "dissolved", "forming", "mature"], categories=STATUSES)
    after = pd.Categorical(["mature", "mature", "dissolved", "mature"], categories=STATUSES)
    return (
        baseline.assign(status=before, smoke=[0.1, 0.2, 0.3, 0.4]),
        other.assign(status=after, smoke=[0.2, 0.2, 0.1, 0.4]),
    )


def test_individual_effects_rows_by_hand(fated):
    table = individual_effects(*fated, horizon=48)
    # Waits 48, 48, 48, 20 against 40, 48, 10, 20; lives 30, 48, 48, 48 against 48, 48, 48, 45.
    expected = {
        "replicate": [0, 1, 2, 3],
        "value": [1, 0, 3, -1],
        "months_mature_sooner": [8, 0, 38, 0],
        "months_alive_longer": [18, 0, 0, -3],
        "smoke": pytest.approx([0.1, 0, -0.2, 0]),
        "status_baseline": ["mature", "dissolved", "forming", "mature"],
        "status_other": ["mature", "mature", "dissolved", "mature"],
    }
    assert table.columns.tolist() == list(expected)
    assert {name: table[name].tolist() for name in table} == expected


def test_what_comes_in_the_first_month_is_counted_from_it(fated):
    baseline, other = fated
    quick = individual_effects(baseline, other.assign(month_matured=1), horizon=48)
    assert quick["months_mature_sooner"].tolist() == [47, 47, 47, 19]


def test_fates_rows_by_hand(fated):
    table = fates(*fated)
    assert table.columns.tolist() == ["baseline", "other", "count", "share", "low", "high", "n"]
    assert table["n"].tolist() == [4] * 16
    seen = table[table["count"] > 0].set_index(["baseline", "other"])
    assert seen["count"].to_dict() == {
        ("mature", "mature"): 2, ("dissolved", "mature"): 1, ("forming", "dissolved"): 1,
    }  # fmt: skip
    assert seen["share"].tolist() == (seen["count"] / 4).tolist()
    for _, row in table.iterrows():
        assert (row["low"], row["high"]) == pytest.approx(wilson(row["count"], 4))


def test_paired_curves_by_hand_in_one_block_or_two():
    baseline = np.array([[1.0, 2.0], [3.0, 2.0], [2.0, 5.0]])
    other = np.array([[2.0, 2.0], [3.0, 4.0], [4.0, 4.0]])
    whole, parts = PairedSums(2), PairedSums(2)
    whole.add(baseline, other)
    parts.add(baseline[:1], other[:1])
    parts.add(baseline[1:], other[1:])
    intervals = [mean_of_differences(column) for column in (other - baseline).T]
    for sums in (whole, parts):
        assert sums.pairs == 3
        table = sums.table()
        assert table.columns.tolist() == [
            *("month", "baseline", "other", "difference", "low", "high", "n")
        ]
        assert table["month"].tolist() == [1, 2]
        assert table["baseline"].tolist() == pytest.approx([2, 3])
        assert table["other"].tolist() == pytest.approx([3, 10 / 3])
        assert table["difference"].tolist() == pytest.approx([1, 1 / 3])
        assert table["low"].tolist() == pytest.approx([one.low for one in intervals])
        assert table["high"].tolist() == pytest.approx([one.high for one in intervals])
        assert table["n"].tolist() == [3, 3]


def test_two_pairs_have_an_interval_and_one_has_none():
    sums = PairedSums(1)
    sums.add(np.array([[0.0]]), np.array([[1.0]]))
    assert np.isnan(sums.table()[["low", "high"]].to_numpy()).all()
    assert sums.table()["difference"].tolist() == [1]
    sums.add(np.array([[0.0]]), np.array([[3.0]]))
    assert sums.table()[["low", "high"]].iloc[0].tolist() == pytest.approx(
        list(mean_of_differences(np.array([1.0, 3.0])))
    )


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
        ([W, B, W, W, W], 1, Crossing("worse", 3, None, None)),
        ([W, W, W, B, B, B], 1, Crossing("worse before better", 1, 4, 4)),
        ([W, W, W, B, B, B], -1, Crossing("better before worse", 1, 4, 4)),
        # On the second side for good from month 5 on, though sure of it only from month 6.
        ([B, B, B, -N, -N, W, W, W], 1, Crossing("better before worse", 1, 6, 4)),
        ([B, B, B, 0.0, -N, W, W, W], 1, Crossing("better before worse", 1, 6, 5)),
        ([B, B, B, -N, N, W, W, W], 1, Crossing("better before worse", 1, 6, 6)),
        ([W, W, W, N, -N, B, B, B], 1, Crossing("worse before better", 1, 6, 6)),
        ([N, B, B, B, W, W, W, B], 1, Crossing("better before worse", 2, 5, 5)),
    ],
)
def test_patterns_by_hand(differences, better, expected):
    assert crossing(curve(differences), better=better) == expected


def test_an_interval_that_touches_no_change_is_not_certain():
    assert crossing(curve([1.0] * 4)).pattern == "no certain change"
    assert crossing(curve([-1.0] * 4)).pattern == "no certain change"


def test_small_changes_count_when_they_are_certain():
    assert crossing(curve([0.2] * 4, reach=0.1)) == Crossing("better", 1, None, None)
    assert crossing(curve([-0.2] * 4, reach=0.1)) == Crossing("worse", 1, None, None)


@pytest.mark.parametrize("column", ["month", "difference", "low", "high"])
def test_a_curve_needs_each_of_four_columns(column):
    with pytest.raises(TableError, match=f"^crossing, column = {column}:"):
        crossing(curve([1.0]).drop(columns=column))


BURDENS = ["value_received", "smoke", "overhead", "mean_frustration", "months", "departures"]


def seats(**columns):
    table = pd.DataFrame({"replicate": [0, 0, 1, 1], "organisation": [0, 1, 0, 1]})
    return table.assign(**dict.fromkeys(BURDENS, 0.0)).assign(**columns)


def test_who_pays_rows_by_hand():
    """Frustration of two seats in two partnerships: up by .2 and .1, down by .1 and .3."""
    before = seats(mean_frustration=[0.3, 0.4, 0.5, 0.6])
    after = seats(mean_frustration=[0.5, 0.3, 0.6, 0.3])
    table = who_pays(before, after)
    assert table.columns.tolist() == [
        *("quantity", "unit", "better", "member", "baseline", "other", "difference"),
        *("low", "high", "n"),
    ]
    found = table[table["quantity"] == "mean_frustration"].set_index("member")
    by_hand = {
        "0": ([0.3, 0.5], [0.5, 0.6]),
        "1": ([0.4, 0.6], [0.3, 0.3]),
        "all": ([0.35, 0.55], [0.4, 0.45]),
        "worst off": ([0.3, 0.5], [0.5, 0.6]),
        "best off": ([0.4, 0.6], [0.3, 0.3]),
    }
    assert found.index.tolist() == list(by_hand)
    for member, (one, other) in by_hand.items():
        change = np.subtract(other, one)
        row = found.loc[member]
        assert (row["unit"], row["better"], row["n"]) == ("share", -1, 2)
        assert row[["baseline", "other", "difference"]].tolist() == pytest.approx(
            [np.mean(one), np.mean(other), change.mean()]
        )
        assert row[["low", "high"]].tolist() == pytest.approx(list(mean_of_differences(change)))


def test_the_worst_off_may_sit_elsewhere_in_each_partnership():
    before, after = seats(smoke=[1.0, 1.0, 2.0, 2.0]), seats(smoke=[1.0, 4.0, 7.0, 2.0])
    found = who_pays(before, after).query("quantity == 'smoke'").set_index("member")
    assert found.loc["worst off", "difference"] == 4
    assert found.loc["best off", "difference"] == 0
    assert found.loc["worst off", ["baseline", "other"]].tolist() == [1.5, 5.5]


def test_counts_of_seats_in_columns_without_sign_can_still_fall():
    before, after = (seats(departures=np.uint8(count)) for count in (3, 1))
    found = who_pays(before, after).query("quantity == 'departures'")
    assert found["difference"].tolist() == [-2] * 5


def test_seats_are_matched_by_number_whatever_the_order_of_rows():
    before, after = seats(months=[1, 2, 3, 4]), seats(months=[2, 2, 3, 3])
    expected = who_pays(before, after)
    turned = before.iloc[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(who_pays(turned, after), expected)
    mixed = after.iloc[[2, 0, 3, 1]].reset_index(drop=True)
    pd.testing.assert_frame_equal(who_pays(before, mixed), expected)


def test_the_worst_off_is_who_lost_most_and_not_who_has_least():
    before, after = seats(smoke=[9.0, 1.0, 9.0, 1.0]), seats(smoke=[9.0, 2.0, 8.0, 1.0])
    found = who_pays(before, after).query("quantity == 'smoke'").set_index("member")
    # Lost most: seat 1 (by 1), then seat 1 (by nothing, where seat 0 gained 1).
    assert found.loc["worst off", ["baseline", "other"]].tolist() == [1.0, 1.5]
    assert found.loc["best off", ["baseline", "other"]].tolist() == [9.0, 8.5]


@pytest.mark.parametrize("column", ["replicate", "organisation", *BURDENS])
def test_members_tables_need_every_column_in_both_arms(column):
    less = seats().drop(columns=column)
    with pytest.raises(TableError, match=f"^who_pays, baseline, column = {column}:"):
        who_pays(less, seats())
    with pytest.raises(TableError, match=f"^who_pays, other, column = {column}:"):
        who_pays(seats(), less)


def test_the_same_number_of_other_seats_is_refused():
    with pytest.raises(TableError, match="same seats"):
        who_pays(seats(), seats(replicate=[0, 0, 2, 2]))
    with pytest.raises(TableError, match="same seats"):
        who_pays(seats(), seats(organisation=[0, 2, 0, 2]))
