"""The tables that a report prints, from lives that are counted one by one."""

import math

import numpy as np
import pandas as pd
import pytest

from tests.analysis import by_hand
from trustsim.analysis import (
    TableError,
    attrition,
    status_shares,
    time_to_maturity,
    turnover_rate,
)
from trustsim.schema import OCCUPANCY, STATUSES, column_names

COLUMNS = ["quantity", "month", "estimate", "low", "high", "unit", "n"]
SHARE = "share of partnerships"
SIZE, MONTHS = 12, 7


def lives(generator, size=SIZE):
    """Runs, and what each was and had lost in each month: (month, partnership)."""
    runs = by_hand.random_runs(generator, size)
    status, lost = [], []
    for month in range(1, MONTHS + 1):
        gone = (runs["month_dissolved"] <= month).fillna(False)
        status.append([
            "dissolved" if ended else str(generator.choice(STATUSES[:3])) for ended in gone
        ])  # fmt: skip
        lost.append((generator.integers(0, 3, size) + (lost[-1] if lost else 0)).tolist())
    return runs.assign(members_lost=lost[-1]), status, lost


def occupancy_of(status, lost):
    rows = []
    for month, (here, gone) in enumerate(zip(status, lost, strict=True), start=1):
        counts = {one: here.count(one) for one in STATUSES}
        squares = sum(n * n for n in gone)
        some = sum(n > 0 for n in gone)
        rows.append(
            {"month": month, **counts, "members_lost": sum(gone),
             "members_lost_squared": squares, "lost_a_member": some}
        )  # fmt: skip
    return pd.DataFrame(rows)


def is_row(row, quantity, month, estimate, low, high, unit, n):
    assert list(row) == COLUMNS
    assert (row["quantity"], row["month"], row["unit"], row["n"]) == (quantity, month, unit, n)
    assert (row["estimate"], row["low"], row["high"]) == pytest.approx(
        (estimate, low, high), abs=1e-9, nan_ok=True
    )


def is_share(row, quantity, month, which, unit=SHARE):
    share = sum(which) / len(which) if which else math.nan
    bounds = by_hand.wilson(share, len(which)) if which else (0, 1)
    is_row(row, quantity, month, share, *bounds, unit, len(which))


def test_attrition_and_status_row_by_row():
    generator = np.random.default_rng(91)
    for _ in range(5):
        runs, status, lost = lives(generator)
        occupancy = occupancy_of(status, lost)
        asked = [2, 5, 7, 9]
        table = iter(attrition(runs, occupancy, by=asked).to_dict("records"))
        shares = iter(status_shares(occupancy, by=asked).to_dict("records"))
        for month in (2, 5, 7):
            here, gone = status[month - 1], lost[month - 1]
            is_share(next(table), "dissolved", month, [one == "dissolved" for one in here])
            mean, error = np.mean(gone), np.std(gone, ddof=1) / math.sqrt(SIZE)
            low, high = max(mean - by_hand.Z * error, 0), mean + by_hand.Z * error
            is_row(next(table), "mean members lost", month, mean, low, high, "members", SIZE)
            is_share(next(table), "lost a member", month, [n > 0 for n in gone])
            for one in STATUSES:
                is_share(next(shares), one, month, [each == one for each in here])
            alive = [each == "tokenistic" for each in here if each != "dissolved"]
            is_share(next(shares), "tokenistic among survivors", month, alive, "share of survivors")
        assert next(table, None) is None
        assert next(shares, None) is None


def test_the_spread_of_members_lost_takes_two_partnerships(runs_of):
    one = occupancy_of([["forming"], ["forming"]], [[0], [2]])
    row = attrition(runs_of([0], [0], 2), one, by=[2]).iloc[1]
    assert row["estimate"] == 2
    assert math.isnan(row["high"])


def test_time_to_maturity_row_by_row(runs_of):
    runs = runs_of([10, 20, 30, 0], [0, 0, 0, 40], 60)
    table = time_to_maturity(runs, horizon=48).to_dict("records")
    for row, month in zip(table, (36, 48), strict=False):
        is_share(row, "matured", month, [True, True, True, False])
    mean = (10 + 20 + 30 + 48) / 4
    reach = by_hand.Z * np.std([10, 20, 30, 48]) / 2
    # At most one of 3 lies below their first decile with chance .972, so only rank 3 bounds it.
    is_row(table[2], "first decile month of those matured", 48, 10, 1, 30, "months", 3)
    is_row(table[3], "median month of those matured", 48, 20, 1, 48, "months", 3)
    bounds = (mean - reach, mean + reach)
    is_row(table[4], "months not mature, restricted mean", 48, mean, *bounds, "months", 4)
    with pytest.raises(TableError, match=r"^runs, horizon = 61:"):
        time_to_maturity(runs_of([10, 0], [0, 0], 60), horizon=61)


@pytest.mark.parametrize("column", column_names(OCCUPANCY))
def test_attrition_needs_the_whole_occupancy_table(column):
    runs, *counted = lives(np.random.default_rng(92))
    with pytest.raises(TableError, match=f"^occupancy table, column = {column}:"):
        attrition(runs, occupancy_of(*counted).drop(columns=column), by=[2])


def test_two_tables_that_disagree_are_refused(runs_of):
    runs, status, lost = lives(np.random.default_rng(93))
    occupancy = occupancy_of(status, lost)
    said = r"^attrition, partnerships = 11 in the runs table and 12 in the occupancy table: must"
    with pytest.raises(TableError, match=said):
        attrition(runs.iloc[:-1], occupancy)
    with pytest.raises(TableError, match=r"^attrition, months watched = 7 in the runs table and 6"):
        attrition(runs, occupancy.iloc[:-1])
    place = runs.index[runs["month_dissolved"] > 1][0]
    sooner = runs.copy()
    sooner.loc[place, ["months", "month_dissolved"]] = 1
    sooner.loc[place, "month_matured"] = pd.NA
    with pytest.raises(TableError, match=r"^attrition, dissolved by month 1 = "):
        attrition(sooner, occupancy)
    with pytest.raises(TableError, match=r"^attrition, members lost = "):
        attrition(runs.assign(members_lost=0), occupancy)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"month": [1, 2, 2, 4, 5, 6, 7]}, "month = 2: must hold each month"),
        ({"month": [2, 3, 4, 5, 6, 7, 8]}, "month = 8: must hold each month"),
        ({"mature": [0.5] * 7}, "mature of row 0 = 0.5: must be a count"),
        ({"dissolved": [-1] * 7}, "dissolved of row 0 = -1: must be a count"),
        ({"forming": [0] * 6 + [99]}, "partnerships = "),
    ],
)
def test_an_occupancy_table_that_can_not_be_is_refused(change, said):
    _, *counted = lives(np.random.default_rng(94))
    occupancy = occupancy_of(*counted)
    with pytest.raises(TableError, match=f"^occupancy table, {said}"):
        status_shares(occupancy.assign(**change), by=[2])


def test_months_past_the_horizon_are_left_out_but_not_all_of_them():
    runs, *counted = lives(np.random.default_rng(95))
    occupancy = occupancy_of(*counted)
    assert len(status_shares(occupancy, by=[])) == 0
    for asked in (
        lambda: attrition(runs, occupancy, by=[8]),
        lambda: status_shares(occupancy, by=[8]),
    ):
        with pytest.raises(TableError, match=r"by = \(8,\)"):
            asked()


def turnover(left, served):
    table = {"departures": left, "person_months": served, "months": [10, 12, 12][: len(left)]}
    return turnover_rate(pd.DataFrame(table)).iloc[0]


def test_turnover_counts_departures_and_no_decree():
    """Eight left in fifteen years; two more were replaced by decree, which is another column."""
    columns = {"departures": [3, 2, 3], "replaced_by_decree": [1, 0, 1]}
    table = turnover_rate(pd.DataFrame(columns).assign(person_months=60, months=12))
    # The counts are as alike as they can be: as sure as Poisson.
    bounds = by_hand.garwood(8, 15)
    is_row(table.iloc[0].to_dict(), "departures", 12, 8 / 15, *bounds, "per person-year", 3)


def test_departures_in_clusters_are_as_sure_as_the_number_of_clusters():
    """0, 0 and 6 where 2 were to be expected: squares 4 + 4 + 16, times 3/2, over 6 events: 6."""
    row = turnover([0, 0, 6], [60, 60, 60])
    assert row["estimate"] == 6 / 15
    clusters = by_hand.garwood(1, 15)
    assert (row["low"], row["high"]) == pytest.approx(tuple(6 * end for end in clusters))


@pytest.mark.parametrize(("left", "served", "rate"), [([3], [60], 0.6), ([0, 0], [60, 60], 0)])
def test_turnover_of_one_partnership_or_without_departures_is_poissons(left, served, rate):
    row = turnover(left, served)
    assert row["estimate"] == rate
    assert (row["low"], row["high"]) == pytest.approx(by_hand.garwood(sum(left), sum(served) / 12))


def test_without_person_months_turnover_is_unknown():
    row = turnover([0], [0])
    assert math.isnan(row["estimate"])
    assert (row["low"], row["high"]) == (0, math.inf)
