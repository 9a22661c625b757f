"""The outcomes that are reported: one number of each run, its unit, and which way is better.

`DEFINITIONS` is the one place to add or change an outcome. Tables of effects, summaries of sweeps,
precision targets, reports and figures take names, units, directions and labels from it.

Some outcomes grow with life: a partnership that lives longer delivers more value, and makes more
smoke, whatever a month of it is like. They are given twice, summed over the run and per month
alive. The second is each partnership's own sum over its own months alive, and tables show the mean
of that over partnerships. So every partnership counts once, with the same weight in both arms of a
comparison, and an arm that only keeps partnerships alive for longer does not change it by doing
so. It is not the sum of all runs over the months of all runs, in which long lives count more
(`turnover_rate` is of that kind). A paired difference of it is a mean of paired differences, and
has Student's interval like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    made of; measure: from a runs table to one number a row; basis: BY_MONTH, UNTIL, SUMMED or
    MONTHLY, or nothing for an outcome of the user.
    """

    name: str
    month: int
    unit: str
    better: int
    needs: tuple[str, ...]
    measure: Callable[[pd.DataFrame], Floats]
    basis: str = ""

    @property
    def label(self) -> str:
        """The outcome in words, with its month where that belongs to it.

        >>> [one.label for one in outcomes([60], 120, 120)][0]
        'matured by year 5'
        """
        return f"{self.name} by year {self.month / 12:g}" if self.basis == BY_MONTH else self.name


class Definition(NamedTuple):
    """An outcome before its month is chosen: measure takes a runs table and the month."""

    name: str
    unit: str
    better: int
    basis: str
    needs: tuple[str, ...]
    measure: Callable[[pd.DataFrame, int], Floats]

    def at(self, month: int) -> Outcome:
        """The outcome for this month."""
        return Outcome(
            *(self.name, month, self.unit, self.better, self.needs),
            measure=lambda runs: self.measure(runs, month),
            basis=self.basis,
        )


def _share(event: str, better: int) -> Definition:
    column = f"month_{event}"

    def measure(runs: pd.DataFrame, month: int) -> Floats:
        when = month_numbers(runs, column)
        return ((when > 0) & (when <= month)).astype(np.float64)

    return Definition(event, SHARE, better, BY_MONTH, (column,), measure)


def _wait(name: str, event: str, better: int) -> Definition:
    column = f"month_{event}"

    def measure(runs: pd.DataFrame, month: int) -> Floats:
        when = month_numbers(runs, column)
        return np.where(when > 0, np.minimum(when, month), month).astype(np.float64)

    return Definition(name, "months", better, UNTIL, (column,), measure)


def _sum(column: str, unit: str, better: int) -> tuple[Definition, Definition]:
    """A column of the runs table, summed over the run, and per month alive."""
    name = column.replace("_", " ")
    alive = ("months", "month_dissolved")

    def summed(runs: pd.DataFrame, month: int) -> Floats:
        return numbers_in(runs, column, where="runs table")

    def monthly(runs: pd.DataFrame, month: int) -> Floats:
        ended, watched = (month_numbers(runs, each) for each in alive[::-1])
        return summed(runs, month) / np.where(ended > 0, ended, watched)

    return (
        Definition(name, f"{unit}, {SUMMED}", better, SUMMED, (column,), summed),
        Definition(
            *(f"{name} {MONTHLY}", f"{unit} {MONTHLY}", better, MONTHLY),
            needs=(column, *alive),
            measure=monthly,
        ),
    )


_SUMS = (
    _sum("value", "value of full trust", 1),
    _sum("smoke", "share of budget", -1),
    _sum("tokenistic_months", "months", -1),
    _sum("members_lost", "members", -1),
    _sum("departures", "people", -1),
)

DEFINITIONS = (
    _share("matured", 1),
    _share("dissolved", -1),
    _wait("months not mature", "matured", -1),
    _wait("months alive", "dissolved", 1),
    *(summed for summed, _ in _SUMS),
    *(monthly for _, monthly in _SUMS),
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
    return [one.at(month) for one in DEFINITIONS for month in months[one.basis]]


def label_of(name: str, month: int) -> str:
    """The label of an outcome from its name and month in a table; its name, if it is the user's.

    >>> label_of("dissolved", 36), label_of("value", 120)
    ('dissolved by year 3', 'value')
    """
    known = {one.name: one for one in DEFINITIONS}
    return known[name].at(month).label if name in known else name
