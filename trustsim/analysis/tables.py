"""What the estimators require of a table before they compute anything from it.

Tables come from `simulate`, from files and from other people. A wrong cell is refused here, in one
line that names its row, column and value, so that no estimator has to guess what was meant.
`where` is always what the message begins with.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from numbers import Real
from typing import NamedTuple, NoReturn

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trustsim.arguments import plain_whole
from trustsim.errors import TrustsimError, nearest, refusal

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

LONGEST = 2**31
"""More months than any table holds; a larger number is a mistake, and would need much memory."""
WHOLE_TABLE = "Pass the occupancy table of one simulation, whole."


class TableError(TrustsimError, ValueError):
    """A table lacks a column, holds an impossible cell, or can't answer what it is asked."""


def refuse(where: str, what: str, got: object, allowed: str, step: str) -> NoReturn:
    """Raise a TableError with the five parts of `errors.refusal`."""
    raise TableError(refusal(where, what, got, allowed, step))


class Lives(NamedTuple):
    """Months of each row of a runs table, 0 for what never happened."""

    watched: Integers
    matured: Integers
    dissolved: Integers


def require_columns(table: pd.DataFrame, columns: Iterable[str], *, where: str) -> None:
    """Refuse a table that lacks one of these columns, has it twice, or has no rows."""
    names = [str(name) for name in table.columns]
    for column in columns:
        times = names.count(column)
        if times != 1:
            allowed = "is missing from the table" if times == 0 else "is in the table twice"
            step = f"Pass a table that has it once.{nearest(column, names) if not times else ''}"
            refuse(where, "column", column, allowed, step)
    if len(table) == 0:
        refuse(where, "rows", 0, "at least one is needed", "Simulate at least one run.")


def numbers_in(
    table: pd.DataFrame,
    column: str,
    *,
    where: str,
    meaning: str = "a number",
    whole: bool = False,
    least: float = -np.inf,
    gaps: bool = False,
    step: str = "Correct that row, or leave it out.",
) -> Floats:
    """A column as numbers, NaN where a cell is missing, if each of its cells makes sense.

    Parameters
    ----------
    table, column, where
        Whose column, and what a message begins with.
    meaning, step : str, optional
        What a cell must be, in words, and what to do about one that isn't.
    whole, gaps : bool, optional
        Whether fractions are refused; whether a cell may be missing.
    least : float, optional
        Smallest value that is possible.

    Raises
    ------
    TableError
        A cell is text, a date, true or false, infinite, missing (unless gaps), fractional (if
        whole) or under the least.
    """
    given = table[column]
    missing = given.isna().to_numpy(dtype=bool)
    odd = np.zeros(len(given), dtype=bool)
    if pd.api.types.is_numeric_dtype(given.dtype) and not pd.api.types.is_bool_dtype(given.dtype):
        numbers = given.to_numpy(dtype=np.float64, na_value=np.nan)
    else:
        odd = np.array([not _is_number(one) for one in given], dtype=bool) & ~missing
        numbers = np.array([_as_float(one) for one in given], dtype=np.float64)
    wrong = odd | (~missing & ~np.isfinite(numbers))
    if not gaps:
        wrong |= missing
    with np.errstate(invalid="ignore"):
        wrong |= numbers < least
        if whole:
            wrong |= np.isfinite(numbers) & (numbers != np.floor(numbers))
    if wrong.any():
        place = int(wrong.argmax())
        if odd[place]:
            step = "Give a number there: no text, no date, no true or false."
        allowed = f"must be {meaning}" + (", or missing" if gaps else "")
        _refuse_cell(table, place, column, allowed, step, where)
    return numbers


def lives_of(runs: pd.DataFrame, *, where: str = "runs table") -> Lives:
    """When each run matured and dissolved, once every row of the table makes sense.

    Every estimator reads a runs table through this function. The flags matured and dissolved must
    say the same as the months, where there are any. Raises TableError for an impossible row.

    >>> runs = pd.DataFrame({"months": [60, 40], "month_matured": [12, None]})
    >>> lives_of(runs.assign(month_dissolved=[None, 40])).dissolved.tolist()
    [0, 40]
    """
    require_columns(runs, ("months", "month_matured", "month_dissolved"), where=where)
    watched = _months(runs, "months", where=where, gaps=False)
    matured = month_numbers(runs, "month_matured", where=where)
    dissolved = month_numbers(runs, "month_dissolved", where=where)
    step = "Correct that row: months count from the start, and an end is the last month."
    ended = np.where(dissolved > 0, dissolved, LONGEST)
    for column, month, last, which in (
        ("month_matured", matured, watched, "last month watched,"),
        ("month_dissolved", dissolved, watched, "last month watched,"),
        ("month_matured", matured, ended, "month in which it dissolved,"),
    ):
        late = month > last
        if late.any():
            place = int(late.argmax())
            allowed = f"must not be after the {which} {last[place]}"
            _refuse_cell(runs, place, column, allowed, step, where)
    for column, month in (("matured", matured), ("dissolved", dissolved)):
        if column in runs.columns:
            _check_flag(runs, column, month > 0, where=where)
    return Lives(watched, matured, dissolved)


def month_numbers(table: pd.DataFrame, column: str, *, where: str = "runs table") -> Integers:
    """A month column as plain integers, 0 where it never happened; TableError for a wrong cell.

    >>> month_numbers(pd.DataFrame({"month_matured": [12, None]}), "month_matured").tolist()
    [12, 0]
    """
    return _months(table, column, where=where, gaps=True)


def occupancy_counts(
    occupancy: pd.DataFrame, columns: Sequence[str], statuses: Sequence[str], *, where: str
) -> pd.DataFrame:
    """Counts of the occupancy table by month, and `size` (partnerships), if they make sense.

    statuses: those columns that must add up to the same number in every month. Raises TableError.
    """
    require_columns(occupancy, ("month", *columns), where=where)
    month = _months(occupancy, "month", where=where, gaps=False)
    if not np.array_equal(np.sort(month), np.arange(1, len(month) + 1)):
        each, times = np.unique(month, return_counts=True)
        wrong = int(each[times > 1][0]) if (times > 1).any() else int(month.max())
        allowed = f"must hold each month from 1 to {len(month)} once, as it has {len(month)} rows"
        refuse(where, "month", wrong, allowed, WHOLE_TABLE)
    read = partial(numbers_in, occupancy, where=where, whole=True, least=0)
    found = {name: read(name, meaning="a count, at least 0").astype(np.int64) for name in columns}
    counts = pd.DataFrame(found, index=pd.Index(month, name="month")).sort_index()
    counts["size"] = counts[list(statuses)].sum(axis=1)
    other = counts["size"][counts["size"] != counts["size"].iloc[0]]
    if len(other):
        got = f"{counts['size'].iloc[0]} in month 1 and {other.iloc[0]} in month {other.index[0]}"
        allowed = "must be the same in every month: those that dissolve stay in the table"
        refuse(where, "partnerships", got, allowed, WHOLE_TABLE)
    return counts


def months_within(by: Sequence[int], last: int, *, where: str) -> list[int]:
    """Those of the months that the table reaches; TableError if it reaches none of them."""
    asked = [whole_month(month, where=where, what="by") for month in by]
    within = [month for month in asked if 1 <= month <= last]
    if asked and not within:
        step = "Ask for earlier months or simulate a longer horizon."
        refuse(where, "by", tuple(asked), f"the table holds months 1 to {last}", step)
    return within


def require_reach(month: int, last: int, *, where: str, what: str) -> int:
    """The month, if it lies between 1 and the last one that was watched; else TableError."""
    asked = whole_month(month, where=where, what=what)
    if not 1 <= asked <= last:
        allowed = f"must be in 1 to {last}, the months that were watched"
        step = "Ask for an earlier month or simulate a longer horizon."
        refuse(where, what, asked, allowed, step)
    return asked


def whole_month(month: object, *, where: str, what: str) -> int:
    """The month as an int; 36.0 and NumPy's numbers are as good. TableError for a fraction."""
    number = plain_whole(month)
    if isinstance(number, int) and not isinstance(number, bool):
        return number
    step = "Round it yourself, as you mean it."
    refuse(where, what, month, "must be a whole number of months", step)


def _months(table: pd.DataFrame, column: str, *, where: str, gaps: bool) -> Integers:
    step = (
        "Give the month in which it happened (13 for what came after 12.4 months); "
        "aalen_johansen takes exact times."
    )
    meaning = "a whole number of months, at least 1"
    months = numbers_in(
        table, column, where=where, meaning=meaning, whole=True, least=1, gaps=gaps, step=step
    )
    if (months > LONGEST).any():
        place = int((months > LONGEST).argmax())
        _refuse_cell(table, place, column, "is longer than any life", "Correct that row.", where)
    return np.nan_to_num(months).astype(np.int64)


def _check_flag(runs: pd.DataFrame, column: str, happened: Flags, *, where: str) -> None:
    """Refuse a flag that contradicts its month; a missing flag says nothing."""
    given = runs[column]
    said = given.fillna(False).to_numpy() == True  # noqa: E712, as a column of objects may be
    other = given.notna().to_numpy(dtype=bool) & (said != happened)
    if other.any():
        place = int(other.argmax())
        allowed = f"but month_{column} is {'given' if happened[place] else 'missing'}"
        step = f"Give both, or leave the column {column} out."
        _refuse_cell(runs, place, column, allowed, step, where)


def _refuse_cell(
    table: pd.DataFrame, place: int, column: str, allowed: str, step: str, where: str
) -> NoReturn:
    cell = table[column].iloc[[place]]
    value = cell.iloc[0]
    shown = repr(value) if isinstance(value, str) else str(value)
    shown = "missing" if cell.isna().iloc[0] else shown
    refuse(where, f"{column} of row {table.index[place]}", shown, allowed, step)


def _is_number(one: object) -> bool:
    return isinstance(one, Real) and not isinstance(one, bool | np.bool_)


def _as_float(one: object) -> float:
    try:
        return float(one) if _is_number(one) else float("nan")  # type: ignore[arg-type]
    except OverflowError:
        return float("inf")
