"""What the catalogue's numbers say, in sentences computed from them."""

from __future__ import annotations

import pandas as pd
from costs import ADDITIONAL, NO_GAIN, PRICED

from trustsim.scenarios.interventions.definition import BULLET, REMEDY

MAIN = 60
PLURAL = {REMEDY: "Slow remedies", BULLET: "Silver bullets"}


def sentences(
    effects: pd.DataFrame,
    costs: pd.DataFrame,
    patterns: pd.DataFrame,
    explained: pd.DataFrame,
    found: pd.DataFrame,
) -> list[str]:
    """Plain conclusions."""
    matured = effects[(effects["outcome"] == "matured") & (effects["month"] == MAIN)]
    return [
        *(_of_kind(matured, kind) for kind in (REMEDY, BULLET)),
        _groups(found),
        _prices(costs),
        _unpriced(costs),
        *_turns(patterns),
        _harmed(effects),
        _why(explained),
    ]


def _of_kind(matured: pd.DataFrame, kind: str) -> str:
    rows = matured[matured["kind"] == kind].sort_values("difference", ascending=False)
    parts = {
        "more": rows[rows["low"] > 0],
        "fewer": rows[rows["high"] < 0],
        "as many, as far as can be seen,": rows[(rows["low"] <= 0) & (rows["high"] >= 0)],
    }
    said = []
    for words, some in parts.items():
        if len(some):
            effects = ", ".join(_effect(row) for row in some.to_dict("records"))
            said.append(f"{words} matured by year 5 with {effects}")
    return f"{PLURAL[kind]}: {'; '.join(said)} (percentage points)."


def _effect(row: dict[str, object]) -> str:
    middle, low, high = (100 * float(str(row[key])) for key in ("difference", "low", "high"))
    return f"{_plain(row['arm'])} ({middle:+.1f}, {low:+.1f} to {high:+.1f})"


def _groups(found: pd.DataFrame) -> str:
    row = found.set_index("quantity").loc["remedies minus bullets: matured by year 5"]
    middle, low, high = (100 * row[key] for key in ("estimate", "low", "high"))
    return (
        f"The mean remedy does {middle:.1f} points ({low:.1f} to {high:.1f}) more for maturity by "
        "year 5 than the mean bullet, each at its full dose and not at equal cost."
    )


def _prices(costs: pd.DataFrame) -> str:
    rows = costs[(costs["gain"] == ADDITIONAL) & (costs["reading"] == PRICED)]
    rows = rows.sort_values("estimate")
    if rows.empty:
        return "Nothing here has a price: no gain in maturity is sure at this size."
    said = ", ".join(f"{_plain(row.arm)} {row.reads}" for row in rows.itertuples())
    return f"For each additional partnership matured by year 5: {said}."


def _unpriced(costs: pd.DataFrame) -> str:
    rows = costs[(costs["gain"] == ADDITIONAL) & (costs["reading"] == NO_GAIN)]
    rows = rows[rows["kind"] == BULLET]
    if rows.empty:
        return "Every bullet makes more partnerships mature."
    said = ", ".join(f"{_plain(row.arm)} ({row.cost:.1f})" for row in rows.itertuples())
    return f"No gain to pay for, in brackets the person-months spent by year 5: {said}."


def _turns(patterns: pd.DataFrame) -> list[str]:
    said = []
    for pattern in ("better before worse", "worse before better"):
        rows = patterns[patterns["pattern"] == pattern]
        if len(rows):
            names = ", ".join(
                f"{_plain(row.arm)} ({row.curve}, month {row.crosses:.0f})"
                for row in rows.itertuples()
            )
            said.append(f"{pattern.capitalize()}: {names}.")
    return said


def _harmed(effects: pd.DataFrame) -> str:
    rows = effects[(effects["outcome"] == "value") & (effects["low"] > 0)]
    if rows.empty:
        return "No arm surely raises mean value."
    rows = rows.sort_values("worse")
    return (
        f"Where the mean gains, some may lose: {len(rows)} arms raise mean value; the share of "
        f"partnerships that they leave with less than their twins runs from "
        f"{_share_of(rows.iloc[0])} to {_share_of(rows.iloc[-1])}."
    )


def _why(explained: pd.DataFrame) -> str:
    rows = explained[(explained["outcome"] == "matured") & (explained["month"] == MAIN)]
    said = ", ".join(_effect(row) for row in rows.to_dict("records"))
    return f"Run after the verdicts, the change of the share matured by year 5 with {said}."


def _share_of(row: pd.Series) -> str:
    return f"{100 * row['worse']:.1f} % ({_plain(row['arm'])})"


def _plain(arm: object) -> str:
    return str(arm).replace("_", " ")


def limits(replicates: int) -> list[str]:
    """What the catalogue at the defaults can't tell."""
    return [
        "Defaults only: one setting, full doses, nothing combined. Other settings may turn a sign.",
        "Arms are comparable by their costs alone, and those are stated by the catalogue.",
        "Selection in force from the start chooses the founders too, not only their successors.",
        "Bullets that last are in force for all ten years; a real one may be lifted sooner.",
        f"Intervals cover the luck of {replicates:,} partnerships, not doubt about the model.",
        "Nothing is adjusted for looking at many arms.",
        "Value counts nothing once a partnership has dissolved; what members do then is outside.",
    ]
