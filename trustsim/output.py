"""A run's results in a folder that is either whole or not there.

Everything is written into a hidden sibling first and renamed into place at the end, so an
interrupted or failed run leaves nothing half-written behind.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import secrets
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trustsim import arguments, schema
from trustsim.errors import OutputError, refusal

if TYPE_CHECKING:
    import pandas as pd

    from trustsim.comparison import Comparison
    from trustsim.report.exhibits import Figure, Table
    from trustsim.simulation import Runs

PACKAGES = ("trustsim", "numpy", "numba", "mesa", "pandas", "scipy", "pyarrow", "matplotlib")
MANIFEST = "manifest.json"
REPORT = "report.html"
BLOCK = 1 << 20
NEW_FOLDER = "Name a folder that does not exist yet."


def check_destination(folder: str | Path) -> Path:
    """The folder as an absolute path, if results can be written there.

    Call it before the computing starts.

    Raises
    ------
    OutputError
        It is no folder, holds something, can't be replaced or can't be written.
    """
    path = arguments.path("output", "folder", folder, "a new folder", OutputError)
    try:
        path = _absolute(folder)
        with suppress(FileNotFoundError):
            path.stat()
            _check_existing(path)
        _try_to_write(path)
    except OutputError:
        raise
    except (OSError, ValueError) as problem:
        raise OutputError(
            refusal(
                "output folder",
                str(path),
                _reason(problem),
                "must be a place where a new folder can be made",
                "Name a folder that you may write to.",
            )
        ) from None
    return path


@contextmanager
def whole_folder(folder: str | Path) -> Iterator[Path]:
    """A hidden folder to write into; it becomes `folder` at the end, or vanishes on failure.

    Raises
    ------
    OutputError
        The destination won't do (see `check_destination`), or writing failed.
    """
    path = check_destination(folder)
    draft = path.with_name(f".trustsim-{secrets.token_hex(4)}.partial")
    made = [parent for parent in path.parents if not parent.exists()]
    done = False
    try:
        draft.mkdir(parents=True)
        yield draft
        if path.exists():
            path.rmdir()
        draft.rename(path)
        done = True
    except OutputError:
        raise
    except OSError as problem:
        raise OutputError(
            refusal(
                "output folder",
                str(path),
                _reason(problem),
                "could not be written, and nothing of it was kept",
                "Make room or name another folder, and run the same command again.",
            )
        ) from problem
    finally:
        if not done:
            shutil.rmtree(draft, ignore_errors=True)
            for parent in made:
                with suppress(OSError):
                    parent.rmdir()


def write_run(
    runs: Runs, folder: str | Path, *, command: str = "", doubt: pd.DataFrame | None = None
) -> Path:
    """Tables, figures, report and manifest of a run, in a new folder; the path of the report.

    Parameters
    ----------
    runs : Runs
        From `trustsim.simulate`.
    folder : str or Path
        Where to; must not exist, or be empty.
    command : str, optional
        What was typed to get these runs, for the record.
    doubt : pandas.DataFrame, optional
        From `trustsim.calibration.with_parameter_uncertainty`: shown and kept beside the rest.

    Raises
    ------
    OutputError
        The folder won't do, or writing failed; nothing of it is kept.
    """
    from trustsim.report import figures_of, run_page, tables_of

    with whole_folder(folder) as draft:
        (draft / "scenario.toml").write_text(runs.scenario.to_toml(), encoding="utf-8")
        write_table(draft / "runs.parquet", runs.runs, schema.RUNS)
        if runs.recorded("members"):
            write_table(draft / "members.parquet", runs.members, schema.MEMBERS)
        if runs.recorded("months"):
            write_table(draft / "months.parquet", runs.months, schema.MONTHS)
        write_table(draft / "occupancy.parquet", runs.occupancy, schema.OCCUPANCY)
        tables, figures = tables_of(runs), figures_of(runs)
        write_exhibits(draft, tables, figures)
        record = manifest(runs, command=command)
        _write_doubt(draft, doubt)
        page = run_page(runs, tables, figures, record, doubt)
        (draft / REPORT).write_text(page, encoding="utf-8")
        write_manifest(draft, record)
    return _absolute(folder) / REPORT


def write_comparison(
    comparison: Comparison,
    folder: str | Path,
    *,
    command: str = "",
    doubt: pd.DataFrame | None = None,
) -> Path:
    """Tables, figures, report and manifest of a comparison, in a new folder; the report's path.

    Every arm's runs and scenario are kept, numbered in the order of the arms.

    Raises
    ------
    OutputError
        The folder won't do, or writing failed; nothing of it is kept.
    """
    from trustsim.report import comparison_figures, comparison_page, comparison_tables

    with whole_folder(folder) as draft:
        everybody = {"baseline": comparison.baseline, **comparison.arms}
        files = {}
        for number, (name, runs) in enumerate(everybody.items()):
            files[name] = f"{number}_{re.sub('[^a-z0-9]+', '_', name.lower()).strip('_')}"[:60]
            text = runs.scenario.to_toml()
            (draft / f"{files[name]}.toml").write_text(text, encoding="utf-8")
            write_table(draft / f"{files[name]}_runs.parquet", runs.runs, schema.RUNS)
            write_table(draft / f"{files[name]}_members.parquet", runs.members, schema.MEMBERS)
        tables, figures = comparison_tables(comparison), comparison_figures(comparison)
        write_exhibits(draft, tables, figures)
        record = manifest(comparison.baseline, command=command)
        record["arms"] = {
            name: {
                "files": files[name],
                "digest": runs.scenario.digest(),
                **runs.scenario.to_dict(),
            }
            for name, runs in everybody.items()
        }
        _write_doubt(draft, doubt)
        page = comparison_page(comparison, tables, figures, record, doubt)
        (draft / REPORT).write_text(page, encoding="utf-8")
        write_manifest(draft, record)
    return _absolute(folder) / REPORT


def write_exhibits(folder: Path, tables: list[Table], figures: list[Figure]) -> None:
    """Tables as CSV, figures as PNG with a CSV of the numbers that they show."""
    for name in ("tables", "figures"):
        (folder / name).mkdir()
    for table in tables:
        table.data.to_csv(folder / "tables" / f"{table.name}.csv", index=False)
    for figure in figures:
        (folder / "figures" / f"{figure.name}.png").write_bytes(figure.png)
        figure.data.to_csv(folder / "figures" / f"{figure.name}.csv", index=False)


def _write_doubt(folder: Path, doubt: pd.DataFrame | None) -> None:
    if doubt is not None:
        doubt.to_csv(folder / "tables" / "parameter_uncertainty.csv", index=False)


def write_table(path: Path, table: pd.DataFrame, columns: tuple[schema.Column, ...]) -> None:
    """A Parquet file (zstd) that plain pandas reads; each column carries its unit and meaning."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    known = {column.name: column for column in columns}
    plain = pa.Table.from_pandas(table, preserve_index=False)
    fields = [
        field.with_metadata({"unit": known[field.name].unit, "meaning": known[field.name].meaning})
        if field.name in known
        else field
        for field in plain.schema
    ]
    described = plain.cast(pa.schema(fields, metadata=plain.schema.metadata))
    pq.write_table(described, path, compression="zstd")


def manifest(runs: Runs, *, command: str = "") -> dict[str, Any]:
    """What it takes to get the same numbers again, as plain data.

    Holds no sums of files yet; `write_manifest` adds them.
    """
    from trustsim.engines.compiled import sources_digest

    return {
        "made_by": "trustsim",
        "command": command,
        "time_utc": now(),
        "versions": versions(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "machine": platform.machine(),
        "seed": runs.seed,
        "first_replicate": int(runs.runs["replicate"].min()),
        "replicates": len(runs),
        "months": runs.horizon,
        "engine": runs.engine,
        "record": runs.record,
        "scenario": runs.scenario.to_dict(),
        "scenario_toml": runs.scenario.to_toml(),
        "scenario_digest": runs.scenario.digest(),
        "sources_digest": sources_digest(),
    }


def write_manifest(folder: Path, record: dict[str, Any]) -> None:
    """The manifest, with the SHA-256 of every other file of the folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sums = {path.relative_to(folder).as_posix(): sha256(path) for path in files}
    text = json.dumps({**record, "sha256": sums}, indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def sha256(path: Path) -> str:
    """SHA-256 of a file, as `sha256sum` prints it."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """Versions of trustsim and of the packages that could move a number or a picture."""
    found = {"trustsim": own_version()}
    for name in PACKAGES[1:]:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def now() -> str:
    """The time, in UTC, for the record."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def own_version() -> str:
    """Version of this trustsim, installed or not."""
    return str(sys.modules["trustsim"].__dict__["__version__"])


def command_line(arguments: list[str] | None = None) -> str:
    """What was typed, quoted so that it can be typed again."""
    return shlex.join(["trustsim", *(sys.argv[1:] if arguments is None else arguments)])


def _absolute(folder: str | Path) -> Path:
    """Absolute path, `..` taken out; a link stands for what it points to."""
    path = Path(os.path.abspath(arguments.expanded(folder)))
    return path.resolve() if path.is_symlink() else path


def _check_existing(path: Path) -> None:
    if not path.is_dir():
        raise OutputError(
            refusal("output folder", str(path), "a file", "must be a folder", NEW_FOLDER)
        )
    held = sum(1 for _ in path.iterdir())
    if held:
        got = f"{held} file{'' if held == 1 else 's'} in it"
        allowed = "must be new or empty, so that nothing is lost"
        raise OutputError(refusal("output folder", str(path), got, allowed, NEW_FOLDER))
    if path.is_mount() or path == Path.cwd():
        got = "a mount point" if path.is_mount() else "the folder you are in"
        allowed = "can't be replaced as a whole"
        raise OutputError(
            refusal("output folder", str(path), got, allowed, f"Name a folder in it: {path}/run.")
        )


def _try_to_write(path: Path) -> None:
    """Makes and removes a folder where the draft will stand; asking for permission is not enough.

    (The superuser has every permission, and still can't write to a read-only disk.)
    """
    place = next(parent for parent in path.parents if parent.exists())
    probe = place / f".trustsim-{secrets.token_hex(4)}.probe"
    probe.mkdir()
    probe.rmdir()


def _reason(problem: Exception) -> str:
    return getattr(problem, "strerror", None) or str(problem) or type(problem).__name__
