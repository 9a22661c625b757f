"""Own outcomes: what a function may return, and one type for the same question everywhere."""

import numpy as np
import pandas as pd
import pytest

import trustsim as ts
from trustsim.errors import StudyError
from trustsim.sweeps import Study, Sweep, sweep

SMALL = {"replicates": 50, "months": 60, "seed": 3}


def found(outcome, **changes):
    return sweep(Study("dyad", outcomes={"mine": outcome}, **{**SMALL, **changes}), workers=1)


# In another order than the table, with an index that says which run is which.
SHUFFLED = {
    "index of the table": lambda runs: runs["value"].sort_values(),
    "replicates": lambda runs: runs.set_index("replicate")["value"].sort_values(),
    "a part of it": lambda runs: runs["value"][::-1],
}


@pytest.mark.usefixtures("cut")
@pytest.mark.parametrize("name", SHUFFLED)
def test_a_series_in_another_order_is_matched_by_its_index(name):
    """It was stored by position: every run had the value of another one."""
    runs = found(SHUFFLED[name]).runs
    np.testing.assert_array_equal(runs["mine"], runs["value"])
    assert runs["value"].nunique() > 10


WRONG = {
    "one number for all": (lambda runs: [runs["value"].mean()], "mine = 1 values: must be one"),
    "a mean": (lambda runs: runs["value"].mean(), "values of shape"),
    "two columns": (lambda runs: runs[["value", "smoke"]], "values of shape"),
    "some of the runs": (lambda runs: runs["value"][runs["matured"]], "must have the index of"),
    "another index": (
        lambda runs: runs["value"].set_axis([f"run {n}" for n in range(len(runs))]),
        "must have the index of the 50 runs",
    ),
    "an index that repeats": (lambda runs: runs["value"].set_axis([0] * len(runs)), "must have"),
}


@pytest.mark.parametrize("name", WRONG)
def test_anything_but_one_number_a_run_is_refused(name):
    """A list of one number was taken run by run, after a retry, and became a value of each."""
    outcome, told = WRONG[name]
    with pytest.raises(StudyError, match=told):
        found(outcome)


def late(runs):
    """Missing for a run that never matured: nobody knows whether it would have been late."""
    return runs["month_matured"] > 36


def test_a_missing_value_stays_missing_and_is_counted():
    done = found(late)
    never = done.runs["month_matured"].isna()
    assert 0 < never.sum() < 50
    assert (done.runs["mine"].isna() == never).all()
    assert done.failures.empty
    row = done.summary().set_index("outcome").loc["mine"]
    assert (row["n"], row["missing"]) == (50 - never.sum(), never.sum())
    assert row["estimate"] == (done.runs["month_matured"][~never] > 36).mean()
    others = done.summary()
    assert (others.loc[others["outcome"] != "mine", "missing"] == 0).all()


def test_one_question_has_one_answer_in_simulate_and_in_a_sweep(tmp_path):
    """`> 36` gave .663 of the runs that matured, or .305 of all: months had two types."""
    study = Study("dyad", **SMALL, record="all")
    kept = sweep(study, tmp_path / "out", workers=1)
    alone = ts.simulate("dyad", **SMALL, record="all")
    share = (alone.runs["month_matured"] > 36).mean()
    for runs in (kept.runs, sweep(study, workers=1).runs, Sweep.read(tmp_path / "out").runs):
        assert (runs["month_matured"] > 36).mean() == share
        for name, dtype in alone.runs.dtypes.items():
            stored = f"{name}_observed" if f"{name}_observed" in runs else name
            assert runs[stored].dtype == dtype, name
    for table in ("months", "members"):
        rows = kept.table(table)
        for name, dtype in getattr(alone, table).dtypes.items():
            stored = f"{name}_observed" if f"{name}_observed" in rows else name
            assert rows[stored].dtype == dtype, name
    # And for whoever has pandas alone.
    plain = pd.read_parquet(tmp_path / "out" / "runs")
    assert plain["month_matured"].dtype == "Int64"
    assert (plain["month_matured"] > 36).mean() == share


def test_an_outcome_that_fails_for_a_run_is_still_a_failure_of_that_run():
    def picky(runs):
        if (runs["replicate"] == 7).any():
            raise ValueError("no sevens")
        return runs.set_index("replicate")["value"]

    done = found(picky)
    assert list(done.failures["replicate"]) == [7]
    assert done.runs["mine"].isna().sum() == 1
