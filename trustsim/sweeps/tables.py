"""Results as Arrow tables: the columns of the schema, after run_id, cell, arm and the factors."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trustsim import schema
from trustsim.model.parameters import BY_NAME

if TYPE_CHECKING:
    from trustsim.engines.ensemble import Raw
    from trustsim.sweeps.plan import Piece

TABLES = {"runs": schema.RUNS, "months": schema.MONTHS, "members": schema.MEMBERS}
RUN_ID, CELL, ARM = "run_id", "cell", "arm"
DESIGN = (RUN_ID, CELL, ARM)


def _nullable(columns: Sequence[schema.Column]) -> bytes:
    """What tells pandas which columns are nullable integers, where it reads a part by itself."""
    types = {"pandas_type": "int64", "numpy_type": "Int64", "metadata": None}
    names = [stored_name(column) for column in columns if column.kind == "month"]
    months = [{"name": name, "field_name": name, **types} for name in names]
    return json.dumps({"index_columns": [], "column_indexes": [], "columns": months}).encode()


def stored_name(column: schema.Column) -> str:
    """What a sweep calls a column: one that is called like a parameter ends in "_observed".

    >>> [stored_name(c) for c in schema.RUNS if c.name in ("meetings", "value")]
    ['meetings_observed', 'value']
    """
    return f"{column.name}_observed" if column.name in BY_NAME else column.name


NULLABLE = {table: _nullable(columns) for table, columns in TABLES.items()}


def arrow_table(
    table: str,
    piece: Piece,
    raw: Raw,
    factors: Sequence[str],
    own: dict[str, Any] | None = None,
) -> pa.Table:
    """Rows of one piece, in the table "runs", "months" or "members".

    own: a user's own outcomes, one number a run; columns of "runs" alone.
    """
    numbers = getattr(raw, table)
    size = len(numbers)
    replicates = pa.array(numbers[:, 0].astype(np.int64))
    names = pc.binary_join_element_wise(
        pa.scalar(piece.cell.key), pc.cast(replicates, pa.string()), "-"
    )
    columns: dict[str, Any] = {
        RUN_ID: names,
        CELL: _same(piece.cell.key, size),
        ARM: _same(piece.cell.arm, size),
    }
    for name, value in zip(factors, piece.cell.factors, strict=True):
        columns[name] = pa.array(np.full(size, value))
    for place, column in enumerate(TABLES[table]):
        columns[stored_name(column)] = _array(column, numbers[:, place])
    for name, values in (own or {}).items() if table == "runs" else ():
        columns[name] = pa.array(np.asarray(values, dtype=np.float64))
    return pa.table(columns).replace_schema_metadata({b"pandas": NULLABLE[table]})


def to_pandas(table: str, rows: pa.Table) -> pd.DataFrame:
    """Rows as a data frame with the types of the schema, whatever they were stored as.

    A month is a nullable integer, so that a run that never matured is missing and no number, and
    categories are all of those in the schema: as in the tables of `simulate`.
    """
    # Types come from the schema alone: what a file says to pandas has no checksum.
    frame: pd.DataFrame = rows.replace_schema_metadata(None).to_pandas()
    for column in TABLES[table]:
        name = stored_name(column)
        if name not in frame:
            continue
        if column.kind == "month":
            frame[name] = rows[name].to_pandas(types_mapper=lambda _: pd.Int64Dtype())
        elif column.kind == "category":
            frame[name] = pd.Categorical(frame[name], categories=list(column.categories))
    return frame


def no_rows(table: str, factors: Sequence[str], outcomes: Iterable[str] = ()) -> pa.Table:
    """A table of which nothing was stored: its columns alone, own outcomes included."""
    word = pa.dictionary(pa.int32(), pa.string())
    columns: dict[str, Any] = {
        RUN_ID: pa.array([], pa.string()),
        CELL: pa.array([], word),
        ARM: pa.array([], word),
        **{name: pa.array([], pa.float64()) for name in factors},
    }
    for column in TABLES[table]:
        columns[stored_name(column)] = _array(column, np.empty(0))
    for name in outcomes if table == "runs" else ():
        columns[name] = pa.array([], pa.float64())
    return pa.table(columns)


def _same(text: str, size: int) -> pa.Array:
    codes = pa.array(np.zeros(size, dtype=np.int32))
    return pa.DictionaryArray.from_arrays(codes, pa.array([text]))


def _array(column: schema.Column, numbers: np.ndarray) -> pa.Array:
    """Numbers of the engine as an Arrow array; a month of 0 or a category of -1 is missing."""
    if column.kind == "float":
        return pa.array(numbers)
    whole = numbers.astype(np.int64)
    if column.kind == "flag":
        return pa.array(whole != 0)
    if column.kind == "month":
        return pa.array(whole, mask=whole <= 0)
    if column.kind == "category":
        codes = pa.array(whole.astype(np.int32), mask=whole < 0)
        return pa.DictionaryArray.from_arrays(codes, pa.array(list(column.categories)))
    return pa.array(whole)
