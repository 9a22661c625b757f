import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import trustsim as ts
from tests.analysis import by_hand
from trustsim.analysis import (
    TableError,
    cumulative_incidence,
    hazard,
    months_lost,
    smoothed_hazard,
)
from trustsim.analysis.survival import local_linear_weights

CAUSES = ("frustration", "sponsor")
RATES = (0.012, 0.008)


@pytest.fixture
def with_causes(runs_of):
    """Runs that dissolve from two causes at constant monthly hazards, watched for 60 months."""

    def build(generator, size, horizon=60):
        when = generator.geometric(sum(RATES), size)
        dissolved = np.where(when <= horizon, when, 0)
        first = generator.random(size) < RATES[0] / sum(RATES)
        runs = runs_of(np.zeros(size, dtype=int), dissolved, horizon)
        cause = np.where(first, *CAUSES)
        return runs.assign(cause=pd.Series(cause, dtype="object").where(dissolved > 0, None))

    return build


@pytest.mark.parametrize("width", [1, 3, 6])
@pytest.mark.parametrize("censored", [False, True])
def test_a_hazard_is_events_over_time_at_risk(width, censored):
    """Every stretch of random tables, with its months counted one by one."""
    generator = np.random.default_rng(61)
    for _ in range(10):
        runs = by_hand.random_runs(generator, 11, censored=censored)
        for asked in ({"event": "matured"}, {"event": "dissolved", "cause": "vote"}):
            counts = by_hand.counted(by_hand.waits(runs, **asked))
            table = hazard(runs, width=width, **asked).to_dict("records")
            assert len(table) == -(-len(counts) // width)
            for place, row in enumerate(table):
                part = counts[place * width : (place + 1) * width]
                months, events = sum(n for n, _, _ in part), sum(d for _, d, _ in part)
                assert row["month_from"] == place * width + 1
                assert row["month_to"] == place * width + len(part)
                assert row["month"] == (row["month_from"] + row["month_to"]) / 2
                assert (row["person_months"], row["events"]) == (months, events)
                assert row["estimate"] == pytest.approx(12 * events / months)
                bounds = by_hand.garwood(events, months / 12)
                assert (row["low"], row["high"]) == pytest.approx(bounds)
                assert (row["unit"], row["n"]) == ("per partnership-year", 11)


def test_a_smoothed_hazard_is_a_local_line_through_the_increments():
    """Least squares at each month, with the kernel's weights; Fay and Feuer's bounds."""
    generator = np.random.default_rng(62)
    runs = by_hand.random_runs(generator, 40, horizon=20)
    counts = by_hand.counted(by_hand.waits(runs, "dissolved"))
    table = smoothed_hazard(runs, event="dissolved", bandwidth=5)
    place = np.arange(len(counts))
    for target, row in enumerate(table.to_dict("records")):
        kernel = np.maximum(1 - ((place - target) / 5) ** 2, 0)
        lines = [
            np.polyfit(place - target, unit, 1, w=np.sqrt(kernel))[-1]
            for unit in np.eye(len(place))
        ]
        weights = [12 * line / n for line, (n, _, _) in zip(lines, counts, strict=True)]
        events = [d for _, d, _ in counts]
        total = max(sum(w * d for w, d in zip(weights, events, strict=True)), 0.0)
        spread = sum(w**2 * d for w, d in zip(weights, events, strict=True))
        most = max(weights)
        assert row["estimate"] == pytest.approx(total, abs=1e-9)
        assert row["standard_error"] == pytest.approx(math.sqrt(spread))
        low = stats.gamma.ppf(0.025, total**2 / spread, scale=spread / total) if total else 0
        above, wider = total + most, spread + most**2
        high = stats.gamma.ppf(0.975, above**2 / wider, scale=wider / above)
        assert (row["low"], row["high"]) == pytest.approx((low, high), rel=1e-6)
        assert (row["at_risk"], row["events"]) == counts[target][:2]


def test_weights_of_a_month_reproduce_any_straight_line():
    weights = local_linear_weights(40, 12)
    line = 0.01 + 0.002 * np.arange(40)
    assert weights.sum(axis=1) == pytest.approx(1)
    assert weights @ line == pytest.approx(line)


def test_no_event_leaves_room_above_and_none_below(runs_of):
    table = smoothed_hazard(runs_of([0] * 50, [0] * 50, 24), event="dissolved", bandwidth=6)
    assert (table["estimate"] == 0).all()
    assert (table["low"] == 0).all()
    assert (table["high"] > 0).all()


def test_estimate_is_never_negative_and_within_its_interval(drawn_runs):
    runs = drawn_runs(np.random.default_rng(1), 30, dissolve=0.05)
    for view in ("cause-specific", "subdistribution"):
        table = smoothed_hazard(runs, event="dissolved", bandwidth=9, view=view)
        assert (table["estimate"] >= 0).all()
        assert (table["low"] <= table["estimate"]).all()
        assert (table["estimate"] <= table["high"]).all()


def test_one_month_is_smoothed_over_nothing(runs_of):
    table = smoothed_hazard(runs_of([0, 0], [1, 0], 1), event="dissolved")
    assert table["estimate"].tolist() == [6.0]


def test_in_the_subdistribution_view_the_dissolved_stay_at_risk(runs_of):
    runs = runs_of([5, 0, 0, 0], [0, 2, 0, 0], 10)
    stays = hazard(runs, event="matured", width=10, view="subdistribution")
    leaves = hazard(runs, event="matured", width=10)
    assert stays["person_months"].item() == 5 + 10 + 10 + 10
    assert leaves["person_months"].item() == 5 + 2 + 10 + 10


def test_subdistribution_hazards_multiply_up_to_the_cumulative_incidence(drawn_runs):
    runs = drawn_runs(np.random.default_rng(3), 300)
    monthly = hazard(runs, event="matured", width=1, view="subdistribution")
    survival = (1 - monthly["estimate"] / 12).cumprod()
    expected = cumulative_incidence(runs, event="matured", by=monthly["month_to"])["estimate"]
    assert (1 - survival).to_numpy() == pytest.approx(expected.to_numpy())


def test_the_subdistribution_view_refuses_runs_watched_for_different_times(drawn_runs):
    runs = drawn_runs(np.random.default_rng(4), 100, censor=0.05)
    with pytest.raises(TableError, match="one common end of watching"):
        hazard(runs, event="matured", view="subdistribution")
    least = int(runs.loc[runs["month_dissolved"].isna(), "months"].min())
    until = hazard(runs, event="matured", view="subdistribution", until=least)
    assert until["month_to"].max() == least


def test_until_leaves_out_the_months_in_which_maturity_cannot_be_seen(runs_of):
    runs = runs_of([10, 0, 0], [0, 0, 0], 60)
    table = hazard(runs, event="matured", width=60, until=55)
    assert (table["month_to"].item(), table["person_months"].item()) == (55, 10 + 55 + 55)
    assert smoothed_hazard(runs, event="matured", until=55)["month"].max() == 55


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"view": "specific"}, "Did you mean `cause-specific`"),
        ({"bandwidth": 1}, "bandwidth = 1"),
        ({"until": 61}, "until = 61"),
    ],
)
def test_nonsense_is_refused(with_causes, asked, said):
    runs = with_causes(np.random.default_rng(5), 20)
    with pytest.raises(TableError, match=said):
        smoothed_hazard(runs, **{"event": "dissolved", **asked})


def test_a_stretch_holds_whole_months(runs_of):
    for width in (0, 1.5):
        with pytest.raises(TableError, match=f"^hazard, width = {width}:"):
            hazard(runs_of([0], [0], 12), event="dissolved", width=width)


def test_a_cause_that_took_nobody_may_yet_have_cost_months(with_causes):
    """Garwood's bound for no event in 300 runs is 3.689 of 300; each would cost 47 months."""
    runs = with_causes(np.random.default_rng(6), 300)
    row = months_lost(runs, horizon=48).set_index("cause").loc["vote"]
    assert (row["estimate"], row["low"], row["events"]) == (0, 0, 0)
    assert row["high"] == pytest.approx(47 * 3.6889 / 300, abs=1e-4)


def test_runs_give_the_smoothed_hazard_of_what_could_be_seen():
    """A spell of maturity that the end of the run cuts short is not counted as a wait."""
    runs = ts.simulate("dyad", replicates=60, months=48, seed=2)
    ended, matured = runs.hazard(), runs.hazard("matured", bandwidth=6)
    pd.testing.assert_frame_equal(ended, smoothed_hazard(runs.runs, event="dissolved"))
    hold = int(runs.scenario.values()["maturity_hold"])
    assert matured["month"].max() == 48 - hold + 1
    assert set(matured["bandwidth"]) == {6}
