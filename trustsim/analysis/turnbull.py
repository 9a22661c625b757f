"""When something happened, if all that is known is between which two inspections.

Turnbull 1976: the distribution that makes the data most likely. It is settled only on a few
stretches of time; how its mass lies inside one of them the data can't tell.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from trustsim.analysis.tables import Floats, refuse, require_columns

WHERE = "turnbull"
GAP = 1e-8
"""The search stops when the log-likelihood is provably within this of its maximum."""
MOST_STEPS = 200_000

# Order of ends that share a time: an exact observation opens before, (.., t] closes at,
# and (t, ..] opens after.
OPENS_AT, CLOSES, OPENS_AFTER = 0, 1, 2


def turnbull(left: ArrayLike, right: ArrayLike) -> pd.DataFrame:
    """Most likely distribution of times known to lie in (left, right].

    Parameters
    ----------
    left, right : array_like
        Last inspection before, first inspection after. Equal: the time itself is known. A
        right of infinity: it had not happened at the last inspection.

    Returns
    -------
    pandas.DataFrame
        One row per stretch that may hold mass: left, right, mass, estimate (share by right), n.
        Between right of one row and left of the next the estimate is flat; from left to right
        of one row it is unknown. Mass that is never seen has a right of infinity.

    Raises
    ------
    TableError
        The lists differ in length or are empty, a right lies before its left, or the search
        does not settle.

    Examples
    --------
    >>> turnbull([0, 1, 2], [1, 2, np.inf])["estimate"].round(4).tolist()
    [0.3333, 0.6667, 1.0]
    """
    lefts, rights = _checked(left, right)
    opening = np.where(lefts == rights, OPENS_AT, OPENS_AFTER)
    starts, ends = _innermost(lefts, rights, opening)
    # Whether each case has opened, at the latest, where each stretch opens, and closes after it.
    earlier = lefts[:, None] < starts[:, 0]
    together = (lefts[:, None] == starts[:, 0]) & (opening[:, None] <= starts[:, 1])
    inside = (earlier | together) & (ends[:, 0] <= rights[:, None])
    mass = _most_likely(inside.astype(np.float64))
    return pd.DataFrame(
        {
            "left": starts[:, 0],
            "right": ends[:, 0],
            "mass": mass,
            "estimate": np.minimum(mass.cumsum(), 1),
            "n": float(len(lefts)),
        }
    )


def designation(units: pd.DataFrame) -> pd.DataFrame:
    """Turnbull curve, in years, of when English partnerships were designated as integrated.

    Those designated only because the deadline came are censored at the inspection before it.

    Parameters
    ----------
    units : pandas.DataFrame
        left_years, right_years and deadline_forced of each partnership (table `ics_units`).

    Returns
    -------
    pandas.DataFrame
        As `turnbull`.
    """
    require_columns(units, ("left_years", "right_years", "deadline_forced"), where="units")
    forced = units["deadline_forced"].to_numpy() != 0
    rights = np.where(forced, np.inf, units["right_years"].to_numpy(dtype=np.float64))
    return turnbull(units["left_years"].to_numpy(dtype=np.float64), rights)


def _innermost(lefts: Floats, rights: Floats, opening: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Stretches that open at some left and close at some right with no other end between."""
    opens = np.column_stack([lefts, opening])
    closes = np.column_stack([rights, np.full(len(rights), CLOSES)])
    ends = np.unique(np.vstack([opens, closes]), axis=0)
    is_open = ends[:, 1] != CLOSES
    found = np.flatnonzero(is_open[:-1] & ~is_open[1:])
    return ends[found], ends[found + 1]


def _most_likely(inside: Floats) -> Floats:
    """Masses by self-consistency: each case is shared over the stretches it may lie in."""
    total = float(len(inside))
    mass = np.full(inside.shape[1], 1 / inside.shape[1])
    for _ in range(MOST_STEPS):
        pull = (1 / (inside @ mass)) @ inside
        # Concavity: no distribution is better by more than this (Gentleman & Geyer 1994).
        if pull.max() - total < GAP:
            return mass
        mass = mass * pull / total
    allowed = f"the likelihood has not settled within {GAP}"
    return refuse(WHERE, "steps", MOST_STEPS, allowed, "Round the times, so that fewer differ.")


def _checked(left: ArrayLike, right: ArrayLike) -> tuple[Floats, Floats]:
    lefts = np.asarray(left, dtype=np.float64)
    rights = np.asarray(right, dtype=np.float64)
    if lefts.ndim != 1 or lefts.shape != rights.shape or len(lefts) == 0:
        allowed = "must be plain lists of one length, at least 1"
        got = (lefts.shape, rights.shape)
        refuse(WHERE, "shapes", got, allowed, "Pass one entry per case.")
    sound = (lefts <= rights) & np.isfinite(lefts)
    if not sound.all():
        place = int(np.argmin(sound))
        dates = (float(lefts[place]), float(rights[place]))
        allowed = "left must be finite and at most right"
        refuse(WHERE, f"entry {place}", dates, allowed, "Check its dates.")
    return lefts, rights
