"""Paper for a lesson: a worksheet to fill in, and the answers for whoever teaches."""

from __future__ import annotations

from trustsim.app import ink, words
from trustsim.app.handouts.lesson_page import LIMITS, squares
from trustsim.app.handouts.questions import QUESTIONS
from trustsim.app.handouts.shell import box, handout, raw
from trustsim.app.handouts.tries import Outcome, moves_words, opening_words
from trustsim.app.lessons import LESSONS, Lesson
from trustsim.app.state import SKIPPED
from trustsim.report.pieces import Markup, code, element, paragraph

LINES = 2
"""Lines to write on below each question."""

STOOD = ("mature", "dissolved")
"""Statuses after ten years that the key counts."""


def worksheet(lesson: Lesson, outcomes: list[Outcome]) -> str:
    """What each of a class gets: question, bet, a table to fill in, questions to talk about."""
    heads = ("what is changed", "my guess", "what came out", "why, I think")
    rows = [_row("td", moves_words(lesson, one.moves), "", "", "") for one in outcomes]
    asked = [
        element("li", one.asked, box("lines", *[element("div")] * LINES))
        for one in QUESTIONS[lesson.key]
    ]
    return handout(
        lesson.question,
        box("names", element("span", "Name"), element("span", "Date")),
        raw(words.paragraphs(lesson.words)),
        element("h2", f"Your bet. {lesson.bet.question}"),
        element("ul", *(element("li", label) for _, label in lesson.bet.options), class_="boxes"),
        paragraph(
            element("span", f"The levers stand at: {opening_words(lesson)}.", class_="small")
        ),
        paragraph("Why do you think so?"),
        box("lines", *[element("div")] * LINES),
        element("h2", "Talk about it"),
        element("ol", *asked, class_="questions"),
        element("h2", "What the levers do", class_="new-page"),
        paragraph(
            f"Every row is the same partnerships, twice, with the same people: “{lesson.first}” "
            f"and “{lesson.second}”. Guess before you look."
            if lesson.key != "luck"
            else "Every row is the same hundred partnerships, or the first of them, twice. Guess "
            "before you look."
        ),
        _table(_row("th", *heads), rows, "fill"),
        kind="sheet",
        lead=paragraph(f"Worksheet of lesson {LESSONS.index(lesson) + 1}: {lesson.title}"),
        footer=paragraph("This is a model, not a forecast. Made by trustsim."),
    )


def answers(lesson: Lesson, outcomes: list[Outcome], again: str) -> str:
    """What the teacher gets: the bet settled, the table filled in, a hint for each question."""
    start = outcomes[0]
    won = dict(lesson.bet.options).get(start.verdict.option)
    settled = f"“{won}” is right." if won else "A hundred pairs can't settle this bet."
    heads = ("what is changed", "what came out", *(ink.STATUS_WORDS[name] for name in STOOD))
    rows = [
        _row(
            "td",
            moves_words(lesson, one.moves),
            one.verdict.words,
            *(f"{one.found.counts(0)[name]} and {one.found.counts(1)[name]}" for name in STOOD),
        )
        for one in outcomes
    ]
    hints = [
        element("li", element("strong", one.asked), paragraph(one.hint))
        for one in QUESTIONS[lesson.key]
    ]
    return handout(
        lesson.question,
        element("h2", f"The bet. {lesson.bet.question}"),
        box("answer", paragraph(element("strong", settled)), paragraph(start.verdict.words)),
        box("fates", box("squares", raw(squares(start.state, start.found))),
            box("results", raw(words.results(start.state._replace(bet=SKIPPED), start.found)))),
        raw(words.status_legend()),
        paragraph(lesson.closing),
        element("h2", "What to say to the questions"),
        element("ol", *hints, class_="questions"),
        element("h2", "What the levers do", class_="new-page"),
        paragraph(
            f"The last two columns count where they stood after ten years, “{lesson.first}” and "
            f"“{lesson.second}”. More may have been mature at some time: some relapse, some "
            "dissolve. About one interval in twenty misses the truth by luck alone."
        ),
        _table(_row("th", *heads), rows, "key"),
        paragraph("Made again by:"),
        code(again),
        kind="sheet",
        lead=paragraph(f"For the teacher: answers to lesson {LESSONS.index(lesson) + 1}, "
                       f"{lesson.title}, luck {start.state.luck}"),
        footer=paragraph(LIMITS),
    )  # fmt: skip


def _row(tag: str, *cells: object) -> Markup:
    return element("tr", *(element(tag, cell) for cell in cells))


def _table(head: Markup, rows: list[Markup], name: str) -> Markup:
    return element("table", element("thead", head), element("tbody", *rows), class_=name)
