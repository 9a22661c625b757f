"""Statistics of several arms at once: what is left of a loss, mediation, correlation."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import scipy
from E00_propositions.estimators import Estimate, bootstrap, sum_over_window
from E00_scorecard.bench import Bench
from E00_scorecard.facts import Measure

from trustsim.analysis.tables import Floats, Integers
from trustsim.scenarios.files import intervention
from trustsim.scenarios.scenario import Scenario

LEAST_LOSS = 1e-9


def loss_left(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Part of a loss of trust that is left later, in one arm minus the other."""
    kinds = [_losses(bench, base, ask, name) for name in ("against", "arm")]

    def gap(draw: Integers) -> float:
        parts = [_part(later, at, draw) for at, later in kinds]
        return parts[1] - parts[0]

    return _over_partnerships(gap, bench)


def loss_mended(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Part of a loss of trust that something has mended later, in one arm minus the other."""
    mender = ask.options["mender"]
    plain = [_losses(bench, base, ask, name) for name in ("against", "arm")]
    mended = [_losses(bench, base, ask, name, mender) for name in ("against", "arm")]

    def gap(draw: Integers) -> float:
        parts = [
            _part(later - later_mended, at, draw)
            for (at, later), (_, later_mended) in zip(plain, mended, strict=True)
        ]
        return parts[1] - parts[0]

    return _over_partnerships(gap, bench)


def _losses(
    bench: Bench, base: Scenario, ask: Measure, name: str, mender: str = ""
) -> tuple[Floats, Floats]:
    """What an arm has lost of the trust of the baseline, soon after and later."""
    more = [intervention(mender)] if mender else []
    kept, lost = (bench.panel(ask.arm(one, base) + more) for one in ("baseline", name))
    months = ask.options["at"], ask.options["later"]
    early, late = (kept.at("mean_trust", one) - lost.at("mean_trust", one) for one in months)
    return early, late


def _part(numerator: Floats, denominator: Floats, draw: Integers) -> float:
    below = float(denominator[draw].mean())
    return float(numerator[draw].mean()) / below if below > LEAST_LOSS else float("nan")


def _over_partnerships(statistic: Callable[[Integers], float], bench: Bench) -> Estimate:
    everybody = np.arange(bench.replicates)
    bounds = bootstrap(statistic, bench.replicates, bench.seed)
    return Estimate(statistic(everybody), *bounds)


class _Doses(NamedTuple):
    """Dose, trust and later value of partnerships alive in every arm, shape (partnership, arm)."""

    level: Floats
    trust: Floats
    value: Floats


def indirect_effect(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Effect of a dose of 1 on later value that runs through trust: a product of two slopes.

    Slope of trust on the dose, times that of value on trust with the dose held fixed; least
    squares over partnerships and arms.
    """
    doses = _doses(bench, base, ask)

    def product(draw: Integers) -> float:
        level, trust, value = (one[draw].ravel() for one in doses)
        if len(level) < 3 or np.ptp(trust) == 0:
            return float("nan")
        ones = np.ones_like(level)
        on_dose = np.linalg.lstsq(np.column_stack([ones, level]), trust, rcond=None)[0][1]
        both = np.linalg.lstsq(np.column_stack([ones, level, trust]), value, rcond=None)[0]
        return float(on_dose * both[2])

    return _over_rows(product, doses, bench.seed)


def correlation_gap(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Correlation of trust with later value, minus that of the dose with it."""
    doses = _doses(bench, base, ask)

    def gap(draw: Integers) -> float:
        level, trust, value = (one[draw].ravel() for one in doses)
        if len(level) < 3 or np.ptp(trust) == 0 or np.ptp(value) == 0:
            return float("nan")
        return float(np.corrcoef(trust, value)[0, 1] - np.corrcoef(level, value)[0, 1])

    return _over_rows(gap, doses, bench.seed)


def _doses(bench: Bench, base: Scenario, ask: Measure) -> _Doses:
    month, until = ask.options["month"], ask.options["until"]
    panels = [bench.panel(one) for one in ask.arms(base)]
    alive = np.logical_and.reduce([panel.alive(month) for panel in panels])
    first = np.full(int(alive.sum()), month + 1)
    trust = np.column_stack([panel.at("mean_trust", month)[alive] for panel in panels])
    value = np.column_stack(
        [sum_over_window(panel.numbers["value"][alive], first, until - month) for panel in panels]
    )
    level = np.broadcast_to(np.asarray(ask.design["levels"], dtype=float), trust.shape)
    return _Doses(level, trust, value)


def _over_rows(statistic: Callable[[Integers], float], doses: _Doses, seed: int) -> Estimate:
    size = len(doses.trust)
    return Estimate(statistic(np.arange(size)), *bootstrap(statistic, size, seed))


def rank_correlation(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Rank correlation of a parameter, spread evenly, with a column of the runs table.

    Interval by Fisher's margin, as in proposition 6.
    """
    name, levels = ask.options["parameter"], ask.options["levels"]
    found = [
        bench.runs(base.with_(**{name: level})).runs[ask.options["column"]].to_numpy(dtype=float)
        for level in levels
    ]
    values = np.concatenate(found)
    if np.ptp(values) == 0:
        return Estimate(float("nan"), float("nan"), float("nan"))
    rho = float(scipy.stats.spearmanr(np.repeat(levels, bench.replicates), values).statistic)
    margin = float(1.96 / np.sqrt(len(values) - 3))
    return Estimate(rho, rho - margin, rho + margin)
