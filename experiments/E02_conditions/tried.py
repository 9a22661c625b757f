"""What is tried: the eight bullets, the maps, the sample, and regions simulated again."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pandas as pd
from E02_conditions.regime_picture import axis_label
from E02_conditions.regimes import Axis, regime_map

import trustsim as ts
from trustsim.discovery import (
    BACKFIRES,
    HELPS,
    LEVELS,
    Discovery,
    confirm_region,
    what_would_have_to_be_true,
)
from trustsim.scenarios.interventions import CATALOG
from trustsim.scenarios.interventions.definition import BULLET, Definition, Intervention

RESTRUCTURE = {"restructure": 18}
MAP_START, MAP_MONTHS = 12, 24
AXES = {
    "dose": (0.25, 0.5, 0.75, 1.0),
    "start": (0, 12, 24, 36, 48),
    "history": (0.2, 0.35, 0.5, 0.65, 0.8),
    "coordination": (0, 1, 2),
}
MAPS = (("dose", "history"), ("start", "history"), ("start", "coordination"))
MOST_LEAVES = 2
PER_FRESH = 2  # simulations of each fresh partnership

Progress = Callable[[int], object]


class Region(NamedTuple):
    """A region named, and what fresh luck said of it."""

    bullet: str
    outcome: str
    verdict: str
    found_by: str
    conditions: str
    held_out: str
    baseline: float
    effect: float
    low: float
    high: float
    share: float
    base_rate: float
    confirmed: bool


def bullets() -> list[Definition]:
    """The eight silver bullets of the catalogue."""
    return [definition for definition in CATALOG.values() if definition.kind == BULLET]


def in_sample(definition: Definition) -> Intervention:
    """As it is tried over plausible partnerships: only a restructuring's length is fixed."""
    months = RESTRUCTURE.get(definition.name)
    return definition(months=months) if months else definition()


def in_map(definition: Definition) -> Intervention:
    """As it is tried on the maps: after a year, for two years (a restructuring 18 months)."""
    if definition.lasts_once:
        return definition(start=MAP_START)
    return definition(start=MAP_START, months=RESTRUCTURE.get(definition.name, MAP_MONTHS))


def axis(name: str, levels: int) -> Axis:
    """An axis of the maps; at toy size its two ends only."""
    values = AXES[name]
    return Axis(name, values if levels >= len(values) or levels > 2 else (values[0], values[-1]))


def all_maps(
    scenario: ts.Scenario, sizes: Mapping[str, int], progress: Progress
) -> dict[tuple[str, str], list[pd.DataFrame]]:
    """For each pair of axes one map a bullet, with intervals for all cells together."""
    return {
        (across, up): [
            regime_map(
                scenario,
                in_map(definition),
                across=axis(across, sizes["levels"]),
                up=axis(up, sizes["levels"]),
                month=sizes["months"],
                replicates=sizes["map_replicates"],
                seed=sizes["seed"] + 1,
                simultaneous=True,
                progress=progress,
            )
            for definition in bullets()
        ]
        for across, up in MAPS
    }


def discoveries(sample: pd.DataFrame, sizes: Mapping[str, int], outcome: str) -> list[Discovery]:
    """Trees for helping and for backfiring, each bullet."""
    return [
        what_would_have_to_be_true(
            sample,
            definition.name,
            outcome=outcome,
            verdict=verdict,
            shuffles=sizes["shuffles"],
            seed=sizes["seed"],
        )
        for definition in bullets()
        for verdict in (HELPS, BACKFIRES)
    ]


def leaves_again(
    scenario: ts.Scenario, found: Discovery, sizes: Mapping[str, int], progress: Progress
) -> list[Region]:
    """The regions of a tree (the surest first), at fresh points with fresh luck."""
    best = found.regions.sort_values("density_low", ascending=False).head(MOST_LEAVES)
    again = []
    for row in best.to_dict("records"):
        fresh = confirm_region(
            scenario,
            in_sample(CATALOG[found.bullet]),
            row["bounds"],
            points=sizes["fresh_points"],
            replicates=sizes["replicates"],
            seed=sizes["seed"] + 2,
            verdict=found.verdict,
            outcome=found.outcome,
            month=sizes["months"],
            progress=progress,
        )
        asked = (found.bullet, found.outcome, found.verdict, "tree", row["conditions"])
        held = f"{row['holding']} of {row['points']} points"
        effect = (fresh.baseline, fresh.effect, *fresh.interval)
        again.append(Region(*asked, held, *effect, fresh.share, found.base_rate, fresh.confirmed))
    return again


def cells_again(
    scenario: ts.Scenario,
    maps: Mapping[tuple[str, str], list[pd.DataFrame]],
    sizes: Mapping[str, int],
    progress: Progress,
) -> list[Region]:
    """The strongest sure cell of each sign, bullet and kind of map, with fresh luck."""
    again = []
    for (across, up), tables in maps.items():
        for table in tables:
            for verdict in (HELPS, BACKFIRES):
                sure = table[table["verdict"] == verdict]
                if len(sure):
                    cell = sure.loc[sure["difference"].abs().idxmax()]
                    again.append(_cell_again(scenario, cell, verdict, sizes, progress, across, up))
    return again


def _cell_again(
    scenario: ts.Scenario,
    cell: Any,
    verdict: str,
    sizes: Mapping[str, int],
    progress: Progress,
    across: str,
    up: str,
) -> Region:
    fresh = regime_map(
        scenario,
        in_map(CATALOG[cell["bullet"]]),
        across=(across, (cell["across_value"],)),
        up=(up, (cell["up_value"],)),
        month=sizes["months"],
        replicates=sizes["map_replicates"],
        seed=sizes["seed"] + 3,
        progress=progress,
    ).iloc[0]
    said = [_said(across, cell["across_value"]), _said(up, cell["up_value"])]
    if across == "dose":
        said.append(_said("start", MAP_START))
    else:
        said.append(_said("dose", 1))
    return Region(
        str(cell["bullet"]),
        "matured",
        verdict,
        f"map of {across} and {up}",
        "the default partnership with " + ", ".join(said),
        "",
        float(fresh["baseline"]),
        float(fresh["difference"]),
        float(fresh["low"]),
        float(fresh["high"]),
        math.nan,
        math.nan,
        bool(fresh["verdict"] == verdict),
    )


def _said(name: str, value: float) -> str:
    if name == "coordination":
        return LEVELS[int(value), int(value)]
    plain = {"history": "initial trust", "start": "start in month"}
    return f"{plain.get(name, name)} {value:g}"


def labels(across: str, up: str) -> tuple[str, str]:
    """Texts on the axes of a map."""
    return axis_label(across), axis_label(up)
