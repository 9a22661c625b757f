"""Schedules lived through in one luck, and tried again in another."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from E08_schedule.schedule_plans import Schedule

from trustsim.analysis.intervals import Interval, normal, paired_shares, wilson
from trustsim.analysis.tables import Floats, month_numbers
from trustsim.scenarios.scenario import Scenario
from trustsim.simulation import simulate

if TYPE_CHECKING:
    import pandas as pd

SHARE = "share of partnerships"
FOUND, NOTHING = "found", "nothing"
ITSELF, EQUAL = "the one found", "nearly equal"
WORSE, BETTER = "worse than the one found", "better than the one found"


class Outcome(NamedTuple):
    """What became of each partnership by the month asked for: 1 or 0."""

    matured: Floats
    dissolved: Floats


class Trial:
    """Lives of schedules in one luck, each simulated once."""

    def __init__(
        self,
        scenario: Scenario,
        by: int,
        replicates: int,
        seed: int,
        progress: Callable[[int], object],
    ) -> None:
        self.by, self.replicates = by, replicates
        self.done: dict[Schedule, Outcome] = {}
        self.seed = seed
        self._scenario, self._progress = scenario, progress

    def __call__(self, schedule: Schedule) -> Outcome:
        """What becomes of the partnerships under a schedule."""
        if schedule not in self.done:
            # Maturity counts from the first month of a spell, and is known when it has held.
            hold = int(self._scenario.values()["maturity_hold"])
            runs = simulate(
                self._scenario + schedule.interventions(),
                replicates=self.replicates,
                seed=self.seed,
                months=self.by + hold,
            ).runs
            self._progress(self.replicates)
            found = []
            for event in ("matured", "dissolved"):
                when = month_numbers(runs, f"month_{event}")
                found.append(((when > 0) & (when <= self.by)).astype(np.float64))
            self.done[schedule] = Outcome(*found)
        return self.done[schedule]


def candidates(trial: Trial, limit: float) -> pd.DataFrame:
    """Every schedule simulated, most matured first."""
    import pandas as pd

    rows = [
        {
            "schedule": str(one),
            "person_months": one.person_months,
            "matured": float(found.matured.mean()),
            "dissolved": float(found.dissolved.mean()),
            "within_limit": bool(found.dissolved.mean() <= limit),
            "n": trial.replicates,
        }
        for one, found in trial.done.items()
    ]
    return pd.DataFrame(rows).sort_values("matured", ascending=False, ignore_index=True)


def retested(fresh: Trial, named: dict[str, Schedule]) -> pd.DataFrame:
    """Every named schedule in fresh luck, paired with nothing and with the one found."""
    import pandas as pd

    best, nothing = fresh(named[FOUND]), fresh(named[NOTHING])
    rows = []
    for name, schedule in named.items():
        here = fresh(schedule)
        row: dict[str, object] = {
            "schedule": name,
            "bought": str(schedule),
            "person_months": schedule.person_months,
        }
        for event in ("matured", "dissolved"):
            found, without = getattr(here, event), getattr(nothing, event)
            row |= _named(event, float(found.mean()), wilson(float(found.sum()), len(found)))
            row |= _named(f"{event}_minus_nothing", *_difference(found - without))
        estimate, bounds = _difference(best.matured - here.matured)
        row |= _named("found_minus_this", estimate, bounds)
        row |= {"verdict": _verdict(name, bounds), "unit": SHARE, "n": fresh.replicates}
        rows.append(row)
    return pd.DataFrame(rows)


def _named(name: str, estimate: float, bounds: Interval) -> dict[str, object]:
    return {name: estimate, f"{name}_low": bounds.low, f"{name}_high": bounds.high}


def _difference(difference: Floats) -> tuple[float, Interval]:
    up, down = int((difference > 0).sum()), int((difference < 0).sum())
    return float(difference.mean()), paired_shares(up, down, size=len(difference))


def _verdict(name: str, bounds: Interval) -> str:
    if name == FOUND:
        return ITSELF
    if bounds.low > 0:
        return WORSE
    return BETTER if bounds.high < 0 else EQUAL


def optimism(trial: Trial, fresh: Trial, best: Schedule) -> pd.DataFrame:
    """What the search promised minus what fresh luck gave; the two lucks are independent."""
    import pandas as pd

    rows = []
    for event in ("matured", "dissolved"):
        for quantity in ("share", "gain"):
            values = []
            for one in (trial, fresh):
                found = getattr(one(best), event)
                without = getattr(one(Schedule(())), event)
                values.append(found if quantity == "share" else found - without)
            searched, again = (float(each.mean()) for each in values)
            error = float(np.sqrt(sum(each.var(ddof=1) / len(each) for each in values)))
            bounds = normal(searched - again, error)
            rows.append(
                {
                    "outcome": event,
                    "quantity": quantity,
                    "month": trial.by,
                    "searched": searched,
                    "fresh": again,
                    "optimism": searched - again,
                    "low": bounds.low,
                    "high": bounds.high,
                    "unit": SHARE,
                    "n_searched": trial.replicates,
                    "n_fresh": fresh.replicates,
                }
            )
    return pd.DataFrame(rows)
