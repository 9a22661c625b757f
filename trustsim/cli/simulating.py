"""Commands that simulate: `run`, `compare`, `story`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trustsim.cli.application import app
from trustsim.cli.arguments import (
    COMPILING,
    MONTHS,
    SEED,
    SETS,
    WHO,
    complete_words,
    file_typed,
    folder_typed,
    progress_bar,
    scenario_from,
)
from trustsim.cli.doubting import DRAWS, Doubt
from trustsim.cli.endings import ends_well, tell

if TYPE_CHECKING:
    from trustsim.scenarios.scenario import Scenario

REPORT_OUT = Annotated[
    Path | None,
    typer.Option(
        help="New folder for tables, figures and report.html.",
        show_default="nothing written",
        parser=folder_typed,
        metavar="PATH",
    ),
]
THREADS = Annotated[int | None, typer.Option(help="Threads; all cores if left out.")]
SILENT = Annotated[bool, typer.Option("--quiet", "-q", help="No tables, no progress.")]


@app.command(
    epilog="""\b
Examples:
  trustsim run
  trustsim run stp --replicates 5000 --seed 7
  trustsim run voluntary +coordinator:start=6 +mandate:start=12,months=24,dose=0.6
  trustsim run voluntary "+mandate(start=12, dose=0.6)" --set negativity=2.5
  trustsim run my.toml --record months --out out/mine

\b
A scenario file, my.toml:
  [scenario]
  name = "three trusts and a council"
  based_on = "voluntary"
  organisations = 4
  negativity = 2.0
  interventions = ["coordinator(start=6)"]

Months: start counts those that pass before; months is how long it lasts (default: to the end). \
dose is 0 (nothing) to 1 (full measure)."""
)
@ends_well
def run(
    who: WHO = None,
    sets: SETS = None,
    replicates: Annotated[int, typer.Option(help="How many partnerships.")] = 1000,
    seed: SEED = 0,
    months: MONTHS = 120,
    engine: Annotated[str, typer.Option(help="ensemble, or mesa (slow).")] = "ensemble",
    record: Annotated[
        str, typer.Option(help="runs; members or months: a row for each as well; all: both.")
    ] = "runs",
    draws: DRAWS = None,
    out: REPORT_OUT = None,
    workers: THREADS = None,
    quiet: SILENT = False,
) -> None:
    """Simulate a scenario many times. How many fall apart, mature, or end as talking shops."""
    chosen = scenario_from(who, sets)
    if out is not None:
        from trustsim.output import check_destination

        check_destination(out)
    from trustsim.engines.compiling import CompilingPool
    from trustsim.simulation import simulate

    doubt = Doubt(draws, chosen, replicates, arms=1)
    pool = CompilingPool(workers, lambda: None if quiet else tell(COMPILING))
    with pool, progress_bar(replicates + doubt.total, quiet=quiet) as advance:
        runs = simulate(
            chosen,
            replicates=replicates,
            seed=seed,
            months=months,
            engine=engine,
            record=record,
            workers=workers,
            executor=pool,
            progress=advance,
        )
        doubted = doubt.table(
            chosen, None, seed=runs.seed, months=months, workers=workers, progress=advance
        )
    if not quiet:
        from trustsim.report import doubt_text, summary_text

        print(summary_text(runs))
        if doubted is not None:
            print("", doubt_text(doubted), sep="\n")
    if out is not None:
        from trustsim.output import command_line, write_run

        report = write_run(runs, out, command=command_line(), doubt=doubted)
        tell(f"tables, figures and manifest are in {out}; open {report}")
    elif not quiet:
        tell("nothing was written; --out FOLDER keeps tables, figures and a report")


@app.command(
    epilog="""\b
Examples:
  trustsim compare voluntary +coordinator +mandate
  trustsim compare voluntary +mandate:start=12,months=24 +mandate:start=12+coordinator:start=12
  trustsim compare stp +coordinator --replicates 5000 --out out/stp
  trustsim compare mine.toml +deadline +away_day:start=6 --set pressure=0.9

\b
Each word with a + is an arm; interventions of one arm are joined without a space. A silver bullet \
that is in force in the scenario is also lifted, as an arm called "without ...".
"""
)
@ends_well
def compare(
    who: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SCENARIO|+ARM",
            help="A named setting or a TOML file (voluntary if left out), and the arms.",
            autocompletion=complete_words,
            show_default=False,
        ),
    ] = None,
    sets: SETS = None,
    replicates: Annotated[int, typer.Option(help="How many partnerships, in every arm.")] = 1000,
    seed: SEED = 0,
    months: MONTHS = 120,
    lifted: Annotated[
        bool, typer.Option(help="Lift silver bullets that are in force in the scenario.")
    ] = True,
    draws: DRAWS = None,
    out: REPORT_OUT = None,
    workers: THREADS = None,
    quiet: SILENT = False,
) -> None:
    """Compare the same partnerships under arms. What helps, what backfires, who pays."""
    from trustsim.scenarios.typed import typed_comparison

    base, arms = typed_comparison(who or (), sets or ())
    if out is not None:
        from trustsim.output import check_destination

        check_destination(out)
    from trustsim.comparison import all_arms
    from trustsim.comparison import compare as compared
    from trustsim.engines.compiling import CompilingPool

    chosen = all_arms(base, arms, lifted=lifted)
    pool = CompilingPool(workers, lambda: None if quiet else tell(COMPILING))
    doubt = Doubt(draws, base, replicates, arms=1 + len(chosen))
    total = replicates * (1 + len(chosen)) + doubt.total
    with pool, progress_bar(total, quiet=quiet) as advance:
        found = compared(
            base,
            chosen,
            replicates=replicates,
            seed=seed,
            months=months,
            lifted=False,
            workers=workers,
            executor=pool,
            progress=advance,
        )
        doubted = doubt.table(
            base, chosen, seed=found.seed, months=months, workers=workers, progress=advance
        )
    if not quiet:
        from trustsim.report import comparison_text, doubt_text

        print(comparison_text(found))
        if doubted is not None:
            print("", doubt_text(doubted), sep="\n")
    if out is not None:
        from trustsim.output import command_line, write_comparison

        report = write_comparison(found, out, command=command_line(), doubt=doubted)
        tell(f"tables, figures and manifest are in {out}; open {report}")
    elif not quiet:
        tell("nothing was written; --out FOLDER keeps tables, figures and a report")


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
    replicate: Annotated[int, typer.Option(help="Which of the partnerships of that world.")] = 0,
    months: MONTHS = 120,
    html: Annotated[
        Path | None,
        typer.Option(
            help="New file: the story as a page that needs no Python, with moving pictures.",
            show_default="nothing written",
            parser=file_typed,
            metavar="FILE",
        ),
    ] = None,
    animation: Annotated[
        Path | None,
        typer.Option(
            help="File: a moving picture of who trusts whom, month by month.",
            show_default="nothing written",
            parser=file_typed,
            metavar="FILE.gif",
        ),
    ] = None,
) -> None:
    """Tell how one partnership went. A paragraph a year; the very one that `run` counted."""
    import textwrap

    chosen = scenario_from(who, sets)
    if html is not None:
        _write_story(chosen, html, seed=seed, replicate=replicate, months=months)
    if animation is not None:
        _write_animation(chosen, animation, seed=seed, replicate=replicate, months=months)
    if html is not None or animation is not None:
        return
    from trustsim.engines.partnership import Partnership

    model = Partnership(chosen, seed=seed, replicate=replicate, months=months)
    model.run_model()
    for text in model.story().split("\n\n"):
        print(textwrap.fill(text, 88, break_long_words=False, break_on_hyphens=False), "\n")


def _write_animation(
    chosen: Scenario, file: Path, *, seed: int, replicate: int, months: int
) -> None:
    from trustsim.engines.partnership import Partnership
    from trustsim.figures.animation import checked_path

    checked_path(file)
    model = Partnership(chosen, seed=seed, replicate=replicate, months=months, log_actions=True)
    model.run_model()
    tell(f"drawing {model.month} months, a fraction of a second each")
    tell(f"the moving picture is in {model.plot.save_animation(file)}")


def _write_story(chosen: Scenario, file: Path, *, seed: int, replicate: int, months: int) -> None:
    from trustsim.app.handouts import check_file, story_page, write_page
    from trustsim.engines.compiling import CompilingPool
    from trustsim.output import command_line

    check_file(file)
    with CompilingPool(None, lambda: tell(COMPILING)) as pool:
        page = story_page(
            chosen,
            seed=seed,
            replicate=replicate,
            months=months,
            command=command_line(),
            executor=pool,
        )
    tell(f"the story is in {write_page(file, page)}; any browser opens it, without a network")
