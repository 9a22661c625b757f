"""The command that holds the model to published numbers: `validate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trustsim.cli.application import app
from trustsim.cli.arguments import COMPILING
from trustsim.cli.exit_codes import ends_well, tell

if TYPE_CHECKING:
    import pandas as pd

FULL = (
    "More facts, rival models, parts left out and chance alone: the scorecard, an experiment of "
    "the\nrepository (make experiment NAME=E00_scorecard)."
)


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
    out: Annotated[
        Path | None,
        typer.Option(help="New folder for the table.", show_default="nothing written"),
    ] = None,
    replicates: Annotated[
        int | None, typer.Option(help="Partnerships of each setting.", show_default="1000")
    ] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option(
            help="Only these settings, with commas between; may be repeated.", show_default="all"
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Which world of luck.", show_default="4711")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No table, no progress.")] = False,
) -> None:
    """Hold the model to published numbers: those it was calibrated on, and others."""
    from trustsim import output

    if out is not None:
        output.check_destination(out)
    from trustsim.calibration.published import REPLICATES, SEED, against_published
    from trustsim.cli.progress import shown
    from trustsim.engines.compiling import compile_kernel

    compile_kernel(lambda: None if quiet else tell(COMPILING))
    names = [name.strip() for text in setting or () for name in text.split(",") if name.strip()]
    size = REPLICATES if replicates is None else replicates
    luck = SEED if seed is None else seed
    with shown(None, "none" if quiet else "auto") as advance:
        found = against_published(names or None, replicates=size, seed=luck, progress=advance)
    if not quiet:
        print(table_text(found, luck))
    if out is not None:
        with output.whole_folder(out) as draft:
            found.to_csv(draft / "published.csv", index=False)
            record = {"command": output.command_line(), "replicates": size, "seed": luck}
            record |= {"versions": output.versions(), "time_utc": output.now()}
            output.write_manifest(draft, record)
        tell(f"the table is written: {out}/published.csv")
    elif not quiet:
        tell("nothing was written; --out FOLDER keeps the table")


def table_text(found: pd.DataFrame, seed: int) -> str:
    """The table for a terminal, in two blocks: what was aimed at, and what was not."""
    import pandas as pd

    from trustsim.report.terminal import columns_of

    size = f"{int(found['n'].iloc[0]):,} partnerships of each setting, seed {seed}."
    blocks = [f"{size} Intervals of 95 % of the simulation; a verdict is about the whole interval."]
    for used, title in ((True, "Used in calibration"), (False, "Not used in calibration")):
        rows = found[found["used"] == used]
        if rows.empty:
            continue
        ends = zip(rows["published_low"], rows["published_high"], strict=True)
        own = rows[["estimate", "low", "high"]].itertuples(index=False)
        shown = {
            "quantity": rows["quantity"],
            "setting": rows["setting"],
            "published": [_band(low, high) for low, high in ends],
            "model (interval)": [f"{e:.3g} ({low:.3g} to {high:.3g})" for e, low, high in own],
            "verdict": rows["verdict"],
        }
        blocks.append(f"{title}\n{columns_of(pd.DataFrame(shown))}")
    return "\n\n".join([*blocks, FULL])


def _band(low: float, high: float) -> str:
    if high == float("inf"):
        return f"above {low:g}"
    return f"{low:g} to {high:g}"
