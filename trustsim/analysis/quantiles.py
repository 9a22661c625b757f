"""How long it took those that got there, with intervals that assume no distribution."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from trustsim.analysis.competing import Incidence
from trustsim.analysis.events import first_events, incidence_of
from trustsim.analysis.intervals import Interval, quantile_ranks
from trustsim.analysis.tables import TableError, require_reach
from trustsim.errors import refusal

NAMES = {0.1: "first decile", 0.25: "first quartile", 0.5: "median"}


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
    for share in shares:
        if not 0 < share <= 1:
            allowed, step = "must be above 0 and at most 1", "Ask for 0.5, the median."
            raise TableError(refusal("median_given_event", "share", share, allowed, step))
    found = incidence_of(first)
    events = int(found.events[found.times <= horizon].sum())
    rows = []
    for share in shares:
        estimate, bounds = _quantile(found, share, horizon=horizon)
        rows.append(
            {
                "quantity": f"{_quantile_name(share)} month of those {event}",
                "month": horizon,
                "estimate": estimate,
                "low": bounds.low,
                "high": bounds.high,
                "unit": "months",
                "n": events,
            }
        )
    return pd.DataFrame(rows)


def _quantile(found: Incidence, share: float, *, horizon: int) -> tuple[float, Interval]:
    within = found.times <= horizon
    total = found.estimate[within][-1] if within.any() else 0.0
    if total <= 0:
        return float("nan"), Interval(float("nan"), float("nan"))
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
    events = float(found.events[: last + 1].sum())
    if share >= 1 or variance <= 0:
        return int(events)
    return max(int(share * (1 - share) / variance + 1e-6), 1)


def _quantile_name(share: float) -> str:
    return NAMES.get(share, f"{share:.0%} quantile")
