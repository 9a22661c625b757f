"""What every design shares: effects, their labels, and a place to simulate and compare."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from E00_propositions.estimators import DISSOLVED, Estimate, Flags

from trustsim.analysis.intervals import mean_of_differences, paired_shares
from trustsim.analysis.pairs import paired_contrast
from trustsim.analysis.tables import Floats, Integers, month_numbers
from trustsim.scenarios.scenario import Scenario
from trustsim.simulation import Runs, simulate

if TYPE_CHECKING:
    import pandas as pd

HORIZON = 120
DESIGN, FINDING, RESTATED = "DESIGN", "FINDING", "RESTATED INPUT"
SHARE = "share of partnerships"
AT_A_TIME = 1000  # partnerships whose months are in memory at once
FOLLOWED = ("mean_trust", "cooperation", "compliance", "value")

SIDES = {
    "+": (0.0, np.inf),
    "-": (-np.inf, 0.0),
    "below 1/2": (-np.inf, 0.5),
    "above 1/2": (0.5, np.inf),
    "below 1": (-np.inf, 1.0),
    "above 1": (1.0, np.inf),
    "within .005 of 0": (-0.005, 0.005),
    "within .2 of 0": (-0.2, 0.2),
}
"""Predictions in words, and the open range in which the whole interval must lie."""


class Effect(NamedTuple):
    """One measured claim: an estimate with its 95 % interval, and the sign predicted."""

    claim: str
    unit: str
    estimate: float
    low: float
    high: float
    predicted: str  # a key of SIDES, "not 0" or "p < .05"
    holds: bool
    label: str = ""  # where it differs from the label of its proposition


class Proposition(NamedTuple):
    """A numbered proposition of the model's design."""

    number: int
    text: str
    label: str
    effects: Callable[[Laboratory, Scenario], Iterator[Effect]]


class Panel(NamedTuple):
    """Months of many partnerships side by side, shape (partnerships, months).

    status: codes in the order of `schema.STATUSES`, dissolved from its month on; numbers: by
    column of the months table, nan once dissolved.
    """

    status: Integers
    numbers: dict[str, Floats]

    def alive(self, month: int) -> Flags:
        """Which partnerships have not dissolved by the end of a month."""
        flags: Flags = self.status[:, month - 1] != DISSOLVED
        return flags

    def at(self, column: str, month: int) -> Floats:
        """A column in one month."""
        return self.numbers[column][:, month - 1]


def as_predicted(low: float, high: float, predicted: str) -> bool:
    """Whether an interval lies wholly on the predicted side; an unknown one does not."""
    if predicted == "not 0":
        return bool(low > 0 or high < 0)
    floor, ceiling = SIDES[predicted]
    return bool(low > floor and high < ceiling)


class Laboratory:
    """Simulates with the same luck throughout, and remembers what it has simulated."""

    followed: tuple[str, ...] = FOLLOWED

    def __init__(self, replicates: int, seed: int) -> None:
        self.replicates = replicates
        self.seed = seed
        self._done: dict[tuple[str, str, int], Runs] = {}
        self._panels: dict[str, Panel] = {}

    def runs(self, scenario: Scenario, record: str = "runs", months: int = HORIZON) -> Runs:
        """Lives of a scenario."""
        key = (scenario.digest(), record, months)
        if key not in self._done:
            self._done[key] = simulate(
                scenario,
                replicates=self.replicates,
                seed=self.seed,
                months=months,
                record=record,
            )
        return self._done[key]

    def panel(self, scenario: Scenario) -> Panel:
        """Months of a scenario; only the columns `followed` are kept, to save memory."""
        key = scenario.digest()
        if key not in self._panels:
            self._panels[key] = self._followed(scenario)
        return self._panels[key]

    def _followed(self, scenario: Scenario) -> Panel:
        shape = (self.replicates, HORIZON)
        status: Integers = np.full(shape, DISSOLVED, dtype=np.int64)
        numbers = {name: np.full(shape, np.nan) for name in self.followed}
        for first in range(0, self.replicates, AT_A_TIME):
            months = simulate(
                scenario,
                replicates=min(AT_A_TIME, self.replicates - first),
                seed=self.seed,
                months=HORIZON,
                record="months",
                first=first,
            ).months
            rows = months["replicate"].to_numpy(dtype=np.int64)
            columns = months["month"].to_numpy(dtype=np.int64) - 1
            status[rows, columns] = months["status"].cat.codes
            for name, values in numbers.items():
                values[rows, columns] = months[name]
        for values in numbers.values():
            values[status == DISSOLVED] = np.nan
        return Panel(status, numbers)

    def enlarged(self, times: int) -> Laboratory:
        """The same luck for more partnerships, where a design asks about few of them."""
        return Laboratory(self.replicates * times, self.seed)

    def contrast(self, base: Scenario, other: Scenario) -> pd.DataFrame:
        """Paired differences, one row an outcome."""
        return paired_contrast(
            self.runs(base).runs, self.runs(other).runs, horizon=HORIZON, by=(36, 60, 84)
        )

    def effect(
        self,
        claim: str,
        base: Scenario,
        other: Scenario,
        outcome: str,
        month: int,
        predicted: str,
        label: str = "",
    ) -> Effect:
        """One paired difference held against its predicted sign."""
        table = self.contrast(base, other)
        row = table[(table["outcome"] == outcome) & (table["month"] == month)].iloc[0]
        found = Estimate(float(row["difference"]), float(row["low"]), float(row["high"]))
        return held_against(claim, str(row["unit"]), found, predicted, label)


def held_against(claim: str, unit: str, found: Estimate, predicted: str, label: str = "") -> Effect:
    """An estimate held against what was predicted."""
    known = not np.isnan(found.value)
    holds = known and as_predicted(found.low, found.high, predicted)
    return Effect(claim, unit, found.value, found.low, found.high, predicted, holds, label)


def mean_effect(
    claim: str, differences: Floats, predicted: str = "+", unit: str = "mean", label: str = ""
) -> Effect:
    """Mean of paired differences with its 95 % interval."""
    bounds = mean_of_differences(differences)
    mean = float(differences.mean()) if len(differences) else float("nan")
    return held_against(claim, unit, Estimate(mean, bounds.low, bounds.high), predicted, label)


def share_effect(
    claim: str, baseline: Floats, other: Floats, predicted: str, label: str = ""
) -> Effect:
    """Difference of two paired shares, from zeros and ones."""
    up, down = int((other > baseline).sum()), int((other < baseline).sum())
    bounds = paired_shares(up, down, size=len(other))
    mean = float((other - baseline).mean()) if len(other) else float("nan")
    return held_against(claim, SHARE, Estimate(mean, bounds.low, bounds.high), predicted, label)


def column(runs: Runs, name: str) -> Floats:
    """A column of the runs table as plain numbers."""
    values: Floats = runs.runs[name].to_numpy(dtype=float)
    return values


def happened(runs: Runs, event: str, month: int) -> Floats:
    """1 where an event of the runs table (matured, dissolved, nominal) came by a month, else 0."""
    when = month_numbers(runs.runs, f"month_{event}")
    return ((when > 0) & (when <= month)).astype(np.float64)


def months_without(runs: Runs, event: str) -> Floats:
    """Months until an event, the horizon where it never came."""
    when = month_numbers(runs.runs, f"month_{event}")
    return np.where(when > 0, np.minimum(when, HORIZON), HORIZON).astype(np.float64)
