"""One model held to the facts: a row for each measure in each setting."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from E00_propositions.estimators import Estimate
from E00_scorecard import one_arm, paired, shapes
from E00_scorecard.bench import Bench
from E00_scorecard.facts import Fact, Measure
from E00_scorecard.models import Model
from E00_scorecard.verdicts import SILENT, verdict

from trustsim.scenarios.files import scenario
from trustsim.scenarios.scenario import Scenario

Statistic = Callable[[Bench, Scenario, Measure], Estimate]
STATISTICS: dict[str, Statistic] = {
    statistic.__name__: statistic
    for statistic in (
        one_arm.bunching,
        one_arm.gap_of_waits,
        one_arm.hazard_over_peak,
        one_arm.inert_share,
        one_arm.longevity_and_value,
        one_arm.month_quantile,
        one_arm.month_spread,
        one_arm.peak_of_hazard,
        one_arm.share,
        one_arm.succeeded_among_ended,
        one_arm.turnover,
        one_arm.turnover_while_maturing,
        paired.average_activity,
        paired.average_paired,
        paired.effect_by_half,
        paired.hazard_ratio_after,
        paired.interaction,
        paired.interaction_mature,
        paired.paired,
        paired.paired_level,
        paired.paired_mature,
        paired.paired_opportunism,
        paired.paired_wait,
        paired.ratio_of_means,
        paired.relapse_ratio,
        paired.risk,
        paired.risk_ratio,
        paired.risk_ratio_by_age,
        shapes.correlation_gap,
        shapes.indirect_effect,
        shapes.loss_left,
        shapes.loss_mended,
        shapes.rank_correlation,
    )
}
"""What `facts.toml` may name, by name."""

Row = dict[str, object]


def rows_of(model: Model, bench: Bench, fact: Fact, settings: Sequence[str]) -> Iterator[Row]:
    """Every measure of a fact in those of these settings where it applies.

    A model that knows no settings is asked once: its answer would be the same in the next.

    model: who is asked; bench: where it is simulated.
    """
    for ask in fact.measures:
        places = [setting for setting in ask.settings if setting in settings]
        for setting in places if model.knows_settings else places[:1]:
            yield _row(model, bench, ask, setting)


def _row(model: Model, bench: Bench, ask: Measure, setting: str) -> Row:
    speaks = ask.needs <= model.has
    unknown = Estimate(float("nan"), float("nan"), float("nan"))
    found = STATISTICS[ask.statistic](bench, scenario(setting), ask) if speaks else unknown
    return {
        "fact": ask.fact,
        "measure": ask.name,
        "model": model.name,
        "setting": setting,
        "claim": ask.claim,
        "unit": ask.unit,
        "estimate": found.value,
        "low": found.low,
        "high": found.high,
        "band_low": ask.band[0],
        "band_high": ask.band[1],
        "verdict": verdict(found.low, found.high, ask.band) if speaks else SILENT,
        "role": ask.role,
        "n": bench.replicates * ask.enlarged,
    }
