import numpy as np
import pandas as pd
import pytest

from trustsim.analysis import (
    TableError,
    attrition,
    status_shares,
    time_to_maturity,
    turnover_rate,
)
from trustsim.analysis.intervals import wilson
from trustsim.schema import OCCUPANCY, frame

COLUMNS = ["quantity", "month", "estimate", "low", "high", "unit", "n"]


@pytest.fixture
def occupancy():
    """Ten partnerships over 60 months; halves after month 36."""
    month = np.arange(1, 61)
    late = month > 36
    return frame(
        OCCUPANCY,
        {
            "month": month,
            "forming": np.where(month < 12, 10, np.where(late, 1, 9)),
            "mature": np.where(late, 3, 0),
            "tokenistic": np.where(late, 1, 0),
            "dissolved": np.where(month < 12, 0, np.where(late, 5, 1)),
            # One lost 2, one lost 4, the rest none.
            "members_lost": np.where(late, 6, 1),
            "members_lost_squared": np.where(late, 20, 1),
            "lost_a_member": np.where(late, 2, 1),
        },
    )


@pytest.fixture
def runs(runs_of):
    return runs_of([0] * 5 + [10, 20, 30, 0, 0], [12, 37, 37, 37, 37] + [0] * 5, 60)


def test_attrition_by_hand(runs, occupancy):
    table = attrition(runs, occupancy)
    assert table.columns.tolist() == COLUMNS
    assert table["month"].tolist() == [36] * 3 + [60] * 3
    assert table["estimate"].tolist() == pytest.approx([0.1, 0.1, 0.1, 0.5, 0.6, 0.2])
    lost = table[(table.quantity == "mean members lost") & (table.month == 60)].iloc[0]
    error = np.std([2, 4] + [0] * 8, ddof=1) / np.sqrt(10)
    assert lost["high"] == pytest.approx(0.6 + 1.96 * error, abs=1e-4)
    assert lost["low"] == 0
    dissolved = table[(table.quantity == "dissolved") & (table.month == 60)].iloc[0]
    assert (dissolved["low"], dissolved["high"]) == pytest.approx(wilson(5, 10))


def test_months_past_the_horizon_are_left_out_but_not_all_of_them(runs, occupancy):
    assert set(attrition(runs, occupancy, by=[24, 90])["month"]) == {24}
    assert len(status_shares(occupancy, by=[])) == 0
    with pytest.raises(TableError, match="by = "):
        attrition(runs, occupancy, by=[90])


def test_time_to_maturity_by_hand(runs):
    table = time_to_maturity(runs, horizon=60)
    assert table.columns.tolist() == COLUMNS
    assert table["quantity"].tolist() == [
        "matured",
        "matured",
        "first decile month of those matured",
        "median month of those matured",
        "months not mature, restricted mean",
    ]
    assert table["month"].tolist() == [36, 60, 60, 60, 60]
    assert table["estimate"].tolist() == pytest.approx([0.3, 0.3, 10, 20, (60 + 7 * 60) / 10])
    assert table["n"].tolist() == [10, 10, 3, 3, 10]


def test_a_horizon_past_the_runs_is_refused(runs):
    with pytest.raises(TableError, match="horizon"):
        time_to_maturity(runs, horizon=120)


def test_status_shares_by_hand(occupancy):
    table = status_shares(occupancy, by=[60])
    assert table["quantity"].tolist() == [
        "forming",
        "mature",
        "tokenistic",
        "dissolved",
        "tokenistic among survivors",
    ]
    assert table["estimate"].tolist() == pytest.approx([0.1, 0.3, 0.1, 0.5, 0.2])
    assert table["n"].tolist() == [10, 10, 10, 10, 5]
    assert tuple(table.iloc[4][["low", "high"]]) == pytest.approx(wilson(1, 5))


def test_no_survivors_no_share_of_survivors(occupancy):
    gone = occupancy.assign(forming=0, mature=0, tokenistic=0, dissolved=10)
    last = status_shares(gone, by=[60]).iloc[4]
    assert np.isnan(last["estimate"])
    assert (last["low"], last["high"]) == (0, 1)


def test_turnover_counts_departures_and_no_decree():
    """Eight left in fifteen years; two more were replaced by decree, which is another column."""
    table = pd.DataFrame(
        {
            "departures": [3, 2, 3],
            "replaced_by_decree": [1, 0, 1],
            "person_months": [60, 60, 60],
            "months": [12, 12, 12],
        }
    )
    row = turnover_rate(table).iloc[0]
    assert row["estimate"] == pytest.approx(8 / 15)
    # The counts are as alike as they can be: as sure as Poisson. Garwood for 8: 3.4538, 15.7632.
    assert row["low"] == pytest.approx(3.4538 / 15, rel=1e-4)
    assert row["high"] == pytest.approx(15.7632 / 15, rel=1e-4)


def test_turnover_interval_covers_when_departures_cluster():
    """Rate of each partnership drawn anew (gamma, shape 2); 600 tables of 40 partnerships.

    95 %, less .02 for a skewed estimate with 40 clusters; 4 binomial errors of .0105.
    False-alarm rate under 1e-4.
    """
    generator = np.random.default_rng(21)
    hits = 0
    for _ in range(600):
        rates = generator.gamma(2, 0.4 / 2, 40)
        table = pd.DataFrame({"departures": generator.poisson(rates * 10), "months": 120})
        row = turnover_rate(table.assign(person_months=120)).iloc[0]
        hits += row["low"] <= 0.4 <= row["high"]
    assert hits / 600 > 0.95 - 0.02 - 0.042
