"""The command line: `trustsim run`, `explain`, `story` and the rest.

Only typer is imported here; a command loads what it needs when it is called, so that `--help`
and tab completion answer at once.
"""

from __future__ import annotations

import functools
import os
import signal
import sys
from collections.abc import Callable
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from trustsim.errors import TrustsimError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trustsim.scenarios.scenario import Scenario

BAD_USAGE, FAILED, INTERRUPTED, TERMINATED, BROKEN_PIPE = 2, 1, 130, 143, 141
COMPILING = "compiling the model once, about half a minute; later runs start at once"

app = typer.Typer(
    name="trustsim",
    help="Simulate trust between partner organisations: attrition, time-to-maturity, and what "
    "silver bullets really do.",
    epilog="""\b
First steps:
  trustsim scenarios                     the named settings
  trustsim run voluntary                 1000 partnerships, 10 years, on the terminal
  trustsim run voluntary +coordinator:start=6 --out out/first
  trustsim story stp                     one partnership in words
  trustsim explain negativity            what a parameter means, where it comes from

`trustsim COMMAND --help` has examples of each. TRUSTSIM_DEBUG=1 shows tracebacks.""",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
)

# Tab completion.


def names_of(kind: str, form: str = "{}") -> Callable[[str], list[str]]:
    """Completion by the names of a kind, written in a form."""

    def complete(incomplete: str) -> list[str]:
        from trustsim import catalogue

        known = (form.format(name) for name in catalogue.names(kind))
        return [word for word in known if word.startswith(incomplete)]

    return complete


def complete_words(incomplete: str) -> list[str]:
    """Settings, scenario files and interventions that begin like this."""
    import glob

    files = glob.glob(f"{glob.escape(incomplete)}*.toml")
    done = names_of("interventions", "+{}")(incomplete)
    return [*names_of("settings")(incomplete), *files, *done]


# Arguments that several commands share.

WHO = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="SCENARIO|+INTERVENTION",
        help="A named setting or a TOML file (voluntary if left out), and what is done to it.",
        autocompletion=complete_words,
        show_default=False,
    ),
]
SETS = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Another value for a parameter; may be repeated.",
        autocompletion=names_of("parameters", "{}="),
        show_default=False,
    ),
]
SEED = Annotated[int, typer.Option(help="Which world of luck; the same seed, the same numbers.")]
MONTHS = Annotated[int, typer.Option(help="How long to watch.")]


# How commands end.


def tell(text: str) -> None:
    """One line to the user that is no result."""
    print(f"trustsim: {' '.join(text.split())}", file=sys.stderr, flush=True)


def ends_well(command: Callable[..., None]) -> Callable[..., None]:
    """A command of which every ending is one line and an exit code, never a traceback."""

    @functools.wraps(command)
    def guarded(*arguments: Any, **named: Any) -> None:
        try:
            command(*arguments, **named)
            sys.stdout.flush()
        except typer.Exit:
            raise
        except BrokenPipeError:
            # Nobody reads any more (`| head`); Python would complain once more at the exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(BROKEN_PIPE) from None
        except TrustsimError as problem:
            _end(f"{type(problem).__name__}: {problem}", BAD_USAGE, problem)
        except KeyboardInterrupt as problem:
            # Below the ^C that a terminal shows, and whatever is left of the bar.
            print(end="\n" if sys.stderr.isatty() else "", file=sys.stderr)
            text = "interrupted; nothing was written. The same command starts from the beginning."
            _end(text, INTERRUPTED, problem)
        except MemoryError as problem:
            _end("out of memory. Take fewer replicates, or record only runs.", FAILED, problem)
        except Exception as problem:
            what = f"failed: {type(problem).__name__}: {problem}. This is our mistake, not yours;"
            _end(f"{what} TRUSTSIM_DEBUG=1 shows where.", FAILED, problem)

    return guarded


def _end(text: str, code: int, problem: BaseException) -> NoReturn:
    if os.environ.get("TRUSTSIM_DEBUG"):
        import traceback

        traceback.print_exception(problem)
    tell(text)
    raise typer.Exit(code) from None


def main() -> None:
    """Entry point of the command `trustsim`."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    # As an exception, so that drafts are removed on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    app(prog_name="trustsim")


def _show_version(wanted: bool) -> None:
    if wanted:
        from trustsim.output import own_version

        print(f"trustsim {own_version()}")
        raise typer.Exit


# Commands.

VERSION = typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")


@app.callback()
def top(version: Annotated[bool, VERSION] = False) -> None:
    """What comes before every command."""


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
    out: Annotated[
        Path | None,
        typer.Option(
            help="New folder for tables, figures and report.html.", show_default="nothing written"
        ),
    ] = None,
    workers: Annotated[int | None, typer.Option(help="Threads; all cores if left out.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No tables, no progress.")] = False,
) -> None:
    """Simulate a scenario many times. How many fall apart, mature, or end as talking shops."""
    chosen = scenario_from(who, sets)
    if out is not None:
        from trustsim.output import check_destination

        check_destination(out)
    from trustsim.engines.compiling import CompilingPool
    from trustsim.simulation import simulate

    pool = CompilingPool(workers, lambda: None if quiet else tell(COMPILING))
    with pool, progress_bar(replicates, quiet=quiet) as advance:
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
    if not quiet:
        from trustsim.report import summary_text

        print(summary_text(runs))
    if out is not None:
        from trustsim.output import command_line, write_run

        report = write_run(runs, out, command=command_line())
        tell(f"tables, figures and manifest are in {out}; open {report}")
    elif not quiet:
        tell("nothing was written; --out FOLDER keeps tables, figures and a report")


@app.command(epilog="Example: trustsim story stp +coordinator:start=12 --seed 3 --replicate 17")
@ends_well
def story(
    who: WHO = None,
    sets: SETS = None,
    seed: SEED = 0,
    replicate: Annotated[int, typer.Option(help="Which of the partnerships of that world.")] = 0,
    months: MONTHS = 120,
) -> None:
    """Tell how one partnership went. A paragraph a year; the very one that `run` counted."""
    import textwrap

    chosen = scenario_from(who, sets)
    from trustsim.engines.partnership import Partnership

    model = Partnership(chosen, seed=seed, replicate=replicate, months=months)
    model.run_model()
    for text in model.story().split("\n\n"):
        print(textwrap.fill(text, 88, break_long_words=False, break_on_hyphens=False), "\n")


@app.command(epilog="Examples: trustsim scenarios; trustsim scenarios stp")
@ends_well
def scenarios(
    name: Annotated[
        str | None,
        typer.Argument(help="One of them, or a file.", autocompletion=names_of("settings")),
    ] = None,
    interventions: Annotated[
        bool, typer.Option("--interventions", help="What can be done to a partnership.")
    ] = False,
) -> None:
    """List the named settings. With a name: each choice in it and its source."""
    from trustsim import catalogue

    if name is not None:
        chosen = scenario_from([name])
        known = name in catalogue.names("settings")
        print(catalogue.explain(name) if known else chosen.to_toml())
    elif not interventions:
        print(catalogue.scenarios_in_words())
        tell("`trustsim scenarios NAME` gives the source of each choice in it")
    if interventions:
        print(catalogue.interventions_in_words())
        tell("`trustsim explain NAME` gives arguments, effects, cost and sources of each")


@app.command(epilog="Examples: trustsim explain; trustsim explain handover; trustsim explain cause")
@ends_well
def explain(
    name: Annotated[
        str | None,
        typer.Argument(
            help="A parameter, intervention, setting, action or column; else all parameters.",
            autocompletion=names_of("everything"),
            show_default=False,
        ),
    ] = None,
) -> None:
    """Say what a name means. Its range and default, and where they come from."""
    from trustsim import catalogue

    print(catalogue.parameters_in_words() if name is None else catalogue.explain(name))


@app.command(epilog="Examples: trustsim verify; trustsim verify --full")
@ends_well
def verify(
    full: Annotated[
        bool, typer.Option("--full", help="Ten times as many partnerships: minutes.")
    ] = False,
) -> None:
    """Check this installation. Against closed forms, published numbers and the twin engine."""
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


@app.command(epilog="Examples: trustsim cite; trustsim cite stp; trustsim cite --bibtex > all.bib")
@ends_well
def cite(
    who: WHO = None,
    bibtex: Annotated[bool, typer.Option("--bibtex", help="As BibTeX entries.")] = False,
) -> None:
    """List the sources, of all or of a scenario. Each with the statement it is cited for."""
    from trustsim import catalogue

    keys = catalogue.sources_of(scenario_from(who)) if who else None
    print(catalogue.bibliography(keys, bibtex=bibtex))


# What commands are made of.


def scenario_from(words: list[str] | None, settings: list[str] | None = None) -> Scenario:
    """The scenario that was typed."""
    from trustsim.scenarios.typed import typed_scenario

    return typed_scenario(words or (), settings or ())


@contextmanager
def progress_bar(total: int, *, quiet: bool) -> Iterator[Callable[[int], object]]:
    """Partnerships done so far, on standard error, if that is a terminal."""
    from tqdm import tqdm

    hidden = True if quiet else None  # None: tqdm itself looks whether that is a terminal
    # Delayed, so that the word about compiling is not written into the bar.
    with tqdm(total=total, unit=" partnerships", disable=hidden, leave=False, delay=0.001) as bar:
        yield bar.update
