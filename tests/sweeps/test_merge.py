"""Merged shards are the undisturbed sweep; nothing wrong is merged."""

import json
import shutil

import pandas as pd
import pytest

from tests.sweeps.conftest import Folder, same_bits
from trustsim.errors import OutputError, StudyError
from trustsim.sweeps import Sweep, sweep
from trustsim.sweeps.folder import locked
from trustsim.sweeps.merge import merge
from trustsim.sweeps.work import OUTCOME, SIMULATING

pytestmark = [
    pytest.mark.usefixtures("cut"),
    pytest.mark.filterwarnings("ignore::trustsim.sweeps.results.UnfinishedWarning"),
]

SHARDS = 4


def sharded(study, tmp_path, which=range(1, SHARDS + 1), **options):
    """Folders of some shards of a study."""
    folders = [tmp_path / f"shard-{part}" for part in which]
    for part, folder in zip(which, folders, strict=True):
        sweep(study, folder, shard=(part, SHARDS), **options)
    return folders


def manifest(folder):
    return json.loads((folder / "manifest.json").read_text())


def change_manifest(folder, **changes):
    path = folder / "manifest.json"
    path.write_text(json.dumps({**manifest(folder), **changes}))


def whole_study(small, **changes):
    """A study with cells that can't be simulated, own outcomes that fail, and all tables."""
    return small(record="all", outcomes={"length": length}, **changes)


def length(runs):
    """Fails for a few runs."""
    if (runs["replicate"] % 17 == 3).any():
        raise ValueError("no length")
    return runs["months"].to_numpy(float)


# Shards.


def test_four_shards_merged_are_the_undisturbed_sweep_to_the_bit(small, tmp_path, folder):
    study = whole_study(small)
    folders = sharded(study, tmp_path)
    assert all(len(Folder(one).parts()) > 1 for one in folders)
    before = [Folder(one).content() for one in folders]
    assert merge(folders, folder.path) == folder.path
    whole = sweep(study, tmp_path / "undisturbed")
    for table in ("runs", "months", "members"):
        same_bits(Sweep.read(folder.path).table(table), whole.table(table))
    named = [path.relative_to(tmp_path / "undisturbed") for path in
             Folder(tmp_path / "undisturbed").parts()]  # fmt: skip
    assert [path.relative_to(folder.path) for path in folder.parts()] == named
    pd.testing.assert_frame_equal(Sweep.read(folder.path).cells, whole.cells)
    key = ["run_id", "stage"]
    failed, expected = (
        one.failures.sort_values(key).reset_index(drop=True)
        for one in (Sweep.read(folder.path), whole)
    )
    assert len(expected) > 0
    pd.testing.assert_frame_equal(failed, expected)
    pd.testing.assert_frame_equal(Sweep.read(folder.path).summary(), whole.summary())
    assert [Folder(one).content() for one in folders] == before, "the shards were changed"


def test_the_manifest_says_where_it_comes_from_and_that_it_is_whole(small, tmp_path, folder):
    study = small()
    folders = sharded(study, tmp_path)
    merge(folders, folder.path)
    told = manifest(folder.path)
    assert told["status"] == "finished"
    assert told["study_digest"] == study.digest()
    assert told["shard"] == [1, 1]
    assert [one["shard"] for one in told["merged_from"]] == [[part, 4] for part in range(1, 5)]
    assert [one["folder"] for one in told["merged_from"]] == list(map(str, folders))


def test_a_merged_study_is_finished_and_resuming_does_nothing(small, tmp_path, folder, begun):
    study = small()
    merge(sharded(study, tmp_path), folder.path)
    kept = folder.content()
    begun.clear()
    assert sweep(study, folder.path, resume=True).was_finished
    assert begun == []
    assert folder.content() == kept


def test_what_is_missing_is_done_by_resuming(small, tmp_path, folder, begun):
    study = whole_study(small)
    merge(sharded(study, tmp_path, which=[1, 3, 4]), folder.path)
    assert manifest(folder.path)["status"] == "running"
    stored = len(Sweep.read(folder.path).runs)
    assert 0 < stored < 240
    begun.clear()
    done = sweep(study, folder.path, resume=True)
    assert sum(count for _, _, count in begun) == 240 - stored
    whole = sweep(study)
    for table in ("runs", "months", "members"):
        same_bits(done.table(table), whole.table(table))
    assert manifest(folder.path)["status"] == "finished"


def test_a_shard_that_was_interrupted_leaves_the_merged_folder_unfinished(small, tmp_path, folder):
    study = small()
    folders = sharded(study, tmp_path)
    Folder(folders[2]).parts()[0].unlink()
    merge(folders, folder.path)
    assert manifest(folder.path)["status"] == "running"
    same_bits(sweep(study, folder.path, resume=True).runs, sweep(study).runs)


def test_merged_folders_can_be_merged(small, tmp_path, folder):
    study = small()
    one, two, three, four = sharded(study, tmp_path)
    halves = [merge([one, three], tmp_path / "a"), merge([four, two], tmp_path / "b")]
    assert [manifest(half)["status"] for half in halves] == ["running", "running"]
    merge(halves, folder.path)
    assert manifest(folder.path)["status"] == "finished"
    same_bits(Sweep.read(folder.path).runs, sweep(study).runs)


def test_shards_with_a_precision_target(small, tmp_path, folder):
    wanted = {"outcome": "value", "half_width": 1.0, "floor": 30, "ceiling": 120}
    study = small(precision=wanted)
    folders = sharded(study, tmp_path)
    merge(folders, folder.path)
    whole = sweep(study)
    assert whole.runs.groupby("cell", observed=True).size().nunique() > 1, "all cells stop alike"
    same_bits(Sweep.read(folder.path).runs, whole.runs)
    assert manifest(folder.path)["status"] == "finished"
    merge(folders[1:], tmp_path / "less")
    assert manifest(tmp_path / "less")["status"] == "running"
    last = max(folders, key=lambda one: len(Folder(one).parts()))
    Folder(last).parts()[-1].unlink()
    merge(folders, tmp_path / "cut")
    assert manifest(tmp_path / "cut")["status"] == "running"


def test_cells_that_can_not_be_simulated_are_failures_once(small, tmp_path, folder):
    study = small(
        arms={"watched": ["monitoring(target=2)"]},
        factors={"organisations": [2, 3], "negativity": [1.2, 2.5]},
    )
    merge(sharded(study, tmp_path), folder.path)
    whole = sweep(study, tmp_path / "whole")
    found = Sweep.read(folder.path).failures
    assert len(found) == 2
    pd.testing.assert_frame_equal(found, whole.failures)
    kept = folder.content()
    assert sweep(study, folder.path, resume=True).was_finished
    assert folder.content() == kept


def test_parts_are_linked_where_that_can_be_and_copied_elsewhere(
    small, tmp_path, folder, monkeypatch
):
    folders = sharded(small(), tmp_path)
    merge(folders, folder.path)
    assert {path.stat().st_nlink for path in folder.parts()} == {2}

    def no_links(*_):
        raise OSError("a disk without links")

    monkeypatch.setattr("os.link", no_links)
    merge(folders, tmp_path / "copied")
    copied = Folder(tmp_path / "copied")
    assert {path.stat().st_nlink for path in copied.parts()} == {1}
    same_bits(copied.rows(), folder.rows())


# Runs that are there twice.


def test_the_very_same_ranges_are_kept_once(small, tmp_path, folder):
    study = small()
    folders = sharded(study, tmp_path)
    again = tmp_path / "again"
    sweep(study, again, shard=(2, SHARDS))
    merge([*folders, again], folder.path)
    same_bits(Sweep.read(folder.path).runs, sweep(study).runs)
    assert manifest(folder.path)["status"] == "finished"


def test_ranges_that_overlap_are_refused(small, tmp_path, folder, monkeypatch):
    sweep(small(), tmp_path / "one")
    monkeypatch.setattr("trustsim.sweeps.plan.PAIR_MONTHS", 30)
    sweep(small(), tmp_path / "two")
    with pytest.raises(StudyError, match=r"run .*-0 = there twice: another folder holds"):
        merge([tmp_path / "one", tmp_path / "two"], folder.path)
    assert not folder.path.exists()


def test_a_run_that_failed_here_and_is_stored_there_has_not_failed(small, tmp_path, folder):
    study = small()
    folders = sharded(study, tmp_path)
    row = {"run_id": "", "cell": "", "arm": "baseline", "replicate": 0, "stage": SIMULATING,
           "error": "MemoryError", "message": "", "seed": 5}  # fmt: skip
    stored = sweep(study).runs.iloc[0]
    row = {**row, "run_id": stored["run_id"], "cell": str(stored["cell"])}
    absent = {**row, "replicate": 99, "run_id": f"{row['cell']}-99"}
    own = {**row, "stage": f"{OUTCOME} length"}
    (folders[1] / "failures").mkdir()
    for name in ("a", "b"):
        (folders[1] / "failures" / f"{name}.json").write_text(json.dumps([row, absent, own]))
    merge(folders, folder.path)
    assert Sweep.read(folder.path).failures.to_dict("records") == [absent, own]


# Refusals.


def test_nothing_to_merge_is_refused(tmp_path, folder):
    for nothing in ([], "a folder"):
        with pytest.raises(StudyError, match=r"merge, folders = .*list of folders"):
            merge(nothing, folder.path)


def test_a_folder_of_something_else_is_refused(small, tmp_path, folder):
    strange = tmp_path / "strange"
    strange.mkdir()
    with pytest.raises(
        StudyError, match=r"strange, manifest = no manifest\.json: must be a folder"
    ):
        merge([strange], folder.path)
    with pytest.raises(StudyError, match=r"nowhere, manifest = no manifest\.json"):
        merge([tmp_path / "nowhere"], folder.path)
    (strange / "manifest.json").write_text('{"made_by": "trustsim"}')
    with pytest.raises(StudyError, match="strange, manifest = of another kind"):
        merge([strange], folder.path)
    (strange / "manifest.json").write_text("{")
    with pytest.raises(StudyError, match="must be the manifest that the sweep wrote"):
        merge([strange], folder.path)
    assert sorted(path.name for path in strange.iterdir()) == ["manifest.json"]


def test_a_folder_that_is_named_twice_is_refused(small, tmp_path, folder):
    sweep(small(), tmp_path / "one")
    (tmp_path / "link").symlink_to(tmp_path / "one")
    for again in ("one", "link"):
        with pytest.raises(StudyError, match="is named twice"):
            merge([tmp_path / "one", tmp_path / again], folder.path)


@pytest.mark.parametrize(
    ("what", "changes"),
    [
        ("seed", {"seed": 6}),
        ("months", {"months": 30}),
        ("tables", {"record": "months"}),
        ("factors", {"factors": {"handover": [0.1]}}),
        ("outcomes", {"outcomes": {"length": length}}),
        ("study", {"arms": {"baseline": []}}),
        ("study", {"factors": {"negativity": [1.7]}}),
        ("study", {"replicates": 50}),
    ],
)
def test_another_study_is_refused_with_what_differs(small, tmp_path, folder, what, changes):
    sweep(small(), tmp_path / "one")
    sweep(small(**changes), tmp_path / "two")
    with pytest.raises(StudyError, match=f"two, {what} = .*one, and only one study is merged"):
        merge([tmp_path / "one", tmp_path / "two"], folder.path)
    assert not folder.path.exists()


def test_other_rules_are_refused(small, tmp_path, folder):
    one, two = sharded(small(), tmp_path, which=[1, 2])
    change_manifest(two, family={**manifest(two)["family"], "rules": "older"})
    with pytest.raises(StudyError, match="is of another study"):
        merge([one, two], folder.path)


def test_a_damaged_part_is_refused(small, tmp_path, folder):
    folders = sharded(small(), tmp_path)
    part = Folder(folders[1]).parts()[0]
    content = bytearray(part.read_bytes())
    content[len(content) // 3] ^= 0xFF
    part.write_bytes(content)
    with pytest.raises(StudyError, match=f"{part.name}: is damaged"):
        merge(folders, folder.path)
    part.write_bytes(content[:-20])
    with pytest.raises(StudyError, match="is damaged"):
        merge(folders, folder.path)
    assert part.exists()
    assert not folder.path.exists()


def test_a_part_without_its_other_tables_is_refused(small, tmp_path, folder):
    sweep(small(record="months"), tmp_path / "one")
    Folder(tmp_path / "one").parts("months")[0].unlink()
    with pytest.raises(StudyError, match="is damaged, not there"):
        merge([tmp_path / "one"], folder.path)


def test_a_part_of_another_study_is_refused(small, tmp_path, folder):
    sweep(small(seed=6), tmp_path / "other")
    sweep(small(), tmp_path / "one")
    strange = Folder(tmp_path / "other").parts()[0]
    place = tmp_path / "one" / strange.relative_to(tmp_path / "other")
    shutil.copy(strange, place.with_name(strange.name.replace("part-0", "part-9")))
    with pytest.raises(StudyError, match=r"part-9.*: is of another study"):
        merge([tmp_path / "one"], folder.path)


def test_cells_that_can_not_be_read_are_refused(small, tmp_path, folder):
    sweep(small(), tmp_path / "one")
    (tmp_path / "one" / "cells.parquet").write_bytes(b"no parquet")
    with pytest.raises(StudyError, match=r"one, cells\.parquet = .*can't be read"):
        merge([tmp_path / "one"], folder.path)


def test_a_folder_that_is_being_written_is_refused(small, tmp_path, folder):
    sweep(small(), tmp_path / "one")
    with locked(tmp_path / "one"), pytest.raises(OutputError, match="in use"):
        merge([tmp_path / "one"], folder.path)


def test_a_folder_with_something_in_it_is_no_destination(small, tmp_path, folder):
    sweep(small(), tmp_path / "one")
    kept = Folder(tmp_path / "one").content()
    with pytest.raises(OutputError, match="must be new or empty"):
        merge([tmp_path / "one"], tmp_path / "one")
    assert Folder(tmp_path / "one").content() == kept


def test_a_full_disk_leaves_nothing_behind(small, tmp_path, folder, monkeypatch):
    folders = sharded(small(), tmp_path)
    before = sorted(path.name for path in tmp_path.iterdir())

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.link", full)
    monkeypatch.setattr("shutil.copy2", full)
    with pytest.raises(OutputError, match="No space left on device"):
        merge(folders, folder.path)
    assert sorted(path.name for path in tmp_path.iterdir()) == before
