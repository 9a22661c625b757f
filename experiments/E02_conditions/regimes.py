"""Regime maps: where a silver bullet helps, where it backfires, and where nobody knows.

Two things about the partnership or the bullet are varied over a grid. In each cell the same
partnerships are simulated without and with the bullet, with the same luck.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from trustsim.analysis.intervals import (
    CONFIDENCE,
    NORMAL_QUANTILE,
    Interval,
    mean_of_differences,
    paired_shares,
)
from trustsim.analysis.outcomes import SHARE
from trustsim.analysis.tables import Floats, month_numbers, require_columns
from trustsim.arguments import one_of
from trustsim.discovery import ARGUMENTS, MARGIN, Bullet, bullet_of, verdict
from trustsim.errors import ParameterError, nearest, refusal
from trustsim.model.parameters import BY_NAME
from trustsim.scenarios.files import scenario as scenario_of
from trustsim.scenarios.interventions import coordinator
from trustsim.scenarios.interventions.definition import Definition, Intervention
from trustsim.scenarios.scenario import Scenario
from trustsim.simulation import Runs, simulate

RESAMPLES = 2000
COORDINATION = ("coordinator", "follow_up", "coordination")
EACH, ALL = "each cell by itself", "all cells together"


class Outcome(NamedTuple):
    """One number of each run: its unit, and which way is better (1 = more, -1 = less)."""

    unit: str
    better: int

    @property
    def margin(self) -> float:
        """Half-width of what is called no difference, unless told otherwise."""
        return MARGIN if self.unit == SHARE else 0.0


OUTCOMES = {
    "matured": Outcome(SHARE, 1),
    "dissolved": Outcome(SHARE, -1),
    "value": Outcome("value of full trust", 1),
}


class Axis(NamedTuple):
    """One thing that a map varies, and its levels in order.

    name: an argument of the bullet ("dose", "start", "months" or its own), "coordinator" or
    "follow_up" (capacity, from the start or from the bullet's start on), "coordination" (0
    never, 1 with the bullet, 2 from the start) or a parameter of the partnership. A name that
    both the bullet and the partnership know needs "bullet." or "partnership." before it.
    """

    name: str
    values: tuple[float, ...]


def regime_map(
    base: Scenario | str,
    bullet: Definition | Intervention | str,
    *,
    across: Axis | tuple[str, Sequence[float]],
    up: Axis | tuple[str, Sequence[float]],
    outcome: str = "matured",
    month: int = 84,
    replicates: int = 400,
    seed: int = 0,
    simultaneous: bool = False,
    margin: float | None = None,
    progress: Callable[[int], object] | None = None,
) -> pd.DataFrame:
    """Paired effect of a bullet over a grid, with a verdict in every cell.

    All cells meet the same luck, so neighbours differ by their settings only; their errors
    are alike too, and wrong verdicts come in clumps. A coordinator on an axis is in both arms.

    Parameters
    ----------
    base : Scenario or str
        The partnership without the bullet.
    bullet : Definition, Intervention or str
        A catalogue entry, or one with arguments that all cells share unless an axis sets them.
    across, up : Axis or (name, values)
        The two things varied.
    outcome : str
        "matured" or "dissolved" (share by `month`), or "value" (sum over the months up to it).
    month : int
        When the outcome is looked at; also how long is simulated. Months.
    replicates, seed : int
        Pairs a cell, and their luck.
    simultaneous : bool
        True: intervals that hold for all cells together with 95 % (max-t, multiplier
        bootstrap). False: each for itself, so 1 in 20 misses its mark.
    margin : float, optional
        An interval that holds 0 and lies within so much of it is called no difference; by
        default 0.05 for shares and 0 (never) for value. In the outcome's unit.
    progress : callable, optional
        Called with the number of partnerships lived through, after each simulation.

    Returns
    -------
    pandas.DataFrame
        One row a cell: bullet, across, across_value, up, up_value, outcome, month, unit, better
        (1 = more), baseline, other, difference (with minus without), low, high, half_width,
        verdict, margin, intervals, n (pairs).

    Raises
    ------
    ParameterError, ScenarioError
        An axis, an outcome or a level that makes no sense.
    """
    scenario, shot = scenario_of(base), bullet_of(bullet)
    across, up = axis_of(across, shot, "across"), axis_of(up, shot, "up")
    if across.name == up.name:
        raise refused("up", up.name, "is the same as across", "Vary two different things.")
    kind = outcome_of(outcome)
    simulated = _Remembered(replicates, seed, month, progress)
    rows, differences = [], []
    for level in up.values:
        for place in across.values:
            settings = {across.name: place, up.name: level}
            without, with_it = arms(scenario, shot, settings)
            baseline = measured(simulated(without), outcome, month)
            other = measured(simulated(with_it), outcome, month)
            differences.append(other - baseline)
            rows.append(
                {
                    "bullet": shot.definition.name,
                    "across": across.name,
                    "across_value": place,
                    "up": up.name,
                    "up_value": level,
                    "outcome": outcome,
                    "month": month,
                    "unit": kind.unit,
                    "better": kind.better,
                    "baseline": float(baseline.mean()),
                    "other": float(other.mean()),
                }
            )
    factor = critical_value(np.array(differences), seed) / NORMAL_QUANTILE if simultaneous else 1
    reach = kind.margin if margin is None else margin
    for row, difference in zip(rows, differences, strict=True):
        row.update(_judged(kind, difference, factor, reach, simultaneous))
    return pd.DataFrame(rows)


def wrong_by_chance(regimes: pd.DataFrame) -> str:
    """How many cells of a map would be wrong by chance, as a sentence."""
    require_columns(regimes, ("intervals", "low"), where="wrong_by_chance")
    cells = len(regimes)
    if regimes["intervals"].iloc[0] == ALL:
        return (
            f"All {cells} intervals hold together in 19 of 20 such maps: "
            "1 map in 20 has a wrong cell."
        )
    expected = (1 - CONFIDENCE) * cells
    return (
        f"Of {cells} intervals of 95 %, about {expected:.1f} miss the true effect by chance; as "
        "all cells share their luck, they are likely to be neighbours."
    )


def critical_value(differences: Floats, seed: int = 0) -> float:
    """How many standard errors an interval must reach to hold in all cells together.

    The 95 % quantile of the largest of the cells' t values, by a Gaussian multiplier bootstrap
    of the pairs (all cells share their pairs); never under that of a single cell.

    Parameters
    ----------
    differences : ndarray, shape (cells, pairs)
        Paired differences. Cells without any difference are certain and left out.

    Examples
    --------
    >>> critical_value(np.zeros((3, 50))) == NORMAL_QUANTILE
    True
    """
    centred = differences - differences.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1)
    moving = spread > 0
    if not moving.any():
        return NORMAL_QUANTILE
    pairs = differences.shape[1]
    standard = centred[moving] / (spread[moving, None] * np.sqrt(pairs))
    dice = np.random.Generator(np.random.Philox(seed))
    largest = np.abs(dice.standard_normal((RESAMPLES, pairs)) @ standard.T).max(axis=1)
    return max(float(np.quantile(largest, CONFIDENCE)), NORMAL_QUANTILE)


class _Remembered:
    """Simulates each scenario once, with the same luck."""

    def __init__(
        self, replicates: int, seed: int, months: int, progress: Callable[[int], object] | None
    ) -> None:
        self._simulate = partial(
            simulate, replicates=replicates, seed=seed, months=months, progress=progress
        )
        self._done: dict[str, Runs] = {}

    def __call__(self, scenario: Scenario) -> Runs:
        key = scenario.digest()
        if key not in self._done:
            self._done[key] = self._simulate(scenario)
        return self._done[key]


def _judged(
    kind: Outcome, difference: Floats, factor: float, margin: float, simultaneous: bool
) -> dict[str, object]:
    bounds = effect_interval(kind, difference)
    middle, reach = (bounds.low + bounds.high) / 2, factor * (bounds.high - bounds.low) / 2
    low, high = middle - reach, middle + reach
    if kind.unit == SHARE:
        low, high = max(low, -1.0), min(high, 1.0)
    return {
        "difference": float(difference.mean()),
        "low": low,
        "high": high,
        "half_width": reach,
        "verdict": verdict(low, high, better=kind.better, margin=margin),
        "margin": margin,
        "intervals": ALL if simultaneous else EACH,
        "n": len(difference),
    }


def axis_of(axis: Axis | tuple[str, Sequence[float]], bullet: Bullet, which: str) -> Axis:
    """A checked axis. Raises ParameterError."""
    name, values = axis
    belongs(name, bullet.definition)
    if len(values) == 0 or len(set(values)) < len(values):
        raise refused(which, list(values), "needs levels, each once", "Give at least one level.")
    return Axis(name, tuple(float(value) for value in values))


def effect_interval(kind: Outcome, difference: Floats) -> Interval:
    """Interval of 95 % of one mean paired difference."""
    if kind.unit == SHARE:
        up, down = int((difference > 0).sum()), int((difference < 0).sum())
        return paired_shares(up, down, size=len(difference))
    return mean_of_differences(difference)


def measured(runs: Runs, outcome: str, month: int) -> Floats:
    """One number a partnership."""
    if outcome == "value":
        return runs.runs["value"].to_numpy(dtype=np.float64)
    when = month_numbers(runs.runs, f"month_{outcome}")
    return ((when > 0) & (when <= month)).astype(np.float64)


def outcome_of(name: str) -> Outcome:
    """The outcome with this name.

    Raises ParameterError.
    """
    return OUTCOMES[one_of("discovery", "outcome", name, OUTCOMES)]


def arms(
    base: Scenario, bullet: Bullet, settings: Mapping[str, float]
) -> tuple[Scenario, Scenario]:
    """The partnership of these settings (as `Axis` names them), without the bullet and with it.

    A coordinator is in both arms.
    """
    groups: dict[str, dict[str, float]] = {"bullet": {}, "partnership": {}, "coordination": {}}
    for name, value in settings.items():
        group, plain = belongs(name, bullet.definition)
        groups[group][plain] = value
    shot = bullet.definition(**{**bullet.fixed, **groups["bullet"]})
    without = base.with_(**groups["partnership"])
    asked = groups["coordination"]
    level = asked.get("coordination", 0)
    early = asked.get("coordinator", 1.0 if level == 2 else 0.0)
    late = asked.get("follow_up", 1.0 if level == 1 else 0.0)
    if early:
        without += coordinator(capacity=early)
    elif late:
        without += coordinator(capacity=late, start=shot.start)
    return without, without + shot


def refused(what: str, got: object, allowed: str, next_step: str) -> ParameterError:
    """The error that a map can't be made so."""
    return ParameterError(refusal("discovery", what, got, allowed, next_step))


def belongs(name: str, bullet: Definition) -> tuple[str, str]:
    """Group of what a name varies (bullet, partnership, coordination), and its plain name."""
    said, _, plain = name.rpartition(".")
    own = plain in ARGUMENTS or plain in bullet.arguments
    theirs = plain in BY_NAME
    if plain in COORDINATION and not said:
        return "coordination", plain
    if own and theirs and not said:
        allowed = f"is known to {bullet.name} and to the partnership"
        raise refused("axis", name, allowed, f"Say bullet.{name} or partnership.{name}.")
    if own and said in ("", "bullet"):
        return "bullet", plain
    if theirs and said in ("", "partnership"):
        return "partnership", plain
    known = (*ARGUMENTS, *bullet.arguments, *COORDINATION, *BY_NAME)
    allowed = f"is no argument of {bullet.name}, no coordinator and no parameter"
    step = f"Run `trustsim explain {bullet.name}`.{nearest(plain, known)}"
    raise refused("axis", name, allowed, step)
