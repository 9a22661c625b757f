import math

import numpy as np
import pytest
from scipy import stats

from tests.analysis import by_hand
from trustsim.analysis import (
    TableError,
    cumulative_incidence,
    median_given_event,
    months_lost,
    restricted_mean,
)
from trustsim.schema import CAUSES

ASKED = [
    {"event": "matured"},
    {"event": "dissolved"},
    {"event": "dissolved", "first": True},
    {"event": "dissolved", "cause": "vote"},
]
RANKS = {0.1: "first decile", 0.5: "median"}


@pytest.fixture
def four(runs_of):
    """Matured in 10, then dissolved in 40; dissolved in 20; matured in 30; neither by 60."""
    return runs_of([10, 0, 30, 0], [40, 20, 0, 0], 60)


@pytest.fixture(params=[False, True], ids=["watched alike", "censored"])
def tables(request):
    generator = np.random.default_rng(51)
    return [by_hand.random_runs(generator, 9, censored=request.param) for _ in range(12)]


@pytest.mark.parametrize("asked", ASKED)
def test_incidence_is_its_definition_in_fractions(tables, asked):
    """Every month of random tables: the share, its error, Wilson's interval, and the counts."""
    for runs in tables:
        cases = by_hand.waits(runs, **asked)
        expected = by_hand.incidence(by_hand.hazards_of(cases))
        table = cumulative_incidence(runs, **asked).set_index("month")
        assert tuple(table.loc[0, ["estimate", "low", "high", "events"]]) == (0, 0, 0, 0)
        for month, share in enumerate(expected, start=1):
            row = table.loc[month]
            assert row["estimate"] == pytest.approx(float(share), abs=1e-12)
            spread = by_hand.variance(cases, lambda h, n=month: by_hand.incidence(h)[n - 1])
            assert row["standard_error"] == pytest.approx(math.sqrt(spread), abs=1e-9)
            size = sum(kind > 0 or when >= month for when, kind in cases)
            if 0 < share < 1 and spread > 0:
                size = float(share * (1 - share) / spread)
            bounds = by_hand.wilson(float(share), size)
            assert (row["low"], row["high"]) == pytest.approx(bounds, abs=1e-9)
            assert row["at_risk"] == sum(when >= month for when, _ in cases)
            assert row["events"] == sum(kind == 1 and when <= month for when, kind in cases)
            assert row["n"] == len(runs)


def test_first_of_the_two_never_adds_up_to_more_than_all(tables):
    for runs in tables:
        matured = cumulative_incidence(runs, event="matured")["estimate"]
        ended = cumulative_incidence(runs, event="dissolved", first=True)["estimate"]
        assert (matured + ended <= 1 + 1e-12).all()


@pytest.mark.parametrize("event", ["matured", "dissolved"])
def test_a_restricted_mean_is_the_horizon_less_the_area(tables, event):
    names = {"matured": "months not mature", "dissolved": "months alive"}
    for runs in tables:
        cases = by_hand.waits(runs, event)
        horizon = max(when for when, _ in cases)
        row = restricted_mean(runs, event=event, horizon=horizon).iloc[0]
        lost = by_hand.area(cases, horizon)
        assert row["estimate"] == pytest.approx(float(horizon - lost))
        spread = by_hand.variance(
            cases,
            lambda h, end=horizon: sum(by_hand.incidence(h)[n - 1] for n in range(1, end)),
        )
        error = math.sqrt(spread)
        assert row["standard_error"] == pytest.approx(error, abs=1e-9)
        if lost:
            reach = by_hand.Z * error
            assert row["low"] == pytest.approx(max(row["estimate"] - reach, 0), abs=1e-9)
            assert row["high"] == pytest.approx(min(row["estimate"] + reach, horizon), abs=1e-9)
        assert (row["quantity"], row["unit"]) == (f"{names[event]}, restricted mean", "months")
        assert (row["month"], row["n"]) == (horizon, len(runs))


def test_months_lost_are_the_areas_of_the_causes(tables):
    for runs in tables:
        horizon = max(when for when, _ in by_hand.waits(runs, "dissolved"))
        table = months_lost(runs, horizon=horizon).set_index("cause")
        assert table.index.tolist() == [*CAUSES, "any"]
        for cause in (*CAUSES, None):
            cases = by_hand.waits(runs, "dissolved", cause=cause)
            row = table.loc[cause or "any"]
            assert row["estimate"] == pytest.approx(float(by_hand.area(cases, horizon)))
            assert row["events"] == sum(kind == 1 for _, kind in cases)
        parts = table["estimate"].drop("any").sum()
        assert parts == pytest.approx(table.loc["any", "estimate"])


@pytest.mark.parametrize("horizon", [5, 7])
def test_quantiles_are_those_of_the_sorted_months(horizon):
    """Everybody watched: order statistics, with ranks that leave a fortieth on either side."""
    generator = np.random.default_rng(52)
    for size in (9, 40):
        runs = by_hand.random_runs(generator, size)
        cases = by_hand.waits(runs, "matured")
        months = sorted(when for when, kind in cases if kind == 1 and when <= horizon)
        table = median_given_event(runs, event="matured", horizon=horizon)
        for row, share in zip(table.to_dict("records"), RANKS, strict=True):
            count = len(months)
            rank = math.ceil(share * count - 1e-9)
            low = int(stats.binom.ppf(0.025, count, share))
            high = int(stats.binom.ppf(0.975, count, share)) + 1
            assert row["estimate"] == months[rank - 1]
            assert row["low"] == (months[low - 1] if low >= 1 else 1)
            assert row["high"] == (months[high - 1] if high <= count else horizon)
            assert row["quantity"] == f"{RANKS[share]} month of those matured"
            assert (row["n"], row["unit"], row["month"]) == (count, "months", horizon)


def test_after_censoring_a_median_is_as_sure_as_its_share_is():
    """Order statistics of as many events as would give the conditional share its variance."""
    generator = np.random.default_rng(53)
    fewer = 0
    for _ in range(12):
        runs = by_hand.random_runs(generator, 30, censored=True)
        cases = by_hand.waits(runs, "matured")
        last = max(when for when, kind in cases if kind == 1)
        shares = by_hand.incidence(by_hand.hazards_of(cases))
        conditional = [float(one / shares[last - 1]) for one in shares[:last]]
        median = by_hand.reached(conditional, 0.5)
        ratio = shares[median - 1] / shares[last - 1]

        def leaning(hazards, at=median, ratio=ratio, last=last):
            found = by_hand.incidence(hazards)
            return found[at - 1] - ratio * found[last - 1]

        spread = by_hand.variance(cases, leaning) / shares[last - 1] ** 2
        events = sum(kind == 1 for _, kind in cases)
        size = events if ratio == 1 else max(math.floor(ratio * (1 - ratio) / spread), 1)
        fewer += size < events
        low = int(stats.binom.ppf(0.025, size, 0.5))
        high = int(stats.binom.ppf(0.975, size, 0.5)) + 1
        table = median_given_event(runs, event="matured", horizon=last, shares=[0.5])
        row = table.iloc[0]
        assert (row["estimate"], row["n"]) == (median, events)
        assert row["low"] == (by_hand.reached(conditional, low / size) if low >= 1 else 1)
        assert row["high"] == (by_hand.reached(conditional, high / size) if high <= size else last)
    assert fewer > 0


def test_months_and_horizons_that_nobody_watched_are_refused(four):
    for month in (61, -1, 30.5):
        with pytest.raises(TableError, match=f"^cumulative_incidence, by = {month}: must be"):
            cumulative_incidence(four, event="matured", by=[0, month])
    for estimator in (restricted_mean, median_given_event):
        with pytest.raises(TableError, match=rf"^{estimator.__name__}, horizon = 61:"):
            estimator(four, event="matured", horizon=61)
    with pytest.raises(TableError, match=r"^months_lost, horizon = 0:"):
        months_lost(four.assign(cause=["vote", "vote", None, None]), horizon=0)
    with pytest.raises(TableError, match=r"^median_given_event, share = 0:"):
        median_given_event(four, event="matured", horizon=60, shares=[0])


def test_when_all_have_ended_every_later_month_is_known(runs_of):
    runs = runs_of([0, 0], [10, 20], 60)
    assert cumulative_incidence(runs, event="dissolved", by=[90])["estimate"].item() == 1
    assert cumulative_incidence(runs, event="dissolved")["month"].tolist() == list(range(21))


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


@pytest.mark.parametrize("size", [1, 2, 5, 20, 200])
def test_a_truth_outside_that_end_would_seldom_show_no_event(runs_of, size):
    """The worst case: all events in month 1. Chance of no event in it, in closed form."""
    none = runs_of([0] * size, [0] * size, 60)
    low = restricted_mean(none, event="dissolved", horizon=60)["low"].item()
    share = (60 - low) / 59
    assert (1 - share) ** size <= 0.025


def test_median_without_any_event_is_missing(runs_of):
    table = median_given_event(runs_of([0, 0], [0, 0], 60), event="matured", horizon=60)
    assert table["estimate"].isna().all()
    assert table["n"].tolist() == [0, 0]
