"""What came first to each run, who was still watched, and how often it has happened by a time.

Something else may happen first, so shares are Aalen-Johansen's, for tied, discrete times. One
formula gives the variance of any weighted sum of them: a probability, an area, a quantile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from trustsim.analysis.intervals import wilson_bounds
from trustsim.analysis.tables import (
    Floats,
    Integers,
    TableError,
    lives_of,
    numbers_in,
    refuse,
    require_columns,
    require_reach,
)
from trustsim.arguments import one_of
from trustsim.schema import CAUSES

EVENTS = ("matured", "dissolved")
VIEWS = ("cause-specific", "subdistribution")

CENSORED, HAPPENED, PREVENTED = 0, 1, 2
"""No news yet; the event of interest; a competing event, after which it can't come first."""


@dataclass(frozen=True)
class Incidence:
    """Cumulative incidence of one cause at the distinct times of the data.

    `at_risk` and `ended` (by any cause) count cases at each time, `events` those of this cause,
    `surviving` is the share without any event just before it, `known` counts the cases not
    censored before it.
    """

    times: Floats
    at_risk: Floats
    events: Floats
    ended: Floats
    surviving: Floats
    known: Floats
    estimate: Floats

    def variance_of_sum(self, weights: Floats) -> float:
        """Variance of the sum over times of weight times cumulative incidence.

        Delta method on the hazards, whose errors at one time are multinomial and at different
        times uncorrelated. Without censoring it is the multinomial variance, exactly.
        """
        later = weights[::-1].cumsum()[::-1]
        later_rise = (weights * self.estimate)[::-1].cumsum()[::-1] - later * self.estimate
        direct = self.surviving * later
        staying = self.at_risk - self.ended
        # Where nobody stays the incidence rises no more, so what others cost it is 0, not 0/0.
        lost = np.divide(self.ended, staying, out=np.zeros_like(staying), where=staying > 0)
        variance = (
            later_rise**2 * lost / self.at_risk
            + direct**2 * self.events * (self.at_risk - self.events) / self.at_risk**3
            - 2 * later_rise * direct * self.events / self.at_risk**2
        )
        return max(float(variance.sum()), 0.0)

    def standard_errors(self) -> Floats:
        """Standard error of the cumulative incidence at each time."""
        return np.sqrt([self.variance_of_sum(only) for only in np.eye(len(self.times))])

    def effective_sizes(self) -> Floats:
        """Cases that would give the same precision without censoring (Dorey & Korn 1987).

        Without censoring this is the number of cases. Where the estimate is 0 or 1 and its
        variance says nothing, the cases not yet censored.
        """
        variances = self.standard_errors() ** 2
        binomial = self.estimate * (1 - self.estimate)
        inside = (binomial > 1e-12) & (variances > 0)
        return np.divide(binomial, variances, out=self.known.copy(), where=inside)


def incidence(time: ArrayLike, cause: ArrayLike, *, of: int) -> Incidence:
    """Cumulative incidence of one cause; arguments as for `aalen_johansen`.

    >>> incidence([1, 2, 2, 3], [1, 2, 1, 0], of=1).estimate.tolist()
    [0.25, 0.5, 0.5]
    """
    times, causes = _checked(time, cause)
    distinct, place = np.unique(times, return_inverse=True)
    leaving, ended, events = (
        np.bincount(place, weights=which, minlength=len(distinct)).astype(np.float64)
        for which in (np.ones_like(times), causes != 0, causes == of)
    )
    # Those censored at a time are still at risk at it.
    at_risk = leaving[::-1].cumsum()[::-1]
    surviving = np.concatenate([[1.0], np.cumprod(1 - ended / at_risk)[:-1]])
    censored_before = np.concatenate([[0.0], (leaving - ended).cumsum()[:-1]])
    return Incidence(
        times=distinct,
        at_risk=at_risk,
        events=events,
        ended=ended,
        surviving=surviving,
        known=len(times) - censored_before,
        estimate=np.minimum(np.cumsum(surviving * events / at_risk), 1),
    )


def aalen_johansen(time: ArrayLike, cause: ArrayLike) -> pd.DataFrame:
    """Probability that each cause has come first, by each time, with 95 % intervals.

    Ties are the normal case and are not broken. An event and a censoring at one time: the event
    came first. The interval is Wilson's on the effective number of cases: exactly Wilson's
    where nobody has been censored before.

    Parameters
    ----------
    time : array_like
        When the first event came, or watching stopped; positive.
    cause : array_like of int
        What came, 0 = nothing yet (censored).

    Returns
    -------
    pandas.DataFrame
        One row per cause and distinct time: cause, time, at_risk, events (at this time),
        estimate, standard_error, effective (cases), low, high.

    Raises
    ------
    TableError
        Lengths differ, there is no case, or a time is not positive.

    Examples
    --------
    >>> table = aalen_johansen([1, 2, 2, 3], [1, 2, 1, 0])
    >>> table.loc[table.cause == 2, "estimate"].tolist()
    [0.0, 0.25, 0.25]
    """
    causes = sorted({int(value) for value in np.asarray(cause).ravel()} - {0})
    parts = []
    for one in causes or [1]:
        found = incidence(time, cause, of=one)
        sizes = found.effective_sizes()
        low, high = wilson_bounds(found.estimate, sizes)
        columns = {
            "cause": one,
            "time": found.times,
            "at_risk": found.at_risk,
            "events": found.events,
            "estimate": found.estimate,
            "standard_error": found.standard_errors(),
            "effective": sizes,
            "low": low,
            "high": high,
        }
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def _checked(time: ArrayLike, cause: ArrayLike) -> tuple[Floats, Floats]:
    where = "aalen_johansen"
    shapes = np.shape(time), np.shape(cause)
    if shapes[0] != shapes[1] or len(shapes[0]) != 1 or shapes[0] == (0,):
        allowed = "must be plain lists of one length, at least 1"
        refuse(where, "shapes", shapes, allowed, "Pass one entry per case.")
    table = pd.DataFrame({"time": time, "cause": cause})
    times = numbers_in(table, "time", where=where, meaning="a number of months")
    causes = numbers_in(table, "cause", where=where, meaning="a whole number", whole=True)
    if not (times > 0).all():
        allowed = "every time must be positive: months count from 1"
        refuse(where, "time", times.min(), allowed, "Check the month columns.")
    return times, causes


class FirstEvents(NamedTuple):
    """Month and kind of the first event of each run, and the last month that is known about."""

    month: Integers
    cause: Integers
    last: int

    def until(self, month: int | None, *, where: str) -> FirstEvents:
        """What is known at the end of this month (all, for None); TableError if not watched."""
        if month is None:
            return self
        month = require_reach(month, self.last, where=where, what="until")
        cause = np.where(self.month > month, CENSORED, self.cause)
        waiting = bool((cause == CENSORED).any())
        last = min(self.last, month) if waiting else self.last
        return FirstEvents(np.minimum(self.month, month), cause, last)

    def seen_as(self, view: str, *, where: str) -> FirstEvents:
        """Who counts as at risk after a competing event.

        cause-specific: nobody, for it has ended their wait. subdistribution: everybody, for as
        long as the others are watched, so that the hazards add up to the cumulative incidence.
        This takes a table in which nobody is lost from sight before the common last month, and
        raises TableError for others: those with a competing event would need the weights of
        Fine & Gray 1999.
        """
        if one_of(where, "view", view, VIEWS, TableError) == "cause-specific":
            return self
        ends = np.unique(self.month[self.cause == CENSORED])
        last = int(self.month.max())
        if len(ends) > 1 or (len(ends) == 1 and ends[0] < last):
            got = [int(end) for end in (*ends[:2], last)]
            allowed = "the subdistribution view needs one common end of watching"
            step = "Give an `until` that all runs reach, or take the cause-specific view."
            refuse(where, "months watched", got, allowed, step)
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
    """When the event came to each run, or what came instead; TableError for an impossible row.

    Maturity competes with dissolution, and comes first where both fall in one month: a
    partnership that dissolves before it matures never matures. Dissolution has no rival unless
    `first` is set: it is counted whether or not maturity came before. Dissolution from one cause
    competes with the other causes. A run that ends at its horizon is censored there. Maturity must
    be held for some months to count, so in the last few months before the horizon none can be
    recorded.

    >>> runs = pd.DataFrame({"months": [60, 40, 60], "month_matured": [30, None, None]})
    >>> runs["month_dissolved"] = [None, 40, None]
    >>> first_events(runs, "matured").cause.tolist()
    [1, 2, 0]
    >>> first_events(runs, "dissolved", first=True).cause.tolist()
    [2, 1, 0]
    """
    one_of("analysis", "event", event, EVENTS, TableError)
    if cause is not None:
        one_of("analysis", "cause", cause, CAUSES, TableError)
        if event != "dissolved":
            step = 'Ask for the event "dissolved", or leave the cause out.'
            refuse("analysis", "cause", cause, "only dissolution has causes", step)
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
        step = "Correct that row, or ask for dissolution from any cause."
        refuse("runs table", f"cause of row {runs.index[place]}", got, allowed, step)
    return given.to_numpy(dtype=object)
