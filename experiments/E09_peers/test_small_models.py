"""Curves and small models of peers: closed forms, hand-made cases, shapes."""

import math

import null_models
import numpy as np
import pytest
from E09_peers import beta_reputation, fire, klos_nooteboom, le_mens, phelan

from trustsim.model.rules.trust import trust_from_evidence


def test_beta_reputation_is_trustsims_evidence_at_a_flat_prior():
    for positive, negative in ((0, 0), (3, 1), (1, 3), (250, 17)):
        ours = trust_from_evidence(positive, negative, 0.0, 0.5, 2.0)
        assert ours == pytest.approx(beta_reputation.expectation(positive, negative), abs=1e-15)


def test_beta_reputation_has_no_negativity():
    for count in (0, 1, 10, 100):
        level = beta_reputation.expectation(count, count)
        up = beta_reputation.expectation(count + 1, count) - level
        down = level - beta_reputation.expectation(count, count + 1)
        assert level == 0.5
        assert up == pytest.approx(down, abs=1e-15)
        assert up > 0


def test_loyalty_builds_trust_ever_more_slowly_and_a_break_ends_it():
    path = klos_nooteboom.trust_along([True] * 30 + [False], base=0.3, speed=0.4)
    steps = np.diff(path[:-1])
    assert path[0] == pytest.approx(0.3)
    assert (steps > 0).all()
    assert (np.diff(steps) < 0).all()
    assert path[-1] == pytest.approx(0.3)
    assert klos_nooteboom.trust_after_loyalty(1e9, base=0.3, speed=0.4) == pytest.approx(1.0)


@pytest.mark.parametrize("name", le_mens.WALKS)
def test_one_random_walk_gives_each_of_three_hazard_shapes(name):
    assert le_mens.shape_of(le_mens.hazards(name)) == le_mens.WALKS[name].shape


@pytest.mark.parametrize("name", le_mens.WALKS)
def test_simulated_walks_show_the_same_three_shapes(name):
    """Hazards of six stretches of 20 months, 50,000 walks.

    The peak and its neighbours lie at least seven standard errors apart: a false alarm in less
    than one run of a hundred thousand million.
    """
    walk = le_mens.WALKS[name]
    ended = null_models.walks_to_a_barrier(
        np.random.default_rng(4),
        walks=50_000,
        months=120,
        distance=walk.distance,
        drift=walk.drift,
        spread=1.0,
    )
    last = np.where(ended == 0, 121, ended)
    hazards = []
    for start in range(0, 120, 20):
        died = ((last > start) & (last <= start + 20)).sum()
        exposure = np.clip(last - start, 0, 20).sum()
        hazards.append(died / exposure)
    assert le_mens.shape_of(hazards) == walk.shape


def test_the_shapes_are_told_apart():
    assert le_mens.shape_of([5, 4, 3]) == le_mens.FALLS
    assert le_mens.shape_of([3, 5, 4]) == le_mens.HUMP
    assert le_mens.shape_of([3, 4, 5]) == le_mens.RISES


def test_a_game_worked_by_hand():
    """Two periods, mistakes of one half, one chance: stay or leave after the first."""
    game = phelan.Game(outside=2.0, mistake=0.5, loyal=1.0, periods=2)
    assert phelan.payoff(1, game) == pytest.approx((1.5 + 0.5 * 1.5 + 0.5 * 2.0) / 2)
    assert phelan.payoff(phelan.NEVER, game) == pytest.approx(1.5)


def test_more_chances_than_periods_is_never_leaving():
    game = phelan.Game(outside=2.5, mistake=0.3, loyal=0.4, periods=6)
    assert phelan.payoff(7, game) == pytest.approx(phelan.payoff(phelan.NEVER, game))


def test_without_loyal_partners_leaving_at_once_is_best_and_without_exploiters_staying():
    harsh = phelan.Game(outside=2.0, mistake=0.1, loyal=0.0, periods=20)
    kind = phelan.Game(outside=2.0, mistake=0.1, loyal=1.0, periods=20)
    assert phelan.best_chances(harsh) == 1
    assert phelan.payoff(phelan.NEVER, kind) > phelan.payoff(1, kind)


def test_the_game_agrees_with_playing_it():
    """200,000 plays against a partner who errs: within six standard errors."""
    game = phelan.Game(outside=2.0, mistake=0.15, loyal=1.0, periods=12)
    errs = np.random.default_rng(6).random((200_000, game.periods)) < game.mistake
    seen_before = errs.cumsum(axis=1) - errs
    paid = np.where(seen_before < 2, np.where(errs, phelan.SUCKER, phelan.REWARD), game.outside)
    totals = paid.mean(axis=1)
    error = totals.std() / math.sqrt(len(totals))
    assert abs(totals.mean() - phelan.payoff(2, game)) < 6 * error


def test_markets_of_one_seed_meet_the_same_providers_whatever_consumers_go_by():
    markets = [fire.Market(fire.STRATEGIES[name], 5) for name in ("all four", "none", "witness")]
    for number in range(12):
        for market in markets:
            market.round(number)
    for market in markets[1:]:
        assert np.array_equal(market.quality, markets[0].quality)
        assert np.array_equal(market.role, markets[0].role)


def test_who_knows_nothing_of_a_newcomer_but_its_role_believes_what_is_usual():
    alone = fire.Market(("role",), 1)
    usual = fire.LOOKS_ITS_KIND * np.array(fire.KINDS)
    usual += (1 - fire.LOOKS_ITS_KIND) * np.mean(fire.KINDS)
    assert np.allclose(alone.believed(), usual[alone.role])
    assert not fire.Market(("interaction", "witness", "certified"), 1).believed().any()


def test_own_dealings_are_believed_as_they_were():
    market = fire.Market(("interaction",), 1)
    market.rated[0, 3], market.weight[0, 3] = 1.2, 2.0
    market.rated[1, 3], market.weight[1, 3] = -0.5, 1.0
    assert market.believed()[0, 3] == pytest.approx(0.6)
    assert market.believed()[1, 3] == pytest.approx(-0.5)
    assert market.believed()[2, 3] == 0.0


def test_a_provider_shows_only_its_best():
    market = fire.Market(("certified",), 1)
    for value in (-1.0, 0.1, 0.2, 0.3, 0.4, 0.5):
        market._show(7, value)
    assert market.believed()[0, 7] == pytest.approx(0.3)


def test_utilities_of_a_strategy_are_those_of_its_world():
    assert fire.utilities("role", 2) == fire.utilities("role", 2)
    assert fire.utilities("role", 2) != fire.utilities("role", 3)
