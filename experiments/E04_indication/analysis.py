"""Reaching for bullets: naive, emulated and true effects on those that reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd
from E00_calibration.ensemble import ensemble
from E04_indication.indication import (
    EARLY,
    EVERYTHING,
    LATE,
    NAIVE,
    OUTCOMES,
    SEEN,
    TRUE_NEVER,
    TRUE_NOT_NOW,
    UNADJUSTED,
    indication_contrast,
    outcomes_of,
    reaching_once,
)
from E04_indication.picture import plot_indication
from harness import Analysis

from trustsim import interventions, simulate
from trustsim.analysis.intervals import wilson
from trustsim.analysis.tables import month_numbers
from trustsim.report import Figure, Table, picture
from trustsim.scenarios.scenario import Scenario

TITLE = "Reaching for silver bullets"
FULL = {
    "replicates": 4000,
    "seed": 40,
    "months": 84,
    "latest": 60,
    "resamples": 200,
    "points": 84,
    "at_each": 300,
}
TOY = {**FULL, "replicates": 120, "resamples": 20, "points": 3, "at_each": 60}
LEAST_REACHED = 10
SHARE = "share of partnerships"
EACH = {
    "mandate": interventions.mandate(months=24),
    "deadline": interventions.deadline(months=24),
    "replace_leaders": interventions.replace_leaders(),
    "away_day": interventions.away_day(),
    "incentive": interventions.incentive(months=24),
}
MENUS = {"menu": tuple(EACH.values()), **EACH}
SHORT = {
    NAIVE: "naive",
    UNADJUSTED: "unadjusted",
    SEEN: "visible",
    EVERYTHING: "full",
    TRUE_NOT_NOW: "truth_not_now",
    TRUE_NEVER: "truth_never",
    EARLY: "early",
    LATE: "late",
}


def analyse(
    scenario: Scenario, sizes: Mapping[str, int], progress: Callable[[int], object]
) -> Analysis:
    propensity = scenario.values()["silver_bullet_propensity"]
    contrast = indication_contrast(
        scenario,
        MENUS,
        propensity=propensity,
        replicates=sizes["replicates"],
        seed=sizes["seed"],
        by=sizes["months"],
        latest=sizes["latest"],
        resamples=sizes["resamples"],
        progress=progress,
    )
    points = over_points(scenario, propensity, sizes, progress)
    measured = pd.DataFrame([*quantities(contrast), *shares_of_points(points)])
    return Analysis(
        measured,
        tables(contrast, points),
        [figure(contrast, outcome) for outcome in ("dissolved", "matured")],
        sentences(measured.set_index("quantity"), points),
        limits(),
    )


def quantities(contrast: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Estimates and differences, by name; the table has more of value and months alive."""
    truths = (TRUE_NEVER, TRUE_NOT_NOW)
    shares = contrast["outcome"].isin(["dissolved", "matured"])
    simple = contrast["method"].isin([NAIVE, TRUE_NEVER]) & contrast["against"].isin(["", *truths])
    for row in contrast[shares | simple].to_dict("records"):
        name = SHORT[row["method"]]
        if row["against"] in truths:
            name = f"bias.{name}"
        elif row["against"]:
            name = f"{name}_minus_{SHORT[row['against']]}"
        yield {
            "quantity": f"{name}.{row['bullet']}.{row['outcome'].replace(' ', '_')}",
            **{key: row[key] for key in ("estimate", "low", "high", "unit", "n")},
        }


def over_points(
    scenario: Scenario,
    propensity: float,
    sizes: Mapping[str, int],
    progress: Callable[[int], object],
) -> pd.DataFrame:
    """True and naive effect of reaching for one of five at each calibrated point, a row each."""
    rows = []
    how = {"replicates": sizes["at_each"], "seed": sizes["seed"] + 1, "months": sizes["months"]}
    for point, there in enumerate(ensemble(scenario)[: sizes["points"]]):
        # Luck of its own at each point: points are what the interval is made of.
        own = {**how, "first": point * sizes["at_each"]}
        never = outcomes_of(simulate(there.with_(silver_bullet_propensity=0), **own))
        lived = simulate(reaching_once(there, MENUS["menu"], propensity), **own)
        here = outcomes_of(lived)
        progress(2 * sizes["at_each"])
        when = month_numbers(lived.runs, "month_first_bullet")
        reached = (when > 0) & (when <= sizes["latest"])
        row: dict[str, object] = {"point": point, "reached": int(reached.sum())}
        if LEAST_REACHED <= reached.sum() <= len(reached) - LEAST_REACHED:
            true = (here - never)[reached].mean(axis=0)
            naive = here[reached].mean(axis=0) - here[~reached].mean(axis=0)
            for column, outcome in enumerate(OUTCOMES):
                row[f"truth {outcome}"], row[f"naive {outcome}"] = true[column], naive[column]
        rows.append(row)
    return pd.DataFrame(rows)


def shares_of_points(points: pd.DataFrame) -> Iterator[dict[str, object]]:
    """In how many calibrated points the true effect, or the bias of the naive one, has a sign."""
    for outcome in ("dissolved", "matured"):
        columns = [f"truth {outcome}", f"naive {outcome}"]
        known = points.reindex(columns=columns).dropna()
        truth, naive = (known[name].to_numpy(dtype=np.float64) for name in columns)
        counts = {
            f"{outcome}.share_below_zero": truth < 0,
            f"{outcome}.share_above_zero": truth > 0,
            f"{outcome}.share_naive_below_truth": naive < truth,
        }
        for name, holds in counts.items():
            bounds = wilson(int(holds.sum()), len(holds))
            yield {
                "quantity": f"ensemble.menu.{name}",
                "estimate": float(holds.mean()) if len(holds) else float("nan"),
                **bounds._asdict(),
                "unit": "share of calibrated points",
                "n": len(holds),
            }


def tables(contrast: pd.DataFrame, points: pd.DataFrame) -> list[Table]:
    return [
        Table(
            "contrast",
            "Every method, every bullet",
            "Effect on those that reached in time; 'against' names what a difference is taken to. "
            "Intervals from resampling partnerships.",
            contrast,
        ),
        Table(
            "points",
            "Each calibrated point",
            "One of five bullets, each as likely. Points where fewer than "
            f"{LEAST_REACHED} reached, or did not, have no effect.",
            points,
        ),
    ]


def figure(contrast: pd.DataFrame, outcome: str) -> Figure:
    titles = {"dissolved": "Dissolution", "matured": "Maturity"}
    return Figure(
        outcome,
        f"{titles[outcome]}: what reaching seems to do, and what it does",
        "Naive: those that reached against those that did not. Trials: one a month, from the "
        "watched world only. Truth: the same partnerships kept from reaching, for good (never) or "
        "in that month only (not now); trials estimate the latter. Menu: one of the five, each as "
        "likely.",
        picture(plot_indication(contrast, outcome)),
        contrast[(contrast["outcome"] == outcome) & (contrast["against"] == "")],
    )


def sentences(measured: pd.DataFrame, points: pd.DataFrame) -> list[str]:
    def told(quantity: str) -> str:
        row = measured.loc[quantity]
        size = [100 * float(row[name]) for name in ("estimate", "low", "high")]
        return f"{size[0]:+.1f} points ({size[1]:+.1f} to {size[2]:+.1f})"

    found = []
    for outcome in ("dissolved", "matured"):
        found.append(
            f"{outcome.capitalize()} by year 7, a mandate reached for: naive "
            f"{told(f'naive.mandate.{outcome}')}, true {told(f'truth_never.mandate.{outcome}')}."
        )
        found.append(
            f"Error of the emulated trials of a mandate, {outcome}: unadjusted "
            f"{told(f'bias.unadjusted.mandate.{outcome}')}, adjusted for what partners see "
            f"{told(f'bias.visible.mandate.{outcome}')}, for everything "
            f"{told(f'bias.full.mandate.{outcome}')}."
        )
        found.append(
            f"One of five bullets, each as likely: {outcome} "
            f"{told(f'truth_never.menu.{outcome}')} in truth, "
            f"{told(f'naive.menu.{outcome}')} naively."
        )
    signs = [
        f"{name.replace('_', ' ')} {told(f'truth_never.{name}.dissolved')} dissolved and "
        f"{told(f'truth_never.{name}.matured')} matured"
        for name in EACH
    ]
    found.append("True effects by year 7 on those that reach: " + "; ".join(signs) + ".")
    row = measured.loc["ensemble.menu.matured.share_below_zero"]
    found.append(
        f"Reaching lowers maturity in {100 * row['estimate']:.0f} % of the {int(row['n'])} "
        f"calibrated points (of {len(points)}) where enough partnerships reached."
    )
    return found


def limits() -> list[str]:
    return [
        (
            "That trials adjusted for everything find the truth follows from how reaching is "
            "modelled: above a threshold of frustration a coin decides. In life who reaches may "
            "differ in ways that nobody recorded."
        ),
        (
            "Everybody reaches once in a life at most here, and has the same chance while "
            "frustrated; who reaches again and again is not studied."
        ),
        (
            "The threshold of frustration is a hypothesis. It was lowered for this experiment, "
            "because at its default hardly anybody reaches: see README.md."
        ),
        (
            "Trials compare with 'not now, perhaps later', the naive comparison with 'never'; "
            "each is held against its own truth."
        ),
        "No effect size of a bullet is validated: signs, conditions and biases are the result.",
    ]
