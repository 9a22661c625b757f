"""Null models: their closed forms, their two targets, and the shapes of hazard they can show."""

import math

import null_models
import numpy as np
import pytest
from E09_peers import nulls

from trustsim import schema, theory
from trustsim.analysis.events import first_events
from trustsim.analysis.summaries import time_to_maturity
from trustsim.analysis.survival import hazard
from trustsim.calibration import TARGETS
from trustsim.errors import ParameterError

SIZE, MONTHS = 20_000, 120
BANDS = {target.name: (target.low, target.high) for target in TARGETS}
MODELS = {
    "constant hazard": nulls.constant_hazard,
    "random walk": nulls.random_walk,
    "frailty": nulls.frailty,
    "ageing frailty": lambda **size: nulls.frailty(ageing=2.0, **size),
}


@pytest.fixture(scope="module", params=MODELS)
def runs(request):
    """Many partnerships of one null model."""
    return MODELS[request.param](replicates=SIZE, seed=7, months=MONTHS)


def dissolved_by(runs, month):
    return float((runs["month_dissolved"].fillna(MONTHS + 1).to_numpy(dtype=int) <= month).mean())


def test_five_year_dissolution_is_the_middle_of_the_calibration_band(runs):
    """Six standard errors: false alarms below one in a hundred million.

    The random walk gets .01 more, for its barrier is placed by an approximation.
    """
    middle = sum(BANDS["dissolved by 5 years"]) / 2
    error = math.sqrt(middle * (1 - middle) / SIZE)
    assert abs(dissolved_by(runs, 60) - middle) < 6 * error + 0.01


@pytest.mark.parametrize("years", [3, 5, 7])
def test_dissolution_lies_in_every_calibration_band(runs, years):
    low, high = BANDS[f"dissolved by {years} years"]
    assert low < dissolved_by(runs, 12 * years) < high


def test_the_median_month_to_maturity_lies_in_the_calibration_band(runs):
    low, high = BANDS["median months to maturity"]
    assert low < runs["month_matured"].dropna().astype(float).median() < high


def test_every_analysis_of_runs_takes_the_table(runs):
    kinds = {column.name: column for column in schema.RUNS}
    assert set(runs.columns) == set(nulls.COLUMNS) <= set(kinds)
    assert runs["dissolved"].equals(runs["month_dissolved"].notna())
    assert runs["matured"].equals(runs["month_matured"].notna())
    assert (runs["cause"].notna() == runs["dissolved"]).all()
    later = runs["month_matured"] > runs["month_dissolved"]
    assert not later.fillna(False).any()
    table = time_to_maturity(runs, horizon=MONTHS)
    assert table["estimate"].notna().all()


def test_a_longer_horizon_changes_nothing_that_came_before():
    for model in MODELS.values():
        short = model(replicates=500, seed=3, months=40)
        long = model(replicates=500, seed=3, months=80)
        for column in ("month_matured", "month_dissolved"):
            assert short[column].equals(long[column].where(long[column] <= 40)), column


def test_constant_chances_give_the_closed_form_of_competing_risks():
    """Both cumulative incidences, at five times, within six standard errors of a share."""
    runs = nulls.constant_hazard(replicates=SIZE, seed=11, months=MONTHS)
    chances = nulls.constant_chances()
    # Maturity comes first in a month, so only those it spares can dissolve unmatured.
    hazards = [chances.maturity, (1 - chances.maturity) * chances.dissolution]
    times = [6, 24, 60, 96, 120]
    expected = theory.cumulative_incidence(times, hazards)
    first = first_events(runs, "matured")
    for kind, wanted in ((1, expected[0]), (2, expected[1])):
        shares = [((first.cause == kind) & (first.month <= month)).mean() for month in times]
        assert np.abs(np.array(shares) - wanted).max() < 6 * 0.5 / math.sqrt(SIZE)


def test_the_constant_hazard_is_constant_and_that_of_mere_heterogeneity_only_falls():
    """Exact Poisson intervals of six 20-month stretches, at six standard errors."""
    flat = hazard(nulls.constant_hazard(replicates=SIZE, seed=5, months=MONTHS),
                  event="dissolved", width=20)  # fmt: skip
    yearly = 12 * nulls.constant_chances().dissolution
    errors = np.sqrt(flat["events"]) / flat["events"] * yearly
    assert (np.abs(flat["estimate"] - yearly) < 6 * errors).all()
    mixed = hazard(nulls.frailty(replicates=SIZE, seed=5, months=MONTHS),
                   event="dissolved", width=20)  # fmt: skip
    assert (np.diff(mixed["estimate"]) < 0).all()


def test_ageing_makes_the_hazard_of_a_mixed_population_a_hump():
    runs = nulls.frailty(replicates=SIZE, seed=5, months=240, ageing=2.0)
    yearly = hazard(runs, event="dissolved", width=24)["estimate"].to_numpy()
    peak = int(yearly.argmax())
    assert 0 < peak < len(yearly) - 1
    assert yearly[0] < 0.7 * yearly[peak]
    assert yearly[-1] < 0.7 * yearly[peak]


def test_frailty_gives_the_closed_form_of_survival():
    runs = nulls.frailty(replicates=SIZE, seed=13, months=MONTHS)
    chance = nulls.frailty_chances().dissolution
    for month in (12, 60, 120):
        wanted = 1 - null_models.frailty_survival(month, hazard=chance, variance=nulls.VARIANCE)
        assert abs(dissolved_by(runs, month) - wanted) < 6 * 0.5 / math.sqrt(SIZE)


def test_walks_between_two_barriers_follow_the_method_of_images():
    """Seen once a month and with barriers .5826 nearer: within .01 and six standard errors."""
    below, above = 6.0, 9.0
    risen, fallen = nulls.walks_between(
        np.random.default_rng(2),
        walks=SIZE,
        months=MONTHS,
        below=below - nulls.OVERSHOOT,
        above=above - nulls.OVERSHOOT,
    )
    for month in (24, 60, 120):
        wanted = nulls.share_above_by(float(month), below=below, above=above)
        found = float(((risen <= month) & (risen < fallen)).mean())
        assert abs(found - wanted) < 6 * math.sqrt(wanted * (1 - wanted) / SIZE) + 0.01


def test_the_share_above_tends_to_the_ratio_of_the_distances():
    assert nulls.share_above_by(1e6, below=2.0, above=6.0) == pytest.approx(0.25, abs=1e-12)
    assert nulls.share_above_by(1e-3, below=2.0, above=6.0) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("wrong", [{"replicates": 0}, {"months": 0}, {"seed": -1}])
def test_counts_out_of_range_are_refused(wrong):
    size = {"replicates": 5, "seed": 0, "months": 12, **wrong}
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        nulls.random_walk(**size)


def test_ageing_out_of_range_is_refused():
    with pytest.raises(ParameterError, match="ageing"):
        nulls.frailty(replicates=5, seed=0, months=12, ageing=0.0)
