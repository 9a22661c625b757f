"""`merge`: shards of a study, or studies of one family, put together into one new folder."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from trustsim import arguments, output
from trustsim.errors import StudyError, refusal
from trustsim.sweeps.cells import Cell, cells_of
from trustsim.sweeps.design import points_of
from trustsim.sweeps.failures import names_of_files, refuse_lost_files, rows_of_folder
from trustsim.sweeps.folder import differing
from trustsim.sweeps.manifest import (
    FINISHED,
    MENDS,
    MERGE,
    RUNNING,
    cells_content,
    cells_of_folder,
    manifest_of,
    study_of,
    sum_of,
)
from trustsim.sweeps.parts import Part, Union, parts_of, union_of, write_union
from trustsim.sweeps.plan import Ranges, missing
from trustsim.sweeps.precision import Looks
from trustsim.sweeps.sources import InFolder, cell_row
from trustsim.sweeps.store import CELLS, FAILURES, MANIFEST, POINTS, STUDY, Store
from trustsim.sweeps.study import BASELINE, Study
from trustsim.sweeps.tables import ARM, CELL
from trustsim.sweeps.work import SIMULATING

STUDIES = "studies"


class Given(NamedTuple):
    """One of the folders that are put together."""

    store: Store
    manifest: dict[str, Any]
    study: Study
    cells: pd.DataFrame
    parts: list[Part]

    @property
    def name(self) -> str:
        """The folder, as it is shown."""
        return str(self.store.folder)


def merge(folders: Sequence[str | Path], out: str | Path, *, deep: bool = True) -> Path:
    """Put folders of results together into a new one; nothing is simulated, none is changed.

    Parts are linked where the disk allows it, and copied elsewhere. A range of runs that two
    folders hold is kept once, if it is the very same range and every number in it is equal.
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
        The new folder; `Sweep.read` takes it.

    Raises
    ------
    StudyError
        A folder is none of a sweep, of another family, or damaged; runs overlap or differ; or an
        arm at a point is one scenario here and another one there.
    OutputError
        The new folder can't be written, or somebody is writing into one of the old ones.
    """
    destination = output.check_destination(out)
    places = _places(folders)
    for place in places:
        _refuse_within(destination, place)
    with ExitStack() as stack:
        for place in places:
            stack.enter_context(_undisturbed(place))
        given = [_given(place, deep=deep) for place in _of_one_family(places)]
        union = union_of([part for one in given for part in one.parts])
        with output.whole_folder(destination) as draft:
            _write(given, union, draft)
    return destination


def _places(folders: Sequence[str | Path]) -> list[Store]:
    """The folders; each has been written by a sweep, and is named once."""
    named = [] if isinstance(folders, str | Path) else arguments.listed(folders)
    if not named:
        step = "Name the folders of all shards, or of all studies."
        raise StudyError(refusal("merge", "folders", folders, "must be a list of folders", step))
    places: dict[str, Store] = {}
    for given in named:
        folder = arguments.path("merge", "folder", given, "results of a sweep", StudyError)
        store = Store(folder, {}, ())
        manifest_of(store.folder)
        if os.path.realpath(folder) in places:
            got, step = str(folder), "Name it once."
            raise StudyError(refusal("merge", "folder", got, "is named twice", step))
        places[os.path.realpath(folder)] = store
    return list(places.values())


def _refuse_within(destination: Path, place: Store) -> None:
    """Raises StudyError for a new folder in one of the old ones, which must stay as it is."""
    if Path(os.path.realpath(destination)).is_relative_to(os.path.realpath(place.folder)):
        allowed = f"lies in {place.folder}, which is merged and must stay as it is"
        step = "Name a folder that lies elsewhere."
        raise StudyError(refusal("merge", "output folder", str(destination), allowed, step))


def _of_one_family(places: list[Store]) -> list[Store]:
    """The same folders, with what all of their rows share."""
    family = manifest_of(places[0].folder)["family"]
    for place in places:
        own = manifest_of(place.folder)["family"]
        if own != family:
            what = differing(own, family)
            allowed = f"is {family.get(what)!r} in {places[0].folder}, so rows don't match"
            step = "Merge only what shares rules, seed, months, tables, factors and outcomes."
            raise StudyError(refusal(str(place.folder), what, own.get(what), allowed, step))
    return [Store(place.folder, family, tuple(family["tables"])) for place in places]


@contextmanager
def _undisturbed(store: Store) -> Iterator[None]:
    """Nobody writes into a folder meanwhile; into one that is read-only nobody does anyway."""
    if os.access(store.folder, os.W_OK):
        with store.alone():
            yield
    else:
        yield


def _given(store: Store, *, deep: bool) -> Given:
    manifest = manifest_of(store.folder)
    cells = cells_of_folder(store.folder)
    study = study_of(store.folder, manifest)
    arms = dict(zip(cells[CELL], cells[ARM], strict=True))
    return Given(store, manifest, study, cells, parts_of(store, arms, deep=deep))


def _write(given: list[Given], union: Union, draft: Path) -> None:
    """Everything into the draft of the new folder, the manifest last."""
    first = given[0]
    digests = {one.manifest["study_digest"] for one in given}
    if len(digests) == 1 and None not in digests:
        study, digest, cells = first.study, digests.pop(), first.cells
        _copy_study(first, draft)
    else:
        study, digest, cells = _write_studies(given, draft)
    store = Store(draft, first.store.family, first.store.tables)
    write_union(union, store, dict(zip(cells[CELL], cells[ARM], strict=True)))
    content = cells_content(cells)
    (draft / CELLS).write_bytes(content)
    failures = _failures(given, union.done)
    _write_failures(failures, cells, draft)
    if digest is None:
        whole = all(one.manifest["status"] == FINISHED for one in given)
    else:
        whole = _is_whole(study, cells, _done(union.done, failures), InFolder(draft))
    record = {
        "made_by": MERGE,
        "status": FINISHED if whole else RUNNING,
        "study_digest": digest,
        "shard": [1, 1],
        "family": store.family,
        "cells": len(cells),
        "cells_sha256": sum_of(content),
        "runs": sum(count for ranges in union.done.values() for _, count in ranges),
        "failures": names_of_files(draft),
        "merged_from": [
            {"folder": one.name, **{key: one.manifest.get(key) for key in _TOLD}} for one in given
        ],
        "time_utc": output.now(),
        "versions": output.versions(),
        "python": platform.python_version(),
        "platform": platform.platform(),
    }
    (draft / MANIFEST).write_text(json.dumps(record, indent=2), encoding="utf-8")


_TOLD = ("status", "study_digest", "shard", "time_utc", "versions")


def _copy_study(one: Given, place: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    for name in (STUDY, POINTS):
        if (one.store.folder / name).is_file():
            (place / name).write_bytes((one.store.folder / name).read_bytes())


def _write_studies(given: list[Given], draft: Path) -> tuple[Study, str | None, pd.DataFrame]:
    """Study, digest (None: no study has just these cells) and cells of different studies."""
    family = given[0].store.family
    cells = _united_cells(given, list(family["factors"]))
    for number, one in enumerate(given, 1):
        _copy_study(one, draft / STUDIES / str(number))
    study = _one_study([one.study for one in given], set(cells[CELL]), family["outcomes"])
    if study is None:
        _copy_study(given[0], draft)
        return given[0].study, None, cells
    (draft / STUDY).write_text(study.to_json(), encoding="utf-8")
    if study.table is not None:
        (draft / POINTS).write_text(study.table.to_csv(index=False), encoding="utf-8")
    rows = [cell_row(cell, list(study.factors)) for cell in cells_of(study)]
    return study, study.digest(), pd.DataFrame(rows)


def _united_cells(given: list[Given], factors: list[str]) -> pd.DataFrame:
    """Each cell once, arm by arm and point by point in the order in which they were met.

    Raises StudyError where two cells could not be told apart in a table.
    """
    cells = pd.concat([one.cells for one in given]).drop_duplicates(CELL)
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


def _failures(given: list[Given], done: dict[str, Ranges]) -> list[dict[str, Any]]:
    """Failed runs of all, each once; not those that another folder could simulate."""
    rows: dict[str, dict[str, Any]] = {}
    for one in given:
        known = set(one.cells[CELL])
        refuse_lost_files(one.store.folder)
        for row in rows_of_folder(one.store.folder):
            if row["cell"] not in known:
                allowed = "is told to have failed, and its cell is none of the study's"
                raise StudyError(refusal(one.name, "run", row["run_id"], allowed, MENDS))
            stored = not missing(row["replicate"], 1, done.get(row["cell"], []))
            if not (row["stage"] == SIMULATING and stored):
                rows[json.dumps(row, sort_keys=True)] = row
    return list(rows.values())


def _write_failures(rows: list[dict[str, Any]], cells: pd.DataFrame, draft: Path) -> None:
    """Cells that can't be simulated as a sweep names them; all failed runs in one file."""
    # Of points that coincide the first one counts, so it is put in last.
    numbers = dict(zip(cells[CELL][::-1], cells["number"][::-1], strict=True))
    files: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        alone = row["replicate"] < 0
        files.setdefault(f"cell-{numbers[row['cell']]:07d}" if alone else "merged", []).append(row)
    for name, held in files.items():
        (draft / FAILURES).mkdir(exist_ok=True)
        text = json.dumps(held, indent=1)
        (draft / FAILURES / f"{name}.json").write_text(text, encoding="utf-8")


def _done(stored: dict[str, Ranges], failures: list[dict[str, Any]]) -> dict[str, Ranges]:
    """Ranges that are stored or have failed, by cell."""
    done = {key: list(ranges) for key, ranges in stored.items()}
    for row in failures:
        if row["replicate"] >= 0:
            done.setdefault(row["cell"], []).append((row["replicate"], 1))
    return done


def _is_whole(study: Study, cells: pd.DataFrame, done: dict[str, Ranges], source: InFolder) -> bool:
    """Whether a sweep of the study would have nothing left to do."""
    keys = list(cells.loc[cells["problem"] == "", CELL].unique())
    if study.form.precision is None:
        wanted = dict.fromkeys(keys, study.replicates)
        return not any(missing(0, wanted[key], done.get(key, [])) for key in keys)
    bare = [Cell(key, -1, "", -1, (), None) for key in keys]
    looks = Looks(study.form.precision, study.months, bare)
    while True:
        wanted = looks.wanted()
        if any(missing(0, wanted[key], done.get(key, [])) for key in keys):
            return False
        if not looks.look(source):
            return True
