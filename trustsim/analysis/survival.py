"""How likely, how soon: maturity and dissolution with their uncertainty, from the runs table.

Maturity and dissolution compete, and runs are censored at the horizon. So nothing here is a
mean over the runs that happened to finish, nor one minus Kaplan-Meier with the rival censored.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from trustsim.analysis.competing import Incidence, aalen_johansen
from trustsim.analysis.events import CENSORED, FirstEvents, first_events, incidence_of, named
from trustsim.analysis.hazards import hazard, smoothed_hazard
from trustsim.analysis.intervals import Interval, normal, poisson_rate, wilson_bounds
from trustsim.analysis.quantiles import median_given_event
from trustsim.analysis.tables import Floats, Integers, require_reach, whole_month
from trustsim.analysis.turnbull import turnbull
from trustsim.schema import CAUSES

__all__ = [
    "aalen_johansen",
    "cumulative_incidence",
    "hazard",
    "median_given_event",
    "months_lost",
    "restricted_mean",
    "smoothed_hazard",
    "turnbull",
]

TIME_WITHOUT = {"matured": "months not mature", "dissolved": "months alive"}


def cumulative_incidence(
    runs: pd.DataFrame,
    *,
    event: str,
    by: Sequence[int] | None = None,
    cause: str | None = None,
    first: bool = False,
) -> pd.DataFrame:
    """Probability that a partnership has matured, or dissolved, by each month.

    Aalen-Johansen. Maturity is counted where it came before dissolution; dissolution whenever it
    came, so the two may add up to more than 1: a partnership can mature and dissolve later. With
    `first` dissolution is counted only where it came before maturity, and the two add up to at
    most 1. The interval is Wilson's where no run has been censored before the month,
    and Wilson's on the effective number of runs where some have.

    Parameters
    ----------
    runs : pandas.DataFrame
        Runs table.
    event : {"matured", "dissolved"}
        Maturity before dissolution, or dissolution whenever.
    by : sequence of int, optional
        Months asked for, 0 for the start (where nothing has happened, for certain); all of them,
        and month 0, if left out.
    cause : str, optional
        Why it dissolved, one of `schema.CAUSES`, with the other causes competing; any cause if
        left out.
    first : bool, optional
        Whether only the first of maturity and dissolution counts.

    Returns
    -------
    pandas.DataFrame
        event ("dissolved first" with `first`), month, estimate, standard_error, low, high,
        at_risk (at the start of the month), events (up to and in the month), n (runs).

    Raises
    ------
    TableError
        A month is past the last one watched, or a row of the table is impossible.

    Examples
    --------
    >>> runs = pd.DataFrame({"months": [60, 40, 60, 60], "month_matured": [30, None, None, 30]})
    >>> runs["month_dissolved"] = [None, 40, None, 50]
    >>> cumulative_incidence(runs, event="matured", by=[29, 30, 60])["estimate"].tolist()
    [0.0, 0.5, 0.5]
    """
    waits = first_events(runs, event, cause=cause, first=first)
    if by is None:
        months = np.arange(min(waits.last, int(runs["months"].max())) + 1)
    else:
        where = {"where": "cumulative_incidence", "what": "by"}
        asked = [whole_month(month, **where) for month in by]
        months = np.array([n and require_reach(n, waits.last, **where) for n in asked], np.int64)
    found = incidence_of(waits)
    estimate = _at(found, found.estimate, months)
    unseen = (waits.cause == CENSORED) & (waits.month < months[:, None])
    sizes = np.where(
        (estimate > 0) & (estimate < 1),
        _at(found, found.effective_sizes(), months),
        len(runs) - unseen.sum(axis=1),
    )
    low, high = wilson_bounds(estimate, sizes)
    certain = months == 0
    return pd.DataFrame(
        {
            "event": named(event, cause, first=first),
            "month": months,
            "estimate": estimate,
            "standard_error": _at(found, found.standard_errors(), months),
            "low": np.where(certain, 0.0, low),
            "high": np.where(certain, 0.0, high),
            "at_risk": [int((waits.month >= month).sum()) for month in months],
            "events": _at(found, found.events.cumsum(), months).astype(np.int64),
            "n": len(runs),
        }
    )


def restricted_mean(runs: pd.DataFrame, *, event: str, horizon: int) -> pd.DataFrame:
    """Mean months without the event until a horizon.

    Dissolution: months alive. Maturity: months not yet mature, where a partnership that
    dissolves first never matures and counts the whole horizon. Both are the horizon minus the
    area under the cumulative incidence; an event in month m counts m months. The interval is
    normal; where no run had the event before the horizon its lower end is conservative: as many
    events as Garwood's bound for none allows, all in month 1.

    Parameters
    ----------
    runs : pandas.DataFrame
        Runs table.
    event : {"matured", "dissolved"}
        What ends the months that are counted.
    horizon : int
        Months, at least 1.

    Returns
    -------
    pandas.DataFrame
        One row: quantity, month (the horizon), estimate, standard_error, low, high, unit, n.

    Raises
    ------
    TableError
        The horizon was not watched, or a row of the table is impossible.

    Examples
    --------
    >>> runs = pd.DataFrame({"months": [60, 40], "month_matured": [30, None]})
    >>> runs["month_dissolved"] = [None, 40]
    >>> restricted_mean(runs, event="matured", horizon=60)["estimate"].item()
    45.0
    """
    first = first_events(runs, event)
    horizon = require_reach(horizon, first.last, where="restricted_mean", what="horizon")
    found = incidence_of(first)
    lost, error = _area(found, horizon)
    estimate = horizon - lost
    bounds = normal(estimate, error)
    if not lost:
        bounds = Interval(horizon - _most_lost_unseen(first, horizon), estimate)
    row = {
        "quantity": f"{TIME_WITHOUT[event]}, restricted mean",
        "month": horizon,
        "estimate": estimate,
        "standard_error": error,
        "low": max(bounds.low, 0.0),
        "high": min(bounds.high, float(horizon)),
        "unit": "months",
        "n": len(runs),
    }
    return pd.DataFrame([row])


def months_lost(runs: pd.DataFrame, *, horizon: int) -> pd.DataFrame:
    """Mean months of life lost until a horizon, by the cause that took them.

    The area under the cumulative incidence of each cause; together they are the horizon minus
    the mean months alive. An event in month m costs the months after m. The interval is normal;
    where a cause took nothing before the horizon its upper end is conservative: as many events
    as Garwood's bound for none allows, all in month 1.

    Parameters
    ----------
    runs : pandas.DataFrame
        Runs table, with the cause of each dissolution.
    horizon : int
        Months.

    Returns
    -------
    pandas.DataFrame
        A row for each of `schema.CAUSES` and one for "any": cause, month (the horizon),
        estimate, standard_error, low, high, unit, events (by the horizon), n.

    Raises
    ------
    TableError
        The horizon was not watched, or a column is missing.

    Examples
    --------
    >>> runs = pd.DataFrame({"months": [60, 40], "month_matured": None})
    >>> runs["month_dissolved"], runs["cause"] = [None, 40], [None, "vote"]
    >>> table = months_lost(runs, horizon=60).set_index("cause")
    >>> table.loc["vote", "estimate"].item(), table.loc["breach", "estimate"].item()
    (10.0, 0.0)
    """
    rows = []
    for cause in (*CAUSES, None):
        first = first_events(runs, "dissolved", cause=cause)
        horizon = require_reach(horizon, first.last, where="months_lost", what="horizon")
        found = incidence_of(first)
        estimate, error = _area(found, horizon)
        bounds = normal(estimate, error)
        if not estimate:
            bounds = Interval(0.0, _most_lost_unseen(first, horizon))
        rows.append(
            {
                "cause": cause or "any",
                "month": horizon,
                "estimate": estimate,
                "standard_error": error,
                "low": max(bounds.low, 0.0),
                "high": min(bounds.high, float(horizon)),
                "unit": "months",
                "events": int(found.events[found.times <= horizon].sum()),
                "n": len(runs),
            }
        )
    return pd.DataFrame(rows)


def _area(found: Incidence, horizon: int) -> tuple[float, float]:
    """Area under the incidence until the horizon, and its standard error."""
    edges = np.append(found.times, np.inf)
    # The incidence of each time lasts until the next one, or until the horizon.
    lasts = np.diff(np.minimum(edges, horizon))
    return float(lasts @ found.estimate), float(np.sqrt(found.variance_of_sum(lasts)))


def _most_lost_unseen(first: FirstEvents, horizon: int) -> float:
    """Upper bound of the months lost by the horizon where no event was seen before it.

    No event has no variance, which would claim that there can't be any. If the share with the
    event is p, no loss is larger than p (horizon - 1), and n runs show none with probability
    (1 - p)^n. Garwood's p (3.69 / n, at most 1) is missed so in less than 2.5 % of tables.
    """
    unseen = (first.cause == CENSORED) & (first.month < horizon - 1)
    share = min(poisson_rate(0, len(first.month) - int(unseen.sum())).high, 1.0)
    return share * (horizon - 1)


def _at(found: Incidence, values: Floats, months: Integers) -> Floats:
    """Step function through the times of the data, read at some months; 0 before."""
    steps = np.concatenate([[0.0], values])
    return np.asarray(steps[np.searchsorted(found.times, months, side="right")])
