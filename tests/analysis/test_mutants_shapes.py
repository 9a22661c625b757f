"""Samples, stretches and competing causes, worked out by hand (found by `make mutants`)."""

import math

import numpy as np
import pandas as pd
import pytest

from trustsim.analysis import (
    TableError,
    aalen_johansen,
    designation,
    turnbull,
)
from trustsim.analysis.competing import incidence
from trustsim.analysis.intervals import wilson

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
