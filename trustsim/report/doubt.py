"""What doubt about the parameters adds: results at given values beside those over a posterior."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trustsim.report.pieces import Markup, rendered, table
from trustsim.report.words import columns_of, moment, spoken

if TYPE_CHECKING:
    import pandas as pd

TITLE = "With doubt about the parameters"
LEVEL = "level"
NUMBERS = ["values given", "posterior"]


def doubt_section(doubt: pd.DataFrame | None) -> Markup:
    """Results at the values given, beside those over the posterior, and how to read them.

    Parameters
    ----------
    doubt : pandas.DataFrame or None
        From `trustsim.calibration.with_parameter_uncertainty`; None if it was not asked for.
    """
    if doubt is None:
        return rendered("doubt.html", title=TITLE, table=None)
    draws, each = int(doubt["draws"].max()), int(doubt["replicates"].iloc[0])
    caption = (
        f"Values given: {int(doubt['n'].iloc[0])} partnerships, 95 % interval of luck. Posterior: "
        f"median of {draws} draws with a 95 % interval, from {each} partnerships a draw. Their "
        "luck is taken out where it can be told apart (~ where it can't, and the interval holds "
        "both). > 0, < 0: shares of draws, luck in them. For arms the numbers are changes against "
        "the baseline, in the same partnerships. A median month rests on the draws in which 20 or "
        "more matured."
    )
    shown = doubt_lines(doubt).astype(object).map(spoken)
    return rendered("doubt.html", title=TITLE, table=table(shown, caption=caption))


def doubt_lines(doubt: pd.DataFrame) -> pd.DataFrame:
    """The same as short texts, one row a quantity (and arm, where there are several)."""
    import pandas as pd

    several, effects = doubt["arm"].nunique() > 1, bool((doubt["kind"] != LEVEL).any())
    rows = []
    for row in doubt.to_dict("records"):
        line = {"arm": row["arm"]} if several else {}
        line["what"] = _what(row)
        mark = "" if row["luck_apart"] else " ~"
        given, posterior = NUMBERS
        line[given] = _estimate(row, "default", "default_low", "default_high")
        line[posterior] = _estimate(row, "median", "low", "high") + mark
        if effects:
            known = row["kind"] != LEVEL and row["positive"] == row["positive"]
            shares = f"{100 * row['positive']:.0f}, {100 * row['negative']:.0f} %"
            line["> 0, < 0"] = shares if known else ""
        rows.append(line)
    return pd.DataFrame(rows)


def doubt_text(doubt: pd.DataFrame) -> str:
    """The lines for any terminal: effects of arms where there are any, else levels."""
    effects = doubt[doubt["kind"] != LEVEL]
    head = (
        f"{TITLE}: over {int(doubt['draws'].max())} draws that once agreed with the published facts"
    )
    mixed = "" if doubt["luck_apart"].all() else "\n~: this interval holds luck as well."
    if not len(effects):
        return f"{head}\n{columns_of(doubt_lines(doubt))}{mixed}"
    told = "Each arm minus the baseline, in the same partnerships. > 0, < 0: shares of draws."
    blocks = [f"{head}.\n{told}{mixed}"]
    for arm, those in effects.groupby("arm", sort=False):
        blocks.append(f"{arm}\n{columns_of(doubt_lines(those))}")
    return "\n\n".join(blocks)


def _what(row: dict[Any, Any]) -> str:
    """What is told, with its unit: levels as they are, effects as a change."""
    share, effect = "share" in str(row["unit"]), row["kind"] != LEVEL
    by = f" by {moment(int(row['month']))}" if share else ""
    unit = (", points" if effect else ", %") if share else ", change" if effect else ""
    return f"{row['quantity']}{by}{unit}"


def _estimate(row: dict[Any, Any], middle: str, low: str, high: str) -> str:
    numbers = [float(row[name]) for name in (middle, low, high)]
    if numbers[0] != numbers[0]:
        return "too few matured"
    if "share" in str(row["unit"]):
        numbers = [100 * number for number in numbers]
    form = "{:.1f}" if row["kind"] == LEVEL else "{:+.1f}"
    texts = [form.format(number) for number in numbers]
    return f"{texts[0]} ({texts[1]} to {texts[2]})"
