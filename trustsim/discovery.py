"""What would have to be true for a silver bullet to help.

Many plausible partnerships are drawn at random (`regime_sample`), every bullet is tried on each,
and a shallow decision tree looks for conditions under which it helps
(`what_would_have_to_be_true`). That is measured on partnerships which the tree has not seen, and a
condition can be tried again on fresh ones (`confirm_region`).

References: Bryant & Lempert 2010 (scenario discovery), Lempert et al. 2008 (trees beside PRIM).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trustsim.analysis.intervals import Interval, mean_of_differences, wilson
from trustsim.analysis.outcomes import SHARE
from trustsim.analysis.pairs import paired_contrast
from trustsim.analysis.tables import Floats, TableError, require_columns
from trustsim.arguments import one_of, whole
from trustsim.errors import MissingExtraError, ScenarioError, refusal
from trustsim.scenarios.files import scenario as scenario_of
from trustsim.scenarios.interventions import coordinator
from trustsim.scenarios.interventions.catalog import CATALOG
from trustsim.scenarios.interventions.definition import Definition, Intervention
from trustsim.scenarios.scenario import Scenario
from trustsim.simulation import Runs, simulate

__all__ = [
    "BACKFIRES", "FACTORS", "HELPS", "NO_DIFFERENCE", "UNKNOWN", "VERDICTS", "Confirmation",
    "Discovery", "Factor", "confirm_region", "regime_sample", "what_would_have_to_be_true",
]  # fmt: skip

HELPS, BACKFIRES = "helps", "backfires"
NO_DIFFERENCE, UNKNOWN = "makes no difference", "nobody knows"
VERDICTS = (HELPS, BACKFIRES, NO_DIFFERENCE, UNKNOWN)

MARGIN = 0.05
"""Shares of partnerships: an effect surely under 5 points is called no difference."""

BETTER = {"matured": 1, "dissolved": -1, "value": 1}
"""Outcomes that can be asked for, and which way is better: 1 = more, -1 = less."""

MOST_POINTS = 1_000_000
SMALLEST = 8

Labels = NDArray[np.bool_]

NUMBERS = ("baseline", "other", "difference", "low", "high")

Bounds = Mapping[str, tuple[float, float]]
"""For each factor: more than the first number and at most the second."""

ARGUMENTS = ("dose", "start", "months")
"""Arguments that every bullet has."""
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
            # Fixed arguments can't be set, nor how long a single event lasts.
            kept = {*shot.fixed, *(["months"] if shot.definition.lasts_once else [])}
            own = {name: value for name, value in settings.items() if name not in kept}
            without, with_it = _arms(scenario, shot, own)
            if baseline is None or baseline.scenario != without:
                baseline = lives(without)
            other = lives(with_it)
            table = paired_contrast(baseline.runs, other.runs, horizon=month, by=(month,))
            effects = table.set_index("outcome").loc[list(outcomes)].reset_index()
            for found in effects.to_dict("records"):
                name, unit = found["outcome"], found["unit"]
                better, seen = BETTER[name], {key: float(found[key]) for key in NUMBERS}
                usual_margin = MARGIN if unit == SHARE else 0.0
                reach = usual_margin if margin is None else margin
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


def bullet_of(bullet: Definition | Intervention | str) -> Bullet:
    """A bullet by its catalogue entry, its name, or with some arguments given."""
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


class Discovery(NamedTuple):
    """What would have to be true; made by `what_would_have_to_be_true`.

    bullet, outcome, verdict: what was asked; leaves: one row a leaf, those densest where the
    tree grew first: conditions (words), grown_points, grown_density, points, holding (of the
    points not used to grow it), density, density_low, density_high (Wilson), coverage (share of
    all held-out points with that verdict), region (density_low above 1/2), bounds (a mapping);
    base_rate: share with that verdict among held-out points, with base_low and base_high;
    skill: how much of the variance of the held-out verdicts the tree explains (under 0: none);
    shuffled: share of shuffled trees with as much skill; shuffles: how many there were;
    grown_on, measured_on: points.
    """

    bullet: str
    outcome: str
    verdict: str
    leaves: pd.DataFrame
    base_rate: float
    base_low: float
    base_high: float
    skill: float
    shuffled: float
    shuffles: int
    grown_on: int
    measured_on: int

    @property
    def regions(self) -> pd.DataFrame:
        """The leaves in which the verdict holds for most points, with 95 % confidence."""
        return self.leaves[self.leaves["region"]]

    def sentences(self) -> list[str]:
        """The regions as sentences, or one that says there is none."""
        base = (
            f"{self.base_rate:.0%} of all {self.measured_on} partnerships not used to find it"
            f" ({self.base_low:.0%} to {self.base_high:.0%})"
        )
        if self.regions.empty:
            none = "no conditions found under which it does so in most partnerships"
            return [f"{self.bullet} {self.verdict} ({self.outcome}): {none}; it does in {base}."]
        return [
            f"{self.bullet} {self.verdict} ({self.outcome}) where {row['conditions']}: in "
            f"{row['density']:.0%} of {row['points']} such partnerships "
            f"({row['density_low']:.0%} to {row['density_high']:.0%}), which are "
            f"{row['coverage']:.0%} of all in which it does; it does in {base}."
            for row in self.regions.to_dict("records")
        ]


def what_would_have_to_be_true(
    sample: pd.DataFrame,
    bullet: str,
    *,
    outcome: str = "matured",
    verdict: str = HELPS,
    depth: int = 3,
    smallest_leaf: int | None = None,
    shuffles: int = 199,
    seed: int = 0,
    factors: Sequence[Factor] = FACTORS,
) -> Discovery:
    """Conditions under which a bullet helps (or backfires), by a shallow decision tree.

    The tree grows on half of the points and everything said of it is measured on the other
    half. A region is a leaf whose density there is above 1/2 with 95 % confidence. As a check,
    trees are grown on shuffled labels in just the same way. Needs scikit-learn (extra
    `discovery`).

    A tree and not PRIM, where an analyst picks a box from a trajectory: that can't be repeated
    on shuffled labels.

    Parameters
    ----------
    sample : pandas.DataFrame
        From `regime_sample`.
    bullet, outcome, verdict : str
        Whose verdict about what; one of `VERDICTS`.
    depth : int
        Most conditions a leaf, 1 to 3.
    smallest_leaf : int, optional
        Fewest growing points a leaf; by default one in 20 of them, and at least 8.
    shuffles, seed : int
        Shuffled trees; the seed of the split and of the shuffles.
    factors : sequence of Factor
        Those that conditions may be made of.

    Raises
    ------
    MissingExtraError
        scikit-learn is not installed.
    TableError
        The sample lacks this bullet or outcome, or an argument is out of range.
    """
    points = _points_of(sample, bullet, outcome, verdict, depth)
    names = [f.name for f in factors if f.name in points and not points[f.name].isna().any()]
    named = {factor.name: factor for factor in factors}
    dice = np.random.Generator(np.random.Philox(seed))
    order = dice.permutation(len(points))
    growing, testing = order[: len(order) // 2], order[len(order) // 2 :]
    features, labels = points[names], (points["verdict"] == verdict).to_numpy(dtype=np.bool_)
    smallest = smallest_leaf or max(SMALLEST, len(growing) // 20)

    def grown(truth: Labels) -> tuple[list[Bounds], float]:
        leaves = _leaves(features.iloc[growing], truth[growing], depth, smallest, named)
        forecast = np.zeros(len(truth))
        for bounds in leaves:
            held = _inside(features, bounds)
            forecast[held] = truth[growing][held[growing]].mean()
        return leaves, _skill(truth[testing], forecast[testing], truth[growing].mean())

    leaves, skill = grown(labels)
    better = sum(grown(dice.permutation(labels))[1] >= skill for _ in range(shuffles))
    found = int(labels[testing].sum())
    return Discovery(
        bullet,
        outcome,
        verdict,
        _measured_leaves(leaves, features, labels, growing, testing, named),
        found / len(testing),
        *wilson(found, len(testing)),
        skill,
        (better + 1) / (shuffles + 1),
        shuffles,
        len(growing),
        len(testing),
    )


class Confirmation(NamedTuple):
    """A region simulated again: mean effect over fresh points, and how often the verdict held.

    baseline: mean outcome without the bullet; share: of points with that verdict; confirmed: the
    interval of the mean effect lies on the verdict's side of 0.
    """

    baseline: float
    effect: float
    interval: Interval
    share: float
    share_interval: Interval
    points: int
    confirmed: bool


def confirm_region(
    base: Scenario | str,
    bullet: Definition | Intervention | str,
    bounds: Bounds,
    *,
    points: int = 40,
    replicates: int = 100,
    seed: int,
    verdict: str = HELPS,
    outcome: str = "matured",
    month: int = 84,
    factors: Sequence[Factor] = FACTORS,
    progress: Callable[[int], object] | None = None,
) -> Confirmation:
    """A region (the bounds of a leaf) held against fresh partnerships with fresh luck.

    Parameters are those of `regime_sample` and `what_would_have_to_be_true`; the seed must be
    one that neither used. The effect's interval is Student's over points, so it covers
    differences between partnerships of the region as well as chance.
    """
    fresh = regime_sample(
        base,
        [bullet],
        points=points,
        replicates=replicates,
        seed=seed,
        month=month,
        factors=narrowed(factors, bounds),
        outcomes=(outcome,),
        progress=progress,
    )
    effects = fresh["difference"].to_numpy(dtype=np.float64)
    bounded = mean_of_differences(effects)
    better = int(fresh["better"].iloc[0])
    side = {HELPS: better, BACKFIRES: -better}.get(verdict, 0)
    holding = int((fresh["verdict"] == verdict).sum())
    return Confirmation(
        float(fresh["baseline"].mean()),
        float(effects.mean()),
        bounded,
        holding / points,
        wilson(holding, points),
        points,
        min(bounded.low * side, bounded.high * side) > 0,
    )


def _points_of(
    sample: pd.DataFrame, bullet: str, outcome: str, verdict: str, depth: int
) -> pd.DataFrame:
    """The rows of one bullet and outcome, if what is asked for makes sense."""
    where = "what_would_have_to_be_true"
    require_columns(sample, ("point", "bullet", "outcome", "verdict"), where=where)
    for what, value in (("bullet", bullet), ("outcome", outcome)):
        one_of(where, what, value, dict.fromkeys(sample[what]), TableError)
    one_of(where, "verdict", verdict, VERDICTS, TableError)
    whole(where, "depth", depth, 1, 3, "most conditions of a leaf", TableError)
    chosen = (sample["bullet"] == bullet) & (sample["outcome"] == outcome)
    points = sample[chosen].sort_values("point", ignore_index=True)
    if len(points) < 2 * SMALLEST:
        allowed = f"at least {2 * SMALLEST} are needed"
        raise TableError(refusal(where, "points", len(points), allowed, "Draw more."))
    return points


def _leaves(
    features: pd.DataFrame,
    labels: Labels,
    depth: int,
    smallest: int,
    factors: Mapping[str, Factor],
) -> list[Bounds]:
    """Leaves of a grown tree, with limits rounded to what a sentence says."""
    tree = _tree(depth, smallest).fit(features.to_numpy(dtype=np.float64), labels).tree_
    found: list[Bounds] = []

    def walk(node: int, bounds: Bounds) -> None:
        if tree.children_left[node] == tree.children_right[node]:
            found.append(bounds)
            return
        name = str(features.columns[tree.feature[node]])
        low, high = bounds.get(name, (-np.inf, np.inf))
        limit = min(max(factors[name].said(float(tree.threshold[node])), low), high)
        walk(tree.children_left[node], {**bounds, name: (low, limit)})
        walk(tree.children_right[node], {**bounds, name: (limit, high)})

    walk(0, {})
    # Rounding can leave a leaf without a point that it was grown on.
    return [bounds for bounds in found if _inside(features, bounds).any()]


def _inside(points: pd.DataFrame, bounds: Bounds) -> Labels:
    """Which points are above the lower bound of every factor, and at most the upper one."""
    inside = np.ones(len(points), dtype=np.bool_)
    for name, (low, high) in bounds.items():
        inside &= points[name].between(low, high, inclusive="right").to_numpy()
    return inside


def _tree(depth: int, smallest: int) -> Any:
    try:
        from sklearn.tree import DecisionTreeClassifier
    except ImportError as missing:
        step = 'Install it with: pip install "trustsim[discovery]"'
        got, why = "not installed", "is needed for this study only"
        message = refusal("what_would_have_to_be_true", "scikit-learn", got, why, step)
        raise MissingExtraError(message) from missing
    return DecisionTreeClassifier(max_depth=depth, min_samples_leaf=smallest, random_state=0)


def _measured_leaves(
    leaves: list[Bounds],
    features: pd.DataFrame,
    labels: Labels,
    growing: NDArray[np.int64],
    testing: NDArray[np.int64],
    factors: Mapping[str, Factor],
) -> pd.DataFrame:
    rows = []
    for bounds in leaves:
        inside = _inside(features, bounds)
        seen, unseen = inside[growing], inside[testing]
        size, holding = int(unseen.sum()), int((labels[testing] & unseen).sum())
        low, high = wilson(holding, size)
        rows.append(
            {
                "conditions": conditions(bounds, factors),
                "grown_points": int(seen.sum()),
                "grown_density": float(labels[growing][seen].mean()),
                "points": size,
                "holding": holding,
                "density": holding / size if size else float("nan"),
                "density_low": low,
                "density_high": high,
                "coverage": holding / max(int(labels[testing].sum()), 1),
                "region": low > 0.5,
                "bounds": bounds,
            }
        )
    return pd.DataFrame(rows).sort_values("grown_density", ascending=False, ignore_index=True)


def _skill(truth: Labels, forecast: Floats, usual: float) -> float:
    """Share of the squared error of a constant forecast that the tree's forecast takes away."""
    constant = float(((truth - usual) ** 2).mean())
    return 1 - float(((truth - forecast) ** 2).mean()) / constant if constant > 0 else 0.0
