"""The real command, with own outcomes and smaller tasks, which no option of it gives.

    python -m tests.soak.driver CUT OWN sweep study.toml --out FOLDER

CUT: runs in a task, 0 for the real cut; OWN: 1 for own outcomes.
"""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def doubled(runs: pd.DataFrame) -> pd.Series:
    return 2 * runs["value"]


def picky(runs: pd.DataFrame) -> pd.Series:
    """Fails for one run in forty."""
    if (runs["replicate"] % 40 == 17).any():
        raise ValueError("not this one")
    return runs["value"]


def main() -> None:
    cut, own = int(sys.argv[1]), sys.argv[2] == "1"
    del sys.argv[1:3]
    from trustsim import cli, sweeps
    from trustsim.sweeps import plan

    if cut:
        plan.pair_months, plan.PAIR_MONTHS = lambda cell, months: 1, cut
    if own:
        # By this name, not that of the program: other processes import it.
        from tests.soak import driver

        outcomes = {"doubled": driver.doubled, "picky": driver.picky}
        sweeps.Study.read = functools.partial(sweeps.Study.read, outcomes=outcomes)
    cli.main()


if __name__ == "__main__":
    main()
