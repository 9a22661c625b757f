"""The commands that hold the model to facts: `calibrate`, `validate`, `verify`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trustsim.cli.application import app
from trustsim.cli.arguments import COMPILING, QUIET, new_folder
from trustsim.cli.exit_codes import FAILED, ends_well, tell

if TYPE_CHECKING:
    import pandas as pd

QUICK_DRAWS = 20
FULL = (
    "More facts, rival models, parts left out and chance alone: the scorecard, an experiment of "
    "the\nrepository (make experiment NAME=E00_scorecard)."
)


@app.command(
    epilog="""\b
Examples:
  trustsim calibrate --out out/calibration                 the shipped posterior, bit for bit
  trustsim calibrate --out out/quick --quick               20 draws

Needs pyABC: pip install 'trustsim[calibration]'. docs/calibration.md says what comes out."""
)
@ends_well
def calibrate(
    out: Annotated[Path, typer.Option(help="New folder for the results.")],
    draws: Annotated[int, typer.Option(min=2, help="Points wanted from the posterior.")] = 200,
    simulations: Annotated[
        int, typer.Option(min=1, help="Most simulations to try for them.")
    ] = 20_000,
    seed: Annotated[int, typer.Option(help="Fixes the parameter values and the luck.")] = 2017,
    workers: Annotated[int | None, typer.Option(help="Threads; all cores if left out.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help=f"{QUICK_DRAWS} draws.")] = False,
    progress: Annotated[
        str, typer.Option(help="auto (a bar on a terminal), bar, json or none.")
    ] = "auto",
) -> None:
    """Draw parameter values that agree with the published facts. Written whole or not at all."""
    from trustsim.arguments import one_of
    from trustsim.calibration.sampling import provenance_of, require_pyabc, sampled, write_draws
    from trustsim.cli.progress import FORMS, shown
    from trustsim.engines.compiling import compile_kernel
    from trustsim.output import check_destination, whole_folder

    one_of("calibrate", "--progress", progress, FORMS)
    require_pyabc()
    check_destination(out)
    if quick:
        draws = QUICK_DRAWS
    compile_kernel(lambda: None if progress == "none" else tell(COMPILING))
    with whole_folder(out) as draft:
        with shown(None, progress) as advance:
            found, taken = sampled(
                draws, seed=seed, most=simulations, workers=workers, progress=advance
            )
        write_draws(draft, found, provenance_of(found, taken, seed=seed))
    tell(f"{draws} draws from {taken} simulations; posterior.csv, tables and figures are in {out}")


@app.command(
    epilog="""\b
Examples:
  trustsim validate
  trustsim validate --replicates 200                       quick
  trustsim validate --setting voluntary --out out/validation

\b
docs/validation.md says what was tested beyond this."""
)
@ends_well
def validate(
    out: Annotated[Path | None, new_folder("New folder for the table.")] = None,
    replicates: Annotated[int, typer.Option(help="Partnerships of each setting.")] = 1000,
    setting: Annotated[
        list[str] | None,
        typer.Option(
            help="Only these settings, with commas between; may be repeated.", show_default="all"
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(help="Fixes the luck: the same seed gives the same numbers.")
    ] = 4711,
    quiet: QUIET = False,
) -> None:
    """Compare the model with published numbers, those used in calibration and others."""
    from trustsim import output

    if out is not None:
        output.check_destination(out)
    from trustsim.calibration.published import against_published
    from trustsim.cli.progress import shown
    from trustsim.engines.compiling import compile_kernel

    compile_kernel(lambda: None if quiet else tell(COMPILING))
    names = [name.strip() for text in setting or () for name in text.split(",") if name.strip()]
    with shown(None, "none" if quiet else "auto") as advance:
        found = against_published(names or None, replicates=replicates, seed=seed, progress=advance)
    if not quiet:
        print(table_text(found, seed))
    if out is not None:
        with output.whole_folder(out) as draft:
            found.to_csv(draft / "published.csv", index=False)
            record = {"command": output.command_line(), "replicates": replicates, "seed": seed}
            record |= {"versions": output.versions(), "time_utc": output.now()}
            output.write_manifest(draft, record)
        tell(f"the table is written: {out}/published.csv")
    elif not quiet:
        tell("nothing was written; --out FOLDER keeps the table")


def table_text(found: pd.DataFrame, seed: int) -> str:
    """The table for a terminal, in two blocks: what was aimed at, and what was not."""
    from trustsim.report.terminal import columns_of

    size = f"{int(found['n'].iloc[0]):,} partnerships of each setting, seed {seed}."
    blocks = [f"{size} Intervals of 95 % of the simulation; a verdict is about the whole interval."]
    for used, title in ((True, "Used in calibration"), (False, "Not used in calibration")):
        rows = found[found["used"] == used]
        if rows.empty:
            continue
        ends = rows[["published_low", "published_high"]].itertuples(index=False)
        own = rows[["estimate", "low", "high"]].itertuples(index=False)
        shown = rows[["quantity", "setting"]].assign(
            published=[_band(low, high) for low, high in ends],
            model=[f"{e:.3g} ({low:.3g} to {high:.3g})" for e, low, high in own],
            verdict=rows["verdict"],
        )
        shown = shown.rename(columns={"model": "model (interval)"})
        blocks.append(f"{title}\n{columns_of(shown)}")
    return "\n\n".join([*blocks, FULL])


def _band(low: float, high: float) -> str:
    return f"above {low:g}" if high == float("inf") else f"{low:g} to {high:g}"


@app.command(epilog="Examples: trustsim verify; trustsim verify --full")
@ends_well
def verify(
    full: Annotated[
        bool, typer.Option("--full", help="With ten times as many partnerships; takes minutes.")
    ] = False,
) -> None:
    """Check this installation. Compares it with closed forms, published numbers and agents."""
    from trustsim.engines.compiling import compile_kernel
    from trustsim.report.terminal import columns_of
    from trustsim.verification import verify as verified

    compile_kernel(lambda: tell(COMPILING))
    found = verified(quick=not full)
    wrong = len(found) - int(found["passed"].sum())
    for number in ("expected", "got", "tolerance"):
        found[number] = [f"{value:.6g}" for value in found[number]]
    print(columns_of(found.assign(passed=found["passed"].map({True: "yes", False: "NO"}))))
    if wrong:
        tell(f"{wrong} of {len(found)} checks failed: do not rely on results of this installation")
        raise typer.Exit(FAILED)
    tell(f"all {len(found)} checks passed")
