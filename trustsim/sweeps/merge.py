"""`merge`: several folders of one study, or of studies of one family, as one new folder."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from trustsim import arguments, output
from trustsim.errors import StudyError, refusal
from trustsim.sweeps.cells import Cell, cell_rows, cells_of
from trustsim.sweeps.design import points_of
from trustsim.sweeps.folder import locked
from trustsim.sweeps.manifest import (
    CELLS,
    FAILURES,
    FINISHED,
    MANIFEST,
    MERGE,
    POINTS,
    RUNNING,
    STUDY,
    cells_content,
    differing,
    manifest_of,
    new_manifest,
    study_of,
)
from trustsim.sweeps.parts import Part, hash_of, write_part
from trustsim.sweeps.plan import Piece, Ranges, Task, missing
from trustsim.sweeps.precision import missing_of
from trustsim.sweeps.reading import InFolder, add_failures, factors_of, ranges_of, refuse_twice
from trustsim.sweeps.study import BASELINE, Study
from trustsim.sweeps.tables import ARM, CELL
from trustsim.sweeps.work import OUTCOME

STUDIES = "studies"
KEPT = ("status", "study_digest", "shard", "time_utc", "versions")


class Given(NamedTuple):
    """One of the folders that are put together."""

    source: InFolder
    manifest: dict[str, Any]
    study: Study
    cells: pd.DataFrame
    parts: list[Part]


def merge(folders: Sequence[str | Path], out: str | Path, *, deep: bool = True) -> Path:
    """Put folders of results together into a new one; nothing is simulated, none is changed.

    Parts are linked where the disk allows it, and copied elsewhere. Runs that two folders hold
    are kept once, from the first of them.
    Shards of one study make that study's own folder: it is finished if nothing is missing, and
    `sweep(study, out, resume=True)` does what is. Different studies make a folder whose study is
    the one of exactly their cells, if there is one (same scenario and replicates, all arms at all
    points); otherwise that of the first, with all of them in studies/.

    Parameters
    ----------
    folders : sequence of path
        Written by `sweep` or `merge`; of one family: the same rules, seed, months, recorded
        tables, factors and own outcomes.
    out : path
        Must not exist, or be empty.
    deep : bool, optional
        Read every page of every part to find damage; otherwise only the ends of files.

    Returns
    -------
    Path
        The new folder; `Sweep.read` takes it, and warns if something is missing.

    Raises
    ------
    StudyError
        A folder was not written by a sweep, belongs to another family, or is damaged; runs
        overlap in part; or an arm at a point is one scenario here and another one there.
    OutputError
        The new folder can't be written, or somebody is writing into one of the old ones.
    """
    destination = output.check_destination(out)
    places = _places(folders)
    for place in places:
        if Path(os.path.realpath(destination)).is_relative_to(os.path.realpath(place)):
            allowed = f"lies in {place}, which is merged and must stay as it is"
            step = "Name a folder that lies elsewhere."
            raise StudyError(refusal("merge", "output folder", str(destination), allowed, step))
    with ExitStack() as stack:
        for place in places:
            stack.enter_context(_undisturbed(place))
        given = [_given(place, deep=deep) for place in places]
        _refuse_other_families(given)
        with output.whole_folder(destination) as draft:
            _write(given, draft)
    return destination


def _places(folders: Sequence[str | Path]) -> list[Path]:
    """The folders; each has been written by a sweep, and is named once."""
    named = [] if isinstance(folders, str | Path) else arguments.listed(folders)
    if not named:
        step = "Name the folders of all shards, or of all studies."
        raise StudyError(refusal("merge", "folders", folders, "must be a list of folders", step))
    places: dict[str, Path] = {}
    for given in named:
        folder = arguments.path("merge", "folder", given, "results of a sweep", StudyError)
        manifest_of(folder)
        if os.path.realpath(folder) in places:
            got, step = str(folder), "Name it once."
            raise StudyError(refusal("merge", "folder", got, "is named twice", step))
        places[os.path.realpath(folder)] = folder
    return list(places.values())


@contextmanager
def _undisturbed(folder: Path) -> Iterator[None]:
    """Nobody writes into a folder meanwhile; into one that is read-only nobody does anyway."""
    if os.access(folder, os.W_OK):
        with locked(folder):
            yield
    else:
        yield


def _given(folder: Path, *, deep: bool) -> Given:
    source, manifest = InFolder(folder), manifest_of(folder)
    parts = source.parts(deep=deep)
    for part in parts:
        for table in manifest["family"]["tables"]:
            source.refuse_unless_sound(part.file(table), deep=deep)
    return Given(source, manifest, study_of(folder, manifest), source.cells(), parts)


def _refuse_other_families(given: list[Given]) -> None:
    first = given[0]
    family = first.manifest["family"]
    for one in given:
        own = one.manifest["family"]
        what = differing(own, family)
        if what is not None:
            allowed = f"is {family.get(what)!r} in {first.source.folder}, so rows don't match"
            step = "Merge only what shares rules, seed, months, tables, factors and outcomes."
            raise StudyError(refusal(str(one.source.folder), what, own.get(what), allowed, step))


def _write(given: list[Given], draft: Path) -> None:
    """Everything into the draft of the new folder, the manifest last."""
    first = given[0]
    family = first.manifest["family"]
    digests = {one.manifest["study_digest"] for one in given}
    if len(digests) == 1 and None not in digests:
        study, digest, cells = first.study, digests.pop(), first.cells
        _copy_study(first, draft)
    else:
        study, digest, cells = _write_studies(given, draft)
    stored = _write_parts(given, dict(zip(cells[CELL], cells[ARM], strict=True)), draft)
    (draft / CELLS).write_bytes(cells_content(cells))
    failures = _failures(given, stored)
    if not failures.empty:
        (draft / FAILURES).mkdir()
        for name, rows in failures.assign(file=_files_of(failures, cells)).groupby("file"):
            text = json.dumps(rows.drop(columns="file").to_dict("records"), indent=1)
            (draft / FAILURES / f"{name}.json").write_text(text, encoding="utf-8")
    runs = sum(size for ranges in stored.values() for _, size in ranges)
    about = {
        "study_digest": digest,
        "shard": [1, 1],
        "family": family,
        "cells": len(cells),
        "runs": runs,
        "merged_from": [
            {"folder": str(one.source.folder), **{key: one.manifest.get(key) for key in KEPT}}
            for one in given
        ],
    }
    # The runs decide how many a precision target asks for, so they must be readable by now.
    _write_manifest(draft, RUNNING, about)
    if digest is None:
        whole = all(one.manifest["status"] == FINISHED for one in given)
    else:
        keys = list(cells.loc[cells["problem"] == "", CELL].unique())
        whole = not missing_of(study, keys, add_failures(stored, failures), InFolder(draft))
    if whole:
        _write_manifest(draft, FINISHED, about)


def _write_manifest(draft: Path, status: str, about: dict[str, Any]) -> None:
    text = json.dumps(new_manifest(MERGE, status, **about), indent=2)
    (draft / MANIFEST).write_text(text, encoding="utf-8")


def _copy_study(one: Given, place: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    for name in (STUDY, POINTS):
        if (one.source.folder / name).is_file():
            shutil.copyfile(one.source.folder / name, place / name)


def _write_parts(given: list[Given], arms: dict[str, str], draft: Path) -> dict[str, Ranges]:
    """All parts, each range of runs once; what is stored, by key of the cell.

    Raises StudyError where ranges overlap and are not the same.
    """
    family = given[0].manifest["family"]
    done: dict[str, Ranges] = {}
    for one in given:
        for part in one.parts:
            new = tuple(p for p in part.pieces if (p[1], p[2]) not in done.get(p[0], []))
            for key, ranges in ranges_of([part._replace(pieces=new)]).items():
                done.setdefault(key, []).extend(ranges)
                allowed = (
                    "another folder holds the same run, in a range that overlaps with this one"
                )
                step = "Leave one of the folders out, or sweep its replicates again elsewhere."
                refuse_twice(one.source.folder, {key: done[key]}, allowed, step)
            if not new:
                continue
            if new == part.pieces and one.manifest["family"] == family:
                for table in family["tables"]:
                    target = draft / table / part.path.parent.name / part.path.name
                    target.parent.mkdir(parents=True, exist_ok=True)
                    _link_or_copy(part.file(table), target)
            else:
                _write_some(part, new, family, arms, draft)
    return done


def _link_or_copy(source: Path, target: Path) -> None:
    """The same file under another name; a copy where the disk has no links.

    A part is never changed in place, so two folders may share it.
    """
    source = source.resolve()
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:
        shutil.copy2(source, target)


def _write_some(
    part: Part, pieces: Sequence[Any], family: dict[str, Any], arms: dict[str, str], draft: Path
) -> None:
    """A part without the runs that another part brings."""
    task = Task(
        int(part.path.stem.split("-")[1]),
        tuple(Piece(Cell(key, -1, arms[key], -1, (), None), n, size) for key, n, size in pieces),
    )
    tables = {}
    for table in family["tables"]:
        rows = pq.ParquetFile(part.file(table)).read()
        key, replicate = rows[CELL].to_pandas().astype(str), rows["replicate"].to_pandas()
        kept = [(key == name) & replicate.between(n, n + size - 1) for name, n, size in pieces]
        rows = rows.filter(pa.array(pd.concat(kept, axis=1).any(axis=1)))
        # `write_part` takes the column out again: the name of a folder is the arm.
        tables[table] = rows.append_column(ARM, pa.nulls(len(rows)))
    write_part(draft, hash_of(family), task, tables)


def _write_studies(given: list[Given], draft: Path) -> tuple[Study, str | None, pd.DataFrame]:
    """Study, digest (None: no study has just these cells) and cells of different studies."""
    family = given[0].manifest["family"]
    cells = _united_cells(given)
    for number, one in enumerate(given, 1):
        _copy_study(one, draft / STUDIES / str(number))
    study = _one_study([one.study for one in given], set(cells[CELL]), family["outcomes"])
    if study is None:
        _copy_study(given[0], draft)
        return given[0].study, None, cells
    (draft / STUDY).write_text(study.to_json(), encoding="utf-8")
    if study.table is not None:
        (draft / POINTS).write_text(study.table.to_csv(index=False), encoding="utf-8")
    return study, study.digest(), cell_rows(cells_of(study), list(study.factors))


def _united_cells(given: list[Given]) -> pd.DataFrame:
    """Each cell once, arm by arm and point by point in the order in which they were met.

    Raises StudyError where two cells could not be told apart in a table.
    """
    cells = pd.concat([one.cells for one in given]).drop_duplicates(CELL)
    factors = factors_of(cells)
    twice = cells[cells.duplicated([ARM, *factors], keep=False)]
    if not twice.empty:
        got = f"arm {twice[ARM].iloc[0]!r} twice at one point"
        allowed = "is another scenario in each, and rows could not be told apart"
        step = "Name the arms differently, and sweep again; or keep the folders apart."
        raise StudyError(refusal("merge", "cells", got, allowed, step))
    places = {arm: place for place, arm in enumerate(cells[ARM].unique())}
    met: dict[tuple[float, ...], int] = {}
    points = [met.setdefault(tuple(row), len(met)) for row in cells[factors].to_numpy(dtype=float)]
    cells = cells.assign(point=points, _arm=cells[ARM].map(places))
    cells = cells.sort_values(["_arm", "point"], kind="stable").drop(columns="_arm")
    return cells.assign(number=range(len(cells))).reset_index(drop=True)


def _one_study(studies: list[Study], keys: set[str], outcomes: list[str]) -> Study | None:
    """The study that has exactly these cells, if there is one."""
    first = studies[0]
    arms: dict[str, Any] = {}
    for study in studies:
        alike = (study.scenario, study.form.study.replicates, study.form.precision)
        if alike != (first.scenario, first.form.study.replicates, first.form.precision):
            return None
        for name, texts in (study.form.arms or {BASELINE: []}).items():
            if arms.setdefault(name, texts) != texts:
                return None
    points = pd.concat([points_of(study) for study in studies]).drop_duplicates()
    precision = first.form.precision
    found = Study(
        first.scenario,
        replicates=first.form.study.replicates,
        months=first.months,
        seed=first.seed,
        arms=arms,
        design="csv" if first.factors else "grid",
        table=points.reset_index(drop=True) if first.factors else None,
        precision=None if precision is None else precision.model_dump(exclude_none=True),
        record=first.form.study.record,
        engine=first.form.study.engine,
        # Only their names count here; the functions are not in any folder.
        outcomes=dict.fromkeys(outcomes, len),  # type: ignore[arg-type]
    )
    return found if {cell.key for cell in cells_of(found)} == keys else None


def _failures(given: list[Given], stored: dict[str, Ranges]) -> pd.DataFrame:
    """Failed runs of all, each once; not those that another folder could simulate."""
    rows = pd.concat([one.source.failures() for one in given]).drop_duplicates()
    could = [
        replicate >= 0
        and not stage.startswith(OUTCOME)
        and not missing(replicate, 1, stored.get(key, []))
        for key, replicate, stage in zip(rows[CELL], rows["replicate"], rows["stage"], strict=True)
    ]
    return rows[~pd.Series(could, rows.index, dtype=bool)].reset_index(drop=True)


def _files_of(failures: pd.DataFrame, cells: pd.DataFrame) -> list[str]:
    """Cells that can't be simulated, each in its file as a sweep names it; runs in one."""
    # Of points that coincide the first one counts, so it is put in last.
    numbers = dict(zip(cells[CELL][::-1], cells["number"][::-1], strict=True))
    return [
        f"cell-{numbers.get(key, 0):07d}" if replicate < 0 else "merged"
        for key, replicate in zip(failures[CELL], failures["replicate"], strict=True)
    ]
