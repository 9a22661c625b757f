"""How dangerous each age is, to those who have got that far."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trustsim.analysis.events import HAPPENED, FirstEvents, first_events
from trustsim.analysis.intervals import poisson_rate
from trustsim.analysis.tables import TableError
from trustsim.errors import refusal

MONTHS_A_YEAR = 12


def hazard(runs: pd.DataFrame, *, event: str, width: int = 6) -> pd.DataFrame:
    """Events per partnership-year among those to whom it could still happen, by age.

    Events divided by time at risk in each stretch of months, with Garwood's exact interval.

    Parameters
    ----------
    width : int, optional
        Months in a stretch; the last one may be shorter.

    Returns
    -------
    pandas.DataFrame
        event, month_from, month_to, month (middle), estimate, low, high, events,
        person_months (at risk), unit, n (runs).
    """
    first = first_events(runs, event)
    if width < 1:
        allowed = "must be at least 1 month"
        raise TableError(refusal("hazard", "width", width, allowed, "Choose 6 or 12."))
    rows = [_stretch(first, start, width) for start in range(0, int(first.month.max()), width)]
    table = pd.DataFrame(rows)
    table.insert(0, "event", event)
    return table.assign(unit="per partnership-year", n=len(runs))


def _stretch(first: FirstEvents, start: int, width: int) -> dict[str, float]:
    stop = min(start + width, int(first.month.max()))
    happened = (first.cause == HAPPENED) & (first.month > start) & (first.month <= stop)
    exposure = int(np.clip(first.month - start, 0, stop - start).sum())
    bounds = poisson_rate(int(happened.sum()), exposure / MONTHS_A_YEAR)
    return {
        "month_from": start + 1,
        "month_to": stop,
        "month": (start + 1 + stop) / 2,
        "estimate": int(happened.sum()) / exposure * MONTHS_A_YEAR,
        "low": bounds.low,
        "high": bounds.high,
        "events": int(happened.sum()),
        "person_months": exposure,
    }
