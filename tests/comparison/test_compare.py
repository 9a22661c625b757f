"""The same partnerships, the same luck, several arms."""

import json

import numpy as np
import pandas as pd
import pytest

import trustsim as ts
from trustsim import schema
from trustsim.comparison import CURVES, compare
from trustsim.scenarios.costs import person_months

do = ts.interventions
SMALL = {"replicates": 60, "months": 48, "seed": 4}


@pytest.fixture(scope="module")
def base():
    return ts.scenario("voluntary").with_(organisations=5)


@pytest.fixture(scope="module")
def found(base):
    arms = {
        "coordinator": do.coordinator(),
        "mandate": base + do.mandate(start=6),
        "both": "+coordinator+mandate:start=6",
        "nothing": do.mandate(dose=0),
    }
    return compare(base, arms, **SMALL)


def test_every_arm_is_what_simulate_gives(base, found):
    pd.testing.assert_frame_equal(found.baseline.runs, ts.simulate(base, **SMALL).runs)
    both = base + do.coordinator() + do.mandate(start=6)
    pd.testing.assert_frame_equal(found.runs("both").runs, ts.simulate(both, **SMALL).runs)


def test_blocks_and_workers_change_no_number(base, found, monkeypatch):
    monkeypatch.setattr("trustsim.comparison.blocks.BLOCK", 17)
    again = compare(base, {"mandate": do.mandate(start=6)}, workers=1, **SMALL)
    pd.testing.assert_frame_equal(again.runs("mandate").runs, found.runs("mandate").runs)
    pd.testing.assert_frame_equal(again.runs("mandate").members, found.runs("mandate").members)
    one, other = (c.curves[c.curves["arm"] == "mandate"] for c in (again, found))
    numbers = ["baseline", "other", "difference", "low", "high"]
    np.testing.assert_allclose(one[numbers], other[numbers], rtol=0, atol=1e-12)


def test_a_comparison_with_another_arm_is_the_mirror_of_its_reverse(found):
    there, back = found.between("coordinator", "mandate"), found.between("mandate", "coordinator")
    np.testing.assert_allclose(there["difference"], -back["difference"])
    np.testing.assert_allclose(there["low"], -back["high"])
    assert (there["better"] == back["worse"]).all()


def test_helped_and_harmed_are_told_apart(found):
    table = found.individual("mandate").set_index("replicate")["value"]
    harmed, helped = found.harmed("mandate", 3), found.helped("mandate", 3)
    assert table[harmed[0]] == table.min() < 0
    assert (table[harmed].diff().dropna() >= 0).all()
    assert all(table[n] > 0 for n in helped)
    assert not set(harmed) & set(helped)


def test_any_partnership_can_be_told_twice(found):
    told = found.story(3, "mandate")
    assert told.count("Partnership 3,") == 2
    assert "mandate" in told


def test_costs_stop_with_the_partnership_and_start_on_time(base):
    done = base + do.mandate(start=10, months=5, dose=0.5) + do.away_day(start=3)
    spent = person_months(done, [2, 4, 12, 40])
    day = do.away_day.person_months
    assert spent.tolist() == [0, day, day + 2 * 0.5, day + 5 * 0.5]


def test_a_larger_measure_costs_more():
    plain, large = do.coordinator(), do.coordinator(capacity=3, dose=0.5)
    assert large.person_months == 1.5 * plain.person_months


def test_a_bullet_in_force_is_lifted_as_an_arm():
    found = compare("stp", {}, replicates=5, months=12)
    assert found.names == ("without mandate",)
    assert not found.runs("without mandate").scenario.interventions
    assert found.runs("without mandate").scenario.values() == found.baseline.scenario.values()
    with pytest.raises(ts.ParameterError, match="at least one arm is needed"):
        compare("stp", {}, lifted=False, replicates=5)


@pytest.mark.parametrize("name", ["", "baseline", 3])
def test_an_arm_needs_a_name_of_its_own(base, name):
    with pytest.raises(ts.ParameterError, match="compare"):
        compare(base, {name: do.mandate()}, **SMALL)


def test_an_unknown_arm_is_refused_with_the_nearest(found):
    with pytest.raises(ts.ParameterError, match="mandate"):
        found.runs("mandat")
    with pytest.raises(ts.ParameterError, match="curves"):
        found.plot.curves("valeu")


@pytest.mark.parametrize("draw", [
    lambda c: c.plot.effects("mandate"),
    lambda c: c.plot.curves("value"),
    lambda c: c.plot.incidence(),
    lambda c: c.plot.individual("mandate"),
    lambda c: c.plot.fates("mandate"),
    lambda c: c.plot.who_pays("mandate"),
])  # fmt: skip
def test_every_figure_is_axes(found, draw):
    assert draw(found).get_xlabel()


def test_a_notebook_sees_tables_and_a_figure_without_asking(found):
    page = found._repr_html_()
    assert "<table" in page
    assert "data:image/png;base64," in page
    for name in found.names:
        assert name in page


def test_every_curve_can_be_read_from_the_months_table():
    names = {column.name for column in schema.MONTHS}
    assert all(set(curve.columns) <= names for curve in CURVES)


def test_a_folder_holds_everything_to_do_it_again(found, tmp_path, undrawn):
    from trustsim.output import write_comparison

    report = write_comparison(found, tmp_path / "out", command="as typed")
    record = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert set(record["arms"]) == {"baseline", *found.names}
    files = record["arms"]["mandate"]["files"]
    kept = pd.read_parquet(tmp_path / "out" / f"{files}_runs.parquet")
    pd.testing.assert_frame_equal(kept, found.runs("mandate").runs)
    again = ts.scenario(tmp_path / "out" / f"{files}.toml")
    assert again.digest() == found.runs("mandate").scenario.digest()
    assert "<script" not in report.read_text()
