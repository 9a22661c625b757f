"""Results as plain text for a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from trustsim.report.comparison_words import PAIRED, arm_facts
from trustsim.report.words import (
    INTERVALS,
    NO_BREAK,
    NONE,
    as_lines,
    by_month,
    counted,
    reported_months,
    together,
)
from trustsim.report.words import columns_of as columns_of

if TYPE_CHECKING:
    import pandas as pd

    from trustsim.comparison import Comparison
    from trustsim.simulation import Runs

WIDTH = 79


def summary_text(runs: Runs) -> str:
    """Attrition, time-to-maturity and talking shops, each with its 95 % interval."""
    months = reported_months(runs.horizon)
    status = runs.status_shares(months)
    names = {"tokenistic among survivors": "tokenistic, of survivors"}
    columns = ["mature", "tokenistic", *names]
    size = f"{counted(len(runs), 'partnership')}, {counted(runs.horizon, 'month')}"
    blocks = [
        f"{runs.scenario.name}: {size}, seed {runs.seed}.\n{INTERVALS}",
        "Attrition (dissolved: whether or not they had matured before)\n"
        + _attrition(runs, months),
        "Time-to-maturity\n" + columns_of(_maturity(runs)),
        "Mature and talking shops (tokenistic)\n"
        + columns_of(by_month(status, columns).rename(columns=names)),
    ]
    return "\n\n".join(blocks)


def comparison_text(comparison: Comparison) -> str:
    """What each arm changed, a block an arm, with 95 % intervals; at most 79 columns wide."""
    size = f"{counted(len(comparison), 'partnership')}, {counted(comparison.horizon, 'month')}"
    opening = (
        f"{comparison.baseline.scenario.name}: {size}, seed {comparison.seed}, the same with the "
        f"same luck in every arm. {PAIRED}"
    )
    blocks = [textwrap.fill(opening, WIDTH)]
    for arm in comparison.names:
        facts = [(fact.topic, fact.text) for fact in arm_facts(comparison, arm)]
        blocks.append("\n".join([arm, *_hanging(facts)]))
    return "\n\n".join(blocks)


def _hanging(facts: list[tuple[str, str]]) -> list[str]:
    """Topics in one column, sentences in another."""
    wide = max(len(topic) for topic, _ in facts) + 4
    return [
        textwrap.fill(
            together(text),
            WIDTH,
            initial_indent=f"  {topic}".ljust(wide),
            subsequent_indent=" " * wide,
            break_long_words=False,
            break_on_hyphens=False,
        ).replace(NO_BREAK, " ")
        for topic, text in facts
    ]


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
