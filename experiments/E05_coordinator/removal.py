"""When a coordinator comes and when one may leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from E05_coordinator.lab import (
    MATURED_60,
    MATURED_84,
    MATURED_120,
    SHARE,
    STANDS_84,
    STANDS_120,
    Floats,
    Lab,
    Measure,
    mean_row,
    ratio_row,
    share_row,
)

import trustsim as ts
from trustsim.analysis.tables import month_numbers
from trustsim.scenarios.costs import person_months
from trustsim.scenarios.interventions import coordinator

STARTS = (0, 6, 12, 24, 36, 48)
SPELL = 36  # months of the arms that stay equally long
LEAVES = (6, 12, 24, 36, 48, 60)
INSTITUTIONALISING = (0.0, 0.01, 0.05)
MARGIN = 0.02  # stated with the predictions, before the run


def timing(lab: Lab, base: ts.Scenario) -> tuple[pd.DataFrame, list[dict[str, object]]]:
    """Effects by month of arrival, staying to the end or for equal spells; comparisons."""
    stays = {start: base + coordinator(start=start) for start in STARTS}
    spells = {start: base + coordinator(start=start, months=SPELL) for start in STARTS}
    rows = []
    for line, arms in (("to the end", stays), (f"{SPELL} months only", spells)):
        for what in (MATURED_60, MATURED_84, MATURED_120, STANDS_120):
            rows += [
                effect(line, start, what, lab.difference(base, arm, what))
                for start, arm in arms.items()
            ]
    measured = [
        share_row("start.0_minus_12.matured_60", lab.difference(stays[12], stays[0], MATURED_60)),
        share_row("start.0_minus_48.matured_120", lab.difference(stays[48], stays[0], MATURED_120)),
        share_row("spell.0_minus_48.matured_84", lab.difference(spells[48], spells[0], MATURED_84)),
        share_row("spell.0_minus_48.stands_120", lab.difference(spells[48], spells[0], STANDS_120)),
    ]
    # Asked after the run was seen: the best start for equal spells lies after the first month.
    measured += [
        share_row(
            f"spell.{start}_minus_0.{what.name}", lab.difference(spells[0], spells[start], what)
        )
        for start in STARTS[1:]
        for what in (MATURED_84, STANDS_120)
    ]
    return pd.DataFrame(rows), measured


def effect(line: str, level: float, what: Measure, difference: Floats) -> dict[str, object]:
    """One point of a curve, as the figures want it."""
    found = share_row(what.name, difference)
    return {
        "line": line,
        "level": level,
        "outcome": found.pop("quantity"),
        "difference": found.pop("estimate"),
        **found,
    }


def removal(lab: Lab, base: ts.Scenario) -> tuple[pd.DataFrame, pd.DataFrame, list[dict]]:
    """Loss by month of leaving (against staying), share of the gain kept, comparisons."""
    losses, kept, measured = [], [], []
    at_48: dict[float, Floats] = {}
    for rate in INSTITUTIONALISING:
        there = base.with_(institutionalising=rate)
        stays = there + coordinator()
        for months in LEAVES:
            leaves = there + coordinator(months=months)
            for what in (STANDS_84, STANDS_120, MATURED_120):
                if months >= what.month:
                    continue
                loss = lab.difference(stays, leaves, what)
                losses.append(effect(f"institutionalising {rate:g}", months, what, loss))
                gains = (lab.difference(there, arm, what) for arm in (leaves, stays))
                kept.append(_kept(rate, months, what, *gains))
            loss = lab.difference(stays, leaves, STANDS_120)
            measured.append(
                share_row(
                    f"leaves.{months}_minus_stays.stands_120.institutionalising_{rate:g}", loss
                )
            )
            if months == 48:
                at_48[rate] = loss
    table = pd.DataFrame(kept)
    measured += list(_comparisons(lab, base, table, at_48))
    return _judged(pd.DataFrame(losses)), table, measured


def _kept(
    rate: float, months: int, what: Measure, leaves: Floats, stays: Floats
) -> dict[str, object]:
    found = ratio_row(what.name, leaves, stays, "share of the gain")
    return {
        "institutionalising": rate,
        "left_after": months,
        "outcome": found.pop("quantity"),
        "gain_of_staying": float(stays.mean()),
        "gain_of_leaving": float(leaves.mean()),
        "kept": found.pop("estimate"),
        **found,
    }


def _judged(losses: pd.DataFrame) -> pd.DataFrame:
    """Whether leaving is harmless, harmful or can't be said, against the margin."""
    low, high = losses["low"], losses["high"]
    words = np.where(low > -MARGIN, "harmless", np.where(high < -MARGIN, "harmful", "cannot say"))
    return losses.assign(judgement=words)


def _comparisons(
    lab: Lab, base: ts.Scenario, kept: pd.DataFrame, at_48: dict[float, Floats]
) -> Iterator[dict[str, object]]:
    default = kept[kept["institutionalising"] == base.values()["institutionalising"]]
    for year in (STANDS_84, STANDS_120):
        for row in default[default["outcome"] == year.name].to_dict("records"):
            yield {
                "quantity": f"leaves.{row['left_after']}.kept_{year.month}",
                "estimate": row["kept"],
                **{name: row[name] for name in ("low", "high", "unit", "n")},
            }
    early, late = (base + coordinator(months=months) for months in (12, 48))
    yield share_row("leaves.12_minus_48.stands_120", lab.difference(late, early, STANDS_120))
    yield mean_row(
        "leaves.48_minus_stays.stands_120.institutionalising_0.05_minus_0",
        at_48[0.05] - at_48[0.0],
        SHARE,
    )


def at_maturity(
    lab: Lab, base: ts.Scenario, progress: Callable[[int], object]
) -> tuple[pd.DataFrame, list[dict[str, object]]]:
    """Each partnership's coordinator leaves once its own maturity is established.

    No intervention ends at maturity; but with the same luck a life up to that month does not
    change, so each such partnership is lived again with that very month as the end date.
    """
    stays, fixed = base + coordinator(), base + coordinator(months=48)
    lived = lab.runs(stays, 120)
    hold = int(base.values()["maturity_hold"])
    stands = lab.ask(stays, STANDS_120).copy()
    cost = lab.spent(stays, 120)
    known = month_numbers(lived.runs, "month_matured") + hold - 1
    for number in np.flatnonzero((known >= hold) & (known < 120)):
        leaves = base + coordinator(months=int(known[number]))
        again = ts.simulate(
            leaves,
            replicates=1,
            first=int(lived.runs["replicate"].iloc[number]),
            seed=lived.seed,
            months=120,
            workers=1,
        ).runs
        progress(1)
        stands[number] = float(again["status"].iloc[0] == "mature")
        cost[number] = person_months(leaves, again["months"].to_numpy())[0]
    nothing = lab.ask(base, STANDS_120)
    rows = [
        _compared("stays", lab.ask(stays, STANDS_120) - nothing, lab.spent(stays, 120)),
        _compared("leaves at maturity", stands - nothing, cost),
        _compared(
            "leaves after 48 months", lab.ask(fixed, STANDS_120) - nothing, lab.spent(fixed, 120)
        ),
    ]
    measured = [
        share_row("leaves.at_maturity_minus_stays.stands_120", stands - lab.ask(stays, STANDS_120)),
        share_row("leaves.at_maturity_minus_48.stands_120", stands - lab.ask(fixed, STANDS_120)),
    ]
    return pd.DataFrame(rows), measured


def _compared(name: str, gain: Floats, cost: Floats) -> dict[str, object]:
    found = share_row(name, gain)
    return {
        "coordinator": found.pop("quantity"),
        "gain": found.pop("estimate"),
        **found,
        "person_months": float(cost.mean()),
    }
