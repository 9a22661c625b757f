import numpy as np
import pandas as pd
import pytest
from scipy import stats

from trustsim.analysis import (
    TableError,
    cumulative_incidence,
    hazard,
    median_given_event,
    restricted_mean,
)
from trustsim.analysis.intervals import wilson


@pytest.fixture
def four(runs_of):
    """Matured in 10, then dissolved in 40; dissolved in 20; matured in 30; neither by 60."""
    return runs_of([10, 0, 30, 0], [40, 20, 0, 0], 60)


def test_dissolution_before_maturity_ends_the_wait_for_maturity(four):
    table = cumulative_incidence(four, event="matured")
    assert table["month"].tolist() == list(range(61))
    at = table.set_index("month")
    assert at.loc[[0, 9, 10, 29, 30, 60], "estimate"].tolist() == [0, 0, 0.25, 0.25, 0.5, 0.5]
    assert at.loc[[10, 11, 20, 21, 30, 31, 60], "at_risk"].tolist() == [4, 3, 3, 2, 2, 1, 1]
    assert at.loc[60, "events"] == 2
    assert (at.loc[0, "low"], at.loc[0, "high"]) == (0, 0)


def test_dissolution_is_counted_whether_or_not_maturity_came_first(four):
    table = cumulative_incidence(four, event="dissolved", by=[20, 39, 40, 60])
    assert table["estimate"].tolist() == [0.25, 0.25, 0.5, 0.5]


def test_maturity_and_dissolution_in_one_month_is_maturity(runs_of):
    table = cumulative_incidence(runs_of([12], [12], 60), event="matured", by=[12])
    assert table["estimate"].item() == 1


def test_the_interval_is_wilsons_when_nobody_is_censored_before(four):
    row = cumulative_incidence(four, event="matured", by=[30]).iloc[0]
    assert (row["low"], row["high"]) == pytest.approx(wilson(2, 4))


def test_a_month_past_the_horizon_is_refused(four):
    with pytest.raises(TableError, match="by = 61"):
        cumulative_incidence(four, event="matured", by=[61])


def test_when_all_have_ended_every_later_month_is_known(runs_of):
    runs = runs_of([0, 0], [10, 20], 60)
    assert cumulative_incidence(runs, event="dissolved", by=[90])["estimate"].item() == 1


def test_at_the_start_nothing_has_happened_asked_for_or_not(four):
    asked = cumulative_incidence(four, event="matured", by=[0, 30])
    every = cumulative_incidence(four, event="matured")
    pd.testing.assert_frame_equal(asked, every.iloc[[0, 30]].reset_index(drop=True))
    start = asked.iloc[0]
    assert (start["estimate"], start["low"], start["high"], start["events"]) == (0, 0, 0, 0)
    with pytest.raises(TableError, match="by = -1"):
        cumulative_incidence(four, event="matured", by=[0, -1])


def test_an_unknown_event_is_refused_with_the_nearest(four):
    with pytest.raises(TableError, match="Did you mean `matured`"):
        cumulative_incidence(four, event="mature")


def test_a_missing_column_is_named(four):
    with pytest.raises(TableError, match="month_matured"):
        cumulative_incidence(four.drop(columns="month_matured"), event="matured")


def test_closed_form_of_constant_competing_hazards(drawn_runs):
    """F(t) = share * (1 - (1-h)^t), with and without censoring.

    False-alarm rate: 4 standard errors at 3 months, two tables: 6 * 6e-5 = 4e-4.
    """
    generator = np.random.default_rng(11)
    for censor in (0.0, 0.02):
        runs = drawn_runs(generator, 4000, censor=censor)
        table = cumulative_incidence(runs, event="matured", by=[12, 36, 58])
        expected = 2 / 3 * (1 - 0.97 ** table["month"].to_numpy())
        off = (table["estimate"] - expected).abs() / table["standard_error"]
        assert (off < 4).all()


@pytest.mark.parametrize("censor", [0.0, 0.03])
def test_intervals_cover_as_often_as_they_say(drawn_runs, censor):
    """95 % intervals at month 36 of 40 runs; 600 tables.

    Coverage of Wilson's interval varies by .02 about .95 at such sizes; with 4 binomial standard
    errors of .0089 the bound is .95 - .02 - .036. False-alarm rate under 1e-4.
    """
    generator = np.random.default_rng(12)
    truth = 2 / 3 * (1 - 0.97**36)
    hits = 0
    for _ in range(600):
        table = cumulative_incidence(
            drawn_runs(generator, 40, censor=censor, horizon=50), event="matured", by=None
        ).set_index("month")
        row = table.loc[min(36, table.index.max())]
        hits += row["low"] <= truth <= row["high"]
    assert hits / 600 > 0.894


def test_restricted_mean_counts_the_dissolved_as_never_mature(four):
    # min(T, 60): 10, 60 (dissolved first), 30, 60
    row = restricted_mean(four, event="matured", horizon=60).iloc[0]
    assert row["estimate"] == pytest.approx(40)
    assert row["standard_error"] == pytest.approx(np.std([10, 60, 30, 60]) / 2)
    # min(T, 25) of dissolution: 25, 20, 25, 25
    assert restricted_mean(four, event="dissolved", horizon=25)["estimate"].item() == 23.75


def test_restricted_mean_under_censoring_matches_the_closed_form(drawn_runs):
    """E min(T, 48) with T geometric; false-alarm rate of 4 standard errors: 6e-5."""
    runs = drawn_runs(np.random.default_rng(5), 4000, mature=1e-12, dissolve=0.03, censor=0.02)
    row = restricted_mean(runs, event="dissolved", horizon=48).iloc[0]
    expected = (1 - 0.97**48) / 0.03
    assert abs(row["estimate"] - expected) < 4 * row["standard_error"]


def test_restricted_mean_error_is_the_spread_over_repeats(drawn_runs):
    """Ratio of stated to observed error over 400 repeats.

    The observed one has a relative error of 1/sqrt(800) = .035; 4 of them; false alarms 6e-5.
    """
    generator = np.random.default_rng(6)
    rows = [
        restricted_mean(
            drawn_runs(generator, 200, censor=0.03, horizon=40), event="matured", horizon=30
        ).iloc[0]
        for _ in range(400)
    ]
    stated = np.sqrt(np.mean([row["standard_error"] ** 2 for row in rows]))
    observed = np.std([row["estimate"] for row in rows], ddof=1)
    assert stated / observed == pytest.approx(1, abs=0.15)


def test_a_mean_over_runs_without_any_event_has_an_end_that_is_not_itself(runs_of):
    """Garwood's bound for no event in 40 runs is 3.689 of 40; each would cost 119 months."""
    none = runs_of([0] * 40, [0] * 40, 120)
    for event in ("matured", "dissolved"):
        row = restricted_mean(none, event=event, horizon=120).iloc[0]
        assert (row["estimate"], row["high"], row["standard_error"]) == (120, 120, 0)
        assert row["low"] == pytest.approx(120 - 119 * 3.6889 / 40, abs=1e-3)
    few = restricted_mean(none.head(3), event="dissolved", horizon=120).iloc[0]
    assert few["low"] == 1, "all three might have ended in month 1"


def test_an_event_in_the_last_month_costs_nothing_and_proves_nothing(runs_of):
    row = restricted_mean(runs_of([0] * 10, [60, *[0] * 9], 60), event="dissolved", horizon=60)
    assert (row["low"].item() < 60, row["high"].item()) == (True, 60)


def test_runs_lost_from_sight_say_nothing_about_later_months(runs_of):
    runs = runs_of([0] * 40, [0] * 40, [30] * 20 + [120] * 20)
    low = restricted_mean(runs, event="dissolved", horizon=120)["low"].item()
    assert low == pytest.approx(120 - 119 * 3.6889 / 20, abs=1e-3)


@pytest.mark.parametrize("rate", [0.0005, 0.002])
def test_mean_life_is_covered_where_many_tables_show_no_event(drawn_runs, rate):
    """Tables of 20 runs and 48 months, of which .62 and .15 show no event.

    Exact but for simulation: with no event the interval must hold the truth, as the share that
    dissolves is far below the bound. 300 tables; no chance is left in the claim.
    """
    generator = np.random.default_rng(9)
    truth = (1 - (1 - rate) ** 48) / rate
    quiet = []
    for _ in range(300):
        runs = drawn_runs(generator, 20, mature=1e-12, dissolve=rate)
        row = restricted_mean(runs, event="dissolved", horizon=48).iloc[0]
        if row["standard_error"] == 0:
            quiet.append(row["low"] <= truth <= row["high"])
    assert len(quiet) > 10
    assert all(quiet)


@pytest.mark.parametrize("size", [1, 2, 5, 20, 200])
def test_a_truth_outside_that_end_would_seldom_show_no_event(runs_of, size):
    """The worst case: all events in month 1. Chance of no event in it, in closed form."""
    none = runs_of([0] * size, [0] * size, 60)
    low = restricted_mean(none, event="dissolved", horizon=60)["low"].item()
    share = (60 - low) / 59
    assert (1 - share) ** size <= 0.025


def test_median_and_decile_are_of_those_to_whom_it_happens(runs_of):
    matured = [*range(1, 22), 50, 0, 0, 0]
    runs = runs_of(matured, [0] * 25, 60)
    table = median_given_event(runs, event="matured", horizon=40)
    assert table["n"].tolist() == [21, 21]
    assert table["estimate"].tolist() == [3, 11]
    # Ranks of the median of 21: binomial .025 and .975 quantiles are 6 and 15.
    assert (table["low"][1], table["high"][1]) == (6, 16)
    # The first decile of 21 has no lower bound but the first month.
    assert table["low"][0] == 1


def test_median_without_any_event_is_missing(runs_of):
    table = median_given_event(runs_of([0, 0], [0, 0], 60), event="matured", horizon=60)
    assert table["estimate"].isna().all()
    assert table["n"].tolist() == [0, 0]


@pytest.mark.parametrize("censor", [0.0, 0.02])
def test_median_interval_covers(drawn_runs, censor):
    """Order-statistic intervals are conservative; 400 tables of 100 runs.

    Lower bound .95 - 4 * sqrt(.95*.05/400) = .906, and .01 more for the normal approximation of
    the effective number under censoring. False-alarm rate under 1e-4.
    """
    generator = np.random.default_rng(8)
    conditional = stats.geom.cdf(np.arange(1, 49), 0.03) / stats.geom.cdf(48, 0.03)
    truth = int(np.searchsorted(conditional, 0.5)) + 1
    hits = 0
    for _ in range(400):
        runs = drawn_runs(generator, 100, censor=censor)
        row = median_given_event(runs, event="matured", horizon=48, shares=[0.5]).iloc[0]
        hits += row["low"] <= truth <= row["high"]
    assert hits / 400 > 0.896


def test_hazard_divides_events_by_time_at_risk(runs_of):
    # Months 1-6: dissolved in 3 and 6, two go on: 3 + 6 + 6 + 6 = 21 months.
    # Months 7-12: dissolved in 8, one censored at 12: 2 + 6 = 8 months.
    runs = runs_of([0] * 4, [3, 6, 8, 0], 12)
    table = hazard(runs, event="dissolved", width=6)
    assert table["person_months"].tolist() == [21, 8]
    assert table["events"].tolist() == [2, 1]
    assert table["estimate"].tolist() == pytest.approx([2 / 21 * 12, 1 / 8 * 12])
    assert table[["month_from", "month_to"]].to_numpy().tolist() == [[1, 6], [7, 12]]
    # Garwood for 2 events: .2422 and 7.2247.
    assert table["low"][0] == pytest.approx(0.2422 / 21 * 12, rel=1e-3)
    assert table["high"][0] == pytest.approx(7.2247 / 21 * 12, rel=1e-3)


def test_hazard_of_maturity_leaves_out_those_that_dissolved(runs_of):
    table = hazard(runs_of([5, 0], [0, 2], 10), event="matured", width=10)
    assert (table["person_months"].item(), table["events"].item()) == (7, 1)


def test_a_stretch_without_months_is_refused(runs_of):
    with pytest.raises(TableError, match="width"):
        hazard(runs_of([0], [0], 12), event="dissolved", width=0)
