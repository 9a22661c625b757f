"""The commands for teaching: `app` and `lesson`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trustsim.cli.application import app as program
from trustsim.cli.arguments import COMPILING, SEED, new_folder
from trustsim.cli.exit_codes import ends_well, tell
from trustsim.cli.progress import progress_bar

BY_DEFAULT = 8765
"""Where the app listens; the same as `app.serve.PORT`, whose import would take too long here."""


@program.command(
    epilog="""\b
Examples:
  trustsim app
  trustsim app --port 9000 --no-browser

Needs an extra: pip install "trustsim[app]". It works offline."""
)
@ends_well
def app(
    port: Annotated[
        int,
        typer.Option(
            help="Where to listen. If that port is taken, a free one is used.", metavar="PORT"
        ),
    ] = BY_DEFAULT,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")
    ] = True,
) -> None:
    """Open seven lessons to play with in the browser. Only this machine can see them."""
    from trustsim.app.serve import serve

    try:
        serve(port=port, browser=browser, tell=tell)
    except KeyboardInterrupt:  # this is how one stops it
        tell("the app has stopped")


def _complete_lessons(incomplete: str) -> list[str]:
    """Lessons that begin like this."""
    from trustsim.app.lessons import BY_KEY

    return [key for key in BY_KEY if key.startswith(incomplete)]


@program.command(
    epilog="""\b
Examples:
  trustsim lesson
  trustsim lesson bullets
  trustsim lesson bullets luck --out out/lessons
  trustsim lesson --all --out out/lessons

For each lesson it writes a page to play with, a worksheet, and the answers for the teacher. They \
need no Python and work offline. Open index.html in the folder."""
)
@ends_well
def lesson(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="LESSON",
            help="Which lessons to write; if left out, the lessons are listed.",
            autocompletion=_complete_lessons,
            show_default=False,
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All seven lessons.")] = False,
    out: Annotated[Path | None, new_folder("New folder for the pages.")] = None,
    seed: SEED = 0,
    replicate: Annotated[
        int, typer.Option(help="Which of the hundred partnerships is shown month by month.")
    ] = 0,
) -> None:
    """Write lessons as pages for a room without Python. Worksheets and answers come with them."""
    from trustsim.app.handouts import lessons_named

    chosen = lessons_named(names or (), everything=everything)
    if out is None:
        _list_lessons([one.key for one in chosen])
        return
    from trustsim.app.handouts import check_wanted, partnerships_of, write_lessons
    from trustsim.engines.compiling import compile_kernel
    from trustsim.output import check_destination

    check_destination(out)
    check_wanted(chosen, seed, replicate)
    compile_kernel(lambda: tell(COMPILING))
    with progress_bar(partnerships_of(chosen), quiet=False) as advance:
        keys = [one.key for one in chosen]
        page = write_lessons(keys, out, seed=seed, replicate=replicate, progress=advance)
    tell(f"pages, worksheets and answers are in {out}; open {page}")


def _list_lessons(chosen: list[str]) -> None:
    """Print what each lesson asks; for those that were named, the text and the bet as well."""
    import textwrap

    from trustsim.app.lessons import LESSONS

    width = max(len(one.key) for one in LESSONS)
    for number, one in enumerate(LESSONS, 1):
        if chosen and one.key not in chosen:
            continue
        print(f"{number} {one.key:{width}}  {one.title}")
        print(f"    {one.question}")
        if chosen:
            paragraphs = [*one.words.split("\n\n"), f"Your bet. {one.bet.question}"]
            paragraphs += [f"- {label}" for _, label in one.bet.options]
            for text in paragraphs:
                print(textwrap.indent(textwrap.fill(text, 84), "    "))
    tell("nothing was written; add --out FOLDER to write pages, worksheets and answers")
