"""The command line: `trustsim run`, `compare`, `sweep`, `explain`, `story` and the rest.

Only typer is imported here. A command loads what it needs when it is called, so that `--help` and
tab completion answer at once.
"""

from trustsim.cli import run, compare, story  # noqa: I001  (help lists commands in this order)

# isort: split
from trustsim.cli import calibrating, explain, lesson, sweeping, validating, verify
from trustsim.cli.application import app, main
from trustsim.cli.exit_codes import BROKEN_PIPE

__all__ = [
    "BROKEN_PIPE",
    "app",
    "calibrating",
    "compare",
    "explain",
    "lesson",
    "main",
    "run",
    "story",
    "sweeping",
    "validating",
    "verify",
]
