"""Plausible partnerships drawn at random, and every bullet tried on each of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from trustsim.analysis.contrasts import paired_contrast
from trustsim.analysis.outcomes import SHARE
from trustsim.arguments import one_of, whole
from trustsim.errors import ScenarioError
from trustsim.model.parameters import BY_NAME
from trustsim.scenarios.files import scenario as scenario_of
from trustsim.scenarios.interventions import coordinator
from trustsim.scenarios.interventions.catalog import CATALOG
from trustsim.scenarios.interventions.definition import Definition, Intervention
from trustsim.scenarios.scenario import Scenario
from trustsim.simulation import Runs, simulate

HELPS, BACKFIRES = "helps", "backfires"
NO_DIFFERENCE, UNKNOWN = "makes no difference", "nobody knows"
VERDICTS = (HELPS, BACKFIRES, NO_DIFFERENCE, UNKNOWN)

MARGIN = 0.05
"""Shares of partnerships: an effect surely under 5 points is called no difference."""

BETTER = {"matured": 1, "dissolved": -1, "value": 1}
"""Outcomes that can be asked for, and which way is better: 1 = more, -1 = less."""

MOST_POINTS = 1_000_000

NUMBERS = ("baseline", "other", "difference", "low", "high")

Bounds = Mapping[str, tuple[float, float]]
"""For each factor: more than the first number and at most the second."""

ARGUMENTS = {
    "dose": "share of the full measure",
    "start": "months before it begins",
    "months": "months in force",
}
"""Units of the arguments that every bullet has."""
COORDINATION = "coordination"
LEVELS = {
    (0, 0): "no coordinator",
    (1, 1): "a coordinator who comes with the bullet",
    (2, 2): "a coordinator from the start",
    (0, 1): "no coordinator from the start",
    (1, 2): "a coordinator, at the latest with the bullet",
}
"""Words for a range of the factor `coordination`."""


class Bullet(NamedTuple):
    """A catalogue entry and those of its arguments that stay as they are."""

    definition: Definition
    fixed: Mapping[str, Any]


class Factor(NamedTuple):
    """One thing that differs between plausible partnerships, and how far.

    name: dose, start or months of the bullet, coordination (0 no coordinator, 1 one who comes with
    the bullet, 2 one from the start), or a parameter; low, high: ends of the range, both included;
    words: what a sentence calls it; why: why the range is narrower than what is allowed.
    """

    name: str
    low: float
    high: float
    words: str
    why: str
    whole: bool = False

    @property
    def unit(self) -> str:
        """Unit of its numbers."""
        if self.name == COORDINATION:
            return "0 never, 1 with the bullet, 2 from the start"
        return ARGUMENTS.get(self.name) or BY_NAME[self.name].unit

    def said(self, limit: float) -> float:
        """A limit as a sentence says it: to two digits, whole where the factor is."""
        return float(math.floor(limit)) if self.whole else float(f"{limit:.2g}")


FACTORS = (
    Factor("dose", 0.05, 1, "dose", "0 is nothing at all"),
    Factor("start", 0, 48, "start", "later than that hardly shows by year 7", whole=True),
    Factor("months", 3, 72, "months in force", "a quarter to six years", whole=True),
    Factor("history", 0.2, 0.9, "initial trust", "the ends are sworn enemies and old friends"),
    Factor("history_depth", 0, 20, "depth of history", "more is a partnership that is old already"),
    Factor("tenure", 12, 72, "tenure", "a year to six; published turnover gives 20 to 33"),
    Factor("handover", 0, 1, "handover", "all that is allowed"),
    Factor("coordination", 0, 2, "coordinator", "one pair a month, as calibrated", whole=True),
    Factor("pressure", 0.3, 1, "pressure", "a sponsor who expects next to nothing is none"),
    Factor("pace", 6, 36, "pace", "half a year to three years"),
    Factor("organisations", 3, 14, "members", "two are a dyad; many are slow to run", whole=True),
    Factor("command", 0, 1, "command", "all that is allowed"),
    Factor("negativity", 1, 4, "negativity", "no more than published for single bad events"),
    Factor("meetings", 2, 10, "meetings", "one a fortnight to more than two a week"),
)
"""Ranges of plausible partnerships; they are a judgement, and results depend on them."""


def regime_sample(
    base: Scenario | str,
    bullets: Sequence[Definition | Intervention | str],
    *,
    points: int = 200,
    replicates: int = 100,
    seed: int = 0,
    month: int = 84,
    factors: Sequence[Factor] = FACTORS,
    outcomes: Sequence[str] = ("matured", "dissolved", "value"),
    margin: float | None = None,
    progress: Callable[[int], object] | None = None,
) -> pd.DataFrame:
    """Paired effects of bullets in many plausible partnerships (a Latin hypercube).

    At each point the partnership is simulated once without and once with every bullet, with
    the same luck; different points have different luck. A coordinator is in both arms.

    Parameters
    ----------
    base : Scenario or str
        What all points share.
    bullets : sequence of Definition, Intervention or str
        Arguments given with an intervention stay as they are at all points.
    points, replicates, seed : int
        Points of the hypercube, pairs a point, and the luck of both.
    month : int
        When the outcomes are looked at; also how long is simulated. Months.
    factors : sequence of Factor
        What differs between points.
    outcomes : sequence of str
        Of "matured" and "dissolved" (share by `month`), "value" (sum over the months up to it).
    margin : float, optional
        An interval that holds 0 and lies within so much of it is called no difference; by
        default 0.05 for shares and 0 (never) for value. In the outcome's unit.
    progress : callable, optional
        Called with the number of partnerships lived through, after each simulation.

    Returns
    -------
    pandas.DataFrame
        One row a point, bullet and outcome: point, bullet, the factors (missing where a bullet
        has no such argument, or a fixed one), outcome, month, unit, better, baseline, other,
        difference, low, high, verdict, n.

    Raises
    ------
    ParameterError, ScenarioError
        Sizes, bullets or factors that make no sense.
    """
    whole("regime_sample", "points", points, 1, MOST_POINTS, "partnerships drawn")
    for name in outcomes:
        one_of("regime_sample", "outcome", name, BETTER)
    scenario, shots = scenario_of(base), [bullet_of(bullet) for bullet in bullets]
    drawn = latin_hypercube(points, seed, factors)
    rows: list[dict[str, object]] = []
    for point, numbers in enumerate(drawn.itertuples(index=False)):
        settings = {f.name: float(value) for f, value in zip(factors, numbers, strict=True)}

        def lives(arm: Scenario, first: int = point * replicates) -> Runs:
            return simulate(
                arm, replicates=replicates, seed=seed, months=month, first=first, progress=progress
            )

        baseline: Runs | None = None
        for shot in shots:
            own = {name: value for name, value in settings.items() if _applies(name, shot)}
            without, with_it = _arms(scenario, shot, own)
            if baseline is None or baseline.scenario != without:
                baseline = lives(without)
            other = lives(with_it)
            table = paired_contrast(baseline.runs, other.runs, horizon=month, by=(month,))
            effects = table.set_index("outcome").loc[list(outcomes)].reset_index()
            for found in effects.to_dict("records"):
                name, unit = found["outcome"], found["unit"]
                better, seen = BETTER[name], {key: float(found[key]) for key in NUMBERS}
                reach = margin_of(unit) if margin is None else margin
                said = verdict(seen["low"], seen["high"], better=better, margin=reach)
                rows.append(
                    {
                        "point": point,
                        "bullet": shot.definition.name,
                        **{f.name: own.get(f.name, float("nan")) for f in factors},
                        "outcome": name,
                        "month": month,
                        "unit": unit,
                        "better": better,
                        **seen,
                        "verdict": said,
                        "n": replicates,
                    }
                )
    return pd.DataFrame(rows)


def latin_hypercube(points: int, seed: int, factors: Sequence[Factor] = FACTORS) -> pd.DataFrame:
    """Settings spread evenly over the ranges of all factors: one row a point.

    >>> drawn = latin_hypercube(12, seed=1)
    >>> sorted(drawn["organisations"]) == [float(number) for number in range(3, 15)]
    True
    """
    from scipy.stats import qmc

    dice = np.random.Generator(np.random.Philox(seed))
    shares = qmc.LatinHypercube(d=len(factors), rng=dice).random(points)
    columns = {}
    for number, factor in enumerate(factors):
        share, width = shares[:, number], factor.high - factor.low
        drawn = factor.low + share * width
        columns[factor.name] = np.floor(factor.low + share * (width + 1)) if factor.whole else drawn
    return pd.DataFrame(columns)


def narrowed(factors: Sequence[Factor], bounds: Bounds) -> tuple[Factor, ...]:
    """The factors with their ranges cut to these bounds.

    >>> ranges = narrowed(FACTORS, {"organisations": (5, 8), "history": (0.6, float("inf"))})
    >>> [(f.low, f.high) for f in ranges if f.name in ("organisations", "history")]
    [(0.6, 0.9), (6, 8)]
    """
    cut = []
    for factor in factors:
        low, high = bounds.get(factor.name, (-math.inf, math.inf))
        least = low + 1 if factor.whole else low
        cut.append(factor._replace(low=max(factor.low, least), high=min(factor.high, high)))
    return tuple(cut)


def conditions(bounds: Bounds, factors: Mapping[str, Factor]) -> str:
    """Bounds as a sentence says them.

    >>> by_name = {factor.name: factor for factor in FACTORS}
    >>> conditions({"history": (0.6, math.inf), "organisations": (-math.inf, 7)}, by_name)
    'initial trust above 0.6 and members at most 7'
    """
    parts = [_condition(factors[name], low, high) for name, (low, high) in bounds.items()]
    return " and ".join(parts) or "anything goes"


def _condition(factor: Factor, low: float, high: float) -> str:
    if factor.name == "coordination":
        levels = int(max(low + 1, factor.low)), int(min(high, factor.high))
        return LEVELS[levels]
    lower, upper = low >= factor.low, high < factor.high
    least = f"at least {low + 1:g}" if factor.whole else f"above {low:g}"
    said = [least] * lower + [f"at most {high:g}"] * upper
    return f"{factor.words} {' and '.join(said) or 'whatever it is'}"


def _applies(name: str, bullet: Bullet) -> bool:
    """Whether a factor can be set: fixed arguments can't, nor how long a single event lasts."""
    return name not in bullet.fixed and not (name == "months" and bullet.definition.lasts_once)


def verdict(low: float, high: float, *, better: int, margin: float) -> str:
    """What an interval says about a bullet.

    >>> verdict(0.01, 0.2, better=1, margin=0.05), verdict(0.01, 0.2, better=-1, margin=0.05)
    ('helps', 'backfires')
    >>> verdict(-0.04, 0.02, better=1, margin=0.05), verdict(-0.1, 0.1, better=1, margin=0.05)
    ('makes no difference', 'nobody knows')
    """
    least, most = sorted((low * better, high * better))
    if least > 0:
        return HELPS
    if most < 0:
        return BACKFIRES
    return NO_DIFFERENCE if -margin < least and most < margin else UNKNOWN


def margin_of(unit: str) -> float:
    """Half-width of what is called no difference, unless another is given."""
    return MARGIN if unit == SHARE else 0.0


def bullet_of(bullet: Definition | Intervention | str) -> Bullet:
    """A bullet by its catalogue entry, its name, or with some arguments given.

    Raises ScenarioError.
    """
    if isinstance(bullet, Definition):
        return Bullet(bullet, {})
    name = bullet.name if isinstance(bullet, Intervention) else bullet
    one_of("discovery", "bullet", name, CATALOG, ScenarioError)
    fixed = dict(bullet.arguments) if isinstance(bullet, Intervention) else {}
    return Bullet(CATALOG[name], fixed)


def _arms(
    base: Scenario, bullet: Bullet, settings: Mapping[str, float]
) -> tuple[Scenario, Scenario]:
    """The partnership of these factors, without the bullet and with it; a coordinator in both."""
    own = {name: value for name, value in settings.items() if name in ARGUMENTS}
    others = {name: value for name, value in settings.items() if name not in ARGUMENTS}
    level = others.pop(COORDINATION, 0)
    shot = bullet.definition(**{**bullet.fixed, **own})
    without = base.with_(**others)
    if level:
        without += coordinator(start=0 if level == 2 else shot.start)
    return without, without + shot
