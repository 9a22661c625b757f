"""The report as one page: what was asked, what was found (`answers.py`), how to get it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import answers
import caveats
import pandas as pd
import sentences as say
import story as one_story
from arms import ARMS

from trustsim.report import (
    Figure,
    Markup,
    Sources,
    bullets,
    code,
    drawing,
    element,
    footer_text,
    joined,
    page,
    paragraph,
    scenario_section,
    section,
    sources_section,
    table,
)
from trustsim.scenarios.scenario import Scenario


def whole(
    scenario: Scenario,
    found: Mapping[str, pd.DataFrame],
    figures: Sequence[Figure],
    told: one_story.Story,
    record: Mapping[str, Any],
) -> str:
    """The report of the experiment."""
    sources = Sources()
    drawn = {one.name: drawing(one) for one in figures}
    return page(
        "Six lives of the same partnerships: the English STPs",
        in_short(found),
        design(record, sources),
        predicted(found["predictions"]),
        answers.attrition(found, drawn),
        answers.maturity(found, drawn),
        answers.coordinator(found, drawn),
        answers.mandate(found, drawn),
        answers.nominal(found, drawn),
        answers.story(told, drawn),
        answers.england(found, drawn, sources),
        answers.calibrated(found, drawn),
        scenario_section(scenario, sources),
        limits(sources),
        again(record),
        sources_section(sources),
        lead=paragraph(
            "How many health and care partnerships fall apart or become talking shops, how long "
            "the others take, and what a mandate and a coordinator do about it: "
            f"{record['replicates']:,} simulated partnerships in six arms that share their luck."
        ),
        footer=paragraph(footer_text(record)),
    )


def in_short(found: Mapping[str, pd.DataFrame]) -> Markup:
    """Every question with its answer."""
    short = say.headlines(found)
    if "ranges" in found:
        short["How much hangs on the parameters?"] = say.spread_over_points(found["ranges"])
    items = [joined(element("b", question), " ", text) for question, text in short.items()]
    note = (
        "STPs: health and care partnerships under a mandate, which nobody may leave. Their "
        "voluntary twins: the same without the mandate, free to leave. In brackets: 95 % intervals "
        "of the simulation. What they leave out stands further down."
    )
    return section("In short", paragraph(note), bullets(items, class_="headlines"))


def design(record: Mapping[str, Any], sources: Sources) -> Markup:
    """The question, and the arms."""
    rows = [(arm.name, arm.meaning, *map(say.yes, (arm.mandated, arm.may_leave))) for arm in ARMS]
    shown = pd.DataFrame(rows, columns=["arm", "what it is", "mandated", "members may leave"])
    return section(
        "The question, and how it was asked",
        paragraph(
            "In 2016 the NHS in England was divided into 44 footprints, whose organisations had to "
            "work together in sustainability and transformation partnerships (STPs) without "
            "authority over each other. By 2021 all had been designated integrated care systems.",
            sources.mark("commons2018", "rollout2026"),
            " Would they have lasted of their own accord? Does a mandate help? Would an "
            "independent coordinator?",
        ),
        paragraph(
            f"Each of {record['replicates']:,} partnerships is lived through six times, for "
            f"{record['months']} months. Every random number is tied to who it is about, so a "
            "partnership meets the same people, departures and temptations in all six, as far as "
            "what is done to it lets it. An effect is the mean difference between such twins. "
            "Intervals in brackets are 95 % intervals of the simulation: they say how far other "
            "luck would move a number, and nothing about whether the model is right."
        ),
        table(shown),
    )


def predicted(verdicts: pd.DataFrame) -> Markup:
    """Predictions with their verdicts."""
    rows = [
        {
            "prediction": row.prediction,
            "found": say.finding(row),
            "verdict": row.verdict,
            "kind": row.kind,
        }
        for row in verdicts.itertuples()
    ]
    counts = verdicts["verdict"].value_counts()
    said = ", ".join(f"{count} {name}" for name, count in counts.items())
    return section(
        "What was predicted",
        paragraph(
            "Signs and bands were stated in the model's specification before anything ran. Held: "
            "the whole interval lies in the band; missed: all of it outside; open: it straddles. "
            f"Of {len(verdicts)}: {said}. Misses are reported. Doses "
            "and definitions were changed after drafts, as experiments/E00_calibration lists."
        ),
        table(pd.DataFrame(rows)),
    )


def limits(sources: Sources) -> Markup:
    """What this can and can't tell."""
    return section("What this can and can't tell", bullets(caveats.listed(caveats.LIMITS, sources)))


def again(record: Mapping[str, Any]) -> Markup:
    """How to get the same numbers."""
    versions = ", ".join(f"{name} {number}" for name, number in record["versions"].items())
    return section(
        "How to get the same numbers again",
        code(record["command"]),
        paragraph(
            "The same rules, seed and scenario give the same numbers to the bit, on any number of "
            "cores. Every table and every plotted number lies beside this page as CSV, the runs as "
            "Parquet, and manifest.json holds the sums of all files. "
            f"Scenario {record['scenario_digest']}, rules {record['sources_digest']}; Python "
            f"{record['python']} on {record['platform']}; {versions}."
        ),
    )
