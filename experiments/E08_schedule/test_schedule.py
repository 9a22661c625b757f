"""The search keeps its budget and its limit, and does not flatter its answer."""

import numpy as np
import pandas as pd
import pytest
from E08_schedule.picture import plot_schedules
from E08_schedule.schedule import search_schedule
from E08_schedule.schedule_plans import (
    Purchase,
    Schedule,
    apart,
    plain_schedules,
    schedule_of,
)
from hypothesis import given
from hypothesis import strategies as st

import trustsim as ts
from trustsim.analysis.intervals import paired_shares
from trustsim.errors import ParameterError
from trustsim.scenarios.costs import person_months

SMALL = {"evaluations": 16, "replicates": 20, "retest_replicates": 30, "others": 2, "by": 24}


@pytest.fixture(scope="module")
def base():
    return ts.scenario("voluntary").with_(organisations=3, people=1)


@pytest.fixture(scope="module")
def found(base):
    return search_schedule(base, budget=6, seed=5, **SMALL)


@given(
    point=st.lists(st.floats(0, 1), min_size=8, max_size=8),
    budget=st.floats(0.5, 66),
    by=st.integers(12, 120),
)
def test_no_point_costs_more_than_the_budget_or_lasts_beyond_the_end(point, budget, by):
    schedule = schedule_of(np.array(point), budget, by)
    assert schedule.person_months <= budget + 1e-9
    assert all(one.start + one.months <= by and one.months > 0 for one in schedule.purchases)
    assert all(0.1 <= one.dose <= 1 for one in schedule.purchases)


def test_what_a_schedule_costs_is_what_the_library_counts(base):
    for schedule in plain_schedules(18, 60).values():
        scenario = base + schedule.interventions()
        assert float(person_months(scenario, 60)) == pytest.approx(schedule.person_months)
        assert schedule.person_months == pytest.approx(18)


def test_a_coordinator_for_36_months_is_the_whole_budget():
    one = plain_schedules(18, 60)["coordinator"]
    assert one.purchases == (Purchase("coordinator", 0, 36, 1.0),)


def test_how_far_apart_two_schedules_are():
    first = Schedule((Purchase("handover", 0, 10, 1.0),))
    later = Schedule((Purchase("handover", 5, 10, 1.0),))
    assert apart(first, first, 1.0, 60) == 0
    assert apart(first, later, 1.0, 60) == pytest.approx(0.5)


def test_the_answer_is_the_best_of_those_that_keep_the_limit(found):
    kept = found.candidates[found.candidates["within_limit"]]
    chosen = found.candidates[found.candidates["schedule"] == str(found.best)].iloc[0]
    assert chosen["within_limit"]
    assert chosen["matured"] == kept["matured"].max()
    assert (kept["dissolved"] <= found.limit).all()
    assert (found.candidates["person_months"] <= 6 + 1e-9).all()


def test_no_more_schedules_are_simulated_than_allowed_and_none_twice(found):
    assert len(found.candidates) == SMALL["evaluations"] + 1  # and nothing at all
    assert found.candidates["schedule"].is_unique


def test_the_same_seed_finds_the_same(base, found):
    again = search_schedule(base, budget=6, seed=5, **SMALL)
    assert again.best == found.best
    assert again.candidates.equals(found.candidates)
    assert again.retest.equals(found.retest)


def test_the_retest_is_on_other_luck_and_paired(base, found):
    scenario = base + found.best.interventions()
    runs = ts.simulate(scenario, replicates=30, seed=6, months=24 + 6).runs
    matured = (runs["month_matured"].fillna(99) <= 24).to_numpy(dtype=float)
    assert found.fresh("found").matured.tolist() == matured.tolist()
    row = found.retest.set_index("schedule").loc["coordinator"]
    difference = matured - found.fresh("coordinator").matured
    up, down = int((difference > 0).sum()), int((difference < 0).sum())
    assert row["found_minus_this"] == pytest.approx(difference.mean())
    bounds = paired_shares(up, down, size=30)
    assert (row["found_minus_this_low"], row["found_minus_this_high"]) == pytest.approx(bounds)


def test_what_cannot_be_told_from_the_answer_is_listed(found):
    rows = found.retest[found.retest["schedule"] != "found"]
    holds_nothing = (rows["found_minus_this_low"] <= 0) & (rows["found_minus_this_high"] >= 0)
    assert found.nearly_equal["schedule"].tolist() == rows["schedule"][holds_nothing].tolist()
    assert {"coordinator", "coaching", "even", "nothing"} <= set(found.retest["schedule"])


def test_optimism_is_promised_minus_fresh(found):
    row = found.optimism.set_index(["outcome", "quantity"]).loc[("matured", "share")]
    promised = found.candidates.set_index("schedule").loc[str(found.best), "matured"]
    assert row["searched"] == promised
    assert row["optimism"] == pytest.approx(promised - found.fresh("found").matured.mean())
    assert row["low"] < row["optimism"] < row["high"]


def test_progress_counts_every_partnership(base):
    counted = []
    search_schedule(base, budget=6, seed=5, progress=counted.append, **SMALL)
    assert set(counted) == {20, 30}
    assert counted.count(20) == SMALL["evaluations"] + 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"budget": 0.2}, "person-months: a month of a coordinator"),
        ({"budget": 27.0}, "everything at full dose for 24 months"),
        ({"budget": float("nan")}, "person-months"),
        ({"most_dissolved": 1.5}, "must be a share"),
        ({"evaluations": 3}, "schedules simulated"),
        ({"replicates": 2.5}, "whole number"),
        ({"by": 6}, "month by which"),
    ],
)
def test_what_makes_no_sense_is_refused(base, change, says):
    with pytest.raises(ParameterError, match=says):
        search_schedule(base, **{"budget": 6, **SMALL, **change})


def test_a_limit_that_nobody_keeps_is_said(base):
    doomed = base.with_(outside_hazard=0.2)
    with pytest.raises(ParameterError, match="is kept by none of"):
        search_schedule(doomed, budget=6, most_dissolved=0.0, **SMALL)


def test_a_scenario_that_has_it_already_is_refused(base):
    with pytest.raises(ParameterError, match="is there already"):
        search_schedule(base + ts.interventions.coordinator(), budget=6, **SMALL)


def test_a_schedule_of_ones_own_is_tried_again_and_never_searched(base, found):
    own = Schedule((Purchase("handover", 1, 23, 0.95),))
    with_own = search_schedule(base, budget=6, seed=5, also={"mine": own}, **SMALL)
    assert with_own.best == found.best
    assert with_own.candidates.equals(found.candidates)
    row = with_own.retest.set_index("schedule").loc["mine"]
    assert row["bought"] == str(own)
    assert row["matured"] == with_own.fresh("mine").matured.mean()


@pytest.mark.parametrize(
    ("name", "months", "says"),
    [("even", 2, "name of another"), ("mine", 30, "end by month 24"), ("other 1", 2, "name of")],
)
def test_a_schedule_of_ones_own_that_cannot_be_is_refused(base, name, months, says):
    own = Schedule((Purchase("handover", 0, months, 1.0),))
    with pytest.raises(ParameterError, match=says):
        search_schedule(base, budget=6, also={name: own}, **SMALL)


def test_an_unknown_schedule_is_refused(found):
    with pytest.raises(ParameterError, match="must be one of found"):
        found.fresh("luck")


def test_a_schedule_is_drawn_over_its_months():
    table = pd.DataFrame(
        {
            "schedule": ["found", "found", "even"],
            "item": ["coordinator", "handover", "coordinator"],
            "start": [6, 0, 0],
            "months": [36, 60, 60],
            "dose": [1.0, 0.5, 0.2],
            "result": ["+12", "+12", "+8"],
        }
    )
    ax = plot_schedules(table, 60, results="points")
    spans = [(bar.get_x(), bar.get_width()) for bar in ax.patches]
    assert spans == [(6, 36), (0, 60), (0, 60)]
    heights = [bar.get_height() for bar in ax.patches]
    assert heights[0] > heights[1] > heights[2]
    texts = [text.get_text() for text in ax.texts]
    assert texts.count("+12") == 1
    assert "handover, dose 0.5" in texts
