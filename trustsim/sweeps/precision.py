"""When a cell has been replicated enough: looks at sizes that are fixed beforehand.

The interval is looked at after the floor, and then each time the replicates have grown by half,
until it is as narrow as asked for or the ceiling is reached. Looks depend on the first
replicates alone, so neither workers nor interruptions change where a cell stops.

Stopping when an interval happens to be narrow makes it cover a little less than it says (Chow
and Robbins 1965), much less for a mean that hangs on few runs: where in fifty runs nothing has
happened yet, Student's interval has no width at all. So a mean must also have been seen often
enough for its skewness, 25 of its squares (Cochran 1977, p. 42). One that has been the same in
every run stops where three divided by its replicates (the rule of three: the upper end of a 95 %
interval for the share of runs that differ) is as small as the half-width and 1 in 1,000, and a
warning says so. Shares need no such rule, Wilson's interval knows of what it has not seen. A
test simulates how much is covered: .93 and more; .90 by a mean of skewness 6.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from trustsim.analysis.intervals import ROUNDING
from trustsim.analysis.outcomes import SHARE, Outcome, outcomes
from trustsim.sweeps.plan import Ranges, missing
from trustsim.sweeps.summary import Sums, own_outcomes, sums_of

if TYPE_CHECKING:
    from trustsim.sweeps.reading import Source
    from trustsim.sweeps.study import Study
    from trustsim.sweeps.study_file import PrecisionTable

SKEWED = 25  # replicates a square of the skewness, for a mean (Cochran 1977)
RARE = 1e-3
"""Share of runs that may still differ where an outcome has been the same in all of them."""


class ConstantOutcomeWarning(UserWarning):
    """A precision target of an outcome that was the same in every run of a cell."""


def looks_at(floor: int, ceiling: int) -> list[int]:
    """Numbers of replicates at which a cell is looked at.

    >>> looks_at(200, 1000)
    [200, 300, 450, 675, 1000]
    """
    sizes = [min(floor, ceiling)]
    while sizes[-1] < ceiling:
        sizes.append(min(sizes[-1] + max(sizes[-1] // 2, 1), ceiling))
    return sizes


class Looks:
    """Which cells go on, and to how many replicates."""

    def __init__(self, precision: PrecisionTable, months: int, keys: Sequence[str]) -> None:
        self._precision = precision
        self._months = months
        self._sizes = looks_at(precision.floor, precision.ceiling)
        self._at = dict.fromkeys(keys, 0)
        self._open = list(self._at)
        self._constant: list[tuple[float, float]] = []

    def wanted(self) -> dict[str, int]:
        """Replicates by key of the cell, up to and including the coming look."""
        return {key: self._sizes[place] for key, place in self._at.items()}

    def look(self, source: Source) -> bool:
        """Whether some cell goes on after this look at what is stored."""
        if not self._open:
            return False
        one = named_outcome(source, self._precision.outcome, self._precision.month, self._months)
        sums = sums_of(source, [one, _cubed(one)], self._open, self.wanted())
        reached = half_widths(sums, one) <= self._precision.half_width
        if one.unit != SHARE:
            skewed = skewness(sums)
            often = 3 / np.maximum(sums.count[:, 0], 1) <= min(RARE, self._precision.half_width)
            reached &= (sums.count[:, 0] > SKEWED * skewed**2) | (np.isinf(skewed) & often)
            last = np.array([self._at[key] + 1 == len(self._sizes) for key in self._open])
            for place in np.flatnonzero(np.isinf(skewed) & (reached | last)):
                runs = sums.count[place, 0]
                self._constant.append((sums.total[place, 0] / max(runs, 1), runs))
        going = []
        for key, enough in zip(self._open, reached, strict=True):
            if not enough and self._at[key] + 1 < len(self._sizes):
                self._at[key] += 1
                going.append(key)
        self._open = going
        return bool(going)

    def warn_of_constants(self) -> None:
        """A warning, if the outcome was the same in every run of some cells."""
        if not self._constant:
            return
        value, runs = self._constant[0]
        warnings.warn(
            f"The outcome {self._precision.outcome!r} was {value:g} in each of {runs:,.0f} runs "
            f"of a cell ({len(self._constant)} of {len(self._at)} cells were like that). Such a "
            f"cell has no interval; fewer than 1 in {runs / 3:,.0f} of its runs would differ "
            "(95 %). Choose another outcome.",
            ConstantOutcomeWarning,
            stacklevel=4,
        )


def half_widths(sums: Sums, outcome: Outcome) -> np.ndarray:
    """Half of each cell's interval; endless where there are fewer than two runs."""
    _, low, high = sums.bounds(0, share=outcome.unit == SHARE)
    return np.where(sums.count[:, 0] > 1, (high - low) / 2, np.inf)


def skewness(sums: Sums) -> np.ndarray:
    """Skewness of each cell's first outcome, whose cubes are the second; endless if none varied."""
    n = np.maximum(sums.count[:, 0], 1)
    mean, square, cube = sums.total[:, 0] / n, sums.squares[:, 0] / n, sums.total[:, 1] / n
    variance = square - mean**2
    # What rounding leaves of a constant does not count as variance.
    varied = variance > ROUNDING * square
    third = cube - 3 * mean * square + 2 * mean**3
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(varied, third / np.maximum(variance, 0) ** 1.5, np.inf)


def _cubed(one: Outcome) -> Outcome:
    return one._replace(name=f"{one.name}, cubed", measure=lambda runs: one.measure(runs) ** 3)


def named_outcome(source: Source, name: str, month: int | None, months: int) -> Outcome:
    """The outcome of a precision target, by the name that tables give it; its study knows it."""
    by = min(month or months, months)
    known = [*outcomes([by], by, months), *own_outcomes(source, months)]
    return next(one for one in known if one.name == name)


def missing_of(
    study: Study, keys: Sequence[str], done: Mapping[str, Ranges], source: Source
) -> dict[str, Ranges]:
    """Replicates that the study asks for and that are not done, by key of the cell.

    With a precision target the runs of the source decide how many are asked for.
    """
    precision = study.form.precision
    looks = None if precision is None else Looks(precision, study.months, keys)
    while True:
        wanted = dict.fromkeys(keys, study.replicates) if looks is None else looks.wanted()
        gaps = {key: missing(0, wanted[key], list(done.get(key, ()))) for key in keys}
        gaps = {key: some for key, some in gaps.items() if some}
        if gaps or looks is None or not looks.look(source):
            return gaps
