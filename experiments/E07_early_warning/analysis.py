"""What a partner can see early, against who dissolves later, on luck and points not trained on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd
from E00_calibration.ensemble import ensemble
from E07_early_warning.pictures import plot_calibration, plot_early_warning, plot_skill_by_month
from E07_early_warning.skill import (
    ELSEWHERE,
    FRESH,
    auc_difference,
    brier_skill,
    calibration_curve,
    forecast_skill,
)
from E07_early_warning.warning import LOGISTIC, SETS, TREES, VISIBLE, early_warning_forecasts
from harness import Analysis

from trustsim.analysis.intervals import mean_of_differences
from trustsim.report import Figure, Table, picture
from trustsim.scenarios.scenario import Scenario

TITLE = "Early warning"
FULL = {"replicates": 4000, "seed": 70, "months": 60, "points": 84, "at_each": 300}
TOY = {"replicates": 80, "seed": 70, "months": 60, "points": 4, "at_each": 30}
LOOKS = (3, 6, 12, 24)
MAIN = 12
AUC, SKILL, SLOPE, GAP = "area under the curve", "share", "slope", "area under the curve"


def analyse(
    scenario: Scenario, sizes: Mapping[str, int], progress: Callable[[int], object]
) -> Analysis:
    made = early_warning_forecasts(
        scenario,
        replicates=sizes["replicates"],
        seed=sizes["seed"],
        by=sizes["months"],
        looks=LOOKS,
        main=MAIN,
        elsewhere=ensemble(scenario)[: sizes["points"]],
        at_each=sizes["at_each"],
        progress=progress,
    )
    skill = forecast_skill(made)
    curve = calibration_curve(chosen(made, MAIN, "visible", None))
    measured = pd.DataFrame(quantities(made, skill))
    return Analysis(
        measured,
        tables(skill, curve),
        figures(skill, curve),
        sentences(measured.set_index("quantity"), skill),
        limits(sizes),
    )


def chosen(
    made: pd.DataFrame, look: int, predictor: str, test: str | None = FRESH, method: str = LOGISTIC
) -> pd.DataFrame:
    """Forecasts of one predictor; None: of all tests."""
    rows = made[(made["look"] == look) & (made["predictor"] == predictor)]
    rows = rows[rows["method"] == method]
    return rows if test is None else rows[rows["test"] == test]


def quantities(made: pd.DataFrame, skill: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Everything measured, one row a quantity."""
    for row in skill[skill["method"] == LOGISTIC].to_dict("records"):
        test = "fresh" if row["test"] == FRESH else "transport"
        measure = str(row["measure"]).replace(" ", "_")
        if measure != "auc" and row["predictor"] not in SETS:
            continue
        unit = {"auc": AUC, "brier_skill": SKILL, "calibration_slope": SLOPE}[measure]
        yield {
            "quantity": f"{measure}.{row['look']}.{row['predictor']}.{test}",
            **{name: row[name] for name in ("estimate", "low", "high")},
            "unit": unit,
            "n": row["n"],
        }
    seen = chosen(made, MAIN, "visible")
    pairs = {
        "12.value_minus_breach": (chosen(made, MAIN, "value"), chosen(made, MAIN, "breach")),
        "12.value_minus_meetings": (chosen(made, MAIN, "value"), chosen(made, MAIN, "meetings")),
        "12.everything_minus_visible": (chosen(made, MAIN, "everything"), seen),
        "12.trees_minus_logistic": (chosen(made, MAIN, "visible", FRESH, TREES), seen),
        "24_minus_3.visible": (chosen(made, 24, "visible"), chosen(made, 3, "visible")),
    }
    for name, (one, other) in pairs.items():
        found = auc_difference(one, other)._asdict()
        yield {"quantity": f"auc_difference.{name}", **found, "unit": GAP, "n": len(one)}
    yield skill_lost_elsewhere(made)


def skill_lost_elsewhere(made: pd.DataFrame) -> dict[str, object]:
    """Brier skill on fresh luck minus its mean over points; both errors make the interval."""
    found = brier_skill(chosen(made, MAIN, "visible"))
    here = found.estimate
    there = chosen(made, MAIN, "visible", ELSEWHERE)
    gaps = np.array([here - brier_skill(part).estimate for _, part in there.groupby("point")])
    gaps = gaps[np.isfinite(gaps)]
    half_here, over_points = (found.high - found.low) / 2, mean_of_differences(gaps)
    half = float(np.hypot(half_here, (over_points.high - over_points.low) / 2))
    middle = float(gaps.mean())
    return {
        "quantity": "brier_skill_difference.12.visible.fresh_minus_transport",
        "estimate": middle,
        "low": middle - half,
        "high": middle + half,
        "unit": SKILL,
        "n": len(there),
    }


def tables(skill: pd.DataFrame, curve: pd.DataFrame) -> list[Table]:
    return [
        Table(
            "skill",
            "Skill of each predictor",
            "Area under the curve, Brier skill and calibration slope with 95 % intervals. Other "
            "parameters: mean over calibrated points, interval over points.",
            skill,
        ),
        Table(
            "calibration",
            "Forecast and outcome",
            "Everything visible at month 12, in ten groups of equal size.",
            curve,
        ),
    ]


def figures(skill: pd.DataFrame, curve: pd.DataFrame) -> list[Figure]:
    at_main = skill[skill["look"] == MAIN]
    fresh = skill[skill["test"] == FRESH]
    return [
        Figure(
            "early_warning",
            "What foretells the end, seen by month 12",
            "Dissolved by year 5, among partnerships alive and not mature at month 12. Each thing "
            "alone (level and change), everything a partner sees, what is hidden, and both.",
            picture(plot_early_warning(at_main)),
            at_main,
        ),
        Figure(
            "by_month",
            "How skill grows with the month of looking",
            "Those at risk are others at each month: alive and not mature then.",
            picture(plot_skill_by_month(fresh)),
            fresh,
        ),
        Figure(
            "calibration",
            "Can the chances be taken at their word?",
            "Everything visible at month 12; trained at the defaults.",
            picture(plot_calibration(curve)),
            curve,
        ),
    ]


def sentences(measured: pd.DataFrame, skill: pd.DataFrame) -> list[str]:
    def told(quantity: str) -> str:
        row = measured.loc[quantity]
        return f"{row['estimate']:.2f} ({row['low']:.2f} to {row['high']:.2f})"

    alone = skill[(skill["look"] == MAIN) & (skill["measure"] == "auc")]
    alone = alone[(alone["test"] == FRESH) & alone["predictor"].isin(VISIBLE)]
    alone = alone.sort_values("estimate", ascending=False)
    best, worst = alone.iloc[0], alone.iloc[-1]
    return [
        (
            "Everything visible at month 12 ranks a partnership that will dissolve by year 5 above "
            f"one that won't with chance {told('auc.12.visible.fresh')}; 0.5 is a coin."
        ),
        (
            f"It removes {told('brier_skill.12.visible.fresh')} of the squared error of knowing "
            "only how many dissolve."
        ),
        (
            f"Alone, {best['predictor']} is best ({best['estimate']:.2f}), {worst['predictor']} "
            f"last ({worst['estimate']:.2f})."
        ),
        (
            "Knowing trust, frustration, routines and goodwill as well changes the area under the "
            f"curve by {told('auc_difference.12.everything_minus_visible')}."
        ),
        (
            f"Looking at month 3 gives {told('auc.3.visible.fresh')}, at month 24 "
            f"{told('auc.24.visible.fresh')}."
        ),
        (
            f"At other calibrated points the ranking gives {told('auc.12.visible.transport')} on "
            "average, and Brier skill "
            f"{told('brier_skill.12.visible.transport')}."
        ),
        (
            "Boosted trees instead of a straight line change the area under the curve by "
            f"{told('auc_difference.12.trees_minus_logistic')}."
        ),
    ]


def limits(sizes: Mapping[str, int]) -> list[str]:
    return [
        (
            "Skill in the model, where every partnership has the same parameters and differs by "
            "luck and people only. Real ones differ in more: real skill may be higher or lower."
        ),
        "Acts are counted without error; a real partner sees some of them and misreads others.",
        (
            "The hidden columns are means over the partnership, not the whole state: the outside "
            "options of members and the trust in each tie are left out: the true ceiling is higher."
        ),
        (
            "Intervals cover the luck of the tested partnerships, or which calibrated points "
            f"({sizes['points']} here) were met, not the luck of the one training."
        ),
        "Acting on a warning changes what it foretells; nothing here says what to do.",
    ]
