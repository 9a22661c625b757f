"""How dangerous each age is, to those who have got that far."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trustsim.analysis.events import FirstEvents, first_events, named
from trustsim.analysis.intervals import poisson_rate, weighted_rate
from trustsim.analysis.tables import LONGEST, Floats, TableError
from trustsim.arguments import whole
from trustsim.errors import refusal

MONTHS_A_YEAR = 12
UNIT = "per partnership-year"


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
    stretches = in_stretches(first, width, where="hazard")
    years = stretches["person_months"] / MONTHS_A_YEAR
    counts = stretches["events"]
    bounds = [poisson_rate(*each) for each in zip(counts, years, strict=True)]
    return pd.DataFrame(
        {
            "event": named(event, cause),
            "month_from": stretches["month_from"],
            "month_to": stretches["month_to"],
            "month": (stretches["month_from"] + stretches["month_to"]) / 2,
            "estimate": counts / years,
            "low": [each.low for each in bounds],
            "high": [each.high for each in bounds],
            "events": counts,
            "person_months": stretches["person_months"],
            "unit": UNIT,
            "n": len(runs),
        }
    )


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
    if bandwidth < 2:
        allowed = "must be at least 2 months, or there is nothing to average"
        raise TableError(refusal("smoothed_hazard", "bandwidth", bandwidth, allowed, "Choose 12."))
    first = first_events(runs, event, cause=cause)
    first = first.until(until, where="smoothed_hazard").seen_as(view, where="smoothed_hazard")
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
            "unit": UNIT,
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
    place = np.arange(months, dtype=np.float64)
    distance = place[None, :] - place[:, None]
    kernel = np.maximum(1 - (distance / bandwidth) ** 2, 0)
    mass, lean, spread = (
        (kernel * distance**power).sum(axis=1, keepdims=True) for power in (0, 1, 2)
    )
    if months == 1:
        return np.ones((1, 1))
    return np.asarray(kernel * (spread - lean * distance) / (mass * spread - lean**2))


def in_stretches(first: FirstEvents, width: int, *, where: str) -> pd.DataFrame:
    """Events and months at risk in stretches of so many months; the last may be shorter.

    Columns month_from, month_to, events, person_months.

    Raises
    ------
    TableError
        The width is no whole number of months.
    """
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
