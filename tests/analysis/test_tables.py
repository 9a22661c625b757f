"""Tables that can't be are refused, in one line that names row, column and value."""

import datetime
import re

import numpy as np
import pandas as pd
import pytest

from trustsim import analysis
from trustsim.analysis import TableError
from trustsim.analysis.outcomes import outcomes
from trustsim.analysis.pairs import fates, individual_effects
from trustsim.analysis.tables import (
    lives_of,
    month_numbers,
    months_within,
    numbers_in,
    require_columns,
    require_reach,
)

SUMS = {"value": 1.0, "smoke": 0.0, "tokenistic_months": 0, "members_lost": 0, "departures": 3}


def observed(**changed):
    """Three partnerships as somebody might type them; each column may be changed."""
    columns = {
        "replicate": [0, 1, 2],
        "months": [60, 60, 40],
        "month_matured": [12, None, None],
        "month_dissolved": [None, None, 40],
        "cause": [None, None, "vote"],
        "status": ["mature", "forming", "dissolved"],
        "person_months": 100,
        **SUMS,
        **changed,
    }
    return pd.DataFrame(columns, index=["a", "b", "c"])


ESTIMATORS = {
    "cumulative_incidence": lambda runs: analysis.cumulative_incidence(runs, event="matured"),
    "hazard": lambda runs: analysis.hazard(runs, event="dissolved"),
    "smoothed_hazard": lambda runs: analysis.smoothed_hazard(runs, event="dissolved"),
    "restricted_mean": lambda runs: analysis.restricted_mean(runs, event="matured", horizon=40),
    "months_lost": lambda runs: analysis.months_lost(runs, horizon=40),
    "median": lambda runs: analysis.median_given_event(runs, event="matured", horizon=40),
    "time_to_maturity": lambda runs: analysis.time_to_maturity(runs, horizon=40),
    "paired_contrast": lambda runs: analysis.paired_contrast(observed(), runs, horizon=60),
    "fates": lambda runs: fates(observed(), runs),
    "individual_effects": lambda runs: individual_effects(observed(), runs, horizon=60),
}
IMPOSSIBLE = [
    ("month_matured", [12.4, None, None], "a", "12.4"),  # was cut to 12
    ("month_dissolved", [None, None, 0.4], "c", "0.4"),  # was no end at all
    ("month_matured", [-3, None, None], "a", "-3.0"),
    ("month_matured", [0, None, None], "a", "0.0"),
    ("month_matured", [np.inf, None, None], "a", "inf"),
    ("month_matured", [61, None, None], "a", "61.0"),  # after the last month watched
    ("month_matured", [12, None, 41], "c", "41.0"),  # after it dissolved
    ("month_dissolved", [None, None, 50], "c", "50.0"),
    ("months", [60, None, 40], "b", "missing"),
    ("months", [60, 59.5, 40], "b", "59.5"),
    ("months", [60, "sixty", 40], "b", "'sixty'"),
    ("month_matured", ["12", None, None], "a", "'12'"),
    ("month_matured", [datetime.date(2020, 1, 1), None, None], "a", "2020-01-01"),
    ("month_matured", pd.to_datetime(["2020-01-01", None, None]), "a", "2020-01-01 00:00:00"),
    ("month_matured", [True, None, None], "a", "True"),
    ("month_matured", pd.array([12.4, None, None], "Float64"), "a", "12.4"),
    ("month_dissolved", [None, None, 1e300], "c", "1e+300"),
]


@pytest.mark.parametrize("name", ESTIMATORS)
def test_a_table_that_makes_sense_is_taken(name):
    assert len(ESTIMATORS[name](observed())) > 0
    every = observed(month_matured=pd.array([12, None, None], "Int64"), matured=[True, False, None])
    assert len(ESTIMATORS[name](every)) > 0


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize(("column", "values", "row", "shown"), IMPOSSIBLE)
def test_a_row_that_can_not_be_is_refused_by_every_estimator(name, column, values, row, shown):
    said = f"^[a-z_ ]+(, other)?, {column} of row {row} = {re.escape(shown)}: "
    with pytest.raises(TableError, match=said) as caught:
        ESTIMATORS[name](observed(**{column: values}))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("column", ["matured", "dissolved"])
def test_a_flag_without_its_month_is_refused(column):
    happened = observed()[f"month_{column}"].notna()
    lives_of(observed(**{column: happened.tolist()}))
    with pytest.raises(
        TableError, match=rf"^runs table, {column} of row [abc] = (True|False): but"
    ):
        lives_of(observed(**{column: (~happened).tolist()}))


def test_the_exact_share_that_was_cut_is_refused():
    """Months 12.4 count as 13 or not at all: what was .2025 by month 12 came out as .2275."""
    months = np.r_[np.linspace(0.5, 12, 81), np.linspace(12.02, 12.98, 10), np.full(309, np.nan)]
    runs = pd.DataFrame({"months": 60, "month_matured": months, "month_dissolved": None})
    with pytest.raises(TableError, match=r"month_matured of row 0 = 0\.5: must be a whole number"):
        analysis.cumulative_incidence(runs, event="matured", by=[12])
    exact = analysis.aalen_johansen(np.nan_to_num(months, nan=60), np.isfinite(months).astype(int))
    assert exact.loc[exact["time"] <= 12, "estimate"].iloc[-1] == pytest.approx(0.2025)
    whole = runs.assign(month_matured=np.ceil(months))
    found = analysis.cumulative_incidence(whole, event="matured", by=[12])["estimate"].item()
    assert found == pytest.approx(0.2025)


@pytest.mark.parametrize("column", ["months", "month_matured", "month_dissolved"])
def test_a_missing_column_and_an_empty_table_are_refused(column):
    with pytest.raises(TableError, match=f"^runs table, column = {column}: is missing"):
        lives_of(observed().drop(columns=column))
    twice = pd.concat([observed(), observed()[[column]]], axis=1)
    with pytest.raises(TableError, match=f"^runs table, column = {column}: is in the table twice"):
        lives_of(twice)
    with pytest.raises(TableError, match=r"^here, rows = 0:"):
        require_columns(observed().iloc[:0], [column], where="here")


@pytest.mark.parametrize(
    ("column", "value"),
    [("departures", -1), ("departures", "3"), ("person_months", np.nan), ("person_months", np.inf)],
)
def test_turnover_refuses_what_is_no_count(column, value):
    with pytest.raises(TableError, match=f"^turnover_rate, {column} of row a = "):
        analysis.turnover_rate(observed(**{column: pd.Series([value] * 3, list("abc"))}))


@pytest.mark.parametrize("value", [np.nan, np.inf, "much"])
def test_outcomes_refuse_what_is_no_number(value):
    runs = observed(value=[1.0, value, 2.0])
    for one in outcomes([], 60, 60):
        if "value" in one.needs:
            with pytest.raises(TableError, match=r"^runs table, value of row b = "):
                one.measure(runs)


def test_months_that_never_came_are_0_and_whole_numbers_may_have_a_point():
    assert month_numbers(pd.DataFrame({"when": [3, None]}), "when").tolist() == [3, 0]
    assert numbers_in(pd.DataFrame({"n": [1, 2]}), "n", where="here").tolist() == [1, 2]
    assert require_reach(np.float64(12.0), 12, where="here", what="by") == 12


@pytest.mark.parametrize(
    ("month", "said"), [(0, "= 0: must be in 1"), (13, "= 13"), (6.5, "= 6.5")]
)
def test_only_months_that_were_watched_may_be_asked_for(month, said):
    with pytest.raises(TableError, match=f"^here, by {said}"):
        require_reach(month, 12, where="here", what="by")


def test_months_past_the_table_are_left_out_but_not_all_of_them():
    assert months_within([0, 1, 7, 12, 13], 12, where="here") == [1, 7, 12]
    assert months_within([], 12, where="here") == []
    with pytest.raises(TableError, match=r"^here, by = "):
        months_within([13], 12, where="here")
