"""The command that draws the posterior again: `calibrate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trustsim.cli.application import app
from trustsim.cli.arguments import COMPILING
from trustsim.cli.exit_codes import ends_well, tell

QUICK_DRAWS = 20


@app.command(
    epilog="""\b
Examples:
  trustsim calibrate --out out/calibration                 the shipped posterior, bit for bit
  trustsim calibrate --out out/quick --quick               20 draws
  trustsim calibrate --out out/checked --check 500         and whether its intervals cover

Needs pyABC: pip install 'trustsim[calibration]'. docs/calibration.md tells what comes out."""
)
@ends_well
def calibrate(
    out: Annotated[Path, typer.Option(help="New folder for the results.")],
    draws: Annotated[int, typer.Option(min=2, help="Points wanted from the posterior.")] = 200,
    simulations: Annotated[
        int, typer.Option(min=1, help="Most simulations to try for them.")
    ] = 20_000,
    check: Annotated[
        int, typer.Option(min=0, help="Pseudo-studies that test the intervals; 0 for none.")
    ] = 0,
    bank: Annotated[
        int, typer.Option(min=1, help="Simulations that they share, with --check.")
    ] = 12_000,
    seed: Annotated[int, typer.Option(help="Of points and luck; the check takes the next.")] = 2017,
    workers: Annotated[int | None, typer.Option(help="Threads; all cores if left out.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help=f"{QUICK_DRAWS} draws, no check.")] = False,
    progress: Annotated[
        str, typer.Option(help="auto (a bar on a terminal), bar, json or none.")
    ] = "auto",
) -> None:
    """Draw parameter values that agree with the published facts. Written whole or not at all."""
    from trustsim.calibration.publishing import (
        checked_coverage,
        provenance_of,
        write_coverage,
        write_draws,
    )
    from trustsim.calibration.sampling import require_pyabc, sampled
    from trustsim.cli.progress import shown
    from trustsim.cli.sweeping import check_form
    from trustsim.engines.compiling import compile_kernel
    from trustsim.output import check_destination, whole_folder

    check_form(progress)
    require_pyabc()
    check_destination(out)
    if quick:
        draws, check = QUICK_DRAWS, 0
    compile_kernel(lambda: None if progress == "none" else tell(COMPILING))
    with whole_folder(out) as draft:
        with shown(None, progress) as advance:
            found, taken = sampled(
                draws, seed=seed, most=simulations, workers=workers, progress=advance
            )
        write_draws(draft, found, provenance_of(found, taken, seed=seed))
        if check:
            with shown(2 * check + bank, progress) as advance:
                ranked = checked_coverage(
                    check, bank, seed=seed + 1, workers=workers, progress=advance
                )
            write_coverage(draft, ranked)
    tell(f"{draws} draws from {taken} simulations; posterior.csv, tables and figures are in {out}")
