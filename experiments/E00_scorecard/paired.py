"""Statistics of arms that share their luck: differences, and differences of differences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from E00_propositions.estimators import (
    DISSOLVED,
    MATURE,
    Estimate,
    Flags,
    bootstrap,
    gap_between,
    rate_ratio,
)
from E00_propositions.fates import upkeep
from E00_propositions.laboratory import HORIZON, Panel, months_without
from E00_scorecard.bench import Bench
from E00_scorecard.facts import Measure
from E00_scorecard.one_arm import mean_of, share_of

from trustsim.analysis.intervals import paired_shares
from trustsim.analysis.outcomes import outcomes
from trustsim.analysis.tables import Floats, Integers, month_numbers
from trustsim.scenarios.scenario import Scenario


def paired(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Mean difference of an outcome between two arms, as `paired_contrast` reports it."""
    table = bench.contrast(ask.arm("against", base), ask.arm("arm", base))
    wanted = (table["outcome"] == ask.options["outcome"]) & (table["month"] == ask.options["month"])
    row = table[wanted].iloc[0]
    return Estimate(float(row["difference"]), float(row["low"]), float(row["high"]))


def average_paired(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Mean over several arms of the difference that each makes to an outcome."""
    without = _outcome(bench, ask.arm("against", base), ask)
    others = [_outcome(bench, one, ask) for one in ask.arms(base)]
    return mean_of(np.mean(others, axis=0) - without)


def interaction(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Effect in the second pair of arms minus that in the first."""
    first, first_with, second, second_with = (_outcome(bench, one, ask) for one in ask.arms(base))
    return mean_of((second_with - second) - (first_with - first))


def _outcome(bench: Bench, scenario: Scenario, ask: Measure) -> Floats:
    month = ask.options["month"]
    known = outcomes([month] if month < HORIZON else [], HORIZON, HORIZON)
    one = next(one for one in known if one.name == ask.options["outcome"] and one.month == month)
    return one.measure(bench.fates(scenario))


def paired_level(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Mean difference of a monthly column in one month, where both arms are alive."""
    without, found = _panels(bench, base, ask)
    month, column = ask.options["month"], ask.options["column"]
    alive = without.alive(month) & found.alive(month)
    return mean_of((found.at(column, month) - without.at(column, month))[alive])


def paired_opportunism(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Mean difference of undercutting and breach up to a month, while both arms are alive."""
    arms = _panels(bench, base, ask)
    months = slice(0, ask.options["month"])
    without, found = (
        arm.numbers["undercut"][:, months] + arm.numbers["breach"][:, months] for arm in arms
    )
    both = ~np.isnan(without) & ~np.isnan(found)
    difference = np.where(both, found - without, 0.0).sum(axis=1) / np.maximum(both.sum(axis=1), 1)
    return mean_of(difference[both.any(axis=1)])


def average_activity(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Mean over several arms of the change in acts done in a month, where all are alive."""
    month = ask.options["month"]
    arms = [bench.panel(one) for one in (ask.arm("against", base), *ask.arms(base))]
    alive = np.logical_and.reduce([arm.alive(month) for arm in arms])
    done = [(arm.at("cooperation", month) + arm.at("compliance", month))[alive] for arm in arms]
    return mean_of(np.mean(done[1:], axis=0) - done[0])


def paired_mature(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Difference of the shares mature in a month."""
    without, found = (_mature(arm, ask) for arm in _panels(bench, base, ask))
    up, down = int((found > without).sum()), int((found < without).sum())
    bounds = paired_shares(up, down, size=len(found))
    return Estimate(float((found - without).mean()), *bounds)


def interaction_mature(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Effect on being mature in a month, in the second pair of arms minus that in the first."""
    first, first_with, second, second_with = (
        _mature(bench.panel(one), ask) for one in ask.arms(base)
    )
    return mean_of((second_with - second) - (first_with - first))


def _mature(panel: Panel, ask: Measure) -> Floats:
    mature: Floats = (panel.status[:, ask.options["month"] - 1] == MATURE).astype(np.float64)
    return mature


def paired_wait(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Mean difference of the months until an event, the horizon where it never came."""
    arms = (bench.runs(ask.arm(name, base)) for name in ("against", "arm"))
    without, found = (months_without(arm, ask.options["event"]) for arm in arms)
    return mean_of(found - without)


def ratio_of_means(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Mean of a column of the runs table over that in the other arm."""
    without, found = (
        bench.fates(ask.arm(name, base))[ask.options["column"]].to_numpy(dtype=float)
        for name in ("against", "arm")
    )

    def ratio(draw: Integers) -> float:
        below = without[draw].mean()
        return float(found[draw].mean() / below) if below > 0 else float("nan")

    everybody = np.arange(len(found))
    return Estimate(ratio(everybody), *bootstrap(ratio, len(found), bench.seed))


def risk(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Share dissolved within some months, of the partnerships alive before."""
    ended, alive = _ended(bench.enlarged(ask.enlarged), ask.arm("arm", base), ask, "after")
    return share_of(ended[alive] > 0)


def risk_ratio(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Share dissolved within some months over that in the other arm, of those alive before."""
    larger = bench.enlarged(ask.enlarged)
    ratio = _ratio_of_risks(larger, base, ask, "arm", "after")
    size = larger.replicates
    return Estimate(ratio(np.arange(size)), *bootstrap(ratio, size, bench.seed))


def risk_ratio_by_age(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """That ratio for an early event over that for a late one."""
    larger = bench.enlarged(ask.enlarged)
    early = _ratio_of_risks(larger, base, ask, "arm", "young")
    late = _ratio_of_risks(larger, base, ask, "later", "old")

    def quotient(draw: Integers) -> float:
        return early(draw) / late(draw)

    size = larger.replicates
    return Estimate(quotient(np.arange(size)), *bootstrap(quotient, size, bench.seed))


def _ratio_of_risks(
    bench: Bench, base: Scenario, ask: Measure, arm: str, since: str
) -> Callable[[Integers], float]:
    """From the partnerships drawn to the ratio; half an end is added to each arm."""
    without, alive = _ended(bench, ask.arm("against", base), ask, since)
    found, also = _ended(bench, ask.arm(arm, base), ask, since)
    watched = alive & also

    def ratio(draw: Integers) -> float:
        risky = watched[draw]
        return float((found[draw][risky].sum() + 0.5) / (without[draw][risky].sum() + 0.5))

    return ratio


def _ended(bench: Bench, arm: Scenario, ask: Measure, since: str) -> tuple[Floats, Flags]:
    """Who ended within the window that an option opens, and who was alive before it."""
    when = month_numbers(bench.fates(arm), "month_dissolved")
    start = ask.options[since]
    stop = start + ask.options["within"]
    alive = (when == 0) | (when > start)
    return ((when > start) & (when <= stop)).astype(np.float64), alive


def hazard_ratio_after(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Ends a month at risk after a month, over those in the other arm, of those alive in it."""
    arms = []
    for name in ("against", "arm"):
        when = month_numbers(bench.fates(ask.arm(name, base)), "month_dissolved")
        arms.append(np.where(when > 0, when, HORIZON + 1))
    after, until = ask.options["after"], ask.options["until"]
    alive = np.logical_and.reduce([when > after for when in arms])
    followed = [
        (when[alive] <= until, (np.minimum(when[alive], until) - after).astype(np.float64))
        for when in arms
    ]
    return rate_ratio(followed[0], followed[1], bench.seed)


def effect_by_half(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Effect on dissolution in the half that had less of something, minus that in the other."""
    without, found = _panels(bench, base, ask)
    after, until = ask.options["after"], ask.options["until"]
    alive = without.alive(after) & found.alive(after)
    ended = [(arm.status[alive, until - 1] == DISSOLVED).astype(float) for arm in (without, found)]
    level = without.at(ask.options["column"], after)[alive]
    less = level < np.median(level) if len(level) else np.zeros(0, dtype=bool)
    return gap_between(ended[1] - ended[0], less, bench.seed)


def relapse_ratio(bench: Bench, base: Scenario, ask: Measure) -> Estimate:
    """Relapses a mature month when upkeep is cut: proposition 11."""
    effect = next(upkeep(bench, base))
    return Estimate(effect.estimate, effect.low, effect.high)


def _panels(bench: Bench, base: Scenario, ask: Measure) -> tuple[Panel, Panel]:
    return bench.panel(ask.arm("against", base)), bench.panel(ask.arm("arm", base))
