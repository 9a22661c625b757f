"""One hazard against another in two arms, in both views that competing events allow.

The cause-specific ratio says what the arm does to those who are still waiting; the
subdistribution ratio (Fine & Gray 1999) which way it moves the cumulative incidence. With
competing events the two may differ, even in sign.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from trustsim.analysis.events import HAPPENED, VIEWS, FirstEvents, first_events, named
from trustsim.analysis.intervals import normal
from trustsim.analysis.pairs import same_replicates
from trustsim.analysis.tables import Floats, Integers, require_columns

WHERE = "hazard_ratios"
Flags = NDArray[np.bool_]

STEEPEST = 30.0
"""A logarithm of a ratio beyond this is taken for infinite."""


class Ratio(NamedTuple):
    """Logarithm of a ratio of hazards, and its standard error."""

    log_ratio: float
    standard_error: float


class _Ties(NamedTuple):
    """Events one after the other, with those at risk of each, in both arms (Efron).

    `month` and `first`, `second` have an entry an event; `left` is the part of the
    events of a month that is still at risk when this one comes.
    """

    month: Integers
    left: Floats
    first: Floats
    second: Floats
    in_second: float


def hazard_ratios(
    baseline_runs: pd.DataFrame,
    other_runs: pd.DataFrame,
    *,
    event: str,
    cause: str | None = None,
    until: int | None = None,
    paired: bool = True,
) -> pd.DataFrame:
    """Ratio of the hazards of two arms, other over baseline, cause-specific and subdistribution.

    Cox's partial likelihood with Efron's treatment of ties. The standard error is the sandwich
    of Lin & Wei 1989, with twins as clusters: it asks neither for proportional hazards nor
    for independent arms. Where hazards are not proportional the ratio is an average over the
    months watched. The subdistribution view keeps those with a competing event at risk until
    the end of watching, which must be one month for all.

    Parameters
    ----------
    baseline_runs, other_runs : pandas.DataFrame
        Runs tables.
    event : {"matured", "dissolved"}
        What is waited for.
    cause : str, optional
        Why it dissolved, one of `schema.CAUSES`; any cause if left out.
    until : int, optional
        Last month looked at. For maturity, leave out the months before the horizon in which
        none can be recorded.
    paired : bool, optional
        Whether partnerships with the same replicate are twins; False for arms of different
        luck.

    Returns
    -------
    pandas.DataFrame
        A row a view: event, view, ratio, low, high, log_ratio, standard_error (of the
        logarithm), baseline_events, other_events, n (partnerships in the baseline). Where one
        arm has no event the ratio is 0 or infinite and nothing bounds it; where neither has
        one, or nobody of the other arm is at risk when they come, it is missing.

    Raises
    ------
    TableError
        Replicates differ or repeat (twins), an argument is unknown or out of range, or
        runs were watched for different lengths of time.

    Examples
    --------
    >>> months = {"replicate": range(4), "months": 60, "month_matured": None}
    >>> baseline = pd.DataFrame({**months, "month_dissolved": [10, 20, 30, None]})
    >>> other = pd.DataFrame({**months, "month_dissolved": [20, 30, None, None]})
    >>> table = hazard_ratios(baseline, other, event="dissolved", until=60)
    >>> table["ratio"].round(4).tolist()
    [0.4883, 0.4883]
    """
    for runs, arm in ((baseline_runs, "baseline"), (other_runs, "other")):
        require_columns(runs, ("replicate",) if paired else (), where=f"{WHERE}, {arm}")
    if paired:
        baseline_runs, other_runs = same_replicates(baseline_runs, other_runs, where=WHERE)
    arms = [
        first_events(runs, event, cause=cause).until(until, where=WHERE)
        for runs in (baseline_runs, other_runs)
    ]
    sizes = [len(arm.month) for arm in arms]
    clusters = np.concatenate([np.arange(sizes[0]), np.arange(sizes[1])])
    if not paired:
        clusters = np.arange(sum(sizes))
    counts = [int((arm.cause == HAPPENED).sum()) for arm in arms]
    rows = []
    for view in VIEWS:
        found = log_hazard_ratio(_both(arms).seen_as(view, where=WHERE), sizes[0], clusters)
        bounds = normal(*found)
        rows.append(
            {
                "event": named(event, cause),
                "view": view,
                "ratio": float(np.exp(found.log_ratio)),
                "low": float(np.exp(bounds.low)) if np.isfinite(bounds.low) else 0.0,
                "high": float(np.exp(bounds.high)) if np.isfinite(bounds.high) else np.inf,
                "log_ratio": found.log_ratio,
                "standard_error": found.standard_error,
                "baseline_events": counts[0],
                "other_events": counts[1],
                "n": sizes[0],
            }
        )
    return pd.DataFrame(rows)


def log_hazard_ratio(first: FirstEvents, size: int, clusters: Integers) -> Ratio:
    """Logarithm of the ratio of the hazards of all after the first `size` cases, over theirs.

    clusters: a number for each case; those that share one may depend on each other.
    """
    second = np.arange(len(first.month)) >= size
    happened = first.cause == HAPPENED
    ties = _ties(first, second, happened)
    # An event that comes when nobody of the other arm is at risk says nothing of the ratio.
    if not (ties.first * ties.second).any():
        return Ratio(float("nan"), float("nan"))

    def surplus(log_ratio: float) -> float:
        return ties.in_second - float(_mean(ties, log_ratio).sum())

    if surplus(-STEEPEST) <= 0 or surplus(STEEPEST) >= 0:
        steep = np.inf if surplus(0.0) > 0 else -np.inf
        return Ratio(float(steep), float("nan"))
    log_ratio = float(scipy.optimize.brentq(surplus, -STEEPEST, STEEPEST, xtol=1e-12))
    mean = _mean(ties, log_ratio)
    information = float((mean * (1 - mean)).sum())
    pulls = _pulls(first, second, happened, ties, log_ratio)
    spread = float((np.bincount(clusters, weights=pulls) ** 2).sum())
    return Ratio(log_ratio, float(np.sqrt(spread)) / information)


def _both(arms: list[FirstEvents]) -> FirstEvents:
    """Two arms as one table, the baseline first."""
    return FirstEvents(
        np.concatenate([arm.month for arm in arms]),
        np.concatenate([arm.cause for arm in arms]),
        min(arm.last for arm in arms),
    )


def _ties(first: FirstEvents, second: Flags, happened: Flags) -> _Ties:
    months = int(first.month.max()) + 1

    def tally(which: Flags) -> Integers:
        return np.bincount(first.month[which], minlength=months)

    events = [tally(happened & ~second), tally(happened & second)]
    at_risk = [tally(which)[::-1].cumsum()[::-1] for which in (~second, second)]
    together = events[0] + events[1]
    month = np.repeat(np.arange(months), together)
    order = np.arange(len(month)) - np.repeat(together.cumsum() - together, together)
    gone = order / together[month]
    return _Ties(
        month=month,
        left=1 - gone,
        first=at_risk[0][month] - gone * events[0][month],
        second=at_risk[1][month] - gone * events[1][month],
        in_second=float(events[1].sum()),
    )


def _mean(ties: _Ties, log_ratio: float) -> Floats:
    """Chance that each event falls on the second arm."""
    heavier = ties.second * np.exp(log_ratio)
    return np.asarray(heavier / (ties.first + heavier))


def _pulls(
    first: FirstEvents, second: Flags, happened: Flags, ties: _Ties, log_ratio: float
) -> Floats:
    """What each case adds to the surplus, its own time at risk included (Lin & Wei 1989)."""
    months = int(first.month.max()) + 1
    mean = _mean(ties, log_ratio)
    rate = 1 / (ties.first + ties.second * np.exp(log_ratio))
    counts = np.maximum(np.bincount(ties.month, minlength=months), 1)
    mean_of_month = np.bincount(ties.month, weights=mean, minlength=months) / counts
    pulls = np.empty(len(second))
    for arm, weight in ((0, 1.0), (1, np.exp(log_ratio))):
        paid = weight * (arm - mean) * rate
        whole = np.bincount(ties.month, weights=paid, minlength=months)
        own = np.bincount(ties.month, weights=paid * ties.left, minlength=months)
        mine = second == bool(arm)
        month, mine_happened = first.month[mine], happened[mine]
        before = (whole.cumsum() - whole)[month]
        now = np.where(mine_happened, own[month], whole[month])
        gained = np.where(mine_happened, arm - mean_of_month[month], 0.0)
        pulls[mine] = gained - before - now
    return pulls
