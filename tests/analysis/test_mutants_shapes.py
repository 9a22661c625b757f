"""Samples, stretches and competing causes, worked out by hand (found by `make mutants`)."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from trustsim.analysis import (
    TableError,
    aalen_johansen,
    bimodality,
    bimodality_coefficient,
    designation,
    dip,
    dip_test,
    turnbull,
)
from trustsim.analysis.competing import incidence
from trustsim.analysis.intervals import wilson


def test_bimodality_rows_are_the_dip_test_and_the_coefficient_of_each_column():
    """Uniform samples: their p-values differ from seed to seed and from draws to draws."""
    generator = np.random.default_rng(9)
    table = pd.DataFrame({"one": generator.random(30), "other": generator.random(30)})
    found = bimodality(table, ["one", "other"], draws=299, seed=4)
    assert found.columns.tolist() == ["quantity", "dip", "p_value", "coefficient", "n"]
    for column, row in zip(("one", "other"), found.itertuples(index=False), strict=True):
        test = dip_test(table[column], draws=299, seed=4)
        assert test != dip_test(table[column], draws=299, seed=0)
        coefficient = bimodality_coefficient(table[column])
        assert tuple(row) == (column, test.dip, test.p_value, coefficient, 30)


def test_by_default_a_thousand_samples_are_drawn_from_seed_0():
    values = np.random.default_rng(9).random(30)
    default = dip_test(values)
    assert default == dip_test(values, draws=1000, seed=0) != dip_test(values, seed=1)
    row = bimodality(pd.DataFrame({"one": values}), ["one"]).iloc[0]
    assert row["p_value"] == default.p_value


def test_a_missing_column_is_refused_by_name():
    with pytest.raises(TableError, match=r"^bimodality, column = other:"):
        bimodality(pd.DataFrame({"one": [1.0] * 5}), ["one", "other"])


def test_the_least_p_value_is_one_in_all_draws_and_the_sample():
    lumps = [0.0] * 50 + [1.0] * 50
    assert dip_test(lumps, draws=19) == (pytest.approx(0.25), 1 / 20)
    # No sample of four distinct values dips less than an even one.
    assert dip_test([0.0, 1.0, 2.0, 3.0], draws=19).p_value == 1


def test_four_values_have_a_coefficient_and_three_do_not():
    values = [0.0, 1.0, 1.0, 4.0]
    skewness = stats.skew(values, bias=False)
    kurtosis = stats.kurtosis(values, bias=False)
    assert bimodality_coefficient(values) == pytest.approx(
        (skewness**2 + 1) / (kurtosis + 3 * 9 / 2)
    )
    with pytest.raises(TableError, match="4 values"):
        bimodality_coefficient(values[:3])


def test_values_may_come_in_any_shape_and_kind():
    assert dip([[0, 1], [0, 1]]) == pytest.approx(0.25)
    assert dip_test([[0, 1], [0, 1]], draws=9).dip == pytest.approx(0.25)
    assert dip(["0", "1"]) == pytest.approx(0.25)


@pytest.mark.parametrize("values", [[], [math.inf, 0.0], [0.0, math.nan]])
def test_a_dip_needs_finite_numbers(values):
    with pytest.raises(TableError, match=r"^dip, values = "):
        dip(values)


def test_one_value_does_not_dip():
    assert dip([3.0]) == 0.0


# Ten cases with ties and censoring; the table is worked out in test_competing.py.
TIME = [2, 2, 3, 3, 3, 5, 5, 5, 7, 7]
CAUSE = [1, 2, 1, 1, 0, 1, 2, 0, 2, 0]


def test_every_count_of_an_incidence_by_hand():
    found = incidence(TIME, CAUSE, of=1)
    assert found.times.tolist() == [2, 3, 5, 7]
    assert found.at_risk.tolist() == [10, 8, 5, 2]
    assert found.events.tolist() == [1, 2, 1, 0]
    assert found.ended.tolist() == [2, 2, 2, 1]
    assert found.surviving.tolist() == pytest.approx([1, 0.8, 0.6, 0.36])
    assert found.known.tolist() == [10, 10, 9, 8]


@pytest.mark.parametrize("size", [5, 7, 9, 18, 60])
def test_a_chance_that_is_a_sum_of_many_fractions_is_never_over_one(size):
    found = incidence(np.arange(size) + 1, np.ones(size), of=1)
    assert found.estimate.max() <= 1
    assert found.estimate.tolist() == pytest.approx((np.arange(size) + 1) / size)


def test_an_entry_without_weight_is_no_case():
    with_nobody = incidence([1, *TIME], [1, *CAUSE], of=1, weights=[0, *[1] * 10])
    plain = incidence(TIME, CAUSE, of=1)
    assert with_nobody.times.tolist() == plain.times.tolist()
    assert with_nobody.estimate.tolist() == plain.estimate.tolist()


def test_an_effective_size_is_that_of_a_binomial_of_the_same_precision():
    found = incidence(TIME, CAUSE, of=1)
    sizes, errors = found.effective_sizes(), found.standard_errors()
    assert errors.tolist() == pytest.approx(np.sqrt(found.estimate * (1 - found.estimate) / sizes))
    # Nobody is censored before 5; after that, more is known than of the 8 who are left.
    assert sizes[:2].tolist() == pytest.approx([10, 10])
    assert 8 < sizes[2] < 10


def test_a_sum_over_times_has_the_variance_of_what_each_case_adds():
    """The first case adds 2, the second 1: a variance of 1/4, of the mean of two 1/8."""
    found = incidence([1, 2], [1, 1], of=1)
    assert found.variance_of_sum(np.array([1.0, 1.0])) == pytest.approx(1 / 8)


def test_where_nothing_has_happened_those_not_censored_count():
    found = incidence([1, 2, 3, 4], [0, 0, 0, 1], of=1)
    assert found.effective_sizes()[:3].tolist() == [4, 3, 2]
    assert found.effective_sizes()[3] == 1
    assert found.standard_errors().tolist() == [0, 0, 0, 0]


def test_competing_rows_by_hand():
    table = aalen_johansen([1, 2, 2, 3], [1, 2, 1, 0])
    assert table.columns.tolist() == [
        *("cause", "time", "at_risk", "events", "estimate", "standard_error", "effective"),
        *("low", "high"),
    ]
    assert table["cause"].tolist() == [1, 1, 1, 2, 2, 2]
    assert table["time"].tolist() == [1, 2, 3] * 2
    assert table["at_risk"].tolist() == [4, 3, 1] * 2
    assert table["events"].tolist() == [1, 1, 0, 0, 1, 0]
    assert table["estimate"].tolist() == pytest.approx([0.25, 0.5, 0.5, 0, 0.25, 0.25])
    assert table["effective"].tolist() == pytest.approx([4] * 6)
    errors = [math.sqrt(p * (1 - p) / 4) for p in table["estimate"]]
    assert table["standard_error"].tolist() == pytest.approx(errors)
    bounds = [wilson(4 * p, 4) for p in table["estimate"]]
    assert table["low"].tolist() == pytest.approx([one.low for one in bounds])
    assert table["high"].tolist() == pytest.approx([one.high for one in bounds])
    assert table.index.tolist() == list(range(6))


def test_without_any_event_the_table_is_that_of_the_first_cause():
    table = aalen_johansen([5, 6], [0, 0])
    assert table["cause"].tolist() == [1, 1]
    assert table["events"].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("time", "cause", "weights"),
    [
        ([], [], None),
        (3, 1, None),
        ([1, 2], [1], None),
        ([1, 2], [1, 1], [1]),
        ([[1, 2]], [[1, 1]], None),
        ([0, 1], [1, 1], None),
        ([1, 2], [1, 1], [-1, 2]),
        ([1, 2], [1, 1], [0, 0]),
    ],
)
def test_what_is_no_list_of_cases_is_refused(time, cause, weights):
    with pytest.raises(TableError, match=r"^aalen_johansen, "):
        aalen_johansen(time, cause, weights=weights)


def test_times_within_the_first_month_and_single_cases_are_taken():
    table = aalen_johansen([0.5], [1])
    assert table["estimate"].tolist() == [1]
    assert aalen_johansen([0.5, 0.5], [1, 0], weights=[0, 0.5])["estimate"].tolist() == [0]


def test_turnbull_rows_by_hand():
    table = turnbull([0, 0, 1, 2], [1, 1, 2, np.inf], weights=[1, 2, 1, 4])
    assert table.columns.tolist() == ["left", "right", "mass", "estimate", "n"]
    assert table["left"].tolist() == [0, 1, 2]
    assert table["right"].tolist() == [1, 2, math.inf]
    assert table["mass"].tolist() == pytest.approx([3 / 8, 1 / 8, 4 / 8])
    assert table["estimate"].tolist() == pytest.approx([3 / 8, 4 / 8, 1])
    assert table["n"].tolist() == [8, 8, 8]


@pytest.mark.parametrize(
    ("left", "right", "weights"),
    [
        ([], [], None),
        (0, 1, None),
        ([0, 1], [1], None),
        ([0, 1], [1, 2], [1]),
        ([[0, 1]], [[1, 2]], None),
        ([1], [0], None),
        ([0, math.nan], [1, 1], None),
        ([0, 0], [1, 1], [1, 0]),
        ([0, 0], [1, 1], [1, -1]),
    ],
)
def test_what_is_no_list_of_intervals_is_refused(left, right, weights):
    with pytest.raises(TableError, match=r"^turnbull, "):
        turnbull(left, right, weights)


def test_the_entry_that_is_wrong_is_named_with_its_dates():
    with pytest.raises(TableError, match=r"^turnbull, entry 1 = \(3.0, 2.0\):"):
        turnbull([0, 3, 0], [0, 2, 1])
    with pytest.raises(TableError, match=r"^turnbull, entry 2 = \(-inf, 1.0\):"):
        turnbull([0, 0, -math.inf], [1, 1, 1])


def test_those_forced_by_a_deadline_are_censored_at_the_inspection_before_it():
    units = pd.DataFrame(
        {"left_years": [0, 1, 1], "right_years": [1, 2, 2], "deadline_forced": [0, 0, 1]}
    )
    table = designation(units)
    # Of the two after the first year one is seen by the second; the other may be then or later.
    assert table["right"].tolist()[:2] == [1, 2]
    assert table["mass"].tolist()[0] == pytest.approx(1 / 3)
    plain = turnbull([0, 1, 1], [1, 2, math.inf])
    pd.testing.assert_frame_equal(table, plain)


@pytest.mark.parametrize("column", ["left_years", "right_years", "deadline_forced"])
def test_designation_needs_each_of_three_columns(column):
    units = pd.DataFrame({"left_years": [0], "right_years": [1], "deadline_forced": [0]})
    with pytest.raises(TableError, match=f"^units, column = {column}:"):
        designation(units.drop(columns=column))


@pytest.mark.parametrize("size", [3, 10, 29, 49, 60])
def test_a_share_of_time_is_never_over_one(size):
    """Sums of many fractions are: these are of one case in each of so many years."""
    table = turnbull(np.arange(size), np.arange(size) + 1)
    assert table["estimate"].max() <= 1
    assert table["estimate"].tolist() == pytest.approx((np.arange(size) + 1) / size)
