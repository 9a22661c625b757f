"""Whether a hazard rises and then falls, or only moves one way.

Isotonic regression finds the best hazard that only rises, the best that only falls, and the best
with one peak. A random walk to a barrier and mere heterogeneity have peaks too: a peak is no
evidence for any mechanism.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy

from trustsim.analysis.events import first_events, named
from trustsim.analysis.survival import MONTHS_A_YEAR, in_stretches
from trustsim.analysis.tables import Floats, TableError
from trustsim.errors import refusal

WHERE = "hazard_shape"


class Fits(NamedTuple):
    """How well hazards of each shape fit (log-likelihood), and the stretch before the fall."""

    rising: float
    falling: float
    peaked: float
    last_of_rise: int


def hazard_shape(
    runs: pd.DataFrame,
    *,
    event: str,
    cause: str | None = None,
    width: int = 6,
    view: str = "cause-specific",
    until: int | None = None,
    draws: int = 999,
    seed: int = 0,
) -> pd.DataFrame:
    """Test of whether a hazard has a peak inside, against hazards that move one way only.

    Likelihood ratios of the best hazard that rises, then falls, over the best that only rises
    and over the best that only falls. Each is compared with what comes out where the hazard is
    constant (the numbers at risk as observed, events drawn anew). Peaked is claimed only if
    neither of the two explains the data, so `p_value` is the larger of their two. A small one
    says that there is a rise *and* a fall after it. The test is conservative: far fewer than 5 %
    of hazards without a peak are called peaked, and real peaks are often missed (half of those of
    a random walk among 300 partnerships). So no peak found is weak evidence that there is none.

    Parameters
    ----------
    runs, event, cause, width, view, until
        As for `hazard`: events and months at risk are counted in stretches of `width` months.
    draws : int, optional
        Data sets drawn; p-values are multiples of 1 / (draws + 1).
    seed : int, optional
        Of these draws.

    Returns
    -------
    pandas.DataFrame
        One row: event, peak_from, peak_to (months of the peak of the best peaked hazard),
        peak (that hazard per partnership-year), ratio_rising, ratio_falling (twice the gain in
        log-likelihood of a peak), p_rising, p_falling, p_value, stretches, events, draws, n.

    Raises
    ------
    TableError
        As for `hazard`, or fewer than 1 draw.

    Examples
    --------
    >>> months = [5] * 10 + [15] * 40 + [25] * 5 + [40] * 45
    >>> runs = pd.DataFrame({"months": months, "month_matured": None})
    >>> runs["month_dissolved"] = [month if month < 40 else None for month in months]
    >>> row = hazard_shape(runs, event="dissolved", width=10, draws=99).iloc[0]
    >>> row["peak_from"].item(), row["peak_to"].item(), row["p_value"].item()
    (11, 20, 0.01)
    """
    if draws < 1:
        raise TableError(refusal(WHERE, "draws", draws, "must be at least 1", "Choose 999."))
    first = first_events(runs, event, cause=cause)
    first = first.until(until, where=WHERE).seen_as(view, where=WHERE)
    table = in_stretches(first, width, where=WHERE)
    events, exposure = (table[name].to_numpy() for name in ("events", "person_months"))
    found = shape_fits(events, exposure)
    ratios = _ratios(found)
    generator = np.random.default_rng(seed)
    constant = events.sum() / exposure.sum()
    drawn = generator.binomial(exposure, constant, size=(draws, len(exposure)))
    by_chance = np.array([_ratios(shape_fits(one, exposure)) for one in drawn])
    # A hair of rounding must not turn a tie into a win.
    as_large = (by_chance >= ratios - 1e-9).sum(axis=0)
    chances = (1 + as_large) / (1 + draws)
    start, stop = _peak(events, exposure, found.last_of_rise)
    peak = events[start:stop].sum() / exposure[start:stop].sum() * MONTHS_A_YEAR
    row = {
        "event": named(event, cause),
        "peak_from": int(table["month_from"].iloc[start]),
        "peak_to": int(table["month_to"].iloc[stop - 1]),
        "peak": float(peak),
        "ratio_rising": float(ratios[0]),
        "ratio_falling": float(ratios[1]),
        "p_rising": float(chances[0]),
        "p_falling": float(chances[1]),
        "p_value": float(chances.max()),
        "stretches": len(table),
        "events": int(events.sum()),
        "draws": draws,
        "n": len(runs),
    }
    return pd.DataFrame([row])


def shape_fits(events: Floats, exposure: Floats) -> Fits:
    """Largest log-likelihoods of hazards that rise, that fall, and that rise and then fall.

    Binomial: so many events in so many months at risk, stretch by stretch. For such counts
    least squares by pooling adjacent violators, weighted by exposure, is maximum likelihood.
    A hazard has one peak if it rises up to some stretch and falls after it.

    >>> fits = shape_fits(np.array([1, 5, 1]), np.array([10, 10, 10]))
    >>> fits.peaked > max(fits.rising, fits.falling)
    True
    """
    rises = _likelihood_of_beginnings(events, exposure)
    falls = _likelihood_of_beginnings(events[::-1], exposure[::-1])[::-1]
    # The rise may end anywhere, also nowhere: then the fall is all there is.
    together = rises + falls
    best = int(together.argmax())
    return Fits(float(rises[-1]), float(falls[0]), float(together[best]), best - 1)


def _likelihood_of_beginnings(events: Floats, exposure: Floats) -> Floats:
    """Log-likelihood of the best rising hazard of the first 0, 1, 2, ... stretches."""
    found = np.zeros(len(events) + 1)
    blocks: list[tuple[float, float]] = []
    totals = [0.0]
    for place, (count, months) in enumerate(zip(events, exposure, strict=True)):
        pooled, time = float(count), float(months)
        while blocks and blocks[-1][0] * time >= pooled * blocks[-1][1]:
            before = blocks.pop()
            totals.pop()
            pooled, time = pooled + before[0], time + before[1]
        blocks.append((pooled, time))
        share = pooled / time
        fit = float(
            scipy.special.xlogy(pooled, share) + scipy.special.xlog1py(time - pooled, -share)
        )
        totals.append(totals[-1] + fit)
        found[place + 1] = totals[-1]
    return found


def _ratios(fits: Fits) -> Floats:
    return 2 * np.array([fits.peaked - fits.rising, fits.peaked - fits.falling])


def _peak(events: Floats, exposure: Floats, last_of_rise: int) -> tuple[int, int]:
    """First stretch of the peak, and the first after it."""
    # Which side of the turn holds the peak is seen from the steps that end, and begin, there.
    split = last_of_rise + 1
    rise = _last_step(events[:split], exposure[:split])
    fall = _last_step(events[split:][::-1], exposure[split:][::-1])
    if rise.height >= fall.height:
        return split - rise.length, split
    return split, split + fall.length


class _Step(NamedTuple):
    """Height and length of the last step of the best rising hazard."""

    height: float
    length: int


def _last_step(events: Floats, exposure: Floats) -> _Step:
    if len(events) == 0:
        return _Step(-1.0, 0)
    # The last step of a rising fit is the mean over the ending with the largest mean.
    means = events[::-1].cumsum() / exposure[::-1].cumsum()
    length = len(means) - int(means[::-1].argmax())
    return _Step(float(means.max()), length)
