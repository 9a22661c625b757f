"""Conditions under which a bullet helps: a shallow decision tree, measured on unseen points."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trustsim.analysis.intervals import Interval, mean_of_differences, wilson
from trustsim.analysis.tables import Floats, TableError, require_columns
from trustsim.arguments import one_of, whole
from trustsim.discovery.sampling import (
    BACKFIRES,
    FACTORS,
    HELPS,
    VERDICTS,
    Bounds,
    Factor,
    conditions,
    narrowed,
    regime_sample,
)
from trustsim.errors import MissingExtraError, refusal
from trustsim.scenarios.interventions.definition import Definition, Intervention
from trustsim.scenarios.scenario import Scenario

HALF = 0.5
SMALLEST = 8

Labels = NDArray[np.bool_]


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
        values = points[name].to_numpy(dtype=np.float64)
        inside &= (values > low) & (values <= high)
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
                "region": low > HALF,
                "bounds": bounds,
            }
        )
    return pd.DataFrame(rows).sort_values("grown_density", ascending=False, ignore_index=True)


def _skill(truth: Labels, forecast: Floats, usual: float) -> float:
    """Share of the squared error of a constant forecast that the tree's forecast takes away."""
    constant = float(((truth - usual) ** 2).mean())
    return 1 - float(((truth - forecast) ** 2).mean()) / constant if constant > 0 else 0.0
