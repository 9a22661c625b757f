"""A hundred partnerships, each lived twice: who ended how, what differs, and how surely."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from trustsim.analysis.intervals import Interval, wilson
from trustsim.analysis.pairs import paired_contrast
from trustsim.analysis.tables import Floats
from trustsim.app.cases import Case
from trustsim.app.state import HORIZON
from trustsim.schema import STATUSES
from trustsim.simulation import Runs, simulate

HALF = 0.5


class Verdict(NamedTuple):
    """What settles a bet: the option that won ("" if it can't be told), and why, in words."""

    option: str
    words: str


class Effect(NamedTuple):
    """What the second fate changed: both means, their difference and its 95 % interval."""

    baseline: float
    other: float
    difference: float
    low: float
    high: float

    @property
    def bounds(self) -> Interval:
        """The interval."""
        return Interval(self.low, self.high)


@dataclass(frozen=True)
class Fates:
    """Both lives of every pair; seconds: how long they took to compute; lost: as `trust_lost`."""

    case: Case
    first: Runs
    second: Runs
    seconds: float
    lost: Floats | None = None

    def ends(self, number: int) -> list[str]:
        """Status in the last month of each partnership, in the first (0) or second (1) fate."""
        runs = (self.first, self.second)[number].runs
        return [str(status) for status in runs["status"]]

    def counts(self, number: int) -> dict[str, int]:
        """How many ended with each status."""
        ends = self.ends(number)
        return {status: ends.count(status) for status in STATUSES}

    def different(self) -> int:
        """How many pairs ended differently."""
        ends = zip(self.ends(0), self.ends(1), strict=True)
        return sum(one != other for one, other in ends)

    @functools.cached_property
    def _contrast(self) -> pd.DataFrame:
        return paired_contrast(self.first.runs, self.second.runs, horizon=HORIZON, by=(HORIZON,))

    def effect(self, outcome: str) -> Effect:
        """Means of "matured", "dissolved" or "value" in both fates, and the paired difference."""
        row = self._contrast[self._contrast["outcome"] == outcome]
        return Effect(*(float(row[name].iloc[0]) for name in Effect._fields))


def live(case: Case, *, months: bool = True) -> Fates:
    """Live through both fates of every pair.

    Parameters
    ----------
    case : Case
        The two fates.
    months : bool, optional
        Whether the months are recorded as well as the ends.

    Raises
    ------
    ParameterError, ScenarioError, ResourceError
        As `simulate`.
    """
    begun = time.perf_counter()
    record = "months" if months else "runs"
    both = [
        simulate(scenario, replicates=case.pairs, seed=seed, months=HORIZON, record=record)
        for scenario, seed in ((case.first, case.luck), (case.second, case.other_luck))
    ]
    return Fates(case, both[0], both[1], time.perf_counter() - begun)


def live_lightly(case: Case, measure: str) -> Fates:
    """As `live`, with no more kept than this measure needs: a hundredth of the memory.

    measure: a key of `MEASURES`.
    """
    light = live(case, months=False)
    return replace(light, lost=trust_lost(live(case))) if measure == "regained" else light


def matured(found: Fates) -> Verdict:
    """Whether more or fewer matured within ten years; neither if the interval holds 0."""
    effect = found.effect("matured")
    points = f"{signed(100 * effect.difference, '.0f')} in a hundred"
    bounds = between(effect.bounds)
    words = (
        f"{effect.baseline:.0%} were mature at some time without it, {effect.other:.0%} with it: "
        f"{points} ({bounds})."
    )
    if found.case.first == found.case.second and found.case.luck == found.case.other_luck:
        return Verdict("same", "Nothing was changed, so nothing differs. Move a lever.")
    if effect.low > 0:
        return Verdict("more", words)
    if effect.high < 0:
        return Verdict("fewer", words)
    return Verdict("", f"{words} With so few pairs that can't be told from no difference.")


def wait(found: Fates) -> Verdict:
    """After how long half of those that mature have done so, in the second fate."""
    table = found.second.time_to_maturity()
    row = table[table["quantity"] == "median month of those matured"]
    month, low, high = (float(row[name].iloc[0]) for name in ("estimate", "low", "high"))
    when = found.second.runs["month_matured"]
    count = int(when.notna().sum())
    if month != month or count == 0:
        return Verdict("", "None of them became mature within ten years.")
    options = (12, 24, 48, 96)
    nearest = min(options, key=lambda option: max(option, month) / min(option, month))
    bounds = f" (95 % interval {low:.0f} to {high:.0f})" if low == low and high == high else ""
    return Verdict(
        str(nearest),
        f"{count} of {len(when)} became mature within ten years, half of those by month "
        f"{month:.0f}{bounds}.",
    )


def trust_lost(found: Fates) -> Floats:
    """Mean difference of trust in months 1 to 120, over pairs that are alive in both fates."""
    columns = ["replicate", "month", "mean_trust"]
    both = found.first.months[columns].merge(
        found.second.months[columns], on=["replicate", "month"], suffixes=("_first", "_second")
    )
    differences = both["mean_trust_second"] - both["mean_trust_first"]
    means = differences.groupby(both["month"]).mean()
    return means.reindex(range(1, HORIZON + 1)).to_numpy(dtype=np.float64)


def regained(found: Fates) -> Verdict:
    """How many months after the first event of the second fate half of the lost trust is back."""
    lost = trust_lost(found) if found.lost is None else found.lost
    begins = int(found.case.second.interventions[0].start)  # months before it, so its index
    depth = float(lost[begins])
    if not depth < -0.001:
        return Verdict("", "Hardly any trust was lost.")
    fall = f"Trust fell by {-depth:.3f} (of 1) in that month"
    back = np.flatnonzero(lost[begins:] >= HALF * depth)
    if not len(back):
        return Verdict("48", f"{fall}, and half of it was not back within ten years.")
    months = int(back[0])
    option = "3" if months <= 6 else "12" if months <= 24 else "48"
    return Verdict(
        option,
        f"{fall}, and half of it was back after {months} months, on average over pairs that are "
        "alive in both fates.",
    )


def different(found: Fates) -> Verdict:
    """How many pairs ended differently."""
    count, size = found.different(), found.case.pairs
    share = 100 * count / size
    option = "10" if share < 10 else "25" if share <= 40 else "60"
    bounds = between(wilson(count, size))
    return Verdict(option, f"{count} of {size} ended differently ({bounds}).")


def between(bounds: Interval) -> str:
    """An interval of shares, in hundreds, in words."""
    low, high = (signed(100 * one, ".0f", plus="") for one in bounds)
    return f"95 % interval {low} to {high}"


def signed(number: float, form: str, *, plus: str = "+") -> str:
    """A number with its sign, typeset; 0 after rounding has none.

    >>> signed(-3.4, ".0f"), signed(0.2, ".0f"), signed(3.4, ".0f")
    ('\N{MINUS SIGN}3', '0', '+3')
    """
    shown = f"{abs(number):{form}}"
    if float(shown) == 0.0:
        return shown
    return ("\N{MINUS SIGN}" if number < 0 else plus) + shown


MEASURES: dict[str, Callable[[Fates], Verdict]] = {
    "matured": matured,
    "wait": wait,
    "regained": regained,
    "different": different,
}
"""What settles each bet, by the name that a lesson gives it."""
