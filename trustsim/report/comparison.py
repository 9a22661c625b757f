"""The report of a comparison: what each arm changed, for whom, at what cost."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from trustsim.model.parameters import BY_NAME
from trustsim.report import comparison_words as said
from trustsim.report.comparison_exhibits import MOST_LINES, Chosen, to_look_at
from trustsim.report.doubt import doubt_section
from trustsim.report.exhibits import MOST_PEOPLE
from trustsim.report.pieces import (
    Markup,
    Sources,
    bullets,
    in_two_lines,
    joined,
    may_break,
    rendered,
    table,
)
from trustsim.report.run import drawing, footer_text, limits, scenario_section
from trustsim.report.words import DASH, MINUS, moment, records
from trustsim.scenarios.interventions.catalog import CATALOG

if TYPE_CHECKING:
    import pandas as pd

    from trustsim.comparison import Comparison
    from trustsim.report.exhibits import Figure, Table
    from trustsim.scenarios.interventions.definition import Intervention
    from trustsim.scenarios.scenario import Scenario

MOST_STORIES = 4
"""Arms of which stories are told in the page; for further arms there are the commands."""

OPEN = ("crossings", "costs")
"""Tables that are shown at once; the others open with a click."""


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

    Returns
    -------
    str
        HTML that needs no other file and asks nothing of a network.
    """
    sources, names = Sources(), comparison.names
    base = comparison.baseline.scenario
    drawn: dict[str, list[Markup]] = {}
    for one in figures:
        drawn.setdefault(one.title, []).append(drawing(one))
    examples = [
        (
            arm,
            [_example(comparison, arm, one, record, place) for one in to_look_at(comparison, arm)],
        )
        for place, arm in enumerate(names)
    ]
    page = rendered(
        "comparison.html",
        title=f"What changes trust between partners: {base.name}",
        comparison=comparison,
        paired=said.PAIRED,
        overview=_overview(comparison),
        found=[(arm, said.arm_facts(comparison, arm)) for arm in names],
        arms=_arms(comparison, sources),
        scenario=scenario_section(base, sources),
        most_lines=MOST_LINES,
        figures=list(drawn.items()),
        tables=[(one.title, shown_table(one), one.name in OPEN) for one in tables],
        doubt=doubt_section(doubt),
        examples=examples,
        growing=said.growing_with_life(comparison),
        **limits(len(comparison), sources),
        record=record,
        again=_again(comparison, record),
        footer=footer_text(record),
    )
    return str(page)


def shown_table(one: Table) -> Markup:
    """A table for reading: intervals stand beside their estimates, all cells are short."""
    data = one.data[one.data["count"] > 0] if one.name == "fates" else one.data
    row_of = ROWS.get(one.name, dict)
    rows = [row_of(row) | {"arm": may_break(str(row["arm"]))} for row in records(data)]
    return table([{"arm": row.pop("arm")} | row for row in rows], caption=one.caption)


def _overview(comparison: Comparison) -> Markup:
    """One row an arm; intervals stand below their estimates."""
    return table(
        [
            {
                name: may_break(text) if name == "arm" else in_two_lines(text)
                for name, text in row.items()
            }
            for row in said.overview(comparison)
        ]
    )


def _arms(comparison: Comparison, sources: Sources) -> Markup:
    """What is done in each arm that is not done in the baseline, and what its cost is."""
    base = comparison.baseline.scenario
    rows = [
        {"arm": may_break(arm)} | _what_differs(base, comparison.runs(arm).scenario, sources)
        for arm in comparison.names
    ]
    caption = "The baseline is described below. Predictions are those of the catalogue."
    return table(rows, caption=caption)


def _what_differs(base: Scenario, scenario: Scenario, sources: Sources) -> dict[str, object]:
    """What an arm adds, lacks and sets otherwise; what was predicted; person-months."""
    added = [item for item in scenario.interventions if item not in base.interventions]
    known = {item: CATALOG[item.name] for item in added if item.name in CATALOG}
    parts = [
        joined(f"+{item} ", sources.mark(*known[item].cites) if item in known else "")
        for item in added
    ]
    lacking = [item for item in base.interventions if item not in scenario.interventions]
    here, there = scenario.values(), base.values()
    texts = [f"without {item}" for item in lacking]
    texts += [
        f"{name} {here[name]:g} instead of {there[name]:g} ({BY_NAME[name].meaning})"
        for name in here
        if here[name] != there[name]
    ]
    if scenario.menu != base.menu:
        texts.append("another menu of silver bullets that may be reached for")
    predicted = [f"{one.recipe.__name__}: {one.predicted}" for one in known.values()]
    costs = [f"{item.person_months:g} {_how_often(item)}" for item in added]
    listed = bullets([*parts, *texts]) if parts or texts else Markup("nothing")
    return {
        "what differs from the baseline": listed,
        "predicted": "; ".join(predicted),
        "person-months": "; ".join(costs),
    }


def _how_often(item: Intervention) -> str:
    once = item.name in CATALOG and CATALOG[item.name].lasts_once
    return "each time" if once else "a month"


def _example(
    comparison: Comparison, arm: str, one: Chosen, record: Mapping[str, Any], place: int
) -> dict[str, Any]:
    """A partnership to look at: both lives in a line each, both stories, how to have them told."""
    pair = ("baseline", arm)
    change = f"{one.difference:+.2f}".replace("-", MINUS)
    end = f"--seed {comparison.seed} --replicate {one.replicate} --months {comparison.horizon}"
    files = (shlex.quote(f"{record['arms'][name]['files']}.toml") for name in pair)
    return {
        "title": f"{one.role}: partnership {one.replicate}, value {change}",
        "lives": [said.life_in_words(comparison, name, one.replicate) for name in pair],
        "commands": "\n".join(f"trustsim story {file} {end}" for file in files),
        "stories": [(name, _story(comparison, name, one.replicate)) for name in pair]
        if place < MOST_STORIES and _small_enough(comparison, arm)
        else [],
    }


def _small_enough(comparison: Comparison, arm: str) -> bool:
    """Whether Mesa can tell a story of both arms in reasonable time."""
    sizes = (comparison.runs(name).scenario.values() for name in ("baseline", arm))
    return all(values["organisations"] * values["people"] <= MOST_PEOPLE for values in sizes)


def _story(comparison: Comparison, arm: str, replicate: int) -> list[str]:
    model = comparison.one(replicate, arm)
    told = model.story().split("\n\n")
    model.release()
    return list(told)


def _again(comparison: Comparison, record: Mapping[str, Any]) -> str:
    """Python that gives the same numbers, from the files beside the page."""
    named = {name: f"{kept['files']}.toml" for name, kept in record["arms"].items()}
    arms = [f"        {name!r}: ts.scenario({named[name]!r})," for name in comparison.names]
    sizes = f"replicates={record['replicates']}, seed={record['seed']}, months={record['months']}"
    lines = [
        *("import trustsim as ts", "", "ts.compare("),
        f"    ts.scenario({named['baseline']!r}),",
        *("    {", *arms, "    },"),
        f"    {sizes}, lifted=False,",
        ")",
    ]
    return "\n".join(lines)


def _effect(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "outcome": row["outcome"],
        "by": moment(int(row["month"])),
        "unit": row["unit"],
        "baseline": said.level(row["baseline"], row["unit"]),
        "in the arm": said.level(row["other"], row["unit"]),
        "difference": in_two_lines(said.change(row)),
        "better": in_two_lines(said.share(row, "better")),
        "worse": in_two_lines(said.share(row, "worse")),
    }


def _cost(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "person-months": f"{row['person_months']:.1f}",
        "beyond the baseline": _within(row["extra"], row["extra_low"], row["extra_high"]),
        "matured more": f"{100 * row['matured']:+.1f} points".replace("-", MINUS),
        "by": moment(int(row["month"])),
        "per partnership more that matured": _within(
            row["per_matured"], row["per_low"], row["per_high"]
        ),
    }


def _fate(row: dict[str, Any]) -> dict[str, Any]:
    share, low, high = (100 * row[name] for name in ("share", "low", "high"))
    return {
        "in the baseline": row["baseline"],
        "in the arm": row["other"],
        "partnerships": row["count"],
        "share of all": f"{share:.1f} % ({low:.1f} to {high:.1f})",
    }


def _payer(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "quantity": str(row["quantity"]).replace("_", " "),
        "unit": row["unit"],
        "member": row["member"],
        "baseline": said.level(row["baseline"], ""),
        "in the arm": said.level(row["other"], ""),
        "difference": _within(row["difference"], row["low"], row["high"]),
    }


ROWS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "effects": _effect,
    "costs": _cost,
    "fates": _fate,
    "who_pays": _payer,
}
"""How a row of these tables is shown, after its arm."""


def _within(middle: float, low: float, high: float) -> str:
    """Estimate and interval, three digits each; a dash where there is none."""
    if middle != middle:
        return DASH
    bounds = f" ({low:.3g} to {high:.3g})" if low == low else ""
    return f"{middle:.3g}{bounds}".replace("-", MINUS)
