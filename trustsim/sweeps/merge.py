"""`merge`: the shards of one study as one new folder."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

from trustsim import arguments, output
from trustsim.errors import StudyError, refusal
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
    differing,
    manifest_of,
    new_manifest,
    study_of,
)
from trustsim.sweeps.parts import Part
from trustsim.sweeps.plan import Ranges, missing
from trustsim.sweeps.precision import missing_of
from trustsim.sweeps.reading import InFolder, add_failures, ranges_of, read_failures, refuse_twice
from trustsim.sweeps.study import Study
from trustsim.sweeps.tables import CELL
from trustsim.sweeps.work import OUTCOME

KEPT = ("status", "study_digest", "shard", "time_utc", "versions")


class Given(NamedTuple):
    """One of the folders that are put together."""

    source: InFolder
    manifest: dict[str, Any]
    study: Study
    parts: list[Part]


def merge(folders: Sequence[str | Path], out: str | Path) -> Path:
    """Put the shards of a study together in a new folder; nothing is simulated, none is changed.

    Parts are linked where the disk allows it, and copied elsewhere. Runs that two folders hold
    are kept once, from the first of them. The new folder is finished if nothing is missing;
    otherwise `sweep(study, out, resume=True)` simulates the rest.

    Parameters
    ----------
    folders : sequence of path
        Written by `sweep` or `merge`, of one study and by the same rules.
    out : path
        Must not exist, or be empty.

    Returns
    -------
    Path
        The new folder; `Sweep.read` takes it, and warns if something is missing.

    Raises
    ------
    StudyError
        A folder was not written by a sweep, belongs to another study, or is damaged; or runs
        overlap in part.
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
            # Nobody writes into a folder that is read-only.
            stack.enter_context(locked(place) if os.access(place, os.W_OK) else nullcontext())
        given = [_given(place) for place in places]
        _refuse_other_studies(given)
        with output.whole_folder(destination) as draft:
            _write(given, draft)
    return destination


def _places(folders: Sequence[str | Path]) -> list[Path]:
    """The folders; each has been written by a sweep, and is named once."""
    named = [] if isinstance(folders, str | Path) else arguments.listed(folders)
    if not named:
        step = "Name the folders of all shards."
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


def _given(folder: Path) -> Given:
    source, manifest = InFolder(folder), manifest_of(folder)
    parts = source.parts(manifest["family"]["tables"], deep=True)
    return Given(source, manifest, study_of(folder, manifest), parts)


def _refuse_other_studies(given: list[Given]) -> None:
    first = given[0]
    for one in given:
        digest = one.manifest["study_digest"]
        what = differing(one.manifest["family"], first.manifest["family"])
        if what or digest is None or digest != first.manifest["study_digest"]:
            allowed = f"differs from that of {first.source.folder}, and only one study is merged"
            step = "Merge shards of one study; read the folders of several one by one."
            where = str(one.source.folder)
            raise StudyError(refusal(where, what or "study", digest, allowed, step))


def _write(given: list[Given], draft: Path) -> None:
    """Everything into the draft of the new folder, the manifest last."""
    first = given[0]
    cells = first.source.cells()
    for name in (STUDY, POINTS, CELLS):
        if (first.source.folder / name).is_file():
            shutil.copyfile(first.source.folder / name, draft / name)
    stored = _link_parts(given, draft)
    _write_failures(given, stored, draft)
    about = {
        "study_digest": first.manifest["study_digest"],
        "shard": [1, 1],
        "family": first.manifest["family"],
        "cells": len(cells),
        "runs": sum(size for ranges in stored.values() for _, size in ranges),
        "merged_from": [
            {"folder": str(one.source.folder), **{key: one.manifest.get(key) for key in KEPT}}
            for one in given
        ],
    }
    # The runs decide how many a precision target asks for, so they must be readable by now.
    _write_manifest(draft, RUNNING, about)
    keys, merged = list(cells.loc[cells["problem"] == "", CELL].unique()), InFolder(draft)
    done = add_failures(stored, merged.failures())
    if not missing_of(first.study, keys, done, merged):
        _write_manifest(draft, FINISHED, about)


def _write_manifest(draft: Path, status: str, about: dict[str, Any]) -> None:
    text = json.dumps(new_manifest(MERGE, status, **about), indent=2)
    (draft / MANIFEST).write_text(text, encoding="utf-8")


def _link_parts(given: list[Given], draft: Path) -> dict[str, Ranges]:
    """All parts, each range of runs once; what is stored, by key of the cell."""
    done: dict[str, Ranges] = {}
    for one in given:
        for part in one.parts:
            if all((first, size) in done.get(key, []) for key, first, size in part.pieces):
                continue
            for key, ranges in ranges_of([part]).items():
                done.setdefault(key, []).extend(ranges)
                allowed = "another folder holds the same run, in a range that overlaps with it"
                step = "Leave one of the folders out, or sweep its replicates again elsewhere."
                refuse_twice(one.source.folder, {key: done[key]}, allowed, step)
            for table in one.manifest["family"]["tables"]:
                target = draft / table / part.path.parent.name / part.path.name
                target.parent.mkdir(parents=True, exist_ok=True)
                _link_or_copy(part.file(table).resolve(), target)
    return done


def _link_or_copy(source: Path, target: Path) -> None:
    """The same file under another name; a part is never changed, so folders may share it."""
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:  # a disk without links
        shutil.copy2(source, target)


def _write_failures(given: list[Given], stored: dict[str, Ranges], draft: Path) -> None:
    """Failed runs, but for those that another folder could simulate."""
    for number, one in enumerate(given):
        one.source.failures()  # refuses a file that can't be read
        for path in sorted((one.source.folder / FAILURES).glob("*.json")):
            rows = [
                row
                for row in read_failures(path) or ()
                if row["replicate"] < 0
                or row["stage"].startswith(OUTCOME)
                or missing(row["replicate"], 1, stored.get(row["cell"], []))
            ]
            text, target = json.dumps(rows, indent=1), draft / FAILURES / path.name
            if target.exists() and target.read_text(encoding="utf-8") != text:
                target = target.with_stem(f"{path.stem}-{number}")
            if rows:
                target.parent.mkdir(exist_ok=True)
                target.write_text(text, encoding="utf-8")
