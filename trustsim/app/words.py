"""HTML of the words on a page: what is going on, the legend, the table of results."""

from __future__ import annotations

from html import escape

from trustsim.app import ink
from trustsim.app.cases import acts, intervention_of
from trustsim.app.fates import MEASURES, Fates, Verdict, between, signed
from trustsim.app.levers import Choice, Lever, meaning
from trustsim.app.living import Happening, Life
from trustsim.app.picture import TIES
from trustsim.app.state import SKIPPED, State, opening
from trustsim.figures.style import DARK, PURPLE, SOOT

TOLD = 3
"""Happenings that are told under a picture."""

TIMELINE_WORDS = (
    '<p class="small">Below each picture: trust (solid blue) and maturity (dashed green), both '
    "from 0 to 1. Ticks: somebody left; black triangle: an organisation left; purple triangle: "
    "done from outside; the other signs are those of the hundred below.</p>"
)
EVENT_WORDS = {
    "intervention started": "the lever starts",
    "intervention stopped": "the lever stops",
    "key person left": "leaves",
    "key person replaced by decree": "is replaced",
    "member left": "leaves the table",
    "seat filled": "joins",
    "incident": "breaks its word",
    "matured": "they are mature",
    "relapsed": "no longer mature",
    "became tokenistic": "a talking shop now",
    "dissolved": "it is over",
}


def paragraphs(words: str) -> str:
    """Text with empty lines in it as paragraphs."""
    return "".join(f"<p>{escape(one)}</p>" for one in words.split("\n\n"))


def now(life: Life, month: int, lever: str = "the lever") -> str:
    """Where the partnership stands and what happened last; lever: what is done is called."""
    moment = life.at(month)
    told: list[str] = []
    for one in reversed(life.happenings(month)):
        words = EVENT_WORDS.get(one.event, one.event).replace("the lever", lever)
        line = f"month {one.month}: {_who(one)}{words}"
        if line not in told:
            told.append(line)
        if len(told) == TOLD:
            break
    here = sum(bool(name) for name in moment.names)
    stands = (
        f"<b>Month {moment.month}, {ink.STATUS_WORDS[moment.status]}</b>: {here} at the table, "
        f'mean trust <b class="trust">{moment.mean_trust:.3f}</b>'
    )
    return f"{stands}<br>{'; '.join(escape(line) for line in told) or 'nothing happened yet'}."


def _who(one: Happening) -> str:
    if one.event.startswith("intervention") or one.who in ("everybody", "members"):
        return ""
    if one.event.startswith("key person"):
        return f"somebody of {one.who.partition('#')[0].rstrip('0123456789')} "
    return f"{one.who} "


def legend(*, timeline: bool = True) -> str:
    """What the signs of the living picture mean, and those of the timeline below it."""

    def entry(drawn: str, words: str) -> str:
        return f'<span><svg viewBox="0 0 34 18" aria-hidden="true">{drawn}</svg>{words}</span>'

    ties = [
        entry(ink.line(1, 9, 33, 9, colour, width, dash), f"{name}")
        for name, colour, width, dash in TIES
    ]
    deeds = [
        entry(ink.action_mark(17, 9, action), words) for action, words in ink.ACTION_WORDS.items()
    ]
    coordinator = ink.diamond(17, 9, 9, PURPLE, SOOT) + ink.text(17, 13, "C", 10, weight=700)
    people = [
        entry(ink.circle(17, 9, 6, DARK), "key person"),
        entry(ink.circle(17, 9, 6, ink.WHITE, PURPLE, 3), "new this month"),
        entry(coordinator, "coordinator, between whom it looks after"),
    ]
    signs = (
        f'<div class="legend"><b>Who is there:</b>{"".join(people)}</div>'
        f'<div class="legend"><b>Trust between two:</b>{"".join(ties)}</div>'
        f'<div class="legend"><b>What they do:</b>{"".join(deeds)}'
        f"{entry(ink.circle(17, 9, 6.5, 'none', '#D55E00', 1.2), 'read as selfish')}</div>"
    )
    return signs + (TIMELINE_WORDS if timeline else "")


def status_legend(*, pairs: bool = True) -> str:
    """What the signs of the statuses mean, and the frame around a pair that ended differently."""
    marks = "".join(
        f'<span><svg viewBox="0 0 34 18" aria-hidden="true">{ink.status_mark(17, 9, name)}</svg>'
        f"{words}</span>"
        for name, words in ink.STATUS_WORDS.items()
    )
    frame = (
        '<span><svg viewBox="0 0 34 18" aria-hidden="true"><rect x="9" y="1" width="16" '
        'height="16" rx="3" fill="none" stroke="#CC79A7" stroke-width="2"/></svg>'
        "ended differently</span>"
    )
    return f'<div class="legend">{marks}{frame if pairs else ""}</div>'


def lever_name(state: State, lever: Lever, value: float | str) -> str:
    """A lever's name, where it stands, and behind "what is this?" what it means and rests on."""
    about = escape(meaning(lever, intervention_of(state, lever)), quote=True)
    shown = "" if isinstance(lever, Choice) else f': <span class="value">{value:g}</span>'
    unit = "" if isinstance(lever, Choice) else f' <span class="small">{escape(lever.unit)}</span>'
    return (
        f'<span class="name" title="{about}">{escape(lever.label)}{shown}{unit}</span>'
        f'<details title="{about}"><summary aria-label="About: {escape(lever.label)}">'
        f"what is this?</summary>{about}</details>"
    )


def levers_shown(state: State) -> list[Lever]:
    """Levers that can change anything now."""
    return [lever for lever in state.lesson.levers if acts(state, lever)]


def answer(state: State, found: Fates) -> str:
    """What was bet, what came out, and whether the bet was won."""
    bet = state.lesson.bet
    verdict: Verdict = MEASURES[bet.measure](found)
    options = dict(bet.options)
    lines = [f"<p>{escape(verdict.words)}</p>"]
    if state.bet != SKIPPED:
        result = "Right." if state.bet == verdict.option else "Not this time."
        if bet.of_start and state.values != opening(state.lesson).values:
            result = "That was about the levers as they stood at first."
        elif not verdict.option:
            result = "This can't settle it."
        lines.insert(0, f"<p>You bet: <b>{escape(options[state.bet])}</b>. <b>{result}</b></p>")
    lines.append(f"<p>{escape(state.lesson.closing)}</p>")
    return "".join(lines)


def results(state: State, found: Fates) -> str:
    """Counts of both fates, and what differs with its interval."""
    first, second = found.counts(0), found.counts(1)
    rows = "".join(
        f"<tr><td>{ink.STATUS_WORDS[name]}</td><td>{first[name]}</td><td>{second[name]}</td></tr>"
        for name in first
    )
    dissolved, value = found.effect("dissolved"), found.effect("value")
    points, worth = signed(100 * dissolved.difference, ".0f"), signed(value.difference, ".1f")
    low, high = (signed(end, ".1f", plus="") for end in value.bounds)
    return (
        f"<table><thead><tr><th>after ten years</th><th>{escape(state.lesson.first)}</th>"
        f"<th>{escape(state.lesson.second)}</th></tr></thead><tbody>{rows}</tbody></table>"
        f'<p class="small">Dissolved: {points} in a hundred ({between(dissolved.bounds)}). '
        f"Joint value over ten years: {value.baseline:.1f} and {value.other:.1f}, {worth} "
        f"(95 % interval {low} to {high}). {found.case.pairs} pairs, luck {found.case.luck}.</p>"
    )
