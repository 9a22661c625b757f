import numpy as np
import pandas as pd
import pytest

from trustsim.analysis import TableError
from trustsim.analysis.costs import cost_of_gain
from trustsim.analysis.fates import fates, individual_effects
from trustsim.analysis.payers import who_pays
from trustsim.schema import STATUSES

SUMS = {"smoke": 0.0, "tokenistic_months": 0, "members_lost": 0, "departures": 0}


@pytest.fixture
def arms(runs_of):
    status = pd.Categorical(["mature", "dissolved", "forming"], categories=STATUSES)
    one = runs_of([20, 0, 0], [0, 30, 0], 60).assign(**SUMS, value=[5.0, 1.0, 2.0], status=status)
    status = pd.Categorical(["mature", "mature", "dissolved"], categories=STATUSES)
    other = runs_of([30, 50, 0], [0, 0, 40], 60).assign(
        **SUMS, value=[4.0, 3.0, 2.0], status=status
    )
    return one, other


def test_individual_effects_by_hand(arms):
    table = individual_effects(*arms, horizon=60)
    assert table["value"].tolist() == [-1, 2, 0]
    assert table["months_mature_sooner"].tolist() == [-10, 10, 0]
    assert table["months_alive_longer"].tolist() == [0, 30, -20]


def test_individual_effects_follow_the_number_not_the_place(arms):
    one, other = arms
    shuffled = other.iloc[[2, 0, 1]]
    again = individual_effects(one, shuffled, horizon=60)
    pd.testing.assert_frame_equal(again, individual_effects(one, other, horizon=60))


def test_fates_count_every_pair_once(arms):
    table = fates(*arms).set_index(["baseline", "other"])
    assert table["count"].sum() == 3
    assert table.loc[("dissolved", "mature"), "count"] == 1
    assert table.loc[("forming", "dissolved"), "share"] == pytest.approx(1 / 3)
    assert len(table) == len(STATUSES) ** 2


def test_the_price_of_a_gain_has_fiellers_interval():
    """Against a simulation of the ratio itself: 95 % of 2,000 intervals should hold it.

    Six standard errors of that share are .03.
    """
    draw = np.random.default_rng(2)
    held = 0
    for _ in range(2000):
        gain = draw.normal(0.5, 0.8, 60)
        cost = 10 + 4 * gain + draw.normal(0, 3, 60)
        found = cost_of_gain(cost, gain)
        # Mean cost is 10 + 4 x .5 = 12, mean gain .5; a gain that is not certain has no price.
        held += np.isnan(found.estimate) or found.low <= 24 <= found.high
    assert held / 2000 == pytest.approx(0.95, abs=0.03)


def test_where_no_gain_is_certain_there_is_no_price():
    gain = np.array([1.0, -1.0, 0.5, -0.6])
    assert np.isnan(cost_of_gain(np.ones(4), gain)).all()
    assert np.isnan(cost_of_gain(np.ones(1), np.ones(1))).all()


def members(received, frustration=(0.1, 0.1, 0.1, 0.1)):
    return pd.DataFrame(
        {
            "replicate": [0, 0, 1, 1], "organisation": [0, 1, 0, 1], "value_received": received,
            "smoke": 0.0, "overhead": 0.0, "mean_frustration": frustration, "months": 60,
            "departures": 0,
        }
    )  # fmt: skip


def test_who_pays_by_hand():
    table = who_pays(members([1.0, 1, 2, 2]), members([2.0, 0, 4, 1], (0.2, 0.1, 0.1, 0.1)))
    value = table[table["quantity"] == "value_received"].set_index("member")["difference"]
    assert value.to_dict() == {"0": 1.5, "1": -1, "all": 0.25, "worst off": -1, "best off": 1.5}
    frustrated = table[table["quantity"] == "mean_frustration"].set_index("member")["difference"]
    assert frustrated["worst off"] == pytest.approx(0.05)
    assert frustrated["best off"] == 0


def test_seats_must_be_the_same():
    with pytest.raises(TableError, match="in one arm only"):
        who_pays(members([1.0, 1, 2, 2]), members([1.0, 1, 2, 2]).iloc[:2])
