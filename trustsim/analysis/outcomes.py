"""The outcomes that are reported: one number of each run, its unit, and which way is better.

`DEFINITIONS` is the one place to add or change an outcome. Tables of effects, summaries of sweeps,
precision targets, reports and figures take names, units, directions and labels from it.
`analysis.paired_contrast` says what "per month alive" means.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from trustsim.analysis.tables import Floats, month_numbers, numbers_in

SHARE = "share of partnerships"
BY_MONTH = "by a month"
UNTIL = "until the horizon"
SUMMED = "summed over the run"
MONTHLY = "per month alive"


class Outcome(NamedTuple):
    """One number of each run, and which way is better (1 = more, -1 = less, 0 = neither).

    month: by which, or up to which, it is measured; needs: columns of the runs table that it is
    made of; measure: from a runs table to one number a row.
    """

    name: str
    month: int
    unit: str
    better: int
    needs: tuple[str, ...]
    measure: Callable[[pd.DataFrame], Floats]


class Definition(NamedTuple):
    """An outcome before its month is chosen; measure takes a runs table, the month and needs."""

    name: str
    unit: str
    better: int
    basis: str  # BY_MONTH, UNTIL, SUMMED or MONTHLY
    needs: tuple[str, ...]
    measure: Callable[..., Floats]


def _happened(runs: pd.DataFrame, month: int, needs: Sequence[str]) -> Floats:
    when = month_numbers(runs, needs[0])
    return ((when > 0) & (when <= month)).astype(np.float64)


def _waited(runs: pd.DataFrame, month: int, needs: Sequence[str]) -> Floats:
    when = month_numbers(runs, needs[0])
    return np.where(when > 0, np.minimum(when, month), month).astype(np.float64)


def _summed(runs: pd.DataFrame, month: int, needs: Sequence[str]) -> Floats:
    return numbers_in(runs, needs[0], where="runs table")


def _monthly(runs: pd.DataFrame, month: int, needs: Sequence[str]) -> Floats:
    watched, ended = (month_numbers(runs, column) for column in needs[1:])
    return _summed(runs, month, needs) / np.where(ended > 0, ended, watched)


_SUMS = (
    ("value", "value of full trust", 1),
    ("smoke", "share of budget", -1),
    ("tokenistic_months", "months", -1),
    ("members_lost", "members", -1),
    ("departures", "people", -1),
)
_NAMED = tuple((column.replace("_", " "), column, unit, better) for column, unit, better in _SUMS)
_ALIVE = ("months", "month_dissolved")

DEFINITIONS = (
    Definition("matured", SHARE, 1, BY_MONTH, ("month_matured",), _happened),
    Definition("dissolved", SHARE, -1, BY_MONTH, ("month_dissolved",), _happened),
    Definition("months not mature", "months", -1, UNTIL, ("month_matured",), _waited),
    Definition("months alive", "months", 1, UNTIL, ("month_dissolved",), _waited),
    *(
        Definition(name, f"{unit}, {SUMMED}", better, SUMMED, (column,), _summed)
        for name, column, unit, better in _NAMED
    ),
    *(
        Definition(
            *(f"{name} {MONTHLY}", f"{unit} {MONTHLY}", better, MONTHLY, (column, *_ALIVE)),
            measure=_monthly,
        )
        for name, column, unit, better in _NAMED
    ),
)
"""Every outcome, in the order of tables."""


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

    Examples
    --------
    >>> [(one.name, one.month) for one in outcomes([36, 60], 120, 120)][:3]
    [('matured', 36), ('matured', 60), ('dissolved', 36)]
    """
    months = {BY_MONTH: tuple(by), UNTIL: (horizon,), SUMMED: (length,), MONTHLY: (length,)}
    return [
        Outcome(
            *(one.name, month, one.unit, one.better, one.needs),
            measure=partial(one.measure, month=month, needs=one.needs),
        )
        for one in DEFINITIONS
        for month in months[one.basis]
    ]


def label_of(name: str, month: int) -> str:
    """An outcome in words, from its name and month in a table.

    >>> label_of("dissolved", 36), label_of("value", 120)
    ('dissolved by year 3', 'value')
    """
    by_month = any(one.name == name and one.basis == BY_MONTH for one in DEFINITIONS)
    return f"{name} by year {month / 12:g}" if by_month else name
