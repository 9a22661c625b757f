"""One table against another of the same simulation, and counts against what was planted.

Sums of whole numbers are equal; sums of others to rounding (1e-9).
"""

import numpy as np
import pytest

import trustsim as ts
from tests.joins.conftest import still
from trustsim import theory
from trustsim.analysis import turnover_rate
from trustsim.schema import STATUSES

do = ts.interventions


def near(found, truth, error):
    """Within 4.9 standard errors of the closed form: a false alarm in a million."""
    return abs(found - truth) <= 4.9 * error


def test_turnover_is_one_in_a_tenure(serving):
    """Two years of service: half a departure a person and year."""
    row = turnover_rate(serving.runs).iloc[0]
    served = 2000 * 60 * 6
    assert near(row["estimate"], 0.5, 12 * np.sqrt(1 / 24 * 23 / 24 / served))
    # Of 30,000 departures: Poisson's interval, or up to a tenth wider by the spread that was found.
    half = (row["high"] - row["low"]) / 2
    assert half == pytest.approx(1.96 * np.sqrt(0.5 / (served / 12)), rel=0.1)


def test_turnover_does_not_see_decrees():
    """The case that gave -0.76 a year: a fifth of leaders replaced in every month of ten years."""
    scenario = still("willing", tenure=24.0) + do.replace_leaders(start=0, months=120, share=0.2)
    runs = ts.simulate(scenario, replicates=400, months=120, seed=2024).runs
    served = 400 * 120 * 2
    row = turnover_rate(runs).iloc[0]
    assert near(row["estimate"], 0.5, 12 * np.sqrt(1 / 24 * 23 / 24 / served))
    # Each is a leader. Who leaves of their own accord in that month is not replaced by decree.
    chance = 0.2 * 23 / 24
    decreed = int(runs["replaced_by_decree"].sum())
    assert near(decreed, served * chance, np.sqrt(served * chance * (1 - chance)))


def test_departures_per_month_alive_are_those_of_a_tenure():
    """Partnerships end at another hazard: that changes how many leave, and not how many a month.

    The variance of a rate over L months is that of a Bernoulli over L, and of at most one month.
    """
    from trustsim.analysis.outcomes import outcomes

    scenario = still("willing", tenure=24.0, may_exit=1, outside_hazard=0.02)
    runs = ts.simulate(scenario, replicates=4000, months=60, seed=2024).runs
    known = {one.name: one for one in outcomes([], 60, 60)}
    rates = known["departures per month alive"].measure(runs)
    lived = runs["months"].to_numpy()
    error = np.sqrt((2 / 24 * 23 / 24 / lived).sum()) / len(runs)
    assert near(rates.mean(), 2 / 24, error)


def test_members_are_lost_at_their_hazard():
    scenario = still("willing", organisations=20, may_exit=1, outside_hazard=0.01)
    runs = ts.simulate(scenario, replicates=1000, months=24, seed=2024)
    table = runs.attrition([12, 24]).set_index(["month", "quantity"])
    for month in (12, 24):
        gone = 1 - float(theory.geometric_survival(month, 0.01))
        spread = np.sqrt(20 * gone * (1 - gone) / 1000)
        row = table.loc[(month, "mean members lost")]
        assert near(row["estimate"], 20 * gone, spread)
        # The interval's own error, from 1,000 partnerships, is known to one part in 45.
        half = (row["high"] - row["low"]) / 2 / 1.96
        assert half == pytest.approx(spread, rel=4.9 / np.sqrt(2000))
        some = 1 - (1 - gone) ** 20
        found = table.loc[(month, "lost a member"), "estimate"]
        assert near(found, some, np.sqrt(some * (1 - some) / 1000))
    last = runs.runs["members_lost"]
    assert table.loc[(24, "mean members lost"), "estimate"] == pytest.approx(last.mean())
    assert table.loc[(24, "lost a member"), "estimate"] == (last > 0).mean()


@pytest.mark.parametrize("column", ["value", "smoke", "meetings"])
def test_sums_of_runs_are_sums_of_their_months(lively, column):
    by_month = lively.months.groupby("replicate")[column].sum()
    np.testing.assert_allclose(lively.runs[column], by_month, rtol=0, atol=1e-9)


def test_months_alive_are_rows_of_the_months_table(lively):
    rows = lively.months.groupby("replicate").size()
    assert (rows.to_numpy() == lively.runs["months"].to_numpy()).all()
    ended = lively.runs["dissolved"].to_numpy()
    assert 0.1 < ended.mean() < 0.9, "both kinds are there"
    assert (lively.runs["months"][~ended] == 60).all()
    assert (lively.runs["months"] == lively.runs["month_dissolved"])[ended].all()
    last = lively.months.groupby("replicate")["members_lost"].last()
    assert (last.to_numpy() == lively.runs["members_lost"].to_numpy()).all()


@pytest.mark.parametrize(
    ("column", "status"), [("tokenistic_months", "tokenistic"), ("mature_months", "mature")]
)
def test_months_in_a_status_are_counted(lively, column, status):
    """The month in which a partnership ends counts, as it does in `months`.

    In the months table that month has the status dissolved, whatever went before.
    """
    months = lively.months
    counted = (months["status"] == status).groupby(months["replicate"]).sum().to_numpy()
    beyond = lively.runs[column].to_numpy() - counted
    ended = lively.runs["dissolved"].to_numpy()
    assert (beyond[~ended] == 0).all()
    assert set(beyond[ended]) == {0, 1}


def test_tokenistic_months_where_every_month_from_the_24th_is_one(parting):
    lived = parting.runs["months"].to_numpy()
    assert (parting.runs["tokenistic_months"] == np.maximum(lived - 23, 0)).all()


@pytest.mark.parametrize("column", ["departures", "replaced_by_decree"])
def test_seats_add_up_to_their_partnership(lively, column):
    by_run = lively.members.groupby("replicate")[column].sum()
    assert (by_run.to_numpy() == lively.runs[column].to_numpy()).all()
    assert lively.runs[column].sum() > 0


def test_value_given_by_the_seats_is_the_value_of_the_run(lively):
    by_run = lively.members.groupby("replicate")["value_given"].sum()
    np.testing.assert_allclose(by_run, lively.runs["value"], rtol=0, atol=1e-9)


def test_occupancy_is_the_months_table_counted(lively):
    """Those that dissolve have no more rows, and stay in the count of the dissolved."""
    status = lively.months.pivot_table(
        index="month", columns="status", values="replicate", aggfunc="count", observed=False
    ).reindex(columns=list(STATUSES), fill_value=0)
    status["dissolved"] = status["dissolved"].cumsum()
    occupancy = lively.occupancy.set_index("month")
    assert (occupancy[list(STATUSES)].to_numpy() == status.to_numpy()).all()
    wide = lively.months.pivot_table(index="month", columns="replicate", values="members_lost")
    lost = wide.ffill().to_numpy()
    assert (occupancy["members_lost"].to_numpy() == lost.sum(axis=1)).all()
    assert (occupancy["members_lost_squared"].to_numpy() == (lost**2).sum(axis=1)).all()
    assert (occupancy["lost_a_member"].to_numpy() == (lost > 0).sum(axis=1)).all()


def test_shares_of_runs_and_of_occupancy_agree(lively):
    ended = lively.cumulative_incidence("dissolved").set_index("month")["estimate"]
    table = lively.status_shares([36, 60])
    table = table[table["quantity"] == "dissolved"].set_index("month")["estimate"]
    assert table.to_dict() == pytest.approx(ended.loc[[36, 60]].to_dict(), abs=1e-12)
