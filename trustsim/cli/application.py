"""The program itself: its first page of help, its options and its start."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from typing import Annotated

import typer

from trustsim.cli.exit_codes import INTERRUPTED, TERMINATED

A_MOMENT = 0.05  # seconds

app = typer.Typer(
    name="trustsim",
    help="Simulate trust between partner organisations: how many partnerships last, how soon they "
    "mature, and what silver bullets really do.",
    epilog="""\b
First steps:
  trustsim settings                      the named settings
  trustsim run voluntary                 1000 partnerships for 10 years
  trustsim compare voluntary +mandate +coordinator
                                         the same partnerships with either of them
  trustsim run voluntary +coordinator:start=6 --out out/first
                                         tables, figures and a report
  trustsim story stp                     one partnership in words
  trustsim explain dose                  what a word, a parameter or a column means

`trustsim COMMAND --help` shows examples. Set TRUSTSIM_DEBUG=1 to see tracebacks.""",
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
    """End at once: everything is said and tidied up, and Python's own tidying up is not safe now.

    A signal may have stopped the compiler, or a thread of Arrow's, half-way. Deleting what they
    hold can crash, with another exit code and another message.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):
            stream.flush()
    os._exit(code)


def _dropped(found: sys.UnraisableHookArgs) -> None:
    """Send a signal again that Python dropped because it came in the middle of a deletion.

    It is sent a moment later, when Python is elsewhere.
    """
    signals: dict[object, signal.Signals] = {
        KeyboardInterrupt: signal.SIGINT,
        SystemExit: signal.SIGTERM,
    }
    number = signals.get(type(found.exc_value))
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
    """Options that stand before any command."""
