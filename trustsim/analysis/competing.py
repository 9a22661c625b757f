"""How often something has happened by a time, when something else may happen first.

The Aalen-Johansen estimator for tied, discrete times, and the variance of anything that is a
weighted sum of it. One formula serves a probability, an area and a quantile.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from trustsim.analysis.intervals import wilson_bounds
from trustsim.analysis.tables import Floats, TableError, numbers_in
from trustsim.errors import refusal

WHERE = "aalen_johansen"


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
        variances = np.empty(len(self.times))
        for place in range(len(self.times)):
            weights = np.zeros(len(self.times))
            weights[place] = 1
            variances[place] = self.variance_of_sum(weights)
        return np.sqrt(variances)

    def effective_sizes(self) -> Floats:
        """Cases that would give the same precision without censoring (Dorey & Korn 1987).

        Without censoring this is the number of cases. Where the estimate is 0 or 1 and its
        variance says nothing, the cases not yet censored.
        """
        variances = self.standard_errors() ** 2
        binomial = self.estimate * (1 - self.estimate)
        inside = (binomial > 1e-12) & (variances > 0)
        return np.divide(binomial, variances, out=self.known.copy(), where=inside)


def incidence(
    time: ArrayLike, cause: ArrayLike, *, of: int, weights: ArrayLike | None = None
) -> Incidence:
    """Cumulative incidence of one cause; those censored at a time are still at risk at it.

    Parameters
    ----------
    time : array_like
        When the first event came, or watching stopped; positive.
    cause : array_like of int
        What came, 0 = nothing yet (censored).
    of : int
        The cause of interest.
    weights : array_like, optional
        How many cases each entry stands for (frequencies, not survey weights).

    Examples
    --------
    >>> incidence([1, 2, 2, 3], [1, 2, 1, 0], of=1).estimate.tolist()
    [0.25, 0.5, 0.5]
    """
    times, causes, counts = _checked(time, cause, weights)
    distinct, place = np.unique(times, return_inverse=True)
    size = len(distinct)

    def tally(which: Floats) -> Floats:
        return np.bincount(place, weights=which, minlength=size).astype(np.float64)

    leaving = tally(counts)
    ended = tally(counts * (causes != 0))
    events = tally(counts * (causes == of))
    at_risk = leaving[::-1].cumsum()[::-1]
    surviving = np.concatenate([[1.0], np.cumprod(1 - ended / at_risk)[:-1]])
    censored_before = np.concatenate([[0.0], (leaving - ended).cumsum()[:-1]])
    return Incidence(
        times=distinct,
        at_risk=at_risk,
        events=events,
        ended=ended,
        surviving=surviving,
        known=counts.sum() - censored_before,
        estimate=np.minimum(np.cumsum(surviving * events / at_risk), 1),
    )


def aalen_johansen(
    time: ArrayLike, cause: ArrayLike, *, weights: ArrayLike | None = None
) -> pd.DataFrame:
    """Probability that each cause has come first, by each time, with 95 % intervals.

    Ties are the normal case and are not broken. An event and a censoring at one time: the event
    came first. The interval is Wilson's on the effective number of cases: exactly Wilson's
    where nobody has been censored before.

    Parameters
    ----------
    time, cause, weights
        As for `incidence`.

    Returns
    -------
    pandas.DataFrame
        One row per cause and distinct time: cause, time, at_risk, events (at this time),
        estimate, standard_error, effective (cases), low, high.

    Raises
    ------
    TableError
        Lengths differ, there is no case, a time is not positive or a weight is negative.

    Examples
    --------
    >>> table = aalen_johansen([1, 2, 2, 3], [1, 2, 1, 0])
    >>> table.loc[table.cause == 2, "estimate"].tolist()
    [0.0, 0.25, 0.25]
    """
    causes = sorted({int(value) for value in np.asarray(cause).ravel()} - {0})
    parts = []
    for one in causes or [1]:
        found = incidence(time, cause, of=one, weights=weights)
        sizes = found.effective_sizes()
        low, high = wilson_bounds(found.estimate, sizes)
        parts.append(
            pd.DataFrame(
                {
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
            )
        )
    return pd.concat(parts, ignore_index=True)


def _checked(
    time: ArrayLike, cause: ArrayLike, weights: ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    given = {"time": time, "cause": cause, "weights": weights}
    lists = {name: np.asarray(one) for name, one in given.items() if one is not None}
    shapes = {one.shape for one in lists.values()}
    if len(shapes) > 1 or len(lists["time"].shape) != 1 or not len(lists["time"]):
        got = tuple(one.shape for one in lists.values())
        allowed = "must be plain lists of one length, at least 1"
        raise TableError(refusal(WHERE, "shapes", got, allowed, "Pass one entry per case."))
    table = pd.DataFrame(lists)
    times = numbers_in(table, "time", where=WHERE, meaning="a number of months")
    causes = numbers_in(table, "cause", where=WHERE, meaning="a whole number", whole=True)
    counts = np.ones_like(times)
    if weights is not None:
        counts = numbers_in(table, "weights", where=WHERE)
    if not (times > 0).all():
        allowed = "every time must be positive: months count from 1"
        raise TableError(refusal(WHERE, "time", times.min(), allowed, "Check the month columns."))
    if (counts < 0).any() or counts.sum() == 0:
        allowed = "a weight is a number of cases: at least 0, and not all 0"
        raise TableError(refusal(WHERE, "weights", counts.min(), allowed, "Check the weights."))
    kept = counts > 0
    return times[kept], causes[kept], counts[kept]
