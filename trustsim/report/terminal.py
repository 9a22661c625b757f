"""Results as plain text for a terminal of 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trustsim.report.words import INTERVALS, NONE, as_lines, by_month, counted, reported_months

if TYPE_CHECKING:
    import pandas as pd

    from trustsim.simulation import Runs


def summary_text(runs: Runs) -> str:
    """Attrition, time-to-maturity and talking shops, each with its 95 % interval."""
    months = reported_months(runs.horizon)
    status = runs.status_shares(months)
    names = {"tokenistic among survivors": "tokenistic, of survivors"}
    columns = ["mature", "tokenistic", *names]
    size = f"{counted(len(runs), 'partnership')}, {counted(runs.horizon, 'month')}"
    blocks = [
        f"{runs.scenario.name}: {size}, seed {runs.seed}.\n{INTERVALS}",
        "Attrition\n" + _attrition(runs, months),
        "Time-to-maturity\n" + columns_of(_maturity(runs)),
        "Mature and talking shops (tokenistic)\n"
        + columns_of(by_month(status, columns).rename(columns=names)),
    ]
    return "\n\n".join(blocks)


def columns_of(table: pd.DataFrame) -> str:
    """A table of texts in columns, two spaces apart."""
    rows = [list(map(str, table.columns)), *table.astype(str).to_numpy().tolist()]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = (text.ljust(width) for text, width in zip(row, widths, strict=True))
        lines.append(("  " + "  ".join(cells)).rstrip())
    return "\n".join(lines)


def _attrition(runs: Runs, months: list[int]) -> str:
    if runs.scenario.values()["may_exit"] == 0:
        return "  none, by definition: no member may leave here (may_exit = 0)"
    names = ["dissolved", "lost a member", "mean members lost"]
    return columns_of(by_month(runs.attrition(months), names))


def _maturity(runs: Runs) -> pd.DataFrame:
    table = as_lines(runs.time_to_maturity())
    table["quantity"] = table["quantity"].str.replace(", restricted mean", " (restricted mean)")
    moments = table["quantity"].str.contains("month of those") & (table["estimate"] != NONE)
    table.loc[moments, "estimate"] = "month " + table.loc[moments, "estimate"]
    return table[["quantity", "by", "estimate"]]
