"""What a part says of itself: the runs it should hold, its family, and sums of all that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

FORMAT = 1
MARK = b"trustsim"
TOLD = {"format": int, "family": str, "pieces": list, "rows": int, "columns": str}


def noted(rows: pa.Table, note: dict[str, Any]) -> pa.Table:
    """Rows with a note in their schema: format, family and pieces, and sums of note and columns."""
    held = {**note, "rows": rows.num_rows, "columns": columns_of(rows.schema)}
    sealed = json.dumps({**held, "sum": hash_of(held)})
    return rows.replace_schema_metadata({**(rows.schema.metadata or {}), MARK: sealed.encode()})


def note_of(path: Path, *, deep: bool) -> dict[str, Any] | None:
    """What a part says of itself; None if it is damaged or says nothing.

    deep: every page is read; otherwise only the end of the file.
    """
    try:
        with pq.ParquetFile(path, page_checksum_verification=deep) as file:
            text = (file.metadata.metadata or {}).get(MARK)
            note = json.loads(text) if text else {}
            # Pages have sums of their own; what is said of them is compared with this note.
            whole = (
                isinstance(note, dict)
                and note.pop("sum", "") == hash_of(note)
                and _has_its_form(note)
                and note["columns"] == columns_of(file.schema_arrow)
                and note["rows"] == file.metadata.num_rows
                and (not deep or _is_readable(file))
            )
        return note if whole else None
    except (OSError, ValueError, RecursionError, pa.ArrowException):
        return None


def is_in_place(path: Path, note: Mapping[str, Any], arms: Mapping[str, str]) -> bool:
    """Whether a part lies in the folder of its arm, which is what tells the arm of its rows.

    arms: name of the arm by key of the cell; cells that are not in it are not judged.
    """
    known = {arms[key] for key, _, _ in note["pieces"] if key in arms}
    return all(path.parent.name == folder_of(arm) for arm in known)


def folder_of(arm: str) -> str:
    """Name of an arm's folder in each table."""
    return f"arm={quote(arm, safe=' ()=,.+_-')}"


def ending_of(pieces: list[list[Any]]) -> str:
    """How the name of a part ends that holds these pieces: no copy under another name passes."""
    return f"-{hash_of(pieces)[:8]}"


def columns_of(schema: pa.Schema) -> str:
    """Hash of the names and types of columns."""
    return hash_of([[field.name, str(field.type)] for field in schema])


def hash_of(content: Any) -> str:
    """Hash of plain data."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def _has_its_form(note: dict[str, Any]) -> bool:
    return all(type(note.get(name)) is kind for name, kind in TOLD.items()) and all(
        isinstance(piece, list) and [type(one) for one in piece] == [str, int, int]
        for piece in note["pieces"]
    )


def _is_readable(file: pq.ParquetFile) -> bool:
    """Whether every column has all its rows, and every page the sum it was written with."""
    for group in range(file.num_row_groups):
        # Column by column: a part may be larger than memory is.
        for name in file.schema_arrow.names:
            column = file.read_row_group(group, columns=[name])
            column.validate(full=True)
            rows = file.metadata.row_group(group).num_rows
            if (column.num_rows, column.num_columns) != (rows, 1):
                return False
    return True
