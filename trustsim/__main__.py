"""The program: `trustsim`, or `python -m trustsim`."""

import sys


def main() -> None:
    """Runs the command line; Ctrl-C ends it in silence even while it is still being loaded."""
    try:
        from trustsim.cli import main as command

        command()
    except KeyboardInterrupt:
        sys.exit(130)


# Workers of mpi4py.futures import this module under another name, and must not run the command.
if __name__ == "__main__":
    main()
