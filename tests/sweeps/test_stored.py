"""A folder that was stored by commit 82a2603 is read and resumed, and gives the same numbers."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import trustsim as ts
from tests.sweeps.conftest import Folder
from trustsim.sweeps import Sweep, manifest, sweep
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
    again = sweep(study(), whole.path, resume=True, workers=1)
    assert again.was_finished


def test_a_killed_folder_is_resumed_to_the_numbers_that_were_stored(killed, expected):
    with pytest.warns(UnfinishedWarning, match="10 runs are missing"):
        assert len(Sweep.read(killed.path).runs) == 10
    [kept] = killed.parts()
    before = kept.read_bytes()
    done = sweep(study(), killed.path, resume=True, workers=1)
    assert done.complete
    assert kept.read_bytes() == before
    pd.testing.assert_frame_equal(
        done.runs[list(expected)], expected, check_exact=True, check_dtype=False
    )
    assert len(done.failures) == 4
    assert json.loads((killed.path / "manifest.json").read_text())["status"] == "finished"


def test_a_stored_folder_grows(whole, expected):
    done = sweep(study(replicates=6), whole.path, extend=True, workers=1)
    assert len(done.runs) == 24
    old = done.runs[done.runs["replicate"] < 5].reset_index(drop=True)
    np.testing.assert_array_equal(old["value"], expected["value"])


def test_reworded_rules_are_the_same_and_changed_ones_are_not(tmp_path, monkeypatch):
    rules = tmp_path / "rules.py"
    monkeypatch.setattr(manifest, "source_files", lambda: [rules])
    written = {}
    for name, text in {
        "first": 'def f(x):\n    """One."""\n    return x + 1.5  # why\n',
        "reworded": 'def f(x):\n    """Two."""\n    # another why\n    return (x + 1.5)\n',
        "changed": 'def f(x):\n    """One."""\n    return x + 1.25  # why\n',
        "turned": 'def f(x):\n    """One."""\n    return x - 1.5  # why\n',
    }.items():
        rules.write_text(text)
        written[name] = manifest.code_of_rules()
    assert written["first"] == written["reworded"]
    assert len(set(written.values())) == 3
