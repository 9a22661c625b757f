"""What equal budgets bought, in sentences computed from the numbers."""

from __future__ import annotations

from itertools import product

import pandas as pd
from E03_equal_cost.arms import BULLETS, REMEDIES, SECOND, pair_name

MATURED = "matured by year 5"


def sentences(singles: pd.DataFrame, pairs: pd.DataFrame) -> list[str]:
    """Plain conclusions."""
    found = pairs.set_index("quantity")
    return [
        _best(singles),
        _remedy_or_bullet(found),
        _order(found),
        _early_or_late(singles, found),
        _sum(found),
        _half(found),
    ]


def _best(singles: pd.DataFrame) -> str:
    whole = singles[(singles["outcome"] == MATURED) & singles["arm"].str.endswith(": all")]
    ranked = whole.sort_values("estimate", ascending=False)
    names = ", ".join(
        f"{_plain(row['arm'].removesuffix(': all'))} {_points(row)}"
        for row in ranked.to_dict("records")
    )
    return f"The same budget, all in one thing, changes the share matured by year 5 by: {names}."


def _remedy_or_bullet(found: pd.DataFrame) -> str:
    names = {
        f"{remedy} against {bullet}": f"{remedy} minus {bullet}: {MATURED}"
        for bullet, remedy in product(BULLETS, REMEDIES)
    }
    return _counted(
        found, names, "the remedy matures more than the bullet", "the bullet more than the remedy"
    )


def _order(found: pd.DataFrame) -> str:
    names = {
        f"{bullet} and {remedy}": f"{remedy} first minus {bullet} first: {MATURED}"
        for bullet, remedy in product(BULLETS, REMEDIES)
    }
    mean = found.loc[f"remedy first minus bullet first, all pairs: {MATURED}"]
    said = _counted(found, names, "remedy first beats bullet first", "bullet first wins")
    return f"{said} On average remedy first brings {_points(mean)} points."


def _early_or_late(singles: pd.DataFrame, found: pd.DataFrame) -> str:
    rows = singles[singles["outcome"] == MATURED].set_index("arm")
    said = ", ".join(
        f"{_plain(name)} {100 * rows.loc[f'{name}: first', 'estimate']:+.1f} and "
        f"{100 * rows.loc[f'{name}: second', 'estimate']:+.1f}"
        for name in (*BULLETS, *REMEDIES)
    )
    return (
        f"Half of the budget alone, spent from the start and from month {SECOND + 1} on, brings "
        f"{said} points. Adding these up gives the effect of the order to within "
        f"{_missed(rows, found)}."
    )


def _missed(rows: pd.DataFrame, found: pd.DataFrame) -> str:
    """How far the effect of the order lies from what the two alone add up to."""
    gaps = {}
    for bullet, remedy in product(BULLETS, REMEDIES):
        first, second = (
            rows.loc[f"{remedy}: {when}", "estimate"] - rows.loc[f"{bullet}: {when}", "estimate"]
            for when in ("first", "second")
        )
        order = found.loc[f"{remedy} first minus {bullet} first: {MATURED}", "estimate"]
        gaps[f"{bullet} and {remedy}"] = 100 * abs(order - (first - second))
    most = max(gaps, key=lambda name: gaps[name])
    mean = sum(gaps.values()) / len(gaps)
    return f"{mean:.1f} points on average and {gaps[most]:.1f} at most ({_plain(most)})"


def _sum(found: pd.DataFrame) -> str:
    names = {
        f"{bullet} and {remedy}": f"{pair_name(bullet, remedy)}, together beyond the sum: {MATURED}"
        for bullet, remedy in product(BULLETS, REMEDIES)
    }
    return _counted(
        found, names, "half of each together is more than the sum of the two", "it is less"
    )


def _half(found: pd.DataFrame) -> str:
    names = {
        f"{bullet} and {remedy}": (
            f"half of each minus all in the remedy, {pair_name(bullet, remedy)}: {MATURED}"
        )
        for bullet, remedy in product(BULLETS, REMEDIES)
    }
    return _counted(
        found, names, "half of each beats all in the remedy", "all in the remedy beats half of each"
    )


def _counted(found: pd.DataFrame, names: dict[str, str], above: str, below: str) -> str:
    """In how many pairs an interval lies above 0, below it, or on it; the fewer are named."""
    rows = {name: found.loc[quantity] for name, quantity in names.items()}
    up = [name for name, row in rows.items() if row["low"] > 0]
    down = [name for name, row in rows.items() if row["high"] < 0]
    unsure = len(rows) - len(up) - len(down)
    return (
        f"In {len(up)} of {len(rows)} pairs {above}{_named(up)}; in {len(down)} {below}"
        f"{_named(down)}; {unsure} can't be told apart."
    )


def _named(names: list[str]) -> str:
    return f" ({', '.join(_plain(name) for name in names)})" if 0 < len(names) <= 6 else ""


def _points(row: pd.Series | dict[str, float]) -> str:
    middle, low, high = (100 * float(row[key]) for key in ("estimate", "low", "high"))
    return f"{middle:+.1f} ({low:+.1f} to {high:+.1f})"


def _plain(name: str) -> str:
    return name.replace("_", " ")


def limits(replicates: int) -> list[str]:
    """What equal costs can't tell."""
    return [
        "The costs are stated by the catalogue; another price would be another dose.",
        "Budgets are equal as planned. Nothing is spent once a partnership has dissolved.",
        "Handover and selection are so cheap that the budget lasts 90 months, beyond year 5.",
        "Selection in force from the start chooses the founders too, not only their successors.",
        "One way to thin each out was chosen (a lower dose, fewer days); others are possible.",
        "What comes second ends in month 36, nearer to the reading at year 5 than what came first.",
        "The defaults only, and one budget.",
        f"Intervals cover the luck of {replicates:,} partnerships, not doubt about the model.",
        "Nothing is adjusted for looking at 15 pairs.",
    ]
