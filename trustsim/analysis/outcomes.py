"""The outcomes that are reported: one number of each run, its unit, and which way is better."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from trustsim.analysis.tables import Floats, month_numbers

SHARE = "share of partnerships"


class Outcome(NamedTuple):
    """One number of each run, and which way is better (1 = more, -1 = less).

    needs: columns of the runs table that it is made of.
    """

    name: str
    month: int
    unit: str
    better: int
    needs: tuple[str, ...]
    measure: Callable[[pd.DataFrame], Floats]


def outcomes(by: Sequence[int], horizon: int, length: int) -> list[Outcome]:
    """Every outcome, in the order of tables.

    Parameters
    ----------
    by : sequence of int
        Months for the shares matured and dissolved.
    horizon : int
        Months for the restricted means.
    length : int
        Months over which sums run.
    """
    sums = (
        ("value", "value of full trust", 1),
        ("smoke", "share of budget", -1),
        ("tokenistic_months", "months", -1),
        ("members_lost", "members", -1),
        ("departures", "people", -1),
    )
    return [
        *(_share("matured", month, 1) for month in by),
        *(_share("dissolved", month, -1) for month in by),
        _wait("months not mature", "matured", horizon, -1),
        _wait("months alive", "dissolved", horizon, 1),
        *(_sum(column, length, unit, better) for column, unit, better in sums),
    ]


def _share(event: str, month: int, better: int) -> Outcome:
    column = f"month_{event}"

    def measure(runs: pd.DataFrame) -> Floats:
        when = month_numbers(runs, column)
        return ((when > 0) & (when <= month)).astype(np.float64)

    return Outcome(event, month, SHARE, better, (column,), measure)


def _wait(name: str, event: str, horizon: int, better: int) -> Outcome:
    column = f"month_{event}"

    def measure(runs: pd.DataFrame) -> Floats:
        when = month_numbers(runs, column)
        return np.where(when > 0, np.minimum(when, horizon), horizon).astype(np.float64)

    return Outcome(name, horizon, "months", better, (column,), measure)


def _sum(column: str, length: int, unit: str, better: int) -> Outcome:
    name = column.replace("_", " ")
    needs = (column,)
    return Outcome(name, length, unit, better, needs, lambda runs: runs[column].to_numpy(float))
