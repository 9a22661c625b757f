"""Draws of a calibrated model against published dates: known answers, and planted misfits."""

import doctest

import numpy as np
import pandas as pd
import pytest
from E10_stp_dates import dates

import trustsim as ts
from trustsim import calibration, data
from trustsim.analysis import TableError

INSPECTIONS = (1.25, 2.19, 3.26, 4.18, 4.73)


@pytest.fixture(scope="module")
def units():
    return data.read("ics_units")


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(dates, extraglobs={"np": np}).failed == 0


def test_the_curve_at_the_inspections_is_the_counted_share(units):
    """Counted: 11, 14, 18 and 29 of 42 by the later inspections; 8 at most by the first."""
    found = dates.designated_by(units, INSPECTIONS)
    assert found[1:] == pytest.approx(np.array([11, 14, 18, 29]) / 42, abs=1e-6)
    assert 6 / 42 - 1e-6 <= found[0] <= 8 / 42 + 1e-6


def test_mass_that_is_not_settled_by_a_year_is_left_out(units):
    assert dates.designated_by(units, [1.0, 100.0]) == pytest.approx([0, 29 / 42], abs=1e-6)


def test_the_bootstrap_band_is_of_the_size_of_a_binomial_one(units):
    band = dates.designation_band(units, INSPECTIONS, resamples=200, seed=1)
    assert band["month"].tolist() == [15, 26, 39, 50, 56]
    share = band["estimate"].to_numpy()
    width = (band["high"] - band["low"]).to_numpy()
    assert width == pytest.approx(2 * 1.96 * np.sqrt(share * (1 - share) / 42), rel=0.2)
    assert (band["low"] <= share).all()
    assert (share <= band["high"]).all()


def weibull_units(shape, scale, size, every, last, seed):
    """Times known between inspections; those after the last are forced by it."""
    times = scale * np.random.default_rng(seed).weibull(shape, size)
    left = np.minimum(np.floor(times / every) * every, last)
    forced = left >= last
    columns = {"left_years": left, "right_years": left + every, "deadline_forced": forced * 1}
    return pd.DataFrame(columns)


@pytest.mark.parametrize(("shape", "scale"), [(0.8, 3.0), (2.0, 5.0)])
def test_a_weibull_is_found_again_from_intervals(shape, scale):
    units = weibull_units(shape, scale, size=20_000, every=1.0, last=6.0, seed=3)
    assert dates.weibull_fit(units) == pytest.approx((shape, scale), rel=0.04)


def test_draws_of_a_weibull_have_its_shares():
    by = [1.0, 2.0, 4.0]
    found = dates.weibull_draws(1.5, 3.0, by, size=42, draws=20_000, seed=2)
    wanted = dates.weibull_by(1.5, 3.0, by)
    assert found.mean(axis=0) == pytest.approx(wanted, abs=0.005)
    spread = np.sqrt(wanted * (1 - wanted) / 42)
    assert found.std(axis=0) == pytest.approx(spread, rel=0.05)
    assert (np.diff(found, axis=1) >= 0).all()


POINTS = np.repeat([7, 3, 5], [100, 100, 100])
SURE = np.where(POINTS == 7, 1.0, np.inf)  # all of one point at once, none of the others


def test_alike_systems_are_all_of_one_point():
    rows = dates.drawn(POINTS, size=20, draws=300, seed=1)
    assert rows.shape == (300, 20)
    drawn = POINTS[rows]
    assert (drawn == drawn[:, :1]).all()
    assert set(drawn[:, 0]) == {3, 5, 7}


def test_systems_of_their_own_points_are_mixed_evenly():
    rows = dates.drawn(POINTS, size=200, draws=200, seed=1, alike=False)
    share = (POINTS[rows] == 3).mean()
    assert share == pytest.approx(1 / 3, abs=0.01)
    assert len(np.unique(rows)) == len(POINTS)


def test_points_of_unequal_size_are_drawn_as_often():
    points = np.repeat([0, 1], [10, 990])
    rows = dates.drawn(points, size=5, draws=4000, seed=4)
    assert (points[rows[:, 0]] == 0).mean() == pytest.approx(0.5, abs=0.04)


def test_doubt_about_the_point_widens_the_band_of_alike_systems_only():
    alike, own = (
        dates.shares_by(SURE, dates.drawn(POINTS, size=42, draws=2000, seed=5, alike=which), [6])
        for which in (True, False)
    )
    assert set(np.unique(alike)) == {0.0, 1.0}
    assert alike.mean() == pytest.approx(1 / 3, abs=0.04)
    assert own.std() == pytest.approx(np.sqrt(2 / 9 / 42), rel=0.1)


def when_and_draws(rate, seed, draws=1000, size=42):
    luck = np.random.default_rng(seed)
    when = luck.exponential(rate, 4000)
    rows = luck.integers(0, len(when), (draws, size))
    return when, dates.shares_by(when, rows, [12, 24, 36, 48])


def test_data_of_the_model_itself_are_refused_as_often_as_said():
    """p is evenly spread, and the band holds 95 %, if the data are one more draw."""
    when, shares = when_and_draws(40.0, seed=6)
    luck = np.random.default_rng(7)
    found = []
    for _ in range(400):
        other = dates.shares_by(when, luck.integers(0, len(when), (1, 42)), [12, 24, 36, 48])[0]
        found.append(dates.compared(other, shares))
    assert np.mean([one.p <= 0.1 for one in found]) == pytest.approx(0.1, abs=0.045)
    assert np.mean([one.p <= 0.5 for one in found]) == pytest.approx(0.5, abs=0.08)
    assert np.mean([one.inside for one in found]) == pytest.approx(0.96, abs=0.02)


def test_a_planted_misfit_is_refused():
    _, shares = when_and_draws(40.0, seed=6)
    other, _ = when_and_draws(160.0, seed=8)
    wrong = [(other <= month).mean() for month in (12, 24, 36, 48)]
    found = dates.compared(wrong, shares)
    assert found.p < 0.01
    assert found.inside < 0.5
    assert found.low <= found.p <= found.high


def test_a_share_too_many_is_refused():
    with pytest.raises(TableError, match="Draw a share for each"):
        dates.compared([0.1, 0.2, 0.3], np.zeros((10, 2)))


def test_the_band_is_the_middle_of_the_draws():
    shares = np.linspace(0, 1, 1001)[:, None] * [1.0, 0.5]
    band = dates.predictive_band(shares, [12, 24], size=42)
    assert band["low"].tolist() == pytest.approx([0.025, 0.0125])
    assert band["high"].tolist() == pytest.approx([0.975, 0.4875])
    assert band["estimate"].tolist() == pytest.approx([0.5, 0.25])
    assert band[["n", "draws"]].to_numpy().tolist() == [[42, 1001]] * 2


def test_what_a_setting_chooses_itself_stays_at_every_point():
    places = dates.places(ts.scenario("coalition"), points=5)
    assert len(places) == 5
    assert {one.values()["pressure"] for one in places} == {0.5}
    assert {one.values()["meetings"] for one in places} == {4.0}
    assert len({one.values()["willingness"] for one in places}) == 5
    assert all(one.interventions for one in places)


def test_points_are_the_whole_posterior_if_none_are_counted():
    pd.testing.assert_frame_equal(dates.plausible(), calibration.posterior())
    assert len(dates.places(ts.scenario("voluntary"))) == len(dates.plausible())


@pytest.mark.parametrize("name", ["voluntary", "stp", "coalition"])
def test_places_are_the_scenarios_that_calibration_makes(name):
    """Two ways to one thing: a setting's own choices stay in both, in the order of the draws."""
    base = ts.scenario(name)
    assert dates.places(base, points=200) == calibration.posterior_scenarios(base, 200)


def test_some_points_are_spread_over_the_list():
    wanted = dates.plausible()["willingness"].iloc[[0, 99, 199]].tolist()
    found = dates.places(ts.scenario("voluntary"), points=3)
    assert [one.values()["willingness"] for one in found] == wanted


def test_a_choice_that_is_the_default_stays_too():
    """Which choices stay is told by the setting, so one that equals the default stays as well."""
    base = ts.scenario("coalition").with_(meetings=ts.scenario("voluntary").values()["meetings"])
    assert "meetings" not in base.overrides
    assert {one.values()["meetings"] for one in dates.places(base, points=4)} == {
        base.values()["meetings"]
    }


def test_cells_have_luck_of_their_own_and_arms_are_twins():
    base = ts.scenario("dyad")
    cells = [(4, base), (4, base), (9, base.with_(negativity=1.5))]
    one = dates.lived(cells, replicates=20, seed=3, months=24)
    assert one["point"].tolist() == [4] * 40 + [9] * 20
    assert one["replicate"].tolist() == list(range(60))
    halves = [one["mean_trust"].to_numpy()[part] for part in (slice(20), slice(20, 40))]
    assert not np.array_equal(*halves)
    again = dates.lived(
        [(point, cell + ts.interventions.mandate(start=24)) for point, cell in cells],
        replicates=20,
        seed=3,
        months=24,
    )
    assert np.array_equal(one["mean_trust"], again["mean_trust"])


def test_months_are_infinite_where_nothing_happened():
    table = pd.DataFrame({"month_matured": pd.array([5, None], "Int64")})
    assert dates.months_until(table, "month_matured").tolist() == [5.0, np.inf]
