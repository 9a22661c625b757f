"""`trustsim validate`: the model held to published numbers."""

import inspect

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from typer.testing import CliRunner

import trustsim as ts
from trustsim.calibration import TARGETS, outcomes
from trustsim.calibration.published import MEASURES, against_published, published
from trustsim.citations import references
from trustsim.cli import app, checking
from trustsim.errors import ParameterError

SIZE = 300


@pytest.fixture(scope="module")
def found():
    return against_published(replicates=SIZE, seed=5)


@pytest.fixture(scope="module")
def runs():
    return ts.simulate("voluntary", replicates=SIZE, seed=5, months=120)


def test_every_number_is_asked_for_in_its_setting_with_a_source_that_is_known(found):
    asked = [(one.quantity, one.setting) for one in published()]
    assert sorted(zip(found["quantity"], found["setting"], strict=True)) == sorted(asked)
    assert {one.quantity for one in published()} == set(MEASURES)
    assert {key for one in published() for key in one.source.split()} <= set(references())
    assert found["used"].sum() == len(TARGETS)


def test_what_was_calibrated_is_measured_as_the_calibration_measures_it(found, runs):
    rows = found[found["used"]].set_index("quantity")
    for name, value in outcomes(runs).items():
        if "maturity" in name:  # a quantile of those who get there, counted or interpolated
            assert rows.loc[name, "estimate"] == pytest.approx(value, abs=1.5)
        else:
            assert rows.loc[name, "estimate"] == pytest.approx(value)
    assert ((rows["low"] <= rows["estimate"]) & (rows["estimate"] <= rows["high"])).all()


def test_what_was_not_is_what_its_words_say(found, runs):
    table = runs.runs
    gone = table[table["month_dissolved"].notna()]
    months = np.sort(table["month_matured"].dropna().to_numpy(dtype=float))
    first, last = (months[int(np.ceil(share * len(months))) - 1] for share in (0.1, 0.9))
    lived = gone["month_dissolved"].to_numpy(dtype=float)
    rho = stats.spearmanr(lived, gone["value"].to_numpy() / lived).statistic
    rows = found[(found["setting"] == "voluntary") & ~found["used"]]
    by_words = rows.set_index("quantity")["estimate"]
    alive = runs.status_shares([84]).set_index("quantity")["estimate"]["tokenistic among survivors"]
    assert by_words.filter(like="last decile").item() == pytest.approx(last / first)
    assert by_words.filter(like="had matured").item() == gone["month_matured"].notna().mean()
    assert by_words.filter(like="correlation").item() == pytest.approx(rho)
    assert by_words.filter(like="talking shops").item() == pytest.approx(alive)


def test_where_nothing_can_be_measured_nothing_is_claimed():
    short = against_published(["voluntary"], replicates=1, seed=1)
    assert set(short.loc[short["estimate"].isna(), "verdict"]) <= {"can't tell"}


def test_a_setting_that_nothing_is_about_is_refused():
    with pytest.raises(ParameterError, match="setting = dyad: no published number") as caught:
        against_published(["dyad"], replicates=5)
    assert "\n" not in str(caught.value)


def test_the_command_prints_both_blocks_and_keeps_the_table(tmp_path):
    words = ["validate", "--replicates", "30", "--setting", "voluntary"]
    done = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert "Used in calibration" in done.output
    assert "Not used in calibration" in done.output
    assert "make experiment NAME=E00_scorecard" in done.output
    kept = pd.read_csv(tmp_path / "out" / "published.csv")
    assert len(kept) == len(TARGETS) + 4
    assert CliRunner().invoke(app, [*words, "--setting", "dyad"]).exit_code == 2


def test_the_command_and_the_function_have_the_same_defaults():
    """The command types them again: it must not load pandas before it is used."""
    command, function = map(inspect.signature, (checking.validate, against_published))
    for name in ("replicates", "seed"):
        assert command.parameters[name].default == function.parameters[name].default
