"""Doubt about parameters is told apart from luck, and effects stay paired."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from trustsim import simulate
from trustsim.analysis.pairs import paired_contrast
from trustsim.calibration import FACTORS, posterior, with_parameter_uncertainty
from trustsim.calibration.uncertainty import MEDIAN, parameter_spread, posterior_interval
from trustsim.errors import ParameterError
from trustsim.scenarios.files import scenario

KEYS = ["kind", "arm", "quantity", "month"]
SIZES = {"draws": 12, "replicates": 100, "at_defaults": 150, "months": 84, "workers": 1}


def row_of(table, kind, quantity, month, arm="baseline"):
    return table.set_index(KEYS).loc[(kind, arm, quantity, month)]


@pytest.fixture(scope="module")
def one_point():
    """A posterior without doubt: the defaults, again and again."""
    own = scenario("voluntary").values()
    return pd.DataFrame([{name: own[name] for name in FACTORS}] * 12)


@pytest.fixture(scope="module")
def certain(one_point):
    return with_parameter_uncertainty(
        "voluntary", {"same": scenario("voluntary")}, table=one_point, seed=5, **SIZES
    )


@pytest.fixture(scope="module")
def doubtful():
    arms = {"coordinator": "+coordinator", "mandate": "+mandate"}
    return with_parameter_uncertainty("voluntary", arms, seed=5, **SIZES)


def test_every_level_and_effect_has_a_row(doubtful):
    levels = [("dissolved", 36), ("dissolved", 60), ("dissolved", 84), ("matured", 60)]
    levels += [("months not mature", 84), ("value", 84)]
    assert not doubtful.duplicated(KEYS).any()
    for arm in ("baseline", "coordinator", "mandate"):
        part = doubtful[(doubtful["arm"] == arm) & (doubtful["kind"] == "level")]
        found = set(zip(part["quantity"], part["month"], strict=True))
        assert found == {*levels, (MEDIAN, 84)}
        effects = doubtful[(doubtful["arm"] == arm) & (doubtful["kind"] == "effect")]
        found = set(zip(effects["quantity"], effects["month"], strict=True))
        assert found == (set() if arm == "baseline" else set(levels))
    assert (doubtful["low"] <= doubtful["median"]).all()
    assert (doubtful["median"] <= doubtful["high"]).all()


def test_at_the_defaults_it_says_what_the_other_tables_say(doubtful):
    runs = simulate("voluntary", replicates=150, seed=5, months=84)
    plain = runs.attrition().set_index(["quantity", "month"]).loc[("dissolved", 60)]
    row = row_of(doubtful, "level", "dissolved", 60)
    for ours, theirs in (("default", "estimate"), ("default_low", "low"), ("default_high", "high")):
        assert row[ours] == pytest.approx(plain[theirs], abs=1e-6)
    other = simulate(doubtful_arm("+mandate"), replicates=150, seed=5, months=84)
    contrast = paired_contrast(runs.runs, other.runs, horizon=84).set_index(["outcome", "month"])
    for quantity, month in (("dissolved", 60), ("value", 84)):
        row = row_of(doubtful, "effect", quantity, month, "mandate")
        pair = contrast.loc[(quantity, month)]
        ours = [row["default"], row["default_low"], row["default_high"]]
        assert ours == pytest.approx([pair["difference"], pair["low"], pair["high"]])


def doubtful_arm(text):
    from trustsim.scenarios.typed import typed_arm

    return scenario("voluntary") + typed_arm(text)


def test_without_doubt_only_luck_is_left_and_it_is_taken_out(certain):
    """Variance between 12 equal draws beyond luck's: above 1.8 times luck's standard deviation
    for a quantity once in 10,000 seeds (chi-square, 11 degrees of freedom: 4.2 times the
    variance)."""
    levels = certain[certain["kind"] == "level"]
    assert (levels["luck_sd"] > 0).all()
    assert (levels["parameter_sd"] < 1.8 * levels["luck_sd"]).all()
    row = row_of(certain, "level", "dissolved", 60)
    assert row["luck_sd"] == pytest.approx((0.31 * 0.69 / 100) ** 0.5, rel=0.2)


def test_an_arm_that_changes_nothing_has_no_effect_at_any_draw(certain):
    effects = certain[certain["kind"] == "effect"]
    assert len(effects) > 0
    assert (effects[["default", "median", "low", "high", "positive", "luck_sd"]] == 0).all(
        axis=None
    )


def test_doubt_about_parameters_widens_levels_beyond_luck(doubtful, certain):
    one, other = (row_of(t, "level", "matured", 60) for t in (doubtful, certain))
    assert one["parameter_sd"] > 2 * one["luck_sd"]
    # Of twelve equal draws the interval holds luck, which can't be told apart there.
    assert one["high"] - one["low"] > 1.5 * (other["high"] - other["low"])


def test_the_same_seed_gives_the_same_table_and_another_does_not(one_point):
    sizes = {**SIZES, "draws": 2, "months": 36, "outcomes": ("dissolved",), "table": one_point}
    first = with_parameter_uncertainty("voluntary", seed=1, **sizes)
    again = with_parameter_uncertainty("voluntary", seed=1, **{**sizes, "workers": 2})
    pd.testing.assert_frame_equal(first, again, check_exact=True)
    assert not with_parameter_uncertainty("voluntary", seed=2, **sizes).equals(first)
    assert first["month"].tolist() == [36]


def test_what_the_scenario_sets_itself_is_not_in_doubt():
    """All 21 parameters set by the scenario: nothing is left to be uncertain about. (Not to their
    defaults: a scenario does not remember that it was told those.)"""
    own = {name: low + 0.37 * (high - low) for name, (low, high) in FACTORS.items()}
    options = {**SIZES, "months": 60, "outcomes": ("value",)}
    set_by_hand = with_parameter_uncertainty(scenario("voluntary").with_(**own), seed=5, **options)
    table = pd.DataFrame([own] * 12)
    fixed = with_parameter_uncertainty("voluntary", seed=5, table=table, **options)
    over = ["median", "low", "high", "parameter_sd", "luck_sd"]
    pd.testing.assert_frame_equal(set_by_hand[over], fixed[over])


def test_luck_is_taken_out_of_a_known_mixture():
    """Variance 4 between parameters, 1 of luck. 4,000 draws: the estimate of a standard deviation
    is off by 5 % (four standard errors) once in 16,000 seeds."""
    generator = np.random.default_rng(9)
    values = generator.normal(10, 2, 4000) + generator.normal(0, 1, 4000)
    assert parameter_spread(values, luck=1.0) == pytest.approx(2, rel=0.06)
    low, median, high = posterior_interval(values, luck=1.0)
    assert [low, median, high] == pytest.approx([10 - 3.92, 10, 10 + 3.92], abs=0.25)
    assert parameter_spread(values, luck=9.0) == 0
    assert np.isnan(parameter_spread(values[:1], luck=1.0))


def test_a_median_of_too_few_is_missing_and_counted():
    table = with_parameter_uncertainty(
        "voluntary", {"mandate": "+mandate"}, draws=4, replicates=30, at_defaults=30, months=60
    )
    row = row_of(table, "level", MEDIAN, 60, "mandate")
    assert row["draws"] < 4
    assert row_of(table, "level", "dissolved", 60, "mandate")["draws"] == 4


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"outcomes": ("disolved",)}, "Did you mean `dissolved`"),
        ({"draws": 1}, "draws that there are"),
        ({"draws": 10_000}, "draws that there are"),
        ({"arms": {"baseline": "+mandate"}}, "Give it another name"),
    ],
)
def test_what_makes_no_sense_is_refused(options, told):
    with pytest.raises(ParameterError, match=told):
        with_parameter_uncertainty("voluntary", **options)


def test_the_shipped_draws_are_what_is_used(doubtful):
    again = with_parameter_uncertainty(
        "voluntary", {"coordinator": "+coordinator", "mandate": "+mandate"},
        table=posterior(), seed=5, **SIZES,
    )  # fmt: skip
    pd.testing.assert_frame_equal(doubtful, again)


@pytest.mark.parametrize("luck", [0.3, 1.0, 2.0])
def test_intervals_hold_the_posterior_mass_that_they_promise(luck):
    """Normal parameters (sd 1) and luck, 60 draws, 400 times. The mass inside has a standard
    deviation of about .03 each time, so the mean is known to .002; it may be too large, where
    luck can't be told apart, and short of .95 by 2 points at most."""
    generator = np.random.default_rng(10)
    masses = []
    for _ in range(400):
        values = generator.normal(0, 1, 60) + generator.normal(0, luck, 60)
        low, _, high = posterior_interval(values, luck=luck**2)
        masses.append(stats.norm.cdf(high) - stats.norm.cdf(low))
    assert 0.93 < np.mean(masses) <= 1.0


def test_an_interval_is_no_point_where_luck_covers_everything():
    values = np.random.default_rng(11).normal(0, 1, 60)
    low, median, high = posterior_interval(values, luck=4.0)
    assert low < -1 < median < 1 < high


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            lambda table: table.drop(columns="pace"),
            "parameter = pace: the table of draws must",
        ),
        (lambda table: table.assign(pace=-1.0), r"pace = -1.0 in row 0: must be a number in \["),
        (lambda table: table.assign(pace=[8.0, None, *[9.0] * 198]), "pace = nan in row 1"),
        (lambda table: table.assign(pace="fast"), "pace = fast in row 0"),
    ],
)
def test_a_table_of_draws_that_can_not_be_used_is_refused_in_one_line(changed, said):
    with pytest.raises(ParameterError, match=said) as caught:
        with_parameter_uncertainty("voluntary", draws=2, table=changed(posterior()))
    assert "\n" not in str(caught.value)


def test_a_parameter_that_the_scenario_sets_needs_no_draws():
    table = posterior().drop(columns="pace")
    there = scenario("dyad").with_(pace=12)
    sizes = {"draws": 2, "replicates": 5, "at_defaults": 5, "months": 12}
    assert len(with_parameter_uncertainty(there, table=table, **sizes))
