"""What is measured over plausible partnerships: means, shares of verdicts, what moves them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from E02_conditions.tried import Region, bullets

from trustsim.analysis.intervals import Interval, mean_of_differences, normal, wilson
from trustsim.discovery import BACKFIRES, FACTORS, HELPS, VERDICTS, Discovery

BALANCE = ("under 10 %", "10 % to 90 %", "90 % and over")
POINTS = "share of plausible partnerships"


def measured(sample: pd.DataFrame, found: list[Discovery], regions: list[Region]) -> pd.DataFrame:
    """Every quantity, one row each."""
    rows: list[dict[str, Any]] = []
    moved = what_moves(sample)
    for definition in bullets():
        bullet = definition.name
        rows += [_mean(sample, bullet, outcome) for outcome in ("matured", "dissolved", "value")]
        for verdict in (HELPS, BACKFIRES):
            rows.append(_share(sample, bullet, verdict))
            rows.append(_somewhere(regions, bullet, verdict))
        rows += [
            _row(row["quantity"], row["difference"], row, row["unit"], row["n"])
            for row in moved[moved["bullet"] == bullet].to_dict("records")
        ]
        trees = [tree for tree in found if tree.bullet == bullet and tree.outcome == "matured"]
        rows += [_shuffled(tree) for tree in trees]
    return pd.DataFrame(rows)


def what_moves(sample: pd.DataFrame) -> pd.DataFrame:
    """For each bullet and factor: mean effect in its upper third minus that in its lower third.

    Effects on the share matured; Welch's standard error over points.
    """
    rows = []
    for definition in bullets():
        points = _points(sample, definition.name, "matured")
        for factor in FACTORS:
            values = points[factor.name]
            if values.isna().any():
                continue
            if factor.name == "coordination":
                high, low, name = values == 1, values == 0, "follow_up"
            else:
                third = (factor.high - factor.low) / 3
                high, low = values >= factor.high - third, values <= factor.low + third
                name = f"by.{factor.name}"
            difference, bounds = _welch(points["difference"][high], points["difference"][low])
            rows.append(
                {
                    "bullet": definition.name,
                    "factor": factor.words if name != "follow_up" else "coordinator with it",
                    "quantity": f"{definition.name}.{name}",
                    "difference": difference,
                    "low": bounds.low,
                    "high": bounds.high,
                    "unit": "share of partnerships",
                    "n": int(high.sum() + low.sum()),
                }
            )
    return pd.DataFrame(rows)


def in_the_balance(sample: pd.DataFrame) -> pd.DataFrame:
    """Mean effect on the share matured by how many mature anyway: few, some, nearly all.

    The baseline that sorts the points is also in the effect, so by chance alone effects look a
    little better where few mature and a little worse where nearly all do.
    """
    rows = []
    for definition in bullets():
        points = _points(sample, definition.name, "matured")
        groups = pd.cut(points["baseline"], [-1, 0.1, 0.9, 2], right=False, labels=list(BALANCE))
        for name, group in points.groupby(groups, observed=True):
            effects = group["difference"].to_numpy(dtype=np.float64)
            low, high = mean_of_differences(effects)
            rows.append(
                {
                    "bullet": definition.name,
                    "mature without it": name,
                    "effect": float(effects.mean()),
                    "low": low,
                    "high": high,
                    "share helped": float((group["verdict"] == HELPS).mean()),
                    "share harmed": float((group["verdict"] == BACKFIRES).mean()),
                    "points": len(group),
                }
            )
    return pd.DataFrame(rows)


def verdict_shares(sample: pd.DataFrame) -> pd.DataFrame:
    """For each bullet and outcome: the share of plausible partnerships with each verdict."""
    counts = sample.groupby(["bullet", "outcome"], sort=False)["verdict"].value_counts()
    wide = counts.unstack(fill_value=0).reindex(columns=list(VERDICTS), fill_value=0)
    shares = wide.div(wide.sum(axis=1), axis=0)
    return shares.reset_index().assign(points=wide.sum(axis=1).to_numpy())


def _points(sample: pd.DataFrame, bullet: str, outcome: str) -> pd.DataFrame:
    return sample[(sample["bullet"] == bullet) & (sample["outcome"] == outcome)]


def _row(quantity: str, estimate: float, bounds: Any, unit: str, n: int) -> dict[str, Any]:
    low, high = (bounds["low"], bounds["high"]) if isinstance(bounds, dict) else bounds
    return {
        "quantity": quantity,
        "estimate": estimate,
        "low": low,
        "high": high,
        "unit": unit,
        "n": n,
    }


def _mean(sample: pd.DataFrame, bullet: str, outcome: str) -> dict[str, Any]:
    points = _points(sample, bullet, outcome)
    effects = points["difference"].to_numpy(dtype=np.float64)
    unit = str(points["unit"].iloc[0])
    name = f"{bullet}.mean.{outcome}"
    return _row(name, float(effects.mean()), mean_of_differences(effects), unit, len(effects))


def _share(sample: pd.DataFrame, bullet: str, verdict: str) -> dict[str, Any]:
    verdicts = _points(sample, bullet, "matured")["verdict"]
    count, size = int((verdicts == verdict).sum()), len(verdicts)
    return _row(f"{bullet}.{verdict}", count / size, wilson(count, size), POINTS, size)


def _somewhere(regions: list[Region], bullet: str, verdict: str) -> dict[str, Any]:
    asked = bullet, "matured", verdict
    held = [one for one in regions if (one.bullet, one.outcome, one.verdict) == asked]
    yes = float(any(one.confirmed for one in held))
    return _row(f"{bullet}.{verdict}_somewhere", yes, Interval(yes, yes), "1 is yes", len(held))


def _shuffled(tree: Discovery) -> dict[str, Any]:
    as_good = round(tree.shuffled * (tree.shuffles + 1)) - 1
    bounds = wilson(as_good, tree.shuffles)
    name = f"{tree.bullet}.{tree.verdict}.shuffled"
    return _row(name, tree.shuffled, bounds, "share of shuffles", tree.shuffles)


def _welch(one: pd.Series, other: pd.Series) -> tuple[float, Interval]:
    difference = float(one.mean() - other.mean())
    error = np.sqrt(one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other))
    return difference, normal(difference, float(error))
