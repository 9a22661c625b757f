"""The conditions for a silver bullet: maps, a sample of plausible partnerships, shallow trees."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
from E02_conditions.numbers import in_the_balance, measured, verdict_shares, what_moves
from E02_conditions.pictures import all_figures
from E02_conditions.tried import (
    Region,
    all_maps,
    bullets,
    cells_again,
    discoveries,
    in_sample,
    leaves_again,
)
from E02_conditions.words import limits, map_texts, sentences
from harness import Analysis

import trustsim as ts
from trustsim.discovery import FACTORS, Discovery, regime_sample
from trustsim.model.parameters import BY_NAME
from trustsim.report import Table

TITLE = "The conditions for a silver bullet"
UNITS = {
    "dose": "share of the full measure",
    "start": "months before it begins",
    "months": "months in force",
    "coordination": "0 never, 1 with the bullet, 2 from the start",
}
"""Of factors that are no parameters."""
FULL = {
    "replicates": 100,
    "points": 360,
    "map_replicates": 400,
    "levels": 5,
    "fresh_points": 40,
    "shuffles": 99,
    "seed": 2202,
    "months": 84,
}
TOY = {
    "replicates": 6,
    "points": 20,
    "map_replicates": 10,
    "levels": 2,
    "fresh_points": 5,
    "shuffles": 3,
    "seed": 2202,
    "months": 84,
}


def unit_of(factor: str) -> str:
    """Unit of a factor's numbers."""
    return UNITS.get(factor) or BY_NAME[factor].unit


def analyse(
    scenario: ts.Scenario, sizes: Mapping[str, int], progress: Callable[[int], object]
) -> Analysis:
    """Maps and sample, then trees, then every region named again with fresh luck."""
    maps = all_maps(scenario, sizes, progress)
    sample = regime_sample(
        scenario,
        [in_sample(definition) for definition in bullets()],
        points=sizes["points"],
        replicates=sizes["replicates"],
        seed=sizes["seed"],
        month=sizes["months"],
        progress=progress,
    )
    found = discoveries(sample, sizes, "matured") + discoveries(sample, sizes, "value")
    regions = [region for tree in found for region in leaves_again(scenario, tree, sizes, progress)]
    regions += cells_again(scenario, maps, sizes, progress)
    numbers = measured(sample, found, regions)
    shares = verdict_shares(sample)
    return Analysis(
        numbers,
        tables(sample, shares, found, regions),
        all_figures(maps, sample, shares, map_texts(maps)),
        sentences(numbers, regions, found, in_the_balance(sample)),
        limits(),
    )


def tables(
    sample: pd.DataFrame, shares: pd.DataFrame, found: list[Discovery], regions: list[Region]
) -> list[Table]:
    """What the report folds away."""
    leaves = pd.concat(
        [
            tree.leaves.drop(columns="bounds").assign(
                bullet=tree.bullet,
                outcome=tree.outcome,
                verdict=tree.verdict,
                base_rate=tree.base_rate,
                shuffled=tree.shuffled,
            )
            for tree in found
        ],
        ignore_index=True,
    )
    first = ["bullet", "outcome", "verdict"]
    columns = [*first, *(name for name in leaves if name not in first)]
    ranges = pd.DataFrame(
        [
            (f.words, f.low, f.high, UNITS.get(f.name) or BY_NAME[f.name].unit, f.why)
            for f in FACTORS
        ],
        columns=["factor", "lowest", "highest", "unit", "why"],
    )
    return [
        Table(
            "regions",
            "Regions named, simulated again",
            "Leaves with a density above 1/2 on points not used to grow the tree, and the "
            "strongest cell of each sign of each map; effect on the outcome at fresh points "
            "(leaves) or with fresh luck (cells), with its 95 % interval.",
            pd.DataFrame(regions, columns=Region._fields),
        ),
        Table(
            "verdicts_by_outcome",
            "Verdicts over plausible partnerships",
            "Share of points with each verdict, by outcome.",
            shares,
        ),
        Table(
            "in_the_balance",
            "Effect by how many mature without it",
            "Mean effect on the share mature by year 7, by how many mature without the bullet.",
            in_the_balance(sample),
        ),
        Table(
            "what_moves",
            "What moves the effect",
            "Mean effect on the share mature by year 7 in the upper third of a factor's range "
            "minus that in the lower third (coordinator: with the bullet minus never).",
            what_moves(sample).drop(columns="quantity"),
        ),
        Table(
            "leaves",
            "All leaves of all trees",
            "Density, coverage and points are of the half not used to grow the tree.",
            leaves[columns],
        ),
        Table("ranges", "Plausible partnerships", "Ranges drawn from.", ranges),
        Table("sample", "Every point", "Paired effects at every point.", sample),
    ]
