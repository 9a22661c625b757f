"""Handouts as files: lessons in a new folder, a story in a new file."""

from __future__ import annotations

import os
import secrets
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

from trustsim import arguments
from trustsim.app.handouts.lesson_page import LIMITS, lesson_page
from trustsim.app.handouts.shell import handout
from trustsim.app.handouts.tries import moves_of, outcomes_of
from trustsim.app.handouts.worksheet import answers, worksheet
from trustsim.app.lessons import BY_KEY, LESSONS, Lesson
from trustsim.app.state import HUNDRED, LARGEST_LUCK
from trustsim.errors import OutputError, ParameterError, refusal
from trustsim.output import whole_folder
from trustsim.report.pieces import element, joined, paragraph

INDEX = "index.html"
WHERE = "lesson"


def lessons_named(names: Sequence[str], *, everything: bool = False) -> list[Lesson]:
    """The lessons of these names, in the order of the app.

    everything: all of them, in place of names.

    Raises
    ------
    ParameterError
        There is no such lesson, or names are given beside everything.
    """
    if everything and names:
        step = "Leave out one of the two."
        raise ParameterError(
            refusal(WHERE, "names", " ".join(names), "must be left out with --all", step)
        )
    for name in names:
        arguments.one_of(WHERE, "name", name, BY_KEY)
    return [lesson for lesson in LESSONS if everything or lesson.key in names]


def check_wanted(lessons: Sequence[Lesson], seed: int, replicate: int) -> tuple[int, int]:
    """Seed and replicate of lessons, if there is something to write.

    Call it before the computing starts.

    Raises
    ------
    ParameterError
        No lesson at all; no such seed or replicate.
    """
    if not lessons:
        step = f"Name some of {', '.join(BY_KEY)}, or all of them with --all."
        raise ParameterError(refusal(WHERE, "names", "none", "must be one lesson or more", step))
    luck = arguments.whole(WHERE, "seed", seed, 0, LARGEST_LUCK, "which world of luck")
    which = arguments.whole(WHERE, "replicate", replicate, 0, HUNDRED - 1, "which is shown")
    return luck, which


def partnerships_of(lessons: Sequence[Lesson]) -> int:
    """How many partnerships are lived through to make the handouts of these, at most."""
    return sum(2 * HUNDRED * len(moves_of(lesson)) for lesson in lessons)


def write_lessons(
    names: Sequence[str],
    folder: str | Path,
    *,
    seed: int = 0,
    replicate: int = 0,
    progress: Callable[[int], object] = lambda _done: None,
) -> Path:
    """Lessons as HTML files that need no Python, in a new folder; the path of the first page.

    For each lesson NAME.html, NAME-worksheet.html and NAME-answers.html; index.html links them.

    Parameters
    ----------
    names : sequence of str
        Which lessons, as in `trustsim.app.lessons.BY_KEY`.
    folder : str or Path
        Where to; must not exist, or be empty.
    seed, replicate : int, optional
        Whose luck, and which of the hundred partnerships is shown month by month.
    progress : callable, optional
        Told how many partnerships have been simulated since it was last told.

    Raises
    ------
    ParameterError, OutputError
        No such lesson, seed or replicate; the folder won't do.
    """
    lessons = lessons_named(names)
    luck, which = check_wanted(lessons, seed, replicate)
    with whole_folder(folder) as draft:
        for lesson in lessons:
            outcomes = list(outcomes_of(lesson, luck=luck, which=which, progress=progress))
            again = _command(lesson, luck, which)
            for name, text in (
                (lesson.key, lesson_page(lesson, outcomes, again)),
                (f"{lesson.key}-worksheet", worksheet(lesson, outcomes)),
                (f"{lesson.key}-answers", answers(lesson, outcomes, again)),
            ):
                (draft / f"{name}.html").write_text(text, encoding="utf-8")
        (draft / INDEX).write_text(_index(lessons), encoding="utf-8")
    return Path(os.path.abspath(arguments.expanded(folder))) / INDEX


def check_file(file: str | Path) -> Path:
    """The path of a new HTML file as an absolute one, if it can be written.

    Call it before the computing starts.

    Raises
    ------
    OutputError
        It is there already, is a folder, or can't be written.
    """
    path = Path(os.path.abspath(arguments.path("output", "file", file, "a new file", OutputError)))
    step = "Name a file that does not exist yet."
    # Of os.path, because a Path that is too long for any file raises here.
    if os.path.isdir(path):
        raise OutputError(refusal("output file", str(path), "a folder", "must be a file", step))
    if os.path.lexists(path):
        allowed = "must be new, so that nothing is lost"
        raise OutputError(refusal("output file", str(path), "there already", allowed, step))
    probe = _draft(path)
    made = [parent for parent in path.parents if not os.path.lexists(parent)]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        probe.touch(exist_ok=False)
        probe.unlink()
    except (OSError, ValueError) as problem:
        raise _unwritable(path, problem) from None
    finally:
        for parent in made:
            if os.path.isdir(parent):
                parent.rmdir()
    return path


def write_page(file: str | Path, text: str) -> Path:
    """A page in a new file that is either whole or not there; its path.

    Raises
    ------
    OutputError
        See `check_file`.
    """
    path = check_file(file)
    draft = _draft(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
        draft.rename(path)
    except OSError as problem:
        raise _unwritable(path, problem) from problem
    finally:
        draft.unlink(missing_ok=True)
    return path


def _draft(path: Path) -> Path:
    return path.with_name(f".trustsim-{secrets.token_hex(4)}.partial")


def _unwritable(path: Path, problem: Exception) -> OutputError:
    got = getattr(problem, "strerror", None) or str(problem) or type(problem).__name__
    allowed = "must be a place where a new file can be made"
    step = "Name a file in a folder that you may write to."
    return OutputError(refusal("output file", str(path), got, allowed, step))


def _command(lesson: Lesson, luck: int, which: int) -> str:
    chosen = [f"--seed {luck}"] if luck else []
    chosen += [f"--replicate {which}"] if which else []
    return " ".join(["trustsim lesson", lesson.key, *chosen, "--out", shlex.quote(lesson.key)])


def _index(lessons: Sequence[Lesson]) -> str:
    listed = []
    for lesson in lessons:
        links = [
            element("a", name, href=f"{lesson.key}{end}.html")
            for name, end in (
                (lesson.title, ""),
                ("worksheet", "-worksheet"),
                ("answers", "-answers"),
            )
        ]
        number = f"{LESSONS.index(lesson) + 1}. "
        asked = paragraph(number, element("strong", links[0]), f": {lesson.question}")
        listed.append(element("li", asked, paragraph(links[1], " · ", links[2])))
    lead = paragraph(
        "For a room without Python: open a lesson in any browser, without a network. Worksheets "
        "and answers are for the printer; a lesson prints its pictures and keeps its answer."
    )
    return handout(
        "Trust between partners: lessons",
        joined(element("ul", *listed, class_="plain")),
        kind="index",
        lead=lead,
        footer=paragraph(LIMITS),
    )
