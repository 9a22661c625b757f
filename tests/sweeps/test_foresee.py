"""What a study is said to take is what it takes; nothing is written to find out."""

import os
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from types import SimpleNamespace

import pytest

from trustsim.errors import ResourceError
from trustsim.sweeps import Study, sweep
from trustsim.sweeps.foresee import LOOKED_AT, duration, foresee, size


def study(**changes):
    arms = {"alone": [], "brokered": ["coordinator(start=6)"]}
    given = {"replicates": 300, "months": 36, "arms": arms, "factors": {"handover": [0.0, 0.5]}}
    return Study("dyad", **{**given, **changes})


@pytest.mark.parametrize("record", ["runs", "all"])
def test_cells_runs_files_and_disk_are_those_of_the_sweep(tmp_path, record):
    """Counts are exact; bytes within a third, as a part packs better the more it holds."""
    found = foresee(study(record=record))
    done = sweep(study(record=record), tmp_path)
    stored = list(tmp_path.rglob("*.parquet"))
    parts = [path for path in stored if path.name.startswith("part-")]
    taken = sum(path.stat().st_size for path in stored)
    assert (found.cells, found.arms, found.points, found.impossible) == (4, 2, 2, 0)
    assert found.runs == (len(done.runs), len(done.runs))
    assert found.files == (len(parts), len(parts))
    assert found.disk[0] == pytest.approx(taken, rel=0.35)
    assert not found.sampled


@pytest.fixture
def processor_time(monkeypatch):
    """Seconds of this process alone: a machine under load gives it few of those on the clock."""
    clock = SimpleNamespace(perf_counter=time.process_time)
    monkeypatch.setattr("trustsim.sweeps.foresee.time", clock)


def test_the_time_is_of_the_right_order(processor_time):
    """Others on the machine take from its caches and its clock: a factor of five."""
    large = study(replicates=3000, months=120)
    low, high = foresee(large).seconds
    began = time.process_time()
    sweep(large)
    took = time.process_time() - began
    assert low <= high
    assert low / 5 < took < high * 5


def test_ten_times_the_replicates_are_ten_times_the_runs_and_bytes(processor_time):
    small, large = (foresee(study(replicates=n, months=12)) for n in (1000, 10_000))
    assert large.runs[0] == 10 * small.runs[0]
    assert 5 < large.disk[0] / small.disk[0] < 12
    assert 2 < large.seconds[1] / small.seconds[0] < 300


def test_with_a_precision_target_what_happens_lies_between_floor_and_ceiling(tmp_path):
    target = {"half_width": 0.06, "floor": 50, "ceiling": 400}
    found = foresee(study(precision=target))
    done = sweep(study(precision=target), tmp_path)
    parts = len(list(tmp_path.rglob("part-*.parquet")))
    assert found.runs == (4 * 50, 4 * 400)
    assert found.runs[0] <= len(done.runs) <= found.runs[1]
    assert found.files[0] <= parts <= found.files[1]
    assert found.disk[0] < found.disk[1]
    assert "stop at the floor" in found.in_words()


def test_cells_that_contradict_themselves_are_told_and_take_nothing():
    one = study(factors={"handover": [0.0, 0.5, 7.0]})
    wrong = (sweep(one).cells["problem"] != "").sum()
    found = foresee(one)
    assert wrong == 2
    assert found.impossible == wrong
    assert found.runs[0] == (6 - wrong) * 300
    assert f"{wrong} cell" in found.in_words()


def test_a_design_too_large_to_look_at_whole_is_reckoned_from_some_of_it():
    points = 5 * LOOKED_AT
    found = foresee(study(design="lhs", points=points, replicates=7, months=3))
    assert found.sampled
    assert found.cells == 2 * points
    assert found.runs == (14 * points, 14 * points)
    assert "about 2,000 of the cells" in found.in_words()


def test_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    foresee(study(record="all"), workers=1)
    assert list(tmp_path.iterdir()) == []


def test_memory_grows_with_what_waits_to_be_stored():
    small = foresee(study(replicates=10, months=12))
    large = foresee(study(replicates=2000, months=120, record="all"))
    assert large.memory > small.memory > 2**20


def test_an_executor_is_timed_itself_and_workers_are_counted():
    with ThreadPoolExecutor(3) as executor:
        assert foresee(study(months=12), executor=executor).workers == 3
    assert foresee(study(months=12), workers=1).workers == 1


def dies():
    os._exit(3)


def test_a_worker_that_dies_is_told():
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        executor.submit(dies)
        with pytest.raises(ResourceError, match="died"):
            foresee(study(), executor=executor)


def test_bytes_and_seconds_in_words():
    assert [size(n) for n in (0, 2e3, 3.25e9)] == ["0 bytes", "2.0 kB", "3.2 GB"]
    assert [duration(n) for n in (2, 119, 7200)] == ["2 s", "2.0 min", "2.0 h"]
