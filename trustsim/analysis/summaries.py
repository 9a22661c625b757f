"""The answers a manager asks for: attrition, time-to-maturity, talking shops, turnover.

Every table has the columns quantity, month, estimate, low, high, unit, n.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from trustsim.analysis.events import first_events
from trustsim.analysis.intervals import Interval, normal, poisson_rate, wilson
from trustsim.analysis.survival import cumulative_incidence, median_given_event, restricted_mean
from trustsim.analysis.tables import (
    TableError,
    lives_of,
    months_within,
    numbers_in,
    occupancy_counts,
    require_columns,
    require_reach,
)
from trustsim.errors import refusal
from trustsim.schema import OCCUPANCY, STATUSES, column_names

COLUMNS = ["quantity", "month", "estimate", "low", "high", "unit", "n"]
REPORTED_MONTHS = (36, 60, 84, 120)
COUNTS = column_names(OCCUPANCY)[1:]
SHARE = "share of partnerships"


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
    counts_of = occupancy_counts(occupancy, COUNTS, STATUSES, where="occupancy table")
    _check_same_runs(runs, counts_of)
    months = months_within(by, len(counts_of), where="attrition")
    dissolved = cumulative_incidence(runs, event="dissolved", by=months)
    dissolved = dissolved.assign(quantity="dissolved", unit=SHARE)
    parts = [dissolved[COLUMNS]]
    for month in months:
        counts = _counts(counts_of, month)
        lost_one = _share("lost a member", month, counts["lost_a_member"], counts["size"])
        parts.append(pd.DataFrame([_members_lost(counts, month), lost_one], columns=COLUMNS))
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
    counts_of = occupancy_counts(occupancy, STATUSES, STATUSES, where="occupancy table")
    months = months_within(by, len(counts_of), where="status_shares")
    rows = []
    for month in months:
        counts = _counts(counts_of, month)
        rows += [_share(status, month, counts[status], counts["size"]) for status in STATUSES]
        alive = counts["size"] - counts["dissolved"]
        rows.append(
            _share("tokenistic among survivors", month, counts["tokenistic"], alive)
            | {"unit": "share of survivors"}
        )
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
    row = _row("departures", int(months.max()), rate, bounds, len(runs))
    return pd.DataFrame([row | {"unit": "per person-year"}], columns=COLUMNS)


def _counts(counts_of: pd.DataFrame, month: int) -> dict[str, int]:
    """The counts of a month, as plain numbers."""
    (row,) = counts_of.loc[[month]].to_dict("records")
    return {str(name): int(value) for name, value in row.items()}


def _check_same_runs(runs: pd.DataFrame, counts: pd.DataFrame) -> None:
    """Refuse an occupancy table that was counted from other runs."""
    lives = lives_of(runs)
    step = "Pass both tables of one simulation."

    def check(what: str, of_runs: object, of_occupancy: object) -> None:
        if of_runs != of_occupancy:
            got = f"{of_runs} in the runs table and {of_occupancy} in the occupancy table"
            raise TableError(refusal("attrition", what, got, "must be the same in both", step))

    check("partnerships", len(runs), int(counts["size"].iloc[0]))
    for months in np.unique(lives.watched[lives.dissolved == 0]):
        check("months watched", int(months), len(counts))
    ended = np.bincount(lives.dissolved[lives.dissolved > 0], minlength=len(counts) + 1)
    check("months watched", max(len(counts), len(ended) - 1), len(counts))
    by_month = ended[1:].cumsum()
    for month, count in counts["dissolved"].items():
        check(f"dissolved by month {month}", int(by_month[int(str(month)) - 1]), int(count))
    if "members_lost" in runs.columns:
        lost = numbers_in(runs, "members_lost", where="runs table", least=0)
        check("members lost", int(lost.sum()), int(counts["members_lost"].iloc[-1]))


def _members_lost(counts: dict[str, int], month: int) -> dict[str, object]:
    size = counts["size"]
    mean = counts["members_lost"] / size
    bounds = Interval(float("nan"), float("nan"))
    if size > 1:
        squares = counts["members_lost_squared"] - size * mean**2
        bounds = normal(mean, float(np.sqrt(max(squares, 0.0) / (size - 1) / size)))
    bounds = Interval(max(bounds.low, 0.0), bounds.high)
    return _row("mean members lost", month, mean, bounds, size) | {"unit": "members"}


def _share(quantity: str, month: int, count: float, size: int) -> dict[str, object]:
    estimate = float(count) / size if size else float("nan")
    return _row(quantity, month, estimate, wilson(float(count), size), size)


def _row(
    quantity: str, month: int, estimate: float, bounds: Interval, size: int
) -> dict[str, object]:
    """One row of a summary; a share of partnerships unless said otherwise."""
    return dict(zip(COLUMNS, (quantity, month, estimate, *bounds, SHARE, size), strict=True))
