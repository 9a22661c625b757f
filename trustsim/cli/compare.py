"""The command `compare`."""

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
    complete_words,
    progress_bar,
)
from trustsim.cli.doubting import DRAWS, Doubt
from trustsim.cli.exit_codes import ends_well, tell


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
        tell(f"tables, figures and a manifest are in {out}; open {report}")
    elif not quiet:
        tell(NOTHING_WRITTEN)
