"""Edges of what a table must hold, to the month and to the column (found by `make mutants`)."""

import numpy as np
import pandas as pd
import pytest

from trustsim.analysis.events import first_events
from trustsim.analysis.outcomes import outcomes
from trustsim.analysis.pairs import COLUMNS, matched, months_watched
from trustsim.analysis.tables import (
    TableError,
    month_numbers,
    months_within,
    require_columns,
    require_reach,
)


def test_both_ends_of_what_was_watched_may_be_asked_for():
    require_reach(1, 12, where="here", what="by")
    require_reach(12, 12, where="here", what="by")
    for month in (0, 13):
        with pytest.raises(TableError, match=f"^here, by = {month}:"):
            require_reach(month, 12, where="here", what="by")


def test_months_within_a_table_are_1_to_the_last():
    assert months_within([0, 1, 7, 12, 13], 12, where="here") == [1, 7, 12]
    assert months_within([], 12, where="here") == []
    with pytest.raises(TableError, match=r"^here, by = "):
        months_within([13], 12, where="here")


def test_one_row_is_enough_and_none_is_not():
    table = pd.DataFrame({"one": [1]})
    require_columns(table, ["one"], where="here")
    with pytest.raises(TableError, match=r"^here, rows = 0:"):
        require_columns(table.iloc[:0], ["one"], where="here")
    with pytest.raises(TableError, match=r"^here, column = other:"):
        require_columns(table, ["one", "other"], where="here")


def test_months_that_never_came_are_0():
    assert month_numbers(pd.DataFrame({"when": [3, None]}), "when").tolist() == [3, 0]


def test_an_event_in_the_first_month_is_an_event(runs_of):
    runs = runs_of([1, 0, 0], [0, 1, 0], 60)
    matured = first_events(runs, "matured")
    assert matured.month.tolist() == [1, 1, 60]
    assert matured.cause.tolist() == [1, 2, 0]
    assert matured.last == 60
    dissolved = first_events(runs, "dissolved")
    assert dissolved.month.tolist() == [60, 1, 60]
    assert dissolved.cause.tolist() == [0, 1, 0]


@pytest.mark.parametrize("column", ["months", "month_matured", "month_dissolved"])
def test_events_need_each_of_three_columns(runs_of, column):
    with pytest.raises(TableError, match=f"^runs table, column = {column}:"):
        first_events(runs_of([1], [0], 60).drop(columns=column), "dissolved")


def test_every_outcome_says_its_month_unit_direction_and_column():
    found = [one[:5] for one in outcomes([36, 60], 48, 120)]
    share = "share of partnerships"
    assert found == [
        ("matured", 36, share, 1, ("month_matured",)),
        ("matured", 60, share, 1, ("month_matured",)),
        ("dissolved", 36, share, -1, ("month_dissolved",)),
        ("dissolved", 60, share, -1, ("month_dissolved",)),
        ("months not mature", 48, "months", -1, ("month_matured",)),
        ("months alive", 48, "months", 1, ("month_dissolved",)),
        ("value", 120, "value of full trust", 1, ("value",)),
        ("smoke", 120, "share of budget", -1, ("smoke",)),
        ("tokenistic months", 120, "months", -1, ("tokenistic_months",)),
        ("members lost", 120, "members", -1, ("members_lost",)),
        ("departures", 120, "people", -1, ("departures",)),
    ]


def test_every_outcome_of_one_run_by_hand(runs_of):
    """One matured in its first month; one in month 36, the last that counts; one never."""
    runs = runs_of([1, 36, 0], [0, 37, 1], 60).assign(smoke=[0.1, 0.2, 0.3])
    measured = {one.name: one.measure(runs).tolist() for one in outcomes([36], 36, 60)[:4]}
    assert measured == {
        "matured": [1, 1, 0],
        "dissolved": [0, 0, 1],
        "months not mature": [1, 36, 36],
        "months alive": [36, 36, 1],
    }
    by_name = {one.name: one for one in outcomes([], 36, 60)}
    assert by_name["smoke"].measure(runs).tolist() == [0.1, 0.2, 0.3]


@pytest.fixture
def arm(runs_of):
    return runs_of([10, 0, 0], [0, 20, 0], 60).assign(
        value=1.0, smoke=0.0, tokenistic_months=0, members_lost=0, departures=0
    )


def test_pairs_are_in_the_order_of_replicates_whatever_the_order_of_rows(arm):
    turned = arm.iloc[::-1].reset_index(drop=True)
    for tables in ((arm, turned), (turned, arm), (turned, turned)):
        for table in matched(*tables):
            assert table["replicate"].tolist() == [0, 1, 2]
            assert table.index.tolist() == [0, 1, 2]
            assert table["month_matured"].fillna(0).tolist() == [10, 0, 0]


@pytest.mark.parametrize("column", COLUMNS)
def test_pairs_need_every_column_in_both_arms(arm, column):
    less = arm.drop(columns=column)
    with pytest.raises(TableError, match=f"^paired_contrast, baseline, column = {column}:"):
        matched(less, arm)
    with pytest.raises(TableError, match=f"^paired_contrast, other, column = {column}:"):
        matched(arm, less)


def test_a_replicate_in_one_arm_only_is_named_with_how_many_more(arm):
    with pytest.raises(TableError, match=r"replicate = 1: is in one arm only, as are 1 more"):
        matched(arm, arm.iloc[[0]])
    with pytest.raises(TableError, match=r"replicate = 1: is in one arm only, as are 1 more"):
        matched(arm.iloc[[0]], arm)


def test_a_replicate_twice_is_refused_in_either_arm(arm):
    twice = pd.concat([arm, arm.iloc[[2]]])
    with pytest.raises(TableError, match=r"^paired_contrast, replicate = 2:.*the baseline runs"):
        matched(twice, arm)
    with pytest.raises(TableError, match=r"^paired_contrast, replicate = 2:.*the other runs"):
        matched(arm, twice)


def test_survivors_say_how_long_was_watched_and_the_dissolved_do_not(arm):
    assert months_watched(arm, arm, horizon=36) == 60
    assert months_watched(arm, arm, horizon=60) == 60
    with pytest.raises(TableError, match="horizon of 61"):
        months_watched(arm, arm, horizon=61)
    with pytest.raises(TableError, match=r"\[48, 60\]"):
        months_watched(arm, arm.assign(months=[60, 20, 48]), horizon=36)
    gone = arm.assign(month_dissolved=[1, 20, 30], months=np.array([1, 20, 30]))
    assert months_watched(gone, gone, horizon=36) == 36
