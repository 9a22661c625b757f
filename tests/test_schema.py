"""Codes are decoded in one place: a row and a table say the same, and it is what was meant."""

import numpy as np
import pandas as pd
import pytest

import trustsim as ts
from trustsim import schema


def test_a_row_decoded_by_hand():
    numbers = dict.fromkeys(schema.column_names(schema.RUNS), 0.0)
    numbers |= {"replicate": 7.0, "months": 30.0, "status": 3.0, "dissolved": 1.0, "cause": 5.0}
    numbers |= {"month_dissolved": 30.0, "month_matured": 0.0, "value": 1.5}
    row = schema.readable(schema.RUNS, list(numbers.values()))
    assert row["status"] == "dissolved"
    assert row["cause"] == "vote"
    assert (row["month_dissolved"], row["month_matured"]) == (30, None)
    assert (row["dissolved"], row["matured"]) == (True, False)
    assert row["value"] == 1.5
    never = schema.readable(schema.RUNS, list((numbers | {"cause": -1.0}).values()))
    assert never["cause"] is None


@pytest.mark.parametrize("table", ["runs", "months", "members"])
def test_a_row_and_a_table_say_the_same(table):
    runs = ts.simulate("coalition", replicates=12, months=60, seed=2, record="all")
    columns, numbers = getattr(schema, table.upper()), getattr(runs._raw, table)
    frame = getattr(runs, table)
    assert len(frame) == len(numbers) > 10
    for place in range(0, len(numbers), 7):
        row = schema.readable(columns, list(numbers[place]))
        for name, value in row.items():
            shown = frame[name].iloc[place]
            assert (value is None and pd.isna(shown)) or value == shown, (name, place)


def test_months_are_whole_numbers_or_missing():
    frame = schema.frame(schema.RUNS[4:5], np.array([[0.0], [12.0], [-1.0]]))
    assert str(frame["month_matured"].dtype) == "Int64"
    assert frame["month_matured"].isna().tolist() == [True, False, True]
