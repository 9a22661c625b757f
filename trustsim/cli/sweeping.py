"""Commands for many scenarios: `sweep`, `merge`, `rerun`, `schema`."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trustsim.cli.application import app
from trustsim.cli.arguments import COMPILING, folder_typed
from trustsim.cli.exit_codes import BAD_USAGE, FAILED, INTERRUPTED, ends_well, tell

if TYPE_CHECKING:
    import pandas as pd

    from trustsim.sweeps import Study, Sweep

STUDY = Annotated[Path, typer.Argument(metavar="STUDY.toml", help="What to sweep.")]
OUT = Annotated[
    Path, typer.Option(help="Folder for the results.", parser=folder_typed, metavar="PATH")
]
WORKERS = Annotated[int | None, typer.Option(help="Threads or processes; all cores if left out.")]
EXECUTOR = Annotated[
    str, typer.Option(help="threads, processes, dask=ADDRESS of a scheduler, or mpi.")
]
PROGRESS = Annotated[
    str, typer.Option(help="auto (a bar on a terminal), bar, json (lines for a queue) or none.")
]
QUIET = Annotated[bool, typer.Option("--quiet", "-q", help="No table, no progress.")]
RESUME = Annotated[bool, typer.Option("--resume", help="Go on with what is stored.")]
RESUMES = "what is stored is whole; the same command with --resume goes on from there"


@app.command(
    epilog="""\b
Examples:
  trustsim sweep study.toml --out out/study --dry-run
  trustsim sweep study.toml --out out/study
  trustsim sweep study.toml --out out/study --resume        after a kill, a crash, Ctrl-C
  trustsim sweep study.toml --out out/study --extend        the study has grown
  trustsim sweep study.toml --out out/3 --shard 3/16        then trustsim merge

\b
A study file, study.toml:
  [study]
  scenario = "voluntary"
  replicates = 4000
  months = 84
  seed = 11
  [arms]
  baseline = []
  coordinator = ["coordinator(start=0)"]
  [factors]
  negativity = [1.2, 2.5]      # two numbers: a range (lhs, sobol); levels for a grid
  handover = []                # its whole range
  [design]
  kind = "lhs"                 # grid, factorial, lhs, sobol, morris, saltelli, csv
  points = 12

Every cell (an arm at a point) meets the same luck. `trustsim schema` prints the whole form."""
)
@ends_well
def sweep(
    study: STUDY,
    out: OUT,
    resume: RESUME = False,
    extend: Annotated[
        bool, typer.Option("--extend", help="Add replicates, arms or points of a grown study.")
    ] = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Try failed runs again.")
    ] = False,
    errors: Annotated[
        str, typer.Option(help="When a run fails: finish (exit code 1), ignore, or stop.")
    ] = "finish",
    workers: WORKERS = None,
    executor: EXECUTOR = "threads",
    shard: Annotated[str, typer.Option(help="Only part i of n, in its own folder.")] = "1/1",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the runs, time and disk that it would take.")
    ] = False,
    progress: PROGRESS = "auto",
    quiet: QUIET = False,
) -> None:
    """Simulate a study: arms, factors, a design. Stored part by part, resumed after anything."""
    from trustsim.sweeps import Study

    chosen = Study.read(study)
    how = "none" if quiet else progress
    part = checked_options(out, workers, executor, shard, errors, progress)
    if dry_run:
        from trustsim.sweeps.forecast import forecast

        print(forecast(chosen, workers))
        return
    found = swept(
        chosen, out, workers, executor, part, how,
        resume=resume, extend=extend, retry_failed=retry_failed, errors=errors,
    )  # fmt: skip
    failed = len(found.failures)
    if not quiet:
        from trustsim.report.terminal import columns_of

        print(columns_of(headlines(found)))
        tell(f"results are in {out}: runs/ (Parquet), cells.parquet, summary.csv")
    if failed and errors != "ignore":
        tell(f"{failed} runs failed: {out}/failures; --resume --retry-failed tries them again")
        raise typer.Exit(FAILED)


@app.command(
    epilog="""\b
Examples:
  trustsim sensitivity screen.toml --out out/screen
  trustsim sensitivity screen.toml --out out/screen --outcome matured --month 60 --resume
  trustsim sensitivity screen.toml --out out/screen --baseline baseline --resume

\b
A study file, screen.toml, is that of a sweep with one of the designs
  [design]
  kind = "morris"              # screening: points trajectories of factors + 1 cells
  points = 10
or
  kind = "saltelli"            # Sobol indices: points base samples of 2 factors + 2 cells
  points = 256

Needs SALib: pip install 'trustsim[sensitivity]'."""
)
@ends_well
def sensitivity(
    study: STUDY,
    out: OUT,
    outcome: Annotated[
        list[str] | None,
        typer.Option(
            help="The outcome to explain; may be repeated.", show_default="matured, dissolved"
        ),
    ] = None,
    month: Annotated[
        int | None, typer.Option(help="By that month.", show_default="the horizon")
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(help="Explain the difference between the other arms and this arm."),
    ] = None,
    resume: RESUME = False,
    workers: WORKERS = None,
    executor: EXECUTOR = "threads",
    progress: PROGRESS = "auto",
    quiet: QUIET = False,
) -> None:
    """Tell which factors move an outcome. With intervals, the simulation's noise apart."""
    import pandas as pd

    from trustsim.errors import StudyError
    from trustsim.sweeps import Study
    from trustsim.sweeps.sensitivity import check_asked, sensitivity_of

    chosen = Study.read(study)
    wanted = outcome or ["matured", "dissolved"]
    check_asked(chosen, wanted, month, baseline)
    part = checked_options(out, workers, executor, "1/1", "finish", progress)
    how = "none" if quiet else progress
    found = swept(chosen, out, workers, executor, part, how, resume=resume)
    tables = []
    for name in wanted:
        try:
            tables.append(sensitivity_of(found, outcome=name, month=month, baseline=baseline))
        except StudyError as problem:
            # One outcome that nothing moves should not cost the others, after a long sweep.
            tell(f"{type(problem).__name__}: {problem}")
    if not tables:
        raise typer.Exit(BAD_USAGE)
    table = pd.concat(tables, ignore_index=True)
    write_sensitivity(table, out)
    if not quiet:
        from trustsim.report.terminal import columns_of

        print(columns_of(ranking(table)))
        tell(f"all indices are in {out}/sensitivity.csv, drawn in {out}/sensitivity_*.png")


def write_sensitivity(table: pd.DataFrame, out: Path) -> None:
    """Indices as CSV and as a figure an outcome and arm, next to the results."""
    from trustsim.figures import plot_morris, plot_sobol
    from trustsim.report import picture
    from trustsim.sweeps.parts import write_bytes

    plot = plot_sobol if "total" in set(table["index"]) else plot_morris

    write_bytes(out, "sensitivity.csv", table.to_csv(index=False).encode())
    for number, (_, part) in enumerate(table.groupby(["outcome", "arm"], sort=False)):
        write_bytes(out, f"sensitivity_{number}.png", picture(plot(part)))


def ranking(table: pd.DataFrame, most: int = 10) -> pd.DataFrame:
    """The factors that move each outcome most, the simulation's noise taken out if it can be."""
    chosen = table[table["index"].isin(("mu_star", "total"))]
    known = chosen["corrected"].notna()
    for plain, name in {"estimate": "", "low": "_low", "high": "_high"}.items():
        corrected = chosen[f"corrected{name}"].where(known, chosen[plain])
        chosen = chosen.assign(**{plain: corrected})
    chosen = chosen.sort_values("estimate", ascending=False, kind="stable")
    chosen = chosen.groupby(["outcome", "arm"], sort=False).head(most)
    chosen = chosen.sort_values(["outcome", "arm"], kind="stable")
    shown: pd.DataFrame = chosen[["outcome", "month", "arm", "factor", "index"]].copy()
    numbers = chosen[["estimate", "low", "high"]].itertuples(index=False)
    shown["estimate (95 % interval)"] = [f"{m:.3g} ({a:.3g} to {b:.3g})" for m, a, b in numbers]
    shown["noise"] = [f"{100 * n:.1f} %" if n == n else "not known" for n in chosen["noise"]]
    return shown


def swept(
    study: Study,
    out: Path,
    workers: int | None,
    executor: str,
    part: tuple[int, int],
    progress: str,
    **options: Any,
) -> Sweep:
    """A study swept into a folder, with progress; Ctrl-C leaves what can be resumed."""
    from trustsim.cli.progress import shown
    from trustsim.engines.compiling import compile_kernel
    from trustsim.sweeps import sweep as do_sweep
    from trustsim.sweeps.executors import executor_from
    from trustsim.sweeps.precision import ConstantOutcomeWarning

    wanted = study.form.precision
    cells = None if wanted is not None or part[1] > 1 else study.size() * study.replicates
    try:
        with (
            executor_from(executor, workers) as pool,
            shown(cells, progress) as advance,
            warnings.catch_warnings(record=True) as warned,
        ):
            warnings.simplefilter("always", ConstantOutcomeWarning)
            if pool is None and study.form.study.engine == "ensemble":
                compile_kernel(lambda: None if progress == "none" else tell(COMPILING))
            found = do_sweep(
                study, out, executor=pool, workers=workers, shard=part, progress=advance, **options
            )
        for one in warned:
            tell(str(one.message))
        if found.was_finished:
            tell(f"{out} was finished already; nothing was simulated")
        found.write_summary(out)
    except KeyboardInterrupt:
        tell(f"interrupted; {RESUMES}")
        raise typer.Exit(INTERRUPTED) from None
    return found


def checked_options(
    out: Path, workers: int | None, executor: str, shard: str, errors: str, progress: str
) -> tuple[int, int]:
    """The part of the shards, once every option makes sense; nothing is started or written.

    Raises StudyError, ParameterError or OutputError.
    """
    from trustsim.arguments import one_of
    from trustsim.cli.progress import FORMS
    from trustsim.errors import OutputError, StudyError, refusal
    from trustsim.scenarios.files import exists
    from trustsim.sweeps.executors import check_name, check_part, check_workers
    from trustsim.sweeps.run import ERRORS

    one_of("sweep", "--progress", progress, FORMS, StudyError)
    one_of("sweep", "--errors", errors, ERRORS, StudyError)
    check_workers(workers)
    check_name(executor)
    part = check_part(shard)
    place = next(one for one in (out, *out.parents) if exists(one))
    if not place.is_dir():
        got = "a file" if place == out else f"{place}, a file"
        message = refusal("output folder", str(out), got, "must be a folder", "Name a folder.")
        raise OutputError(message)
    return part


def headlines(found: Sweep, most: int = 24) -> pd.DataFrame:
    """Maturity and dissolution of the first cells, for a terminal."""
    table = found.summary()
    table = table[table["outcome"].isin(("matured", "dissolved"))]
    table = table[table["month"] == min(table["month"].max(), 60)].head(most)
    shown: pd.DataFrame = table[["arm", *found.study.factors, "outcome", "month"]].copy()
    numbers = 100 * table[["estimate", "low", "high"]]
    shown["share (95 % interval)"] = [
        f"{m:.1f} % ({a:.1f} to {b:.1f})" for m, a, b in numbers.itertuples(index=False)
    ]
    for name in found.study.factors:
        shown[name] = [f"{value:g}" for value in shown[name]]
    shown["n"] = table["n"]
    return shown


@app.command(epilog="Example: trustsim merge out/1 out/2 out/3 --out out/whole")
@ends_well
def merge(
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER...", help="Results to merge.")],
    out: OUT,
) -> None:
    """Merge the shards of a study. Says what is missing; changes no folder."""
    from trustsim.sweeps import Sweep
    from trustsim.sweeps.merge import merge as merged
    from trustsim.sweeps.results import UnfinishedWarning

    place = merged(folders, out)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UnfinishedWarning)  # told below, in one line
            found = Sweep.read(place)
            missing = found.what_is_missing()
            found.write_summary(place)
    except KeyboardInterrupt:
        tell(f"interrupted; {out} is whole, only its summary.csv was not written")
        raise typer.Exit(INTERRUPTED) from None
    if missing:
        tell(f"merged into {out}, which is not complete: {missing} "
             "Merge all shards, or run the sweep with --out there and --resume.")  # fmt: skip
    else:
        tell(f"merged into {out}, which is complete")


@app.command(epilog="Example: trustsim rerun out/study 3f2a9c1b7d40-17")
@ends_well
def rerun(
    folder: Annotated[Path, typer.Argument(help="Results of a sweep.")],
    run_id: Annotated[str, typer.Argument(metavar="RUN_ID", help="One of the column run_id.")],
) -> None:
    """Repeat one stored run with agents, and print its story."""
    import textwrap

    from trustsim.sweeps import Sweep, UnfinishedWarning

    with warnings.catch_warnings():
        # A run is the same whether the sweep was finished or not.
        warnings.simplefilter("ignore", UnfinishedWarning)
        model = Sweep.read(folder).rerun(run_id)
    for text in model.story().split("\n\n"):
        print(textwrap.fill(text, 88, break_long_words=False, break_on_hyphens=False), "\n")


@app.command(epilog="Example: trustsim schema > study.schema.json")
@ends_well
def schema() -> None:
    """Print the JSON Schema of a study file. For editors that check and complete as you type."""
    import json

    from trustsim.sweeps.study_file import json_schema

    print(json.dumps(json_schema(), indent=2))
