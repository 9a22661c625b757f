"""Whole rows of the summaries, worked out by hand (found by `make mutants`)."""

import math

import numpy as np
import pandas as pd
import pytest

from trustsim.analysis import (
    TableError,
    aalen_johansen,
    attrition,
    cumulative_incidence,
    hazard,
    median_given_event,
    restricted_mean,
    status_shares,
    time_to_maturity,
    turnover_rate,
)
from trustsim.analysis.intervals import normal, poisson_rate, quantile_ranks, wilson
from trustsim.schema import OCCUPANCY, column_names

SHARE = "share of partnerships"


def rows_of(table):
    return [list(row) for row in table.itertuples(index=False)]


def same(found, expected):
    """Rows alike: words and whole numbers exactly, the rest to a hair of rounding."""
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert len(one) == len(other)
        for cell, wanted in zip(one, other, strict=True):
            if isinstance(wanted, str):
                assert cell == wanted
            else:
                assert cell == pytest.approx(wanted, nan_ok=True)


@pytest.fixture
def four(runs_of):
    """Matured in 10, then dissolved in 40; dissolved in 20; matured in 30; neither by 60."""
    return runs_of([10, 0, 30, 0], [40, 20, 0, 0], 60)


@pytest.fixture
def occupancy():
    """Two months of ten partnerships; in the second one has lost 2 members and one 4."""
    return pd.DataFrame(
        {
            "month": [1, 2], "forming": [10, 3], "mature": [0, 2], "tokenistic": [0, 1],
            "dissolved": [0, 4], "members_lost": [0, 6], "members_lost_squared": [0, 20],
            "lost_a_member": [0, 2],
        }
    )  # fmt: skip


def test_incidence_rows_by_hand(four):
    table = cumulative_incidence(four, event="matured", by=[9, 10, 30])
    assert table.columns.tolist() == [
        *("event", "month", "estimate", "standard_error", "low", "high", "at_risk", "events", "n")
    ]
    # Nobody is censored before 60, so these are plain shares of four with binomial errors.
    expected = [
        ["matured", 9, 0, 0, *wilson(0, 4), 4, 0, 4],
        ["matured", 10, 0.25, math.sqrt(0.25 * 0.75 / 4), *wilson(1, 4), 4, 1, 4],
        ["matured", 30, 0.5, math.sqrt(0.5 * 0.5 / 4), *wilson(2, 4), 2, 2, 4],
    ]
    same(rows_of(table), expected)


def test_who_was_censored_before_a_month_says_nothing_of_it(runs_of):
    """Nothing has happened: of four, one is watched to 20, one to 30, two to 60."""
    runs = runs_of([0] * 4, [0] * 4, [20, 30, 60, 60])
    table = cumulative_incidence(runs, event="matured", by=[20, 21, 30, 31, 60])
    assert table["estimate"].tolist() == [0] * 5
    assert table["low"].tolist() == [0] * 5
    highs = [wilson(0, size).high for size in (4, 3, 3, 2, 2)]
    assert table["high"].tolist() == pytest.approx(highs)
    assert table["at_risk"].tolist() == [4, 3, 3, 2, 2]


def test_without_months_asked_for_the_table_runs_from_0_to_the_last(runs_of):
    runs = runs_of([5, 0], [0, 0], [8, 8])
    assert cumulative_incidence(runs, event="matured")["month"].tolist() == list(range(9))
    ended = runs_of([5, 7], [0, 0], [12, 12])
    assert cumulative_incidence(ended, event="matured")["month"].tolist() == list(range(13))


def test_month_0_is_certain_and_month_1_is_not(four):
    table = cumulative_incidence(four, event="matured")
    assert rows_of(table[["low", "high"]])[0] == [0, 0]
    assert rows_of(table[["low", "high"]])[1] == pytest.approx(list(wilson(0, 4)))


def test_restricted_mean_rows_by_hand(four, runs_of):
    error = np.std([10, 60, 30, 60]) / 2
    bounds = normal(40, error)
    high = min(bounds.high, 60)
    expected = ["months not mature, restricted mean", 60, 40, error, bounds.low, high, "months", 4]
    table = restricted_mean(four, event="matured", horizon=60)
    assert table.columns.tolist() == [
        *("quantity", "month", "estimate", "standard_error", "low", "high", "unit", "n")
    ]
    same(rows_of(table), [expected])
    error = np.std([40, 20, 50, 50]) / 2
    bounds = normal(40, error)
    expected = ["months alive, restricted mean", 50, 40, error, *bounds, "months", 4]
    expected[5] = min(bounds.high, 50)
    same(rows_of(restricted_mean(four, event="dissolved", horizon=50)), [expected])


def test_a_restricted_mean_lies_between_nothing_and_the_horizon(runs_of):
    """One at once and one never: half of 30, plus or minus more than that half."""
    row = restricted_mean(runs_of([1, 0], [0, 0], 30), event="matured", horizon=30).iloc[0]
    assert (row["estimate"], row["low"], row["high"]) == (15.5, 0.0, 30.0)


def test_a_restricted_mean_past_what_was_watched_is_refused(four):
    with pytest.raises(TableError, match=r"^restricted_mean, horizon = 61:"):
        restricted_mean(four, event="matured", horizon=61)


def test_hazard_rows_by_hand(runs_of):
    runs = runs_of([0] * 4, [3, 6, 8, 0], 10)
    table = hazard(runs, event="dissolved")
    assert table.columns.tolist() == [
        *("event", "month_from", "month_to", "month", "estimate", "low", "high", "events"),
        *("person_months", "unit", "n"),
    ]
    unit = "per partnership-year"
    expected = [
        ["dissolved", 1, 6, 3.5, 2 / 21 * 12, *poisson_rate(2, 21 / 12), 2, 21, unit, 4],
        ["dissolved", 7, 10, 8.5, 1 / 6 * 12, *poisson_rate(1, 6 / 12), 1, 6, unit, 4],
    ]
    same(rows_of(table), expected)


def test_a_stretch_of_one_month_holds_the_events_of_that_month(runs_of):
    table = hazard(runs_of([0] * 3, [1, 2, 2], 2), event="dissolved", width=1)
    assert table["events"].tolist() == [1, 2]
    assert table["person_months"].tolist() == [3, 2]
    assert rows_of(table[["month_from", "month_to"]]) == [[1, 1], [2, 2]]


def test_nobody_is_at_risk_for_longer_than_a_stretch_lasts(runs_of):
    table = hazard(runs_of([0] * 3, [9, 16, 0], 18), event="dissolved")
    # Months at risk of the first run: 6, 3; of the second: 6, 6, 4; of the third: 6, 6, 6.
    assert table["person_months"].tolist() == [18, 15, 10]
    assert table["events"].tolist() == [0, 1, 1]


def test_quantile_rows_by_hand(runs_of):
    runs = runs_of([*range(1, 22), 50, 0, 0, 0], [0] * 25, 60)
    table = median_given_event(runs, event="matured", horizon=40, shares=(0.25, 0.5, 0.3, 0.9))
    assert table.columns.tolist() == [
        *("quantity", "month", "estimate", "low", "high", "unit", "n")
    ]
    # Of 21 in months 1 to 21 the k-th is in month k; ranks are binomial quantiles of .025 and
    # .975 (at most 2 lie below a share of .3 with chance .0271, at most 1 with .0056).
    expected = [
        ["first quartile month of those matured", 40, 6, 2, 10, "months", 21],
        ["median month of those matured", 40, 11, 6, 16, "months", 21],
        ["30% quantile month of those matured", 40, 7, 2, 12, "months", 21],
        ["90% quantile month of those matured", 40, 19, 16, 40, "months", 21],
    ]
    same(rows_of(table), expected)


def test_a_single_event_bounds_no_quantile(runs_of):
    table = median_given_event(runs_of([7, 0], [0, 0], 60), event="matured", horizon=30)
    assert table["estimate"].tolist() == [7, 7]
    assert table["low"].tolist() == [1, 1]
    assert table["high"].tolist() == [30, 30]
    assert table["n"].tolist() == [1, 1]


def test_six_events_bound_their_median_and_five_do_not(runs_of):
    """Of 5 all lie above their median with chance 1/32, of 6 with 1/64: over and under .025."""
    six = runs_of([11, 12, 13, 14, 15, 16, 0], [0] * 7, 60)
    five = runs_of([11, 12, 13, 14, 15, 0, 0], [0] * 7, 60)
    bounds = [
        rows_of(
            median_given_event(runs, event="matured", horizon=30, shares=[0.5])[["low", "high"]]
        )
        for runs in (six, five)
    ]
    assert bounds == [[[11, 16]], [[1, 30]]]


def test_only_events_by_the_horizon_bound_a_quantile(runs_of):
    """Five in month 10, and a sixth after the horizon or no event at all."""
    for rest in ([50, 0], [0, 0]):
        runs = runs_of([10] * 5 + rest, [0] * 6 + [5], 60)
        table = median_given_event(runs, event="matured", horizon=30, shares=[0.5])
        assert rows_of(table[["estimate", "low", "high", "n"]]) == [[10, 1, 30, 5]]
    six = median_given_event(
        runs_of([10] * 6 + [0], [0] * 6 + [5], 60), event="matured", horizon=30
    )
    assert rows_of(six[["estimate", "low", "high", "n"]])[1] == [10, 10, 10, 6]


def test_runs_lost_to_sight_change_the_interval_of_a_median(runs_of):
    """By Greenwood's variance of a ratio: 60 lost in month 15, then fewer at risk weigh more."""
    matured, lost = np.array([*range(1, 31), *[0] * 65]), np.array([60] * 30 + [15] * 60 + [60] * 5)
    table = median_given_event(
        runs_of(matured, np.zeros(95, int), lost), event="matured", horizon=30, shares=[0.5]
    )
    share, doubt, shares, doubts = 1.0, 0.0, [], []
    for month in range(1, 31):
        at_risk = 30 - (month - 1) + int((lost[30:] >= month).sum())
        share, doubt = share * (1 - 1 / at_risk), doubt + 1 / at_risk / (at_risk - 1)
        shares.append(1 - share)
        doubts.append(doubt)
    conditional = np.array(shares) / shares[-1]
    median = int(np.searchsorted(conditional, 0.5))
    ratio, early, late = conditional[median], 1 - shares[median], 1 - shares[-1]
    variance = (
        early**2 * doubts[median]
        + ratio**2 * late**2 * doubts[-1]
        - 2 * ratio * early * late * doubts[median]
    ) / shares[-1] ** 2
    size = int(ratio * (1 - ratio) / variance)
    assert size < 30
    low, high = quantile_ranks(size, 0.5)
    expected = [median + 1, *(int(np.searchsorted(conditional, k / size)) + 1 for k in (low, high))]
    assert table[["estimate", "low", "high"]].iloc[0].tolist() == expected
    every = quantile_ranks(30, 0.5)
    assert expected[1:] != [int(np.searchsorted(conditional, k / 30)) + 1 for k in every]


def test_an_event_at_the_horizon_counts_and_one_after_it_does_not(runs_of):
    runs = runs_of([30, 31, 0], [0, 0, 0], 60)
    table = median_given_event(runs, event="matured", horizon=30, shares=[0.5])
    assert rows_of(table[["estimate", "n"]]) == [[30, 1]]
    none = median_given_event(runs, event="matured", horizon=29, shares=[0.5])
    assert none[["estimate", "low", "high"]].isna().to_numpy().all()
    assert none[["estimate", "low", "high"]].dtypes.astype(str).eq("float64").all()
    with pytest.raises(TableError, match=r"^median_given_event, horizon = 61:"):
        median_given_event(runs, event="matured", horizon=61)


def test_attrition_rows_by_hand(runs_of, occupancy):
    runs = runs_of([0] * 10, [2] * 4 + [0] * 6, 2)
    error = np.std([2, 4] + [0] * 8, ddof=1) / math.sqrt(10)
    expected = [
        ["dissolved", 1, 0, *wilson(0, 10), SHARE, 10],
        ["mean members lost", 1, 0, 0, 0, "members", 10],
        ["lost a member", 1, 0, *wilson(0, 10), SHARE, 10],
        ["dissolved", 2, 0.4, *wilson(4, 10), SHARE, 10],
        ["mean members lost", 2, 0.6, 0, normal(0.6, error).high, "members", 10],
        ["lost a member", 2, 0.2, *wilson(2, 10), SHARE, 10],
    ]
    same(rows_of(attrition(runs, occupancy, by=[1, 2, 3])), expected)


def test_the_mean_of_members_lost_has_a_lower_bound_where_it_is_sure(occupancy, runs_of):
    """Five lost 1 member and five lost 2: mean 1.5, standard deviation of .527."""
    counts = occupancy.assign(members_lost=[0, 15], members_lost_squared=[0, 25])
    table = attrition(runs_of([0] * 10, [0] * 10, 2), counts, by=[2])
    error = np.std([1] * 5 + [2] * 5, ddof=1) / math.sqrt(10)
    same(
        rows_of(table.iloc[[1]]),
        [["mean members lost", 2, 1.5, *normal(1.5, error), "members", 10]],
    )


def test_the_spread_of_members_lost_takes_two_partnerships(occupancy, runs_of):
    one = occupancy.assign(forming=[1, 1], mature=0, tokenistic=0, dissolved=0)
    one = one.assign(members_lost=[0, 2], members_lost_squared=[0, 4])
    row = attrition(runs_of([0], [0], 2), one, by=[2]).iloc[1]
    assert row["estimate"] == 2
    assert not row["low"] > 0
    assert np.isnan(row["high"])
    two = one.assign(forming=[2, 2], members_lost=[0, 2], members_lost_squared=[0, 4])
    row = attrition(runs_of([0, 0], [0, 0], 2), two, by=[2]).iloc[1]
    # One lost 2 and one none: mean 1, standard error 1.
    assert (row["estimate"], row["high"]) == pytest.approx((1, normal(1, 1).high))


@pytest.mark.parametrize("column", column_names(OCCUPANCY))
def test_attrition_needs_the_whole_occupancy_table(occupancy, runs_of, column):
    with pytest.raises(TableError, match=f"^occupancy table, column = {column}:"):
        attrition(runs_of([0], [0], 2), occupancy.drop(columns=column), by=[2])


def test_status_rows_by_hand(occupancy):
    expected = [
        ["forming", 2, 0.3, *wilson(3, 10), SHARE, 10],
        ["mature", 2, 0.2, *wilson(2, 10), SHARE, 10],
        ["tokenistic", 2, 0.1, *wilson(1, 10), SHARE, 10],
        ["dissolved", 2, 0.4, *wilson(4, 10), SHARE, 10],
        ["tokenistic among survivors", 2, 1 / 6, *wilson(1, 6), "share of survivors", 6],
    ]
    table = status_shares(occupancy, by=[2, 3])
    same(rows_of(table), expected)
    assert table.columns.tolist() == ["quantity", "month", "estimate", "low", "high", "unit", "n"]


def test_every_month_asked_for_has_its_rows_in_order(occupancy, runs_of):
    """Forty months, so that only a sort that keeps the order of equals passes."""
    months = list(range(1, 41))
    counts = pd.concat([occupancy.iloc[[0]]] * 40).assign(month=months)
    table = attrition(runs_of([0] * 10, [0] * 10, 40), counts, by=months[::-1])
    assert table["quantity"].tolist() == ["dissolved", "mean members lost", "lost a member"] * 40
    assert table["month"].tolist() == [month for month in months for _ in range(3)]
    assert table.index.tolist() == list(range(120))
    shares = status_shares(counts, by=months)
    assert shares["month"].tolist() == [month for month in months for _ in range(5)]
    assert shares["quantity"].tolist()[:5] == [
        *("forming", "mature", "tokenistic", "dissolved", "tokenistic among survivors")
    ]


@pytest.mark.parametrize("column", ["month", "forming", "mature", "tokenistic", "dissolved"])
def test_status_shares_need_month_and_statuses(occupancy, column):
    with pytest.raises(TableError, match=f"^occupancy table, column = {column}:"):
        status_shares(occupancy.drop(columns=column), by=[2])


def test_months_past_the_last_are_refused_by_name(occupancy, runs_of):
    with pytest.raises(TableError, match=r"^status_shares, by = "):
        status_shares(occupancy, by=[3])
    with pytest.raises(TableError, match=r"^attrition, by = "):
        attrition(runs_of([0], [0], 2), occupancy, by=[3])


def test_time_to_maturity_rows_by_hand(runs_of):
    runs = runs_of([10, 20, 30, 0], [0, 0, 0, 40], 60)
    error = np.std([10, 20, 30, 36]) / 2
    months = normal(24, error)
    expected = [
        ["matured", 36, 0.75, *wilson(3, 4), SHARE, 4],
        ["first decile month of those matured", 36, 10, 1, 30, "months", 3],
        ["median month of those matured", 36, 20, 1, 36, "months", 3],
        ["months not mature, restricted mean", 36, 24, months.low, months.high, "months", 4],
    ]
    # At most one of 3 lies below their first decile with chance .972, so only rank 3 bounds it.
    table = time_to_maturity(runs, horizon=36)
    same(rows_of(table), expected)
    assert table.index.tolist() == [0, 1, 2, 3]


def departures(left, decreed, person_months):
    return pd.DataFrame(
        {
            "departures": left, "replaced_by_decree": decreed,
            "person_months": person_months, "months": [10, 12, 12][: len(left)],
        }
    )  # fmt: skip


def test_turnover_row_by_hand():
    """Six left in 15 person-years; each partnership lost 0, 0 and 6 where 2 were to be expected."""
    row = turnover_rate(departures([1, 2, 6], [1, 2, 0], [60, 60, 60]))
    # Squares 4 + 4 + 16 = 24, times 3/2, over 6 events: clusters of 6.
    bounds = poisson_rate(6, 15, dispersion=6.0)
    expected = ["departures", 12, 0.4, *bounds, "per person-year", 3]
    same(rows_of(row), [expected])


def test_turnover_of_one_partnership_or_without_departures_is_poissons():
    same(
        rows_of(turnover_rate(departures([3], [0], [60]))),
        [["departures", 10, 0.6, *poisson_rate(3, 5), "per person-year", 1]],
    )
    same(
        rows_of(turnover_rate(departures([1, 1], [1, 1], [60, 60]))),
        [["departures", 12, 0, *poisson_rate(0, 10), "per person-year", 2]],
    )


def test_a_single_departure_is_counted_with_its_spread():
    """One left among two: 1 and 0 where a half was expected; 2 x .5 = 1 cluster, as Poisson."""
    row = turnover_rate(departures([1, 0], [0, 0], [30, 90])).iloc[0]
    # Expected 1/4 and 3/4: squares 2 x 9/16, times 2, over 1 event.
    assert row["high"] == pytest.approx(poisson_rate(1, 10, dispersion=2.25).high)


def test_without_person_months_turnover_is_unknown():
    row = turnover_rate(departures([0], [0], [0])).iloc[0]
    assert np.isnan(row["estimate"])
    assert (row["low"], row["high"]) == (0, math.inf)


@pytest.mark.parametrize("column", ["departures", "replaced_by_decree", "person_months", "months"])
def test_turnover_needs_each_of_four_columns(column):
    with pytest.raises(TableError, match=f"^turnover_rate, column = {column}:"):
        turnover_rate(departures([1], [0], [12]).drop(columns=column))


def test_months_and_horizons_past_what_was_watched_are_refused_by_name(four):
    with pytest.raises(TableError, match=r"^cumulative_incidence, by = 61:"):
        cumulative_incidence(four, event="matured", by=[60, 61])
    with pytest.raises(TableError, match=r"^runs, horizon = 61:"):
        time_to_maturity(four, horizon=61)


def test_after_censoring_the_interval_is_wilsons_on_the_effective_number_of_runs(runs_of):
    runs = runs_of([5, 10, 0, 0, 20, 0], [0] * 6, np.array([30, 30, 7, 12, 30, 30]))
    table = cumulative_incidence(runs, event="matured", by=[5, 10, 20])
    known = aalen_johansen([5, 10, 7, 12, 20, 30], [1, 1, 0, 0, 1, 0]).iloc[[0, 2, 4]]
    assert table["low"].tolist() == pytest.approx(known["low"].tolist())
    assert table["high"].tolist() == pytest.approx(known["high"].tolist())
    # By month 10 one of six was lost to sight: more is known than of the five who are left.
    assert wilson(6 * table["estimate"][1], 6).high < table["high"][1]
    assert table["events"].tolist() == [1, 2, 3]
    assert table["events"].dtype == np.int64


def test_turnover_may_be_seen_for_less_than_one_person_year():
    assert turnover_rate(departures([1], [0], [6]))["estimate"].item() == 2
