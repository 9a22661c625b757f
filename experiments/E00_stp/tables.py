"""Every table of the report, from the runs of the arms; nothing here knows how they look."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from arms import (
    LIFTED,
    MANDATED,
    STP,
    STP_COORDINATOR,
    VOLUNTARY,
    VOLUNTARY_COORDINATOR,
    Arm,
)

import trustsim as ts
from trustsim import data
from trustsim.analysis import cumulative_incidence, paired_contrast, turnover_rate
from trustsim.analysis.intervals import wilson, wilson_bounds
from trustsim.analysis.turnbull import designation
from trustsim.report.words import reported_months
from trustsim.scenarios.settings import SETTINGS

INSPECTIONS = (1.25, 2.19, 3.26, 4.18, 4.73)  # years from March 2016, before the deadline
LEADS = "STP/ICS executive lead"

IN_STP, IN_TWIN = "a coordinator, in the STP", "a coordinator, in the voluntary twin"
TOGETHER = "mandate and ban on leaving together"
MANDATE_LOCKED = "the mandate, where none may leave"
MANDATE_FREE = "the mandate, where members may leave"
BAN_ALONE = "the ban on leaving, without a mandate"
BAN_MANDATED = "the ban on leaving, under the mandate"
CONTRASTS: dict[str, tuple[Arm, Arm]] = {
    IN_STP: (STP, STP_COORDINATOR),
    IN_TWIN: (VOLUNTARY, VOLUNTARY_COORDINATOR),
    TOGETHER: (VOLUNTARY, STP),
    MANDATE_LOCKED: (LIFTED, STP),
    MANDATE_FREE: (VOLUNTARY, MANDATED),
    BAN_ALONE: (VOLUNTARY, LIFTED),
    BAN_MANDATED: (MANDATED, STP),
}

AllRuns = Mapping[str, ts.Runs]


def by_arm(runs: AllRuns, table_of) -> pd.DataFrame:
    """One table for each arm, on top of each other, with the arm in front."""
    tables = {key: table_of(one) for key, one in runs.items()}
    return pd.concat(tables, names=["arm", None]).reset_index("arm").reset_index(drop=True)


def attrition(runs: AllRuns) -> pd.DataFrame:
    """Partnerships dissolved and members lost by 3, 5, 7 and 10 years."""
    return by_arm(runs, lambda one: one.attrition(by=reported_months(one.horizon)))


def status(runs: AllRuns) -> pd.DataFrame:
    """Where the partnerships stand at the end of every year."""

    def yearly(one: ts.Runs) -> pd.DataFrame:
        return one.status_shares(by=range(min(12, one.horizon), one.horizon + 1, 12))

    return by_arm(runs, yearly)


def maturity(runs: AllRuns) -> pd.DataFrame:
    """Share matured by 3, 5, 7 and 10 years, first decile and median, restricted mean."""
    return by_arm(runs, lambda one: one.time_to_maturity())


def causes(runs: AllRuns) -> pd.DataFrame:
    """Why partnerships ended, as shares of those that did."""

    def shares(one: ts.Runs) -> pd.DataFrame:
        counts = one.runs["cause"].value_counts()
        total = int(counts.sum())
        bounds = [wilson(int(count), total) for count in counts]
        return pd.DataFrame(
            {
                "cause": counts.index.astype(str),
                "estimate": counts.to_numpy() / max(total, 1),
                "low": [bound.low for bound in bounds],
                "high": [bound.high for bound in bounds],
                "n": total,
            }
        )

    return by_arm({key: one for key, one in runs.items() if one.runs["dissolved"].any()}, shares)


def declared(one: ts.Runs) -> pd.DataFrame:
    """Runs in which maturity means that the sponsor declared it."""
    when = one.runs["month_nominal"]
    return one.runs.assign(month_matured=when, matured=when.notna())


def nominal(runs: AllRuns) -> pd.DataFrame:
    """Mature by show against mature in fact, by 3, 5, 7 and 10 years."""

    def shares(one: ts.Runs) -> pd.DataFrame:
        rows = []
        for month in reported_months(one.horizon):
            shown = happened(one, "month_nominal", month)
            real = happened(one, "month_matured", month)
            kinds = {
                "declared mature by its show": shown,
                "mature in fact": real,
                "declared, not mature": shown & ~real,
                "mature, not declared": real & ~shown,
            }
            rows += [share_row(quantity, month, which) for quantity, which in kinds.items()]
        return pd.DataFrame(rows)

    return by_arm(runs, shares)


def happened(one: ts.Runs, column: str, month: int) -> np.ndarray:
    """Whether it had happened by a month, per partnership."""
    return one.runs[column].le(month).fillna(False).to_numpy(dtype=bool)


def share_row(quantity: str, month: int, which: np.ndarray) -> dict[str, object]:
    """A share with its interval, as a row of a table."""
    low, high = wilson(int(which.sum()), len(which))
    unit = "share of partnerships"
    shared = {"quantity": quantity, "month": month, "estimate": float(which.mean())}
    return shared | {"low": low, "high": high, "unit": unit, "n": len(which)}


def contrasts(runs: AllRuns) -> pd.DataFrame:
    """What changed for the very same partnerships between two arms."""
    parts = []
    for question, (baseline, other) in CONTRASTS.items():
        one, two = runs[baseline.key], runs[other.key]
        table = paired_contrast(
            one.runs, two.runs, horizon=one.horizon, by=reported_months(one.horizon)
        )
        parts.append(table.assign(question=question, baseline_arm=baseline.key, arm=other.key))
    names = ["question", "baseline_arm", "arm"]
    joined = pd.concat(parts, ignore_index=True)
    return joined[[*names, *(name for name in joined if name not in names)]]


def turnover(runs: AllRuns) -> pd.DataFrame:
    """Changes of leader a year: simulated, beside what was counted in England."""
    rows = []
    for arm in (STP, VOLUNTARY):
        found = turnover_rate(runs[arm.key].runs).iloc[0]
        row = {"who": f"simulated, {arm.name}", "rate": found["estimate"]}
        rows.append(row | {"low": found["low"], "high": found["high"], "n": found["n"]})
    counted = data.read("turnover_rates")
    for _, fact in counted[counted["role"] == LEADS].iterrows():
        years, share = float(fact["window_years"]), float(fact["share_changed"])
        low, high = (-np.log(1 - bound) / years for bound in wilson(round(42 * share), 42))
        row = {"who": f"counted: {share:.0%} of 42 changed within {years:g} years", "n": 42}
        rate = float(fact["implied_rate_per_year"])
        rows.append(row | {"rate": rate, "low": low, "high": high, "source": fact["source"]})
    return pd.DataFrame(rows)[["who", "rate", "low", "high", "n", "source"]]


def incidence(one: ts.Runs, of: str) -> pd.DataFrame:
    """Cumulative incidence, month by month: of "matured", "dissolved" or "declared"."""
    if of == "declared":
        return cumulative_incidence(declared(one), event="matured").assign(event="declared")
    return cumulative_incidence(one.runs, event=of)


def beside_designation(stp: ts.Runs) -> pd.DataFrame:
    """Share designated at five inspections, and the simulated shares mature by then.

    A month counts once it is over, so 1.25 years are 15 months and 2.19 years are 26.
    """
    curve = designation(data.read("ics_units"))
    size = int(curve["n"].iloc[0])
    simulated = {kind: incidence(stp, kind).set_index("month") for kind in ("matured", "declared")}
    rows = []
    for years in INSPECTIONS:
        month = int(years * 12)
        if month > stp.horizon:
            continue
        share = float(curve.loc[curve["right"] <= years, "mass"].sum())
        low, high = (float(bound) for bound in wilson_bounds(share, size))
        row = {"years": years, "month": month, "designated": share, "low": low, "high": high}
        for kind, table in simulated.items():
            found = table.loc[month]
            row |= {kind: found["estimate"], f"{kind}_low": found["low"]}
            row |= {f"{kind}_high": found["high"], f"{kind}_near": low <= found["estimate"] <= high}
        rows.append(row)
    return pd.DataFrame(rows)


def assumptions() -> pd.DataFrame:
    """Each choice that makes the setting, with its source or the word assumption."""
    known = ts.parameters().set_index("name")
    rows = [
        {
            "parameter": choice.parameter,
            "value": choice.value,
            "default": known.loc[choice.parameter, "default"],
            "unit": known.loc[choice.parameter, "unit"],
            "source": choice.source,
            "why": choice.why,
        }
        for choice in SETTINGS["stp"].choices
    ]
    return pd.DataFrame(rows)
