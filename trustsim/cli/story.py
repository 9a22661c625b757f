"""The command `story`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trustsim.cli.application import app
from trustsim.cli.arguments import COMPILING, MONTHS, SEED, SETS, WHO, new_file, scenario_from
from trustsim.cli.exit_codes import ends_well, tell

if TYPE_CHECKING:
    from trustsim.scenarios.scenario import Scenario


@app.command(
    epilog="""\b
Examples:
  trustsim story stp +coordinator:start=12 --seed 3 --replicate 17
  trustsim story voluntary +mandate:start=12 --html out/story.html
  trustsim story voluntary --animation story.gif"""
)
@ends_well
def story(
    who: WHO = None,
    sets: SETS = None,
    seed: SEED = 0,
    replicate: Annotated[int, typer.Option(help="Which partnership of that seed, from 0.")] = 0,
    months: MONTHS = 120,
    html: Annotated[
        Path | None,
        new_file(
            "New file for the story as a page with moving pictures. It needs no Python.", "FILE"
        ),
    ] = None,
    animation: Annotated[
        Path | None,
        new_file("File for a moving picture of who trusts whom, month by month.", "FILE.gif"),
    ] = None,
) -> None:
    """Tell the story of one partnership, a paragraph a year. It is one that `run` counts."""
    import textwrap

    chosen = scenario_from(who, sets)
    one: dict[str, Any] = {"seed": seed, "replicate": replicate, "months": months}
    if html is not None:
        _write_story(chosen, html, one)
    if animation is not None:
        _write_animation(chosen, animation, one)
    if html is not None or animation is not None:
        return
    from trustsim.engines.partnership import Partnership

    model = Partnership(chosen, **one)
    model.run_model()
    for text in model.story().split("\n\n"):
        print(textwrap.fill(text, 88, break_long_words=False, break_on_hyphens=False), "\n")


def _write_animation(chosen: Scenario, file: Path, one: dict[str, Any]) -> None:
    from trustsim.engines.partnership import Partnership
    from trustsim.figures.animation import checked_path

    checked_path(file)
    model = Partnership(chosen, **one, log_actions=True)
    model.run_model()
    tell(f"drawing {model.month} months, a fraction of a second each")
    tell(f"the moving picture is in {model.plot.save_animation(file)}")


def _write_story(chosen: Scenario, file: Path, one: dict[str, Any]) -> None:
    from trustsim.app.handouts import check_file, story_page, write_page
    from trustsim.engines.compiling import CompilingPool
    from trustsim.output import command_line

    check_file(file)
    with CompilingPool(None, lambda: tell(COMPILING)) as pool:
        page = story_page(chosen, **one, command=command_line(), executor=pool)
    tell(f"the story is in {write_page(file, page)}; any browser opens it, even offline")
