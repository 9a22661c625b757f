"""What is unfinished says so: a sweep that was killed, one shard, a merge without one of them."""

import pytest
from typer.testing import CliRunner

from trustsim.cli import app
from trustsim.sweeps import Sweep, sweep
from trustsim.sweeps.merge import merge
from trustsim.sweeps.results import UnfinishedWarning

pytestmark = pytest.mark.usefixtures("cut")


@pytest.fixture
def killed(small, folder):
    """A sweep that was interrupted after its first part of twelve."""

    def stop(runs):
        if runs:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(small(), folder.path, workers=1, progress=stop)
    return folder.path


def test_a_killed_sweep_names_what_is_missing(killed, small):
    with pytest.warns(UnfinishedWarning, match="220 runs are missing: replicates 20 to 59 of"):
        found = Sweep.read(killed)
    assert not found.complete
    assert found.missing["runs"].sum() == 240 - len(found.runs) == 220
    first = found.missing.iloc[0]
    assert (first["arm"], first["negativity"], first["first"], first["last"]) == (
        "baseline", 1.2, 20, 59,
    )  # fmt: skip
    with pytest.warns(UnfinishedWarning, match="Resume the sweep"):
        found.summary()
    done = sweep(small(), killed, resume=True)
    assert done.complete
    assert Sweep.read(killed).missing.empty


def test_a_merge_without_a_shard_names_it(small, tmp_path):
    for part in (1, 3):
        sweep(small(), tmp_path / str(part), shard=(part, 3))
    with pytest.warns(UnfinishedWarning, match="this is shard 3 of 3"):
        Sweep.read(tmp_path / "3")
    done = CliRunner().invoke(
        app, ["merge", *(str(tmp_path / n) for n in "13"), "--out", str(tmp_path / "all")]
    )
    assert done.exit_code == 0
    assert "not complete: 80 runs are missing: shard 2 of 3" in done.stderr
    assert "united" not in done.stderr
    with pytest.warns(UnfinishedWarning, match="shard 2 of 3"):
        found = Sweep.read(tmp_path / "all")
    assert not found.complete
    assert found.missing["runs"].sum() == 80
    assert sweep(small(), tmp_path / "all", resume=True).complete


def test_a_whole_merge_says_nothing(small, tmp_path):
    for part in (1, 2):
        sweep(small(), tmp_path / str(part), shard=(part, 2))
    assert Sweep.read(merge([tmp_path / "1", tmp_path / "2"], tmp_path / "all")).complete


def test_runs_that_failed_are_not_missing(small, folder, monkeypatch):
    from trustsim.sweeps import work

    run_chunk = work.run_chunk

    def some(plan, seed, first, count, *rest):
        if first <= 7 < first + count:
            raise FloatingPointError("no sevens")
        return run_chunk(plan, seed, first, count, *rest)

    monkeypatch.setattr(work, "run_chunk", some)
    assert sweep(small(), folder.path).complete
    found = Sweep.read(folder.path)
    assert found.complete
    assert len(found.failures) == 4


def test_with_a_precision_target_a_cell_that_is_not_precise_yet_is_missing(small, folder):
    target = {"outcome": "dissolved", "half_width": 0.06, "floor": 40, "ceiling": 400}
    study = small(precision=target, months=60)
    left = [4]

    def stop(runs):
        left[0] -= bool(runs)
        if not left[0]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(study, folder.path, workers=1, progress=stop)
    with pytest.warns(UnfinishedWarning):
        assert not Sweep.read(folder.path).complete
    assert sweep(study, folder.path, resume=True).complete
    assert Sweep.read(folder.path).complete


def test_one_shard_in_memory_is_not_complete(small):
    one = sweep(small(), shard=(1, 2))
    assert not one.complete
    assert one.missing["runs"].sum() == 240 - len(one.runs)
    assert sweep(small()).complete
