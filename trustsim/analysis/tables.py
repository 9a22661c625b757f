"""What the estimators ask of a table before they compute anything from it.

Tables come from `simulate`, from files and from other people. A wrong cell is refused here, in one
line that names its row, column and value, so that no estimator has to guess what was meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from numbers import Real
from typing import NamedTuple

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


class TableError(TrustsimError, ValueError):
    """A table lacks what an analysis needs, holds what can't be, or is asked for too much."""


class Lives(NamedTuple):
    """Months of each row of a runs table, 0 for what never happened."""

    watched: Integers
    matured: Integers
    dissolved: Integers

    @property
    def lived(self) -> Integers:
        """Months that each lived, or was watched for; the month in which it ended counts."""
        return np.where(self.dissolved > 0, self.dissolved, self.watched)


def require_columns(table: pd.DataFrame, columns: Iterable[str], *, where: str) -> None:
    """Refuse a table without these columns, or without rows.

    Parameters
    ----------
    table : pandas.DataFrame
        The table.
    columns : iterable of str
        Names of columns.
    where : str
        What the message begins with.

    Raises
    ------
    TableError
        A column is missing or there twice, or there are no rows.
    """
    names = [str(name) for name in table.columns]
    for column in columns:
        times = names.count(column)
        if times != 1:
            allowed = "is missing from the table" if times == 0 else "is in the table twice"
            step = f"Pass a table that has it once.{nearest(column, names) if not times else ''}"
            raise TableError(refusal(where, "column", column, allowed, step))
    if len(table) == 0:
        allowed = "at least one is needed"
        raise TableError(refusal(where, "rows", 0, allowed, "Simulate at least one run."))


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
    """A column as numbers, if each of its cells makes sense.

    Parameters
    ----------
    table : pandas.DataFrame
        A table that has the column.
    column : str
        Its name.
    where : str
        What the message begins with.
    meaning : str, optional
        What a cell must be, in words.
    whole : bool, optional
        Whether fractions are refused.
    least : float, optional
        Smallest value that is possible.
    gaps : bool, optional
        Whether a cell may be missing.
    step : str, optional
        What to do about a number that can't be.

    Returns
    -------
    array of float
        One number a row, NaN where the cell is missing.

    Raises
    ------
    TableError
        A cell is text, a date, true or false, infinite, missing (unless gaps), fractional (if
        whole) or under the least.

    Examples
    --------
    >>> numbers_in(pd.DataFrame({"value": [1, 2.5]}), "value", where="runs").tolist()
    [1.0, 2.5]
    """
    given = table[column]
    kind = given.dtype
    if isinstance(kind, np.dtype) and kind.kind in "iu":
        numbers = given.to_numpy(dtype=np.float64)
        missing = odd = np.zeros(len(given), dtype=bool)
    else:
        missing = given.isna().to_numpy(dtype=bool)
        if pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind):
            odd = np.zeros(len(given), dtype=bool)
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
        _refuse(table, place, column, allowed, step, where)
    return numbers


def lives_of(runs: pd.DataFrame, *, where: str = "runs table") -> Lives:
    """When each run matured and dissolved, once every row of the table makes sense.

    Every estimator reads a runs table through this function.

    Parameters
    ----------
    runs : pandas.DataFrame
        Runs table: months, month_matured, month_dissolved (whole months from 1; missing where it
        never happened). The flags matured and dissolved must say the same, where there are any.
    where : str, optional
        What the message begins with.

    Returns
    -------
    Lives
        Months watched, matured and dissolved, one entry a row.

    Raises
    ------
    TableError
        A column is missing, or a row is impossible: the message names row, column and value.

    Examples
    --------
    >>> runs = pd.DataFrame({"months": [60, 40], "month_matured": [12, None]})
    >>> lives_of(runs.assign(month_dissolved=[None, 40])).lived.tolist()
    [60, 40]
    """
    require_columns(runs, ("months", "month_matured", "month_dissolved"), where=where)
    watched = _months(runs, "months", where=where, gaps=False)
    matured = month_numbers(runs, "month_matured", where=where)
    dissolved = month_numbers(runs, "month_dissolved", where=where)
    step = "Correct that row: months count from the start, and an end is the last month."
    for column, month in (("month_matured", matured), ("month_dissolved", dissolved)):
        late = month > watched
        if late.any():
            place = int(late.argmax())
            allowed = f"must not be after the last month watched, {watched[place]}"
            _refuse(runs, place, column, allowed, step, where)
    late = (dissolved > 0) & (matured > dissolved)
    if late.any():
        place = int(late.argmax())
        allowed = f"must not be after the month in which it dissolved, {dissolved[place]}"
        _refuse(runs, place, "month_matured", allowed, step, where)
    for column, month in (("matured", matured), ("dissolved", dissolved)):
        if column in runs.columns:
            _check_flag(runs, column, month > 0, where=where)
    return Lives(watched, matured, dissolved)


def month_numbers(table: pd.DataFrame, column: str, *, where: str = "runs table") -> Integers:
    """A month column as plain integers, with 0 where it never happened.

    Parameters
    ----------
    table : pandas.DataFrame
        A table that has the column.
    column : str
        Its name: whole months from 1, missing where it never happened.
    where : str, optional
        What the message begins with.

    Raises
    ------
    TableError
        A cell is no month.

    Examples
    --------
    >>> month_numbers(pd.DataFrame({"month_matured": [12, None]}), "month_matured").tolist()
    [12, 0]
    """
    return _months(table, column, where=where, gaps=True)


def occupancy_counts(
    occupancy: pd.DataFrame, columns: Sequence[str], statuses: Sequence[str], *, where: str
) -> pd.DataFrame:
    """The occupancy table as whole numbers by month, once every row makes sense.

    Parameters
    ----------
    occupancy : pandas.DataFrame
        Occupancy table: a row a month, from 1 to the last.
    columns : sequence of str
        Counts that are needed.
    statuses : sequence of str
        Those of them that must add up to the same number of partnerships in every month.
    where : str
        What the message begins with.

    Returns
    -------
    pandas.DataFrame
        The counts, and size (partnerships), by month.

    Raises
    ------
    TableError
        A column is missing, or a row is impossible.
    """
    require_columns(occupancy, ("month", *columns), where=where)
    month = _months(occupancy, "month", where=where, gaps=False)
    expected = np.arange(1, len(month) + 1)
    if not np.array_equal(np.sort(month), expected):
        found, times = np.unique(month, return_counts=True)
        wrong = int(found[times > 1][0]) if (times > 1).any() else int(month.max())
        allowed = f"must hold each month from 1 to {len(month)} once, as it has {len(month)} rows"
        step = "Pass the occupancy table of one simulation, whole."
        raise TableError(refusal(where, "month", wrong, allowed, step))
    counts = pd.DataFrame(
        {
            name: numbers_in(
                occupancy, name, where=where, meaning="a count, at least 0", whole=True, least=0
            ).astype(np.int64)
            for name in columns
        }
    )
    counts.index = pd.Index(month, name="month")
    counts = counts.sort_index()
    counts["size"] = counts[list(statuses)].sum(axis=1)
    other = (counts["size"] != counts["size"].iloc[0]).to_numpy()
    if other.any():
        got = f"{counts['size'].iloc[0]} in month 1 and {counts['size'][other].iloc[0]} in month "
        got += str(counts.index[other][0])
        allowed = "must be the same in every month: those that dissolve stay in the table"
        step = "Pass the occupancy table of one simulation, whole."
        raise TableError(refusal(where, "partnerships", got, allowed, step))
    return counts


def months_within(by: Sequence[int], last: int, *, where: str) -> list[int]:
    """Those of the months asked for that the table reaches; the others are left out.

    Raises
    ------
    TableError
        A month is not whole, or some are asked for and none is reached.
    """
    asked = [whole_month(month, where=where, what="by") for month in by]
    within = [month for month in asked if 1 <= month <= last]
    if asked and not within:
        allowed = f"the table holds months 1 to {last}"
        step = "Ask for earlier months or simulate a longer horizon."
        raise TableError(refusal(where, "by", tuple(asked), allowed, step))
    return within


def require_reach(month: int, last: int, *, where: str, what: str) -> int:
    """The month, if it lies between 1 and the last one that was watched.

    Raises
    ------
    TableError
        The month is not whole, or was not watched, so that nothing is known about it.
    """
    asked = whole_month(month, where=where, what=what)
    if not 1 <= asked <= last:
        allowed = f"must be in 1 to {last}, the months that were watched"
        step = "Ask for an earlier month or simulate a longer horizon."
        raise TableError(refusal(where, what, asked, allowed, step))
    return asked


def whole_month(month: object, *, where: str, what: str) -> int:
    """The month as a whole number; 36.0 and NumPy's numbers are as good.

    Raises
    ------
    TableError
        It is no whole number.
    """
    number = plain_whole(month)
    if isinstance(number, int) and not isinstance(number, bool):
        return number
    allowed = "must be a whole number of months"
    raise TableError(refusal(where, what, month, allowed, "Round it yourself, as you mean it."))


def _months(table: pd.DataFrame, column: str, *, where: str, gaps: bool) -> Integers:
    meaning = "a whole number of months, at least 1"
    step = (
        "Give the month in which it happened (13 for what came after 12.4 months); "
        "aalen_johansen takes exact times."
    )
    months = numbers_in(
        table, column, where=where, meaning=meaning, whole=True, least=1, gaps=gaps, step=step
    )
    if (months > LONGEST).any():
        place = int((months > LONGEST).argmax())
        _refuse(table, place, column, "is longer than any life", "Correct that row.", where)
    return np.nan_to_num(months).astype(np.int64)


def _check_flag(runs: pd.DataFrame, column: str, happened: Flags, *, where: str) -> None:
    """Refuse a flag that says something else than its month; a missing flag says nothing."""
    given = runs[column]
    said = given.fillna(False).to_numpy() == True  # noqa: E712, as a column of objects may be
    other = given.notna().to_numpy(dtype=bool) & (said != happened)
    if other.any():
        place = int(other.argmax())
        month = "missing" if not happened[place] else "given"
        allowed = f"but month_{column} is {month}"
        step = f"Give both, or leave the column {column} out."
        _refuse(runs, place, column, allowed, step, where)


def _refuse(
    table: pd.DataFrame, place: int, column: str, allowed: str, step: str, where: str
) -> None:
    cell = table[column].iloc[[place]]
    value = cell.iloc[0]
    missing = bool(cell.isna().iloc[0])
    shown = "missing" if missing else repr(value) if isinstance(value, str) else str(value)
    what = f"{column} of row {table.index[place]}"
    raise TableError(refusal(where, what, shown, allowed, step))


def _is_number(one: object) -> bool:
    return isinstance(one, Real) and not isinstance(one, bool | np.bool_)


def _as_float(one: object) -> float:
    if not _is_number(one):
        return float("nan")
    try:
        return float(one)  # type: ignore[arg-type]
    except OverflowError:
        return float("inf")
