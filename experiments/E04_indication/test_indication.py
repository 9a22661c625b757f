"""Reaching for bullets: same bits until it bites, estimators against known answers, refusals."""

import numpy as np
import pandas as pd
import pytest
from E04_indication import indication, trials
from E04_indication.picture import MARKS, plot_indication
from scipy.optimize import minimize

import trustsim as ts
from trustsim.analysis.tables import TableError, month_numbers

HASTY = ts.scenario("voluntary").with_(silver_bullet_threshold=0.1)
MANDATE = ts.interventions.mandate(months=24)
SIZE, SEED = 200, 3


def lived(menu, size=SIZE, seed=SEED, propensity=0.05):
    never = ts.simulate(
        HASTY.with_(silver_bullet_propensity=0), replicates=size, seed=seed, months=84
    )
    return indication.worlds(HASTY, menu, never, propensity=propensity, latest=60)


@pytest.fixture(scope="module")
def worlds():
    return lived(MANDATE)


@pytest.fixture(scope="module")
def contrast(worlds):
    return indication.contrast_of(worlds, resamples=10).assign(bullet="mandate")


def estimate(table, method, outcome="dissolved", against=""):
    rows = table[(table["method"] == method) & (table["against"] == against)]
    return rows.set_index("outcome").loc[outcome]


def until(months, when):
    """Rows of each partnership up to its month of reaching."""
    limit = months["replicate"].map(when)
    return months[months["month"] <= limit].reset_index(drop=True)


def test_worlds_are_the_same_to_the_bit_until_the_month_of_reaching(worlds):
    never = ts.simulate(
        HASTY.with_(silver_bullet_propensity=0),
        replicates=SIZE, seed=SEED, months=84, record="months",
    )  # fmt: skip
    when = pd.Series(worlds.reached)
    reached, apart = worlds.reaching.months, never.months
    pd.testing.assert_frame_equal(until(reached, when), until(apart, when))
    next_month = when[worlds.in_force] + 1
    one, other = (table.set_index(["replicate", "month"]) for table in (reached, apart))
    both = [key for key in next_month.items() if key in one.index and key in other.index]
    moved = (one.loc[both] != other.loc[both]).any(axis=1)
    assert len(both) > 20
    assert moved.all(), "a mandate is felt in the month after"


def test_held_back_means_that_month_only(worlds):
    place = int(worlds.in_force[0])
    month = int(worlds.reached[place])
    tempted = indication.reaching_once(HASTY, MANDATE, 0.05)
    how = {"replicates": 1, "first": place, "seed": SEED, "months": 84, "record": "months"}
    held = ts.simulate(indication.held_back(tempted, month), **how)
    free = ts.simulate(tempted, **how)
    assert month_numbers(free.runs, "month_first_bullet")[0] == month
    later = month_numbers(held.runs, "month_first_bullet")[0]
    assert later == 0 or later > month
    pd.testing.assert_frame_equal(held.months.iloc[:month], free.months.iloc[:month])


def test_some_that_are_held_back_reach_later_and_some_never(worlds):
    tempted = indication.reaching_once(HASTY, MANDATE, 0.05)
    later = []
    for place in worlds.in_force[:25]:
        held = indication.held_back(tempted, int(worlds.reached[place]))
        runs = ts.simulate(held, replicates=1, first=int(place), seed=SEED, months=84)
        later.append(month_numbers(runs.runs, "month_first_bullet")[0] > 0)
    assert 0 < sum(later) < len(later)


def test_nobody_reaches_twice(worlds):
    assert worlds.reaching.runs["bullets_reached_for"].max() == 1


def test_naive_and_true_effects_are_what_they_say(worlds, contrast):
    here = indication.outcomes_of(worlds.reaching)
    never = indication.outcomes_of(worlds.never)
    reached = worlds.reached > 0
    naive = here[reached].mean(axis=0) - here[~reached].mean(axis=0)
    place = worlds.in_force
    true = (here - never)[place].mean(axis=0)
    for column, outcome in enumerate(indication.OUTCOMES):
        found = estimate(contrast, indication.NAIVE, outcome)
        assert found["estimate"] == pytest.approx(naive[column])
        found = estimate(contrast, indication.TRUE_NEVER, outcome)
        assert found["estimate"] == pytest.approx(true[column])
        bias = estimate(contrast, indication.NAIVE, outcome, indication.TRUE_NEVER)
        assert bias["estimate"] == pytest.approx(naive[column] - true[column])


def test_a_bullet_that_does_nothing_seems_to_harm_and_adjusted_trials_clear_it():
    """Truth is 0 by construction. Four standard errors: a false alarm in 8,000 (one-sided)."""
    table = indication.indication_contrast(
        HASTY,
        {"nothing": ts.interventions.mandate(dose=0.0)},
        propensity=0.05, replicates=800, seed=11, resamples=60,
    )  # fmt: skip
    for truth in (indication.TRUE_NEVER, indication.TRUE_NOT_NOW):
        assert estimate(table, truth)[["estimate", "low", "high"]].tolist() == [0, 0, 0]
    for outcome, sign in (("dissolved", 1), ("matured", -1)):
        blind = estimate(table, indication.UNADJUSTED, outcome)
        errors = sign * blind["estimate"] / ((blind["high"] - blind["low"]) / 3.92)
        assert errors > 4, "only the frustrated reach"
        clear = estimate(table, indication.EVERYTHING, outcome)
        assert abs(clear["estimate"]) < 4 * (clear["high"] - clear["low"]) / 3.92


def by_hand():
    """Trials in which a confounder x moves both: outcome = x + 0.3 treated, without noise."""
    rows = [
        (x, reaches, month)
        for month in (0, 1)
        for x, treated, untreated in ((0, 2, 18), (1, 10, 10))
        for reaches, count in ((1, treated), (0, untreated))
        for _ in range(count)
    ]
    x, treated, month = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
    return trials.Trials(
        place=np.arange(len(x)), month=month.astype(int), treated=treated,
        outcome=(x + 0.3 * treated)[:, None], above=x > 0, seen=(0,), everything=(0,),
        known=x[:, None], model=np.zeros(0),
    )  # fmt: skip


def test_weights_take_off_exactly_what_the_confounder_adds():
    made, once = by_hand(), np.ones(80)
    blind = trials.effect_on_treated(made.seeing(()), once, refine=False)
    assert blind[0] == pytest.approx(0.3 + 10 / 12 - 10 / 28)
    clear = trials.effect_on_treated(made.seeing((0,)), once, refine=False)
    assert clear[0] == pytest.approx(0.3, abs=1e-4)  # the ridge leaves a trace
    only = trials.effect_on_treated(made.above_threshold().seeing(()), once, refine=False)
    assert only[0] == pytest.approx(0.3)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kept", ["untreated", "treated"])
def test_where_there_is_nobody_to_compare_the_effect_is_missing(kept):
    """As in a resample that draws none of the few that reached."""
    made = by_hand().seeing((0,))
    only = (made.treated == (kept == "treated")).astype(float)
    assert np.isnan(trials.effect_on_treated(made, only, refine=False)).all()
    assert np.isfinite(trials.effect_on_treated(made, only + 0.5, refine=False)).all()


@pytest.mark.filterwarnings("error")
def test_a_single_one_that_reaches_gives_a_table_without_a_warning():
    alone = lived(MANDATE, size=30, propensity=0.002)
    assert len(alone.in_force) == 1
    table = indication.contrast_of(alone, resamples=10)
    assert np.isfinite(estimate(table, indication.UNADJUSTED)["estimate"])
    assert np.isnan(estimate(table, indication.EARLY)["estimate"])  # it reached late


def test_the_model_is_the_one_that_fits_best():
    dice = np.random.default_rng(12)
    known = dice.normal(size=(400, 3))
    treated = (dice.uniform(size=400) < 1 / (1 + np.exp(1 - known[:, 0]))).astype(float)
    made = by_hand()._replace(known=known, treated=treated, month=np.zeros(400, dtype=int))
    made = made.seeing((0, 1, 2))

    def loss(model):
        odds = made.known @ model
        return (np.logaddexp(0, odds) - treated * odds).sum()

    best = minimize(loss, np.zeros(4), method="BFGS", tol=1e-8).x
    assert made.model == pytest.approx(best, abs=1e-3)


def test_one_step_is_as_good_as_a_new_fit_for_a_resample(worlds):
    """Against refitting to convergence: a tenth of what resampling moves, over ten resamples."""
    here = indication.outcomes_of(worlds.reaching)
    made = trials.trials_of(worlds.reaching, worlds.reached, here, latest=60)
    made = made.seeing(made.seen)
    dice = np.random.default_rng(13)
    gaps, moves = [], []
    whole = trials.effect_on_treated(made, np.ones(SIZE), refine=False)[0]
    for _ in range(10):
        weight = np.bincount(dice.integers(0, SIZE, SIZE), minlength=SIZE).astype(float)
        step = trials.effect_on_treated(made, weight, refine=True)[0]
        model = made.model
        for _ in range(30):
            model = model + trials.newton_step(made, model, weight[made.place])
        again = trials.effect_on_treated(made._replace(model=model), weight, refine=False)[0]
        gaps.append(step - again)
        moves.append(again - whole)
    assert np.std(gaps) < 0.1 * np.std(moves)


def test_trials_hold_who_could_still_reach_with_what_was_known_then(worlds):
    here = indication.outcomes_of(worlds.reaching)
    made = trials.trials_of(worlds.reaching, worlds.reached, here, latest=60)
    months = worlds.reaching.months
    alive = months[(months["month"] <= 60) & (months["status"] != "dissolved")]
    reached = alive["replicate"].map(pd.Series(worlds.reached))
    eligible = alive[(reached == 0) | (reached >= alive["month"])]
    assert len(made.place) == len(eligible)
    assert made.treated.sum() == len(worlds.in_force)
    assert made.above[made.treated > 0].all()
    keys = list(zip(made.place, made.month + 1, strict=True))
    rows = eligible.set_index(["replicate", "month"]).loc[keys]
    column = len(made.seen)  # frustration stands first among what is not seen
    frustration = rows["frustration"].to_numpy()
    standard = (frustration - frustration.mean()) / frustration.std()
    assert made.known[:, column] == pytest.approx(standard)


def test_the_table_has_every_method_and_every_bias(contrast):
    alone = contrast[contrast["against"] == ""]
    assert list(dict.fromkeys(alone["method"])) == list(indication.METHODS)
    pairs = contrast[contrast["against"] != ""][["method", "against"]].drop_duplicates()
    assert [tuple(pair) for pair in pairs.to_numpy()] == list(indication.DIFFERENCES)
    assert (contrast["low"] <= contrast["estimate"]).all()
    assert set(contrast["month"]) == {84}


def test_several_bullets_can_be_on_one_menu():
    both = lived((MANDATE, ts.interventions.away_day()), size=80)
    alone = lived(MANDATE, size=80)
    assert both.reached.tolist() == alone.reached.tolist(), "the coin is the same"
    mixed, single = (indication.outcomes_of(one.reaching) for one in (both, alone))
    assert (mixed != single).any()


def test_where_nobody_reaches_it_is_refused():
    with pytest.raises(TableError, match="partnerships that reached = 0"):
        lived(MANDATE, size=20, propensity=0.0)


@pytest.mark.parametrize("wrong", [{"latest": 84}, {"latest": 0}, {"resamples": 1}])
def test_wrong_months_are_refused(wrong):
    with pytest.raises(ts.TrustsimError, match="latest, by, resamples") as caught:
        indication.indication_contrast(HASTY, {"mandate": MANDATE}, **wrong)
    assert "\n" not in str(caught.value)


def test_the_figure_draws_each_method_of_each_bullet_in_points(contrast):
    table = pd.concat([contrast, contrast.assign(bullet="away_day")])
    ax = plot_indication(table, "matured")
    drawn = {line.get_label(): line for line in ax.lines}
    for method in MARKS:
        expected = 100 * estimate(contrast, method, "matured")["estimate"]
        assert drawn[f"_{method}"].get_xdata() == pytest.approx([expected, expected])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["mandate", "away day"]
    assert "percentage points" in ax.get_xlabel()
    assert "95 %" in ax.get_title(loc="right")
