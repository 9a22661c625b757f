"""A lesson as one page: the question, the bet, two fates month by month, a hundred twice."""

from __future__ import annotations

from trustsim.app import words
from trustsim.app.cases import case_of, intervention_of
from trustsim.app.fates import Fates
from trustsim.app.handouts.frames import Pieces, Tokens, months_shown, packed_life
from trustsim.app.handouts.shell import (
    Data,
    box,
    button,
    drawn,
    handout,
    panel,
    raw,
    still,
    transport,
)
from trustsim.app.handouts.tries import Outcome, moves_words, opening_words, position_words
from trustsim.app.hundred import hundred
from trustsim.app.lessons import LESSONS, Lesson
from trustsim.app.levers import Choice, Lever, meaning
from trustsim.app.living import Life, life_of
from trustsim.app.picture import network
from trustsim.app.state import FIRST_MONTH, HORIZON, SKIPPED, State
from trustsim.report.pieces import Markup, bullets, code, element, folded, paragraph
from trustsim.scenarios.scenario import Scenario

APP = "http://127.0.0.1:8765/?"
STILLS = (24, 40, 60, 120)
LIMITS = (
    "This is a model, not a forecast: it says what follows if people act as its rules say. Most of "
    "its sizes are assumptions. The intervals are those of a hundred simulated pairs: what other "
    "luck would move. They do not hold the doubt about the model, which is larger."
)


def lesson_page(lesson: Lesson, outcomes: list[Outcome], again: str) -> str:
    """A lesson that needs no Python, as the text of an HTML file.

    Parameters
    ----------
    lesson : Lesson
        Which.
    outcomes : list of Outcome
        From `outcomes_of`; the first is how the lesson opens.
    again : str
        The command that makes this page.
    """
    start = outcomes[0]
    return handout(
        lesson.question,
        box("intro", raw(words.paragraphs(lesson.words)), _bet(lesson, start)),
        box("screen", _levers(lesson, outcomes), box("pictures", _player(lesson), _stills(start))),
        _fates(),
        _more(start, again),
        kind="lesson",
        lead=paragraph(f"Lesson {LESSONS.index(lesson) + 1}: {lesson.title}"),
        footer=paragraph(LIMITS),
        data=lesson_data(outcomes),
    )


def lesson_data(outcomes: list[Outcome]) -> Data:
    """What the script of a lesson draws: every month of every fate, every hundred and answer."""
    pieces = Pieces()
    places: dict[tuple[Scenario, int], int] = {}
    lives: list[list[list[Tokens]]] = []
    cases: list[list[int]] = []
    texts: list[dict[str, Tokens]] = []
    for outcome in outcomes:
        case = case_of(outcome.state)
        keys = [(case.first, case.luck), (case.second, case.other_luck)]
        for key, life in zip(keys, lives_of(outcome.state), strict=True):
            if key not in places:
                places[key] = len(lives)
                lives.append(packed_life(life, pieces, months_shown(HORIZON)))
        cases.append([places[key] for key in keys])
        texts.append({name: pieces.pack(text) for name, text in _texts(outcome).items()})
    written = pieces.writer()
    return drawn(
        pieces,
        months=months_shown(HORIZON),
        index=FIRST_MONTH,
        lives=[[[written(one) for one in month] for month in life] for life in lives],
        cases=[
            {
                "lives": both,
                "values": _values(outcome.state),
                "address": APP + outcome.state.query(),
                **{name: written(packed) for name, packed in text.items()},
            }
            for both, outcome, text in zip(cases, outcomes, texts, strict=True)
        ],
    )


def _texts(outcome: Outcome) -> dict[str, str]:
    """What is shown after the bet, the answer once for each bet."""
    state, found = outcome.state, outcome.found
    bets = (*dict(state.lesson.bet.options), SKIPPED)
    answers = {f"bet {bet}": words.answer(state._replace(bet=bet), found) for bet in bets}
    return {"hundred": squares(state, found), "results": words.results(state, found), **answers}


def _values(state: State) -> dict[str, str]:
    return {lever.key: lever.write(state.values[lever.key]) for lever in state.lesson.levers}


def lives_of(state: State) -> tuple[Life, Life]:
    """The partnership that is shown, in both fates."""
    case = case_of(state)
    return (
        life_of(case.first, case.luck, state.which),
        life_of(case.second, case.other_luck, state.which),
    )


def squares(state: State, found: Fates) -> str:
    """The hundred, twice."""
    return hundred(found, (state.lesson.first, state.lesson.second), state.which)


def _bet(lesson: Lesson, start: Outcome) -> Markup:
    options = (*lesson.bet.options, (SKIPPED, "Just show me"))
    buttons = [button(label, pressed=False, bet=option) for option, label in options]
    told = folded(
        "Just show me",
        raw(words.answer(start.state._replace(bet=SKIPPED), start.found)),
        box("squares", raw(squares(start.state, start.found))),
        raw(words.status_legend()),
        box("results", raw(words.results(start.state, start.found))),
    )
    return box(
        "bet",
        element("h2", f"Your bet. {lesson.bet.question}"),
        box("options", *buttons),
        box(
            "paper",
            bullets(label for _, label in lesson.bet.options),
            paragraph(f"The levers stand at: {opening_words(lesson)}."),
        ),
        box("scriptless", told),
    )


def _levers(lesson: Lesson, outcomes: list[Outcome]) -> Markup:
    """Buttons for each position that was lived through; case 0 is how the lesson opens."""
    parts = [
        element("h2", "Levers"),
        element("p", "One at a time: moving one puts the others back.", class_="small"),
    ]
    for lever in lesson.levers:
        alone = [
            (one.moves[lever.key], nth)
            for nth, one in enumerate(outcomes)
            if set(one.moves) == {lever.key}
        ]
        if alone:
            parts.append(_lever(lever, [(lever.start, 0), *alone], outcomes[0].state))
    together = [
        button(moves_words(lesson, one.moves), pressed=False, case=str(nth))
        for nth, one in enumerate(outcomes)
        if len(one.moves) > 1
    ]
    legend = element("legend", "Together")
    parts.append(element("fieldset", legend, box("positions", *together), class_="lever"))
    return box("levers", *parts, button("All levers back", case="0"))


def _lever(lever: Lever, places: list[tuple[float | str, int]], start: State) -> Markup:
    unit = "" if isinstance(lever, Choice) else element("span", f" {lever.unit}", class_="small")
    buttons = [
        button(
            position_words(lever, value),
            pressed=case == 0,
            case=str(case),
            lever=lever.key,
            value=lever.write(value),
        )
        for value, case in (places if isinstance(lever, Choice) else sorted(places))
    ]
    return element(
        "fieldset",
        element("legend", lever.label, unit),
        box("positions", *buttons),
        folded("what is this?", meaning(lever, intervention_of(start, lever))),
        class_=f"lever lever-{lever.key}",
    )


def _player(lesson: Lesson) -> Markup:
    return box(
        "player",
        transport(months_shown(HORIZON), FIRST_MONTH),
        box("twins", panel(lesson.first), panel(lesson.second)),
        raw(words.legend()),
    )


def _stills(start: Outcome) -> Markup:
    """A few months of both fates, for paper and for browsers that run no script."""
    lesson = start.state.lesson
    rows = []
    for month in STILLS:
        pair = [
            still(f"{name}.", network(life, month), words.now(life, month))
            for name, life in zip((lesson.first, lesson.second), lives_of(start.state), strict=True)
        ]
        rows += [element("h3", f"Month {month}"), box("row", *pair)]
    return box("stills", *rows, raw(words.legend(timeline=False)))


def _fates() -> Markup:
    left = box("hundreds", box("squares"), raw(words.status_legend()))
    right = box("told", box("answer", role="status"), box("results"))
    waiting = element(
        "p", "Place your bet, and a hundred such partnerships are shown here.",
        class_="before-bet",
    )  # fmt: skip
    hidden = Markup('<div class="fates" hidden>')
    return Markup(f"{waiting}{hidden}{left}{right}</div>")


def _more(start: Outcome, again: str) -> Markup:
    state = start.state
    address = APP + state.query()
    pair = (
        f"Luck {state.luck}. The pictures show partnership {state.which + 1} of the hundred; it "
        "was not picked for what became of it. Every number is simulated by trustsim."
    )
    return element(
        "section",
        element("h2", "With Python"),
        paragraph(pair),
        paragraph(
            "The app moves every lever freely, takes other luck and shows each of the hundred. "
            "In the folder of the project it is started with:"
        ),
        code('pip install ".[app]"\ntrustsim app'),
        paragraph("and opens as this page stands now, in the browser of that machine, at:"),
        element("pre", element("code", address, class_="address")),
        paragraph("This page, its worksheet and its answers are made again by:"),
        code(again),
        class_="more",
    )
