"""The command line: `trustsim run`, `compare`, `sweep`, `explain`, `story` and the rest.

Only typer is imported here. A command loads what it needs when it is called, so that `--help` and
tab completion answer at once.
"""

# In the order in which help lists their commands.
from trustsim.cli import run, story, explain, lesson, sweeping, checking  # noqa: I001

# isort: split
from trustsim.cli.application import app, main
from trustsim.cli.exit_codes import BROKEN_PIPE

__all__ = [
    "BROKEN_PIPE",
    "app",
    "checking",
    "explain",
    "lesson",
    "main",
    "run",
    "story",
    "sweeping",
]
