"""The report of a comparison: what each arm changed, for whom, at what cost."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from trustsim.model.parameters import BY_NAME
from trustsim.report import comparison_words as said
from trustsim.report import words
from trustsim.report.comparison_exhibits import MOST_LINES, Chosen, to_look_at
from trustsim.report.comparison_tables import breakable, in_two_lines, shown_tables, spoken
from trustsim.report.doubt import doubt_section
from trustsim.report.exhibits import MOST_PEOPLE
from trustsim.report.pieces import (
    MINUS,
    Markup,
    Sources,
    bullets,
    code,
    element,
    figure,
    folded,
    joined,
    page,
    paragraph,
    section,
    table,
)
from trustsim.report.run import (
    drawing,
    footer_text,
    limits_section,
    scenario_section,
    sources_section,
)
from trustsim.scenarios.interventions.catalog import CATALOG

if TYPE_CHECKING:
    import pandas as pd

    from trustsim.comparison import Comparison
    from trustsim.report.exhibits import Figure, Table
    from trustsim.scenarios.interventions.definition import Intervention
    from trustsim.scenarios.scenario import Scenario

MOST_STORIES = 4
"""Arms of which stories are told in the page; for further arms there are the commands."""

COLUMNS = "display: grid; gap: 1.5em; grid-template-columns: repeat(auto-fit, minmax(260px, 1fr))"


def comparison_page(
    comparison: Comparison,
    tables: Sequence[Table],
    figures: Sequence[Figure],
    record: Mapping[str, Any],
    doubt: pd.DataFrame | None = None,
) -> str:
    """The whole report of a comparison as one self-contained page.

    Parameters
    ----------
    comparison : Comparison
        From `trustsim.compare`.
    tables, figures : sequence of Table or Figure
        From `comparison_tables` and `comparison_figures`.
    record : mapping
        From `output.manifest`, and `arms`: for each arm, by name, its `files` (how the names of
        its files begin).
    doubt : pandas.DataFrame, optional
        From `calibration.with_parameter_uncertainty`.
    """
    sources = Sources()
    base = comparison.baseline.scenario
    size = words.counted(len(comparison), "simulated partnership")
    lead = paragraph(
        f"The same {size}, {words.counted(comparison.horizon, 'month')} each, seed "
        f"{comparison.seed}, lived through with the same luck in the baseline and in "
        f"{words.counted(len(comparison.names), 'other arm')}."
    )
    return page(
        f"What changes trust between partners: {base.name}",
        in_short_section(comparison),
        arms_section(comparison, sources),
        scenario_section(base, sources),
        comparison_results(comparison, tables, figures),
        doubt_section(doubt),
        partnerships_section(comparison, record),
        reading_section(),
        limits_section(base, len(comparison), sources),
        again_section(comparison, record),
        sources_section(sources),
        lead=lead,
        footer=paragraph(footer_text(record)),
    )


def in_short_section(comparison: Comparison) -> Markup:
    """The answers: one row an arm, then each arm in sentences."""
    parts = [paragraph(said.PAIRED), _overview(comparison)]
    for arm in comparison.names:
        items = [
            joined(element("strong", f"{fact.topic}:"), " ", spoken(fact.text))
            for fact in said.arm_facts(comparison, arm)
        ]
        parts += [element("h3", arm), bullets(items, class_="headlines")]
    return section("In short", *parts)


def arms_section(comparison: Comparison, sources: Sources) -> Markup:
    """What is done in each arm that is not done in the baseline, and what its cost is."""
    import pandas as pd

    base = comparison.baseline.scenario
    rows = []
    for arm in comparison.names:
        scenario = comparison.runs(arm).scenario
        rows.append((breakable(arm), *_what_differs(base, scenario, sources)))
    heads = ["arm", "what differs from the baseline", "predicted", "person-months"]
    text = "The baseline is described below. What was predicted stands in the catalogue."
    return section(
        "What was compared", table(pd.DataFrame(rows, columns=heads, dtype=object), caption=text)
    )


def comparison_results(
    comparison: Comparison, tables: Sequence[Table], figures: Sequence[Figure]
) -> Markup:
    """Figures of all arms together, figures of each arm, and all tables."""
    titles = {one.title for one in figures}
    parts: list[Markup] = []
    for one in figures:
        if one.title in titles:
            parts.append(element("h3", one.title))
            titles.remove(one.title)
        parts.append(drawing(one))
    if len(comparison.names) > MOST_LINES:
        text = f"Arms are drawn in groups of {MOST_LINES}, so that lines can be told apart."
        parts.insert(0, paragraph(text))
    return section("Results", *parts, *shown_tables(tables))


def partnerships_section(comparison: Comparison, record: Mapping[str, Any]) -> Markup:
    """The partnership most helped, a typical one, the one most harmed: their stories, twice."""
    parts = [
        paragraph(
            "One of each kind, picked by what the arm changed in the value delivered: the most, "
            "the median, the least. They show how it can go, not how it goes as a rule."
        )
    ]
    for place, arm in enumerate(comparison.names):
        parts.append(element("h3", arm))
        for one in to_look_at(comparison, arm):
            parts += _one_to_look_at(comparison, arm, one)
            told = [code("\n".join(_commands(comparison, arm, one.replicate, record)))]
            if place < MOST_STORIES and _small_enough(comparison, arm):
                told.append(_side_by_side(comparison, arm, one.replicate))
            parts.append(folded("The story in both arms, and how to have it told", *told))
    return section("Partnerships to look at", *parts)


def reading_section() -> Markup:
    """What paired differences mean, and what they don't."""
    twins = (
        "Each partnership is lived through in every arm with the same people and the same luck. A "
        "difference between two arms is a mean of differences between such twins."
    )
    chance = (
        "Once an arm has changed something, twins go their own ways, and chance then helps one and "
        "harms the other. So the shares helped and harmed hold chance too: they say how the very "
        "same partnerships fared, not for whom an arm is good as a rule."
    )
    chosen = (
        "The worst and best off members are chosen after the fact. They lie apart even if an arm "
        "favours no seat."
    )
    many = (
        "Each interval stands by itself. Of twenty that hold no change, one leaves it out by luck "
        "alone; here are many arms, outcomes and months."
    )
    months = (
        "Better before worse: a curve counts as better or worse once the intervals of three months "
        "in a row leave out no change. Neighbouring months are much alike, so over ten years that "
        "happens by luck in a fifth to a third of curves where nothing changed. Look at the size."
    )
    ended = (
        "In monthly means a partnership that has dissolved counts as 0. Less smoke or turnover may "
        "therefore mean that fewer partnerships are left."
    )
    costs = (
        "Costs are stated person-months from the catalogue, most of them assumptions; nothing else "
        "that an arm costs is counted."
    )
    items = [twins, chance, chosen, many, months, ended, costs]
    return section("How to read a comparison", bullets(items))


def again_section(comparison: Comparison, record: Mapping[str, Any]) -> Markup:
    """How to get the same numbers again."""
    parts: list[Markup] = []
    if record.get("command"):
        parts += [paragraph("What was typed:"), code(record["command"])]
    named = {name: f"{kept['files']}.toml" for name, kept in record["arms"].items()}
    arms = "".join(f"    {name!r}: ts.scenario({named[name]!r}),\n" for name in comparison.names)
    again = (
        f"import trustsim as ts\n\nts.compare(\n    ts.scenario({named['baseline']!r}),\n    {{\n"
        + arms.replace("    ", "        ", 1 if len(comparison.names) == 1 else -1)
        + f"    }},\n    replicates={record['replicates']}, seed={record['seed']}, "
        f"months={record['months']}, lifted=False,\n)"
    )
    versions = ", ".join(f"{name} {number}" for name, number in record["versions"].items())
    parts += [
        paragraph("The scenario of every arm is kept beside this page, so this gives the same:"),
        code(again),
        paragraph(
            f"Rules {record['sources_digest']}; Python {record['python']} on {record['platform']}; "
            f"{versions}. With the same rules the numbers of every partnership are the same to the "
            "bit, whatever the number of workers or the machine."
        ),
    ]
    return section("How to get the same numbers again", *parts)


def notebook_view(comparison: Comparison) -> str:
    """What a notebook shows of a comparison: a row an arm, and the curves of value."""
    from trustsim.figures.curves import plot_curves
    from trustsim.report.exhibits import picture

    title = element("p", element("b", repr(comparison).strip("<>")))
    curves = comparison.curves
    shown = curves[curves["arm"].isin(comparison.names[:MOST_LINES])]
    caption = "Mean paired difference in value from the baseline, with 95 % intervals."
    image = figure(picture(plot_curves(shown, better=1)), caption=caption, alternative=caption)
    return str(joined(title, paragraph(said.PAIRED), _overview(comparison), image))


def _overview(comparison: Comparison) -> Markup:
    """One row an arm; intervals stand below their estimates."""
    import pandas as pd

    texts = said.overview(comparison)
    rows = [
        [breakable(row[0]), *(in_two_lines(text) for text in row[1:])]
        for row in texts.itertuples(index=False, name=None)
    ]
    return table(pd.DataFrame(rows, columns=texts.columns, dtype=object))


def _what_differs(base: Scenario, scenario: Scenario, sources: Sources) -> tuple[Markup, str, str]:
    """What an arm adds, lacks and sets otherwise; what was predicted; person-months."""
    added = [item for item in scenario.interventions if item not in base.interventions]
    lacking = [item for item in base.interventions if item not in scenario.interventions]
    parts = [joined(f"+{item} ", _cited(item, sources)) for item in added]
    parts += [joined(f"without {item}") for item in lacking]
    here, there = scenario.values(), base.values()
    parts += [
        joined(f"{name} {here[name]:g} instead of {there[name]:g} ({BY_NAME[name].meaning})")
        for name in here
        if here[name] != there[name]
    ]
    if scenario.menu != base.menu:
        parts.append(joined("another menu of silver bullets that may be reached for"))
    known = [CATALOG[item.name] for item in added if item.name in CATALOG]
    predicted = "; ".join(f"{one.recipe.__name__}: {one.predicted}" for one in known)
    costs = [f"{item.person_months:g} {_how_often(item)}" for item in added]
    text = bullets(parts) if parts else joined("nothing")
    return text, predicted, "; ".join(costs)


def _how_often(item: Intervention) -> str:
    once = item.name in CATALOG and CATALOG[item.name].lasts_once
    return "each time" if once else "a month"


def _cited(item: Intervention, sources: Sources) -> Markup:
    return sources.mark(*CATALOG[item.name].cites) if item.name in CATALOG else Markup("")


def _one_to_look_at(comparison: Comparison, arm: str, one: Chosen) -> list[Markup]:
    change = f"{one.difference:+.2f}".replace("-", MINUS)
    title = f"{one.role}: partnership {one.replicate}, value {change}"
    lives = (said.life_in_words(comparison, name, one.replicate) for name in ("baseline", arm))
    return [element("p", element("strong", title)), bullets(lives)]


def _small_enough(comparison: Comparison, arm: str) -> bool:
    """Whether Mesa can tell a story of both arms in reasonable time."""
    sizes = (comparison.runs(name).scenario.values() for name in ("baseline", arm))
    return all(values["organisations"] * values["people"] <= MOST_PEOPLE for values in sizes)


def _commands(
    comparison: Comparison, arm: str, replicate: int, record: Mapping[str, Any]
) -> list[str]:
    """What to type, beside this page, to have the two stories told."""
    end = f"--seed {comparison.seed} --replicate {replicate} --months {comparison.horizon}"
    files = (shlex.quote(f"{record['arms'][name]['files']}.toml") for name in ("baseline", arm))
    return [f"trustsim story {file} {end}" for file in files]


def _side_by_side(comparison: Comparison, arm: str, replicate: int) -> Markup:
    """The two stories of one partnership in two columns, one below the other if it is narrow."""
    columns = []
    for name in ("baseline", arm):
        model = comparison.one(replicate, name)
        told = [paragraph(text) for text in model.story().split("\n\n")]
        model.release()
        columns.append(element("div", element("h4", name), *told))
    return element("div", *columns, style=COLUMNS)
