"""A folder that was stored by commit 82a2603 is read, and today's code gives the same numbers."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

import trustsim as ts
from tests.sweeps.conftest import Folder
from trustsim.errors import StudyError
from trustsim.sweeps import Sweep, sweep
from trustsim.sweeps.results import UnfinishedWarning

DATA = Path(__file__).parent / "data"
STORED = DATA / "stored_82a2603"


def length(runs):
    """As when it was stored: it fails for the replicate 3."""
    if (runs["replicate"] == 3).any():
        raise ValueError("no length")
    return runs["months"].to_numpy(float)


def study(**changes):
    given = {
        "replicates": 5,
        "months": 60,
        "seed": 5,
        "arms": {"baseline": [], "coordinator": ["coordinator(start=0)"]},
        "factors": {"negativity": [1.2, 2.5]},
        "outcomes": {"length": length},
    }
    return ts.Study("dyad", **{**given, **changes})


@pytest.fixture
def expected():
    """Some columns of its runs, as the commit itself read them."""
    types = {"month_matured": "Int64", "month_dissolved": "Int64"}
    return pd.read_csv(DATA / "stored_82a2603.csv", dtype=types)


@pytest.fixture
def whole(tmp_path):
    return Folder(shutil.copytree(STORED, tmp_path / "whole"))


@pytest.fixture
def killed(tmp_path):
    """The same sweep, killed after the first of its two parts."""
    folder = shutil.copytree(STORED, tmp_path / "killed")
    shutil.rmtree(folder / "runs" / "arm=coordinator")
    (folder / "failures" / "task-0000001-5918a3a1.json").unlink()
    shutil.copy(DATA / "stored_82a2603_killed.json", folder / "manifest.json")
    return Folder(folder)


def test_a_finished_folder_gives_the_numbers_that_were_stored(whole, expected):
    found = Sweep.read(whole.path)
    assert found.complete
    pd.testing.assert_frame_equal(
        found.runs[list(expected)], expected, check_exact=True, check_dtype=False
    )
    assert found.runs["month_matured"].dtype == "Int64"
    assert len(found.failures) == 4
    summary = found.summary(by=[36]).set_index(["cell", "outcome"])["estimate"]
    means = expected.assign(cell=expected["run_id"].str[:12]).groupby("cell")["value"].mean()
    for cell, mean in means.items():
        assert summary[cell, "value"] == pytest.approx(mean, rel=1e-12)
    today = sweep(study(), workers=1).runs
    pd.testing.assert_frame_equal(
        today[list(expected)], expected, check_exact=True, check_dtype=False
    )


def test_a_killed_folder_says_what_is_missing_and_is_not_continued_with_other_rules(killed):
    """Its rules may have been others, as far as a digest of their sources can tell."""
    with pytest.warns(UnfinishedWarning, match="10 runs are missing"):
        assert len(Sweep.read(killed.path).runs) == 10
    before = {path: path.read_bytes() for path in killed.path.rglob("*") if path.is_file()}
    with pytest.raises(StudyError, match="rules = changed"):
        sweep(study(), killed.path, resume=True, workers=1)
    assert before == {path: path.read_bytes() for path in before}
