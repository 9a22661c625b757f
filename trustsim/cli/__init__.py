"""The command line: `trustsim run`, `compare`, `sweep`, `explain`, `story` and the rest.

Only typer is imported here; a command loads what it needs when it is called, so that `--help`
and tab completion answer at once.
"""

from trustsim.cli import simulating  # first, because help lists commands in this order

# isort: split
from trustsim.cli import calibrating, looking_up, sweeping, teaching, validating
from trustsim.cli.application import app, main
from trustsim.cli.endings import BROKEN_PIPE

__all__ = [
    "BROKEN_PIPE",
    "app",
    "calibrating",
    "looking_up",
    "main",
    "simulating",
    "sweeping",
    "teaching",
    "validating",
]
