"""The ordinary life of a sweep: the same bits however it is done, resumed, extended, failing."""

import hashlib
import json
import re

import numpy as np
import pandas as pd
import pytest

import trustsim as ts
from tests.sweeps.conftest import same_bits
from trustsim import schema
from trustsim.errors import ResourceError, StudyError
from trustsim.sweeps import Sweep, plan, sweep, work
from trustsim.sweeps.cells import cells_of

FIVE_PARTS = re.compile(r"[^\n]+?, [^=\n]+ = [^\n]*?: [^\n]*?\. [^\n]+[.?)`]")


# The same bits.


def test_memory_and_folder_hold_the_same(cut, small, folder):
    study = small(record="all")
    kept, stored = sweep(study), sweep(study, folder.path)
    for table in ("runs", "months", "members"):
        same_bits(kept.table(table), stored.table(table))
    assert len(kept.runs) == 4 * 60
    pd.testing.assert_frame_equal(kept.cells, stored.cells)
    pd.testing.assert_frame_equal(kept.summary(), stored.summary())
    read = Sweep.read(folder.path)
    same_bits(read.runs, kept.runs)
    assert read.study.digest() == study.digest()


def test_rows_are_those_of_simulate(cut, small):
    """A cell is a scenario: simulated alone it gives the numbers that the sweep has of it."""
    done = sweep(small(factors={"negativity": [2.5]}))
    scenario = ts.scenario("dyad").with_(negativity=2.5) + ts.interventions.coordinator(start=0)
    alone = ts.simulate(scenario, replicates=60, months=24, seed=5).runs
    here = done.runs[done.runs["arm"] == "coordinator"].reset_index(drop=True)
    for column in schema.RUNS:
        name = column.name if column.name in here else f"{column.name}_observed"
        words = {"month": float, "category": object}.get(column.kind)
        one, other = (
            rows.astype(words or rows.dtype).reset_index(drop=True)
            for rows in (here[name], alone[column.name])
        )
        pd.testing.assert_series_equal(
            one, other, check_names=False, check_exact=True, check_dtype=False
        )


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_workers_change_nothing(cut, small, folder, workers):
    same_bits(sweep(small(), folder.path, workers=workers).runs, sweep(small(), workers=3).runs)


@pytest.mark.parametrize("size", [1, 7, 60, 10**6])
def test_how_work_is_cut_changes_nothing(small, folder, monkeypatch, size):
    whole = sweep(small()).runs
    monkeypatch.setattr(plan, "pair_months", lambda cell, months: 1)
    monkeypatch.setattr(plan, "PAIR_MONTHS", size)
    same_bits(sweep(small(replicates=60), folder.path).runs, whole)
    assert len(folder.parts()) == {1: 240, 7: 36, 60: 4, 10**6: 2}[size]


def test_no_task_outgrows_memory_however_small_its_partnerships(small):
    """A million runs of dyads, 240 months: at most a million rows of months in a task."""
    study = small(replicates=1_000_000, months=240, arms=None)
    tasks = list(plan.tasks_of(cells_of(study), study.replicates, study.months))
    assert max(task.runs for task in tasks) * 240 <= 1_000_000
    assert sum(task.runs for task in tasks) == 2_000_000


def test_both_engines_give_the_same_bits(cut, small):
    study = {"months": 12, "replicates": 10, "record": "members"}
    compiled, agents = sweep(small(**study)), sweep(small(**study, engine="mesa"), workers=1)
    for table in ("runs", "members"):
        same_bits(compiled.table(table), agents.table(table))


def test_the_order_of_hashes_changes_nothing(child, cut, small):
    text = """
import hashlib
import trustsim as ts
study = ts.Study("dyad", replicates=60, months=24, seed=5,
                 arms={"baseline": [], "coordinator": ["coordinator(start=0)"]},
                 factors={"negativity": [1.2, 2.5]})
rows = ts.sweep(study).runs
print(hashlib.sha256(rows.to_csv(index=False).encode()).hexdigest())
"""
    told = {child(text, PYTHONHASHSEED=seed).communicate(timeout=400)[0] for seed in ("0", "1")}
    here = sweep(small()).runs.to_csv(index=False)
    assert told == {hashlib.sha256(here.encode()).hexdigest() + "\n"}


def test_cells_meet_the_same_luck(small):
    """Common random numbers: a change that changes nothing gives the same partnerships."""
    arms = {"baseline": [], "nothing": ["coordinator(start=0, dose=0)"]}
    runs = sweep(small(arms=arms, factors=None)).runs
    one, other = (
        runs[runs["arm"] == arm].drop(columns=["run_id", "cell", "arm"]).reset_index(drop=True)
        for arm in arms
    )
    pd.testing.assert_frame_equal(one, other)


# Designs.


def test_a_larger_sobol_study_begins_with_the_smaller_one(cut, small, folder, begun):
    def study(points):
        return small(factors={"negativity": [1.2, 2.5]}, design="sobol", points=points)

    sweep(study(4), folder.path)
    del begun[:]
    done = sweep(study(9), folder.path, extend=True)
    assert sum(count for _, _, count in begun) == 5 * 2 * 60
    same_bits(done.runs, sweep(study(9)).runs)


def test_points_from_a_csv(small, tmp_path, folder):
    table = pd.DataFrame({"negativity": [1.2, 2.5, 0.1 + 1.2], "organisations": [2, 3, 2]})
    table.to_csv(tmp_path / "points.csv", index=False)
    named = small(factors=None, design="csv", table=tmp_path / "points.csv")
    done = sweep(named, folder.path)
    given = sweep(small(factors=None, design="csv", table=table))
    same_bits(done.runs, given.runs)
    assert list(done.cells["negativity"]) == [*table["negativity"]] * 2
    same_bits(
        sweep(ts.Study.read(folder.path / "study.json"), folder.path, resume=True).runs, done.runs
    )


def test_an_argument_can_be_a_factor(small, folder):
    """A mandate of no dose is none; the arm without one does not move with the dose."""
    arms = {"baseline": [], "mandate": ["mandate(start=3)"]}
    study = small(arms=arms, factors={"mandate.dose": [0.0, 1.0]})
    runs = sweep(study, folder.path).runs
    assert sweep(study, folder.path, resume=True).was_finished
    numbers = [name for name in runs if name not in ("run_id", "cell", "arm", "mandate.dose")]

    def rows(arm, dose):
        chosen = runs[(runs["arm"] == arm) & (runs["mandate.dose"] == dose)]
        return chosen[numbers].reset_index(drop=True)

    pd.testing.assert_frame_equal(rows("baseline", 0.0), rows("baseline", 1.0))
    pd.testing.assert_frame_equal(rows("baseline", 0.0), rows("mandate", 0.0))
    assert not rows("mandate", 0.0).equals(rows("mandate", 1.0))


def test_a_column_that_is_called_like_a_parameter_keeps_apart(small, folder):
    """`meetings` is a parameter (a month) and an outcome (in all): both are there."""
    done = sweep(small(arms=None, factors={"meetings": [1, 3]}), folder.path)
    rows = folder.rows()
    assert set(rows["meetings"]) == {1.0, 3.0}
    assert rows["meetings_observed"].max() > 3
    assert "meetings_observed" in done.runs


def test_a_cell_that_contradicts_itself_is_a_row_not_the_end(small, folder):
    """The third of two organisations can't be monitored; where there are three it can."""
    table = pd.DataFrame({"organisations": [2.0, 3.0]})
    arms = {"baseline": [], "watched": ["monitoring(target=2)"]}
    study = small(factors=None, design="csv", table=table, arms=arms)
    done = sweep(study, folder.path)
    assert len(done.runs) == 3 * 60
    assert list(done.failures["stage"]) == ["scenario"]
    assert done.failures["message"].str.contains("must be below 2").all()
    assert done.complete
    assert sweep(study, folder.path, resume=True).was_finished


# Read without this package.


def test_parts_are_read_by_plain_pandas(cut, small, folder):
    done = sweep(small(arms={"none at all": [], "ä/b": ["coordinator"]}), folder.path)
    rows = pd.read_parquet(folder.path / "runs")
    assert sorted(rows["arm"].astype(str).unique()) == ["none at all", "ä/b"]
    same_bits(rows, done.runs)
    assert rows["run_id"].is_unique
    first = rows.iloc[0]
    assert first["run_id"] == f"{first['cell']}-{first['replicate']}"
    cells = pd.read_parquet(folder.path / "cells.parquet")
    assert set(cells["cell"]) == set(rows["cell"].astype(str))
    manifest = json.loads((folder.path / "manifest.json").read_text())
    assert manifest["status"] == "finished"
    assert manifest["family"]["seed"] == 5


# Resumed and extended.


def test_resuming_a_finished_study_says_so_and_writes_nothing(cut, small, folder, begun):
    first = sweep(small(), folder.path)
    assert not first.was_finished
    del begun[:]
    before = folder.content()
    for options in ({"resume": True}, {"extend": True}, {"resume": True, "retry_failed": True}):
        again = sweep(small(), folder.path, **options)
        assert again.was_finished
        same_bits(again.runs, first.runs)
    assert not begun
    assert folder.content() == before


def test_resuming_into_a_new_folder_starts(small, folder):
    assert len(sweep(small(), folder.path, resume=True).runs) == 240


GROWN = {
    "replicates": {"replicates": 150},
    "levels": {"factors": {"negativity": [0.5 + 1, 1.2, 2.5]}},
    "arms": {
        "arms": {
            "handover": ["handover"],
            "baseline": [],
            "coordinator": ["coordinator(start=0)"],
        }
    },
}


@pytest.mark.parametrize("what", GROWN)
def test_a_finished_study_is_extended_without_repeating_anything(cut, small, folder, begun, what):
    sweep(small(), folder.path)
    del begun[:]
    grown = small(**GROWN[what])
    done = sweep(grown, folder.path, extend=True)
    assert not done.was_finished
    new = sum(count for _, _, count in begun)
    whole = sweep(grown)
    assert new == len(whole.runs) - 240
    same_bits(done.runs, whole.runs)
    same_bits(folder.rows(), whole.runs)
    pd.testing.assert_frame_equal(done.cells, whole.cells)
    assert sweep(grown, folder.path, resume=True).was_finished


def test_shards_are_the_study(cut, small, tmp_path):
    parts = [sweep(small(), tmp_path / str(n), shard=(n, 3)).runs for n in (1, 2, 3)]
    assert all(len(part) for part in parts)
    same_bits(pd.concat(parts), sweep(small()).runs)


# Failures.


def doubled(runs):
    return 2 * runs["value"].to_numpy()


def picky(runs):
    if (runs["replicate"] == 7).any():
        raise ValueError("I do not like sevens")
    return runs["value"].to_numpy()


def test_own_outcomes_are_columns_and_summed(cut, small, folder):
    done = sweep(small(outcomes={"doubled": doubled}), folder.path)
    np.testing.assert_array_equal(done.runs["doubled"], 2 * done.runs["value"])
    summary = done.summary()
    own = summary[summary["outcome"] == "doubled"]
    assert len(own) == 4
    means = done.runs.groupby("cell", observed=True)["doubled"].mean()
    np.testing.assert_allclose(own["estimate"], means[own["cell"]])
    assert (own["unit"] == "own").all()


def test_an_outcome_that_fails_is_a_row_and_takes_no_run_with_it(cut, small, folder, monkeypatch):
    done = sweep(small(outcomes={"picky": picky}), folder.path)
    assert len(done.runs) == 240
    assert done.runs["picky"].isna().sum() == 4
    failures = done.failures
    assert list(failures["replicate"]) == [7] * 4
    assert list(failures["stage"]) == ["outcome picky"] * 4
    assert set(failures["error"]) == {"ValueError"}
    assert set(failures["message"]) == {"I do not like sevens"}
    assert set(failures["seed"]) == {5}
    assert set(failures["run_id"]) <= set(done.runs["run_id"])
    [*_, part] = folder.parts()
    part.unlink()
    resumed = sweep(small(outcomes={"picky": picky}), folder.path, resume=True)
    same_bits(resumed.runs, done.runs)
    mended = sweep(
        small(outcomes={"picky": lambda runs: runs["value"].to_numpy()}),
        folder.path, resume=True, retry_failed=True,
    )  # fmt: skip
    assert mended.failures.empty
    assert mended.runs["picky"].notna().all()
    same_bits(mended.runs.drop(columns="picky"), sweep(small()).runs)


@pytest.fixture
def failing(monkeypatch):
    """An engine that fails at replicates 7 and 33 of every cell, while it is switched on."""
    run_chunk, switch = work.run_chunk, {"on": True}

    def some(plan, seed, first, count, *rest):
        for bad in (7, 33):
            if switch["on"] and first <= bad < first + count:
                raise FloatingPointError(f"cannot live {bad}\nat all")
        return run_chunk(plan, seed, first, count, *rest)

    monkeypatch.setattr(work, "run_chunk", some)
    return switch


def test_a_run_that_fails_is_a_row_and_takes_no_other_with_it(cut, small, folder, failing):
    done = sweep(small(), folder.path)
    assert len(done.runs) == 240 - 8
    assert not done.runs["replicate"].isin([7, 33]).any()
    failures = done.failures
    assert sorted(failures["replicate"]) == [7] * 4 + [33] * 4
    assert set(failures["stage"]) == {"simulating"}
    assert set(failures["error"]) == {"FloatingPointError"}
    assert set(failures["seed"]) == {5}
    assert failures["run_id"].is_unique
    again = sweep(small(), folder.path, resume=True)
    assert again.was_finished
    assert len(again.failures) == 8
    assert len(sweep(small(), errors="ignore").runs) == 232
    failing["on"] = False
    still = sweep(small(), folder.path, resume=True)
    assert len(still.failures) == 8, "tried again only where asked"
    mended = sweep(small(), folder.path, resume=True, retry_failed=True)
    assert mended.failures.empty
    same_bits(mended.runs, sweep(small()).runs)


def test_a_failing_run_can_end_the_sweep(cut, small, folder, failing):
    with pytest.raises(ResourceError) as caught:
        sweep(small(), folder.path, errors="stop", workers=1)
    assert FIVE_PARTS.fullmatch(str(caught.value))
    assert "cannot live" in str(caught.value)
    assert "errors = stop" in str(caught.value)
    assert 0 < len(folder.rows()) < 232
    failing["on"] = False
    done = sweep(small(), folder.path, resume=True, retry_failed=True)
    same_bits(done.runs, sweep(small()).runs)


def test_a_study_of_which_nothing_lives_ends(cut, small, folder, monkeypatch):
    def never(*_):
        raise FloatingPointError("none")

    monkeypatch.setattr(work, "run_chunk", never)
    done = sweep(small(replicates=5), folder.path)
    assert len(done.failures) == 20
    assert not folder.parts()
    assert done.runs.empty
    assert (done.summary()["n"] == 0).all()
    same_bits(done.runs, sweep(small(replicates=5)).runs)


def test_any_run_lives_again_as_agents(cut, small, folder):
    done = sweep(small(), folder.path)
    row = done.runs.iloc[163]
    model = Sweep.read(folder.path).rerun(row["run_id"])
    assert model.replicate == row["replicate"]
    from trustsim.engines import records

    numbers = records.run_numbers(model)
    for column, number in zip(schema.RUNS, numbers, strict=True):
        if column.kind in ("float", "count"):
            name = column.name if column.name in row.index else f"{column.name}_observed"
            assert number == row[name], column.name
    assert model.actions is not None
    for wrong in ("no-such", "7", f"{row['cell']}-x", ""):
        with pytest.raises(StudyError) as caught:
            done.rerun(wrong)
        assert FIVE_PARTS.fullmatch(str(caught.value)), caught.value


# Precision.


def test_cells_are_replicated_until_they_are_precise(cut, small, folder):
    precision = {"outcome": "dissolved", "half_width": 0.06, "floor": 40, "ceiling": 400}
    study = small(precision=precision, months=60)
    done = sweep(study, folder.path)
    sizes = done.runs.groupby("cell", observed=True).size()
    from trustsim.sweeps.precision import looks_at

    assert set(sizes) <= set(looks_at(40, 400))
    summary = done.summary(by=[60])
    shares = summary[summary["outcome"] == "dissolved"].set_index("cell")
    narrow = (shares["high"] - shares["low"]) / 2 <= 0.06
    assert (narrow | (sizes[shares.index] == 400)).all()
    same_bits(done.runs, sweep(study, workers=1).runs)
    assert sweep(study, folder.path, resume=True).was_finished


def test_progress_is_told_in_runs(cut, small, folder):
    told = []
    sweep(small(), folder.path, progress=told.append)
    assert told[0] == 0
    assert sum(told) == 240
    told.clear()
    sweep(small(replicates=90), folder.path, extend=True, progress=told.append)
    assert told[0] == 240
    assert sum(told) == 360
