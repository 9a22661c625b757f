"""Arms against the baseline at every point of a study: pairs of runs on the same luck.

Read block by block, so ten million pairs take no more memory than a thousand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from trustsim import arguments
from trustsim.analysis.intervals import NORMAL_QUANTILE, student_quantile
from trustsim.analysis.outcomes import SHARE, Outcome, outcomes
from trustsim.analysis.tables import Floats
from trustsim.errors import StudyError, refusal
from trustsim.sweeps.reading import batches_of
from trustsim.sweeps.study import BASELINE
from trustsim.sweeps.summary import NOT_SHOWN, own_outcomes, places_of
from trustsim.sweeps.tables import ARM, CELL

if TYPE_CHECKING:
    from trustsim.sweeps.reading import Source
    from trustsim.sweeps.study import Study

BLOCK = 131_072  # runs that are held at once, besides the parts they are read from
SUMS = 9  # pairs, difference, its square, up, down, baseline, other, their squares
ESTIMATES = (
    *("baseline", "other", "difference", "low", "high"),
    *("better", "worse", "variance_ratio", "n"),
)
ROUNDING = 1e-12


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
    asked = arguments.months("contrasts", by, StudyError)
    within = [month for month in asked if month <= study.months] or [study.months]
    wanted = [*outcomes(within, study.months, study.months), *own_outcomes(source, study.months)]
    cells = source.cells()
    cells = cells[cells["problem"] == ""].drop(columns=list(NOT_SHOWN)).drop_duplicates(CELL)
    grid = cells.pivot(index="point", columns=ARM, values=CELL)
    others = [arm for arm in study.arms if arm != first and arm in grid]
    if first not in grid:
        others = []
    sums = np.zeros((len(others), SUMS, len(wanted), len(grid)))
    if others:
        for block in _blocks(source, grid[[first, *others]], wanted):
            _add(sums, block)
    return _table(cells, grid.index, others, wanted, sums)


def _baseline(study: Study, named: str | None) -> str:
    arms = list(study.arms)
    if len(arms) < 2:
        step = "Add another to [arms], next to baseline = []."
        raise StudyError(refusal("contrasts", "arms", len(arms), "must be two or more", step))
    if named is None:
        return BASELINE if BASELINE in arms else arms[0]
    return arguments.one_of("contrasts", "baseline", named, arms, StudyError)


Block = tuple[np.ndarray, np.ndarray, np.ndarray, Floats]


def _blocks(source: Source, grid: pd.DataFrame, wanted: Sequence[Outcome]) -> Iterator[Block]:
    """Runs of all arms at some points: number of the arm, of the point, replicate, outcomes.

    All runs of a point and replicate are in one block.
    """
    arms = grid.shape[1]
    # An arm may be impossible at a point: a place without a key.
    names = [
        key if isinstance(key, str) else f"none {n}" for n, key in enumerate(grid.to_numpy().flat)
    ]
    keys = pd.Index(names)
    columns = sorted({CELL, "replicate", *(name for one in wanted for name in one.needs)})
    parts = list(source.dataset("runs").get_fragments())
    held = _contents(parts, keys)
    held = held.assign(point=held["place"] // arms)
    for points, low, high in _shares(held, arms):
        there = held["point"].isin(points) & (held["first"] < high) & (held["last"] >= low)
        rows = []
        for part in dict.fromkeys(held.loc[there, "part"]):
            for table in batches_of([parts[part]], columns):
                place, replicate = places_of(table[CELL], keys), table["replicate"].to_numpy()
                mine = (place >= 0) & np.isin(place // arms, points)
                mine &= (replicate >= low) & (replicate < high)
                rows.append(table[mine].assign(_place=place[mine]))
        some = pd.concat(rows, ignore_index=True).drop_duplicates(["_place", "replicate"])
        values = np.array([one.measure(some) for one in wanted], dtype=np.float64)
        place = some["_place"].to_numpy()
        yield place % arms, place // arms, some["replicate"].to_numpy(), values


def _contents(parts: Sequence[Any], keys: pd.Index) -> pd.DataFrame:
    """One row a part and cell (its place): first and last replicate, how many."""
    rows = []
    for number, part in enumerate(parts):
        for table in batches_of([part], [CELL, "replicate"]):
            there = table.assign(place=places_of(table[CELL], keys))
            there = there[there["place"] >= 0]
            found = there.groupby("place")["replicate"].agg(["min", "max", "size"]).reset_index()
            rows.append(found.assign(part=number))
    contents = pd.concat(rows, ignore_index=True)
    return contents.rename(columns={"min": "first", "max": "last"})


def _shares(held: pd.DataFrame, arms: int) -> Iterator[tuple[list[int], int, int]]:
    """Points, first replicate and one past the last, of one block after another."""
    sizes = held.groupby("point")["size"].sum()
    ends = held.groupby("point")["last"].max() + 1
    waiting: list[int] = []
    for point in sizes.index:
        if sizes[point] > BLOCK:
            step = max(1, BLOCK // arms)
            for first in range(0, int(ends[point]), step):
                yield [point], first, first + step
            continue
        if waiting and sizes[waiting].sum() + sizes[point] > BLOCK:
            yield waiting, 0, int(ends[waiting].max())
            waiting = []
        waiting.append(point)
    if waiting:
        yield waiting, 0, int(ends[waiting].max())


def _add(sums: np.ndarray, block: Block) -> None:
    """Pairs of one block, added to the sums: arm, kind of sum, outcome, point."""
    arm, point, replicate, values = block
    name = pd.MultiIndex.from_arrays([point, replicate])
    base = np.flatnonzero(arm == 0)
    size = sums.shape[-1]
    for other in range(len(sums)):
        mine = np.flatnonzero(arm == other + 1)
        match = name[base].get_indexer(name[mine])
        mine, partner = mine[match >= 0], base[match[match >= 0]]
        for outcome, numbers in enumerate(values):
            one, two = numbers[partner], numbers[mine]
            known = np.isfinite(one) & np.isfinite(two)
            one, two, where = one[known], two[known], point[mine][known]
            gain = two - one
            parts = [np.ones(len(gain)), gain, gain**2, gain > 0, gain < 0]
            parts += [one, two, one**2, two**2]
            for kind, part in enumerate(parts):
                sums[other, kind, outcome] += np.bincount(where, part, minlength=size)


def _table(
    cells: pd.DataFrame,
    points: pd.Index,
    others: Sequence[str],
    wanted: Sequence[Outcome],
    sums: np.ndarray,
) -> pd.DataFrame:
    """The sums as estimates, arm by arm, point by point; without pairs there is no row."""
    factors = cells.drop(columns=[CELL, "number", ARM]).drop_duplicates("point").set_index("point")
    factors = factors.loc[points].reset_index()
    parts = []
    for number, arm in enumerate(others):
        for column, one in enumerate(wanted):
            part = factors.assign(outcome=one.name, month=one.month, unit=one.unit)
            part = part.assign(**_estimates(sums[number, :, column], one), _order=column)
            parts.append(part.assign(arm=arm, _arm=number))
    if not parts:
        names = ("outcome", "month", "unit", *ESTIMATES)
        return pd.DataFrame(columns=[ARM, *factors.columns, *names])
    table = pd.concat(parts).sort_values(["_arm", "point", "_order"], kind="stable")
    table = table[table["n"] > 0].astype({"n": np.int64}).drop(columns=["_arm", "_order"])
    return table[[ARM, *(name for name in table if name != ARM)]].reset_index(drop=True)


def _estimates(sums: np.ndarray, one: Outcome) -> dict[str, Floats]:
    """Of one arm and outcome, at every point."""
    n, total, squared, up, down, baseline, other, squared_baseline, squared_other = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        difference = total / n
        variance = _variance(n, total, squared)
        unpaired = _variance(n, baseline, squared_baseline) + _variance(n, other, squared_other)
        if one.unit == SHARE:
            low, high = _paired_shares(up, down, n)
        else:
            reach = student_quantile(np.maximum(n - 1, 1)) * np.sqrt(variance / n)
            low, high = difference - reach, difference + reach
        better, worse = (up, down) if one.better > 0 else (down, up)
        known = np.nan if one.better == 0 else 1.0
        found = (
            *(baseline / n, other / n, difference, low, high),
            *(known * better / n, known * worse / n),
            *(np.where(unpaired > 0, variance / unpaired, np.nan), n),
        )
    return dict(zip(ESTIMATES, found, strict=True))


def _variance(n: Floats, total: Floats, squared: Floats) -> Floats:
    """Of a sample, from its sums; missing for fewer than two."""
    spread = squared - total**2 / n
    # What rounding leaves of a constant does not count as variance.
    spread = np.where(spread > ROUNDING * squared, spread, 0.0)
    return np.where(n > 1, spread / (n - 1), np.nan)


def _paired_shares(up: Floats, down: Floats, n: Floats) -> tuple[Floats, Floats]:
    """`analysis.intervals.paired_shares`, of many at once."""
    centre = (up - down) / (n + 2)
    reach = NORMAL_QUANTILE * np.sqrt((up + down + 1) / (n + 2) - centre**2) / np.sqrt(n + 2)
    return np.maximum(centre - reach, -1.0), np.minimum(centre + reach, 1.0)
