"""The answers in sentences: every number and every word of comparison is taken from the tables."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from arms import LIFTED, STP, VOLUNTARY, Arm

from trustsim.report.words import Estimate, cell, look_up, moment

Tables = Mapping[str, pd.DataFrame]

IN_STP, IN_TWIN = "a coordinator, in the STP", "a coordinator, in the voluntary twin"


def headlines(found: Tables) -> list[str]:
    """The answers that the report leads with."""
    return [
        falling_apart(found),
        talking_shops(found),
        time_to_maturity(found),
        coordinator(found, IN_STP),
        coordinator(found, IN_TWIN),
        mandate(found),
        show_and_fact(found),
        leaders(found),
        beside_england(found),
    ]


def falling_apart(found: Tables) -> str:
    table = of(found["attrition"], VOLUNTARY)
    months = months_of(table)
    shares = series(table, "dissolved", months)
    lost = cell(look_up(table, "mean members lost", months[-1]))
    return (
        f"How many fall apart? Left free to leave, voluntary twins dissolved {shares}; by "
        f"{moment(months[-1])} they had lost {lost} members on average (12 sat down at the start; "
        "seats may be filled again). No STP dissolved, because none could: that is an assumption "
        "of the setting, not a result."
    )


def talking_shops(found: Tables) -> str:
    table, twin = of(found["status"], STP), of(found["status"], VOLUNTARY)
    shops = table[table["quantity"] == "tokenistic"]
    peak = int(shops.loc[shops["estimate"].idxmax(), "month"])
    months = [month for month in (60, 120) if month in set(shops["month"]) and month > peak]
    later = "".join(f", {cell(look_up(table, 'tokenistic', m))} at {moment(m)}" for m in months)
    return (
        f"How many become talking shops? Of the STPs {cell(look_up(table, 'tokenistic', peak))} "
        f"were talking shops at {moment(peak)}, the most at the end of any year{later}. Of the "
        "voluntary twins still alive at that time it was "
        f"{cell(look_up(twin, 'tokenistic among survivors', peak))}."
    )


def time_to_maturity(found: Tables) -> str:
    parts = []
    for arm in (STP, VOLUNTARY):
        table = of(found["maturity"], arm)
        months = sorted(set(table.loc[table["quantity"] == "matured", "month"]))
        text = f"{arm.name}: matured {series(table, 'matured', months)}"
        median = look_up(table, "median month of those matured", months[-1])
        if median.n:
            text += f"; half of those that got there did so by month {cell(median)}"
        mean = look_up(table, "months not mature, restricted mean", months[-1])
        parts.append(f"{text}; {cell(mean)} of the {months[-1]} months passed without maturity")
    return f"How long does maturity take? {'. '.join(parts)}."


def coordinator(found: Tables, question: str) -> str:
    rows = found["contrasts"][found["contrasts"]["question"] == question]
    last = int(rows.loc[rows["outcome"] == "matured", "month"].max())
    early = min(60, last)
    first, ten = effect(rows, "matured", early), effect(rows, "matured", last)
    wait = effect(rows, "months not mature", last)
    where = "STPs" if question == IN_STP else "voluntary twins"
    text = (
        f"What would a coordinator have changed in the same {where}? Mature by {moment(early)}: "
        f"{change(first)}; by {moment(last)}: {change(ten)}. The wait for maturity within the "
        f"{last} months changed by {change(wait)}: shorter in {percent(wait['better'])} of the "
        f"partnerships, longer in {percent(wait['worse'])}, the same in {percent(wait['same'])}."
    )
    if effect(rows, "dissolved", last)["spread"] > 0:
        text += f" Dissolved by {moment(last)}: {change(effect(rows, 'dissolved', last))}."
    return text


def mandate(found: Tables) -> str:
    contrasts = found["contrasts"]
    last = int(contrasts.loc[contrasts["outcome"] == "matured", "month"].max())
    parts = []
    for question, words in (
        ("mandate and no exit together", "STP against its voluntary twin"),
        ("the mandate, where none may leave", "the mandate alone, where none may leave"),
        ("the mandate, where members may leave", "the mandate alone, where members may leave"),
        ("no exit, without a mandate", "no exit alone, without a mandate"),
        ("no exit, under the mandate", "no exit alone, under the mandate"),
    ):
        rows = contrasts[contrasts["question"] == question]
        parts.append(f"{words}: {change(effect(rows, 'matured', last))}")
    free = contrasts[contrasts["question"] == "the mandate, where members may leave"]
    return (
        f"What does the mandate do? Mature by {moment(last)}: {'; '.join(parts)}. Where members "
        f"may leave, the mandate changed the share dissolved by {moment(last)} by "
        f"{change(effect(free, 'dissolved', last))}."
    )


def show_and_fact(found: Tables) -> str:
    parts = []
    for arm in (STP, LIFTED):
        table = of(found["nominal"], arm)
        last = months_of(table)[-1]
        shown, real, empty = (
            cell(look_up(table, quantity, last))
            for quantity in (
                "declared mature by its show",
                "mature in fact",
                "declared, not mature",
            )
        )
        parts.append(
            f"{arm.name}: by {moment(last)} {shown} had been declared mature for their visible "
            f"show and {real} were mature in fact; {empty} had been declared and were not"
        )
    return f"Mature by show, or in fact? {'. '.join(parts)}."


def leaders(found: Tables) -> str:
    table = found["turnover"]
    row = table[table["who"] == f"simulated, {STP.name}"].iloc[0]
    counted = table.loc[table["source"].notna(), "rate"]
    listed = ", ".join(f"{rate:.2f}" for rate in counted)
    return (
        f"How often do leaders change? In the simulated STPs {row['rate']:.3f} times a year and "
        f"post ({row['low']:.3f} to {row['high']:.3f}); counted in England: {listed}. This is "
        "input, not a finding: the tenure was set from the first of these counts."
    )


def beside_england(found: Tables) -> str:
    table = found["designation"]
    if not len(table):
        return "Beside England: the simulated months end before the first inspection."
    parts = [f"simulated maturity {nearness(table, 'matured')}"]
    parts.append(f"maturity by show {nearness(table, 'declared')}")
    return (
        "Is the simulated curve near the real designations? "
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
    effects = ranges[ranges["unit"].str.startswith("difference of")]
    same = effects[(effects["lowest"] > 0) | (effects["highest"] < 0)]
    outside = ranges[(ranges["defaults"] < ranges["lowest"]) | (ranges["defaults"] > ranges["highest"])]
    return (
        f"Over {int(ranges['points'].iloc[0])} calibrated points the sign of {len(same)} of "
        f"{len(effects)} effects on maturity by year 5 is the same at every point"
        f"{listed(same['quantity'])}. The defaults lie outside the whole range for {len(outside)} "
        f"of {len(ranges)} quantities{listed(outside['quantity'])}."
    )


# Small words.


def of(table: pd.DataFrame, arm: Arm) -> pd.DataFrame:
    """The rows of one arm."""
    return table[table["arm"] == arm.key]


def months_of(table: pd.DataFrame) -> list[int]:
    """The months that a table reports, in order."""
    return sorted({int(month) for month in table["month"]})


def series(table: pd.DataFrame, quantity: str, months: list[int]) -> str:
    """In 10.0 % (9.1 to 10.9) by year 3, ..."""
    return ", ".join(f"{cell(look_up(table, quantity, m))} by {moment(m)}" for m in months)


def effect(rows: pd.DataFrame, outcome: str, month: int) -> pd.Series:
    """One paired difference."""
    return rows[(rows["outcome"] == outcome) & (rows["month"] == month)].iloc[0]


def change(row: pd.Series) -> str:
    """A paired difference with its interval, as it is said.

    A share is a difference in points; its two ends stand before it.
    """
    if row["unit"].startswith("share"):
        low, middle, high = (100 * row[name] for name in ("low", "difference", "high"))
        ends = f"from {percent(row['baseline'])} to {percent(row['other'])}"
        return signed(f"{ends}, {middle:+.1f} points ({low:+.1f} to {high:+.1f})")
    estimate = f"{row['difference']:+.1f} {row['unit']}"
    return signed(f"{estimate} ({row['low']:+.1f} to {row['high']:+.1f})")


def percent(share: float) -> str:
    """A share with one decimal."""
    return cell(Estimate(share, float("nan"), float("nan"), "share", 0))


def signed(text: str) -> str:
    """Real minus signs."""
    return text.replace("-", "\N{MINUS SIGN}")


def capital(text: str) -> str:
    """The first letter large."""
    return text[:1].upper() + text[1:]


def listed(names: pd.Series) -> str:
    """Names in brackets, or nothing."""
    return f" ({'; '.join(names)})" if len(names) else ""
