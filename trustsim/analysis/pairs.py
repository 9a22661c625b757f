"""Which runs of two arms are the same partnership."""

from __future__ import annotations

import pandas as pd

from trustsim.analysis.tables import TableError, month_numbers, require_columns
from trustsim.errors import refusal

WHERE = "paired_contrast"
COLUMNS = (
    *("replicate", "months", "month_matured", "month_dissolved", "value", "smoke"),
    *("tokenistic_months", "members_lost", "departures"),
)


def matched(
    baseline_runs: pd.DataFrame, other_runs: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both tables in the order of their replicates, which must be the same."""
    for runs, name in ((baseline_runs, "baseline"), (other_runs, "other")):
        require_columns(runs, COLUMNS, where=f"{WHERE}, {name}")
    return same_replicates(baseline_runs, other_runs, where=WHERE)


def same_replicates(
    baseline_runs: pd.DataFrame, other_runs: pd.DataFrame, *, where: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables with a replicate column, in its order; TableError unless both have the same."""
    for runs, name in ((baseline_runs, "baseline"), (other_runs, "other")):
        if runs["replicate"].duplicated().any():
            got = int(runs.loc[runs["replicate"].duplicated(), "replicate"].iloc[0])
            allowed = f"appears more than once in the {name} runs"
            raise TableError(refusal(where, "replicate", got, allowed, "Pass one arm at a time."))
    baseline = baseline_runs.sort_values("replicate", ignore_index=True)
    other = other_runs.sort_values("replicate", ignore_index=True)
    alone = sorted(set(baseline["replicate"]) ^ set(other["replicate"]))
    if alone:
        raise TableError(
            refusal(
                where,
                "replicate",
                int(alone[0]),
                f"is in one arm only, as are {len(alone) - 1} more; pairs need both",
                "Simulate both arms with the same replicates.",
            )
        )
    return baseline, other


def months_watched(baseline: pd.DataFrame, other: pd.DataFrame, *, horizon: int) -> int:
    """Months that the surviving runs of both arms were watched for: one number, or no pairs."""
    runs = pd.concat([baseline, other])
    survived = month_numbers(runs, "month_dissolved") == 0
    watched = sorted({int(months) for months in runs["months"][survived]})
    if len(watched) > 1 or (watched and watched[0] < horizon):
        raise TableError(
            refusal(
                WHERE,
                "months of surviving runs",
                watched,
                f"must be the same for all, and at least the horizon of {horizon}",
                "Simulate both arms for the same number of months.",
            )
        )
    return watched[0] if watched else horizon
