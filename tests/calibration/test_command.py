"""`trustsim calibrate`: what it writes, repeats and refuses."""

import json
import re
import sys

import pandas as pd
import pytest

from trustsim.calibration import FACTORS, TARGETS
from trustsim.calibration.sampling import agrees

FIVE_PARTS = re.compile(r"trustsim: \w+Error: .+?, [^=]+ = .*?: .*?\. [^\n]+\n")


@pytest.fixture
def pyabc():
    return pytest.importorskip("pyabc")


def test_two_draws_are_written_with_their_record_twice_the_same(trustsim, tmp_path, pyabc):
    for name in ("first", "again"):
        code, _, told = trustsim(
            "calibrate", "--out", name, "--draws", "2", "--seed", "1", "--progress", "none"
        )
        assert code == 0, told
        assert told.startswith("trustsim: 2 draws from ")
    first, again = ((tmp_path / name / "posterior.csv").read_bytes() for name in ("first", "again"))
    assert first == again
    table = pd.read_csv(tmp_path / "first" / "posterior.csv")
    assert len(table) == 2
    assert agrees(table).all()
    record = json.loads((tmp_path / "first" / "posterior.json").read_text())
    assert (record["draws"], record["seed"]) == (2, 1)
    assert record["simulations"] >= 2
    assert set(record["tolerance"]) == {target.name for target in TARGETS}
    assert record["library"] == f"pyabc {pyabc.__version__}"
    assert len(pd.read_csv(tmp_path / "first" / "informed.csv")) == len(FACTORS)
    assert (tmp_path / "first" / "posterior.png").read_bytes()[:4] == b"\x89PNG"


def test_a_search_that_is_given_up_leaves_nothing(trustsim, tmp_path, pyabc):
    code, _, told = trustsim(
        "calibrate", "--out", "none", "--simulations", "3", "--progress", "none"
    )
    assert code == 2
    assert FIVE_PARTS.fullmatch(told), told
    assert "among 3 tried" in told
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_it_is_named_before_anything_is_simulated(
    trustsim, tmp_path, monkeypatch
):
    monkeypatch.setitem(sys.modules, "pyabc", None)
    code, _, told = trustsim("calibrate", "--out", "none")
    assert code == 2
    assert FIVE_PARTS.fullmatch(told), told
    assert "trustsim[calibration]" in told
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_is_refused_first(trustsim, tmp_path, monkeypatch):
    monkeypatch.setattr("trustsim.calibration.sampling.require_pyabc", lambda: None)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    code, _, told = trustsim("calibrate", "--out", "full")
    assert code == 2
    assert FIVE_PARTS.fullmatch(told), told
    assert (tmp_path / "full" / "mine.txt").read_text() == "mine"
