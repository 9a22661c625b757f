"""Whole rows of hazards and of months lost, worked out by hand (found by `make mutants`)."""

import math

import numpy as np
import pandas as pd
import pytest

from trustsim.analysis import (
    TableError,
    cumulative_incidence,
    hazard,
    months_lost,
    restricted_mean,
    smoothed_hazard,
)
from trustsim.analysis.events import FirstEvents
from trustsim.analysis.hazards import in_stretches, local_linear_weights
from trustsim.analysis.intervals import normal, poisson_rate, weighted_rate
from trustsim.schema import CAUSES


@pytest.fixture
def runs(runs_of):
    """Five partnerships: one matures and two dissolve, of a cause each; two go on."""
    runs = runs_of([3, 0, 0, 0, 0], [0, 2, 7, 0, 0], 8)
    return runs.assign(cause=[None, "vote", "breach", None, None])


def test_hazard_rows_by_hand(runs):
    """Months at risk: 5 + 5 + 4 in the first three, 4 each in the next, 4 + 3 in the last two."""
    table = hazard(runs, event="dissolved", width=3)
    bounds = [poisson_rate(*each) for each in ((1, 14 / 12), (0, 1), (1, 7 / 12))]
    expected = {
        "event": ["dissolved"] * 3,
        "month_from": [1, 4, 7],
        "month_to": [3, 6, 8],
        "month": [2.0, 5.0, 7.5],
        "estimate": pytest.approx([12 / 14, 0, 12 / 7]),
        "low": pytest.approx([each.low for each in bounds]),
        "high": pytest.approx([each.high for each in bounds]),
        "events": [1, 0, 1],
        "person_months": [14, 12, 7],
        "unit": ["per partnership-year"] * 3,
        "n": [5] * 3,
    }
    assert table.columns.tolist() == list(expected)
    assert {name: table[name].tolist() for name in table} == expected


def test_hazards_have_half_year_stretches_and_count_who_still_waits_by_default(runs):
    said = {"width": 6, "view": "cause-specific", "until": None, "cause": None}
    default = hazard(runs, event="matured")
    pd.testing.assert_frame_equal(default, hazard(runs, event="matured", **said))
    assert default["month_to"].tolist() == [6, 8]
    # Two have dissolved and one has matured; in the first half-year 6 * 3 + 3 + 2 months.
    assert default["person_months"].tolist() == [23 + 6 - 6, 1 + 2 + 2]


def test_smoothed_rows_are_sums_of_increments_with_the_weights_of_the_kernel(runs):
    table = smoothed_hazard(runs, event="dissolved", bandwidth=3)
    events = np.array([0, 1, 0, 0, 0, 0, 1, 0])
    at_risk = np.array([5, 5, 4, 4, 4, 4, 4, 3])
    weights = 12 * local_linear_weights(8, 3) / at_risk
    low, high = weighted_rate(weights, events)
    expected = {
        "event": ["dissolved"] * 8,
        "month": [1, 2, 3, 4, 5, 6, 7, 8],
        "estimate": pytest.approx((weights @ events).clip(min=0).tolist()),
        "standard_error": pytest.approx(np.sqrt(weights**2 @ events).tolist()),
        "low": pytest.approx(low.tolist()),
        "high": pytest.approx(high.tolist()),
        "events": events.tolist(),
        "at_risk": at_risk.tolist(),
        "bandwidth": [3] * 8,
        "unit": ["per partnership-year"] * 8,
        "n": [5] * 8,
    }
    assert table.columns.tolist() == list(expected)
    assert {name: table[name].tolist() for name in table} == expected


def test_smoothing_is_over_a_year_either_side_by_default(runs):
    said = {"bandwidth": 12, "view": "cause-specific", "until": None, "cause": None}
    default = smoothed_hazard(runs, event="matured")
    pd.testing.assert_frame_equal(default, smoothed_hazard(runs, event="matured", **said))
    assert default["at_risk"].tolist() == [5, 5, 4, 3, 3, 3, 3, 2]


@pytest.mark.parametrize("of", [hazard, smoothed_hazard], ids=lambda of: of.__name__)
def test_cause_view_and_until_are_heeded(of, runs):
    vote = of(runs, event="dissolved", cause="vote")
    assert set(vote["event"]) == {"dissolved: vote"}
    assert vote["events"].sum() == 1
    risk = "person_months" if of is hazard else "at_risk"
    stays = of(runs, event="dissolved", cause="vote", view="subdistribution", until=6)
    # The one of a breach in month 7 is still there; that of the vote has gone after month 2.
    assert stays[risk].sum() == 4 * 6 + 2
    assert of(runs, event="matured", until=6, view="subdistribution")[risk].sum() == 4 * 6 + 3
    assert of(runs, event="matured", until=6)[risk].sum() == 3 * 6 + 3 + 2


@pytest.mark.parametrize("of", [hazard, smoothed_hazard], ids=lambda of: of.__name__)
def test_refusals_name_the_function(of, runs, runs_of):
    name = of.__name__
    with pytest.raises(TableError, match=f"^{name}, until = 9:"):
        of(runs, event="dissolved", until=9)
    with pytest.raises(TableError, match=f"^{name}, view = both:"):
        of(runs, event="dissolved", view="both")
    word, least = ("width", 0) if of is hazard else ("bandwidth", 1)
    with pytest.raises(TableError, match=f"^{name}, {word} = {least}:"):
        of(runs, event="dissolved", **{word: least})
    longer = pd.concat([runs, runs_of([0], [0], 12)])
    with pytest.raises(TableError, match=rf"^{name}, months watched = \[8, 12, 12\]:"):
        of(longer, event="dissolved", view="subdistribution")


def test_two_months_either_side_and_stretches_of_one_month_are_allowed(runs):
    assert set(smoothed_hazard(runs, event="dissolved", bandwidth=2)["bandwidth"]) == {2}
    assert hazard(runs, event="dissolved", width=1)["month_from"].tolist() == list(range(1, 9))


def test_a_stretch_is_as_long_as_asked_and_the_last_what_is_left():
    first = FirstEvents(np.array([1, 4, 5]), np.array([1, 1, 0]), 5)
    table = in_stretches(first, 2, where="here")
    assert table.to_dict("list") == {
        "month_from": [1, 3, 5],
        "month_to": [2, 4, 5],
        "events": [1, 1, 0],
        "person_months": [5, 4, 1],
    }
    with pytest.raises(TableError, match=r"^here, width = 0:"):
        in_stretches(first, 0, where="here")


@pytest.fixture
def lost(runs):
    return months_lost(runs, horizon=7).set_index("cause")


def test_months_lost_rows_by_hand(runs, lost):
    """By month 7 the vote of month 2 has cost five months; the breach of month 7 none yet."""
    assert lost.columns.tolist() == [
        *("month", "estimate", "standard_error", "low", "high", "unit", "events", "n")
    ]
    assert lost.index.tolist() == [*CAUSES, "any"]
    assert lost["month"].tolist() == [7] * 8
    assert lost["unit"].tolist() == ["months"] * 8
    assert lost["n"].tolist() == [5] * 8
    assert lost["events"].to_dict() == {
        **dict.fromkeys(CAUSES, 0),
        "vote": 1,
        "breach": 1,
        "any": 2,
    }
    error = np.std([0, 5, 0, 0, 0]) / math.sqrt(5)
    assert lost["estimate"].to_dict() == {
        **dict.fromkeys(CAUSES, 0.0), "vote": pytest.approx(1), "any": pytest.approx(1)
    }  # fmt: skip
    for cause in ("vote", "any"):
        row = lost.loc[cause]
        assert row["standard_error"] == pytest.approx(error)
        assert (row["low"], row["high"]) == (0.0, pytest.approx(normal(1, error).high))
    later = months_lost(runs, horizon=8).set_index("cause")
    assert later.loc["breach", "estimate"] == pytest.approx(1 / 5)


def test_an_interval_of_months_lost_lies_within_the_horizon(runs_of):
    gone = runs_of([0] * 3, [1, 1, 0], 9).assign(cause=["vote", "vote", None])
    row = months_lost(gone, horizon=9).set_index("cause").loc["vote"]
    assert row["high"] == 9.0
    unlikely = runs_of([0] * 60, [5] * 20 + [0] * 40, 9).assign(cause=["vote"] * 20 + [None] * 40)
    row = months_lost(unlikely, horizon=9).set_index("cause").loc["vote"]
    error = np.std([4.0] * 20 + [0.0] * 40) / math.sqrt(60)
    assert (row["low"], row["high"]) == pytest.approx(tuple(normal(4 / 3, error)))


@pytest.mark.parametrize("horizon", [0, 9])
def test_months_not_watched_are_refused_in_the_name_of_the_function(runs, horizon):
    with pytest.raises(TableError, match=f"^months_lost, horizon = {horizon}:"):
        months_lost(runs, horizon=horizon)
    with pytest.raises(TableError, match=f"^restricted_mean, horizon = {horizon}:"):
        restricted_mean(runs, event="dissolved", horizon=horizon)


def test_what_a_month_could_still_have_cost_is_known_of_those_watched_up_to_it(runs_of):
    """Months lost by 6 are settled in month 5. Of 8, one is not watched as long: 7 count."""
    runs = runs_of([0] * 8, [0] * 8, [4, 5, 6, 6, 6, 6, 6, 6]).assign(cause=None)
    most = 5 * 3.688879454113936 / 7
    row = months_lost(runs, horizon=6).iloc[0]
    assert (row["estimate"], row["low"]) == (0, 0)
    assert row["high"] == pytest.approx(most)
    alive = restricted_mean(runs, event="dissolved", horizon=6).iloc[0]
    assert (alive["low"], alive["high"]) == pytest.approx((6 - most, 6))


def test_garwoods_share_without_events_is_at_most_all(runs_of):
    runs = runs_of([0] * 3, [0] * 3, 6).assign(cause=None)
    assert months_lost(runs, horizon=6)["high"].tolist() == [5.0] * 8


def test_incidence_says_which_cause_is_meant(runs):
    table = cumulative_incidence(runs, event="dissolved", cause="vote", by=[1, 2, 8])
    assert table["event"].tolist() == ["dissolved: vote"] * 3
    assert table["estimate"].tolist() == pytest.approx([0, 1 / 5, 1 / 5])
    assert table["events"].tolist() == [0, 1, 1]
