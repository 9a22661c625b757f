"""Estimates by cell and between arms, read block by block, are those of the whole table."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from trustsim.analysis.intervals import mean_of_differences, wilson
from trustsim.analysis.outcomes import SHARE, outcomes
from trustsim.analysis.pairs import paired_contrast
from trustsim.errors import StudyError
from trustsim.sweeps import Study, Sweep, contrasts, reading, sweep
from trustsim.sweeps.contrasts import contrasts_of
from trustsim.sweeps.parts import METADATA, ending_of, write_parquet

ARMS = {
    "baseline": [],
    "brokered": ["coordinator(start=6)"],
    "pressed": ["mandate(start=6)"],
}


def twice_value(runs):
    return 2 * runs["value"].to_numpy(float)


def sometimes_missing(runs):
    return np.where(runs["replicate"] % 3 == 0, np.nan, runs["value"])


def study(**changes):
    given = {
        "replicates": 150,
        "months": 48,
        "arms": ARMS,
        "factors": {"handover": [0.0, 0.5, 0.8]},
        "outcomes": {"twice": twice_value, "patchy": sometimes_missing},
    }
    return Study("dyad", **{**given, **changes})


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return sweep(study(), tmp_path_factory.mktemp("results") / "found")


def estimated_by_pandas(rows, one):
    values = one.measure(rows)
    values = values[np.isfinite(values)]
    if one.unit == SHARE:
        return values.mean(), *wilson(values.sum(), len(values)), len(values)
    return values.mean(), *mean_of_differences(values), len(values)


def test_the_summary_is_that_of_the_whole_table_in_memory(found):
    table = found.summary(by=[24, 48])
    own = [
        one._replace(name=name, month=48, unit="own", needs=(name,), measure=measure)
        for name in ("twice", "patchy")
        for one in outcomes([48], 48, 48)[:1]
        for measure in [lambda rows, name=name: rows[name].to_numpy(float)]
    ]
    wanted = [*outcomes([24, 48], 48, 48), *own]
    seen = 0
    for cell, rows in found.runs.groupby("cell", observed=True):
        mine = table[table["cell"] == cell].set_index(["outcome", "month"])
        for one in wanted:
            row = mine.loc[(one.name, one.month)]
            expected = estimated_by_pandas(rows, one)
            assert list(row[["estimate", "low", "high", "n"]]) == pytest.approx(expected, abs=1e-12)
            seen += 1
    assert seen == len(table) == 9 * len(wanted)


def test_batches_of_any_size_give_the_same_summary(found, monkeypatch):
    whole = found.summary()
    monkeypatch.setattr(reading, "BATCH", 17)
    pd.testing.assert_frame_equal(found.summary(), whole)


def test_memory_and_folder_give_the_same_summary(found):
    pd.testing.assert_frame_equal(
        sweep(study()).summary(), found.summary(), check_categorical=False
    )


def test_contrasts_are_those_of_paired_contrast(found):
    table = contrasts_of(found.source, found.study)
    runs = found.runs
    assert list(table["arm"].unique()) == ["brokered", "pressed"]
    same = ["baseline", "other", "difference", "low", "high", "better", "worse"]
    for (arm, handover), mine in table.groupby(["arm", "handover"], sort=False):
        here = runs[runs["handover"] == handover]
        expected = paired_contrast(
            here[here["arm"] == "baseline"], here[here["arm"] == arm], horizon=48
        )
        mine = mine[~mine["outcome"].isin(["twice", "patchy"])]
        assert list(mine["outcome"]) == list(expected["outcome"])
        for column in [*same, "variance_ratio", "n"]:
            np.testing.assert_allclose(mine[column], expected[column], atol=1e-10, err_msg=column)
    assert len(table) == 2 * 3 * (len(expected) + 2)


def test_own_outcomes_are_compared_and_not_called_better_or_worse(found):
    table = contrasts_of(found.source, found.study).set_index(["arm", "point", "outcome"])
    twice, value = (table.xs(name, level="outcome") for name in ("twice", "value"))
    np.testing.assert_allclose(twice["difference"], 2 * value["difference"])
    assert twice["better"].isna().all()
    # A replicate that is missing in one arm is missing in both: a third of 150.
    assert (table.xs("patchy", level="outcome")["n"] == 100).all()


@pytest.mark.parametrize("block", [40, 150, 460, 1000])
def test_blocks_of_any_size_give_the_same_contrasts(found, monkeypatch, block):
    """Smaller than a point's runs, just larger, and several points at once."""
    whole = contrasts_of(found.source, found.study)
    monkeypatch.setattr(contrasts, "BLOCK", block)
    monkeypatch.setattr(reading, "BATCH", 37)
    pd.testing.assert_frame_equal(contrasts_of(found.source, found.study), whole)


def test_another_arm_can_be_the_baseline(found):
    one = contrasts_of(found.source, found.study).set_index(["arm", "point", "outcome", "month"])
    other = contrasts_of(found.source, found.study, "pressed")
    turned = other[other["arm"] == "baseline"].set_index(["arm", "point", "outcome", "month"])
    one, turned = one.loc["pressed"], turned.loc["baseline"]
    np.testing.assert_allclose(one["difference"], -turned["difference"], atol=1e-12)
    np.testing.assert_allclose(one["low"], -turned["high"], atol=1e-12)


def test_only_replicates_of_both_arms_are_pairs():
    target = {"half_width": 0.05, "floor": 30, "ceiling": 400}
    one = study(precision=target, outcomes=None, factors={"organisations": [2, 8]}, months=60)
    done = sweep(one)
    sizes = done.runs.groupby(["organisations", "arm"], observed=True).size().unstack()
    assert (sizes["baseline"] != sizes["pressed"]).any(), "nothing is left out: nothing is seen"
    table = contrasts_of(done.source, one)
    for arm in ("brokered", "pressed"):
        expected = np.minimum(sizes["baseline"], sizes[arm])
        pairs = table[table["arm"] == arm].groupby("organisations")["n"]
        assert (pairs.min() == expected).all()
        assert (pairs.max() == expected).all()


def test_a_point_at_which_an_arm_is_impossible_has_no_row_for_it():
    arms = {"baseline": [], "watched": ["monitoring(target=2)"], "pressed": ["mandate(start=6)"]}
    factors = {"organisations": [2, 3], "handover": [0.0, 0.5]}
    one = study(arms=arms, factors=factors, replicates=20, outcomes=None)
    table = contrasts_of(sweep(one).source, one)
    assert set(table.loc[table["arm"] == "watched", "organisations"]) == {3}
    assert set(table.loc[table["arm"] == "pressed", "organisations"]) == {2, 3}


def test_one_arm_or_an_unknown_one_is_refused(found):
    with pytest.raises(StudyError, match="two or more"):
        contrasts_of(found.source, study(arms={"alone": []}))
    with pytest.raises(StudyError, match=r"Did you mean `pressed`"):
        contrasts_of(found.source, found.study, "presed")


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """Folders of 200,000 and 1,600,000 runs; most are copies with replicate numbers of their own.

    Their numbers mean nothing: only how much is held while they are read is looked at.
    """
    arms = {"baseline": [], "brokered": ["coordinator(start=2)"]}
    one = study(replicates=100_000, months=3, arms=arms, factors=None, outcomes=None)
    folders = []
    for copies in (1, 8):
        folder = tmp_path_factory.mktemp("grown") / str(copies)
        sweep(one, folder)
        for part in list(folder.glob("runs/arm=*/part-*.parquet")):
            rows = pq.ParquetFile(part).read()
            place = rows.column_names.index("replicate")
            for copy in range(1, copies):
                moved = pc.add(rows["replicate"], 100_000 * copy)
                held = json.loads(rows.schema.metadata[METADATA])
                held["pieces"] = [[key, at + 100_000 * copy, n] for key, at, n in held["pieces"]]
                number = part.name.split("-")[1]
                target = part.with_name(f"part-{copy}{number}{ending_of(held['pieces'])}.parquet")
                moved = rows.set_column(place, "replicate", moved)
                write_parquet(moved.replace_schema_metadata({METADATA: json.dumps(held)}), target)
        told = json.loads((folder / "manifest.json").read_text())
        told["runs"] *= copies
        (folder / "manifest.json").write_text(json.dumps(told))
        folders.append(Sweep.read(folder))
    return folders


MEASURED = """
import json, sys, tracemalloc
import pyarrow as pa
from trustsim.sweeps import Sweep
from trustsim.sweeps.contrasts import contrasts_of
found = Sweep.read(sys.argv[1])
tracemalloc.start()
table = found.summary() if sys.argv[2] == "summary" else contrasts_of(found.source, found.study)
held = [tracemalloc.get_traced_memory()[1], pa.default_memory_pool().max_memory()]
print(json.dumps([int(table["n"].max()), *held]))
"""


def held_by(folder, of):
    """Largest n; bytes held at most by Python and NumPy, and by Arrow: in a process of its own."""
    command = [sys.executable, "-c", MEASURED, str(folder), of]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    return json.loads(done.stdout)


@pytest.mark.nightly
@pytest.mark.parametrize("of", ["summary", "contrasts"])
def test_eight_times_the_runs_are_read_in_the_same_memory(grown, of):
    """Arrow reads some batches ahead, so its share may double, but not grow eightfold."""
    few, many = (held_by(one.source.folder, of) for one in grown)
    assert many[0] == 8 * few[0]
    assert many[1] < 1.5 * few[1]
    assert many[2] < 3 * few[2]
    assert many[1] + many[2] < grown[1].dataset().to_table().nbytes / 2
