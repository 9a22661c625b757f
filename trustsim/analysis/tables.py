"""What the analysis asks of a table before it computes anything from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trustsim.errors import TrustsimError, nearest, refusal

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class TableError(TrustsimError, ValueError):
    """A table lacks what an analysis needs, or is asked for more than it holds."""


def require_columns(table: pd.DataFrame, columns: Iterable[str], *, where: str) -> None:
    """Nothing, if the table has rows and these columns.

    Raises
    ------
    TableError
        A column is missing, or there are no rows.
    """
    for column in columns:
        if column not in table.columns:
            known = [str(name) for name in table.columns]
            raise TableError(
                refusal(
                    where,
                    "column",
                    column,
                    "is missing from the table",
                    f"Pass a table that has it.{nearest(column, known)}",
                )
            )
    if len(table) == 0:
        raise TableError(
            refusal(where, "rows", 0, "at least one is needed", "Simulate at least one run.")
        )


def months_within(by: Sequence[int], last: int, *, where: str) -> list[int]:
    """Those of the months asked for that the table reaches; the others are left out.

    Raises
    ------
    TableError
        Some are asked for and none is reached.
    """
    within = [int(month) for month in by if 1 <= month <= last]
    if len(by) > 0 and not within:
        raise TableError(
            refusal(
                where,
                "by",
                tuple(by),
                f"the table holds months 1 to {last}",
                "Ask for earlier months or simulate a longer horizon.",
            )
        )
    return within


def require_reach(month: int, last: int, *, where: str, what: str) -> None:
    """Nothing, if a month lies between 1 and the last one that was watched.

    Raises
    ------
    TableError
        The month is not watched, so nothing is known about it.
    """
    if not 1 <= month <= last:
        raise TableError(
            refusal(
                where,
                what,
                month,
                f"must be in 1 to {last}, the months that were watched",
                "Ask for an earlier month or simulate a longer horizon.",
            )
        )


def month_numbers(table: pd.DataFrame, column: str) -> Integers:
    """A month column as plain integers, with 0 where it never happened.

    >>> month_numbers(pd.DataFrame({"month_matured": [12, None]}), "month_matured").tolist()
    [12, 0]
    """
    numbers: Integers = table[column].fillna(0).to_numpy(dtype=np.int64)
    return numbers
