"""The headline numbers at other parameter values that meet the calibration targets as well."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from arms import ARMS, STP, VOLUNTARY
from E00_calibration.ensemble import points
from tables import CONTRASTS, happened

import trustsim as ts
from trustsim import calibration
from trustsim.analysis import restricted_mean, turnover_rate
from trustsim.report.words import moment
from trustsim.scenarios.settings import SETTINGS

SHARE = "share of partnerships"


def headlines(runs: Mapping[str, ts.Runs]) -> dict[tuple[str, str], float]:
    """The numbers that the report leads with, each under its name and unit."""
    found: dict[tuple[str, str], float] = {}
    horizon = runs[STP.key].horizon
    for years in (5, 10):
        month = min(12 * years, horizon)
        for arm, what in ((VOLUNTARY, "dissolved"), (VOLUNTARY, "matured"), (STP, "matured")):
            share = happened(runs[arm.key], f"month_{what}", month).mean()
            found[f"{arm.name}: {what} by year {years}", SHARE] = float(share)
        shown = happened(runs[STP.key], "month_nominal", month).mean()
        found[f"{STP.name}: declared mature by year {years}", SHARE] = float(shown)
    for years in (3, 5):
        counts = runs[STP.key].occupancy.set_index("month").loc[min(12 * years, horizon)]
        share = counts["tokenistic"] / len(runs[STP.key])
        found[f"{STP.name}: talking shops at year {years}", SHARE] = float(share)
    for question, (baseline, other) in CONTRASTS.items():
        one, two = runs[baseline.key], runs[other.key]
        gain = happened(two, "month_matured", horizon).mean()
        gain -= happened(one, "month_matured", horizon).mean()
        found[f"{question}: {by_the_end(horizon)}", "difference of shares"] = float(gain)
        if other.coordinator:
            change = mean_wait(two) - mean_wait(one)
            found[f"{question}: months not mature", "difference in months"] = change
    rate = turnover_rate(runs[STP.key].runs)["estimate"].item()
    found[f"{STP.name}: changes of leader", "a year"] = float(rate)
    return found


def by_the_end(horizon: int) -> str:
    """What the effects on maturity are called."""
    return f"matured by {moment(horizon)}"


def mean_wait(one: ts.Runs) -> float:
    """Restricted mean of the months not mature."""
    return float(restricted_mean(one.runs, event="matured", horizon=one.horizon)["estimate"].item())


def at_points(
    places: Sequence[tuple[int, ts.Scenario]],
    *,
    replicates: int,
    seed: int,
    months: int,
    progress: Callable[[int], object],
) -> pd.DataFrame:
    """Headline numbers at calibrated points; one row a point and quantity."""
    rows = []
    for number, scenario in places:
        runs = {
            arm.key: ts.simulate(
                arm.of(scenario), replicates=replicates, seed=seed, months=months, progress=progress
            )
            for arm in ARMS
        }
        for (quantity, unit), value in headlines(runs).items():
            rows.append({"point": number, "quantity": quantity, "unit": unit, "estimate": value})
    return pd.DataFrame(rows, columns=["point", "quantity", "unit", "estimate"])


def chosen(as_it_was: ts.Scenario, points: int) -> list[tuple[int, ts.Scenario]]:
    """The scenario at calibrated points spread evenly over the list.

    What the setting chooses itself (its tenure, its pace) stays: it is a departure from the
    voluntary partnership that the points were calibrated on.
    """
    table = available()
    own = {choice.parameter for choice in SETTINGS["stp"].choices} | set(as_it_was.overrides)
    free = [name for name in calibration.FACTORS if name not in own]
    places = np.unique(np.linspace(0, len(table) - 1, min(points, len(table))).astype(int))
    return [
        (int(place), as_it_was.with_(**{name: float(table.loc[place, name]) for name in free}))
        for place in places
        if len(table)
    ]


def available() -> pd.DataFrame:
    """The calibrated points that are shipped; none before the first calibration."""
    try:
        return points().reset_index(drop=True)
    except FileNotFoundError:
        return pd.DataFrame()


def ranges(runs: Mapping[str, ts.Runs], found: pd.DataFrame) -> pd.DataFrame:
    """The defaults' numbers, beside the spread of the same over the points."""
    defaults = headlines(runs)
    rows = []
    for (quantity, unit), estimate in defaults.items():
        values = found.loc[found["quantity"] == quantity, "estimate"]
        low, middle, high = values.quantile([0.1, 0.5, 0.9])
        row = {"quantity": quantity, "unit": unit, "defaults": estimate, "lowest": values.min()}
        row |= {"tenth": low, "median": middle, "ninetieth": high, "highest": values.max()}
        rows.append(row | {"points": values.size})
    return pd.DataFrame(rows)
