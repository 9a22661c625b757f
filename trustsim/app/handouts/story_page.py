"""The story of one partnership as one page: by month, by year, and what it can't tell."""

from __future__ import annotations

from concurrent.futures import Executor
from typing import NamedTuple

from trustsim.analysis.intervals import wilson
from trustsim.app import ink, words
from trustsim.app.handouts.frames import Pieces, months_shown, packed_life
from trustsim.app.handouts.shell import Data, box, drawn, handout, panel, raw, still, transport
from trustsim.app.living import Life
from trustsim.app.picture import network
from trustsim.report import footer_text, scenario_section, sources_section
from trustsim.report.exhibits import MOST_TOLD, TOLD, picture
from trustsim.report.pieces import (
    Markup,
    Sources,
    bullets,
    code,
    element,
    figure,
    folded,
    paragraph,
    section,
    table,
)
from trustsim.report.words import counted
from trustsim.scenarios.scenario import Scenario
from trustsim.schema import STATUSES
from trustsim.simulation import Runs, simulate

OTHERS = 1000
"""Partnerships of the same scenario that a story is held against."""

FIRST_SHOWN = 12
STILLS = (0, 12, 24, 36, 60)
DONE = "what is done to them"
SIGNS = (
    '<p class="small">In the chart: trust (solid blue) and maturity (dashed green), both '
    "from 0 to 1. Ticks: somebody left; black triangle: an organisation left; purple triangle: "
    "something is done to them, from outside.</p>"
)
LIMITS = (
    (
        "One story proves nothing. With other luck the same partnership would have had another; "
        "the table above says how usual this end is."
    ),
    (
        "What came before an event is not its cause. Only the same partnership with and without "
        "something, on the same luck, tells what that did: trustsim compare."
    ),
    (
        "The people and organisations are made up. This is a model, not a forecast and not a "
        "history: most of its sizes are assumptions."
    ),
)


class Stay(NamedTuple):
    """An organisation at the table: after which months it was there, when key people changed."""

    name: str
    first: int
    last: int
    changes: tuple[int, ...]


def story_page(
    scenario: Scenario,
    *,
    seed: int = 0,
    replicate: int = 0,
    months: int = 120,
    command: str = "",
    executor: Executor | None = None,
) -> str:
    """The story of one partnership, as the text of an HTML file that needs no other.

    Parameters
    ----------
    scenario : Scenario
        What it lives through.
    seed, replicate, months : int, optional
        Which partnership, and how long it is watched, as for `Partnership`.
    command : str, optional
        What was typed to get this page, for the record.
    executor : concurrent.futures.Executor, optional
        As for `simulate`, which tells how usual such an end is.

    Raises
    ------
    ParameterError, ScenarioError, ResourceError
        As `Partnership` and `simulate`.
    """
    life = Life(scenario, seed, replicate, months)
    life.at(months)
    others = simulate(
        scenario, replicates=OTHERS, seed=life.model.seed, months=months, executor=executor
    )
    sources = Sources()
    lead = (
        f"One partnership: replicate {replicate} of seed {life.model.seed}, watched for "
        f"{counted(life.at(months).month, 'month')}. It was simulated, not observed."
    )
    return handout(
        f"The story of one partnership: {scenario.name}",
        _in_short(life, others),
        section("Month by month", _player(life), _stills(life)),
        section("Trust, maturity, frustration", _figure(life)),
        section("Year by year", *_years(life)),
        section("Who was there", _members(life)),
        section("Everything that happened", _events(life)),
        scenario_section(scenario, sources),
        section("What one story can't tell", bullets(LIMITS)),
        _again(life, command),
        sources_section(sources),
        kind="story",
        lead=paragraph(lead),
        footer=paragraph(_made_by()),
        data=story_data(life),
    )


def story_data(life: Life) -> Data:
    """What the script of the page draws."""
    pieces, months = Pieces(), _months(life)
    packed = packed_life(life, pieces, months, DONE)
    written = pieces.writer()
    return drawn(
        pieces,
        months=months,
        index=_first(months),
        lives=[[[written(one) for one in month] for month in packed]],
        cases=[{"lives": [0]}],
    )


def _months(life: Life) -> list[int]:
    return months_shown(life.at(life.horizon).month)


def _first(months: list[int]) -> int:
    """Place of the month that is shown first."""
    return max(place for place, month in enumerate(months) if month <= FIRST_SHOWN)


def _in_short(life: Life, others: Runs) -> Markup:
    import pandas as pd

    end = life.at(life.horizon)
    left = sum(one.event == "member left" for one in life.happenings(life.horizon))
    here = sum(bool(name) for name in end.names)
    told = (
        f"After month {end.month} it is {ink.STATUS_WORDS[end.status]}: {here} at the table, "
        f"mean trust {end.mean_trust:.2f} (of 1). {counted(left, 'organisation')} left on the way."
    )
    rows = []
    ends = list(others.runs["status"].astype(str))
    for status in STATUSES:
        low, high = wilson(ends.count(status), len(ends))
        shown = ink.STATUS_WORDS[status] + (" (as here)" if status == end.status else "")
        share = ends.count(status) / len(ends)
        rows.append((shown, f"{100 * share:.1f} %", f"{100 * low:.1f} to {100 * high:.1f} %"))
    heads = ["where they stand at the end", "share", "95 % interval"]
    caption = (
        f"How usual that is: {counted(len(ends), 'partnership')} with the same scenario, each with "
        f"luck of its own, after {counted(others.horizon, 'month')}. The intervals hold the luck "
        "of so many, not the doubt about the model."
    )
    usual = table(pd.DataFrame(rows, columns=heads), caption=caption)
    return section("In short", paragraph(told), usual)


def _player(life: Life) -> Markup:
    months = _months(life)
    return box(
        "player",
        transport(months, _first(months)),
        box("twins", panel("")),
        raw(words.legend(timeline=False)),
        raw(SIGNS),
        raw(words.status_legend(pairs=False)),
    )


def _stills(life: Life) -> Markup:
    """A few months, for paper and for browsers that run no script."""
    end = life.at(life.horizon).month
    chosen = [*(month for month in STILLS if month < end), end]
    shown = [still("", network(life, month), words.now(life, month, DONE)) for month in chosen]
    return box("stills", box("row", *shown), raw(words.legend(timeline=False)))


def _figure(life: Life) -> Markup:
    import pandas as pd

    from trustsim.figures import plot_partnership_story

    events = life.model.events
    told = events[events["event"].isin(TOLD)].drop_duplicates(["month", "event"])
    ax = plot_partnership_story(
        pd.DataFrame(life.model.month_rows()), told[["month", "event"]].head(MOST_TOLD)
    )
    caption = (
        "Trust between its people, maturity, the frustration of its members, and the show that a "
        f"sponsor sees. One partnership, so no interval. At most {MOST_TOLD} events are marked."
    )
    return figure(picture(ax), caption=caption, alternative=f"Curves of one partnership. {caption}")


def _years(life: Life) -> list[Markup]:
    """The very words of `trustsim story`, the months in front of each paragraph in bold."""
    opening, *years = life.model.story().split("\n\n")
    named = (
        "A person is named by seat and number: H2#0 is the first who sat in the second seat of H."
    )
    told = [year.partition(":") for year in years]
    bold = [paragraph(element("strong", f"{when}:"), rest) for when, _, rest in told]
    return [paragraph(opening, " ", named), *bold]


def _members(life: Life) -> Markup:
    """Each organisation that sat at the table: from when to when, and who changed in it."""
    import pandas as pd

    happenings = life.happenings(life.horizon)
    causes = {(one.who, one.month): one.detail for one in happenings if one.event == "member left"}
    end = life.at(life.horizon).month
    rows = []
    for stay in stays(life):
        since = f"month {stay.first}" if stay.first else "the start"
        until = f"month {stay.last + 1}" if stay.last < end else "the end"
        why = causes.get((stay.name, stay.last + 1), "")
        changes = ", ".join(map(str, stay.changes)) or "never"
        rows.append((stay.name, f"{since} to {until}", why, changes))
    heads = ["organisation", "at the table", "left because of", "key people changed in month"]
    caption = "A number in brackets: the second, third and so on that held that seat."
    return table(pd.DataFrame(rows, columns=heads), caption=caption)


def stays(life: Life) -> list[Stay]:
    """Each organisation of a story, seat by seat."""
    months: dict[tuple[int, str], list[int]] = {}
    people: dict[tuple[int, str], list[frozenset[str]]] = {}
    for moment in life.until(life.horizon):
        for seat, name in enumerate(moment.names):
            if name:
                months.setdefault((seat, name), []).append(moment.month)
                people.setdefault((seat, name), []).append(frozenset(moment.people[seat]))
    found = []
    for key, there in sorted(months.items()):
        before = zip(people[key], people[key][1:], there[1:], strict=False)
        changes = tuple(month for old, new, month in before if old != new)
        found.append(Stay(key[1], there[0], there[-1], changes))
    return found


def _events(life: Life) -> Markup:
    events = life.model.events
    if not len(events):
        return paragraph("Nothing worth telling happened.")
    return folded(f"All {len(events)} events", table(events.astype(object)))


def _again(life: Life, command: str) -> Markup:
    from trustsim.output import versions

    model = life.model
    again = (
        f"trustsim story scenario.toml --seed {model.seed} --replicate {model.replicate} "
        f"--months {life.horizon} --html story.html"
    )
    typed = [paragraph("What was typed:"), code(command)] if command else []
    used = ", ".join(f"{name} {number}" for name, number in versions().items())
    return section(
        "How to get the same story again",
        *typed,
        paragraph("With the scenario below in a file, this gives the same story:"),
        code(again),
        folded("scenario.toml", code(life.scenario.to_toml())),
        paragraph(f"Scenario {life.scenario.digest()}; {used}."),
    )


def _made_by() -> str:
    from trustsim.output import now, versions

    return footer_text({"versions": versions(), "time_utc": now()})
