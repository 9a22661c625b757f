"""How commands end: with one line and an exit code, never a traceback."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import typer

from trustsim.errors import TrustsimError

BAD_USAGE, FAILED, INTERRUPTED, TERMINATED, BROKEN_PIPE = 2, 1, 130, 143, 141


def tell(text: str) -> None:
    """Print one line that is not a result, on standard error."""
    print(f"trustsim: {' '.join(text.split())}", file=sys.stderr, flush=True)


def ends_well(command: Callable[..., None]) -> Callable[..., None]:
    """Make a command end with one line and an exit code, whatever happens in it."""

    @functools.wraps(command)
    def guarded(*arguments: Any, **named: Any) -> None:
        try:
            command(*arguments, **named)
            sys.stdout.flush()
        except typer.Exit:
            raise
        except BrokenPipeError:
            # Nobody reads any more (`| head`), and Python would complain again at the exit.
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
            what = f"failed: {type(problem).__name__}: {problem}. This is our mistake, not yours."
            _end(f"{what} Set TRUSTSIM_DEBUG=1 to see where it happened.", FAILED, problem)

    return guarded


def _end(text: str, code: int, problem: BaseException) -> NoReturn:
    if os.environ.get("TRUSTSIM_DEBUG"):
        import traceback

        traceback.print_exception(problem)
    tell(text)
    raise typer.Exit(code) from None
