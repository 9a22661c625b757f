"""The report of one run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from trustsim.catalogue import ASSUMED, OURS, choice_behind, parameters
from trustsim.model.parameters import BY_NAME, PARAMETERS
from trustsim.report.doubt import doubt_section
from trustsim.report.exhibits import first_of_two
from trustsim.report.pieces import Markup, Sources, figure, joined, rendered, table
from trustsim.report.words import (
    FIRST_OF_TWO,
    INTERVALS,
    as_lines,
    by_month,
    cell,
    counted,
    look_up,
    moment,
    records,
    reported_months,
    series,
    span,
    spoken,
)
from trustsim.scenarios.interventions.catalog import CATALOG

if TYPE_CHECKING:
    import pandas as pd

    from trustsim.report.exhibits import Figure, Table
    from trustsim.scenarios.scenario import Scenario
    from trustsim.simulation import Runs

STATUS_COLUMNS = ("mature", "tokenistic", "forming", "dissolved", "tokenistic among survivors")
ATTRITION_COLUMNS = ("dissolved", "lost a member", "mean members lost")
READING_ORDER = (
    *(
        "status",
        "incidence",
        "first_of_two",
        "attrition",
        "causes",
        "hazard_dissolved",
        "time_to_maturity",
    ),
    *("hazard_matured", "turnover"),
)


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

    Returns
    -------
    str
        HTML that needs no other file and asks nothing of a network.
    """
    sources = Sources()
    page = rendered(
        "run.html",
        title=f"Trust between partners: {runs.scenario.name}",
        runs=runs,
        intervals=INTERVALS,
        headlines=[text.split(": ", 1) for text in headlines(runs)],
        scenario=scenario_section(runs.scenario, sources),
        results=results_of(tables, figures),
        doubt=doubt_section(doubt),
        record=record,
        **limits(len(runs), sources),
        footer=footer_text(record),
    )
    return str(page)


def headlines(runs: Runs) -> list[str]:
    """The answers in a few sentences, each with its interval: attrition, maturity, talking shops.

    Each begins with its topic and a colon. The intervals say how far other luck would move
    the numbers, nothing more.
    """
    return [*_attrition(runs), *_maturity(runs), *_first(runs), *_talking_shops(runs)]


def scenario_section(scenario: Scenario, sources: Sources) -> Markup:
    """Who these partners are and what is done to them, with the reason for each choice."""
    chosen, done = _chosen(scenario, sources), _done(scenario, sources)
    known = parameters()[["name", "default", "unit", "meaning", "evidence", "source"]]
    shown = [
        row | {"default": f"{row['default']:g}", "source": _cited(row["source"], sources)}
        for row in records(known)
    ]
    return rendered(
        "scenario.html",
        chosen=chosen,
        done=done,
        values=scenario.values(),
        size=len(known),
        parameters=table(shown),
    )


def limits(size: int, sources: Sources) -> dict[str, Any]:
    """What the section on limits needs: how many were simulated, and how parameters are known."""
    grades = Counter(parameter.evidence for parameter in PARAMETERS).most_common()
    return {"size": size, "grades": grades, "sources": sources}


def results_of(
    tables: Sequence[Table], figures: Sequence[Figure]
) -> list[tuple[str, list[Markup]]]:
    """All figures and tables in the order of reading, those of one title together."""
    order = {name: place for place, name in enumerate(READING_ORDER)}
    shown = [(one.name, one.title, drawing(one)) for one in figures]
    shown += [(one.name, one.title, exhibit(one)) for one in tables]
    found: dict[str, list[Markup]] = {}
    for _, title, markup in sorted(shown, key=lambda one: order.get(one[0], len(order))):
        found.setdefault(title, []).append(markup)
    return list(found.items())


def exhibit(one: Table) -> Markup:
    """A summary table; long ones are turned so that a row is a month."""
    quantities = set(one.data["quantity"])
    data = as_lines(one.data)
    for wide in (ATTRITION_COLUMNS, STATUS_COLUMNS, FIRST_OF_TWO):
        if quantities >= set(wide):
            data = by_month(one.data, wide)
    return table(data.astype(object).map(spoken), caption=one.caption)


def drawing(one: Figure) -> Markup:
    """A figure with its caption."""
    return figure(one.png, caption=one.caption, alternative=f"{one.title}. {one.caption}")


def footer_text(record: Mapping[str, Any]) -> str:
    """Who made the page, and when."""
    return f"Made by trustsim {record['versions']['trustsim']} at {record['time_utc']}."


def _chosen(scenario: Scenario, sources: Sources) -> Markup | None:
    """The parameters that differ from their defaults."""
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
        row = {"parameter": name, "value": f"{value:g}", "default": f"{known.default:g}"}
        rows.append(row | {"unit": known.unit, "meaning": known.meaning, "why": why})
    return table(rows, caption="What differs from the defaults.") if rows else None


def _done(scenario: Scenario, sources: Sources) -> Markup | None:
    """The interventions, and the bullets that may be reached for."""
    rows = []
    for items, how in ((scenario.interventions, ""), (scenario.menu, "may be reached for: ")):
        for item in items:
            known = CATALOG[item.name]
            first_line = known.__doc__.partition("\n")[0].replace("`", "")
            meaning = joined(first_line, " ", sources.mark(*known.cites))
            cost = f"{known.person_months:g} {'each time' if known.lasts_once else 'a month'}"
            row = {"intervention": f"{how}{item}", "kind": known.kind, "meaning": meaning}
            rows.append(row | {"predicted": known.predicted, "person-months": cost})
    caption = "What is done to them; start counts the months that pass before."
    return table(rows, caption=caption) if rows else None


def _cited(key: str, sources: Sources) -> Markup:
    return Markup("an assumption") if key in (ASSUMED, OURS) else sources.mark(key)


def _attrition(runs: Runs) -> list[str]:
    values = runs.scenario.values()
    if values["may_exit"] == 0:
        text = "Attrition: none, by definition. No member may leave here and the partnership "
        return [text + "can't end (may_exit = 0)."]
    months = reported_months(runs.horizon)
    table = runs.attrition(months)
    last = moment(months[-1])
    members = int(values["organisations"])
    lost = series(table, "mean members lost", months, "on average")
    one = cell(look_up(table, "lost a member", months[-1]))
    ended = series(table, "dissolved", months, "of the partnerships had dissolved")
    texts = [
        f"Attrition: {ended}, whether or not they had matured before.",
        (
            f"Members lost: {lost}; {members} sat down at the start, and left seats may be filled "
            f"again. {one} of the partnerships had lost at least one by {last}."
        ),
    ]
    causes = runs.runs["cause"].value_counts()
    if causes.sum():
        texts.append(
            f"Commonest cause of an end: {causes.index[0]}, "
            f"{causes.iloc[0]:,} of the {causes.sum():,} that ended by {last}."
        )
    return texts


def _maturity(runs: Runs) -> list[str]:
    table = runs.time_to_maturity()
    months = reported_months(runs.horizon)
    end = months[-1]
    median = look_up(table, "median month of those matured", end)
    first = look_up(table, "first decile month of those matured", end)
    mean = look_up(table, "months not mature, restricted mean", end)
    if median.n:
        when = (
            f"Those that matured: half of these {median.n:,} had done so by month {cell(median)}, "
            f"a tenth by month {cell(first)}. The others have no such month, so this is no "
            "average time-to-maturity."
        )
    else:
        when = f"Those that matured: none of {len(runs):,} within {span(end)}."
    everybody = (
        f"All partnerships: {cell(mean)} of the first {counted(end, 'month')} went by before "
        "maturity, on average; where it never came, all of them."
    )
    matured = series(table, "matured", months, "of the partnerships had matured")
    return [f"Time-to-maturity: {matured}.", when, everybody]


def _first(runs: Runs) -> list[str]:
    if runs.scenario.values()["may_exit"] == 0:
        return []
    table = first_of_two(runs, [runs.horizon])
    matured, before, neither = (cell(look_up(table, q, runs.horizon)) for q in FIRST_OF_TWO[:3])
    text = (
        f"Which came first: by {moment(runs.horizon)}, {matured} of the partnerships had matured, "
        f"{before} had dissolved before they matured, and to {neither} neither had happened yet."
    )
    return [text]


def _talking_shops(runs: Runs) -> list[str]:
    months = reported_months(runs.horizon)
    table = runs.status_shares(months)
    name = "tokenistic among survivors"
    alive = [month for month in months if look_up(table, name, month).n]
    if not alive:
        return ["Talking shops: no partnership was left to be one."]
    return [f"Talking shops: {series(table, name, alive, 'of those still alive were one')}."]
