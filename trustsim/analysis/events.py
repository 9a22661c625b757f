"""From the runs table to times and causes: what came first, and who was still watched."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from trustsim.analysis.competing import Incidence, incidence
from trustsim.analysis.tables import Integers, TableError, month_numbers, require_columns
from trustsim.errors import nearest, refusal

EVENTS = ("matured", "dissolved")
COLUMNS = ("months", "month_matured", "month_dissolved")

CENSORED, HAPPENED, PREVENTED = 0, 1, 2
"""No news yet; the event of interest; a competing event, after which it can't come first."""


class FirstEvents(NamedTuple):
    """Month and kind of the first event of each run, and the last month that is known about."""

    month: Integers
    cause: Integers
    last: int


def first_events(runs: pd.DataFrame, event: str) -> FirstEvents:
    """When the event came to each run, or what came instead.

    Maturity competes with dissolution, and comes first where both fall in one month: a
    partnership that dissolves before it matures never matures. Dissolution has no rival: it is
    counted whether or not maturity came before. A run that ends at its horizon is censored
    there. Maturity must be held for some months to count, so in the last few months before the
    horizon none can be recorded.

    Parameters
    ----------
    runs : pandas.DataFrame
        Runs table: months, month_matured, month_dissolved.
    event : {"matured", "dissolved"}
        What is waited for.

    Raises
    ------
    TableError
        A column is missing, or the event is unknown.

    Examples
    --------
    >>> runs = pd.DataFrame({"months": [60, 40, 60], "month_matured": [30, None, None]})
    >>> runs["month_dissolved"] = [None, 40, None]
    >>> first_events(runs, "matured").cause.tolist()
    [1, 2, 0]
    """
    if event not in EVENTS:
        raise TableError(
            refusal(
                "analysis",
                "event",
                event,
                f"must be one of {', '.join(EVENTS)}",
                f"Choose one of them.{nearest(str(event), EVENTS)}",
            )
        )
    require_columns(runs, COLUMNS, where="runs table")
    months = runs["months"].to_numpy(dtype=np.int64)
    dissolved = month_numbers(runs, "month_dissolved")
    matured = month_numbers(runs, "month_matured")
    wanted = matured if event == "matured" else dissolved
    cause = np.where(wanted > 0, HAPPENED, np.where(dissolved > 0, PREVENTED, CENSORED))
    month = np.where(wanted > 0, wanted, np.where(dissolved > 0, dissolved, months))
    # When nobody is left to be watched, nothing can change any more and every month is known.
    waiting = (cause == CENSORED).any()
    last = int(month.max()) if waiting else int(np.iinfo(np.int64).max)
    return FirstEvents(month.astype(np.int64), cause.astype(np.int64), last)


def incidence_of(first: FirstEvents) -> Incidence:
    """Cumulative incidence of the event that was waited for."""
    return incidence(first.month, first.cause, of=HAPPENED)
