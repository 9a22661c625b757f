"""The command `run`."""

from __future__ import annotations

from typing import Annotated

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
    progress_bar,
    scenario_from,
)
from trustsim.cli.doubting import DRAWS, Doubt
from trustsim.cli.exit_codes import ends_well, tell


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
        tell(f"tables, figures and a manifest are in {out}; open {report}")
    elif not quiet:
        tell(NOTHING_WRITTEN)
