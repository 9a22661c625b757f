"""Early warning: tables by hand, statistics got in other ways too, no look into the future."""

import sys

import numpy as np
import pandas as pd
import pytest
from E07_early_warning import skill, warning
from E07_early_warning.pictures import plot_calibration, plot_early_warning, plot_skill_by_month

import trustsim as ts
from trustsim.analysis.tables import TableError


def table(chance, dissolved, **more):
    size = len(chance)
    given = {
        "look": 12, "predictor": "visible", "method": "logistic", "test": skill.FRESH,
        "point": 0, "replicate": range(size), "chance": chance, "base_rate": 0.5,
        "dissolved": np.array(dissolved, dtype=bool),
    }  # fmt: skip
    return pd.DataFrame({**given, **more})


def noisy(size, seed):
    dice = np.random.default_rng(seed)
    chance = np.round(dice.uniform(0.05, 0.95, size), 2)  # rounded: there are ties
    return table(chance, dice.uniform(size=size) < chance)


@pytest.fixture(scope="module")
def lived():
    return ts.simulate("voluntary", replicates=150, seed=5, months=60, record="months")


@pytest.fixture(scope="module")
def known(lived):
    return warning.observations(lived, look=12, by=60)


@pytest.fixture(scope="module")
def made():
    other = [ts.scenario("voluntary").with_(pressure=0.8), ts.scenario("dyad")]
    return warning.early_warning_forecasts(
        replicates=120, seed=8, looks=(3, 12), elsewhere=other, at_each=40
    )


def test_the_area_is_the_share_of_pairs_in_the_right_order():
    rows = table([0.1, 0.4, 0.4, 0.9], [0, 0, 1, 1])
    assert skill.auc(rows).estimate == (1 + 1 + 1 + 0.5) / 4


def test_the_area_agrees_with_another_program():
    from sklearn.metrics import roc_auc_score

    rows = noisy(300, 1)
    assert skill.auc(rows).estimate == pytest.approx(roc_auc_score(rows.dissolved, rows.chance))


def test_the_intervals_are_as_wide_as_resampling_says():
    """Standard errors of 400 resamples: within 15 % (four of their own standard errors)."""
    rows, dice = noisy(300, 2), np.random.default_rng(3)
    drawn = [rows.iloc[dice.integers(0, 300, 300)] for _ in range(400)]
    for measure in skill.MEASURES.values():
        found = measure(rows)
        error = (found.high - found.low) / 2 / 1.959964
        resampled = np.std([measure(one).estimate for one in drawn], ddof=1)
        assert error == pytest.approx(resampled, rel=0.15)


def test_one_predictor_is_as_good_as_itself_and_the_difference_pairs_partnerships():
    """A little noise on the same forecasts: the paired interval is far narrower than a sum."""
    rows, dice = noisy(300, 4), np.random.default_rng(5)
    assert skill.auc_difference(rows, rows) == (0, 0, 0)
    near = rows.assign(chance=rows["chance"] + dice.normal(0, 0.02, 300))
    paired = skill.auc_difference(rows, near)
    apart = skill.auc_difference(rows, near.assign(replicate=near["replicate"] + 1000))
    assert paired.estimate == apart.estimate
    assert paired.high - paired.low < (apart.high - apart.low) / 3


def test_brier_skill_by_hand():
    rows = table([0.5, 1.0], [0, 1])
    assert skill.brier_skill(rows).estimate == 1 - (0.25 / 2) / 0.25
    assert skill.brier_skill(rows.assign(chance=0.5)).estimate == 0


def test_the_slope_agrees_with_another_program():
    from sklearn.linear_model import LogisticRegression

    rows = noisy(400, 6)
    odds = np.log(rows["chance"] / (1 - rows["chance"])).to_numpy()[:, None]
    other = LogisticRegression(C=1e9, tol=1e-10, max_iter=1000).fit(odds, rows["dissolved"])
    assert skill.calibration_slope(rows).estimate == pytest.approx(other.coef_[0, 0], rel=1e-4)


def test_forecasts_that_are_too_bold_have_a_slope_of_a_half():
    rows = noisy(400, 7)
    odds = rows["chance"] / (1 - rows["chance"])
    bold = rows.assign(chance=odds**2 / (1 + odds**2))
    right = skill.calibration_slope(rows).estimate
    assert skill.calibration_slope(bold).estimate == pytest.approx(right / 2, rel=1e-3)


def test_elsewhere_the_points_make_the_interval():
    good, bad = table([0.2, 0.8], [0, 1], point=0), table([0.2, 0.8], [1, 0], point=1)
    rows = pd.concat([good, bad]).assign(test=skill.ELSEWHERE)
    found = skill.forecast_skill(rows).set_index("measure").loc["auc"]
    assert (found["estimate"], found["points"]) == (0.5, 2)
    assert found["low"] < 0 < 1 < found["high"]  # two points say nearly nothing


def test_observations_are_those_at_risk_and_what_was_seen(lived, known):
    months = lived.months.set_index(["replicate", "month"])
    at_risk = [
        number
        for number in range(150)
        if (number, 12) in months.index
        and months.loc[(number, 12), "status"] not in ("mature", "dissolved")
    ]
    assert known["replicate"].tolist() == at_risk
    number = at_risk[7]
    value = months.loc[number]["value"]
    row = known.set_index("replicate").loc[number]
    assert row["value"] == pytest.approx(value.loc[10:12].mean())
    assert row["value, change"] == pytest.approx(value.loc[10:12].mean() - value.loc[1:3].mean())
    assert row["frustration"] == months.loc[(number, 12), "frustration"]
    ended = lived.runs.set_index("replicate")["month_dissolved"].fillna(999)
    assert known["dissolved"].tolist() == (ended.loc[at_risk] <= 60).tolist()


def test_nothing_that_is_known_comes_from_the_future(known):
    short = ts.simulate("voluntary", replicates=150, seed=5, months=13, record="months")
    before = warning.observations(short, look=12, by=13).drop(columns="dissolved")
    pd.testing.assert_frame_equal(before, known.drop(columns="dissolved"))


def test_what_was_planted_is_learned_and_what_was_not_is_not(known):
    """Fates shuffled: four standard errors from chance, a false alarm in 16,000."""
    planted = known.assign(dissolved=known["value"] > known["value"].median())
    forecaster = warning.learned(planted, look=12, predictors=("value", "breach"))
    found = forecaster.forecasts(planted, test=skill.FRESH)
    by_name = {name: skill.auc(rows).estimate for name, rows in found.groupby("predictor")}
    assert by_name["value"] > 0.99 > by_name["breach"]
    half = len(known) // 2
    fates = np.random.default_rng(9).permutation(known["dissolved"])
    shuffled = known.assign(dissolved=fates)
    forecaster = warning.learned(shuffled[:half], look=12, predictors=("visible",))
    by_luck = skill.auc(forecaster.forecasts(shuffled[half:], test=skill.FRESH))
    assert abs(by_luck.estimate - 0.5) < 4 * (by_luck.high - by_luck.low) / 3.92


def test_training_and_testing_are_other_partnerships(made):
    seen = warning.observations(
        ts.simulate("voluntary", replicates=120, seed=9, months=60, record="months"),
        look=12,
        by=60,
    )
    fresh = made[(made["test"] == skill.FRESH) & (made["look"] == 12)]
    one = fresh[(fresh["predictor"] == "visible") & (fresh["method"] == "logistic")]
    assert one["replicate"].tolist() == seen["replicate"].tolist()
    assert one["dissolved"].tolist() == seen["dissolved"].tolist()


def test_the_table_holds_each_alone_and_together_and_elsewhere(made):
    found = skill.forecast_skill(made)
    assert list(found.columns) == [
        "look", "predictor", "method", "test", "n", "dissolved", "points", "measure",
        "estimate", "low", "high",
    ]  # fmt: skip
    at_main = found[(found["look"] == 12) & (found["method"] == "logistic")]
    assert set(at_main["predictor"]) == {*warning.VISIBLE, *warning.SETS}
    assert set(found[found["look"] == 3]["predictor"]) == set(warning.SETS)
    assert set(found[found["test"] == skill.ELSEWHERE]["points"]) == {2}
    areas = found[found["measure"] == "auc"].dropna()
    assert ((areas["low"] <= areas["estimate"]) & (areas["estimate"] <= areas["high"])).all()


def test_without_scikit_learn_one_line_tells_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.linear_model", None)
    with pytest.raises(ts.TrustsimError, match=r"trustsim\[discovery\]") as caught:
        warning.early_warning(replicates=10)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("look", "by"), [(2, 60), (60, 60), (12, 61)])
def test_months_in_the_wrong_order_are_refused(lived, look, by):
    with pytest.raises(ts.TrustsimError, match="look, by"):
        warning.observations(lived, look=look, by=by)


def test_where_all_have_one_fate_nothing_can_be_learned(known):
    with pytest.raises(TableError, match="some but not all"):
        warning.learned(known.assign(dissolved=False), look=12)


def test_a_calibration_curve_by_hand():
    rows = table([0.1, 0.2, 0.7, 0.9], [0, 1, 1, 1])
    curve = skill.calibration_curve(rows, bins=2)
    assert curve["forecast"].tolist() == pytest.approx([0.15, 0.8])
    assert curve["observed"].tolist() == [0.5, 1.0]
    assert curve["n"].tolist() == [2, 2]


def test_figures_draw_the_numbers_of_the_table(made):
    found = skill.forecast_skill(made)
    ax = plot_early_warning(found[found["look"] == 12])
    areas = found[(found["look"] == 12) & (found["measure"] == "auc")]
    fresh = areas[(areas["test"] == skill.FRESH) & (areas["method"] == "logistic")]
    drawn = {line.get_label(): line for line in ax.lines}
    assert sorted(drawn[f"_{skill.FRESH}"].get_xdata()) == sorted(fresh["estimate"])
    assert "0.5 = chance" in ax.get_xlabel()
    assert "95 %" in ax.get_title(loc="right")
    by_month = plot_skill_by_month(found[found["test"] == skill.FRESH])
    assert by_month.get_xlabel() == "month of looking"
    assert {line.get_label() for line in by_month.lines} >= set(warning.SETS)
    chosen = made[(made["predictor"] == "visible") & (made["method"] == "logistic")]
    curve = skill.calibration_curve(chosen[chosen["look"] == 12], bins=4)
    plotted = plot_calibration(curve)
    drawn = {line.get_label(): line for line in plotted.lines}
    rows = curve[curve["test"] == skill.FRESH]
    assert drawn[skill.FRESH].get_ydata().tolist() == rows["observed"].tolist()
