"""What a comparison found, in words: the same facts on paper, on the terminal, in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from trustsim.analysis.outcomes import MONTHLY
from trustsim.report.words import NONE, SHARE, moment, plain_number, records, span

if TYPE_CHECKING:
    import pandas as pd

    from trustsim.comparison import Comparison

FIVE_YEARS = 60
ALSO_FOLLOWED = ("maturity", "mature", "alive")
"""Curves besides value that may turn: of those, a partnership that ends is the worse for all."""

PAIRED = "In brackets: 95 % intervals, of the paired difference where there is one."


class Fact(NamedTuple):
    """One thing that was found: what it is about, and a sentence."""

    topic: str
    text: str


def month_of_effects(comparison: Comparison) -> int:
    """Month of the shares that are spoken of: year 5, or the last that was simulated."""
    return min(FIVE_YEARS, comparison.horizon)


def effects_of(comparison: Comparison, arm: str) -> dict[str, dict[str, Any]]:
    """An arm against the baseline, by outcome, with the shares by `month_of_effects`."""
    table = comparison.between("baseline", arm, by=[month_of_effects(comparison)])
    return {str(row["outcome"]): row for row in records(table)}


def arm_facts(comparison: Comparison, arm: str) -> list[Fact]:
    """What an arm changed, in an order that a busy reader can stop at any time.

    Maturity, dissolution, value, who was helped and harmed, better before worse, who pays, cost.
    """
    found = effects_of(comparison, arm)
    by = moment(month_of_effects(comparison))
    kept = nobody_may_leave(comparison, arm)
    value = f"{_both(found['value'])}; in {found['value']['unit']}"
    if rate := found.get(f"value {MONTHLY}"):
        value += f". {MONTHLY.capitalize()}: {_both(rate)}"
    dissolved = "none, by definition: no member may leave here (may_exit = 0)."
    return [
        Fact(f"Matured by {by}", f"{_both(found['matured'])}."),
        Fact(f"Dissolved by {by}", dissolved if kept else f"{_both(found['dissolved'])}."),
        Fact(f"Value over {span(comparison.horizon)}", f"{value}."),
        Fact("Helped or harmed", f"{helped_and_harmed(found['value'])}."),
        Fact("Better before worse", f"{better_before_worse(comparison, arm)}."),
        Fact("Who pays", f"{who_pays_in_words(comparison, arm)}."),
        Fact("Cost", f"{cost_in_words(comparison, arm)}."),
    ]


def growing_with_life(comparison: Comparison) -> str:
    """Which outcomes grow with life, and where to find them per month alive."""
    known = list(dict.fromkeys(str(name) for name in comparison.effects["outcome"]))
    growing = [name for name in known if f"{name} {MONTHLY}" in known]
    return (
        f"Sums over the whole life of a partnership ({', '.join(growing)}) grow with its length: "
        "an arm in which partnerships live longer has more of them, even if nothing else changes. "
        f"The table of effects also gives them {MONTHLY}. A name without {MONTHLY} means "
        "the sum."
    )


def nobody_may_leave(comparison: Comparison, arm: str) -> bool:
    """Whether no member may leave, in the baseline nor in the arm."""
    scenarios = (comparison.runs(name).scenario for name in ("baseline", arm))
    return all(scenario.values()["may_exit"] == 0 for scenario in scenarios)


def overview(comparison: Comparison) -> list[dict[str, str]]:
    """One row an arm, as short texts: changes in maturity, dissolution and value, who, cost."""
    by = moment(month_of_effects(comparison))
    rows = []
    for arm in comparison.names:
        found = effects_of(comparison, arm)
        value, matured, dissolved = (
            change(found[name]).replace(" points", "") for name in ("value", "matured", "dissolved")
        )
        never = nobody_may_leave(comparison, arm)
        rows.append(
            {
                "arm": arm,
                f"matured by {by}, points": matured,
                f"dissolved by {by}, points": "none, by definition" if never else dissolved,
                f"value over {span(comparison.horizon)}": value,
                "more value": share(found["value"], "better"),
                "less value": share(found["value"], "worse"),
                "extra person-months": _extra(cost_row(comparison, arm)),
            }
        )
    return rows


def change(row: dict[str, Any]) -> str:
    """A paired difference with its interval.

    >>> row = {"difference": 0.12, "low": 0.08, "high": 0.16, "unit": SHARE}
    >>> change(row)
    '+12.0 points (+8.0 to +16.0)'
    """
    middle, low, high = (_signed(row[name], row["unit"]) for name in ("difference", "low", "high"))
    unit = " points" if row["unit"] == SHARE else ""
    return f"{middle}{unit}" + (f" ({low} to {high})" if row["low"] == row["low"] else "")


def share(row: dict[str, Any], side: str) -> str:
    """Share of pairs that an arm made better (or worse), with its interval.

    >>> share({"better": 0.5, "better_low": 0.4, "better_high": 0.6}, "better")
    '50.0 % (40.0 to 60.0)'
    """
    middle, low, high = (100 * row[name] for name in (side, f"{side}_low", f"{side}_high"))
    return f"{middle:.1f} % ({low:.1f} to {high:.1f})"


def level(value: float, unit: str) -> str:
    """An outcome in one arm, for a cell of a table.

    >>> level(0.5, SHARE), level(1234.5, "members")
    ('50.0 %', '1,234')
    """
    return f"{100 * value:.1f} %" if unit == SHARE else plain_number(value)


def helped_and_harmed(row: dict[str, Any]) -> str:
    """How many of the same partnerships did better, and how many worse."""
    same = f"; {100 * row['same']:.1f} % as much" if row["same"] else ""
    return (
        f"{share(row, 'better')} of the partnerships delivered more value than in the baseline, "
        f"{share(row, 'worse')} less{same}"
    )


def better_before_worse(comparison: Comparison, arm: str) -> str:
    """How mean value went beside the baseline's, and what else changed sides."""
    crossings = comparison.crossings
    rows = {str(row["quantity"]): row for row in records(crossings[crossings["arm"] == arm])}
    text = f"mean value {_course(comparison, arm, rows['value'])}"
    turning = [name for name in ALSO_FOLLOWED if " before " in str(rows[name]["pattern"])]
    if turning:
        others = (
            f"{_name_of(name)}, {rows[name]['pattern']} (turns in month {rows[name]['crosses']})"
            for name in turning
        )
        text += f". Others that turned: {'; '.join(others)}"
    return text


def who_pays_in_words(comparison: Comparison, arm: str) -> str:
    """In how many partnerships some member lost, and by how much the worst off."""
    from trustsim.analysis.intervals import wilson

    if not same_seats(comparison, arm):
        return "not compared, as the arm has another number of members than the baseline"
    worst = worst_off(comparison, arm)["difference"]
    losers = int((worst < 0).sum())
    low, high = wilson(losers, len(worst))
    part = f"{100 * losers / len(worst):.1f} % ({100 * low:.1f} to {100 * high:.1f})"
    payers = comparison.who_pays(arm)
    received = payers[payers["quantity"] == "value_received"]
    rows = {str(row["member"]): row for row in records(received)}
    return (
        f"in {part} of the partnerships at least one member received less value. Mean change of "
        f"value received: all members {change(rows['all'])}, worst off in each partnership "
        f"{change(rows['worst off'])}"
    )


def same_seats(comparison: Comparison, arm: str) -> bool:
    """Whether an arm has as many members as the baseline, so that they can be paired."""
    sizes = {comparison.runs(name).scenario.values()["organisations"] for name in ("baseline", arm)}
    return len(sizes) == 1


def worst_off(comparison: Comparison, arm: str, quantity: str = "value_received") -> pd.DataFrame:
    """What an arm changed for the member that fares worst in each partnership.

    Which member that is may differ from one partnership to the next.

    Parameters
    ----------
    comparison : Comparison
        Both arms with their members.
    arm : str
        Which arm.
    quantity : str, optional
        One of `analysis.pairs.BURDENS`, by name.

    Returns
    -------
    pandas.DataFrame
        One row a partnership: quantity, unit, better (1: more is, -1: less is), replicate,
        member, difference (arm minus baseline).
    """
    from trustsim.analysis.pairs import BURDENS

    burden = next(one for one in BURDENS if one.name == quantity)
    keys = ["replicate", "organisation"]
    baseline, other = (
        comparison.runs(name).members.set_index(keys)[quantity].astype(float)
        for name in ("baseline", arm)
    )
    table: pd.DataFrame = (other - baseline).rename("difference").reset_index()
    table["gain"] = table["difference"] * burden.better
    worst: pd.DataFrame = table.loc[table.groupby("replicate")["gain"].idxmin()]
    worst = (
        worst.reset_index(drop=True).rename(columns={"organisation": "member"}).drop(columns="gain")
    )
    worst.insert(0, "quantity", quantity)
    worst.insert(1, "unit", burden.unit)
    worst.insert(2, "better", burden.better)
    return worst


def life_in_words(comparison: Comparison, arm: str, replicate: int) -> str:
    """How one partnership went in an arm, in a line: maturity, end, status, value."""
    runs = comparison.runs(arm).runs
    row = records(runs[runs["replicate"] == replicate])[0]
    parts = [f"matured in month {row['month_matured']}" if row["matured"] else "never mature"]
    if row["dissolved"]:
        parts.append(f"dissolved in month {row['month_dissolved']} ({row['cause']})")
    else:
        parts.append(f"{row['status']} at the end")
    return f"{arm}: {', '.join(parts)}; value {row['value']:.2f}"


def cost_row(comparison: Comparison, arm: str) -> dict[str, Any]:
    """The row of an arm in the table of costs."""
    costs = comparison.costs
    return records(costs[costs["arm"] == arm])[0]


def cost_in_words(comparison: Comparison, arm: str) -> str:
    """What an arm takes beyond the baseline, and what one more mature partnership costs."""
    row = cost_row(comparison, arm)
    if row["extra"] == 0:
        return "no stated cost beyond the baseline's"
    text = f"{_extra(row)} person-months a partnership beyond the baseline's, over all months"
    by = moment(int(row["month"]))
    if row["per_matured"] != row["per_matured"]:
        return f"{text}; no price of maturity, as no gain in it by {by} is certain"
    if row["extra"] < 0:
        return f"{text}; more partnerships matured, and less was spent"
    price = f"{row['per_matured']:.0f} ({row['per_low']:.0f} to {row['per_high']:.0f})"
    return f"{text}; {price} person-months, spent by {by}, for each partnership more that matured"


def _both(row: dict[str, Any]) -> str:
    """Level in the arm, level in the baseline, and the difference."""
    if row["unit"] == SHARE:
        levels = f"{100 * row['other']:.1f} %, in the baseline {100 * row['baseline']:.1f} %"
    else:
        levels = f"{row['other']:.2f}, in the baseline {row['baseline']:.2f}"
    return f"{levels}: {change(row)}"


def _course(comparison: Comparison, arm: str, row: dict[str, Any]) -> str:
    pattern = str(row["pattern"])
    if pattern in ("better", "worse"):
        other = "worse" if pattern == "better" else "better"
        return f"was {pattern} from month {row['first']}, and never certainly {other}"
    if " before " not in pattern:
        return "never differed certainly"
    first, _, then = pattern.split()
    text = f"was {first} from month {row['first']} and {then} from month {row['then']}"
    again = f"; {first} again at the end" if value_turns_back(comparison, arm) else ""
    return f"{text} ({pattern}; turns in month {row['crosses']}{again})"


def value_turns_back(comparison: Comparison, arm: str) -> bool:
    """Whether mean value changed sides and ends on the first side again."""
    from trustsim.analysis.curves import crossing
    from trustsim.figures.comparison import turns_back

    curves = comparison.curves
    curve = curves[(curves["arm"] == arm) & (curves["quantity"] == "value")]
    return turns_back(curve, crossing(curve))


def _name_of(quantity: str) -> str:
    shares = {"mature": "share mature", "alive": "share alive"}
    return shares.get(quantity, quantity.replace("_", " "))


def _extra(row: dict[str, Any]) -> str:
    if row["extra"] == 0:
        return NONE
    text = f"{row['extra']:+.1f}"
    if row["extra_low"] != row["extra_low"]:
        return text
    return f"{text} ({row['extra_low']:+.1f} to {row['extra_high']:+.1f})"


def _signed(value: float, unit: str) -> str:
    """A difference: shares in points, with one decimal; means with three digits."""
    if unit == SHARE:
        return f"{100 * value:+.1f}"
    return f"{value:+,.0f}" if abs(value) >= 1000 else f"{value:+.3g}"
