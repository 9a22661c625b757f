"""The report of one run, composed of sections that other reports may use too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from trustsim.catalogue import ASSUMED, GRADES, OURS, choice_behind, parameters
from trustsim.model.parameters import BY_NAME, PARAMETERS
from trustsim.report import words
from trustsim.report.doubt import doubt_section
from trustsim.report.pieces import (
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
    unbroken,
)
from trustsim.scenarios.interventions.catalog import CATALOG

if TYPE_CHECKING:
    import pandas as pd

    from trustsim.report.exhibits import Figure, Table
    from trustsim.scenarios.scenario import Scenario
    from trustsim.simulation import Runs

STATUS_COLUMNS = ("mature", "tokenistic", "forming", "dissolved", "tokenistic among survivors")
READING_ORDER = (
    "status",
    "incidence",
    "attrition",
    "causes",
    "hazard_dissolved",
    "time_to_maturity",
    "hazard_matured",
    "turnover",
)
ATTRITION_COLUMNS = ("dissolved", "lost a member", "mean members lost")


def run_page(
    runs: Runs,
    tables: Sequence[Table],
    figures: Sequence[Figure],
    record: Mapping[str, Any],
    doubt: pd.DataFrame | None = None,
) -> str:
    """The whole report of a run as one self-contained page.

    Parameters
    ----------
    runs : Runs
        The run.
    tables, figures : sequence of Table or Figure
        From `tables_of` and `figures_of`.
    record : mapping
        From `output.manifest`.
    doubt : pandas.DataFrame, optional
        From `calibration.with_parameter_uncertainty`.
    """
    sources = Sources()
    scenario = runs.scenario
    lead = paragraph(
        f"{words.counted(len(runs), 'simulated partnership')}, "
        f"{words.counted(runs.horizon, 'month')} each, seed {runs.seed}. "
        "How many fall apart, when they mature, and how many live on as talking shops."
    )
    return page(
        f"Trust between partners: {scenario.name}",
        headline_section(runs),
        scenario_section(scenario, sources),
        results_section(tables, figures),
        doubt_section(doubt),
        limits_section(scenario, len(runs), sources),
        reproduce_section(record),
        sources_section(sources),
        lead=lead,
        footer=paragraph(footer_text(record)),
    )


def headline_section(runs: Runs) -> Markup:
    """The answers in sentences."""
    items = []
    for text in words.headlines(runs):
        topic, _, rest = text.partition(": ")
        items.append(joined(element("strong", f"{topic}:"), " ", unbroken(rest)))
    return section("In short", paragraph(words.INTERVALS), bullets(items, class_="headlines"))


def scenario_section(scenario: Scenario, sources: Sources) -> Markup:
    """Who these partners are and what is done to them, with the reason for each choice."""
    parts = _lived(scenario, sources)
    return section("What was simulated", *parts, _terms(scenario), _all_parameters(sources))


def _lived(scenario: Scenario, sources: Sources) -> list[Markup]:
    """Parameters that differ from their defaults, and what is done."""
    parts: list[Markup] = []
    if scenario.overrides:
        parts.append(_chosen(scenario, sources))
    else:
        parts.append(paragraph("Every parameter has its default."))
    if scenario.interventions or scenario.menu:
        parts.append(_done(scenario, sources))
    else:
        parts.append(paragraph("Nothing is done to them: no intervention."))
    return parts


def results_section(tables: Sequence[Table], figures: Sequence[Figure]) -> Markup:
    """All tables and figures, those of one question together."""
    named = {one.name: (one.title, exhibit(one)) for one in tables}
    drawn = {one.name: (one.title, drawing(one)) for one in figures}
    parts: list[Markup] = []
    before = ""
    for name in (*READING_ORDER, *named, *drawn):
        # A figure before the table of the same name.
        for title, shown in [found.pop(name) for found in (drawn, named) if name in found]:
            parts += [element("h3", title)] if title != before else []
            parts.append(shown)
            before = title
    return section("Results", *parts)


def exhibit(one: Table) -> Markup:
    """A summary table; long ones are turned so that a row is a month."""
    quantities = set(one.data["quantity"])
    for wide in (ATTRITION_COLUMNS, STATUS_COLUMNS):
        if quantities >= set(wide):
            return _table_of_texts(words.by_month(one.data, wide), one.caption)
    return _table_of_texts(words.as_lines(one.data), one.caption)


def drawing(one: Figure) -> Markup:
    """A figure with its caption."""
    return figure(one.png, caption=one.caption, alternative=f"{one.title}. {one.caption}")


def limits_section(scenario: Scenario, size: int, sources: Sources) -> Markup:
    """What such a simulation can tell and what it can't."""
    grades = Counter(parameter.evidence for parameter in PARAMETERS)
    counted = ", ".join(f"{count} {grade}" for grade, count in grades.most_common())
    simulated = words.counted(size, "simulated partnership")
    luck = (
        f"The intervals are those of {simulated}: how far other luck would move a number. They do "
        "not hold the doubt about parameters and rules, which is larger."
    )
    evidence = (
        f"Of {len(PARAMETERS)} parameters, by grade of evidence: {counted}. Most sizes are "
        "assumptions; levels are worth less than comparisons between arms that share parameters "
        "and luck."
    )
    forecast = (
        "It is no forecast for a partnership that you know. It says what follows if people act as "
        "the rules say, and helps to ask what would have to be true."
    )
    definitions = joined(
        "Maturity, talking shop and dissolution are what is defined above; other definitions, and "
        "official designations, give other times.",
        sources.mark("hsj2019maturity"),
    )
    people = (
        "People here have no biographies, no politics beyond influence and rivalry, and meet two "
        "by two."
    )
    items = [luck, evidence, forecast, definitions, people]
    return section("What this can and can't tell", bullets(items))


def reproduce_section(record: Mapping[str, Any]) -> Markup:
    """How to get the same numbers again."""
    versions = ", ".join(f"{name} {number}" for name, number in record["versions"].items())
    parts = []
    if record.get("command"):
        parts += [paragraph("What was typed:"), code(record["command"])]
    again = (
        f"trustsim run scenario.toml --replicates {record['replicates']} --seed {record['seed']} "
        f"--months {record['months']}"
    )
    parts += [
        paragraph("The scenario is kept beside this page, so this gives the same numbers:"),
        code(again),
        folded("scenario.toml", code(record["scenario_toml"])),
        paragraph(
            f"Scenario {record['scenario_digest']}, rules {record['sources_digest']}; engine "
            f"{record['engine']}; Python {record['python']} on {record['platform']}; {versions}. "
            "With the same rules the numbers are the same to the bit, whatever the number of "
            "workers, the engine or the machine."
        ),
    ]
    return section("How to get the same numbers again", *parts)


def sources_section(sources: Sources) -> Markup:
    """Every source that the page mentions, numbered; place it last."""
    return section(
        "Sources",
        paragraph(
            "How each statement was seen is in brackets: ",
            "; ".join(f"{grade}, {GRADES[grade]}" for grade in ("verified", "recalled")),
            ".",
        ),
        sources.listed(),
    )


def footer_text(record: Mapping[str, Any]) -> str:
    """Who made the page, and when."""
    return f"Made by trustsim {record['versions']['trustsim']} at {record['time_utc']}."


def _table_of_texts(data: pd.DataFrame, caption: str) -> Markup:
    return table(data.astype(object).map(unbroken), caption=caption)


def _chosen(scenario: Scenario, sources: Sources) -> Markup:
    import pandas as pd

    rows = []
    for name, value in scenario.overrides.items():
        known, choice = BY_NAME[name], choice_behind(scenario, name)
        if choice is None:
            of_default = "is" if known.source == OURS else "is from"
            why = joined(
                f"chosen for this run; the default {of_default} ", _cited(known.source, sources)
            )
        else:
            mark = "; " if choice.source == ASSUMED else " "
            why = joined(choice.why, mark, _cited(choice.source, sources))
        rows.append((name, f"{value:g}", f"{known.default:g}", known.unit, known.meaning, why))
    heads = ["parameter", "value", "default", "unit", "meaning", "why"]
    text = "What differs from the defaults."
    return table(pd.DataFrame(rows, columns=heads, dtype=object), caption=text)


def _done(scenario: Scenario, sources: Sources) -> Markup:
    import pandas as pd

    rows = []
    for items, how in ((scenario.interventions, ""), (scenario.menu, "may be reached for: ")):
        for item in items:
            known = CATALOG[item.name]
            first_line = known.__doc__.partition("\n")[0].replace("`", "")
            meaning = joined(first_line, " ", sources.mark(*known.cites))
            cost = f"{known.person_months:g} {'each time' if known.lasts_once else 'a month'}"
            rows.append((f"{how}{item}", known.kind, meaning, known.predicted, cost))
    heads = ["intervention", "kind", "meaning", "predicted", "person-months"]
    text = "What is done to them; start counts the months that pass before."
    return table(pd.DataFrame(rows, columns=heads, dtype=object), caption=text)


def _terms(scenario: Scenario) -> Markup:
    v = scenario.values()
    terms = {
        "Mature": f"maturity of at least {v['maturity_threshold']:g} for "
        f"{v['maturity_hold']:g} months in a row. Maturity is the geometric mean of breadth (pairs "
        f"of members whose mutual trust is at least {v['breadth_threshold']:g}) and joint working "
        "habits; both run from 0 to 1.",
        "Tokenistic, or a talking shop": "it meets, but for "
        f"{v['tokenistic_hold']:g} months in a row it delivers less than "
        f"{v['tokenistic_share']:g} of what a mature partnership delivers.",
        "Dissolved": "so many members left that the quorum is lost, or they voted to end it, or "
        "the sponsor stopped it.",
        "Forming": "none of these.",
    }
    listed = [element("dt", name) + element("dd", text) for name, text in terms.items()]
    return element("dl", *(Markup(item) for item in listed))


def _all_parameters(sources: Sources) -> Markup:
    import pandas as pd

    data = parameters()[["name", "default", "unit", "meaning", "evidence", "source"]]
    shown = data.astype(object)
    shown["default"] = [f"{value:g}" for value in data["default"]]
    shown["source"] = pd.Series([_cited(key, sources) for key in data["source"]], dtype=object)
    return folded(f"All {len(data)} parameters with their sources", table(shown))


def _cited(key: str, sources: Sources) -> Markup:
    return Markup("an assumption") if key in (ASSUMED, OURS) else sources.mark(key)
