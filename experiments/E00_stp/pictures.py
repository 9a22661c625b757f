"""The figures of the report, each with the numbers that it shows."""

from __future__ import annotations

import pandas as pd
import story as one_story
from arms import ARMS, LIFTED, MANDATED, STP, VOLUNTARY, VOLUNTARY_COORDINATOR, Arm
from designation import plot_maturity_over_designation
from tables import AllRuns, incidence

from trustsim import data
from trustsim.figures import (
    plot_arms_incidence,
    plot_paired_effect,
    plot_partnership_story,
    plot_status_stack,
)
from trustsim.figures.labels import note
from trustsim.figures.runs import draw_incidence
from trustsim.figures.style import BLUE, DARK, SMALL, VERMILION, axes_or_new
from trustsim.report import Figure, picture

DESIGNATION_MONTHS = 84  # two years beyond the last designation
HELD = ("matured", "dissolved", "months not mature", "months alive", "tokenistic months", "value")


def status(runs: AllRuns, arm: Arm) -> Figure:
    """Where the partnerships of an arm stand."""
    table = runs[arm.key].occupancy
    return Figure(
        f"status_{arm.key}",
        f"Where they stand: {arm.name}",
        f"Share of partnerships in each status, month by month ({arm.name}: {arm.meaning}).",
        picture(plot_status_stack(table)),
        table[["month", "forming", "mature", "tokenistic", "dissolved"]],
    )


def matured(runs: AllRuns) -> Figure:
    """Time-to-maturity in all arms."""
    tables = {arm.name: incidence(runs[arm.key], "matured") for arm in ARMS}
    ax = plot_arms_incidence({name.replace(" with ", "\nwith "): t for name, t in tables.items()})
    return Figure(
        "matured",
        "Maturity, arm by arm",
        "Share of all partnerships that have matured by then. Who dissolves first never matures. "
        "Maturity counts once it has held for six months, so none is seen in the last half-year.",
        picture(ax),
        pd.concat(tables, names=["arm", None]).reset_index("arm"),
    )


def dissolved(runs: AllRuns) -> Figure:
    """Dissolution in the arms that allow it."""
    arms = (VOLUNTARY, VOLUNTARY_COORDINATOR, MANDATED)
    tables = {arm.name: incidence(runs[arm.key], "dissolved") for arm in arms}
    ax = plot_arms_incidence({name.replace(" with ", "\nwith "): t for name, t in tables.items()})
    return Figure(
        "dissolved",
        "Dissolution, where members may leave",
        "Share of all partnerships that have ended by then.",
        picture(ax),
        pd.concat(tables, names=["arm", None]).reset_index("arm"),
    )


def coordinator(contrasts: pd.DataFrame, arm: Arm) -> Figure:
    """What a coordinator changed in the partnerships of an arm."""
    rows = contrasts[(contrasts["baseline_arm"] == arm.key) & contrasts["outcome"].isin(HELD)]
    rows = rows[rows["question"].str.startswith("a coordinator")]
    if not rows.loc[rows["outcome"] == "dissolved", "spread"].any():
        rows = rows[~rows["outcome"].isin(["dissolved", "months alive"])]
    return Figure(
        f"coordinator_{arm.key}",
        f"What a coordinator changed: {arm.name}",
        "Paired differences: with the coordinator minus without, the same partnerships with the "
        "same luck. Each is drawn in standard deviations between partnerships; its own unit "
        "stands at the right.",
        picture(plot_paired_effect(rows)),
        rows,
    )


def mandate(contrasts: pd.DataFrame, outcome: str, month: int, title: str, name: str) -> Figure:
    """The mandate and the ban on leaving, together and each alone, on one outcome."""
    wanted = (contrasts["outcome"] == outcome) & contrasts["question"].str.contains("mandate")
    rows = contrasts[wanted & (contrasts["month"] == month)]
    ax = plot_paired_effect(rows.assign(outcome=rows["question"]))
    return Figure(
        name,
        title,
        "Paired differences between two arms that differ only in what is named at the left.",
        picture(ax),
        rows,
    )


def nominal(runs: AllRuns) -> Figure:
    """Mature by show and mature in fact, in the STP and where the mandate is lifted."""
    tables = {
        f"{arm.name}:\n{words}": incidence(runs[arm.key], kind)
        for arm in (STP, LIFTED)
        for kind, words in (("declared", "declared by show"), ("matured", "mature in fact"))
    }
    ax = plot_arms_incidence(tables)
    ax.set_ylabel("share of partnerships by then")
    shown = {name.replace("\n", " "): table for name, table in tables.items()}
    return Figure(
        "nominal",
        "Mature by show, mature in fact",
        "A sponsor declares a partnership mature when its visible show passes a bar; it is mature "
        "in fact when trust is broad and joint habits hold for six months.",
        picture(ax),
        pd.concat(shown, names=["line", None]).reset_index("line"),
    )


def designation(runs: AllRuns) -> Figure:
    """Simulated maturity over the dates on which English systems were designated."""
    units = data.read("ics_units")
    curves = {kind: incidence(runs[STP.key], kind) for kind in ("declared", "matured")}
    curves = {kind: table[table["month"] <= DESIGNATION_MONTHS] for kind, table in curves.items()}
    ax = axes_or_new(None)
    draw_incidence(curves["declared"], ax, label="simulated: declared\nmature by its show")
    plot_maturity_over_designation(curves["matured"], units, ax)
    ax.set_xlabel("years since start (England: since March 2016)")
    return Figure(
        "designation",
        "Simulated maturity over the real designations",
        "Dots with bars: share of the 42 English systems designated by an inspection, with "
        "Wilson's 95 % interval; hatched: when, between two inspections, is not known. The last "
        "13, forced by the deadline of April 2021, are censored at the cross. The simulated "
        "curves were not fitted to these dates.",
        picture(ax),
        pd.concat(curves, names=["curve", None]).reset_index("curve"),
    )


def story(told: one_story.Story, coordinated: bool) -> Figure:
    """The partnership of the story, in one of its two arms."""
    partnership = told.coordinated if coordinated else told.without
    months = one_story.months_of(partnership)
    how = "with a coordinator" if coordinated else "as it was"
    ax = plot_partnership_story(months, one_story.turning_points(partnership))
    return Figure(
        f"story_{'with' if coordinated else 'without'}_coordinator",
        f"Partnership {told.replicate}, {how}",
        f"Trust between people, maturity, frustration, and the show that a sponsor sees, {how}.",
        picture(ax),
        months,
    )


def calibrated(ranges: pd.DataFrame) -> Figure:
    """Shares at the defaults, beside their spread over the calibrated points."""
    rows = ranges[ranges["unit"].str.contains("share")].reset_index(drop=True)
    ax = axes_or_new(None, width=8.2, height=1.2 + 0.34 * len(rows))
    heights = range(len(rows) - 1, -1, -1)
    ax.axvline(0, color=DARK, lw=0.8)
    ax.hlines(heights, 100 * rows["lowest"], 100 * rows["highest"], color=BLUE, lw=1)
    ax.hlines(heights, 100 * rows["tenth"], 100 * rows["ninetieth"], color=BLUE, lw=5, alpha=0.45)
    ax.plot(100 * rows["median"], heights, "|", color=BLUE, ms=11, mew=2)
    ax.plot(100 * rows["defaults"], heights, "D", color=VERMILION, ms=5)
    ax.set_yticks(heights, rows["quantity"], fontsize=SMALL)
    ax.set_xlabel("per cent of partnerships, or difference in percentage points")
    points = int(rows["points"].iloc[0])
    note(ax, f"diamond: defaults; stroke: median of {points} points; bar: middle 80 %; line: all")
    return Figure(
        "calibrated",
        "The same answers at other calibrated parameters",
        "Every point meets the calibration targets of voluntary partnerships as the defaults do.",
        picture(ax),
        rows,
    )
