"""The program itself: its first page of help, its options, its start."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from typing import Annotated

import typer

from trustsim.cli.endings import INTERRUPTED, TERMINATED

A_MOMENT = 0.05  # seconds

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


def main() -> None:
    """Entry point of the command `trustsim`."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    # As an exception, so that drafts are removed on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    sys.unraisablehook = _dropped
    try:
        app(prog_name="trustsim")
    except SystemExit as end:
        if isinstance(end.code, int) and end.code in (INTERRUPTED, TERMINATED):
            _leave(end.code)
        raise


def _leave(code: int) -> None:
    """End at once: all is told and tidied up, and Python's own tidying up is not safe any more.

    A signal may have stopped the compiler, or a thread of Arrow's, half-way; to delete what they
    hold can crash, with another exit code and a message of theirs.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):
            stream.flush()
    os._exit(code)


def _dropped(found: sys.UnraisableHookArgs) -> None:
    """What ends the command, and Python drops as it came in the middle of a deletion: once more.

    The signal is sent again a moment later, when Python is elsewhere.
    """
    endings: dict[object, signal.Signals] = {
        KeyboardInterrupt: signal.SIGINT,
        SystemExit: signal.SIGTERM,
    }
    number = endings.get(type(found.exc_value))
    if number is None or not hasattr(signal, "pthread_kill"):
        sys.__unraisablehook__(found)
    else:
        main_thread = threading.main_thread().ident
        again = threading.Timer(A_MOMENT, signal.pthread_kill, [main_thread, number])
        again.daemon = True
        again.start()


def _show_version(wanted: bool) -> None:
    if wanted:
        from trustsim.output import own_version

        print(f"trustsim {own_version()}")
        raise typer.Exit


VERSION = typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")


@app.callback()
def top(version: Annotated[bool, VERSION] = False) -> None:
    """What comes before every command."""
