"""Compare arms of which the difference is known, by closed form or by construction.

Where the arms are compared on drawn lives an effect may be 4.9 standard errors off, with an error
from the closed form that is at least that of a paired difference (luck is shared, so pairing does
not widen it): at most a false alarm in a million. What is known by construction is exact.
"""

import numpy as np
import pytest

import trustsim as ts
from tests.joins.conftest import LEAVES, still
from trustsim import theory
from trustsim.analysis.outcomes import MONTHLY, SHARE, SUMMED
from trustsim.analysis.pairs import individual_effects

do = ts.interventions
SIZE, HORIZON = 4000, 60
HAZARDS = {"baseline": LEAVES, "riskier": 2 * LEAVES}


def alive(arm, months):
    return theory.geometric_survival(months, theory.hazard_of_any(HAZARDS[arm], 2))


def life(arm):
    """Mean and variance of the months lived within the horizon."""
    lasts = alive(arm, np.arange(HORIZON))
    mean = lasts.sum()
    return mean, ((2 * np.arange(HORIZON) + 1) * lasts).sum() - mean**2


@pytest.fixture(scope="module")
def effects(compared):
    return compared.effects.set_index(["arm", "outcome", "month"])


def test_dissolution_rises_by_what_was_planted(effects):
    for month in (36, 60):
        row = effects.loc[("riskier", "dissolved", month)]
        shares = {arm: float(alive(arm, month)) for arm in HAZARDS}
        error = np.sqrt(sum(one * (1 - one) for one in shares.values()) / SIZE)
        truth = shares["baseline"] - shares["riskier"]
        assert abs(row["difference"] - truth) < 4.9 * error
        assert row["low"] <= row["difference"] <= row["high"]
        assert row["high"] - row["low"] <= 2 * 1.97 * error


def test_months_alive_fall_by_what_was_planted(effects):
    row = effects.loc[("riskier", "months alive", HORIZON)]
    (before, one), (after, other) = life("baseline"), life("riskier")
    assert abs(row["difference"] - (after - before)) < 4.9 * np.sqrt((one + other) / SIZE)


def test_smoke_grows_with_life_and_smoke_per_month_alive_does_not(effects):
    """Every month of these partnerships is all smoke: its sum is the months that they live."""
    for arm in ("riskier", "safe"):
        smoke, lived = (effects.loc[(arm, name, HORIZON)] for name in ("smoke", "months alive"))
        assert smoke["difference"] == pytest.approx(lived["difference"], abs=1e-9)
        assert smoke["unit"].endswith(SUMMED)
        rate = effects.loc[(arm, f"smoke {MONTHLY}", HORIZON)]
        assert (rate["baseline"], rate["other"], rate["difference"]) == (1, 1, 0)
        assert (rate["low"], rate["high"], rate["same"]) == (0, 0, 1)
        assert rate["unit"].endswith(MONTHLY)
    assert effects.loc[("safe", "smoke", HORIZON), "other"] == HORIZON


def test_a_dose_of_zero_changes_nothing_anywhere(compared):
    rows = compared.effects.query("arm == 'nothing'")
    assert len(rows) == 16
    assert (rows["difference"] == 0).all()
    assert (rows["same"] == 1).all()
    means = rows[rows["unit"] != SHARE]
    assert (means[["low", "high"]] == 0).all(axis=None)
    curves = compared.curves.query("arm == 'nothing'")
    assert (curves[["difference", "low", "high"]] == 0).all(axis=None)
    assert set(compared.crossings.query("arm == 'nothing'")["pattern"]) == {"no certain change"}
    assert (compared.who_pays("nothing")["difference"] == 0).all()
    costs = compared.costs.set_index("arm").loc["nothing"]
    assert (costs["person_months"], costs["extra"]) == (0, 0)
    kept = compared.fates("nothing").query("baseline != other")
    assert (kept["count"] == 0).all()
    each = compared.individual("nothing")
    assert (each[["value", "months_mature_sooner", "months_alive_longer", "smoke"]] == 0).all(
        axis=None
    )


def test_curves_of_the_living_are_survival(compared):
    """A partnership is not alive at the end of its last month, and still made smoke in it."""
    curves = compared.curves.query("arm == 'riskier'").set_index(["quantity", "month"])
    months = np.arange(1, HORIZON + 1)
    for quantity, ago in (("alive", 0), ("smoke", 1)):
        for arm, column in (("baseline", "baseline"), ("riskier", "other")):
            share = alive(arm, months - ago)
            found = curves.loc[quantity, column].to_numpy()
            error = np.sqrt(share * (1 - share) / SIZE)
            assert (np.abs(found - share) <= 4.9 * error + 1e-12).all()


@pytest.mark.parametrize("quantity", ["value", "smoke"])
def test_curves_add_up_to_effects(compared, effects, quantity):
    for arm in compared.names:
        curve = compared.curves.query("arm == @arm and quantity == @quantity")
        row = effects.loc[(arm, quantity, HORIZON)]
        for column in ("baseline", "other", "difference"):
            assert curve[column].sum() == pytest.approx(row[column], abs=1e-9)


def test_a_curve_is_worse_from_when_less_of_it_is_alive(compared):
    found = compared.crossings.set_index(["arm", "quantity"]).loc[("riskier", "alive")]
    assert found["pattern"] == "worse"
    # In month 5 the planted difference is 13 % of partnerships, 11 standard errors.
    assert 1 <= found["first"] <= 5


def test_money_that_ends_in_month_24_changes_nothing_until_then():
    """A grant that paid most meetings: value is the same to the bit, and less from month 25."""
    base = still("willing", meetings=2.0, attention_floor=0.0)
    found = ts.compare(base, {"ends": do.funding_end(start=24, meetings=0.9)}, replicates=200,
                       months=48, seed=2024)  # fmt: skip
    curve = found.curves.query("quantity == 'value'").set_index("month")["difference"]
    assert (curve.loc[:24] == 0).all()
    assert (curve.loc[25:] < 0).all()
    row = found.crossings.set_index("quantity").loc["value"]
    assert (row["pattern"], row["first"]) == ("worse", 25)


def test_costs_are_months_in_force_times_the_stated_price(compared):
    each = do.coordinator().person_months
    row = compared.costs.set_index("arm").loc["coordinated"]
    mean, variance = life("baseline")
    assert abs(row["person_months"] - each * mean) < 4.9 * each * np.sqrt(variance / SIZE)
    lived = compared.runs("coordinated").runs["months"]
    assert row["person_months"] == pytest.approx(each * lived.mean())
    assert row["extra"] == row["person_months"], "the baseline spends nothing"


def test_the_price_of_maturity_where_every_pair_gains():
    """Never mature against mature in month 1: all of the coordinator's time buys one each."""
    never = still("willing", maturity_threshold=1.0)
    always = still("willing", maturity_threshold=0.0, maturity_hold=1) + do.coordinator()
    found = ts.compare(never, {"bought": always}, replicates=50, months=60, seed=2024)
    row = found.costs.iloc[0]
    price = 60 * do.coordinator().person_months
    assert (row["extra"], row["matured"]) == (price, 1)
    assert (row["per_matured"], row["per_low"], row["per_high"]) == pytest.approx((price,) * 3)
    sooner = found.effects.set_index("outcome").loc["months not mature"]
    assert (sooner["baseline"], sooner["other"], sooner["difference"]) == (60, 1, -59)


def test_fates_have_the_margins_of_each_arm(compared):
    table = compared.fates("riskier")
    assert table["count"].sum() == SIZE
    for column, arm in (("baseline", "baseline"), ("other", "riskier")):
        gone = 1 - float(alive(arm, HORIZON))
        found = table.groupby(column)["count"].sum()["dissolved"]
        assert abs(found - SIZE * gone) < 4.9 * np.sqrt(SIZE * gone * (1 - gone))
        assert found == compared.runs(arm).runs["dissolved"].sum()
    # With the same luck and a higher hazard nobody is saved.
    assert table.query("baseline == 'dissolved' and other != 'dissolved'")["count"].sum() == 0


def test_single_partnerships_add_up_to_the_effect(compared, effects):
    for arm in compared.names:
        each = individual_effects(compared.baseline.runs, compared.runs(arm).runs, horizon=HORIZON)
        for column, outcome, sign in (
            ("value", "value", 1),
            ("smoke", "smoke", 1),
            ("months_alive_longer", "months alive", 1),
            ("months_mature_sooner", "months not mature", -1),
        ):
            row = effects.loc[(arm, outcome, HORIZON)]
            assert each[column].mean() == pytest.approx(sign * row["difference"], abs=1e-9)
    assert (compared.individual("riskier")["months_alive_longer"] <= 0).all()
    assert (compared.individual("safe")["months_alive_longer"] >= 0).all()


def test_who_pays_is_the_mean_over_seats_of_what_partnerships_pay(compared, effects):
    """Both members of a pair have its months, and each makes half of its smoke."""
    pays = compared.who_pays("riskier").set_index(["quantity", "member"])["difference"]
    row = effects.loc[("riskier", "months alive", HORIZON)]
    (before, one), (after, other) = life("baseline"), life("riskier")
    assert abs(pays["months", "all"] - (after - before)) < 4.9 * np.sqrt((one + other) / SIZE)
    assert pays["months", "all"] == pytest.approx(row["difference"], abs=1)
    smoke = effects.loc[("riskier", "smoke", HORIZON), "difference"]
    assert 2 * pays["smoke", "all"] == pytest.approx(smoke, abs=1e-9)
    for quantity in ("months", "smoke"):
        seats = [pays[quantity, seat] for seat in ("0", "1")]
        assert np.mean(seats) == pytest.approx(pays[quantity, "all"], abs=1e-9)
        assert pays[quantity, "all"] == pytest.approx(
            (pays[quantity, "worst off"] + pays[quantity, "best off"]) / 2, abs=1e-9
        )
