"""What an arm changed, outcome by outcome, pair by pair."""

import math

import numpy as np
import pandas as pd
import pytest

from tests.analysis import by_hand
from trustsim.analysis import TableError, paired_contrast
from trustsim.analysis.outcomes import DEFINITIONS, Outcome, label_of, outcomes
from trustsim.analysis.pairs import COLUMNS, cost_of_gain, matched, months_watched, paired

SHARE = "share of partnerships"
SUMS = {
    "value": ("value of full trust", 1),
    "smoke": ("share of budget", -1),
    "tokenistic_months": ("months", -1),
    "members_lost": ("members", -1),
    "departures": ("people", -1),
}


def drawn_arms(generator, size=12):
    arms = [by_hand.random_runs(generator, size) for _ in range(2)]
    for arm in arms:
        for column in ("value", "smoke"):
            arm[column] = generator.random(size).round(1)
        for column in ("tokenistic_months", "members_lost", "departures"):
            arm[column] = generator.integers(0, 3, size)
    return arms


def per_run(row, outcome, month):
    """The number of one run, from what the outcome is called."""
    when = {
        "matured": row["month_matured"],
        "not mature": row["month_matured"],
        "dissolved": row["month_dissolved"],
        "alive": row["month_dissolved"],
    }
    if outcome in ("matured", "dissolved"):
        return float(not pd.isna(when[outcome]) and when[outcome] <= month)
    if outcome in ("months not mature", "months alive"):
        came = when[outcome.removeprefix("months ")]
        return float(month if pd.isna(came) else min(came, month))
    column = outcome.removesuffix(" per month alive").replace(" ", "_")
    return row[column] / (row["months"] if outcome.endswith("alive") else 1)


def expected_rows(horizon, by, length):
    for outcome, better in (("matured", 1), ("dissolved", -1)):
        for month in by:
            yield outcome, month, SHARE, better
    yield "months not mature", horizon, "months", -1
    yield "months alive", horizon, "months", 1
    for column, (unit, better) in SUMS.items():
        yield column.replace("_", " "), length, f"{unit}, summed over the run", better
    for column, (unit, better) in SUMS.items():
        name = f"{column.replace('_', ' ')} per month alive"
        yield name, length, f"{unit} per month alive", better


def test_every_number_of_every_row_is_counted_by_hand():
    generator = np.random.default_rng(71)
    for _ in range(6):
        baseline, other = drawn_arms(generator)
        table = paired_contrast(baseline, other, horizon=6, by=(3, 6, 9)).to_dict("records")
        for found, (outcome, month, unit, better) in zip(
            table, expected_rows(6, (3, 6), 7), strict=True
        ):
            before, after = (
                [per_run(row, outcome, month) for row in arm.to_dict("records")]
                for arm in (baseline, other)
            )
            changes = [two - one for one, two in zip(before, after, strict=True)]
            assert (found["outcome"], found["month"], found["unit"]) == (outcome, month, unit)
            mean, low, high = by_hand.student(changes)
            if unit == SHARE:
                up, down = (sum(sign * one > 0 for one in changes) for sign in (1, -1))
                low, high = by_hand.agresti_min(up, down, len(changes))
            spreads = [np.var(each, ddof=1) for each in (changes, before, after)]
            assert (found["baseline"], found["other"]) == pytest.approx(
                (np.mean(before), np.mean(after))
            )
            assert (found["difference"], found["low"], found["high"]) == pytest.approx(
                (mean, low, high), abs=1e-12
            )
            for side, sign in (("better", better), ("worse", -better)):
                share = sum(sign * one > 0 for one in changes) / len(changes)
                assert found[side] == share
                bounds = by_hand.wilson(share, len(changes))
                assert (found[f"{side}_low"], found[f"{side}_high"]) == pytest.approx(
                    bounds, abs=1e-9
                )
            assert found["same"] == sum(one == 0 for one in changes) / len(changes)
            ratio = spreads[0] / (spreads[1] + spreads[2])
            assert found["variance_ratio"] == pytest.approx(ratio)
            assert found["spread"] == pytest.approx(math.sqrt((spreads[1] + spreads[2]) / 2))
            assert found["n"] == len(changes)


def test_an_outcome_is_defined_in_one_place():
    """Names, units, directions and needs of every table come from one list."""
    assert COLUMNS[:2] == ("replicate", "months")
    known = [one for one in outcomes([36], 120, 120) if isinstance(one, Outcome)]
    assert [one.name for one in known] == [one.name for one in DEFINITIONS]
    assert set(COLUMNS) - {"replicate", "months"} <= {need for one in known for need in one.needs}
    assert all(one.better in (1, -1) for one in known)
    assert label_of("matured", 18) == "matured by year 1.5"
    assert label_of("months alive", 120) == "months alive"
    assert label_of("a column of mine", 120) == "a column of mine"


def test_a_rate_is_over_months_alive_also_where_watching_went_on(runs_of):
    runs = runs_of([0, 0], [10, 0], 60).assign(months=60, value=20.0)
    rate = {one.name: one for one in outcomes([], 60, 60)}["value per month alive"]
    assert rate.measure(runs).tolist() == [2, 20 / 60]


@pytest.fixture
def arms():
    return drawn_arms(np.random.default_rng(72))


def test_order_of_rows_does_not_matter(arms):
    baseline, other = arms
    mixed = other.sample(frac=1, random_state=1)
    expected = paired_contrast(baseline, other, horizon=7)
    pd.testing.assert_frame_equal(paired_contrast(baseline, mixed, horizon=7), expected)
    assert matched(mixed, mixed)[0]["replicate"].tolist() == list(range(12))


@pytest.mark.parametrize("side", [0, 1])
def test_arms_that_are_not_the_same_partnerships_are_refused(arms, side):
    def asked(changed):
        pair = list(arms)
        pair[side] = changed
        return paired_contrast(*pair, horizon=7)

    arm, name = arms[side], ("baseline", "other")[side]
    with pytest.raises(TableError, match=r"replicate = 11: is in one arm only, as are 0 more"):
        asked(arm.iloc[:11])
    with pytest.raises(TableError, match=rf"replicate = 3: appears more than once in the {name}"):
        asked(pd.concat([arm, arm.iloc[[3]]], ignore_index=True))
    for column in COLUMNS:
        with pytest.raises(TableError, match=f"^paired_contrast, {name}, column = {column}:"):
            asked(arm.drop(columns=column))


def test_both_arms_must_have_been_watched_for_as_long(runs_of):
    sixty = runs_of([10, 0, 0], [0, 20, 0], 60)
    shorter = sixty.assign(months=[48, 20, 48])
    assert months_watched(sixty, sixty, horizon=60) == 60
    for pair in ((sixty, shorter), (shorter, sixty)):
        with pytest.raises(TableError, match=r"months of surviving runs = \[48, 60\]"):
            months_watched(*pair, horizon=48)
    with pytest.raises(TableError, match="horizon of 61"):
        months_watched(sixty, sixty, horizon=61)
    gone = sixty.assign(month_matured=None, months=30, month_dissolved=30, dissolved=True)
    gone = gone.drop(columns="matured")
    assert months_watched(gone, sixty, horizon=36) == 60
    assert months_watched(gone, gone, horizon=36) == 36, "the dissolved say nothing"


def test_a_single_pair_has_no_spread(arms):
    table = paired_contrast(arms[0].iloc[:1], arms[1].iloc[:1], horizon=7)
    row = table.set_index("outcome").loc["value"]
    assert row[["low", "high", "variance_ratio", "spread"]].isna().all()
    assert row["n"] == 1
    assert np.isnan(paired(np.ones(1), np.zeros(1)).low)


def test_counts_in_columns_without_sign_can_still_fall(arms):
    """A small whole-number column would otherwise wrap round below 0."""
    baseline, other = (
        arm.assign(departures=np.uint8(n)) for arm, n in zip(arms, (3, 1), strict=True)
    )
    table = paired_contrast(baseline, other, horizon=7).set_index("outcome")
    assert table.loc["departures", "difference"] == -2


def test_the_price_of_a_gain_solves_fiellers_equation():
    """At either bound r, the mean of cost - r gain is just t standard errors from 0."""
    cost = np.array([10.0, 14.0, 9.0, 16.0, 12.0])
    gain = np.array([1.0, 2.0, 1.5, 2.5, 1.2])
    found = cost_of_gain(cost, gain)
    assert found.estimate == pytest.approx(61.0 / 8.2)
    assert found.low < found.estimate < found.high
    for bound in found[1:]:
        rest = cost - bound * gain
        _, low, high = by_hand.student(rest.tolist())
        assert min(abs(low), abs(high)) == pytest.approx(0, abs=1e-9)
    assert cost_of_gain(np.array([4.0, 4.0]), np.array([2.0, 2.0])) == pytest.approx((2, 2, 2))


@pytest.mark.parametrize("gain", [[1.0, -1.0, 0.5, -0.6], [0.0] * 4, [2.0]])
def test_where_no_gain_is_certain_there_is_no_price(gain):
    assert np.isnan(cost_of_gain(np.ones(len(gain)), np.array(gain))).all()
