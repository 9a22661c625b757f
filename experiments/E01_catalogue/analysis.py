"""Every bullet and remedy of the catalogue at the defaults: effects, curves, and what they cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from costs import ADDITIONAL, cost_per_matured, price_words, spent
from E01_catalogue.arms import (
    YEAR,
    Lives,
    breaches_a_year,
    crossings,
    explanations,
    first_year,
    interventions,
    lives,
    measured,
)
from E01_catalogue.pictures import plot_cost_effect, plot_forest
from E01_catalogue.words import limits, sentences
from harness import Analysis

import trustsim as ts
from trustsim.analysis import paired_contrast
from trustsim.analysis.tables import month_numbers
from trustsim.report import Figure, Table, picture
from trustsim.scenarios.interventions import CATALOG
from trustsim.scenarios.interventions.definition import BULLET, EVENT, REMEDY

TITLE = "Every bullet and remedy at the defaults, and what it costs"
FULL = {"replicates": 4000, "seed": 2101, "months": 120}
TOY = {"replicates": 60, "seed": 2101, "months": 120}
BY = (36, 60, 84)
MAIN = 60
RESAMPLES, RESAMPLING_SEED = 2000, 0
MATURED = "matured by year 5"


class Arm(NamedTuple):
    """What is kept of one arm once its months have gone."""

    effects: pd.DataFrame
    costs: pd.DataFrame
    curves: pd.DataFrame
    patterns: list[dict[str, object]]
    measured: pd.DataFrame
    gained: np.ndarray  # change in matured by year 5, one a partnership
    spent: np.ndarray  # person-months by year 5, one a partnership


def analyse(
    scenario: ts.Scenario, sizes: Mapping[str, int], progress: Callable[[int], object]
) -> Analysis:
    """Each arm against the same partnerships in which nothing is done."""
    watched = dict(sizes, progress=progress, record="months")
    baseline = lives(ts.simulate(scenario, **watched))
    arms = {}
    for name, item in interventions().items():
        other = lives(ts.simulate(scenario + item, **watched))
        arms[name] = _arm(name, baseline, other, item.start)
    effects = pd.concat([arm.effects for arm in arms.values()], ignore_index=True)
    costs = pd.concat([arm.costs for arm in arms.values()], ignore_index=True)
    costs["reads"] = [price_words(row) for row in costs.to_dict("records")]
    patterns = pd.DataFrame([row for arm in arms.values() for row in arm.patterns])
    curves = pd.concat([arm.curves for arm in arms.values()], ignore_index=True)
    explained = _explained(scenario, baseline, dict(sizes, progress=progress))
    found = pd.concat([_groups(arms), *(arm.measured for arm in arms.values())], ignore_index=True)
    return Analysis(
        found,
        _tables(effects, costs, patterns, curves, explained),
        _figures(effects, costs),
        sentences(effects, costs, patterns, explained, found),
        limits(sizes["replicates"]),
    )


def _arm(name: str, baseline: Lives, other: Lives, start: float) -> Arm:
    before, after = baseline.runs, other.runs
    kind = CATALOG[name].kind
    contrast = paired_contrast(before.runs, after.runs, horizon=before.horizon, by=BY)
    contrast.insert(0, "arm", name)
    contrast.insert(1, "kind", kind)
    costs = cost_per_matured(before, {name: after}, by=MAIN).assign(kind=kind)
    curves, patterns = crossings(baseline, other)
    yearly = breaches_a_year(after) - breaches_a_year(before)
    extra = pd.DataFrame([measured("breaches a year lived", yearly, "acts a year")])
    rows = [_of_contrast(contrast), _of_costs(costs), first_year(baseline, other, start), extra]
    own = pd.concat(rows, ignore_index=True)
    own["quantity"] = f"{name}: " + own["quantity"]
    return Arm(
        contrast,
        costs,
        curves.assign(arm=name),
        [{"arm": name, "kind": kind, **row} for row in patterns],
        own,
        _matured(after) - _matured(before),
        spent(after, MAIN),
    )


def _explained(scenario: ts.Scenario, baseline: Lives, sizes: Mapping[str, object]) -> pd.DataFrame:
    """Effects of the arms that explain misses."""
    tables = []
    for name, item in explanations().items():
        runs = ts.simulate(scenario + item, **sizes)
        contrast = paired_contrast(baseline.runs.runs, runs.runs, horizon=runs.horizon, by=BY)
        tables.append(contrast.assign(arm=name))
    return pd.concat(tables, ignore_index=True)


def _matured(runs: ts.Runs) -> np.ndarray:
    when = month_numbers(runs.runs, "month_matured")
    return ((when > 0) & (when <= MAIN)).astype(np.float64)


def _of_contrast(contrast: pd.DataFrame) -> pd.DataFrame:
    """Effects, and the shares of partnerships whose value rose or fell, as rows of `measured`."""
    rows = []
    for row in contrast.to_dict("records"):
        name = row["outcome"]
        if name in ("matured", "dissolved"):
            name = f"{name} by year {row['month'] / YEAR:g}"
        rows.append(
            {"quantity": name, "estimate": row["difference"], "low": row["low"],
             "high": row["high"], "unit": row["unit"], "n": row["n"]}
        )  # fmt: skip
        if name == "value":
            rows += [
                {"quantity": words, "estimate": row[column], "low": row[f"{column}_low"],
                 "high": row[f"{column}_high"], "unit": "share of partnerships", "n": row["n"]}
                for words, column in (("helped (more value)", "better"),
                                      ("harmed (less value)", "worse"))
            ]  # fmt: skip
    return pd.DataFrame(rows)


def _of_costs(costs: pd.DataFrame) -> pd.DataFrame:
    one = costs.assign(quantity="cost per " + costs["gain"], unit="person-months")
    return one[["quantity", "estimate", "low", "high", "unit", "n"]]


def _groups(arms: Mapping[str, Arm]) -> pd.DataFrame:
    """Remedies against bullets, and one remedy's price against another's."""
    means = {
        kind: np.mean([arm.gained for name, arm in arms.items() if CATALOG[name].kind == kind], 0)
        for kind in (REMEDY, BULLET, EVENT)
    }
    shares = means[REMEDY] - means[BULLET]
    one, other = arms["coordinator"], arms["handover"]
    estimate, low, high = _difference_of_prices(one, other)
    price = f"coordinator minus handover: cost per {ADDITIONAL}"
    return pd.DataFrame(
        [
            measured(f"remedies minus bullets: {MATURED}", shares, "share of partnerships"),
            {"quantity": price, "estimate": estimate, "low": low, "high": high,
             "unit": "person-months", "n": len(shares)},
        ]
    )  # fmt: skip


def _difference_of_prices(one: Arm, other: Arm) -> tuple[float, float, float]:
    """Cost for each additional mature partnership of one arm minus another's: paired bootstrap.

    Missing where one of the gains is not surely above 0, in the sample or in every resample.
    """
    priced = [arm.costs.set_index("gain").loc[ADDITIONAL, "estimate"] for arm in (one, other)]
    if np.isnan(priced).any():
        return (float("nan"),) * 3
    columns = np.stack([one.spent, one.gained, other.spent, other.gained], axis=1)
    size = len(columns)
    generator = np.random.default_rng(RESAMPLING_SEED)
    drawn = [
        generator.multinomial(size, np.full(size, 1 / size)) @ columns for _ in range(RESAMPLES)
    ]
    sums = np.array(drawn)
    if (sums[:, [1, 3]] <= 0).any():
        return (float("nan"),) * 3
    prices = sums[:, 0] / sums[:, 1] - sums[:, 2] / sums[:, 3]
    low, high = np.quantile(prices, [0.025, 0.975])
    return float(priced[0] - priced[1]), float(low), float(high)


def _tables(
    effects: pd.DataFrame,
    costs: pd.DataFrame,
    patterns: pd.DataFrame,
    curves: pd.DataFrame,
    explained: pd.DataFrame,
) -> list[Table]:
    return [
        Table(
            "effects",
            "Effects of every arm",
            "Differences between the same partnerships with and without it, with 95 % intervals. "
            "better, worse: shares of partnerships helped and harmed; variance_ratio: of the "
            "paired to an unpaired difference.",
            effects,
        ),
        Table(
            "costs",
            "What they cost",
            "Stated person-months by year 5, and for each partnership gained (Fieller's interval).",
            costs,
        ),
        Table(
            "crossings",
            "Better before worse",
            "How each mean curve went beside the baseline's. A side counts once its interval left "
            "out no change for three months in a row; crosses: month in which it changed sides.",
            patterns,
        ),
        Table(
            "explained",
            "Why two predictions failed: run after the verdicts",
            "Coaching and consultants with a cost of theirs taken away, or for a while only, and a "
            "milder deadline.",
            explained,
        ),
        Table("curves", "Mean curves", "Paired mean curves month by month.", curves),
    ]


def _figures(effects: pd.DataFrame, costs: pd.DataFrame) -> list[Figure]:
    order = effects["kind"].map({REMEDY: 0, BULLET: 1, EVENT: 2})
    ordered = effects.assign(order=order).sort_values("order", kind="stable")
    found = []
    for outcome in ("matured", "dissolved"):
        rows = ordered[(ordered["outcome"] == outcome) & (ordered["month"] == MAIN)]
        caption = (
            f"Change of the share {outcome} by year 5, the same partnerships with and without "
            "it. Lines: 95 % intervals of the paired difference; hollow: may be none."
        )
        found.append(
            Figure(f"forest_{outcome}", f"Effects on the share {outcome} by year 5", caption,
                   picture(plot_forest(rows)), rows)
        )  # fmt: skip
    paid = costs[(costs["gain"] == ADDITIONAL) & (costs["kind"] != EVENT)]
    caption = (
        "Extra person-months a partnership (stated costs) and additional partnerships matured in "
        "100, by year 5. Lower right: dear and harmful. Lines: 95 % intervals both ways."
    )
    found.append(
        Figure("cost_effect", "What it costs and what it brings", caption,
               picture(plot_cost_effect(paid)), paid)
    )  # fmt: skip
    return found
