"""When changing the leaders helps, in sentences computed from the numbers."""

from __future__ import annotations

import pandas as pd

VALUE, MATURED = "value to year 7", "matured by year 7"


def sentences(
    grid: pd.DataFrame, pooled: pd.DataFrame, elsewhere: pd.DataFrame, found: pd.DataFrame
) -> list[str]:
    """Plain conclusions."""
    by_name = found.set_index("quantity")
    return [
        _counted(grid, VALUE),
        _counted(grid, MATURED),
        _by_history(grid),
        _by_third(pooled),
        _handover(by_name),
        _elsewhere(elsewhere),
    ]


def _counted(grid: pd.DataFrame, outcome: str) -> str:
    rows = grid[grid["outcome"] == outcome]
    helped, harmed = rows[rows["low"] > 0], rows[rows["high"] < 0]
    where = "" if helped.empty else f"; it helps at {_places(helped)}"
    return (
        f"Replacing half of the leaders after two years raises {outcome} in {len(helped)} of "
        f"{len(rows)} settings and lowers it in {len(harmed)}{where}."
    )


def _places(rows: pd.DataFrame) -> str:
    """Where it helps, a handover at a time."""
    parts = []
    for handover, some in rows.groupby("handover"):
        pairs = ", ".join(f"{row.history:g}/{row.tenure:g}" for row in some.itertuples())
        parts.append(f"handover {handover:g}: {pairs}")
    return f"history/tenure {'; '.join(parts)}"


def _by_history(grid: pd.DataFrame) -> str:
    rows = grid[(grid["outcome"] == VALUE) & (grid["tenure"] == 30) & (grid["handover"] == 0.4)]
    said = ", ".join(f"{_interval(row)} at history {row['history']:g}" for row in _records(rows))
    return f"At the default turnover and handover the change of value to year 7 is {said}."


def _by_third(pooled: pd.DataFrame) -> str:
    rows = pooled[(pooled["outcome"] == VALUE) & (pooled["tenure"] == 30)]
    parts = []
    for handover, some in rows.groupby("handover"):
        said = ", ".join(f"{row['third']} {_interval(row)}" for row in _records(some))
        parts.append(f"handover {handover:g}: {said}")
    return f"By each partnership's own trust at the time, in thirds: {'; '.join(parts)}."


def _handover(by_name: pd.DataFrame) -> str:
    low, high = (
        by_name.loc[f"handover .9 minus 0 at history {history}, tenure 30: {VALUE}"]
        for history in (".2", ".8")
    )
    return (
        f"A good handover changes what replacing the leaders does to value by {_interval(low)} "
        f"where partners started with distrust (.2) and by {_interval(high)} where they started "
        "with trust (.8)."
    )


def _elsewhere(elsewhere: pd.DataFrame) -> str:
    rows = elsewhere[elsewhere["outcome"] == VALUE]
    said = ", ".join(f"{row['setting']} {_interval(row)}" for row in _records(rows))
    return (
        "Looked for after the verdicts, with other luck and no prediction, the change of value to "
        f"year 7 is: {said}. It surely rises in {int((rows['low'] > 0).sum())} of these "
        f"{len(rows)} settings."
    )


def _records(rows: pd.DataFrame) -> list[dict[str, float]]:
    return rows.to_dict("records")


def _interval(row: pd.Series | dict[str, float]) -> str:
    return f"{row['estimate']:+.2f} ({row['low']:+.2f} to {row['high']:+.2f})"


def limits(replicates: int) -> list[str]:
    """What the grid can't tell."""
    return [
        "Successors are drawn like the leaders they follow; nobody picks better people here.",
        "Half of all leaders go, whoever they are; aiming at one troublemaker was not asked.",
        "History sets trust, the evidence behind it and goodwill at once.",
        "Trust after a year counts only pairs of which both lived; value and maturity count all.",
        "The settings explored after the verdicts were chosen in view of the grid: ideas to test.",
        f"Intervals cover the luck of {replicates:,} partnerships a setting, not the model.",
        "Nothing is adjusted for looking at 45 settings.",
    ]
