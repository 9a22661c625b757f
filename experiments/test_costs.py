"""What a mature partnership costs, on runs made by hand and on real ones."""

import numpy as np
import pandas as pd
import pytest
from costs import (
    ADDITIONAL,
    ALIVE,
    FREE,
    MATURED,
    NO_GAIN,
    SAVED,
    cost_per_matured,
    price_words,
    spent,
)
from E01_catalogue.pictures import plot_cost_effect, plot_forest

import trustsim as ts
from trustsim.analysis import TableError
from trustsim.errors import ParameterError

do = ts.interventions
HORIZON = 60


class Told:
    """Runs as told: the columns that costs are counted on, and what was done."""

    def __init__(self, matured, dissolved, *done, replicates=None, menu=()):
        size = len(matured)
        when = [pd.array([n or None for n in column], "Int64") for column in (matured, dissolved)]
        self.scenario = ts.Scenario(interventions=done, menu=menu)
        self.horizon = HORIZON
        self.runs = pd.DataFrame(
            {
                "replicate": range(size) if replicates is None else replicates,
                # Watched for a month more than is counted, as one matures in it.
                "months": [n or HORIZON + 1 for n in dissolved],
                "month_matured": when[0],
                "month_dissolved": when[1],
                "bullets_reached_for": 0,
            }
        ).assign(value=0.0, smoke=0.0, tokenistic_months=0, members_lost=0, departures=0)


def row_of(table, gain, arm="arm"):
    return table[(table["gain"] == gain) & (table["arm"] == arm)].iloc[0]


@pytest.fixture
def told():
    """8 partnerships of 60 months, 0.5 person-months each; one dissolves after 20 in both arms."""
    baseline = Told([30, 0, 0, 0, 0, 0, 0, 0], [0, 20, 10, 0, 0, 0, 0, 0])
    other = Told([30, 0, 40, 40, 40, 40, 40, 61], [0, 20, 0, 0, 0, 0, 0, 0], do.coordinator())
    return baseline, other


def test_costs_and_gains_are_those_counted_by_hand(told):
    table = cost_per_matured(told[0], {"arm": told[1]}, by=60)
    spent_in_all = 0.5 * (7 * 60 + 20)
    row = row_of(table, ADDITIONAL)
    assert row["cost"] == pytest.approx(spent_in_all / 8)
    assert row["share"] == pytest.approx(5 / 8)  # month 61 lies beyond the sixtieth
    assert row["estimate"] == pytest.approx(spent_in_all / 5)
    assert row["low"] < row["estimate"] < row["high"]
    assert row_of(table, MATURED)["estimate"] == pytest.approx(spent_in_all / 6)
    assert row_of(table, ALIVE)["estimate"] == pytest.approx(spent_in_all / 7)
    assert (table["n"] == 8).all()


def test_nothing_is_spent_before_its_start_after_its_end_or_on_the_dissolved(told):
    arm = Told([0, 0, 0], [0, 20, 3], do.coordinator(start=6, months=24))
    assert spent(arm, 60).tolist() == [12.0, 7.0, 0.0]
    assert spent(arm, 10).tolist() == [2.0, 2.0, 0.0]
    assert spent(told[0], 60).sum() == 0


def test_where_no_gain_is_sure_there_is_no_price(told):
    baseline, other = told
    worse = Told([0] * 8, [0] * 8, do.mandate())
    table = cost_per_matured(baseline, {"arm": worse, "other": other})
    row = row_of(table, ADDITIONAL)
    assert row["reading"] == NO_GAIN == price_words(row)
    assert np.isnan([row["estimate"], row["low"], row["high"]]).all()
    assert row["cost"] == pytest.approx(60)
    # One dissolution avoided in eight is not surely more than none.
    assert row_of(table, SAVED, "other")["reading"] == NO_GAIN


def test_what_has_no_stated_cost_is_called_so_and_not_a_bargain(told):
    baseline, other = told
    free = Told(other.runs["month_matured"].fillna(0), [0] * 8, do.realistic_expectations())
    row = row_of(cost_per_matured(baseline, {"arm": free}), ADDITIONAL)
    assert row["reading"] == FREE == price_words(row)
    assert row["estimate"] == 0


def test_other_partnerships_and_other_months_are_refused(told):
    baseline, other = told
    strangers = Told([0] * 8, [0] * 8, replicates=range(8, 16))
    with pytest.raises(TableError, match="is in one arm only"):
        cost_per_matured(baseline, {"arm": strangers})
    with pytest.raises(ParameterError, match="within the horizon of 60"):
        cost_per_matured(baseline, {"arm": other}, by=61)
    reaching = Told([0] * 8, [0] * 8, menu=(do.mandate(months=3),))
    with pytest.raises(ParameterError, match="where bullets are reached for"):
        cost_per_matured(baseline, {"arm": reaching}, by=36)


def test_fiellers_interval_covers_the_true_price():
    """1,000 samples of 200 pairs with known means: coverage 95 %, standard deviation 0.7 points;
    a miss by 4 of them is rarer than 1 in 10,000."""
    from trustsim.analysis.pairs import cost_of_gain

    generator = np.random.default_rng(5)
    covered = 0
    for _ in range(1000):
        gain = generator.choice([-1.0, 0.0, 1.0], 200, p=[0.05, 0.65, 0.30])
        cost = 20.0 + 5.0 * gain + generator.normal(0, 4, 200)
        price = cost_of_gain(cost, gain)
        covered += price.low <= (20 + 5 * 0.25) / 0.25 <= price.high
    assert abs(covered / 1000 - 0.95) < 4 * 0.007


def test_real_runs_are_priced_and_drawn(tmp_path):
    baseline = ts.simulate("dyad", replicates=80, months=36, seed=3)
    runs = {
        "coordinator": ts.simulate(ts.scenario("dyad") + do.coordinator(), replicates=80,
                                   months=36, seed=3),
        "mandate": ts.simulate(ts.scenario("dyad") + do.mandate(), replicates=80,
                               months=36, seed=3),
    }  # fmt: skip
    table = cost_per_matured(baseline, runs, by=36)
    lived = runs["mandate"].runs["months"]
    assert row_of(table, ADDITIONAL, "mandate")["cost"] == pytest.approx(lived.mean())
    table["kind"] = table["arm"].map({"coordinator": "slow remedy", "mandate": "silver bullet"})
    chosen = table[table["gain"] == ADDITIONAL]
    ax = plot_cost_effect(chosen)
    assert "person-months" in ax.get_xlabel()
    assert "80 pairs" in ax.get_title(loc="right")
    drawn = {tuple(line.get_xydata()[0]) for line in ax.lines if len(line.get_xydata()) == 1}
    assert drawn >= {(row["cost"], 100 * row["share"]) for row in chosen.to_dict("records")}
    assert {text.get_text() for text in ax.texts} == {"coordinator", "mandate"}
    ax.get_figure(root=True).savefig(tmp_path / "plane.png")


def test_the_forest_fills_only_marks_whose_interval_leaves_out_no_change():
    effects = pd.DataFrame(
        {
            "arm": ["sure", "unsure", "harmful"],
            "kind": ["slow remedy", "slow remedy", "silver bullet"],
            "outcome": "matured", "month": 60, "n": 400,
            "difference": [0.2, 0.01, -0.1], "low": [0.1, -0.02, -0.15], "high": [0.3, 0.04, -0.05],
        }
    )  # fmt: skip
    ax = plot_forest(effects)
    marks = {
        round(float(line.get_xdata()[0])): line for line in ax.lines if line.get_marker() != "None"
    }
    assert set(marks) == {20, 1, -10}
    hollow = {place for place, line in marks.items() if line.get_markerfacecolor() == "white"}
    assert hollow == {1}
    assert [label.get_text() for label in ax.get_yticklabels()] == ["sure", "unsure", "harmful"]
    assert "percentage points" in ax.get_xlabel()


def test_a_table_without_the_columns_is_refused():
    with pytest.raises(TableError, match="plot_cost_effect"):
        plot_cost_effect(pd.DataFrame({"arm": ["a"]}))
    with pytest.raises(TableError, match="plot_forest"):
        plot_forest(pd.DataFrame({"arm": ["a"]}))
