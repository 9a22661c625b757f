"""Generated part of validation.md: what the committed run of the scorecard found."""

from __future__ import annotations

import csv
from pathlib import Path

FOUND = Path(__file__).parents[1] / "experiments" / "E00_scorecard" / "found"
SHORT = {"passes": "pass", "fails": "fail", "cannot say": "can't be told"}


def found(name: str) -> list[dict[str, str]]:
    """Rows of a table that the committed run left behind, those of the facts that count."""
    with (FOUND / f"{name}.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["role"] == "test"]


def scorecard() -> str:
    """How many facts this model passes, how the best others do, and each fact by itself."""
    counts = found("counts")
    ours = next(row for row in counts if row["model"] == "trustsim")
    others = [row for row in counts if row is not ours]
    most = max(int(row["passes"]) for row in others)
    best = [row["title"] for row in others if int(row["passes"]) == most]
    text = (
        f"Of {ours['facts']} facts that count the model passes {ours['passes']}, fails "
        f"{ours['fails']}, and {ours['cannot say']} can't be told ({ours['measures passed']} of "
        f"{ours['measures']} measures pass). As many as {most} are passed by: {', '.join(best)}."
    )
    rows = [row for row in found("verdicts") if row["model"] == "trustsim"]
    lines = ["| fact | verdict |", "| --- | --- |"]
    lines += [f"| {row['fact']} {row['title']} | {SHORT[row['verdict']]} |" for row in rows]
    return "\n".join([text, "", *lines])


PARTS = {"scorecard-found": scorecard}
