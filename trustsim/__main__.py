"""The program: `trustsim`, or `python -m trustsim`."""

import os
import sys
from contextlib import suppress

BY_A_SIGNAL = (130, 143)
"""Exit codes after Ctrl-C and SIGTERM."""


def main() -> None:
    """Runs the command line; Ctrl-C ends it in silence even while it is still being loaded."""
    try:
        try:
            from trustsim.cli import main as command

            command()
        except KeyboardInterrupt:
            sys.exit(130)
    except SystemExit as end:
        if isinstance(end.code, int) and end.code in BY_A_SIGNAL:
            _leave(end.code)
        raise


def _leave(code: int) -> None:
    """End at once: all is told and tidied up, and Python's own tidying up is not safe any more.

    A signal may have stopped the compiler, or a thread of Arrow's, half-way; to delete what they
    hold then crashes now and then, with another exit code and a message of theirs.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):
            stream.flush()
    os._exit(code)


# Workers of mpi4py.futures import this module under another name, and must not run the command.
if __name__ == "__main__":
    main()
