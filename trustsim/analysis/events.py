"""From the runs table to times and causes: what came first, and who was still watched."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from trustsim.analysis.competing import Incidence, incidence
from trustsim.analysis.tables import (
    Integers,
    TableError,
    lives_of,
    require_columns,
    require_reach,
)
from trustsim.errors import nearest, refusal
from trustsim.schema import CAUSES

EVENTS = ("matured", "dissolved")
VIEWS = ("cause-specific", "subdistribution")

CENSORED, HAPPENED, PREVENTED = 0, 1, 2
"""No news yet; the event of interest; a competing event, after which it can't come first."""


class FirstEvents(NamedTuple):
    """Month and kind of the first event of each run, and the last month that is known about."""

    month: Integers
    cause: Integers
    last: int

    def until(self, month: int | None, *, where: str) -> FirstEvents:
        """What is known at the end of this month; all, for None.

        Raises
        ------
        TableError
            The month was not watched.
        """
        if month is None:
            return self
        month = require_reach(month, self.last, where=where, what="until")
        cause = np.where(self.month > month, CENSORED, self.cause)
        waiting = bool((cause == CENSORED).any())
        return FirstEvents(
            np.minimum(self.month, month), cause, min(self.last, month) if waiting else self.last
        )

    def seen_as(self, view: str, *, where: str) -> FirstEvents:
        """Who counts as at risk after a competing event.

        cause-specific: nobody, for it has ended their wait. subdistribution: everybody, for as
        long as the others are watched, so that the hazards add up to the cumulative incidence.
        This takes a table in which nobody is lost from sight before the common last month; with
        other censoring, those with a competing event would need the weights of Fine & Gray 1999.

        Raises
        ------
        TableError
            Runs were watched for different lengths of time, or the view is unknown.
        """
        if view not in VIEWS:
            allowed = f"must be one of {', '.join(VIEWS)}"
            next_step = f"Choose one of them.{nearest(str(view), VIEWS)}"
            raise TableError(refusal(where, "view", view, allowed, next_step))
        if view == "cause-specific":
            return self
        ends = np.unique(self.month[self.cause == CENSORED])
        last = int(self.month.max())
        if len(ends) > 1 or (len(ends) == 1 and ends[0] < last):
            raise TableError(
                refusal(
                    where,
                    "months watched",
                    [int(end) for end in (*ends[:2], last)],
                    "the subdistribution view needs one common end of watching",
                    "Give an `until` that all runs reach, or take the cause-specific view.",
                )
            )
        prevented = self.cause == PREVENTED
        return FirstEvents(
            np.where(prevented, last, self.month),
            np.where(prevented, CENSORED, self.cause),
            last if prevented.any() else self.last,
        )

    def at_risk(self) -> Integers:
        """How many could still have it in each month, from month 1 to that of the last one."""
        leaving = np.bincount(self.month, minlength=int(self.month.max()) + 1)[1:]
        return np.asarray(leaving[::-1].cumsum()[::-1], dtype=np.int64)

    def events(self) -> Integers:
        """How many had it in each month, from month 1 to that of the last one at risk."""
        happened = self.month[self.cause == HAPPENED]
        return np.bincount(happened, minlength=int(self.month.max()) + 1)[1:].astype(np.int64)


def first_events(
    runs: pd.DataFrame, event: str, *, cause: str | None = None, first: bool = False
) -> FirstEvents:
    """When the event came to each run, or what came instead.

    Maturity competes with dissolution, and comes first where both fall in one month: a
    partnership that dissolves before it matures never matures. Dissolution has no rival unless
    `first` is set: it is counted whether or not maturity came before. Dissolution from one cause
    competes with the other causes. A run that ends at its horizon is censored there. Maturity must
    be held for some months to count, so in the last few months before the horizon none can be
    recorded.

    Parameters
    ----------
    runs : pandas.DataFrame
        Runs table: months, month_matured, month_dissolved; cause if one is asked for.
    event : {"matured", "dissolved"}
        What is waited for.
    cause : str, optional
        Why it dissolved, one of `schema.CAUSES`; any cause if left out.
    first : bool, optional
        Whether dissolution counts only where maturity did not come before it. Maturity always
        counts only where it came first.

    Raises
    ------
    TableError
        A column is missing, a row is impossible, the event or the cause is unknown, or maturity is
        asked for a cause.

    Examples
    --------
    >>> runs = pd.DataFrame({"months": [60, 40, 60], "month_matured": [30, None, None]})
    >>> runs["month_dissolved"] = [None, 40, None]
    >>> first_events(runs, "matured").cause.tolist()
    [1, 2, 0]
    >>> first_events(runs, "dissolved", first=True).cause.tolist()
    [2, 1, 0]
    """
    _check_asked(event, cause)
    watched, matured, dissolved = lives_of(runs)
    wanted, rival = matured, dissolved
    if event == "dissolved":
        wanted = rival = dissolved
        if cause is not None:
            wanted = np.where(_causes(runs, dissolved) == cause, dissolved, 0)
        if first:
            wanted = np.where(matured > 0, 0, wanted)
            rival = np.where(matured > 0, matured, dissolved)
    kind = np.where(wanted > 0, HAPPENED, np.where(rival > 0, PREVENTED, CENSORED))
    month = np.where(wanted > 0, wanted, np.where(rival > 0, rival, watched))
    # When nobody is left to be watched, nothing can change any more and every month is known.
    waiting = (kind == CENSORED).any()
    last = int(month.max()) if waiting else int(np.iinfo(np.int64).max)
    return FirstEvents(month.astype(np.int64), kind.astype(np.int64), last)


def incidence_of(first: FirstEvents) -> Incidence:
    """Cumulative incidence of the event that was waited for."""
    return incidence(first.month, first.cause, of=HAPPENED)


def named(event: str, cause: str | None, *, first: bool = False) -> str:
    """The event in words.

    >>> named("dissolved", "frustration"), named("dissolved", None, first=True)
    ('dissolved: frustration', 'dissolved first')
    """
    words = f"{event} first" if first else event
    return words if cause is None else f"{words}: {cause}"


def _causes(runs: pd.DataFrame, dissolved: Integers) -> np.ndarray:
    """Why each run dissolved, if that is known of every run that did, and of no other."""
    require_columns(runs, ("cause",), where="runs table")
    given = runs["cause"]
    lacks = (dissolved > 0) != given.notna().to_numpy(dtype=bool)
    if lacks.any():
        place = int(lacks.argmax())
        ended = dissolved[place] > 0
        got = "missing" if ended else given.iloc[place]
        allowed = "must be given, as it dissolved" if ended else "must be missing: it goes on"
        what = f"cause of row {runs.index[place]}"
        step = "Correct that row, or ask for dissolution from any cause."
        raise TableError(refusal("runs table", what, got, allowed, step))
    return given.to_numpy(dtype=object)


def _check_asked(event: str, cause: str | None) -> None:
    def check(what: str, got: str, known: tuple[str, ...]) -> None:
        if got not in known:
            allowed = f"must be one of {', '.join(known)}"
            next_step = f"Choose one of them.{nearest(str(got), known)}"
            raise TableError(refusal("analysis", what, got, allowed, next_step))

    check("event", event, EVENTS)
    if cause is None:
        return
    check("cause", cause, CAUSES)
    if event != "dissolved":
        allowed = "only dissolution has causes"
        next_step = 'Ask for the event "dissolved", or leave the cause out.'
        raise TableError(refusal("analysis", "cause", cause, allowed, next_step))
