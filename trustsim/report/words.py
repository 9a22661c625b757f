"""Results in words and in short cells, the same on paper and on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

    from trustsim.simulation import Runs

MONTHS_A_YEAR = 12
REPORTED = (36, 60, 84, 120)
NONE = "none"
INTERVALS = "In brackets: 95 % intervals of the simulation."


class Estimate(NamedTuple):
    """One row of a summary table."""

    estimate: float
    low: float
    high: float
    unit: str
    n: int


def reported_months(horizon: int) -> list[int]:
    """Years 3, 5, 7 and 10 as far as they were simulated, and the last month.

    >>> reported_months(48)
    [36, 48]
    """
    return sorted({*(month for month in REPORTED if month < horizon), horizon})


def moment(month: int) -> str:
    """A month as people say it.

    >>> moment(60), moment(50)
    ('year 5', 'month 50')
    """
    if month % MONTHS_A_YEAR:
        return f"month {month}"
    return f"year {month // MONTHS_A_YEAR}"


def counted(number: int, what: str) -> str:
    """A number of things.

    >>> counted(1, "month"), counted(1200, "month")
    ('1 month', '1,200 months')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def look_up(table: pd.DataFrame, quantity: str, month: int) -> Estimate:
    """One quantity at one month of a summary table."""
    chosen = table[(table["quantity"] == quantity) & (table["month"] == month)]
    return _estimate(chosen.to_dict("records")[0])


def cell(found: Estimate) -> str:
    """Estimate and interval, short.

    >>> cell(Estimate(0.123, 0.104, 0.145, "share of partnerships", 1000))
    '12.3 % (10.4 to 14.5)'
    """
    if found.estimate != found.estimate:
        return NONE
    text = _number(found.estimate, found.unit) + (" %" if _is_share(found.unit) else "")
    if found.low != found.low:
        return text
    return f"{text} ({_number(found.low, found.unit)} to {_number(found.high, found.unit)})"


def by_month(table: pd.DataFrame, quantities: Sequence[str]) -> pd.DataFrame:
    """A summary table turned for reading: a row a month, a column a quantity."""
    import pandas as pd

    months = sorted(set(table.loc[table["quantity"].isin(quantities), "month"].astype(int)))
    rows = [
        {"by": moment(month)} | {name: cell(look_up(table, name, month)) for name in quantities}
        for month in months
    ]
    return pd.DataFrame(rows, columns=["by", *quantities])


def as_lines(table: pd.DataFrame) -> pd.DataFrame:
    """A summary table turned for reading: a row a quantity."""
    import pandas as pd

    rows = []
    for row in table.to_dict("records"):
        found = _estimate(row)
        by = moment(int(row["month"]))
        rows.append(
            {"quantity": row["quantity"], "by": by, "estimate": cell(found), "unit": found.unit}
        )
    return pd.DataFrame(rows, columns=["quantity", "by", "estimate", "unit"])


def headlines(runs: Runs) -> list[str]:
    """The answers in a few sentences, each with its interval: attrition, maturity, talking shops.

    Each begins with its topic and a colon. The intervals say how far other luck would move
    the numbers, nothing more.
    """
    return [*_attrition(runs), *_maturity(runs), *_talking_shops(runs)]


def _estimate(row: Mapping[Any, Any]) -> Estimate:
    estimate, low, high = (float(row[name]) for name in ("estimate", "low", "high"))
    return Estimate(estimate, low, high, str(row["unit"]), int(row["n"]))


def _attrition(runs: Runs) -> list[str]:
    values = runs.scenario.values()
    if values["may_exit"] == 0:
        text = "Attrition: none, by definition. No member may leave here and the partnership "
        return [text + "can't end (may_exit = 0)."]
    months = reported_months(runs.horizon)
    table = runs.attrition(months)
    last = moment(months[-1])
    members = int(values["organisations"])
    lost = _series(table, "mean members lost", months, "on average")
    one = cell(look_up(table, "lost a member", months[-1]))
    texts = [
        f"Attrition: {_series(table, 'dissolved', months, 'of the partnerships had dissolved')}.",
        (
            f"Members lost: {lost}; {members} sat down at the start, and left seats may be filled "
            f"again. {one} of the partnerships had lost at least one by {last}."
        ),
    ]
    causes = runs.runs["cause"].value_counts()
    if causes.sum():
        texts.append(
            f"Commonest cause of an end: {causes.index[0]}, "
            f"{causes.iloc[0]:,} of the {causes.sum():,} that ended by {last}."
        )
    return texts


def _maturity(runs: Runs) -> list[str]:
    table = runs.time_to_maturity()
    months = reported_months(runs.horizon)
    end = months[-1]
    median = look_up(table, "median month of those matured", end)
    first = look_up(table, "first decile month of those matured", end)
    mean = look_up(table, "months not mature, restricted mean", end)
    if median.n:
        when = (
            f"Those that matured: half of these {median.n:,} had done so by month {cell(median)}, "
            f"a tenth by month {cell(first)}. The others have no such month, so this is no "
            "average time-to-maturity."
        )
    else:
        when = f"Those that matured: none of {len(runs):,} within {_span(end)}."
    everybody = (
        f"All partnerships: {cell(mean)} of the first {counted(end, 'month')} went by before "
        "maturity, on average; where it never came, all of them."
    )
    matured = _series(table, "matured", months, "of the partnerships had matured")
    return [f"Time-to-maturity: {matured}.", when, everybody]


def _talking_shops(runs: Runs) -> list[str]:
    months = reported_months(runs.horizon)
    table = runs.status_shares(months)
    name = "tokenistic among survivors"
    alive = [month for month in months if look_up(table, name, month).n]
    if not alive:
        return ["Talking shops: no partnership was left to be one."]
    return [f"Talking shops: {_series(table, name, alive, 'of those still alive were one')}."]


def _series(table: pd.DataFrame, quantity: str, months: Sequence[int], what: str) -> str:
    """By year 3, 12 % (10 to 14) had; by year 5, 20 % (18 to 22)."""
    first, *others = (
        f"by {moment(month)}, {cell(look_up(table, quantity, month))}" for month in months
    )
    return "; ".join([f"{first} {what}", *others])


def _span(months: int) -> str:
    if months % MONTHS_A_YEAR:
        return counted(months, "month")
    return counted(months // MONTHS_A_YEAR, "year")


def _is_share(unit: str) -> bool:
    return unit.startswith("share")


def _number(value: float, unit: str) -> str:
    if _is_share(unit):
        return f"{100 * value:.1f}"
    if unit == "months":
        return f"{value:.0f}" if value == int(value) else f"{value:.1f}"
    return f"{value:.2f}"
