"""Twins under many arms: simulated once, asked many times; one row of `measured` an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import trustsim as ts
from trustsim.analysis.intervals import mean_of_differences, paired_shares
from trustsim.analysis.pairs import cost_of_gain
from trustsim.analysis.tables import month_numbers
from trustsim.scenarios.costs import person_months

Floats = NDArray[np.float64]
SHARE = "share of partnerships"
RESAMPLES = 1000


class Measure(NamedTuple):
    """What is asked of a partnership: 1 if it holds, else 0."""

    name: str
    event: str  # "matured", "dissolved" by a month; "stands" (mature in that month)
    month: int


MATURED_60 = Measure("matured_60", "matured", 60)
MATURED_84 = Measure("matured_84", "matured", 84)
MATURED_120 = Measure("matured_120", "matured", 120)
DISSOLVED_60 = Measure("dissolved_60", "dissolved", 60)
STANDS_84 = Measure("stands_84", "stands", 84)
STANDS_120 = Measure("stands_120", "stands", 120)


class Lab:
    """Simulates each arm once with the same luck."""

    def __init__(self, sizes: Mapping[str, int], progress: Callable[[int], object]) -> None:
        self.sizes = sizes
        self._progress = progress
        self._lived: dict[str, dict[int, ts.Runs]] = {}

    def runs(self, scenario: ts.Scenario, months: int) -> ts.Runs:
        """Lives of a scenario over so many months."""
        lived = self._lived.setdefault(scenario.digest(), {})
        if months not in lived:
            lived[months] = ts.simulate(
                scenario,
                replicates=self.sizes["replicates"],
                seed=self.sizes["seed"],
                months=months,
                progress=self._progress,
            )
        return lived[months]

    def ask(self, scenario: ts.Scenario, what: Measure) -> Floats:
        """The measure for each partnership."""
        if what.event == "stands":
            status = self.runs(scenario, what.month).runs["status"]
            return (status == "mature").to_numpy(dtype=np.float64)
        # Maturity counts from the first month of a spell, and is known only when it has held.
        hold = int(scenario.values()["maturity_hold"])
        return happened(self.watched(scenario, min(what.month + hold, self.sizes["months"])), what)

    def watched(self, scenario: ts.Scenario, months: int) -> ts.Runs:
        """Lives of a scenario over so many months, or longer if they were simulated before."""
        simulated = self._lived.get(scenario.digest(), {})
        return self.runs(scenario, min((m for m in simulated if m >= months), default=months))

    def difference(self, base: ts.Scenario, other: ts.Scenario, what: Measure) -> Floats:
        """Other minus base, partnership by partnership."""
        return self.ask(other, what) - self.ask(base, what)

    def spent(self, scenario: ts.Scenario, by: int) -> Floats:
        """Person-months spent on each partnership by a month."""
        lived = self.watched(scenario, by).runs["months"].to_numpy()
        return person_months(scenario, np.minimum(lived, by))

    def resample(self, statistic: Callable[[NDArray[np.int64]], float]) -> dict[str, float]:
        """A statistic of all partnerships, with its bootstrap interval.

        The statistic takes the numbers of the partnerships drawn. If it can't be computed in more
        than one resample in forty, there is no interval.
        """
        size = self.sizes["replicates"]
        luck = np.random.Generator(np.random.Philox(self.sizes["seed"]))
        draws = luck.integers(0, size, (RESAMPLES, size))
        found = np.array([statistic(draw) for draw in draws])
        known = found[np.isfinite(found)]
        low, high = (np.quantile(known, [0.025, 0.975])) if len(known) else (np.nan, np.nan)
        if len(known) < 0.975 * RESAMPLES:
            low = high = np.nan
        estimate = statistic(np.arange(size))
        return {"estimate": estimate, "low": float(low), "high": float(high)}


def happened(lived: ts.Runs, what: Measure) -> Floats:
    """1 for each partnership to which it happened by its month."""
    when = month_numbers(lived.runs, f"month_{what.event}")
    return ((when > 0) & (when <= what.month)).astype(np.float64)


def share_row(quantity: str, difference: Floats) -> dict[str, object]:
    """A difference of two shares of the same partnerships (Agresti and Min)."""
    up, down = int((difference > 0).sum()), int((difference < 0).sum())
    bounds = paired_shares(up, down, size=len(difference))
    return _row(quantity, float(difference.mean()), *bounds, SHARE, len(difference))


def mean_row(quantity: str, difference: Floats, unit: str) -> dict[str, object]:
    """A mean of differences (Student)."""
    bounds = mean_of_differences(difference)
    return _row(quantity, float(difference.mean()), *bounds, unit, len(difference))


def ratio_row(quantity: str, above: Floats, below: Floats, unit: str) -> dict[str, object]:
    """A ratio of two means of the same partnerships (Fieller); missing if `below` may be 0.

    If nothing above differs between partnerships, its spread is unknown, and so is the interval.
    """
    found = cost_of_gain(above, below)
    low, high = (found.low, found.high) if above.std() > 0 else (float("nan"), float("nan"))
    return _row(quantity, found.estimate, low, high, unit, len(above))


def resampled_row(
    quantity: str, found: Mapping[str, float], unit: str, size: int
) -> dict[str, object]:
    """A statistic with its bootstrap interval."""
    return _row(quantity, found["estimate"], found["low"], found["high"], unit, size)


def _row(
    quantity: str, estimate: float, low: float, high: float, unit: str, size: int
) -> dict[str, object]:
    return {
        "quantity": quantity,
        "estimate": estimate,
        "low": low,
        "high": high,
        "unit": unit,
        "n": size,
    }
