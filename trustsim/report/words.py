"""Results in words and in short cells, the same on paper and on the terminal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import pandas as pd


MONTHS_A_YEAR = 12
REPORTED = (36, 60, 84, 120)
NONE = "none"
MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"
DASH = "\N{EN DASH}"
SHARE = "share of partnerships"
FIRST_OF_TWO = ("matured", "dissolved before maturing", "neither yet", "dissolved at all")
"""What can have come first by some month, and last: dissolution, before or after maturity."""

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


def together(text: str) -> str:
    """Text in which no line breaks within an interval, or between a number and what it counts.

    >>> together("by year 3 5.0 % (4 to 6) did").replace(NO_BREAK, "_")
    'by year_3 5.0_%_(4_to_6) did'
    """
    text = re.sub(r"(?<=\d) (?=%|points|\()|(?<=%) (?=\()", NO_BREAK, text)
    text = re.sub(r"\b(year|month) (?=\d)", rf"\1{NO_BREAK}", text)
    brackets = r"\([^()]{1,30} to [^()]{1,30}\)"
    return re.sub(brackets, lambda found: found[0].replace(" ", NO_BREAK), text)


def spoken(text: str) -> str:
    """Text for a page: as `together`, and minus signs are minus signs.

    >>> spoken("by -1.2 (-2.0 to -0.4)").replace(NO_BREAK, "_").replace(MINUS, "~")
    'by ~1.2_(~2.0_to_~0.4)'
    """
    return together(re.sub(r"(?<![\w.])-(?=\d)", MINUS, text))


def plain_number(value: object) -> str:
    """A cell of a table: three significant digits, missing values as a dash.

    >>> plain_number(0.12345), plain_number(1234.5), plain_number(7), plain_number(None)
    ('0.123', '1,234', '7', '\N{EN DASH}')
    """
    if value is None or type(value).__name__ == "NAType" or value != value:
        return DASH
    if isinstance(value, str) or type(value).__name__ in ("bool", "bool_"):
        return str(value)
    number = float(value)  # type: ignore[arg-type]
    if number == int(number):
        text = f"{int(number):,}"
    else:
        text = f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}"
    return text.replace("-", MINUS, 1)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table, each by column."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


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


def columns_of(table: pd.DataFrame) -> str:
    """A table of texts in columns, two spaces apart."""
    rows = [list(map(str, table.columns)), *table.astype(str).to_numpy().tolist()]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = (text.ljust(width) for text, width in zip(row, widths, strict=True))
        lines.append(("  " + "  ".join(cells)).rstrip())
    return "\n".join(lines)


def series(table: pd.DataFrame, quantity: str, months: Sequence[int], what: str) -> str:
    """By year 3, 12 % (10 to 14) had; by year 5, 20 % (18 to 22)."""
    first, *others = (
        f"by {moment(month)}, {cell(look_up(table, quantity, month))}" for month in months
    )
    return "; ".join([f"{first} {what}", *others])


def span(months: int) -> str:
    """A stretch of time as people say it.

    >>> span(60), span(50)
    ('5 years', '50 months')
    """
    if months % MONTHS_A_YEAR:
        return counted(months, "month")
    return counted(months // MONTHS_A_YEAR, "year")


def _estimate(row: Mapping[Any, Any]) -> Estimate:
    estimate, low, high = (float(row[name]) for name in ("estimate", "low", "high"))
    return Estimate(estimate, low, high, str(row["unit"]), int(row["n"]))


def _is_share(unit: str) -> bool:
    return unit.startswith("share")


def _number(value: float, unit: str) -> str:
    if _is_share(unit):
        return f"{100 * value:.1f}"
    if unit == "months":
        return f"{value:.0f}" if value == int(value) else f"{value:.1f}"
    return f"{value:.2f}"
