"""Generated parts of validation.md: the bands, and what the committed run found."""

from __future__ import annotations

import csv
from pathlib import Path

from trustsim.validation import MODELS, facts
from trustsim.validation.models import REFITTED
from trustsim.validation.writing import band, interval

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
    """How many of the facts that count each model passes."""
    rows = [
        (
            row["title"],
            *(row[one] for one in SHORT),
            f"{row['measures passed']} of {row['measures']}",
        )
        for row in found("counts")
        if row["role"] == COUNTED
    ]
    return lines(("model", *SHORT, "measures passed"), rows)


def verdicts() -> str:
    """Fact by model, refitted ones left out."""
    rows = [row for row in found("verdicts") if not row["model"].endswith(REFITTED)]
    titles = {one.name: one.title for one in MODELS}
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
    again = {tuple(row[name] for name in names): row for row in found("larger")}
    rows = []
    for row in found("scorecard"):
        if row["model"] == "trustsim":
            larger = again[tuple(row[name] for name in names)]
            held = band(float(row["band_low"]), float(row["band_high"]))
            texts = (row["fact"], row["role"], row["measure"], row["setting"], held)
            both = (numbers(row), SHORT[row["verdict"]], numbers(larger), SHORT[larger["verdict"]])
            rows.append((*texts, *both))
    head = ("fact", "role", "measure", "setting", "band", "estimate (95 % interval)", "verdict")
    return lines((*head, "with four times as many", "verdict then"), rows)


def numbers(row: dict[str, str]) -> str:
    """Estimate and interval of a row, as text."""
    return interval({key: float(row[key] or "nan") for key in ("estimate", "low", "high")})


def levels() -> str:
    """The level that each peer got anew, and how far outside the bands it still is."""
    titles = {one.name: one.title for one in MODELS}
    rows = [
        (titles[row["model"]], f"{float(row['value']):g}", outside(float(row["distance"])))
        for row in found("refits")
    ]
    return lines(("model", "`willingness`", "left outside the bands, half-widths"), rows)


def outside(distance: float) -> str:
    """How far outside the bands, in words where too few mature for a distance."""
    return f"{distance:.3g}" if distance < float("inf") else "too few mature at any level"


PARTS = {
    "scorecard-bands": bands,
    "scorecard-models": models,
    "scorecard-counts": counts,
    "scorecard-verdicts": verdicts,
    "scorecard-measures": measures,
    "scorecard-levels": levels,
}
