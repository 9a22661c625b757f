"""A scenario in weeks or quarters means the same year."""

import numpy as np
import pandas as pd
import pytest
from E13_robustness import timestep

import trustsim as ts
from trustsim.errors import StudyError
from trustsim.model.parameters import PARAMETERS


def test_a_month_is_left_alone():
    scenario = ts.scenario("voluntary") + ts.interventions.coordinator(start=6)
    assert timestep.in_steps(scenario, "month") is scenario


def test_rates_and_chances_of_a_quarter_are_those_of_three_months_in_a_row():
    scenario = ts.scenario("voluntary")
    quarter = timestep.in_steps(scenario, "quarter").values()
    month = scenario.values()
    for name in ("routine_growth", "adaptation", "outside_hazard", "refill", "goodwill_spend"):
        left = 1 - month[name]
        assert quarter[name] == pytest.approx(1 - left * left * left)
    for name in timestep.KEPT:
        assert quarter[name] == pytest.approx(month[name] ** 3)
    assert quarter["meetings"] == 3 * month["meetings"]
    assert quarter["tenure"] == month["tenure"] / 3
    assert quarter["maturity_hold"] == 2
    assert quarter["tokenistic_hold"] == 8


def test_members_go_on_judging_by_a_month_unless_told_otherwise():
    scenario = ts.scenario("voluntary")
    weekly = timestep.in_steps(scenario, "week")
    assert weekly.values()["results_window"] == pytest.approx(52 / 12)
    assert timestep.in_steps(scenario, "week", judged_monthly=False) == weekly.with_(
        results_window=1
    )


def test_every_parameter_that_speaks_of_months_is_converted_or_named_as_not():
    """A new parameter with a month in its unit must not be overlooked."""
    scenario = ts.scenario("voluntary")
    other = {p.name: (p.low + min(p.high, 10 * p.default + 1)) / 2 for p in PARAMETERS}
    other |= {"organisations": 8.0, "people": 2.0, "tiers": 2.0}
    other |= {"maturity_hold": 12, "tokenistic_hold": 12, "may_exit": 1, "trust_rule": 0}
    known = scenario.with_(**{name: other[name] for name in scenario.values()}).values()
    found = timestep.in_steps(scenario.with_(**known), "week").values()
    for parameter in PARAMETERS:
        speaks = "month" in parameter.unit and parameter.name not in timestep.PER_STEP
        if speaks or parameter.name in timestep.KEPT:
            assert found[parameter.name] != known[parameter.name], parameter.name
        else:
            assert found[parameter.name] == known[parameter.name], parameter.name


def test_windows_and_events_are_converted():
    mandate = ts.interventions.mandate(start=12, months=24)
    shock = ts.interventions.replace_leaders(start=6)
    weekly = timestep.in_steps(ts.scenario("voluntary") + mandate + shock, "week")
    lasting, event = weekly.interventions
    assert {(c.start, c.months) for c in lasting.changes} == {(52, 104)}
    assert all(c.months == 1 for c in event.changes if c.parameter == "replacement")
    assert {c.start for c in event.changes} == {26}


def test_dates_come_back_in_months():
    weeks = pd.DataFrame({"replicate": [0, 1, 2], "month_matured": [52, 53, pd.NA]})
    weeks["month_matured"] = weeks["month_matured"].astype("Int64")
    dated = timestep.in_months(weeks, "week")["month_matured"]
    assert dated[:2].tolist() == [12, 13]
    assert dated.isna()[2]


def test_an_unknown_step_is_refused_with_what_there_is():
    with pytest.raises(StudyError, match="must be one of week, month, quarter"):
        timestep.in_steps(ts.scenario("voluntary"), "weak")


def test_turnover_of_a_year_does_not_hang_on_the_step():
    """Leaders leave as often whatever the step: 4 standard errors, one false alarm in 16,000."""
    scenario = ts.scenario("voluntary").with_(turnover_frustration=0.0, may_exit=0)
    rates = {}
    for step, steps in (("week", 104), ("month", 24), ("quarter", 8)):
        runs = ts.simulate(timestep.in_steps(scenario, step), replicates=200, seed=5, months=steps)
        # person_months counts steps in which a seat was held.
        years = runs.runs["person_months"].sum() * timestep.length_of(step) / 12
        rates[step] = (runs.runs["departures"].sum() / years, years)
    expected = rates["month"][0]
    for rate, years in rates.values():
        # A chance of d / tenure a step is a little less often than a rate; up to d / 2 tenure.
        assert abs(rate - expected) < 4 * np.sqrt(2 * expected / years) + expected * 3 / 60
