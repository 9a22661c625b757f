"""Other tellings of the same partnerships: what they change, and that they change nothing else."""

import math

import numpy as np
import pytest
from E13_robustness.variants import (
    VARIANTS,
    HeavyTailedLuck,
    SequentialPartnership,
    TwoPointLuck,
    UniformLuck,
    rank_of_sum,
    simulate_variant,
)

import trustsim as ts
from tests.parity.test_parity import differences
from trustsim import rng
from trustsim.engines.luck import Luck
from trustsim.errors import ParameterError, ScenarioError
from trustsim.model.trust_rules import PANT_YU

SMALL = ts.Scenario("small", {"organisations": 4})
FAMILIES = {UniformLuck: 9 / 5, TwoPointLuck: 1.0, HeavyTailedLuck: 6.0}
"""Fourth moment of each family, by the book."""


def test_as_it_is_is_the_model_to_the_bit():
    told = simulate_variant(SMALL, "as it is", 3, seed=5, months=24, record="all")
    usual = ts.simulate(SMALL, replicates=3, seed=5, months=24, record="all")
    assert not differences(told._raw, usual._raw)


@pytest.mark.parametrize("kind", list(VARIANTS)[1:])
def test_every_other_telling_changes_lives(kind):
    told = simulate_variant(SMALL, kind, 3, seed=5, months=24)
    usual = ts.simulate(SMALL, replicates=3, seed=5, months=24)
    assert not np.array_equal(told.runs.mean_trust, usual.runs.mean_trust)
    again = told.one(2, log_actions=False)
    assert again.run_row()["mean_trust"] == told.runs.mean_trust[2]


def test_the_number_of_processes_changes_no_number():
    one, two = (
        simulate_variant(SMALL, "sequential", 3, seed=5, months=6, record="all", workers=workers)
        for workers in (1, 2)
    )
    assert not differences(one._raw, two._raw)


def quantiles(family):
    """Deviates at a million ranks, evenly spread."""
    luck, ranks = family(0, 0, []), (np.arange(1_000_000) + 0.5) / 1_000_000
    return np.array([luck.at_rank(rank) for rank in ranks])


@pytest.mark.parametrize("family", FAMILIES)
def test_families_have_the_same_mean_and_variance_and_another_shape(family):
    values = quantiles(family)
    assert np.mean(values) == pytest.approx(0.0, abs=1e-9)
    assert np.mean(values**2) == pytest.approx(1.0, abs=1e-3)
    assert np.mean(values**4) == pytest.approx(FAMILIES[family], rel=0.01)
    assert (np.diff(values) >= 0.0).all()


def test_ranks_of_the_bell_are_spread_evenly():
    """At the bounds of the pieces of the closed form, and by 200,000 sums: 4.9 standard errors."""
    assert rank_of_sum(1.0) == pytest.approx(1 / 24)
    assert rank_of_sum(3.0) == pytest.approx(23 / 24)
    u = rng.draw(*rng.key_of_seed(3), np.arange(200_000), 0, 0, 0, rng.HISTORY)
    ranks = np.array([rank_of_sum(total) for total in np.sum(u, axis=0)])
    for level in (0.01, 0.1, 0.3, 0.5, 0.8, 0.99):
        error = math.sqrt(level * (1 - level) / len(ranks))
        assert abs((ranks < level).mean() - level) < 4.9 * error


@pytest.mark.parametrize("family", FAMILIES)
def test_whoever_has_more_still_has_more(family):
    addresses = [(who, 0, rng.INTEGRITY) for who in range(200)]
    usual = np.array([Luck(7, 0, []).deviate(*address) for address in addresses])
    other = np.array([family(7, 0, []).deviate(*address) for address in addresses])
    assert (np.diff(other[np.argsort(usual)]) >= 0.0).all()


class Watched(SequentialPartnership):
    """Notes who met whom, and the trust that each came with."""

    def _meet(self, one, other, draws, reply):
        self.met = [*getattr(self, "met", []), (self.month, one.seat, other.seat)]
        self.brought = [*getattr(self, "brought", []), one.ties[other.seat].trust]
        super()._meet(one, other, draws, reply)


def test_sequential_meetings_are_those_that_took_place_anyway_in_another_order():
    usual, told = ts.Partnership("dyad", people=4, seed=3), Watched("dyad", people=4, seed=3)
    usual.step()
    told.step()
    assert told.meetings == usual.meetings > 5
    assert told.met != sorted(told.met)
    again = Watched("dyad", people=4, seed=3)
    again.step()
    assert again.met == told.met


def test_what_colleagues_heard_is_acted_on_in_the_same_month():
    """All of a side start with the same trust; those who meet later have heard something."""
    told = Watched("dyad", people=4, seed=3, trait_spread=0.0, meetings=60.0, attention_floor=1.0)
    told.step()
    assert len(told.brought) == 16
    assert len(set(told.brought)) > 8
    usual = ts.Partnership("dyad", people=4, seed=3, trait_spread=0.0)
    usual.phase_interventions()
    assert len({tie.trust for p in usual.organisations[0].people for tie in p.ties.values()}) == 1


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ParameterError, match="sequential"):
        simulate_variant(SMALL, "sequentiel", 3)
    with pytest.raises(ParameterError, match="replicates"):
        simulate_variant(SMALL, "uniform", 0)
    with pytest.raises(ScenarioError, match="trust_rule"):
        simulate_variant(SMALL.with_(trust_rule=PANT_YU), "sequential", 3)
