"""A sample of what `python -m tests.sweeps.stateful` does for hours, and what it has found."""

from contextlib import suppress
from pathlib import Path
from unittest import mock

import pytest

from tests.sweeps.conftest import Folder, same_bits
from tests.sweeps.stateful import MET, lived
from trustsim.errors import OutputError, StudyError
from trustsim.sweeps import Sweep, folder, parts, sweep

pytestmark = [
    pytest.mark.usefixtures("cut"),
    pytest.mark.filterwarnings("ignore::trustsim.sweeps.results.UnfinishedWarning"),
]


def test_any_order_of_calls_faults_and_damage_gives_the_right_rows_or_a_refusal():
    """Always the same examples: no rate of false alarms."""
    before = MET.copy()
    lived(12, 10)
    met = MET - before
    for what in ("ended", "cut off", "merged", "damaged"):
        assert met[what], f"never met: {what}"


@pytest.mark.nightly
def test_the_same_for_longer():
    lived(100, 20)


# What it has found.


@pytest.fixture
def finished(small, tmp_path):
    """A finished folder of two tables, and its study."""
    study = small(record="members", replicates=24, months=6)
    sweep(study, tmp_path / "results", workers=1)
    return Folder(tmp_path / "results"), study


@pytest.mark.parametrize("tables", [("runs", "members"), ("members",), ("runs",)])
def test_a_finished_folder_that_lacks_a_part_is_not_read_as_if_it_were_whole(finished, tables):
    held, study = finished
    for table in tables:
        held.parts(table)[0].unlink()
    for table in ("runs", "members"):
        if table in tables or "runs" in tables:
            with pytest.raises(StudyError, match="Resume that sweep"):
                Sweep.read(held.path).table(table)
    done = sweep(study, held.path, resume=True)
    same_bits(done.table("members"), sweep(study).table("members"))


def test_members_of_a_task_that_was_not_stored_as_a_whole_are_not_read(small, tmp_path):
    study = small(record="members", replicates=24, months=6)
    write = parts.write_parquet
    seen = []

    def torn(rows, target):
        seen.append(target)
        if target.parent.parent.name == "runs" and len(seen) == 6:
            raise KeyboardInterrupt
        write(rows, target)

    with mock.patch.object(parts, "write_parquet", torn), pytest.raises(KeyboardInterrupt):
        sweep(study, tmp_path / "results", workers=1)
    found = Sweep.read(tmp_path / "results")
    assert set(found.table("members")["run_id"]) == set(found.runs["run_id"])
    held = Folder(tmp_path / "results")
    assert len(held.parts("members")) == len(held.parts("runs")) + 1


def test_a_study_that_has_shrunk_is_refused_and_nothing_is_touched(finished, small):
    held, _ = finished
    before = held.content()
    fewer = small(record="members", replicates=20, months=6)
    with pytest.raises(StudyError, match=r"replicates = 20, and there were 24: .* left over"):
        sweep(fewer, held.path, extend=True)
    assert held.content() == before


def test_failures_of_an_arm_that_is_left_out_stay_where_they_are(small, tmp_path):
    arms = {"baseline": [], "coordinator": ["coordinator(start=0)"]}
    few = {"replicates": 20, "months": 6, "outcomes": {"length": no_length}}
    sweep(small(arms=arms, **few), tmp_path / "results", workers=1)
    before = Folder(tmp_path / "results").content()
    with pytest.raises(StudyError, match="left over"):
        sweep(small(arms={"baseline": []}, **few), tmp_path / "results", extend=True)
    assert Folder(tmp_path / "results").content() == before


def no_length(runs):
    """An own outcome that always fails."""
    raise ValueError("no length")


def test_a_failure_is_told_before_the_row_that_lacks_its_outcome(small, tmp_path):
    study = small(replicates=20, months=6, outcomes={"length": no_length})
    with (
        mock.patch.object(folder.FolderKeeper, "fail", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        sweep(study, tmp_path / "results", workers=1)
    done = sweep(study, tmp_path / "results", workers=1, resume=True)
    assert done.runs["length"].isna().all()
    assert set(done.failures["run_id"]) == set(done.runs["run_id"])


def test_a_shard_without_a_task_has_empty_tables(small, tmp_path):
    study = small(record="members", replicates=5, months=6, arms=None, factors=None)
    for out in (None, tmp_path / "results"):
        done = sweep(study, out, shard=(2, 2))
        assert len(done.runs) == len(done.table("members")) == 0
        assert set(done.runs.columns) == set(sweep(study).runs.columns)
        assert done.summary()["estimate"].isna().all()
        with pytest.raises(StudyError, match="table = months"):
            done.table("months")


@pytest.mark.parametrize("problem", [KeyboardInterrupt, PermissionError(13, "Permission denied")])
def test_trying_failed_runs_again_can_be_cut_off_anywhere(small, tmp_path, problem):
    """Before each removal, one after another: reading goes on, and resuming makes it whole."""
    study = small(replicates=20, months=6, outcomes={"length": no_length})
    unlink, again, out = Path.unlink, True, tmp_path / "results"
    sweep(study, out, workers=1)
    at = 0
    while again:
        at, left, again = at + 1, at, False

        def refused(path, **how):
            nonlocal left, again
            if path.suffix != ".draft":
                left -= 1
                if left < 0:
                    again = True
                    raise problem
            unlink(path, **how)

        with mock.patch.object(Path, "unlink", refused), suppress(KeyboardInterrupt, OutputError):
            sweep(study, out, workers=1, resume=True, retry_failed=True)
        # What is told of is there, whatever was removed.
        assert len(Sweep.read(out).failures) <= 4 * 20
    assert at > 3
    done = sweep(study, out, workers=1, resume=True)
    assert set(done.failures["run_id"]) == set(done.runs["run_id"])
    assert len(done.runs) == 4 * 20
