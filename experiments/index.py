"""A page that links the reports of the experiments that a folder holds, with their scores.

python experiments/index.py out/experiments
"""

from __future__ import annotations

import sys
from pathlib import Path

import harness
import pandas as pd

from trustsim import output
from trustsim.arguments import expanded
from trustsim.report import Markup, element, page, paragraph, section, table

NAME = "index.html"
VERDICTS = (harness.HOLDS, harness.FAILS, harness.UNDECIDED, harness.SEEN)


def write(folder: Path) -> Path:
    """index.html in a folder, beside E01, E02 and so on as far as they are there; its path."""
    rows = [
        scored(harness.load(path), folder)
        for path in harness.folders()
        if report_of(path, folder).exists()
    ]
    heads = ["experiment", "question", *VERDICTS]
    what = (
        "Each was predicted before it was run; a prediction holds if its 95 % interval lies wholly "
        "on the predicted side. Misses stay misses, and are explained in the README of each."
    )
    links = section("Reports", table(pd.DataFrame(rows, columns=heads, dtype=object)))
    folder.mkdir(parents=True, exist_ok=True)
    text = page("Experiments", links, lead=paragraph(what), footer=paragraph(output.now()))
    (folder / NAME).write_text(text, encoding="utf-8")
    return folder / NAME


def scored(one: harness.Experiment, folder: Path) -> list[object]:
    """A row: the report's link, the question, and how many predictions came to what."""
    report = report_of(one.folder, folder)
    held = pd.read_csv(report.parent / "tables" / "predictions.csv")
    counts = held["verdict"].value_counts()
    link = linked(f"{one.number}: {one.analysis.TITLE}", report.relative_to(folder).as_posix())
    return [link, one.question, *(int(counts.get(name, 0)) for name in VERDICTS)]


def report_of(experiment: Path, folder: Path) -> Path:
    """Where the report of an experiment stands below a folder."""
    return folder / experiment.name.partition("_")[0] / output.REPORT


def linked(text: str, address: str) -> Markup:
    """Words that lead to a page."""
    return element("a", text, href=address)


if __name__ == "__main__":
    print(f"{write(expanded(sys.argv[1]))} links the reports")
