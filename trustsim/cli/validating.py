"""The command that holds the model to published facts: `validate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trustsim.cli.application import app
from trustsim.cli.arguments import COMPILING
from trustsim.cli.exit_codes import ends_well, tell

if TYPE_CHECKING:
    from trustsim.validation import Scorecard

NAMES = "Only these, with commas between; may be repeated."


@app.command(
    epilog="""\b
Examples:
  trustsim validate
  trustsim validate --replicates 100 --no-refit            quick
  trustsim validate --models trustsim,random_walk --facts SF01,SF03
  trustsim validate --out out/scorecard

\b
Bands were fixed before anything was run; docs/validation.md tells what they are and how to read
a verdict."""
)
@ends_well
def validate(
    out: Annotated[
        Path | None,
        typer.Option(
            help="New folder for the tables and the page.", show_default="nothing written"
        ),
    ] = None,
    replicates: Annotated[
        int | None, typer.Option(help="Partnerships of each arm.", show_default="500")
    ] = None,
    models: Annotated[list[str] | None, typer.Option(help=NAMES, show_default="all")] = None,
    facts: Annotated[list[str] | None, typer.Option(help=NAMES, show_default="all")] = None,
    setting: Annotated[list[str] | None, typer.Option(help=NAMES, show_default="all")] = None,
    seed: Annotated[
        int | None,
        typer.Option(help="Which world of luck.", show_default="that of the file of facts"),
    ] = None,
    refit: Annotated[bool, typer.Option(help="Try each peer also with its level set anew.")] = True,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No table, no progress.")] = False,
) -> None:
    """Hold the model to published facts. Beside peers, parts left out, and chance alone."""
    if out is not None:
        from trustsim.output import check_destination

        check_destination(out)
    from tqdm import tqdm

    from trustsim.engines.compiling import compile_kernel
    from trustsim.validation import scorecard, steps

    who, what, where = (_named(one) for one in (models, facts, setting))
    total = steps(who, what, refit=refit)
    compile_kernel(lambda: None if quiet else tell(COMPILING))
    if not quiet:
        tell(f"{total} facts of models to simulate; all of them take some minutes")
    hidden = True if quiet else None  # None: tqdm itself looks whether there is a terminal
    with tqdm(total=total, unit=" facts", disable=hidden, leave=False) as bar:
        found = scorecard(
            replicates=replicates,
            seed=seed,
            models=who,
            facts=what,
            settings=where,
            refit=refit,
            progress=bar.update,
        )
    if not quiet:
        print(scorecard_text(found))
    if out is not None:
        from trustsim.output import command_line

        tell(f"tables and page are written; open {found.write(out, command=command_line())}")
    elif not quiet:
        tell("nothing was written; --out FOLDER keeps tables and a page")


def _named(given: list[str] | None) -> list[str] | None:
    """The names, whether they came one by one or with commas."""
    names = [name.strip() for text in given or () for name in text.split(",")]
    return [name for name in names if name] or None


def scorecard_text(found: Scorecard) -> str:
    """Counts of all models, and trustsim's verdict on each measure, for a terminal."""
    from trustsim.report.terminal import columns_of
    from trustsim.report.words import INTERVALS
    from trustsim.validation.writing import band, interval, levels

    counts = found.tested if len(found.tested) else found.counts
    blocks = [
        (
            f"{len(found.facts)} facts, {len(found.models)} models, at least {found.replicates:,} "
            f"partnerships an arm, seed {found.seed}.\n{INTERVALS}"
        ),
        "Facts that count\n" + columns_of(counts.drop(columns=["title", "kind"])),
    ]
    if found.refits:
        blocks.append("Levels set anew, half-widths\n" + columns_of(levels(found.refits)))
    ours = found.measures[found.measures["model"] == found.models[0].name]
    rows = ours.to_dict("records")
    shown = ours[["fact", "measure", "setting"]].assign(
        estimate=[interval(row) for row in rows],
        band=[band(row["band_low"], row["band_high"]) for row in rows],
        verdict=ours["verdict"],
        role=ours["role"],
    )
    blocks.append(f"Measure by measure: {found.models[0].title}\n" + columns_of(shown))
    return "\n\n".join(blocks)
