"""Robustness: time step, definition of maturity, order of acting, family of noise, size."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
from E13_robustness import timestep, variants
from E13_robustness.pictures import plot_conclusions
from harness import Analysis
from numpy.typing import NDArray

import trustsim as ts
from trustsim.analysis.intervals import paired_shares, wilson
from trustsim.analysis.tables import month_numbers
from trustsim.report import Figure, Table, picture

TITLE = "What survives another form of the model"
FULL = {"replicates": 2000, "mesa_replicates": 250, "seed": 130, "months": 84}
TOY = {"replicates": 20, "mesa_replicates": 2, "seed": 130, "months": 84}
SHARE = "share of partnerships"
FIVE_YEARS = 60
CONCLUSIONS = (
    ("coordinator", "matured", 1),
    ("coordinator", "dissolved", -1),
    ("mandate", "matured", -1),
    ("mandate", "dissolved", 1),
    ("pressure", "dissolved", 1),
    ("handover", "matured", 1),
)
"""What is done, to which outcome, and the sign of its effect as the model has it."""

JUDGED_MONTHLY = "week_judged_monthly"
THRESHOLDS, HOLDS, BREADTHS = (0.5, 0.6, 0.7), (3.0, 6.0, 12.0), (0.53, 0.58, 0.63)
SIZES = ((3, 1), (4, 2), (8, 2), (12, 2), (20, 2), (8, 4))
WINDOWS = (3, 6, 12)
NOISES = ("uniform", "two_point", "heavy_tailed")


class Fates(NamedTuple):
    """Whether each partnership had matured, or dissolved, by five years: 1 or 0."""

    matured: NDArray[np.float64]
    dissolved: NDArray[np.float64]


def arms(scenario: ts.Scenario) -> dict[str, ts.Scenario]:
    """The scenario, and what is done to it."""
    pressure = min(1.0, scenario.values()["pressure"] + 0.1)
    return {
        "model": scenario,
        "coordinator": scenario + ts.interventions.coordinator(),
        "mandate": scenario + ts.interventions.mandate(start=12, months=24),
        "pressure": scenario.with_(pressure=pressure),
        "handover": scenario + ts.interventions.handover(),
    }


def analyse(
    scenario: ts.Scenario, sizes: Mapping[str, int], progress: Callable[[int], object]
) -> Analysis:
    def lived(arm: ts.Scenario, months: int) -> pd.DataFrame:
        found = ts.simulate(
            arm,
            replicates=sizes["replicates"],
            seed=sizes["seed"],
            months=months,
            progress=progress,
        )
        return found.runs

    def in_mesa(kind: str) -> Callable[[ts.Scenario], Fates]:
        def live(arm: ts.Scenario) -> Fates:
            found = variants.simulate_variant(
                arm,
                kind,
                replicates=sizes["mesa_replicates"],
                seed=sizes["seed"],
                months=sizes["months"],
                workers=2 if sizes["mesa_replicates"] >= 50 else 1,
            )
            progress(sizes["mesa_replicates"])
            return fates(found.runs)

        return live

    def by_month(arm: ts.Scenario) -> Fates:
        return fates(lived(arm, sizes["months"]))

    def by_step(step: str, judged: bool) -> Callable[[ts.Scenario], Fates]:
        steps = round(sizes["months"] / timestep.length_of(step))

        def live(arm: ts.Scenario) -> Fates:
            converted = timestep.in_steps(arm, step, judged_monthly=judged)
            return fates(timestep.in_months(lived(converted, steps), step))

        return live

    lives: dict[str, dict[str, Fates]] = {}

    def try_out(variant: str, base: ts.Scenario, live: Callable[[ts.Scenario], Fates]) -> None:
        lives[variant] = {name: live(arm) for name, arm in arms(base).items()}

    try_out("step.month", scenario, by_month)
    try_out("step.week", scenario, by_step("week", judged=False))
    try_out(f"step.{JUDGED_MONTHLY}", scenario, by_step("week", judged=True))
    try_out("step.quarter", scenario, by_step("quarter", judged=False))
    # Asked after the predictions: what hangs on the time that members look back over.
    for window in WINDOWS:
        try_out(f"window.{window}", scenario.with_(results_window=window), by_month)
    for members, people in SIZES:
        size = scenario.with_(organisations=members, people=people)
        try_out(f"size.{members}x{people}", size, by_month)
    for threshold, hold, breadth in product(THRESHOLDS, HOLDS, BREADTHS):
        defined = scenario.with_(
            maturity_threshold=threshold, maturity_hold=hold, breadth_threshold=breadth
        )
        try_out(f"definitions.{threshold:g}/{hold:g}/{breadth:g}", defined, by_month)
    try_out("order.simultaneous", scenario, in_mesa("as it is"))
    try_out("order.sequential", scenario, in_mesa("sequential"))
    for noise in NOISES:
        try_out(f"noise.{noise}", scenario, in_mesa(noise.replace("_", "-")))

    effects = pd.DataFrame(
        [row for variant, found in lives.items() for row in effects_of(variant, found)]
    )
    levels = pd.DataFrame(
        [row for variant, found in lives.items() for row in levels_of(variant, found["model"])]
    )
    against = pd.DataFrame(comparisons(lives))
    counted = pd.DataFrame(counts(effects))
    measured = pd.concat([effects, levels, against, counted], ignore_index=True)
    columns = ["quantity", "estimate", "low", "high", "unit", "n"]
    return Analysis(
        measured[columns],
        tables(effects, levels, against, counted),
        figures(effects, levels),
        sentences(effects, levels, against, counted),
        limits(),
    )


def fates(runs: pd.DataFrame) -> Fates:
    """By five years, of a runs table whose dates are months."""
    found = []
    for event in ("matured", "dissolved"):
        when = month_numbers(runs, f"month_{event}")
        found.append(((when > 0) & (when <= FIVE_YEARS)).astype(np.float64))
    return Fates(*found)


def effects_of(variant: str, lives: Mapping[str, Fates]) -> list[dict[str, object]]:
    """The six conclusions under one variant."""
    rows = []
    for done, event, sign in CONCLUSIONS:
        change = getattr(lives[done], event) - getattr(lives["model"], event)
        row = paired(f"{variant}.{done}.{event}_60", change)
        shown = float(row["low"]) > 0 if sign > 0 else float(row["high"]) < 0
        turned = float(row["high"]) < 0 if sign > 0 else float(row["low"]) > 0
        kind = "same sign" if shown else "other sign" if turned else "cannot say"
        rows.append(
            {**row, "variant": variant, "done": done, "event": event, "sign": sign, "found": kind}
        )
    return rows


def levels_of(variant: str, model: Fates) -> list[dict[str, object]]:
    """How many mature and dissolve with nothing done."""
    rows = []
    for event in ("matured", "dissolved"):
        found = getattr(model, event)
        bounds = wilson(int(found.sum()), len(found))
        rows.append(
            {
                "quantity": f"{variant}.level.{event}_60",
                "estimate": float(found.mean()),
                "low": bounds.low,
                "high": bounds.high,
                "unit": SHARE,
                "n": len(found),
                "variant": variant,
                "event": event,
            }
        )
    return rows


def comparisons(lives: Mapping[str, Mapping[str, Fates]]) -> list[dict[str, object]]:
    """Levels of a variant minus those of the model as it is."""
    rows = []
    told_otherwise = ("order.sequential", *(f"noise.{noise}" for noise in NOISES))
    pairs = [
        (f"step.{JUDGED_MONTHLY}", "step.month", "against_month"),
        *((variant, "order.simultaneous", "against_model") for variant in told_otherwise),
    ]
    for variant, reference, word in pairs:
        for event in ("matured", "dissolved"):
            one = getattr(lives[variant]["model"], event)
            other = getattr(lives[reference]["model"], event)
            rows.append(paired(f"{variant}.{word}.{event}_60", one - other))
    return rows


def counts(effects: pd.DataFrame) -> list[dict[str, object]]:
    """Under how many of the definitions each conclusion shows, on its side of 0."""
    defined = effects[effects["variant"].str.startswith("definitions.")]
    rows = []
    for (done, event), those in defined.groupby(["done", "event"], sort=False):
        count = float((those["found"] == "same sign").sum())
        rows.append(
            {
                "quantity": f"definitions.{done}.{event}_60.count",
                "estimate": count,
                "low": count,
                "high": count,
                "unit": "definitions",
                "n": len(those),
            }
        )
    return rows


def paired(quantity: str, change: NDArray[np.float64]) -> dict[str, object]:
    """A difference of two shares of the same partnerships (Agresti and Min)."""
    up, down = int((change > 0).sum()), int((change < 0).sum())
    low, high = paired_shares(up, down, size=len(change))
    return {
        "quantity": quantity,
        "estimate": float(change.mean()),
        "low": low,
        "high": high,
        "unit": SHARE,
        "n": len(change),
    }


def tables(
    effects: pd.DataFrame, levels: pd.DataFrame, against: pd.DataFrame, counted: pd.DataFrame
) -> list[Table]:
    return [
        Table("effects", "Effects by variant", "Paired; 95 % intervals (Agresti, Min).", effects),
        Table("levels", "Levels by variant", "Nothing done; Wilson's intervals.", levels),
        Table("against", "Levels against the model as it is", "Same seeds.", against),
        Table(
            "definitions",
            "Under how many definitions of maturity a conclusion shows",
            "Its whole interval on that side of 0; 27 definitions. A count has no interval.",
            counted,
        ),
    ]


def figures(effects: pd.DataFrame, levels: pd.DataFrame) -> list[Figure]:
    few = effects[~effects["variant"].str.startswith("definitions.")]
    many = effects[effects["variant"].str.startswith("definitions.")]
    many = many[many["event"] == "matured"]
    return [
        Figure(
            "variants",
            "Six conclusions under other steps, orders, noises and sizes",
            "Effect by five years, with minus without; filled: whole interval on the model's side "
            "of 0.",
            picture(plot_conclusions(few)),
            few,
        ),
        Figure(
            "definitions",
            "The same under 27 definitions of maturity",
            "Threshold / months held / breadth threshold.",
            picture(plot_conclusions(many)),
            many,
        ),
    ]


def sentences(
    effects: pd.DataFrame, levels: pd.DataFrame, against: pd.DataFrame, counted: pd.DataFrame
) -> list[str]:
    few = effects[~effects["variant"].str.startswith("definitions.")]
    total = len(few)
    same, other = (few["found"] == "same sign").sum(), (few["found"] == "other sign").sum()
    score = (
        f"Of {total} effects under {few['variant'].nunique()} variants, {same} have the model's "
        f"sign, {other} the other one, {total - same - other} can't be told from 0."
    )
    turned = few[few["found"] == "other sign"].to_dict("records")
    by_definition = counted.to_dict("records")
    ended = levels[levels["event"] == "dissolved"].set_index("variant")
    said = ", ".join(
        f"{name.partition('.')[2].replace('_', ' ')} {100 * ended.loc[name, 'estimate']:.0f} %"
        for name in _steps(ended.index)
    )
    return [
        score,
        *(f"{row['done']}, {row['event']}, {row['variant']}: {_said(row)}." for row in turned),
        *(f"{row['quantity']}: {row['estimate']:.0f} of {row['n']}." for row in by_definition),
        f"Dissolved by five years, nothing done, by time step: {said}.",
    ]


def _steps(variants_there: Sequence[str]) -> list[str]:
    return [name for name in variants_there if name.startswith("step.")]


def _said(row: Mapping[str, object]) -> str:
    low, middle, high = (100 * float(str(row[name])) for name in ("low", "estimate", "high"))
    return f"{middle:+.1f} points ({low:+.1f} to {high:+.1f})"


def limits() -> list[str]:
    return [
        (
            "One set of parameters for each variant: the defaults, converted, not calibrated "
            "again. So a level that leaves its band says how much hangs on the form, not that the "
            "form is wrong."
        ),
        "What a step allows at most can't be converted: two people meet at most once a step.",
        "Weeks and quarters have luck of their own; order and noise share seeds with the model.",
        "Not varied: the form of each rule. Peers' rules are compared by the scorecard.",
    ]
