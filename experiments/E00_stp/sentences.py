"""The answers in sentences: every number and every word of comparison is taken from the tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from arms import LIFTED, STP, VOLUNTARY, Arm
from tables import BAN_ALONE, BAN_MANDATED, IN_STP, IN_TWIN, MANDATE_FREE, MANDATE_LOCKED, TOGETHER

from trustsim.report.words import Estimate, cell, look_up, moment

Tables = Mapping[str, pd.DataFrame]


def headlines(found: Tables) -> dict[str, str]:
    """The answers that the report leads with, by question."""
    return {
        "How many fall apart?": falling_apart(found),
        "How many become talking shops?": talking_shops(found),
        "How long does maturity take?": f"{maturity(found, STP)} {maturity(found, VOLUNTARY)}",
        "What would a coordinator have changed in the same STPs?": coordinator(found, IN_STP),
        "And in their voluntary twins?": coordinator(found, IN_TWIN),
        "What do the mandate and the ban on leaving do?": mandate(found),
        "Mature by show, or in fact?": f"{show(found, STP)} {show(found, LIFTED)}",
        "How often do leaders change?": leaders(found),
        "Is the simulated curve near the real designations?": beside_england(found),
    }


def falling_apart(found: Tables) -> str:
    table = of(found["attrition"], VOLUNTARY)
    months = months_of(table)
    lost = cell(look_up(table, "mean members lost", months[-1]))
    return (
        f"Of the voluntary twins, {series(table, 'dissolved', months)} had dissolved; by "
        f"{moment(months[-1])} they had lost {lost} members on average (12 sat down at the start; "
        "seats may be filled again). No STP dissolved, because none could: that is how the "
        "setting is defined, not a result."
    )


def talking_shops(found: Tables) -> str:
    table, twin = of(found["status"], STP), of(found["status"], VOLUNTARY)
    months = [month for month in (36, 60, 84, 120) if month in months_of(table)]
    months = months or months_of(table)
    alive = "tokenistic among survivors"
    shops = table[table["quantity"] == "tokenistic"]
    most = shops.loc[shops["estimate"].idxmax()]
    return (
        f"Of the STPs {series(table, 'tokenistic', months, 'in')} were talking shops; of the "
        f"voluntary twins still alive then, {series(twin, alive, months, 'in')}. The most at the "
        f"end of any year was {percent(most['estimate'])} of STPs in {moment(int(most['month']))}; "
        "year 2 is the first at whose end the definition can be met."
    )


def maturity(found: Tables, arm: Arm) -> str:
    table = of(found["maturity"], arm)
    months = sorted({int(m) for m in table.loc[table["quantity"] == "matured", "month"]})
    text = f"Of the {arm.name}s {series(table, 'matured', months)} had matured"
    median = look_up(table, "median month of those matured", months[-1])
    if median.n:
        text += f"; half of those that got there did so by month {cell(median)}"
    mean = look_up(table, "months not mature, restricted mean", months[-1])
    return f"{text}. On average {cell(mean)} of {months[-1]} months passed without maturity."


def coordinator(found: Tables, question: str) -> str:
    rows = found["contrasts"][found["contrasts"]["question"] == question]
    last = int(rows.loc[rows["outcome"] == "matured", "month"].max())
    early = min(60, last)
    first, ten = effect(rows, "matured", early), effect(rows, "matured", last)
    wait = effect(rows, "months not mature", last)
    lead = direction(
        wait,
        fewer="They would have matured sooner",
        more="They would have matured later",
        neither="Nothing that could be told from luck",
    )
    text = (
        f"{lead}. Mature by {moment(early)}: {change(first)}; by {moment(last)}: {change(ten)}. "
        f"The wait for maturity within the {last} months changed by {change(wait)} on average: "
        f"shorter in {percent(wait['better'])} of the partnerships, longer in "
        f"{percent(wait['worse'])}, the same in {percent(wait['same'])}."
    )
    if effect(rows, "dissolved", last)["spread"] > 0:
        text += f" Dissolved by {moment(last)}: {change(effect(rows, 'dissolved', last))}."
    ratio = wait["variance_ratio"]
    if ratio == ratio:
        text += (
            " Because twins share their luck, the variance of that difference in waiting is "
            f"{ratio:.2f} of what it would be between strangers."
        )
    return text


def mandate(found: Tables) -> str:
    contrasts = found["contrasts"]
    last = int(contrasts.loc[contrasts["outcome"] == "matured", "month"].max())

    def said(question: str, outcome: str) -> str:
        return change(effect(contrasts[contrasts["question"] == question], outcome, last))

    alone = {
        direction(
            effect(contrasts[contrasts["question"] == question], "matured", last),
            more="helps",
            fewer="hinders",
            neither="does not clearly move",
        )
        for question in (MANDATE_LOCKED, MANDATE_FREE)
    }
    lead = alone.pop() if len(alone) == 1 else "helps in one case but not in the other:"
    return (
        f"By itself the mandate {lead} maturity. Mature by {moment(last)}, STPs against their "
        f"voluntary twins: {said(TOGETHER, 'matured')}. Taken apart: the mandate changes it "
        f"{said(MANDATE_LOCKED, 'matured')}, where none may leave, and "
        f"{said(MANDATE_FREE, 'matured')}, where members may; the ban on leaving, "
        f"{said(BAN_ALONE, 'matured')}, without a mandate, and {said(BAN_MANDATED, 'matured')}, "
        f"under one. Where members may leave, the mandate changes the share dissolved by "
        f"{moment(last)} {said(MANDATE_FREE, 'dissolved')}."
    )


def show(found: Tables, arm: Arm) -> str:
    table = of(found["nominal"], arm)
    month = 60 if 60 in months_of(table) else months_of(table)[-1]
    shown, real, empty = (
        cell(look_up(table, quantity, month))
        for quantity in ("declared mature by its show", "mature in fact", "declared, not mature")
    )
    named = "STPs" if arm == STP else "same partnerships with the mandate lifted"
    return (
        f"By {moment(month)}, {shown} of the {named} had been declared mature for their visible "
        f"show and {real} were or had been mature in fact; {empty} had been declared and were not."
    )


def leaders(found: Tables) -> str:
    table = found["turnover"]
    row = table[table["who"] == f"simulated, {STP.name}"].iloc[0]
    counted = table.loc[table["source"].notna(), "rate"]
    listed = ", ".join(f"{rate:.2f}" for rate in counted)
    return (
        f"In the simulated STPs {row['rate']:.3f} times a year and post "
        f"({row['low']:.3f} to {row['high']:.3f}); counted in England: {listed}. This is "
        "input, not a finding: the tenure was set from the first of these counts."
    )


def beside_england(found: Tables) -> str:
    table = found["designation"]
    if not len(table):
        return "Beside England: the simulated months end before the first inspection."
    parts = [f"simulated maturity {nearness(table, 'matured')}"]
    parts.append(f"maturity by show {nearness(table, 'declared')}")
    return (
        f"{capital('; '.join(parts))}. Designation was an act of policy with a deadline, so a near "
        "curve would prove little; nothing was tuned to it."
    )


def nearness(table: pd.DataFrame, kind: str) -> str:
    """How many of the inspections a curve passes near to, and where it is furthest off."""
    inside, total = int(table[f"{kind}_near"].sum()), len(table)
    gaps = table[kind] - table["designated"]
    worst = gaps.abs().idxmax()
    side = "below" if gaps[worst] < 0 else "above"
    word = "is near" if inside == total else ("is not near" if inside < 3 else "is partly near")
    return (
        f"{word}: inside the data's own 95 % interval at {inside} of {total} inspections, furthest "
        f"off at {table.loc[worst, 'years']:g} years ({percent(table.loc[worst, kind])} against "
        f"{percent(table.loc[worst, 'designated'])}, {abs(100 * gaps[worst]):.0f} points {side})"
    )


def spread_over_points(ranges: pd.DataFrame) -> str:
    """How far the answers move over the calibrated points."""
    shares = ranges[ranges["unit"] == "share of partnerships"]
    levels = shares[shares["quantity"].str.contains("dissolved by year 5|: matured by year 10")]
    said = [
        f"{row.quantity}, {percent(row.lowest)} to {percent(row.highest)} (defaults "
        f"{percent(row.defaults)})"
        for row in levels.itertuples()
    ]
    effects = ranges[ranges["unit"] == "difference of shares"]
    same = effects[(effects["lowest"] >= 0) | (effects["highest"] <= 0)]
    names = [name.partition(":")[0] for name in same["quantity"]]
    kept = "; ".join(names) if names else "none"
    return (
        f"Over {int(ranges['points'].iloc[0])} calibrated points: {'; '.join(said)}. Effects on "
        f"maturity that never change sides ({len(same)} of {len(effects)}): {kept}."
    )


def finding(row: Any) -> str:
    """What was found about a prediction, in its unit."""
    if row.unit == "difference of shares":
        return points(row.estimate, row.low, row.high)
    if row.unit.startswith("of "):
        return f"{row.estimate:g} {row.unit}"
    text = cell(Estimate(row.estimate, row.low, row.high, row.unit, 0))
    return text if row.unit.startswith("share") else f"{text} {row.unit}"


def verdicts_in_markdown(predictions: pd.DataFrame) -> str:
    """Predictions, findings and verdicts as the table of the README."""
    rows = [
        f"| {row.prediction} | {finding(row)} | {row.verdict} |" for row in predictions.itertuples()
    ]
    return "\n".join(["| prediction | found | verdict |", "| --- | --- | --- |", *rows]) + "\n"


# Small words.


def of(table: pd.DataFrame, arm: Arm) -> pd.DataFrame:
    """The rows of one arm."""
    return table[table["arm"] == arm.key]


def months_of(table: pd.DataFrame) -> list[int]:
    """The months that a table reports, in order."""
    return sorted({int(month) for month in table["month"]})


def series(table: pd.DataFrame, quantity: str, months: list[int], when: str = "by") -> str:
    """The quantity at each month: 10.0 % (9.1 to 10.9) by year 3 and 20.0 % (...) by year 5."""
    parts = [f"{cell(look_up(table, quantity, month))} {when} {moment(month)}" for month in months]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def direction(row: pd.Series, *, more: str, fewer: str, neither: str) -> str:
    """Words for an effect, by the side of no change that its interval lies on."""
    if row["low"] > 0:
        return more
    return fewer if row["high"] < 0 else neither


def effect(rows: pd.DataFrame, outcome: str, month: int) -> pd.Series:
    """One paired difference."""
    return rows[(rows["outcome"] == outcome) & (rows["month"] == month)].iloc[0]


def change(row: pd.Series) -> str:
    """A paired difference with its interval, as it is said.

    A share is a difference in points; its two ends stand before it.
    """
    if row["unit"] == "share of partnerships":
        ends = f"from {percent(row['baseline'])} to {percent(row['other'])}"
        return f"{ends}, {points(row['difference'], row['low'], row['high'])}"
    estimate = f"{row['difference']:+.1f} {row['unit']}"
    return signed(f"{estimate} ({row['low']:+.1f} to {row['high']:+.1f})")


def points(estimate: float, low: float, high: float) -> str:
    """A difference of shares, in percentage points.

    >>> points(0.051, 0.042, 0.06)
    '+5.1 points (+4.2 to +6.0)'
    """
    middle, bottom, top = (100 * value for value in (estimate, low, high))
    return signed(f"{middle:+.1f} points ({bottom:+.1f} to {top:+.1f})")


def percent(share: float) -> str:
    """A share with one decimal."""
    return cell(Estimate(share, float("nan"), float("nan"), "share", 0))


def signed(text: str) -> str:
    """Real minus signs."""
    return text.replace("-", "\N{MINUS SIGN}")


def capital(text: str) -> str:
    """The first letter large."""
    return text[:1].upper() + text[1:]


def yes(which: object) -> str:
    return "yes" if which else "no"
