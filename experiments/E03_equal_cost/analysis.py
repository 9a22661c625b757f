"""A bullet against a slow remedy at equal cost, in either order, and half of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
from costs import spent
from E03_equal_cost.arms import BUDGET, BULLETS, REMEDIES, Plan, pair_name, plans, spends
from E03_equal_cost.pictures import plot_shares
from E03_equal_cost.words import limits, sentences
from harness import Analysis

import trustsim as ts
from trustsim.analysis.intervals import mean_of_differences
from trustsim.analysis.pairs import cost_of_gain
from trustsim.analysis.tables import month_numbers
from trustsim.report import Figure, Table, picture

TITLE = "Bullet or slow remedy, at equal cost"
FULL = {"replicates": 3000, "seed": 2103, "months": 96}
TOY = {"replicates": 60, "seed": 2103, "months": 96}
MATURED, DISSOLVED, VALUE = "matured by year 5", "dissolved by year 5", "value to year 8"
UNITS = {MATURED: "share of partnerships", DISSOLVED: "share of partnerships",
         VALUE: "value of full trust"}  # fmt: skip
COLUMNS = ("estimate", "low", "high")


class Lived(NamedTuple):
    """What is kept of one arm: each outcome, and person-months, one a partnership."""

    outcomes: dict[str, np.ndarray]
    spent: np.ndarray


Arms = Mapping[str, Lived]


def analyse(
    scenario: ts.Scenario, sizes: Mapping[str, int], progress: Callable[[int], object]
) -> Analysis:
    """All arms on the same partnerships, and every contrast that the question asks for."""
    chosen = plans()
    arms = {
        name: _lived(ts.simulate(scenario + plan, progress=progress, **sizes))
        for name, plan in chosen.items()
    }
    singles = pd.DataFrame(_singles(arms, chosen))
    pairs = pd.DataFrame(
        [row for outcome in UNITS for row in _pairs(arms, outcome)],
        columns=["quantity", *COLUMNS, "unit", "n"],
    )
    return Analysis(
        pairs,
        _tables(singles, pairs),
        _figures(singles),
        sentences(singles, pairs),
        limits(sizes["replicates"]),
    )


def _lived(runs: ts.Runs) -> Lived:
    happened = {}
    for name, event in ((MATURED, "matured"), (DISSOLVED, "dissolved")):
        when = month_numbers(runs.runs, f"month_{event}")
        happened[name] = ((when > 0) & (when <= 60)).astype(np.float64)
    value = runs.runs["value"].to_numpy(dtype=np.float64)
    return Lived({**happened, VALUE: value}, spent(runs, 60))


def _singles(arms: Arms, chosen: Mapping[str, Plan]) -> list[dict[str, object]]:
    """Each arm against nothing: what it planned to spend, what it spent, what it brought."""
    nothing = arms["nothing"]
    rows = []
    for name, plan in chosen.items():
        if not plan:
            continue
        arm = arms[name]
        row = {"arm": name, "planned": spends(plan), "spent": float(arm.spent.mean())}
        for outcome, unit in UNITS.items():
            difference = arm.outcomes[outcome] - nothing.outcomes[outcome]
            low, high = mean_of_differences(difference)
            found = {
                "outcome": outcome,
                "estimate": float(difference.mean()),
                "low": low,
                "high": high,
                "more": float((difference > 0).mean()),
                "less": float((difference < 0).mean()),
                "unit": unit,
                "n": len(difference),
            }
            price = cost_of_gain(arm.spent, difference) if outcome == MATURED else (np.nan,) * 3
            prices = dict(zip(("price", "price_low", "price_high"), price, strict=True))
            rows.append({**row, **found, **prices})
    return rows


def _pairs(arms: Arms, outcome: str) -> list[tuple[object, ...]]:
    """Contrasts of one outcome for every bullet with every remedy, and for all of them."""
    rows, kept = [], {}
    for bullet, remedy in product(BULLETS, REMEDIES):
        for name, difference in _contrasts(arms, outcome, bullet, remedy).items():
            quantity = _quantity(name, bullet, remedy)
            rows.append(_row(f"{quantity}: {outcome}", difference, UNITS[outcome]))
            kept.setdefault(name, []).append(difference)
    rows += [
        _row(f"{name}, all pairs: {outcome}", np.mean(several, axis=0), UNITS[outcome])
        for name, several in kept.items()
    ]
    return rows


def _contrasts(arms: Arms, outcome: str, bullet: str, remedy: str) -> dict[str, np.ndarray]:
    """Differences in each partnership between arms that live through the same luck."""

    def of(name: str) -> np.ndarray:
        return arms[name].outcomes[outcome]

    nothing, pair = of("nothing"), pair_name(bullet, remedy)
    both, first, second = (
        of(f"{pair}: {way}") for way in ("half of each", "bullet first", "remedy first")
    )
    parts = of(f"{bullet}: half") + of(f"{remedy}: half")
    bullet_first = of(f"{bullet}: first") + of(f"{remedy}: second")
    remedy_first = of(f"{remedy}: first") + of(f"{bullet}: second")
    return {
        "remedy minus bullet": of(f"{remedy}: all") - of(f"{bullet}: all"),
        "remedy first minus bullet first": second - first,
        "together beyond the sum": both - parts + nothing,
        "bullet first, beyond the sum": first - bullet_first + nothing,
        "remedy first, beyond the sum": second - remedy_first + nothing,
        "half of each minus all in the remedy": both - of(f"{remedy}: all"),
        "half of each minus all in the bullet": both - of(f"{bullet}: all"),
    }


def _quantity(name: str, bullet: str, remedy: str) -> str:
    if name == "remedy minus bullet":
        return f"{remedy} minus {bullet}"
    if name == "remedy first minus bullet first":
        return f"{remedy} first minus {bullet} first"
    if name == "together beyond the sum":
        return f"{pair_name(bullet, remedy)}, {name}"
    return f"{name}, {pair_name(bullet, remedy)}"


def _row(quantity: str, difference: np.ndarray, unit: str) -> tuple[object, ...]:
    low, high = mean_of_differences(difference)
    return (quantity, float(difference.mean()), low, high, unit, len(difference))


def _tables(singles: pd.DataFrame, pairs: pd.DataFrame) -> list[Table]:
    return [
        Table(
            "arms",
            "Every arm against nothing",
            f"Budget {BUDGET:g} person-months (half of it for the arms named half, first, second). "
            "planned: in a partnership that lives; spent: mean over all, by year 5. price: "
            "person-months for each additional partnership matured by year 5 (Fieller), missing "
            "where there is none. "
            "more, less: shares of partnerships with more or less of it.",
            singles,
        ),
        Table(
            "pairs",
            "Every bullet with every remedy",
            "Paired differences with Student's 95 % intervals. Beyond the sum: what the two do "
            "together less what each does alone; below 0, the whole is less than its parts.",
            pairs,
        ),
    ]


def _figures(singles: pd.DataFrame) -> list[Figure]:
    rows = singles[singles["outcome"] == MATURED]
    caption = (
        f"Change of the share matured by year 5 against the same partnerships without either. Each "
        f"mark has a budget of {BUDGET:g} person-months. Lines: 95 % intervals."
    )
    title = "One budget, five ways to spend it"
    return [Figure("equal_cost", title, caption, picture(plot_shares(rows)), rows)]
