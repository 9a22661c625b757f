"""How the tables of a comparison look on a page: rounded, with intervals beside estimates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from trustsim.report.comparison_words import SHARE, change, records, share, together
from trustsim.report.pieces import (
    MINUS,
    Markup,
    element,
    escaped,
    folded,
    joined,
    table,
    unbroken,
)
from trustsim.report.words import moment

if TYPE_CHECKING:
    import pandas as pd

    from trustsim.report.exhibits import Table

OPEN = ("crossings", "costs")
"""Tables that are shown at once; the others open with a click."""


def shown_tables(tables: Sequence[Table]) -> list[Markup]:
    """Every table with its heading, the short ones open."""
    parts: list[Markup] = []
    for one in tables:
        shown = _looks(one)
        if one.name in OPEN:
            parts += [element("h3", one.title), shown]
        else:
            parts.append(folded(f"{one.title}: the table", shown))
    return parts


def spoken(text: str) -> Markup:
    """A sentence in which no line breaks within an interval, and minus signs are minus signs.

    >>> from trustsim.report.pieces import NO_BREAK
    >>> spoken("by -1.2 (-2.0 to -0.4)").replace(NO_BREAK, "_").replace(MINUS, "~")
    'by ~1.2_(~2.0_to_~0.4)'
    """
    return unbroken(together(re.sub(r"(?<![\w.])-(?=\d)", MINUS, text)))


def in_two_lines(text: str) -> Markup:
    """An estimate, and its interval below it."""
    estimate, bracket, bounds = text.partition(" (")
    if not bracket:
        return spoken(text)
    return joined(spoken(estimate), Markup("<br>"), spoken(f"({bounds}"))


def breakable(name: str) -> Markup:
    """A name that may go on in the next line after a comma or a colon, as typed arms have them.

    >>> breakable("mandate:start=12,months=24")
    'mandate:<wbr>start=12,<wbr>months=24'
    """
    return Markup("<wbr>".join(escaped(part) for part in re.split("(?<=[:,])", name)))


def _looks(one: Table) -> Markup:
    """A table for reading: some columns are joined, all cells are short."""
    turned = {
        "effects": _effects,
        "costs": _costs,
        "fates": _fates,
        "who_pays": _payers,
    }.get(one.name)
    data = one.data if turned is None else turned(one.data)
    return table(data.astype(object), caption=one.caption)


def _frame(rows: Sequence[dict[str, object]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(list(rows), dtype=object)


def _effects(data: pd.DataFrame) -> pd.DataFrame:
    return _frame(
        [
            {
                "arm": breakable(str(row["arm"])),
                "outcome": row["outcome"],
                "by": moment(int(row["month"])),
                "unit": row["unit"],
                "baseline": _level(row["baseline"], row["unit"]),
                "in the arm": _level(row["other"], row["unit"]),
                "difference": in_two_lines(change(row)),
                "better": in_two_lines(share(row, "better")),
                "worse": in_two_lines(share(row, "worse")),
            }
            for row in records(data)
        ]
    )


def _costs(data: pd.DataFrame) -> pd.DataFrame:
    return _frame(
        [
            {
                "arm": breakable(str(row["arm"])),
                "person-months": f"{row['person_months']:.1f}",
                "beyond the baseline": _within(row["extra"], row["extra_low"], row["extra_high"]),
                "matured more": f"{100 * row['matured']:+.1f} points".replace("-", MINUS),
                "by": moment(int(row["month"])),
                "per partnership more that matured": _within(
                    row["per_matured"], row["per_low"], row["per_high"]
                ),
            }
            for row in records(data)
        ]
    )


def _fates(data: pd.DataFrame) -> pd.DataFrame:
    return _frame(
        [
            {
                "arm": breakable(str(row["arm"])),
                "in the baseline": row["baseline"],
                "in the arm": row["other"],
                "partnerships": row["count"],
                "share of all": f"{100 * row['share']:.1f} % "
                f"({100 * row['low']:.1f} to {100 * row['high']:.1f})",
            }
            for row in records(data[data["count"] > 0])
        ]
    )


def _payers(data: pd.DataFrame) -> pd.DataFrame:
    return _frame(
        [
            {
                "arm": breakable(str(row["arm"])),
                "quantity": str(row["quantity"]).replace("_", " "),
                "unit": row["unit"],
                "member": row["member"],
                "baseline": _level(row["baseline"], ""),
                "in the arm": _level(row["other"], ""),
                "difference": _within(row["difference"], row["low"], row["high"]),
            }
            for row in records(data)
        ]
    )


def _level(value: float, unit: str) -> str:
    return f"{100 * value:.1f} %" if unit == SHARE else f"{value:.3g}"


def _within(middle: float, low: float, high: float) -> str:
    """Estimate and interval, three digits each; a dash where there is none."""
    if middle != middle:
        return "\N{EN DASH}"
    bounds = f" ({low:.3g} to {high:.3g})" if low == low else ""
    return f"{middle:.3g}{bounds}".replace("-", MINUS)
