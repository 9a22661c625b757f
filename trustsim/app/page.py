"""The page: one lesson on one screen. Everything shown follows from the address of the page."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial, wraps
from html import escape
from importlib.resources import files
from typing import Any

import reacton.ipyvuetify as v
import solara
from solara.lab import use_task

from trustsim.app import words
from trustsim.app.cases import Case, case_of
from trustsim.app.fates import Fates, live_lightly
from trustsim.app.hundred import hundred
from trustsim.app.kept import kept
from trustsim.app.lessons import LESSONS
from trustsim.app.levers import Choice, Slider
from trustsim.app.living import Life, life_of
from trustsim.app.picture import network, timeline
from trustsim.app.state import (
    HORIZON,
    HUNDRED,
    LARGEST_LUCK,
    SKIPPED,
    State,
    opening,
    read_query,
    shown_of,
)
from trustsim.app.widgets import button, chooser, html, slider, trouble
from trustsim.errors import TrustsimError

BEAT = 0.6
"""Seconds a month lasts while the picture plays."""

LOG = logging.getLogger(__name__)
FAILED = (
    "This page failed. That is our mistake, not yours. Open the address without what follows the "
    "question mark, or start `trustsim app` again; the terminal in which it runs tells more."
)
STYLE = files("trustsim.app").joinpath("style.css").read_text(encoding="utf-8")
CASES_KEPT = 256
Go = Callable[[State], None]

fates_of: Callable[[Case, str], Fates] = kept(CASES_KEPT)(live_lightly)


def warm() -> None:
    """Compute what the first page needs, so that whoever opens it does not wait for that."""
    state, _ = read_query("")
    case = case_of(state)
    fates_of(case, state.lesson.bet.measure)
    for scenario, luck in ((case.first, case.luck), (case.second, case.other_luck)):
        life_of(scenario, luck, shown_of(state)).at(state.month)


def _plainly(draw: Callable[..., None]) -> Callable[..., None]:
    """A part of the page that says in a sentence that it failed; the terminal says where."""

    @wraps(draw)
    def guarded(*given: Any, **named: Any) -> None:
        try:
            draw(*given, **named)
        except Exception:
            LOG.exception("a part of the page failed")
            html("div", escape(FAILED), "note", role="alert")

    return guarded


@solara.component
def _bare(children: Any = ()) -> None:
    """Nothing around the page but its style."""
    solara.Style(STYLE)
    solara.Div(children=list(children))


@solara.component
@_plainly
def _page() -> None:
    """One lesson, as the address says."""
    router = solara.use_router()
    state, notes = read_query(router.search)
    solara.Title(f"{state.lesson.title} · trustsim")

    def go(new: State) -> None:
        router.push(f"/?{new.query()}")

    with v.Html(tag="main", class_="trustsim", attributes={"lang": "en"}):
        _lessons(state, go)
        for note in notes:
            html("div", escape(note), "note", role="status")
        if trouble.value:
            html("div", escape(trouble.value), "note", role="alert")
        with solara.Div(classes=["intro"]):
            with solara.Div():
                html("h1", escape(state.lesson.question))
                html("div", words.paragraphs(state.lesson.words))
            _bet(state, go)
        with solara.Div(classes=["screen"]):
            _levers(state, go)
            try:
                case = case_of(state)
            except TrustsimError as problem:
                html("div", escape(f"These levers do not go together. {problem}"), "note")
                return
            _twins(state, case, go)
        _hundred(state, case)


@solara.component
@_plainly
def _lessons(state: State, go: Go) -> None:
    """A button for every lesson."""
    with v.Html(tag="nav", class_="lessons", attributes={"aria-label": "lessons"}):
        for number, lesson in enumerate(LESSONS, 1):
            here = lesson.key == state.lesson.key
            button(
                f"{number} {lesson.title}",
                partial(go, opening(lesson)),
                chosen=here,
                current=here,
            )


@solara.component
@_plainly
def _bet(state: State, go: Go) -> None:
    """What a reader thinks will happen, before it is shown."""
    bet = state.lesson.bet
    with solara.Div(classes=["bet"]):
        html("h2", f"Your bet. {escape(bet.question)}")
        with solara.Div(classes=["options"]):
            for option, label in (*bet.options, (SKIPPED, "Just show me")):
                button(
                    label,
                    partial(go, state._replace(bet=option)),
                    chosen=state.bet == option,
                    pressed=state.bet == option,
                )


@solara.component
@_plainly
def _levers(state: State, go: Go) -> None:
    """What can be moved."""
    with solara.Div(classes=["levers"]):
        html("h2", "Levers")
        for lever in words.levers_shown(state):
            if isinstance(lever, Choice):
                _chooser(state, lever, go).key(f"{state.lesson.key} {lever.key}")
            else:
                _mover(state, lever, go).key(f"{state.lesson.key} {lever.key}")
        if state.values != opening(state.lesson).values:
            back = state._replace(values=opening(state.lesson).values)
            button("All levers back", lambda: go(back))


@solara.component
@_plainly
def _chooser(state: State, lever: Choice, go: Go) -> None:
    """One of several names."""
    with solara.Div(classes=["lever", f"lever-{lever.key}"]):
        html("div", words.lever_name(state, lever, state.values[lever.key]))
        now = str(state.values[lever.key])
        chooser(lever.label, lever.options, now, lambda name: go(state.move(lever.key, name)))


@solara.component
@_plainly
def _mover(state: State, lever: Slider, go: Go) -> None:
    """A slider: its number follows the hand, the partnerships follow when it is let go."""
    at_rest = float(state.values[lever.key])
    moving, set_moving = solara.use_state(at_rest)
    solara.use_effect(lambda: set_moving(at_rest), [at_rest])
    with solara.Div(classes=["lever", f"lever-{lever.key}"]):
        html("div", words.lever_name(state, lever, moving))
        slider(
            lever.label,
            moving,
            (lever.low, lever.high, lever.step),
            set_moving,
            lambda value: go(state.move(lever.key, lever.read(str(value)))),
        )


@solara.component
@_plainly
def _twins(state: State, case: Case, go: Go) -> None:
    """The same partnership in its two fates, month by month."""
    month, set_month = solara.use_state(state.month)
    playing, set_playing = solara.use_state(False)
    solara.use_effect(lambda: set_month(state.month), [state.month])
    lives = [
        (state.lesson.first, life_of(case.first, case.luck, shown_of(state))),
        (state.lesson.second, life_of(case.second, case.other_luck, shown_of(state))),
    ]

    async def play() -> None:
        now = month
        while playing and now < HORIZON:
            await asyncio.sleep(BEAT)
            now += 1
            set_month(now)
        if playing:
            set_playing(False)

    use_task(play, dependencies=[playing, state.query()], raise_error=False)

    def stand(where: int) -> None:
        set_playing(False)
        set_month(where)
        go(state._replace(month=where))

    with solara.Div():
        _transport(month, playing, stand, set_month, set_playing)
        with solara.Div(classes=["twins"]):
            for name, life in lives:
                _twin(name, life, month)
        html("div", words.legend())
        _luck(state, go)


@solara.component
@_plainly
def _twin(name: str, life: Life, month: int) -> None:
    """One fate in one month."""
    with solara.Div(classes=["twin"]):
        html("h2", escape(name))
        html("div", network(life, month))
        html("div", timeline(life, month))
        html("div", words.now(life, month), "now")


@solara.component
@_plainly
def _transport(
    month: int,
    playing: bool,
    stand: Callable[[int], None],
    set_month: Callable[[int], None],
    set_playing: Callable[[bool], None],
) -> None:
    """Buttons to step, play and rewind, and the months as a slider."""
    with solara.Div(classes=["transport"]):
        button("Start", lambda: stand(0))
        button("Back", lambda: stand(max(month - 1, 0)))
        if playing:
            button("Pause", lambda: stand(month), chosen=True)
        else:
            button("Play", lambda: set_playing(True))
        button("Next", lambda: stand(min(month + 1, HORIZON)))
        button("End", lambda: stand(HORIZON))
        with solara.Div(classes=["month"]):
            html("div", f'<b>Month <span class="value">{month}</span></b> of {HORIZON}')
            limits = (0.0, float(HORIZON), 1.0)
            slider("Month", month, limits, lambda value: set_month(int(value)),
                    lambda value: stand(int(value)))  # fmt: skip


@solara.component
@_plainly
def _luck(state: State, go: Go) -> None:
    """Other luck, or another of the hundred."""
    pairs = int(state.values.get("pairs", HUNDRED))
    shown = shown_of(state)
    with solara.Div(classes=["luck"]):
        html("div", f"Luck {state.luck}, partnership {shown + 1} of {pairs}.")
        button("New luck", lambda: go(state._replace(luck=(state.luck + 1) % (LARGEST_LUCK + 1))))
        if state.luck:
            button("First luck again", lambda: go(state._replace(luck=0)))
        button("Another partnership", lambda: go(state._replace(which=(shown + 1) % pairs)))


@solara.component
@_plainly
def _hundred(state: State, case: Case) -> None:
    """A hundred pairs and what came of the bet; nothing of it before the bet."""
    if not state.bet:
        html("p", "Place your bet, and a hundred such partnerships are shown here.", "note")
        return
    found = fates_of(case, state.lesson.bet.measure)
    names = (state.lesson.first, state.lesson.second)
    with solara.Div(classes=["fates"]):
        with solara.Div():
            html("div", hundred(found, names, shown_of(state)))
            html("div", words.status_legend())
        with solara.Div():
            html("div", words.answer(state, found), "answer", role="status")
            html("div", words.results(state, found), "results")


# Names that Solara looks for.
Layout, Page = _bare, _page
