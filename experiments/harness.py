"""What every experiment from E01 on shares: predictions held against what was measured, a report.

A folder holds `predictions.toml` (written before the run), `scenario.toml`, `analysis.py` and
`expected.json`; `run.py` runs one by its number.
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pandas as pd

import trustsim as ts
from trustsim import output
from trustsim.citations import references
from trustsim.errors import ParameterError, refusal
from trustsim.report import (
    Figure,
    Markup,
    Sources,
    Table,
    bullets,
    code,
    drawing,
    element,
    folded,
    footer_text,
    page,
    paragraph,
    section,
    sources_section,
    table,
)
from trustsim.report.words import plain_number

HERE = Path(__file__).parent
MEASURED = ("quantity", "estimate", "low", "high", "unit", "n")
DIGITS = 10  # of numbers held against expected.json: enough to see any change, blind to printing
HOLDS, FAILS, UNDECIDED, SEEN = "holds", "fails", "cannot say", "seen"


class Analysis(NamedTuple):
    """What an experiment found.

    measured: one row a quantity (columns as in MEASURED); tables, figures: what the report
    shows; sentences: conclusions computed from the numbers; limits: what it can't tell.
    """

    measured: pd.DataFrame
    tables: list[Table]
    figures: list[Figure]
    sentences: list[str]
    limits: list[str]


class Experiment(NamedTuple):
    """One folder: its question and predictions, its scenario, its analysis."""

    folder: Path
    question: str
    predictions: list[dict[str, Any]]
    scenario: ts.Scenario
    analysis: ModuleType

    @property
    def number(self) -> str:
        """E01, E02 and so on."""
        return self.folder.name.partition("_")[0]


def folders() -> list[Path]:
    """All experiments that this harness runs, in order."""
    return sorted(path.parent for path in HERE.glob("E*/predictions.toml"))


def find(name: str) -> Path:
    """The folder of an experiment, by its number or name.

    Raises ParameterError.
    """
    known = folders()
    for folder in known:
        if name in (folder.name, folder.name.partition("_")[0]):
            return folder
    names = ", ".join(folder.name for folder in [*scripts(), *known])
    raise ParameterError(
        refusal("experiments", "experiment", name, f"must be one of {names}", "Name one of them.")
    )


def scripts() -> list[Path]:
    """Experiments that are older than this harness: each is run by its own run.py."""
    return sorted(path.parent for path in HERE.glob("E*/run.py"))


def load(folder: Path) -> Experiment:
    """An experiment, read from its folder; its analysis may import its neighbours."""
    planned = tomllib.loads((folder / "predictions.toml").read_text(encoding="utf-8"))
    if str(HERE) not in sys.path:
        sys.path.insert(0, str(HERE))
    name = f"analysis_of_{folder.name}"
    found = importlib.util.spec_from_file_location(name, folder / "analysis.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules[name] = module
    found.loader.exec_module(module)
    scenario = ts.scenario(str(folder / "scenario.toml"))
    return Experiment(folder, planned["question"], planned["prediction"], scenario, module)


def verdicts(predictions: list[dict[str, Any]], measured: pd.DataFrame) -> pd.DataFrame:
    """Every prediction beside what was measured, one row each, and whether it held."""
    by_name = measured.set_index("quantity")
    rows = []
    for one in predictions:
        found = by_name.loc[one["quantity"]]
        low, high = float(found["low"]), float(found["high"])
        rows.append(
            {
                "id": one["id"],
                "claim": one["claim"],
                "label": one["label"],
                "expected": one["expected"],
                "estimate": float(found["estimate"]),
                "low": low,
                "high": high,
                "unit": found["unit"],
                "verdict": verdict(one["expected"], low, high),
                "seen": one["seen"],
            }
        )
    return pd.DataFrame(rows)


def verdict(expected: str, low: float, high: float) -> str:
    """Whether an interval lies wholly where it was expected.

    >>> verdict("above 0", 0.1, 0.2), verdict("above 0", -0.2, -0.1), verdict("below 0", -1, 1)
    ('holds', 'fails', 'cannot say')
    >>> verdict("within 0.1 of 0", -0.05, 0.05), verdict("within 0.1 of 0", 0.2, 0.3)
    ('holds', 'fails')
    """
    if expected == SEEN:
        return SEEN
    words = expected.split()
    if words[0] == "within":
        reach, middle = float(words[1]), float(words[3])
        inside = middle - reach < low and high < middle + reach
        outside = high < middle - reach or low > middle + reach
        return HOLDS if inside else FAILS if outside else UNDECIDED
    limit = float(words[1])
    above, below = low > limit, high < limit
    if words[0] == "below":
        above, below = below, above
    return HOLDS if above else FAILS if below else UNDECIDED


def write(one: Experiment, found: Analysis, sizes: Mapping[str, int], out: Path, command: str):
    """Report, tables, figures, verdicts and manifest in a new folder; the verdicts."""
    held = verdicts(one.predictions, found.measured)
    with output.whole_folder(out) as draft:
        everything = [
            *found.tables,
            Table("measured", "Everything measured", "", found.measured),
            Table("predictions", "Predictions and verdicts", "", held),
        ]
        output.write_exhibits(draft, everything, found.figures)
        record = record_of(one, sizes, command)
        (draft / "verdicts.md").write_text(in_markdown(held), encoding="utf-8")
        (draft / output.REPORT).write_text(report(one, found, held, record), encoding="utf-8")
        output.write_manifest(draft, record)
    return held


def record_of(one: Experiment, sizes: Mapping[str, int], command: str) -> dict[str, Any]:
    """What it takes to get the same numbers again."""
    from trustsim.engines.compiled import sources_digest

    return {
        "made_by": f"experiments/{one.folder.name}",
        "command": command,
        "sizes": dict(sizes),
        "versions": output.versions(),
        "time_utc": output.now(),
        "scenario": one.scenario.to_dict(),
        "scenario_digest": one.scenario.digest(),
        "sources_digest": sources_digest(),
    }


def report(one: Experiment, found: Analysis, held: pd.DataFrame, record: dict[str, Any]) -> str:
    """The page of one experiment: question, answer, predictions, exhibits, limits."""
    sources = Sources()
    rests = [key for item in one.predictions for key in sources_in(item["basis"])]
    shown: list[Markup] = [drawing(figure) for figure in found.figures]
    for item in found.tables:
        caption = f"{item.title}. {item.caption}"
        shown.append(folded(item.title, table(item.data, caption=caption)))
    counted = held["verdict"].value_counts()
    score = ", ".join(f"{count} {name}" for name, count in counted.items())
    lines = held[["claim", "label", "expected", "estimate", "low", "high", "unit", "verdict"]]
    return page(
        f"{one.number}: {one.analysis.TITLE}",
        section("In short", bullets(found.sentences)),
        section(
            "Predictions and verdicts",
            paragraph(
                f"Written before the run and kept as they were: {score}. A prediction holds if "
                "its 95 % interval lies wholly on the predicted side."
            ),
            table(lines),
            *(
                [paragraph("They rest on", sources.mark(*dict.fromkeys(rests)), ".")]
                if rests
                else []
            ),
            folded("What had been seen before they were written", table(held[["id", "seen"]])),
        ),
        section("What was found", *shown),
        section("What this can't tell", bullets(found.limits)),
        section(
            "How to get the same numbers again",
            code(record["command"]),
            folded("scenario.toml", code(one.scenario.to_toml())),
        ),
        *([sources_section(sources)] if rests else []),
        lead=paragraph(element("strong", one.question)),
        footer=paragraph(footer_text(record)),
    )


def sources_in(basis: str | list[str]) -> list[str]:
    """Keys of the bibliography that a prediction's basis names.

    >>> sources_in("model.md, proposition 12; seed2018")
    ['seed2018']
    """
    words = re.findall(
        r"[a-z]+[0-9]{4}[a-z]*", basis if isinstance(basis, str) else " ".join(basis)
    )
    return [word for word in words if word in references()]


def in_markdown(held: pd.DataFrame) -> str:
    """Predictions and verdicts as a Markdown table."""
    lines = [
        "| claim | label | expected | measured | 95 % interval | verdict |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in held.to_dict("records"):
        numbers = [plain_number(row[name]) for name in ("estimate", "low", "high")]
        lines.append(
            f"| {row['claim']} | {row['label']} | {row['expected']} | "
            f"{numbers[0]} {row['unit']} | {numbers[1]} to {numbers[2]} | **{row['verdict']}** |"
        )
    return "\n".join(lines) + "\n"


def fingerprint(measured: pd.DataFrame, sizes: Mapping[str, int]) -> str:
    """Sizes and numbers that the same rules give again (but for rounding), as JSON."""
    numbers = {
        str(row["quantity"]): [rounded(row[name]) for name in ("estimate", "low", "high")]
        for row in measured.to_dict("records")
    }
    return json.dumps({"sizes": dict(sizes), "measured": numbers}, indent=1) + "\n"


def rounded(number: float) -> float | None:
    """A number to DIGITS significant digits; None where there is none."""
    return float(f"{number:.{DIGITS}g}") if number == number else None


def analysed(
    one: Experiment, sizes: Mapping[str, int], progress: Callable[[int], object] = lambda _: None
) -> Analysis:
    """The experiment at these sizes.

    Raises AssertionError if a prediction asks for what is not measured.
    """
    found: Analysis = one.analysis.analyse(one.scenario, dict(sizes), progress)
    measured = set(found.measured["quantity"])
    missing = [item["quantity"] for item in one.predictions if item["quantity"] not in measured]
    assert not missing, f"{one.folder.name}: not measured: {missing}"
    return found
