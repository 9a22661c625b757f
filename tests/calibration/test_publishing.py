"""What `trustsim calibrate --check` writes, and what ships with the package of it."""

from importlib.resources import files

import pandas as pd
import pytest

from trustsim import calibration
from trustsim.calibration import publishing
from trustsim.calibration.prior import OBSERVED
from trustsim.calibration.publishing import ASSUMED, SAMPLED
from trustsim.calibration.ranking import NOMINAL, QUANTITIES


@pytest.fixture
def ranked(monkeypatch, truths, made_up_bank):
    """The check on made-up simulations; studies see the truth as it is, so they are too sure."""
    whole = pd.concat([truths, made_up_bank], ignore_index=True)
    monkeypatch.setattr(publishing, "bank", lambda size, *_, **__: whole.head(size))
    monkeypatch.setattr(publishing, "study_facts", lambda truths, **_: truths[list(OBSERVED)])
    monkeypatch.setattr(publishing, "ranks", small_ranks)
    return publishing.checked_coverage(len(truths), len(made_up_bank), seed=1)


def small_ranks(*tables, seed):
    return calibration.ranks(*tables, seed=seed, draws=39)


def test_both_kinds_of_errors_are_ranked_and_written(ranked, tmp_path):
    publishing.write_coverage(tmp_path, ranked)
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
    with (files("trustsim.calibration") / f"{name}.csv").open() as file:
        return pd.read_csv(file)


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
