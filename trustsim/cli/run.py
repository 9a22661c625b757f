"""The commands that simulate and report: `run` and `compare`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trustsim.cli.application import app
from trustsim.cli.arguments import (
    COMPILING,
    MONTHS,
    NOTHING_WRITTEN,
    QUIET,
    REPORT_OUT,
    SEED,
    SETS,
    THREADS,
    WHO,
    complete_words,
    scenario_from,
)
from trustsim.cli.doubting import DRAWS, Doubt
from trustsim.cli.exit_codes import ends_well, tell
from trustsim.cli.progress import progress_bar

if TYPE_CHECKING:
    from trustsim.scenarios.scenario import Scenario


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

start: how many months pass before an intervention begins; months: how long it lasts (to the end \
if left out); dose: from 0 (nothing) to 1 (the full measure). `trustsim settings --interventions` \
lists the interventions, and `trustsim explain mandate` explains one."""
)
@ends_well
def run(
    who: WHO = None,
    sets: SETS = None,
    replicates: Annotated[int, typer.Option(help="How many partnerships to simulate.")] = 1000,
    seed: SEED = 0,
    months: MONTHS = 120,
    engine: Annotated[
        str,
        typer.Option(help="ensemble (compiled), or mesa (agents; slow). The numbers are the same."),
    ] = "ensemble",
    record: Annotated[
        str,
        typer.Option(help="runs; members or months add a table with a row for each; all: both."),
    ] = "runs",
    draws: DRAWS = None,
    out: REPORT_OUT = None,
    workers: THREADS = None,
    quiet: QUIET = False,
) -> None:
    """Simulate a scenario many times. Shows how many partnerships mature, dissolve or go idle."""
    chosen = scenario_from(who, sets)
    _check(out)
    from trustsim.output import write_run
    from trustsim.simulation import simulate

    def simulated(**options: Any) -> Any:
        return simulate(chosen, engine=engine, record=record, **options)

    asked: dict[str, Any] = {"replicates": replicates, "months": months, "workers": workers}
    doubt = Doubt(draws, chosen, replicates, arms=1)
    runs, doubted = _simulated(simulated, chosen, None, doubt, quiet, seed=seed, **asked)
    if not quiet:
        from trustsim.report import summary_text

        print(summary_text(runs))
    _told_and_written(runs, doubted, write_run, out, quiet)


@app.command(
    epilog="""\b
Examples:
  trustsim compare voluntary +coordinator +mandate
  trustsim compare voluntary +mandate:start=12,months=24 +mandate:start=12+coordinator:start=12
  trustsim compare stp +coordinator --replicates 5000 --out out/stp
  trustsim compare mine.toml +deadline +away_day:start=6 --set pressure=0.9

Each word that begins with + is an arm. Join the interventions of one arm without a space. Every \
arm meets the same luck, so differences are due to the arm. A silver bullet that is in force in \
the scenario is also lifted, as an arm called "without ...".
"""
)
@ends_well
def compare(
    who: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SCENARIO|+ARM",
            help="A named setting or a TOML file (voluntary if you leave it out), and the arms.",
            autocompletion=complete_words,
            show_default=False,
        ),
    ] = None,
    sets: SETS = None,
    replicates: Annotated[
        int, typer.Option(help="How many partnerships to simulate in every arm.")
    ] = 1000,
    seed: SEED = 0,
    months: MONTHS = 120,
    lifted: Annotated[
        bool, typer.Option(help="Also lift each silver bullet that is in force in the scenario.")
    ] = True,
    draws: DRAWS = None,
    out: REPORT_OUT = None,
    workers: THREADS = None,
    quiet: QUIET = False,
) -> None:
    """Compare arms on the same partnerships. Shows what helps, what backfires, and who pays."""
    from trustsim.scenarios.typed import typed_comparison

    base, arms = typed_comparison(who or (), sets or ())
    _check(out)
    from trustsim import comparison
    from trustsim.output import write_comparison

    chosen = comparison.all_arms(base, arms, lifted=lifted)

    def simulated(**options: Any) -> Any:
        return comparison.compare(base, chosen, lifted=False, **options)

    asked: dict[str, Any] = {"replicates": replicates, "months": months, "workers": workers}
    doubt = Doubt(draws, base, replicates, arms=1 + len(chosen))
    found, doubted = _simulated(simulated, base, chosen, doubt, quiet, seed=seed, **asked)
    if not quiet:
        from trustsim.report import comparison_text

        print(comparison_text(found))
    _told_and_written(found, doubted, write_comparison, out, quiet)


def _check(out: Path | None) -> None:
    if out is not None:
        from trustsim.output import check_destination

        check_destination(out)


def _simulated(
    simulated: Callable[..., Any],
    base: Scenario,
    arms: Mapping[str, Any] | None,
    doubt: Doubt,
    quiet: bool,
    *,
    seed: int,
    replicates: int,
    **options: Any,
) -> tuple[Any, Any]:
    """The run or the comparison, and the table of doubt about its parameters if there is one."""
    from trustsim.engines.compiling import CompilingPool

    pool = CompilingPool(options["workers"], lambda: None if quiet else tell(COMPILING))
    total = replicates * (1 + len(arms or ())) + doubt.total
    with pool, progress_bar(total, quiet=quiet) as advance:
        options["progress"] = advance
        found = simulated(replicates=replicates, seed=seed, executor=pool, **options)
        return found, doubt.table(base, arms, seed=found.seed, **options)


def _told_and_written(
    found: Any, doubted: Any, write: Callable[..., Path], out: Path | None, quiet: bool
) -> None:
    if doubted is not None and not quiet:
        from trustsim.report import doubt_text

        print("", doubt_text(doubted), sep="\n")
    if out is not None:
        from trustsim.output import command_line

        report = write(found, out, command=command_line(), doubt=doubted)
        tell(f"tables, figures and a manifest are in {out}; open {report}")
    elif not quiet:
        tell(NOTHING_WRITTEN)
