"""A search for a good schedule, and its answer tried on fresh luck."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pandas as pd
from E08_schedule.picture import plot_schedules
from E08_schedule.schedule import ScheduleSearch, search_schedule
from E08_schedule.schedule_plans import Purchase, Schedule
from harness import Analysis

import trustsim as ts
from trustsim.analysis.intervals import paired_shares
from trustsim.report import Figure, Table, picture

TITLE = "A fixed budget: on what, and when"
FULL = {
    "replicates": 400,
    "seed": 80,
    "months": 60,
    "evaluations": 400,
    "retest_replicates": 4000,
    "others": 6,
}
TOY = {**FULL, "replicates": 20, "evaluations": 24, "retest_replicates": 40}
BUDGET = 18.0  # person-months: a coordinator at capacity 1 for 36 months
# Written down after the first run had been seen, to ask whether one needs a search for this.
BY_HAND = {
    "by hand": Schedule(
        (Purchase("coordinator", 0, 60, 0.4), Purchase("handover", 0, 60, 1.0)),
    )
}
SHARE = "share of partnerships"


def analyse(
    scenario: ts.Scenario, sizes: Mapping[str, int], progress: Callable[[int], object]
) -> Analysis:
    found = search_schedule(
        scenario,
        budget=BUDGET,
        by=sizes["months"],
        evaluations=sizes["evaluations"],
        replicates=sizes["replicates"],
        retest_replicates=sizes["retest_replicates"],
        others=sizes["others"],
        also=BY_HAND,
        seed=sizes["seed"],
        progress=progress,
    )
    measured = pd.DataFrame([*of_retest(found), *of_search(found)])
    return Analysis(
        measured,
        tables(found),
        [figure(found, sizes["months"])],
        sentences(found, measured.set_index("quantity")),
        limits(),
    )


def of_retest(found: ScheduleSearch) -> Iterator[dict[str, object]]:
    """Differences in fresh luck."""
    rows = found.retest.set_index("schedule")
    for name in ("coordinator", "coaching", "even", "by hand"):
        shown = name.replace(" ", "_")
        yield _quantity(f"fresh.best_minus_{shown}.matured_60", rows.loc[name], "found_minus_this")
    for event in ("matured", "dissolved"):
        for name in rows.index.drop("nothing"):
            shown = "best" if name == "found" else name.replace(" ", "_")
            yield _quantity(
                f"fresh.{shown}_minus_nothing.{event}_60", rows.loc[name], f"{event}_minus_nothing"
            )
    matured = {name: found.fresh(name).matured for name in ("coordinator", "coaching")}
    difference = matured["coordinator"] - matured["coaching"]
    up, down = int((difference > 0).sum()), int((difference < 0).sum())
    yield {
        "quantity": "fresh.coordinator_minus_coaching.matured_60",
        "estimate": float(difference.mean()),
        **paired_shares(up, down, size=len(difference))._asdict(),
        "unit": SHARE,
        "n": len(difference),
    }


def _quantity(quantity: str, row: pd.Series, column: str) -> dict[str, object]:
    return {
        "quantity": quantity,
        "estimate": row[column],
        "low": row[f"{column}_low"],
        "high": row[f"{column}_high"],
        "unit": row["unit"],
        "n": row["n"],
    }


def of_search(found: ScheduleSearch) -> Iterator[dict[str, object]]:
    """Optimism, and what the schedule found buys (numbers of a plan, without an interval)."""
    for row in found.optimism.to_dict("records"):
        yield {
            "quantity": f"optimism.{row['quantity']}.{row['outcome']}_{row['month']}",
            "estimate": row["optimism"],
            **{name: row[name] for name in ("low", "high", "unit")},
            "n": row["n_searched"],
        }
    bought = {one.item: one for one in found.best.purchases}
    for item in ("coordinator", "coaching", "handover"):
        one = bought.get(item)
        values = {
            "start": (one.start if one else float("nan"), "months"),
            "months": (one.months if one else 0, "months"),
            "dose": (one.dose if one else 0.0, "share"),
            "money": (one.person_months if one else 0.0, "person-months"),
        }
        for what, (value, unit) in values.items():
            ends = dict.fromkeys(("estimate", "low", "high"), float(value))
            yield {"quantity": f"best.{item}_{what}", **ends, "unit": unit, "n": 1}


def tables(found: ScheduleSearch) -> list[Table]:
    return [
        Table(
            "retest",
            "Tried again on fresh luck",
            "Shares by 5 years (Wilson), and paired differences (Agresti and Min) to nothing done "
            "and of the schedule found to this one. Nearly equal: that interval holds 0.",
            found.retest,
        ),
        Table(
            "optimism",
            "What the search promised, and what came",
            "The two lucks are independent.",
            found.optimism,
        ),
        Table(
            "candidates",
            "Every schedule simulated",
            f"In the luck of the search; at most {found.limit:.1%} may dissolve by 5 years.",
            found.candidates,
        ),
    ]


def figure(found: ScheduleSearch, months: int) -> Figure:
    rows = []
    for row in found.retest.to_dict("records"):
        low, high = (100 * row[f"matured_minus_nothing_{end}"] for end in ("low", "high"))
        result = f"{100 * row['matured_minus_nothing']:+.1f} ({low:+.1f} to {high:+.1f})"
        result = result.replace("-", "\N{MINUS SIGN}")
        rows += [
            {"schedule": row["schedule"], **one._asdict(), "result": result}
            for one in found.schedules[row["schedule"]].purchases
        ]
    table = pd.DataFrame(rows)
    size = int(found.retest["n"].iloc[0])
    results = f"right: points matured by 5 years, against nothing; 95 % intervals; {size:,} pairs"
    ax = plot_schedules(table, months, results=results)
    return Figure(
        "schedules",
        "What each schedule buys, and what it brings",
        "Bars run over the months bought and are as high as the dose.",
        picture(ax),
        table,
    )


def sentences(found: ScheduleSearch, measured: pd.DataFrame) -> list[str]:
    def points(quantity: str) -> str:
        row = measured.loc[quantity]
        numbers = (100 * row[name] for name in ("estimate", "low", "high"))
        return "{:+.1f} points ({:+.1f} to {:+.1f})".format(*numbers)

    plain = "; ".join(
        f"{points(f'fresh.best_minus_{name}.matured_60')} against {words}"
        for name, words in (
            ("coordinator", "a coordinator alone"),
            ("coaching", "coaching alone"),
            ("even", "the money spread evenly"),
            ("nothing", "nothing"),
        )
    )
    equal = found.nearly_equal
    listed = "; ".join(f"{row['schedule']}: {row['bought']}" for row in equal.to_dict("records"))
    better = found.retest[found.retest["verdict"] == "better than the one found"]["schedule"]
    return [
        f"Found among {len(found.candidates)} schedules: {found.best}.",
        f"More partnerships matured by 5 years on fresh luck: {plain}.",
        f"Schedules tried that can't be told from it: {len(equal)}. {listed}",
        f"Schedules that are better than it on fresh luck: {', '.join(better) or 'none'}.",
        f"Optimism of the search in the gain: {points('optimism.gain.matured_60')}.",
        (
            f"Against one written by hand after the run had been seen ({BY_HAND['by hand']}): "
            f"{points('fresh.best_minus_by_hand.matured_60')}."
        ),
        "A coordinator alone against coaching alone: "
        + points("fresh.coordinator_minus_coaching.matured_60")
        + " matured by 5 years.",
    ]


def limits() -> list[str]:
    return [
        (
            "The answer hangs on the stated prices (half a person-month for full coordination or "
            "coaching, a tenth for handover). They are the catalogue's, not market prices."
        ),
        (
            "One setting, one set of parameters, one goal. Another limit, month or goal may have "
            "another answer."
        ),
        "The search need not have found the best schedule; it saw as many as it was allowed.",
        (
            "Doses are in tenths and each thing is bought in one stretch. Stopping when it "
            "has matured, or starting when it gets into trouble, is not among the schedules."
        ),
        (
            "The price is what is planned; nothing is spent once it has dissolved, and what "
            "is saved so is not spent elsewhere."
        ),
    ]
