"""Generated parts of validation.md: the bands, and what the committed runs found."""

from __future__ import annotations

import csv
from pathlib import Path

from E00_scorecard.models import NULL, REFITTED
from E00_scorecard.writing import band, interval, left, level
from trustsim.validation import MODELS, Refitted, facts

FOUND = Path(__file__).parent / "scorecard"
SHORT = {"passes": "pass", "fails": "fail", "cannot say": "?", "does not speak": "-"}
COUNTED = "test"


def found(name: str) -> list[dict[str, str]]:
    """Rows of a table that the committed run left behind."""
    with (FOUND / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def lines(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Markdown table."""
    return "\n".join("| " + " | ".join(one) + " |" for one in (head, ("---",) * len(head), *rows))


def bands() -> str:
    """Every measure with the band it is held to."""
    rows = [
        (
            ask.fact,
            ask.role,
            ask.claim,
            ", ".join(ask.settings),
            f"{band(*ask.band)} ({ask.unit})",
        )
        for fact in facts().facts
        for ask in fact.measures
    ]
    return lines(("fact", "role", "measure", "settings", "band"), rows)


def models() -> str:
    """Who is asked, and what makes it."""
    rows = [
        (
            one.title,
            one.kind,
            one.meaning,
            ", ".join(f"`{name}` = {value:g}" for name, value in one.parameters.items()) or "-",
        )
        for one in MODELS
    ]
    return lines(("model", "kind", "what it is", "made by"), rows)


def counts() -> str:
    """How many of the facts that count each model passes, of those that it speaks to."""
    rows = [
        (
            row["title"],
            f"{row['passes']} of {int(row['facts']) - int(row['does not speak'])}",
            *(row[one] for one in list(SHORT)[1:]),
            f"{row['measures passed']} of {row['measures']}",
        )
        for row in found("counts")
        if row["role"] == COUNTED
    ]
    return lines(("model", *SHORT, "measures passed"), rows)


def verdicts() -> str:
    """Fact by model, refitted ones left out."""
    return _verdicts([row for row in found("verdicts") if REFITTED not in row["model"]])


def verdicts_refitted() -> str:
    """Facts that count by refitted model."""
    rows = [row for row in found("verdicts") if REFITTED in row["model"]]
    return _verdicts([row for row in rows if row["role"] == COUNTED])


def _verdicts(rows: list[dict[str, str]]) -> str:
    titles = {row["model"]: row["title"] for row in found("counts")}
    names = list(dict.fromkeys(row["model"] for row in rows))
    known = {(row["fact"], row["role"], row["model"]): row["verdict"] for row in rows}
    facts_asked = list(dict.fromkeys((row["fact"], row["title"], row["role"]) for row in rows))
    facts_asked.sort(key=lambda one: one[2] != COUNTED)
    return lines(
        ("fact", "role", *(titles[name] for name in names)),
        [
            (
                f"{fact} {title}",
                role,
                *(SHORT[known[fact, role, name]] for name in names),
            )
            for fact, title, role in facts_asked
        ],
    )


def measures() -> str:
    """What trustsim itself gave, measure by measure, and again with more partnerships."""
    names = ("fact", "measure", "setting")
    again = larger(*names)
    rows = []
    for row in found("scorecard"):
        if row["model"] == "trustsim":
            held = band(float(row["band_low"]), float(row["band_high"]))
            texts = (row["fact"], row["role"], row["measure"], row["setting"], held)
            rows.append((*texts, *both(row, again["trustsim", *(row[name] for name in names)])))
    head = ("fact", "role", "measure", "setting", "band", "estimate (95 % interval)", "verdict")
    return lines((*head, "with four times as many", "verdict then"), rows)


def nulls() -> str:
    """What the null models gave, and again with many more partnerships."""
    titles = {one.name: one.title for one in MODELS if one.kind == NULL}
    again = larger("fact", "measure")
    rows = []
    for row in found("scorecard"):
        if row["model"] in titles and row["verdict"] != "does not speak":
            held = band(float(row["band_low"]), float(row["band_high"]))
            texts = (titles[row["model"]], row["fact"], row["role"], row["measure"], held)
            rows.append((*texts, *both(row, again[row["model"], row["fact"], row["measure"]])))
    head = ("model", "fact", "role", "measure", "band", "estimate (95 % interval)", "verdict")
    return lines((*head, "with 40 times as many", "verdict then"), rows)


def larger(*names: str) -> dict[tuple[str, ...], dict[str, str]]:
    """Rows of the run with more partnerships, by model and these columns."""
    return {(row["model"], *(row[name] for name in names)): row for row in found("larger")}


def both(row: dict[str, str], again: dict[str, str]) -> tuple[str, ...]:
    """Estimate and verdict of a row, and of the same with more partnerships."""
    return numbers(row), SHORT[row["verdict"]], numbers(again), SHORT[again["verdict"]]


def numbers(row: dict[str, str]) -> str:
    """Estimate and interval of a row, as text."""
    return interval({key: float(row[key] or "nan") for key in ("estimate", "low", "high")})


def levels() -> str:
    """The level that each peer got anew, and how far outside the bands it still is."""
    titles = {one.name: one.title for one in MODELS}
    fits = [
        Refitted(
            row["model"],
            row["parameter"],
            float(row["value"]),
            float(row["distance"]),
            int(row["untold"]),
            row["nearer"] == "True",
        )
        for row in found("refits")
    ]
    fits.sort(key=lambda one: one.parameter, reverse=True)  # willingness was first
    rows = [(f"`{one.parameter}`", titles[one.model], level(one), left(one)) for one in fits]
    return lines(("set anew", "model", "level", "left outside the bands, half-widths"), rows)


PARTS = {
    "scorecard-bands": bands,
    "scorecard-models": models,
    "scorecard-counts": counts,
    "scorecard-verdicts": verdicts,
    "scorecard-verdicts-refitted": verdicts_refitted,
    "scorecard-nulls": nulls,
    "scorecard-measures": measures,
    "scorecard-levels": levels,
}
