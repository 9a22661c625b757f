"""How likely, how soon, how dangerous: maturity and dissolution, from the runs table.

Maturity and dissolution compete, and runs are censored at the horizon. So nothing here is a
mean over the runs that happened to finish, nor one minus Kaplan-Meier with the rival censored.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from trustsim.analysis.events import (
    CENSORED,
    FirstEvents,
    Incidence,
    first_events,
    incidence_of,
    named,
)
from trustsim.analysis.intervals import (
    UNKNOWN,
    Interval,
    normal,
    poisson_rate,
    quantile_ranks,
    weighted_rate,
    wilson_bounds,
)
from trustsim.analysis.tables import (
    LONGEST,
    Floats,
    Integers,
    TableError,
    refuse,
    require_reach,
    whole_month,
)
from trustsim.arguments import whole
from trustsim.schema import CAUSES

TIME_WITHOUT = {"matured": "months not mature", "dissolved": "months alive"}
QUANTILES = {0.1: "first decile", 0.25: "first quartile", 0.5: "median"}
MONTHS_A_YEAR = 12
RATE = "per partnership-year"
HAZARD = (
    *("event", "month_from", "month_to", "month", "estimate", "low", "high", "events"),
    *("person_months", "unit", "n"),
)


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
    lost, error = _area(incidence_of(first), horizon)
    estimate = horizon - lost
    bounds = normal(estimate, error)
    if not lost:
        bounds = Interval(horizon - _most_lost_unseen(first, horizon), estimate)
    quantity = f"{TIME_WITHOUT[event]}, restricted mean"
    row = (quantity, horizon, estimate, error, *_within(bounds, horizon), "months", len(runs))
    columns = ["quantity", "month", "estimate", "standard_error", "low", "high", "unit", "n"]
    return pd.DataFrame([row], columns=columns)


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
        events = int(found.events[found.times <= horizon].sum())
        ends = _within(bounds, horizon)
        rows.append((cause or "any", horizon, estimate, error, *ends, "months", events, len(runs)))
    columns = ["cause", "month", "estimate", "standard_error", "low", "high", "unit", "events", "n"]
    return pd.DataFrame(rows, columns=columns)


def median_given_event(
    runs: pd.DataFrame, *, event: str, horizon: int, shares: Sequence[float] = (0.1, 0.5)
) -> pd.DataFrame:
    """First decile and median month among those to whom it happens by the horizon.

    Quantiles of the cumulative incidence divided by its value at the horizon. Interval: order
    statistics (distribution-free); with censoring, on the effective number of events. Where
    there are too few events for a bound, it is month 1 or the horizon.

    Parameters
    ----------
    runs : pandas.DataFrame
        Runs table.
    event : {"matured", "dissolved"}
        What is waited for.
    horizon : int
        Months; nothing later is looked at.
    shares : sequence of float, optional
        Quantiles, above 0 and at most 1.

    Returns
    -------
    pandas.DataFrame
        quantity, month (the horizon), estimate, low, high, unit, n (events by the horizon).
        Without any event the estimate and its bounds are missing.

    Raises
    ------
    TableError
        The horizon was not watched, a share is no quantile, or a row is impossible.
    """
    first = first_events(runs, event)
    horizon = require_reach(horizon, first.last, where="median_given_event", what="horizon")
    found = incidence_of(first)
    events = int(found.events[found.times <= horizon].sum())
    rows = []
    for share in shares:
        if not 0 < share <= 1:
            allowed, step = "must be above 0 and at most 1", "Ask for 0.5, the median."
            refuse("median_given_event", "share", share, allowed, step)
        estimate, bounds = _quantile(found, share, horizon=horizon)
        quantity = f"{QUANTILES.get(share, f'{share:.0%} quantile')} month of those {event}"
        rows.append((quantity, horizon, estimate, *bounds, "months", events))
    columns = ["quantity", "month", "estimate", "low", "high", "unit", "n"]
    return pd.DataFrame(rows, columns=columns)


def hazard(
    runs: pd.DataFrame,
    *,
    event: str,
    cause: str | None = None,
    width: int = 6,
    view: str = "cause-specific",
    until: int | None = None,
) -> pd.DataFrame:
    """Events per partnership-year among those to whom it could still happen, by age.

    Events divided by time at risk in each stretch of months, with Garwood's exact interval.

    Parameters
    ----------
    runs : pandas.DataFrame
        Runs table.
    event : {"matured", "dissolved"}
        What is waited for.
    cause : str, optional
        Why it dissolved, one of `schema.CAUSES`; any cause if left out.
    width : int, optional
        Months in a stretch; the last one may be shorter.
    view : {"cause-specific", "subdistribution"}, optional
        Whether those to whom something else has happened leave the risk set, or stay in it.
    until : int, optional
        Last month looked at. For maturity, leave out the months before the horizon in which
        none can be recorded.

    Returns
    -------
    pandas.DataFrame
        event, month_from, month_to, month (middle), estimate, low, high, events,
        person_months (at risk), unit, n (runs).

    Raises
    ------
    TableError
        An argument is unknown or out of range, or runs were watched for different lengths of
        time (subdistribution view).
    """
    first = first_events(runs, event, cause=cause)
    first = first.until(until, where="hazard").seen_as(view, where="hazard")
    table = in_stretches(first, width, where="hazard")
    years = table["person_months"] / MONTHS_A_YEAR
    bounds = [poisson_rate(*each) for each in zip(table["events"], years, strict=True)]
    table = table.assign(
        event=named(event, cause),
        month=(table["month_from"] + table["month_to"]) / 2,
        estimate=table["events"] / years,
        low=[each.low for each in bounds],
        high=[each.high for each in bounds],
        unit=RATE,
        n=len(runs),
    )
    return table[list(HAZARD)]


def smoothed_hazard(
    runs: pd.DataFrame,
    *,
    event: str,
    cause: str | None = None,
    bandwidth: int = 12,
    view: str = "cause-specific",
    until: int | None = None,
) -> pd.DataFrame:
    """Events per partnership-year at each month of age, smoothed over its neighbours.

    Increments of the Nelson-Aalen estimator, averaged with an Epanechnikov kernel that is made
    local linear (Nielsen & Tanggaard 2001): a hazard that is constant or a straight line comes
    out without bias, also at both ends. The interval is that of Fay & Feuer 1997 for a weighted
    sum of rare counts. It holds for each month by itself and for the *smoothed* hazard: a peak
    narrower than the bandwidth is flattened.

    Parameters
    ----------
    runs, event, cause, view, until
        As for `hazard`.
    bandwidth : int, optional
        Half width of the kernel in months, at least 2: months this far off count no more.

    Returns
    -------
    pandas.DataFrame
        One row a month: event, month, estimate, standard_error, low, high, events, at_risk (in
        this month), bandwidth, unit, n (runs).

    Raises
    ------
    TableError
        As for `hazard`.

    Examples
    --------
    >>> runs = pd.DataFrame({"months": [1, 2, 3, 4], "month_matured": None})
    >>> runs["month_dissolved"] = [1, 2, 3, None]
    >>> table = smoothed_hazard(runs, event="dissolved", bandwidth=2)
    >>> (table["estimate"] / 12).round(3).tolist()  # increments 1/4, 1/3, 1/2 and 0
    [0.25, 0.358, 0.3, 0.0]
    """
    where = "smoothed_hazard"
    if bandwidth < 2:
        allowed = "must be at least 2 months, or there is nothing to average"
        refuse(where, "bandwidth", bandwidth, allowed, "Choose 12.")
    first = first_events(runs, event, cause=cause)
    first = first.until(until, where=where).seen_as(view, where=where)
    events, at_risk = first.events(), first.at_risk()
    weights = local_linear_weights(len(events), bandwidth) * MONTHS_A_YEAR / at_risk
    low, high = weighted_rate(weights, events)
    return pd.DataFrame(
        {
            "event": named(event, cause),
            "month": np.arange(1, len(events) + 1),
            "estimate": np.maximum(weights @ events, 0.0),
            "standard_error": np.sqrt(weights**2 @ events),
            "low": low,
            "high": high,
            "events": events,
            "at_risk": at_risk,
            "bandwidth": bandwidth,
            "unit": RATE,
            "n": len(runs),
        }
    )


def local_linear_weights(months: int, bandwidth: int) -> Floats:
    """What each month counts towards the smooth value at each; rows add up to 1.

    Away from the ends these are the weights of the kernel itself. Near an end some of the
    farther ones are negative.

    >>> local_linear_weights(4, 2).round(2).tolist()[1]
    [0.3, 0.4, 0.3, 0.0]
    """
    if months == 1:
        return np.ones((1, 1))
    place = np.arange(months, dtype=np.float64)
    distance = place[None, :] - place[:, None]
    kernel = np.maximum(1 - (distance / bandwidth) ** 2, 0)
    mass, lean, spread = (
        (kernel * distance**power).sum(axis=1, keepdims=True) for power in (0, 1, 2)
    )
    return np.asarray(kernel * (spread - lean * distance) / (mass * spread - lean**2))


def in_stretches(first: FirstEvents, width: int, *, where: str) -> pd.DataFrame:
    """Columns month_from, month_to, events, person_months (at risk); the last may be shorter."""
    width = whole(where, "width", width, 1, LONGEST, "months in a stretch", TableError)
    events, at_risk = first.events(), first.at_risk()
    starts = np.arange(0, len(events), width)
    return pd.DataFrame(
        {
            "month_from": starts + 1,
            "month_to": np.minimum(starts + width, len(events)),
            "events": np.add.reduceat(events, starts),
            "person_months": np.add.reduceat(at_risk, starts),
        }
    )


def _within(bounds: Interval, horizon: int) -> Interval:
    return Interval(max(bounds.low, 0.0), min(bounds.high, float(horizon)))


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


def _quantile(found: Incidence, share: float, *, horizon: int) -> tuple[float, Interval]:
    within = found.times <= horizon
    total = found.estimate[within][-1] if within.any() else 0.0
    if total <= 0:
        return float("nan"), UNKNOWN
    conditional = np.where(within, found.estimate / total, np.inf)

    def place_of(level: float) -> int:
        # The shares are sums of fractions: a hair of rounding must not cost a month.
        return int(np.searchsorted(conditional, level - 1e-9))

    place = place_of(share)
    size = _effective_events(found, place, int(within.sum()) - 1)
    low, high = quantile_ranks(size, share)
    return float(found.times[place]), Interval(
        float(found.times[place_of(low / size)]) if low >= 1 else 1.0,
        float(found.times[place_of(high / size)]) if high <= size else float(horizon),
    )


def _effective_events(found: Incidence, place: int, last: int) -> int:
    """Events that would give the conditional share at a place its variance; all, uncensored."""
    total = found.estimate[last]
    share = found.estimate[place] / total
    weights = np.zeros(len(found.times))
    weights[place] += 1
    weights[last] -= share
    variance = found.variance_of_sum(weights) / total**2
    if share >= 1 or variance <= 0:
        return int(found.events[: last + 1].sum())
    return max(int(share * (1 - share) / variance + 1e-6), 1)
