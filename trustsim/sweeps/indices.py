"""Morris effects and Sobol indices of values at the points of a design, with and without noise.

Values come as means over groups of replicates. Within a group all points share their luck, two
groups share none; so a product of two groups holds the effect of the parameters, and a product
of a group with itself holds its noise too. Plain estimates use all products, corrected ones only
those of two different groups, and are free of noise on average. Luck that moves all points alike
changes no difference and counts as no noise; the variance within cells would count it.

References: Morris 1991; Campolongo and others 2007 (mean of absolute effects); Saltelli and
others 2010 (first and total order); Saltelli 2002 (second order).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from trustsim.analysis.intervals import student_quantile
from trustsim.analysis.tables import Floats
from trustsim.errors import StudyError, refusal
from trustsim.sweeps.design import rows_a_sample

COLUMNS = (
    *("factor", "other", "index", "estimate", "low", "high"),
    *("corrected", "corrected_low", "corrected_high", "noise", "noise_low", "noise_high", "n"),
)
MU, MU_STAR, SIGMA = "mu", "mu_star", "sigma"
FIRST, TOTAL, SECOND = "first", "total", "second"

Statistics = Callable[[Floats, Floats], Floats]


class Values(NamedTuple):
    """An outcome at the points of a design, in the order of the design.

    whole: (points,) means over all replicates; parts: (points, groups) means over groups of
    replicates that share no luck, the same groups at each point.
    """

    whole: Floats
    parts: Floats


def sobol_indices(
    values: Values, names: Sequence[str], *, resamples: int = 1000, seed: int = 0
) -> pd.DataFrame:
    """Sobol indices of first, total and second order.

    First: the share of the variance over the points that would go if the factor were known;
    total: the share that would stay if all others were; second: what two bring together beyond
    each alone. Noise swells the total index of every factor, also of one that does nothing.

    Parameters
    ----------
    values : Values
        At the points of a Saltelli design with second order, 2 factors + 2 a base sample.
    names : sequence of str
        Of the factors, in the order of the design.
    resamples, seed : int, optional
        Bootstrap samples of the base samples, and their luck.

    Returns
    -------
    pandas.DataFrame
        One row an index; columns as in `COLUMNS`, n the number of base samples. Intervals are
        of 95 %: low to high holds the luck fixed, corrected_low to corrected_high does not.

    Raises
    ------
    StudyError
        A value is missing, or there are no differences to explain.
    """
    from SALib.analyze import sobol

    size = len(names)
    blocks, weights = _blocks(values, "saltelli", size, resamples, seed)
    if np.ptp(values.whole) <= np.finfo(float).eps * np.abs(values.whole).max():
        got = f"{values.whole[0]:g} at every point"
        step = "Choose another outcome or month, widen the ranges, or replicate more."
        raise StudyError(refusal("sensitivity", "outcome", got, "must differ between points", step))
    whole = _centred(values.whole[:, None]).reshape(len(blocks), -1, 1)
    blocks = _centred(values.parts).reshape(blocks.shape)
    plain = _with_interval(partial(_sobol, size=size, over=_all_pairs), weights, whole, luck=False)
    # What is shown is SALib's own estimate; our bootstrap is faster than its own.
    problem = {"num_vars": size, "names": list(names), "bounds": [[0, 1]] * size}
    found = sobol.analyze(problem, values.whole, num_resamples=2, seed=1)
    pairs = list(combinations(range(size), 2))
    shown = np.array([*found["S1"], *found["ST"], *(found["S2"][pair] for pair in pairs)])
    corrected = _with_interval(
        partial(_sobol, size=size, over=_unlike_pairs), weights, blocks, luck=True
    )
    noise = _noise(weights, blocks[:, [0, -1]])
    rows = [(names[j], "", kind) for kind in (FIRST, TOTAL) for j in range(size)]
    rows += [(names[j], names[k], SECOND) for j, k in pairs]
    return _table(rows, plain._replace(estimate=shown), corrected, noise, len(blocks))


def morris_effects(
    values: Values,
    units: Floats,
    names: Sequence[str],
    *,
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Morris's elementary effects: their mean (mu), mean size (mu_star), spread (sigma).

    An effect is the change of the outcome from one point of a trajectory to the next, over the
    step as a share of the factor's range: what the whole range would do at that pace. Noise
    swells mu_star and sigma. Corrected, mu_star takes the sign of each effect from other
    replicates than its size: too low on average where the sign is in doubt, 0 for a factor that
    does nothing; the truth lies between it and the plain one, on average.

    Parameters
    ----------
    values : Values
        At the points of a Morris design, factors + 1 a trajectory.
    units : array (points, factors)
        The points, each factor's range stretched to [0, 1]; steps may differ in length.
    names : sequence of str
        Of the factors.
    resamples, seed : int, optional
        Bootstrap samples of the trajectories, and their luck.

    Returns
    -------
    pandas.DataFrame
        One row a factor and index; columns as in `COLUMNS`, n the number of trajectories. For mu
        the corrected interval differs only in that it counts the error of the luck.

    Raises
    ------
    StudyError
        A value is missing, or the points are no trajectories.
    """
    size = len(names)
    blocks, weights = _blocks(values, "morris", size, resamples, seed)
    steps = np.diff(np.asarray(units, dtype=float).reshape(len(blocks), size + 1, size), axis=1)
    whole = _effects(values.whole.reshape(len(blocks), size + 1, 1), steps)
    plain = _with_interval(_morris, weights, whole, luck=False)
    corrected = _with_interval(_morris_corrected, weights, _effects(blocks, steps), luck=True)
    rows = [(name, "", kind) for kind in (MU, MU_STAR, SIGMA) for name in names]
    # Sizes and spreads are not negative.
    least = np.array([-np.inf if kind == MU else 0 for _, _, kind in rows])
    plain = plain._replace(low=np.maximum(plain.low, least))
    return _table(rows, plain, corrected, _noise(weights, blocks), len(blocks))


class Bounded(NamedTuple):
    """Estimates with the ends of their 95 % intervals, one of each index."""

    estimate: Floats
    low: Floats
    high: Floats


def _blocks(
    values: Values, kind: str, size: int, resamples: int, seed: int
) -> tuple[Floats, Floats]:
    """Values as (samples, rows a sample, groups), and weights of the samples.

    The first row of weights is the sample as it is, the others are resampled.
    """
    missing = int((~np.isfinite(values.whole)).sum() + (~np.isfinite(values.parts)).any(1).sum())
    each = rows_a_sample(kind, size)
    samples = len(values.whole) // each
    if missing or samples * each != len(values.whole) or samples < 2 or resamples < 2:
        got = f"{len(values.whole)} values, {missing} missing; {resamples} resamples"
        allowed = f"a {kind} design of {size} factors has {each} points a sample, none missing, and"
        allowed += " two or more of both"
        step = "Give every point its value."
        raise StudyError(refusal("sensitivity", "values", got, allowed, step))
    luck = np.random.default_rng(seed)
    drawn = luck.multinomial(samples, np.full(samples, 1 / samples), size=resamples)
    weights = np.vstack([np.ones(samples), drawn]) / samples
    return values.parts.reshape(samples, each, -1), weights


def _centred(values: Floats) -> Floats:
    return np.asarray(values - values.mean(axis=0))


def _pairs(weights: Floats, left: Floats, right: Floats) -> Floats:
    """Weighted means of products of every two groups: (resamples, groups, groups)."""
    samples, groups = left.shape
    products = (left[:, :, None] * right[:, None, :]).reshape(samples, groups * groups)
    return (weights @ products).reshape(-1, groups, groups)


def _all_pairs(forms: Floats) -> Floats:
    return np.asarray(forms.mean(axis=(1, 2)))


def _unlike_pairs(forms: Floats) -> Floats:
    """Means over pairs of different groups; unknown if there is only one."""
    groups = forms.shape[-1]
    if groups < 2:
        return np.full(len(forms), np.nan)
    alike = np.trace(forms, axis1=1, axis2=2)
    return np.asarray((forms.sum(axis=(1, 2)) - alike) / (groups * (groups - 1)))


def _variance(weights: Floats, blocks: Floats) -> Floats:
    """Covariances between groups, over all rows of all samples: (resamples, groups, groups)."""
    rows = blocks.shape[1]
    square = sum(_pairs(weights, blocks[:, row], blocks[:, row]) for row in range(rows)) / rows
    mean = weights @ blocks.mean(axis=1)
    return np.asarray(square - mean[:, :, None] * mean[:, None, :])


def _sobol(weights: Floats, blocks: Floats, size: int, over: Callable[[Floats], Floats]) -> Floats:
    """First, total and second order: (resamples, indices)."""
    a, b = blocks[:, 0], blocks[:, -1]
    mixed = [blocks[:, 1 + j] for j in range(size)]  # a, with the factor from b
    swapped = [blocks[:, 1 + size + j] for j in range(size)]  # b, with the factor from a
    first = [over(_pairs(weights, b, one - a)) for one in mixed]
    total = [over(_pairs(weights, a - one, a - one)) / 2 for one in mixed]
    both = over(_pairs(weights, a, b))
    second = [
        over(_pairs(weights, swapped[j], mixed[k])) - both - first[j] - first[k]
        for j, k in combinations(range(size), 2)
    ]
    variance = over(_variance(weights, blocks[:, [0, -1]]))
    # Where nothing but noise is left there is no share of what is left.
    scale = np.where(variance > 0, variance, np.nan)
    return np.stack([*first, *total, *second], axis=1) / scale[:, None]


def _effects(blocks: Floats, steps: Floats) -> Floats:
    """Elementary effects: (trajectories, factors, groups)."""
    moved = np.abs(steps) > 1e-9
    if not ((moved.sum(axis=1) == 1).all() and (moved.sum(axis=2) == 1).all()):
        allowed = "every trajectory must move each factor once"
        step = "Analyse a sweep of design morris, with all its points."
        raise StudyError(refusal("sensitivity", "points", "no trajectories", allowed, step))
    place = moved.argmax(axis=1)[:, :, None]  # the step at which each factor moves
    length = np.take_along_axis(steps.transpose(0, 2, 1), place, axis=2)
    return np.take_along_axis(np.diff(blocks, axis=1), place, axis=1) / length


def _morris(weights: Floats, effects: Floats) -> Floats:
    each = effects.mean(axis=2)
    mean, square = weights @ each, weights @ each**2
    rows = len(each)
    spread = np.sqrt(np.maximum(square - mean**2, 0) * rows / (rows - 1))
    return np.concatenate([mean, weights @ np.abs(each), spread], axis=1)


def _morris_corrected(weights: Floats, effects: Floats) -> Floats:
    rows, size, groups = effects.shape
    mean = weights @ effects.mean(axis=2)
    others = np.sign(effects.sum(axis=2, keepdims=True) - effects)
    mean_size = weights @ (others * effects).mean(axis=2)
    if groups < 2:
        mean_size = np.full_like(mean_size, np.nan)
    variances = [_unlike_pairs(_variance(weights, effects[:, j : j + 1])) for j in range(size)]
    spread = np.sqrt(np.maximum(np.stack(variances, axis=1), 0) * rows / (rows - 1))
    return np.concatenate([mean, mean_size, spread], axis=1)


def _noise(weights: Floats, blocks: Floats) -> Bounded:
    """Share of the variance over the points that is noise."""

    def share(weights: Floats, blocks: Floats) -> Floats:
        forms = _variance(weights, blocks)
        all_of_it = _all_pairs(forms)
        scale = np.where(all_of_it > 0, all_of_it, np.nan)
        return np.asarray(1 - _unlike_pairs(forms) / scale)[:, None]

    return _with_interval(share, weights, blocks, luck=True)


def _with_interval(
    statistics: Statistics, weights: Floats, values: Floats, *, luck: bool
) -> Bounded:
    """Estimates with intervals: the bootstrap's error of the samples, the jackknife's of the luck.

    Student's quantile with the degrees of freedom of their sum (Satterthwaite 1946). With
    fewer than three groups of replicates the luck's error is unknown, and so is the interval.
    """
    found = statistics(weights, values)
    rows, groups = len(values), values.shape[-1]
    square = found[1:].var(axis=0, ddof=1) * rows / (rows - 1)
    freedom = np.full(square.shape, rows - 1.0)
    if luck and groups < 3:
        square = np.full_like(square, np.nan)
    elif luck:
        less = [
            statistics(weights[:1], np.delete(values, group, axis=-1))[0] for group in range(groups)
        ]
        more = np.var(less, axis=0) * (groups - 1)
        parts = square**2 / (rows - 1) + more**2 / (groups - 1)
        square = square + more
        freedom = np.divide(square**2, parts, out=freedom, where=parts > 0)
    reach = student_quantile(freedom) * np.sqrt(square)
    return Bounded(found[0], found[0] - reach, found[0] + reach)


def _table(
    rows: Sequence[tuple[str, str, str]],
    plain: Bounded,
    corrected: Bounded,
    noise: Bounded,
    samples: int,
) -> pd.DataFrame:
    """rows: factor, other factor of a pair, index."""
    columns = (*zip(*rows, strict=True), *plain, *corrected, *(float(one[0]) for one in noise))
    return pd.DataFrame(dict(zip(COLUMNS, (*columns, samples), strict=True)))
