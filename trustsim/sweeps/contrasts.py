"""Arms against the baseline at every point of a study: pairs of runs on the same luck.

Read block by block, so ten million pairs take no more memory than a thousand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from trustsim import arguments
from trustsim.analysis.intervals import mean_bounds, paired_share_bounds, variances
from trustsim.analysis.outcomes import SHARE, Outcome
from trustsim.analysis.tables import Floats
from trustsim.errors import StudyError, refusal
from trustsim.sweeps.reading import batches_of
from trustsim.sweeps.study import BASELINE
from trustsim.sweeps.summary import cells_shown, columns_of, places_of, wanted_outcomes
from trustsim.sweeps.tables import ARM, CELL

if TYPE_CHECKING:
    from trustsim.sweeps.reading import Source
    from trustsim.sweeps.study import Study

BLOCK = 131_072  # runs that are held at once, besides the parts they are read from
SUMS = 9  # pairs, difference, its square, up, down, baseline, other, their squares


def contrasts_of(
    source: Source,
    study: Study,
    baseline: str | None = None,
    *,
    by: Sequence[int] = (36, 60, 84),
) -> pd.DataFrame:
    """What each arm changes at each point, replicate by replicate.

    Only replicates that both arms have are compared. Shares have Agresti-Min intervals for paired
    shares, means have Student's on the paired differences, as in `paired_contrast`.

    Parameters
    ----------
    source : Source
        Where the runs are.
    study : Study
        What was swept.
    baseline : str, optional
        The arm that the others are compared with; "baseline", or the first, if left out.
    by : sequence of int, optional
        Months for the shares matured and dissolved; those past the horizon are left out.

    Returns
    -------
    pandas.DataFrame
        One row an arm, point and outcome: arm, point, the factors, outcome, month, unit, baseline
        and other (means of each), difference (other minus baseline), low, high (95 %), better,
        worse (shares of pairs; missing for own outcomes), variance_ratio (of the paired
        to an unpaired difference: under 1, pairing helps), n (pairs).

    Raises
    ------
    StudyError
        There is no such arm, or it is the only one.
    """
    first = _baseline(study, baseline)
    wanted = wanted_outcomes(source, "contrasts", by, study.months)
    cells = cells_shown(source)
    grid = cells.pivot(index="point", columns=ARM, values=CELL)
    others = [arm for arm in study.arms if arm != first and arm in grid and first in grid]
    sums = np.zeros((SUMS, len(others), len(grid), len(wanted)))
    if others:
        for start, block in _blocks(source, grid[[first, *others]], wanted):
            for number, values in enumerate(block):
                sums[:, :, start : start + values.shape[1], number] += _paired_sums(values)
    factors = cells.drop(columns=[CELL, "number", ARM]).drop_duplicates("point").set_index("point")
    return _table(factors.loc[grid.index].reset_index(), others, wanted, sums)


def _baseline(study: Study, named: str | None) -> str:
    arms = list(study.arms)
    if len(arms) < 2:
        step = "Add another to [arms], next to baseline = []."
        raise StudyError(refusal("contrasts", "arms", len(arms), "must be two or more", step))
    if named is None:
        return BASELINE if BASELINE in arms else arms[0]
    return arguments.one_of("contrasts", "baseline", named, arms, StudyError)


def _blocks(
    source: Source, grid: pd.DataFrame, wanted: Sequence[Outcome]
) -> Iterator[tuple[int, Floats]]:
    """Number of the first point, and values by outcome, arm, point and replicate; NaN if missing.

    grid: keys of the cells by point and arm, the baseline first.
    """
    parts = list(source.dataset("runs").get_fragments())
    ends = (rows["replicate"].max() for rows in batches_of(parts, ["replicate"]) if len(rows))
    end = int(max(ends, default=-1)) + 1
    arms = grid.shape[1]
    width = max(1, min(end, BLOCK // arms))
    many = max(1, BLOCK // (arms * width))
    columns = columns_of(wanted)
    for start in range(0, len(grid), many):
        here = grid.iloc[start : start + many].to_numpy().T.ravel()
        # An arm may be impossible at a point: a place without a key.
        names = [key if isinstance(key, str) else f"none {n}" for n, key in enumerate(here)]
        for low in range(0, end, width):
            replicate = pc.field("replicate")
            inside = (replicate >= low) & (replicate < low + width) & pc.field(CELL).isin(names)
            values = np.full((len(wanted), len(names), width), np.nan)
            for rows in batches_of(parts, columns, inside):
                if len(rows):
                    place = places_of(rows[CELL], pd.Index(names)), rows["replicate"] - low
                    values[:, *place] = [one.measure(rows) for one in wanted]
            yield start, values.reshape(len(wanted), arms, -1, width)


def _paired_sums(values: Floats) -> Floats:
    """Sums over pairs, by kind of sum, arm and point, from values by arm, point and replicate."""
    gain = values[1:] - values[:1]
    known = np.isfinite(gain)
    gain, one, two = (np.where(known, each, 0.0) for each in (gain, values[:1], values[1:]))
    parts = (known, gain, gain**2, gain > 0, gain < 0, one, two, one**2, two**2)
    return np.stack([part.sum(axis=-1) for part in parts])


def _table(
    factors: pd.DataFrame, others: Sequence[str], wanted: Sequence[Outcome], sums: Floats
) -> pd.DataFrame:
    """The sums as estimates, arm by arm, point by point; without pairs there is no row."""
    shape = sums.shape[1:]
    arm, point, outcome = (place.ravel() for place in np.indices(shape))
    sums = sums.reshape(SUMS, -1)
    n, gain, squared, up, down, baseline, other, squared_baseline, squared_other = sums
    share = np.array([one.unit == SHARE for one in wanted])[outcome]
    better = np.array([one.better for one in wanted])[outcome]
    with np.errstate(divide="ignore", invalid="ignore"):
        baseline, other, difference = baseline / n, other / n, gain / n
        variance = variances(n, difference, squared)
        unpaired = variances(n, baseline, squared_baseline) + variances(n, other, squared_other)
        ends = zip(
            paired_share_bounds(up, down, n), mean_bounds(n, difference, variance), strict=True
        )
        low, high = (np.where(share, one, two) for one, two in ends)
        better_worse = np.where(better > 0, (up, down), (down, up)) / n
        ratio = np.where(unpaired > 0, variance / unpaired, np.nan)
    table = factors.iloc[point].reset_index(drop=True)
    table.insert(0, ARM, np.array(others, dtype=object)[arm])
    for name in ("name", "month", "unit"):
        column = np.array([getattr(one, name) for one in wanted])[outcome]
        table["outcome" if name == "name" else name] = column
    known = np.where(better == 0, np.nan, better_worse)
    estimates = {
        "baseline": baseline,
        "other": other,
        "difference": difference,
        "low": low,
        "high": high,
        "better": known[0],
        "worse": known[1],
        "variance_ratio": ratio,
        "n": n.astype(np.int64),
    }
    return table.assign(**estimates)[n > 0].reset_index(drop=True)
