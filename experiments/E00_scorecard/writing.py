"""A scorecard in a folder: tables, record, and one page that needs no other file."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from E00_scorecard.models import MODELS, NULL, RULE
from E00_scorecard.refit import Refitted
from E00_scorecard.scorecard import COUNTED
from E00_scorecard.verdicts import SILENT

from trustsim import data
from trustsim.arguments import expanded
from trustsim.calibration import FACTORS, TARGETS
from trustsim.output import now, versions, whole_folder, write_manifest
from trustsim.report.exhibits import picture
from trustsim.report.pieces import (
    Markup,
    Sources,
    bullets,
    element,
    figure,
    folded,
    joined,
    page,
    paragraph,
    section,
    sources_section,
    table,
)
from trustsim.report.run import footer_text
from trustsim.report.words import MINUS, plain_number

if TYPE_CHECKING:
    from E00_scorecard.facts import Fact
    from E00_scorecard.scorecard import Scorecard

PAGE = "scorecard.html"
NONE = "\N{EN DASH}"


def write_scorecard(card: Scorecard, folder: str | Path, *, command: str = "") -> Path:
    """Tables, record and page of a scorecard in a new folder; the path of the page.

    scorecard.csv (`card.measures`), verdicts.csv, counts.csv, refits.csv, scorecard.json,
    scorecard.html and a manifest with the sum of each.

    Raises
    ------
    OutputError
        The folder won't do, or writing failed; nothing of it is kept.
    """
    with whole_folder(folder) as draft:
        card.measures.to_csv(draft / "scorecard.csv", index=False)
        card.verdicts.to_csv(draft / "verdicts.csv", index=False)
        card.counts.to_csv(draft / "counts.csv", index=False)
        pd.DataFrame(card.refits, columns=list(Refitted._fields)).to_csv(
            draft / "refits.csv", index=False
        )
        record = {
            "made_by": "trustsim",
            "command": command,
            "time_utc": now(),
            "versions": versions(),
            "seed": card.seed,
            "replicates": card.replicates,
        }
        text = json.dumps({**record, **card.to_dict()}, indent=1, ensure_ascii=False)
        (draft / "scorecard.json").write_text(text + "\n", encoding="utf-8")
        (draft / PAGE).write_text(scorecard_page(card, record), encoding="utf-8")
        write_manifest(draft, record)
    return expanded(folder).absolute() / PAGE


def scorecard_page(card: Scorecard, record: dict[str, object]) -> str:
    """The whole scorecard as one self-contained page.

    record: `versions` (by package) and `time_utc`, for the last line.
    """
    sources = Sources()
    lead = paragraph(
        f"{len(card.facts)} published facts about partnerships, put to {len(card.models)} models. "
        f"At least {card.replicates:,} partnerships an arm for every model, seed {card.seed}, the "
        "same luck in every arm."
    )
    return page(
        "Which published facts does the model give?",
        _in_short(card),
        _models(card, sources),
        _facts(card, sources),
        _limits(card),
        sources_section(sources),
        lead=lead,
        footer=paragraph(footer_text(record)),
    )


def _in_short(card: Scorecard) -> Markup:
    shown = card.tested if len(card.tested) else card.counts
    text = (
        "A fact passes if the whole 95 % interval of each of its measures lies in a band that was "
        "fixed before anything was run, and fails if one lies wholly outside. Counted are facts "
        "that nothing was tuned to and that no assumption contains. A model that lacks what a "
        "fact is about does not speak to it: that is no pass, and no failure."
    )
    drawn = figure(
        picture(card.plot()),
        caption="A mark for each fact and model. Above the line the facts that count, with the "
        "number passed; below it those used for building or calibrating, restated inputs, and "
        "hypotheses.",
        alternative="; ".join(
            f"{row['title']} passes {row['passes']} of {row['facts'] - row[SILENT]} it speaks to"
            for row in shown.to_dict("records")
        ),
    )
    counts = table(
        shown.drop(columns=["model"]),
        caption="Facts that count." if len(card.tested) else "None of these facts counts.",
        names={"title": "model"},
    )
    return section("In short", paragraph(text), counts, drawn)


def _models(card: Scorecard, sources: Sources) -> Markup:
    rows = []
    for one in card.models:
        made = ", ".join(f"{name} = {value:g}" for name, value in one.parameters.items())
        marks = sources.mark(one.source) if one.source not in ("", "model") else ""
        rows.append((one.title, one.kind, joined(one.meaning, " ", marks), made or NONE))
    heads = ["model", "kind", "what it is", "parameters that make it"]
    text = (
        "All other parameters are those of the setting, or trustsim's defaults, which come from a "
        f"search over {len(FACTORS)} of them by the calibration targets. A refitted model got one "
        "level anew, on the same grid for each, by the same targets only; what is left outside "
        "their bands is in half-widths, summed."
    )
    asked = table(pd.DataFrame(rows, columns=heads, dtype=object))
    return section("Who was asked", asked, paragraph(text), _levels(card))


def _levels(card: Scorecard) -> Markup | str:
    return table(levels(card.refits), caption="Levels set anew.") if card.refits else ""


def levels(refits: Sequence[Refitted]) -> pd.DataFrame:
    """What was set anew in each peer, in words, also where no other level was nearer."""
    titles = {one.name: one.title for one in MODELS}
    rows = [(titles[one.model], one.parameter, level(one), left(one)) for one in refits]
    heads = ["model", "set anew", "level", "left outside the calibration bands"]
    return pd.DataFrame(rows, columns=heads, dtype=object)


def level(fit: Refitted) -> str:
    """A level set anew, in words where it is the old one or lies outside what trustsim was given.

    >>> level(Refitted("beta_reputation", "misreading", 0.16, 0.4, 0, False))
    'no other level is nearer'
    >>> level(Refitted("beta_reputation", "misreading", 0.02, 0.0, 0, True))
    "0.02, outside trustsim's prior range (0.08 to 0.3)"
    """
    if not fit.nearer:
        return "no other level is nearer"
    low, high = FACTORS[fit.parameter]
    if low <= fit.value <= high:
        return f"{fit.value:g}"
    return f"{fit.value:g}, outside trustsim's prior range ({low:g} to {high:g})"


def left(fit: Refitted) -> str:
    """How far outside the calibration bands a peer is at that level, in half-widths.

    >>> left(Refitted("beta_reputation", "misreading", 0.16, 0.25, 2, False))
    '0.25; 2 of 6 bands cannot be told'
    """
    untold = f"; {fit.untold} of {len(TARGETS)} bands cannot be told" if fit.untold else ""
    return f"{number(fit.distance)}{untold}"


def _facts(card: Scorecard, sources: Sources) -> Markup:
    known = data.read("stylised_facts").set_index("id").to_dict("index")
    parts = [_fact(card, fact, known[fact.identifier], sources) for fact in card.facts]
    return section("Fact by fact", *parts)


def _fact(
    card: Scorecard, fact: Fact, known: Mapping[Hashable, object], sources: Sources
) -> Markup:
    rows = card.measures[card.measures["fact"] == fact.identifier]
    titles = {one.name: one.title for one in card.models}
    spoken = rows[rows["verdict"] != "does not speak"]
    shown = pd.DataFrame(
        {
            "model": [titles[name] for name in spoken["model"]],
            "setting": spoken["setting"].to_list(),
            "measure": spoken["measure"].to_list(),
            "estimate": [interval(row) for row in spoken.to_dict("records")],
            "unit": spoken["unit"].to_list(),
            "band": [band(row["band_low"], row["band_high"]) for row in spoken.to_dict("records")],
            "verdict": spoken["verdict"].to_list(),
            "role": spoken["role"].to_list(),
            "partnerships": spoken["n"].to_list(),
        },
    ).astype(object)
    ours = shown["model"] == titles.get("trustsim", "")
    silent = [
        titles[one] for one in dict.fromkeys(rows["model"]) if one not in set(spoken["model"])
    ]
    return joined(
        element("h3", f"{fact.identifier}: {known['title']}"),
        paragraph(known["statement"], " ", sources.mark(*str(known["source"]).split())),
        bullets(
            [
                f"Role: {fact.role}. Published: {known['quantity']}.",
                f"Seen before the bands were fixed: {fact.seen}",
                *([fact.why] if fact.why else []),
                *(f"{one.name}: {one.claim}." for one in fact.measures),
                *([f"Do not speak to it: {', '.join(silent)}."] if silent else []),
            ]
        ),
        table(shown[ours]) if ours.any() else "",
        folded("The other models", table(shown[~ours])) if (~ours).any() else "",
    )


def interval(row: Mapping[Hashable, object]) -> str:
    """Estimate and 95 % interval of a measure, as text.

    >>> interval({"estimate": 0.5, "low": 0.25, "high": 0.75})
    '0.5 (0.25 to 0.75)'
    """
    value, low, high = (number(row[name]) for name in ("estimate", "low", "high"))
    return NONE if value == NONE else f"{value} ({low} to {high})"


def number(value: object) -> str:
    """A number as `plain_number` writes it, and one that has no end.

    >>> number(float("inf")), number(0.5)
    ('no end', '0.5')
    """
    return "no end" if value == float("inf") else plain_number(value)


def band(low: float, high: float) -> str:
    """An open band in words.

    >>> band(0.0, float("inf")), band(0.1, 0.3)
    ('above 0', '0.1 to 0.3')
    """
    if high == float("inf"):
        return f"above {low:g}".replace("-", MINUS)
    if low == float("-inf"):
        return f"below {high:g}".replace("-", MINUS)
    return f"{low:g} to {high:g}".replace("-", MINUS)


def _limits(card: Scorecard) -> Markup:
    kinds = {one.kind for one in card.models}
    items = [
        (
            "Intervals cover luck only, not doubt about parameters. They are narrow where many "
            "partnerships are simulated; a pass says that the model gives the fact at these values."
        ),
        (
            "The bands are readings of published statements, most of them seen in abstracts. What "
            "had been seen of each fact in earlier runs is told with it: few were blind."
        ),
        (
            "The facts come from different populations, mostly Western. Who passes many is not "
            "thereby true: a model with more parts can speak to more facts, and this one was "
            "built by people who knew them."
        ),
        *(f"Changed after they were fixed: {one}" for one in card.changed),
    ]
    if RULE in kinds:
        items.append(
            "A peer's rule is put into this model, with its defaults: it was made for another, and "
            "may do better there. What is judged is the rule in this place."
        )
    if NULL in kinds:
        items.append(
            "Null models know only maturity and dissolution. Where one of them passes, passing "
            "proves little."
        )
    counted = [one.identifier for one in card.facts if one.role == COUNTED]
    items.append(f"Facts that count here: {', '.join(counted) or 'none'}.")
    return section("What this can and can't tell", bullets(items))
