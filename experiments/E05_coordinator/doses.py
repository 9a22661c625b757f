"""How much of a coordinator, how skilled, how independent; what it costs; where it matters more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from E05_coordinator.lab import (
    DISSOLVED_60,
    MATURED_60,
    SHARE,
    Floats,
    Lab,
    mean_row,
    ratio_row,
    resampled_row,
    share_row,
)
from E05_coordinator.removal import effect
from numpy.typing import NDArray

import trustsim as ts
from trustsim.scenarios.interventions import coordinator

LEVELS = {
    "capacity": (0.25, 0.5, 1.0, 2.0, 4.0, 8.0),
    "skill": (0.0, 0.25, 0.5, 0.7, 0.85, 1.0),
    "allegiance": (0.0, 0.1, 0.25, 0.5, 0.75, 1.0),
    "inclusiveness": (0.0, 0.3, 0.6, 0.9, 1.0),
}
TENURES = (15, 30, 60)


def responses(lab: Lab, base: ts.Scenario) -> tuple[pd.DataFrame, list[dict[str, object]]]:
    """Effect at every level of each dial, the others at their defaults; comparisons."""
    rows = [
        effect(dial, level, what, lab.difference(base, base + coordinator(**{dial: level}), what))
        for dial, levels in LEVELS.items()
        for level in levels
        for what in (MATURED_60, DISSOLVED_60)
    ]
    measured = [
        {
            "quantity": f"{row['line']}.{row['level']:g}.{row['outcome']}",
            "estimate": row["difference"],
            **{k: row[k] for k in ("low", "high", "unit", "n")},
        }
        for row in rows
    ]
    measured += _comparisons(lab, base)
    return pd.DataFrame(rows), measured


def _comparisons(lab: Lab, base: ts.Scenario) -> list[dict[str, object]]:
    one, two = (base + coordinator(capacity=float(pairs)) for pairs in (1, 2))
    first, second = (lab.difference(*arms, MATURED_60) for arms in ((base, one), (one, two)))
    imposed, agreed = (base + coordinator(inclusiveness=share) for share in (0.3, 0.9))
    return [
        share_row("capacity.2_minus_1.matured_60", second),
        mean_row("capacity.second_minus_first.matured_60", second - first, SHARE),
        share_row(
            "inclusiveness.0.3_minus_0.9.matured_60", lab.difference(agreed, imposed, MATURED_60)
        ),
        *(_turn(lab, base, what) for what in (MATURED_60, DISSOLVED_60)),
    ]


def _turn(lab, base, what) -> dict[str, object]:
    """Allegiance at which help turns into harm, on straight lines between the levels."""
    levels = LEVELS["allegiance"]
    better = -1.0 if what.event == "dissolved" else 1.0
    gains = better * np.array(
        [lab.difference(base, base + coordinator(allegiance=level), what) for level in levels]
    )

    def statistic(draw: NDArray[np.int64]) -> float:
        return turning_point(levels, gains[:, draw].mean(axis=1))

    size = gains.shape[1]
    return resampled_row(
        f"allegiance.turns.{what.name}", lab.resample(statistic), "allegiance", size
    )


def turning_point(levels: Sequence[float], gains: Floats) -> float:
    """Where gains fall to 0, on straight lines; missing if there is no help, or no end of it."""
    if gains[0] <= 0:
        return float("nan")
    for place in range(1, len(levels)):
        before, after = gains[place - 1], gains[place]
        if after <= 0:
            step = levels[place] - levels[place - 1]
            return float(levels[place - 1] + step * before / (before - after))
    return float("nan")


def costs(lab: Lab, base: ts.Scenario) -> tuple[pd.DataFrame, list[dict[str, object]]]:
    """Person-months in five years for each further partnership matured, by capacity."""
    rows, paid, had = [], {}, {}
    for level in LEVELS["capacity"]:
        arm = base + coordinator(capacity=level)
        paid[level], had[level] = lab.spent(arm, 60), lab.difference(base, arm, MATURED_60)
        found = ratio_row("", paid[level], had[level], "person-months")
        rows.append(
            {
                "capacity": level,
                "person_months": float(paid[level].mean()),
                "gain": float(had[level].mean()),
                "cost_per_matured": found["estimate"],
                **{name: found[name] for name in ("low", "high", "unit", "n")},
            }
        )

    def statistic(draw: NDArray[np.int64]) -> float:
        gains = [had[level][draw].mean() for level in (8.0, 1.0)]
        if min(gains) <= 0:
            return float("nan")
        prices = [
            paid[level][draw].mean() / gain for level, gain in zip((8.0, 1.0), gains, strict=True)
        ]
        return float(prices[0] / prices[1])

    size = len(paid[1.0])
    measured = [resampled_row("cost.8_over_1", lab.resample(statistic), "ratio", size)]
    measured += [
        {
            "quantity": f"cost.{row['capacity']:g}",
            "estimate": row["cost_per_matured"],
            **{name: row[name] for name in ("low", "high", "unit", "n")},
        }
        for row in rows
    ]
    return pd.DataFrame(rows), measured


def turnover(lab: Lab, base: ts.Scenario) -> tuple[pd.DataFrame, list[dict[str, object]]]:
    """The coordinator's effect by tenure of key people, and how much the effects differ."""
    rows, measured = [], []
    for what in (MATURED_60, DISSOLVED_60):
        arms = {tenure: base.with_(tenure=tenure) for tenure in TENURES}
        effects = {
            tenure: lab.difference(there, there + coordinator(), what)
            for tenure, there in arms.items()
        }
        for tenure, there in arms.items():
            point = effect(what.event, tenure, what, effects[tenure])
            without = float(lab.ask(there, what).mean())
            rows.append({**point, "without": without, "with": without + point["difference"]})
        name = f"turnover.15_minus_60.{what.name}"
        measured.append(mean_row(name, effects[15] - effects[60], SHARE))
        measured.append(_log_odds(lab, arms, what))
    return pd.DataFrame(rows), measured


def _log_odds(lab, arms, what) -> dict[str, object]:
    """The same comparison in log odds, where points near 0 and 100 % are not squeezed."""
    asked = {
        tenure: (lab.ask(arms[tenure], what), lab.ask(arms[tenure] + coordinator(), what))
        for tenure in (15, 60)
    }

    def statistic(draw: NDArray[np.int64]) -> float:
        def odds(found: Floats) -> float:
            # Half an event on each side: no infinite odds.
            happened = found[draw].sum()
            return float(np.log((happened + 0.5) / (len(draw) - happened + 0.5)))

        effects = [odds(asked[tenure][1]) - odds(asked[tenure][0]) for tenure in (15, 60)]
        return effects[0] - effects[1]

    size = len(asked[15][0])
    name = f"turnover.15_minus_60.log_odds_{what.name}"
    return resampled_row(name, lab.resample(statistic), "log odds", size)
