"""The answers a manager asks for: attrition, time-to-maturity, talking shops, turnover.

Every table has the columns quantity, month, estimate, low, high, unit, n.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from trustsim.analysis.events import first_events
from trustsim.analysis.intervals import UNKNOWN, Interval, normal, poisson_rate, wilson
from trustsim.analysis.outcomes import SHARE
from trustsim.analysis.survival import cumulative_incidence, median_given_event, restricted_mean
from trustsim.analysis.tables import (
    lives_of,
    months_within,
    numbers_in,
    occupancy_counts,
    refuse,
    require_columns,
    require_reach,
)
from trustsim.schema import OCCUPANCY, STATUSES, column_names

COLUMNS = ["quantity", "month", "estimate", "low", "high", "unit", "n"]
REPORTED_MONTHS = (36, 60, 84, 120)
Row = tuple[str, int, float, float, float, str, int]


def attrition(
    runs: pd.DataFrame, occupancy: pd.DataFrame, *, by: Sequence[int] = REPORTED_MONTHS
) -> pd.DataFrame:
    """How many partnerships have ended, and how many members they have lost, by some months.

    Parameters
    ----------
    runs, occupancy : pandas.DataFrame
        Runs table and occupancy table of the same runs.
    by : sequence of int, optional
        Months; those past the last simulated month are left out.

    Returns
    -------
    pandas.DataFrame
        Rows per month: dissolved, mean members lost, lost a member.

    Raises
    ------
    TableError
        A row of a table is impossible, or the two tables are not of the same runs.
    """
    names = column_names(OCCUPANCY)[1:]
    counts = occupancy_counts(occupancy, names, STATUSES, where="occupancy table")
    _check_same_runs(runs, counts)
    by_month = counts.to_dict("index")
    months = months_within(by, len(counts), where="attrition")
    dissolved = cumulative_incidence(runs, event="dissolved", by=months)
    parts = [dissolved.assign(quantity="dissolved", unit=SHARE)[COLUMNS]]
    for month in months:
        here = by_month[month]
        lost_one = _share("lost a member", month, here["lost_a_member"], here["size"])
        parts.append(pd.DataFrame([_members_lost(here, month), lost_one], columns=COLUMNS))
    return pd.concat(parts).sort_values("month", kind="stable", ignore_index=True)


def time_to_maturity(runs: pd.DataFrame, *, horizon: int) -> pd.DataFrame:
    """How likely maturity is by 3, 5, 7 and 10 years, and how long it takes those that get there.

    Parameters
    ----------
    runs : pandas.DataFrame
        Runs table.
    horizon : int
        Months; nothing later is looked at.

    Returns
    -------
    pandas.DataFrame
        Rows: matured (share by each of those years within the horizon, and by the horizon),
        first decile and median month of those matured by the horizon, restricted mean of the
        months not mature.
    """
    require_reach(horizon, first_events(runs, "matured").last, where="runs", what="horizon")
    months = sorted({*(month for month in REPORTED_MONTHS if month < horizon), horizon})
    shares = cumulative_incidence(runs, event="matured", by=months)
    shares = shares.assign(quantity="matured", unit=SHARE)
    quantiles = median_given_event(runs, event="matured", horizon=horizon)
    mean = restricted_mean(runs, event="matured", horizon=horizon)
    return pd.concat([table[COLUMNS] for table in (shares, quantiles, mean)], ignore_index=True)


def status_shares(occupancy: pd.DataFrame, *, by: Sequence[int] = REPORTED_MONTHS) -> pd.DataFrame:
    """Where the partnerships stand at some months, and how many survivors are talking shops.

    Parameters
    ----------
    occupancy : pandas.DataFrame
        Occupancy table.
    by : sequence of int, optional
        Months; those past the last simulated month are left out.

    Returns
    -------
    pandas.DataFrame
        Rows per month: forming, mature, tokenistic, dissolved, tokenistic among survivors.
    """
    counts = occupancy_counts(occupancy, STATUSES, STATUSES, where="occupancy table")
    by_month = counts.to_dict("index")
    rows = []
    for month in months_within(by, len(counts), where="status_shares"):
        here = by_month[month]
        rows += [_share(status, month, here[status], here["size"]) for status in STATUSES]
        alive, name = here["size"] - here["dissolved"], "tokenistic among survivors"
        rows.append(_share(name, month, here["tokenistic"], alive, "share of survivors"))
    return pd.DataFrame(rows, columns=COLUMNS)


def turnover_rate(runs: pd.DataFrame) -> pd.DataFrame:
    """Key individuals who leave of their own accord, per person-year.

    Leaders replaced by decree are a column of their own and are in neither count. The interval is
    Poisson's, widened where departures come in clusters: the partnership, not the person, is what
    is drawn at random.

    Parameters
    ----------
    runs : pandas.DataFrame
        Runs table: months, departures (of their own accord), person_months.

    Returns
    -------
    pandas.DataFrame
        One row; month is that of the longest run, n the number of runs.

    Raises
    ------
    TableError
        A column is missing, or a number in it is impossible.
    """
    columns = ("months", "departures", "person_months")
    require_columns(runs, columns, where="turnover_rate")
    months, left, served = (
        numbers_in(runs, name, where="turnover_rate", meaning="at least 0", least=0)
        for name in columns
    )
    years = served / 12
    exposure = float(years.sum())
    rate = float(left.sum()) / exposure if exposure > 0 else float("nan")
    dispersion = 1.0
    if len(runs) > 1 and left.sum() > 0:
        surprise = ((left - rate * years) ** 2).sum() * len(runs) / (len(runs) - 1)
        dispersion = max(float(surprise / left.sum()), 1.0)
    bounds = poisson_rate(float(left.sum()), exposure, dispersion=dispersion)
    row = ("departures", int(months.max()), rate, *bounds, "per person-year", len(runs))
    return pd.DataFrame([row], columns=COLUMNS)


def _check_same_runs(runs: pd.DataFrame, counts: pd.DataFrame) -> None:
    """Refuse an occupancy table that was counted from other runs."""
    lives, last = lives_of(runs), len(counts)
    ended = np.bincount(lives.dissolved[lives.dissolved > 0], minlength=last + 1)
    watched = np.unique([*lives.watched[lives.dissolved == 0], max(last, len(ended) - 1)])
    pairs = [("partnerships", len(runs), counts["size"].iloc[0])]
    pairs += [("months watched", months, last) for months in watched]
    by_month = zip(ended[1:].cumsum(), counts["dissolved"], strict=False)
    pairs += [(f"dissolved by month {n}", *both) for n, both in enumerate(by_month, start=1)]
    if "members_lost" in runs.columns:
        lost = numbers_in(runs, "members_lost", where="runs table", least=0)
        pairs.append(("members lost", int(lost.sum()), counts["members_lost"].iloc[-1]))
    for what, of_runs, of_occupancy in pairs:
        if of_runs != of_occupancy:
            got = f"{of_runs} in the runs table and {of_occupancy} in the occupancy table"
            step = "Pass both tables of one simulation."
            refuse("attrition", what, got, "must be the same in both", step)


def _members_lost(counts: dict[Any, Any], month: int) -> Row:
    size = int(counts["size"])
    mean = float(counts["members_lost"] / size)
    bounds = UNKNOWN
    if size > 1:
        squares = float(counts["members_lost_squared"] - size * mean**2)
        bounds = normal(mean, float(np.sqrt(max(squares, 0.0) / (size - 1) / size)))
    bounds = Interval(max(bounds.low, 0.0), bounds.high)
    return ("mean members lost", month, mean, *bounds, "members", size)


def _share(quantity: str, month: int, count: int, size: int, unit: str = SHARE) -> Row:
    estimate = float(count / size) if size else float("nan")
    return (quantity, month, estimate, *wilson(float(count), size), unit, int(size))
