"""What the check of coverage writes, and what the committed run of it says."""

from pathlib import Path

import pandas as pd
import pytest
from E00_calibration import checking
from E00_calibration.checking import ASSUMED, SAMPLED
from E00_calibration.ranking import NOMINAL, QUANTITIES

from trustsim.calibration import FACTORS
from trustsim.calibration.sampling import OBSERVED, SEED


@pytest.fixture
def ranked(monkeypatch, truths, made_up_bank):
    """The check on made-up simulations; studies see the truth as it is, so they are too sure."""
    whole = pd.concat([truths, made_up_bank], ignore_index=True)
    monkeypatch.setattr(checking, "bank", lambda size, *_, **__: whole.head(size))
    monkeypatch.setattr(checking, "study_facts", lambda truths, **_: truths[list(OBSERVED)])
    return checking.checked_coverage(len(truths), len(made_up_bank), seed=1, draws=39)


def test_both_kinds_of_errors_are_ranked_and_written(ranked, tmp_path):
    checking.write_coverage(tmp_path, ranked)
    covered = pd.read_csv(tmp_path / "coverage.csv").set_index(["errors", "quantity", "nominal"])
    assert len(covered) == 2 * len(QUANTITIES) * len(NOMINAL)
    name = "median months to maturity"
    assert covered.loc[(SAMPLED, name, 0.5), "covered"] > 0.6
    assert covered.loc[(ASSUMED, name, 0.5), "covered"] < 0.6
    tests = pd.read_csv(tmp_path / "uniformity.csv")
    assert tests.groupby("errors").size().to_dict() == dict.fromkeys((ASSUMED, SAMPLED), 23)
    counts = pd.read_csv(tmp_path / "histograms.csv")
    assert (counts.groupby(["errors", "quantity"])["count"].sum() > 100).all()
    for number in range(2):
        assert (tmp_path / f"ranks_{number}.png").read_bytes()[:4] == b"\x89PNG"


def shipped(name):
    return pd.read_csv(Path(__file__).parent / f"{name}.csv")


def test_the_shipped_check_is_whole():
    covered, tests = shipped("coverage"), shipped("uniformity")
    for errors in (ASSUMED, SAMPLED):
        part = covered[covered["errors"] == errors]
        assert len(part) == len(QUANTITIES) * len(NOMINAL)
        assert (part["n"] >= 500).all()
        assert set(tests.loc[tests["errors"] == errors, "quantity"]) == set(QUANTITIES)


def test_the_shipped_posterior_covers_under_the_errors_that_it_assumes():
    """The verdict that the page gives, on the shipped numbers: 23 tests at .05 / 23."""
    tests = shipped("uniformity")
    assumed = tests[tests["errors"] == ASSUMED]
    assert (assumed["p"] > 0.05 / len(QUANTITIES)).all()


def test_a_larger_bank_begins_with_the_smaller_one():
    small = checking.bank(3, seed=4, replicates=20, workers=1)
    large = checking.bank(5, seed=4, replicates=20, workers=2)
    pd.testing.assert_frame_equal(large.head(3), small)
    assert list(small.columns) == [*FACTORS, SEED, *OBSERVED]
    assert not checking.bank(3, seed=5, replicates=20).equals(small)
