"""Shapes of hazards, stretch by stretch."""

import math

import numpy as np
import pandas as pd
import pytest
from E00_propositions.shapes import hazard_shape, shape_fits
from scipy import optimize, stats

from trustsim.analysis import TableError, hazard

COLUMNS = [
    *("event", "peak_from", "peak_to", "peak", "ratio_rising", "ratio_falling"),
    *("p_rising", "p_falling", "p_value", "stretches", "events", "draws", "n"),
]


def likelihood(events, exposure, shares):
    return stats.binom.logpmf(events, exposure, shares).sum()


def fitted(events, exposure, *, increasing):
    """Isotonic regression of scipy."""
    if len(events) == 0:
        return np.empty(0)
    return optimize.isotonic_regression(
        events / exposure, weights=exposure, increasing=increasing
    ).x


def peaked(events, exposure):
    """The likeliest of the hazards that rise up to some stretch and fall after it."""
    parts = [
        np.concatenate(
            [
                fitted(events[:end], exposure[:end], increasing=True),
                fitted(events[end:], exposure[end:], increasing=False),
            ]
        )
        for end in range(len(events) + 1)
    ]
    return max(parts, key=lambda shares: likelihood(events, exposure, shares))


def ratios(events, exposure):
    """Twice what a peak gains over a rise, and over a fall."""
    best, *one_way = (
        likelihood(events, exposure, shares)
        for shares in (
            peaked(events, exposure),
            fitted(events, exposure, increasing=True),
            fitted(events, exposure, increasing=False),
        )
    )
    return 2 * (best - np.array(one_way))


@pytest.fixture
def counted(runs_of):
    """Runs of which so many dissolve in month 1, 2, ..., of so many that all are watched."""

    def build(counts, size):
        dissolved = np.repeat(np.arange(1, len(counts) + 1), counts)
        dissolved = np.concatenate([dissolved, np.zeros(size - len(dissolved), dtype=int)])
        return runs_of(np.zeros(size, dtype=int), dissolved, len(counts))

    return build


def peak_of(runs):
    row = hazard_shape(runs, event="dissolved", width=1, draws=1).iloc[0]
    return row["peak_from"], row["peak_to"], row["peak"]


@pytest.mark.parametrize(
    ("counts", "size", "first", "last", "share"),
    [
        ([1, 5, 1], 100, 2, 2, 5 / 99),
        ([5, 2, 1], 100, 1, 1, 5 / 100),
        ([1, 2, 5], 100, 3, 3, 5 / 97),
        ([1, 2, 8, 6, 1], 100, 3, 3, 8 / 97),
        ([2, 1, 8, 1, 2], 100, 3, 3, 8 / 97),
        ([0, 0, 3, 4, 0], 100, 4, 4, 4 / 97),
        # As dangerous as each other: one peak, on a fall, after a rise, and up to the end.
        ([4, 2, 1, 0], 8, 1, 3, 7 / 14),
        ([1, 4, 2, 0], 9, 2, 3, 6 / 12),
        ([1, 4, 2], 9, 2, 3, 6 / 12),
        ([2, 1], 4, 1, 2, 3 / 6),
        # Two peaks: the one that more is known about.
        ([0, 9, 0, 0, 3, 0], 100, 2, 2, 9 / 100),
        ([0, 3, 0, 0, 9, 0], 100, 5, 5, 9 / 97),
    ],
)
def test_a_peak_by_hand(counted, counts, size, first, last, share):
    assert peak_of(counted(counts, size)) == (first, last, pytest.approx(12 * share))


def test_a_peak_is_the_top_of_the_likeliest_hazard_also_where_few_are_left(counted):
    """Tables in which about half of those at risk leave every month."""
    generator = np.random.default_rng(52)
    for _ in range(40):
        hazards = generator.uniform(0.2, 0.8, 5)
        counts, left = [], 3000
        for hazard_of_month in hazards:
            counts.append(int(generator.binomial(left, hazard_of_month)))
            left -= counts[-1]
        exposure = 3000 - np.cumsum([0, *counts[:-1]])
        shares = peaked(np.array(counts), exposure)
        top = np.flatnonzero(np.isclose(shares, shares.max())) + 1
        assert peak_of(counted(counts, 3000)) == (top[0], top[-1], pytest.approx(12 * max(shares)))


def test_without_events_all_months_are_alike(counted):
    assert peak_of(counted([0, 0, 0], 5)) == (1, 3, 0)


def test_likelihoods_by_hand():
    """1 of 4, then 2 of 4: a rise as seen, or a fall of 3 in 8 throughout."""
    up, down = np.array([1, 2]), np.array([2, 1])
    exposure = np.array([4, 4])
    seen = math.log(1 / 4) + 3 * math.log(3 / 4) + 4 * math.log(2 / 4)
    flat = 3 * math.log(3 / 8) + 5 * math.log(5 / 8)
    rise, fall = shape_fits(up, exposure), shape_fits(down, exposure)
    assert rise[:3] == pytest.approx((seen, flat, seen))
    assert fall[:3] == pytest.approx((flat, seen, seen))


def test_a_peak_in_the_middle_by_hand():
    """1, 5 and 1 of 10: neither way fits the step back."""
    fits = shape_fits(np.array([1, 5, 1]), np.array([10, 10, 10]))
    one, five = math.log(0.1) + 9 * math.log(0.9), 10 * math.log(0.5)
    pooled = 6 * math.log(0.3) + 14 * math.log(0.7)
    assert fits[:3] == pytest.approx((one + pooled, pooled + one, 2 * one + five))
    assert fits.last_of_rise in (0, 1)


def test_steps_back_are_pooled_as_far_as_they_reach():
    """A fall after three rises of different exposures is pooled with as many as it undercuts."""
    events, exposure = np.array([1, 2, 6, 0, 9]), np.array([20, 20, 30, 15, 20])
    last = 9 * math.log(9 / 20) + 11 * math.log(11 / 20)
    first = math.log(1 / 20) + 19 * math.log(19 / 20)
    second = 2 * math.log(1 / 10) + 18 * math.log(9 / 10)
    pooled = 6 * math.log(6 / 45) + 39 * math.log(39 / 45)
    assert shape_fits(events, exposure).rising == pytest.approx(first + second + pooled + last)


@pytest.fixture
def runs(drawn_runs):
    runs = drawn_runs(np.random.default_rng(51), 200, mature=0.01, dissolve=0.02)
    cause = np.where(np.arange(200) % 3 == 0, "vote", "breach")
    return runs.assign(
        cause=pd.Series(cause, dtype="object").where(runs["month_dissolved"].notna(), None)
    )


ASKED = [
    {"event": "dissolved"},
    {"event": "dissolved", "width": 10, "until": 45},
    {"event": "dissolved", "cause": "vote", "width": 12},
    {"event": "matured", "view": "subdistribution", "until": 50},
    {"event": "matured", "view": "cause-specific", "until": 50},
]


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_every_column_of_the_row_against_scipy(runs, asked):
    """Chances: the share of constant hazards, drawn from the seed, with a ratio as large."""
    row = hazard_shape(runs, **asked, draws=60, seed=4).iloc[0]
    assert row.index.tolist() == COLUMNS
    table = hazard(runs, **asked)
    events, exposure = table["events"].to_numpy(), table["person_months"].to_numpy()
    found = ratios(events, exposure)
    assert row[["ratio_rising", "ratio_falling"]].tolist() == pytest.approx(found.tolist())
    chance = events.sum() / exposure.sum()
    drawn = np.random.default_rng(4).binomial(exposure, chance, size=(60, len(exposure)))
    as_large = sum(ratios(one, exposure) >= found - 1e-9 for one in drawn)
    chances = (1 + as_large) / 61
    assert row[["p_rising", "p_falling"]].tolist() == chances.tolist()
    assert row["p_value"] == max(chances)
    assert row[["stretches", "events", "draws", "n"]].tolist() == [
        *(len(table), events.sum(), 60, 200)
    ]
    name = asked["event"] + (": vote" if "cause" in asked else "")
    assert row["event"] == table["event"].iloc[0] == name
    peak = table[(table["month_from"] >= row["peak_from"]) & (table["month_to"] <= row["peak_to"])]
    assert peak["month_from"].iloc[0] == row["peak_from"]
    assert peak["month_to"].iloc[-1] == row["peak_to"]
    assert row["peak"] == pytest.approx(12 * peak["events"].sum() / peak["person_months"].sum())


def test_by_default_999_draws_from_seed_0_in_half_years_of_those_still_waiting(runs):
    default = hazard_shape(runs, event="matured")
    said = {"width": 6, "view": "cause-specific", "until": None, "draws": 999, "seed": 0}
    pd.testing.assert_frame_equal(default, hazard_shape(runs, event="matured", **said))
    assert default["draws"].item() == 999
    assert default["stretches"].item() == 10
    for other in ({"seed": 1}, {"draws": 998}, {"width": 7}, {"view": "subdistribution"}):
        assert not hazard_shape(runs, event="matured", **{**said, **other}).equals(default)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"draws": 0}, "draws = 0"),
        ({"width": 0}, "width = 0"),
        ({"until": 61}, "until = 61"),
        ({"view": "other"}, "view = other"),
    ],
)
def test_refusals_name_the_test_of_shape(runs, asked, said):
    with pytest.raises(TableError, match=f"^hazard_shape, {said}:"):
        hazard_shape(runs, event="dissolved", **asked)


def test_a_single_draw_is_enough(counted):
    row = hazard_shape(counted([1, 50, 1], 1000), event="dissolved", width=1, draws=1).iloc[0]
    assert row["p_value"] == 0.5
