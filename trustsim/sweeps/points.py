"""Tables of points: the rows of a "csv" design, from a file or a data frame."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from trustsim import arguments
from trustsim.errors import StudyError, refusal

SPREADSHEETS = (".xlsx", ".xls", ".xlsm", ".ods", ".numbers")
PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of spreadsheet programs begin."""

SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
AS_CSV = "Save it as CSV, with commas between columns and decimal points, and name that file."


def read_points(table: Any) -> pd.DataFrame | None:
    """Points of a design: one row a point, one column a factor, all of float64; None for None.

    table: a data frame, or a CSV file with a line of names.

    Raises StudyError, with row and column, if a value is not a number or a point is there twice.
    """
    if table is None:
        return None
    where = "table"
    if not isinstance(table, pd.DataFrame):
        path = arguments.path("study", "table", table, "a CSV of points", StudyError)
        where = str(path)
        table = _from_csv(path)
    if table.empty or table.columns.has_duplicates:
        got = f"{len(table)} rows, {list(map(str, table.columns))}"
        allowed = "must have a column for each factor, each with another name, and a row a point"
        raise StudyError(refusal(where, "points", got, allowed, "Add what is missing."))
    for name in table.columns:
        for row, value in enumerate(table[name], start=1):
            if not _is_number(value):
                _refuse_value(where, row, name, value)
    points = pd.DataFrame({str(name): table[name].astype(np.float64) for name in table.columns})
    points = points.reset_index(drop=True)
    again = points.index[points.duplicated()]
    if len(again):
        first = points.index[(points == points.loc[again[0]]).all(axis=1)][0]
        got = f"row {again[0] + 1}, the same as row {first + 1}"
        step = "Leave one of them out; for more partnerships a point, raise replicates."
        raise StudyError(refusal(where, "points", got, "every point must be there once", step))
    return points


def _is_number(value: Any) -> bool:
    """Whether it is a finite number; a date, a truth value and a missing value are none."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number | str):
        return False
    try:
        return bool(np.isfinite(float(value)))
    except ValueError:
        return False


def _refuse_value(where: str, row: int, name: object, value: Any) -> NoReturn:
    missing = bool(np.all(pd.isna(value))) or (isinstance(value, str) and not value)
    got = "missing" if missing else value
    allowed = "must be a number, as must every cell of a design"
    step = "Fill empty cells." if missing else "Leave out columns of names, words or dates."
    raise StudyError(refusal(where, f"row {row}, column {name}", got, allowed, step))


def _from_csv(path: Path) -> pd.DataFrame:
    where = str(path)
    try:
        if path.exists() and not path.is_file():
            raise OSError(0, "not a file")  # a device never ends
        content = path.read_bytes()
        if path.suffix.lower() in SPREADSHEETS or content.startswith(PACKED):
            allowed = "is the file of a spreadsheet program, which is not read"
            raise StudyError(refusal(where, "file", path.name, allowed, AS_CSV))
        lines = content.decode("utf-8-sig").splitlines()
        separator = next((one for one in SEPARATORS if lines and one in lines[0]), None)
        if separator and "," not in lines[0]:
            got = f"{SEPARATORS[separator]} in the line {lines[0][:60]!r}"
            raise StudyError(refusal(where, "separator", got, "must be a comma", AS_CSV))
        rows = [row for row in csv.reader(lines) if row]
    except StudyError:
        raise
    except (OSError, ValueError, csv.Error) as problem:
        got = getattr(problem, "strerror", None) or str(problem)
        got = "not UTF-8" if isinstance(problem, UnicodeDecodeError) else got
        raise StudyError(
            refusal(where, "file", got, "must be a readable CSV of points", "Check the path.")
        ) from None
    names = [name.strip() for name in rows[0]] if rows else []
    for number, row in enumerate(rows[1:], start=1):
        if len(row) != len(names):
            got = f"{len(row)} values in row {number}"
            allowed = f"each row must have {len(names)}, one a factor"
            step = "Separate columns by commas, and write decimals with a point."
            raise StudyError(refusal(where, "points", got, allowed, step))
    return pd.DataFrame([[cell.strip() for cell in row] for row in rows[1:]], columns=names)
