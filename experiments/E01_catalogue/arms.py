"""The arms of the catalogue, and what is measured on each beside its twin without it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

import trustsim as ts
from trustsim.analysis.curves import PairedSums, crossing
from trustsim.analysis.intervals import mean_of_differences
from trustsim.scenarios.interventions import CATALOG
from trustsim.scenarios.interventions.definition import Intervention

YEAR = 12
RESTRUCTURING = 18  # months that the reorganisation takes
CURVES = {"value": "value", "show": "nominal_maturity", "mature": "status"}


class Lives(NamedTuple):
    """What is kept of one arm: its runs, and a matrix (partnership, month) for each curve."""

    runs: ts.Runs
    curves: dict[str, np.ndarray]


def interventions() -> dict[str, Intervention]:
    """Each entry of the catalogue at full dose: from the start, or once after a year."""
    chosen = {}
    for name, entry in CATALOG.items():
        if entry.lasts_once or name == "funding_end":
            chosen[name] = entry(start=YEAR)
        elif name == "restructure":
            chosen[name] = entry(months=RESTRUCTURING)
        else:
            chosen[name] = entry()
    return chosen


def explanations() -> dict[str, Intervention]:
    """Arms run after the verdicts, to explain two misses: coaching and consultants."""
    return {
        "coaching that takes no meeting time": CATALOG["coaching"](time=0.0),
        "coaching for two years": CATALOG["coaching"](months=2 * YEAR),
        "consultants without reporting": CATALOG["consultants"](reporting=0.0),
        "consultants without reporting or announcements": CATALOG["consultants"](
            reporting=0.0, announces=0.0
        ),
        "consultants who leave after half a year": CATALOG["consultants"](months=YEAR // 2),
        "a deadline of half the dose": CATALOG["deadline"](dose=0.5),
    }


def lives(runs: ts.Runs) -> Lives:
    """Value, show and maturity month by month; nothing of them once a partnership has dissolved."""
    months = runs.months
    place = (months["replicate"].to_numpy(), months["month"].to_numpy() - 1)
    curves = {}
    for name, column in CURVES.items():
        found = (months[column] == "mature") if name == "mature" else months[column]
        curves[name] = np.zeros((len(runs), runs.horizon))
        curves[name][place] = found.to_numpy(dtype=np.float64)
    return Lives(runs, curves)


def first_year(baseline: Lives, other: Lives, start: float) -> pd.DataFrame:
    """Paired change of value and show over the twelve months from the start of the arm."""
    window = slice(int(start), int(start) + YEAR)
    rows = []
    for name, unit in (("value", "value of full trust"), ("show", "share")):
        before, after = (one.curves[name][:, window] for one in (baseline, other))
        difference = (after - before).sum(axis=1) / (1 if name == "value" else YEAR)
        rows.append(measured(f"{name} in the first year", difference, unit))
    return pd.DataFrame(rows)


def breaches_a_year(runs: ts.Runs) -> np.ndarray:
    """Breaches of integrity for every year that a partnership lived."""
    return (runs.runs["breaches"] * YEAR / runs.runs["months"]).to_numpy(dtype=np.float64)


def crossings(baseline: Lives, other: Lives) -> tuple[pd.DataFrame, list[dict[str, object]]]:
    """Mean curves of the pair, and how each went beside the other: better before worse?"""
    tables, patterns = [], []
    for name in CURVES:
        sums = PairedSums(baseline.runs.horizon)
        sums.add(baseline.curves[name], other.curves[name])
        table = sums.table()
        tables.append(table.assign(curve=name))
        patterns.append({"curve": name, **crossing(table)._asdict()})
    return pd.concat(tables), patterns


def measured(quantity: str, difference: np.ndarray, unit: str) -> dict[str, object]:
    """A mean of paired differences as a row of `measured`."""
    low, high = mean_of_differences(difference)
    row = {"quantity": quantity, "estimate": float(difference.mean()), "low": low, "high": high}
    return {**row, "unit": unit, "n": len(difference)}
