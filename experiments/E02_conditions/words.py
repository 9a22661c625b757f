"""Conclusions, computed from the numbers; and what they can't tell."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from E02_conditions.regimes import wrong_by_chance
from E02_conditions.tried import MAP_MONTHS, MAP_START, Region, bullets

from trustsim.discovery import BACKFIRES, HELPS, Discovery

MOST = 0.5
LIMITS = """
The ranges of plausible partnerships are a judgement: shares of them are no shares of real
partnerships. Conditions hold within those ranges, other parameters at defaults.

A verdict at a point needs a sure effect, so small effects are counted as not known; more pairs a
point would turn some of them into sure ones.

Where no partnership matures, or all do, nothing can backfire or help: part of what the conditions
say is where there is room for an effect at all.

The trees on value, the split by how many mature anyway and its figure were added after a first
full run had shown that trees on maturity find next to nothing; no prediction is about them.

A sure effect on value can be small (it is summed over 7 years, so it is measured well); sizes
stand beside. Verdicts on dissolution are in the table of verdicts, without trees of their own.

A coordinator who comes with the bullet is in both arms: his own effect is not counted as the
bullet's.

No effect size of a silver bullet is validated against data; signs and conditions are consequences
of the model's assumptions.
"""


def sentences(
    measured: pd.DataFrame,
    regions: list[Region],
    found: list[Discovery],
    balance: pd.DataFrame,
) -> list[str]:
    """Who helps nowhere, where effects are, then each bullet, then what the checks say."""
    numbers = measured.set_index("quantity")
    said = [_of_bullet(definition.name, numbers, regions) for definition in bullets()]
    return [*_nowhere(numbers), _in_the_balance(balance), *said, _checks(found, regions)]


def _nowhere(numbers: pd.DataFrame) -> list[str]:
    said = []
    for verdict, does in ((HELPS, "helps"), (BACKFIRES, "backfires on")):
        none = [
            definition.name.replace("_", " ")
            for definition in bullets()
            if numbers.loc[f"{definition.name}.{verdict}_somewhere", "estimate"] == 0
        ]
        names = f": {', '.join(none)}" if none else ""
        said.append(
            f"Bullets without a confirmed region in which it {does} maturity: "
            f"{len(none)} of {len(bullets())}{names}."
        )
    return said


def _in_the_balance(balance: pd.DataFrame) -> str:
    sure = (balance["share helped"] + balance["share harmed"]) * balance["points"]
    group = balance["mature without it"].astype(str)
    shares = sure.groupby(group, sort=False).sum() / balance["points"].groupby(group).sum()
    parts = [f"{share:.0%} of cases where {name} mature anyway" for name, share in shares.items()]
    return f"A bullet moves maturity by year 7 for sure in {', in '.join(parts)}."


def _of_bullet(bullet: str, numbers: pd.DataFrame, regions: list[Region]) -> str:
    shares = [
        f"{verdict} in {_share(numbers.loc[f'{bullet}.{verdict}'])}"
        for verdict in (HELPS, BACKFIRES)
    ]
    start = f"{bullet.replace('_', ' ')}: surely {' and '.join(shares)} of plausible partnerships"
    mean = numbers.loc[f"{bullet}.mean.matured"]
    average = f"mean effect on maturity by year 7 {_points(*mean[['estimate', 'low', 'high']])}"
    where = [
        _where(bullet, outcome, verdict, regions)
        for outcome in ("matured", "value")
        for verdict in (HELPS, BACKFIRES)
    ]
    return f"{start} ({average}). {' '.join(where)}"


def _where(bullet: str, outcome: str, verdict: str, regions: list[Region]) -> str:
    """The confirmed region of a verdict: a leaf before a cell, the strongest first."""
    asked = bullet, outcome, verdict
    held = [one for one in regions if (one.bullet, one.outcome, one.verdict) == asked]
    sure = sorted((one for one in held if one.confirmed), key=lambda one: -abs(one.effect))
    does = f"{'Maturity' if outcome == 'matured' else 'Value'}: it {verdict}"
    if not sure:
        tried = f" ({len(held)} found, none confirmed)" if held else ""
        return f"{does} in no region that was found{tried}."
    leaves = [one for one in sure if one.found_by == "tree"]
    best = (leaves or sure)[0]
    if leaves:
        if best.base_rate > MOST:
            return (
                f"{does} in {best.base_rate:.0%} of plausible partnerships, so it takes no special "
                f"conditions (where {best.conditions}: mean {_size(best)})."
            )
        often = (
            f"for sure in {best.share:.0%} of fresh partnerships there and in "
            f"{best.base_rate:.0%} of all, mean {_size(best)}"
        )
        return f"{does} where {best.conditions} ({often})."
    return f"{does} in {best.conditions} ({_size(best)} with fresh luck)."


def _size(one: Region) -> str:
    if one.outcome == "matured":
        return _points(one.effect, one.low, one.high)
    shares = [100 * number / one.baseline for number in (one.effect, one.low, one.high)]
    text = f"{shares[0]:+.1f} % of the value ({shares[1]:+.1f} to {shares[2]:+.1f})"
    return text.replace("-", "\N{MINUS SIGN}")


def _checks(found: list[Discovery], regions: list[Region]) -> str:
    parts = []
    for outcome, about in (("matured", "maturity"), ("value", "value")):
        trees = [tree for tree in found if tree.outcome == outcome]
        better = sum(tree.shuffled <= 0.05 for tree in trees)
        parts.append(f"{better} of {len(trees)} trees on {about}")
    confirmed = sum(one.confirmed for one in regions)
    return (
        f"Checks: {' and '.join(parts)} beat 19 of 20 trees grown on shuffled verdicts; "
        f"{confirmed} of {len(regions)} regions kept their sign with fresh luck."
    )


def map_texts(
    maps: Mapping[tuple[str, str], list[pd.DataFrame]],
) -> dict[tuple[str, str], str]:
    """Captions of the maps."""
    texts = {}
    for (across, up), tables in maps.items():
        start = f"from month {MAP_START}" if across == "dose" else "at full dose"
        texts[across, up] = (
            f"The default partnership but for what the axes say; bullets {start}, for "
            f"{MAP_MONTHS} months (a restructuring for 18; away-day and replacement once). "
            f"Each map: {wrong_by_chance(tables[0])}"
        )
    return texts


def limits() -> list[str]:
    """What this can't tell."""
    return [" ".join(text.split()) for text in LIMITS.split("\n\n")]


def _share(row: pd.Series) -> str:
    return f"{row['estimate']:.0%} ({row['low']:.0%} to {row['high']:.0%})"


def _points(effect: float, low: float, high: float) -> str:
    text = f"{100 * effect:+.1f} points ({100 * low:+.1f} to {100 * high:+.1f})"
    return text.replace("-", "\N{MINUS SIGN}")
