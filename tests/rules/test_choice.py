"""What people do, and how likely."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustsim.model.actions import (
    ACTIONS,
    BREACH,
    CHALLENGE,
    COMPLY,
    CONTROL,
    COOPERATE,
    UNDERCUT,
    WITHDRAW,
)
from trustsim.model.rules import choice
from trustsim.model.rules.choice import chosen_action

SHARES = st.floats(0, 1)
CHANCES = st.tuples(*[SHARES] * 6)


def will(trust=0.5, collaboration=0.5, frustration=0.0, base=1.0):
    return choice.willingness(trust, collaboration, frustration, base, 7.6, 2.5, 1.3)


@given(SHARES, SHARES, SHARES, st.floats(-10, 10))
def test_willingness_is_a_chance(trust, collaboration, frustration, base):
    assert 0.0 < will(trust, collaboration, frustration, base) <= 1.0


def test_willingness_by_hand():
    odds = 1.0 + 7.6 * 0.1 + 2.5 * 0.2 - 1.3 * 0.3
    assert will(0.6, 0.7, 0.3) == pytest.approx(1.0 / (1.0 + math.exp(-odds)), rel=1e-9)


@given(SHARES, SHARES)
def test_trust_and_collaboration_make_willing_and_frustration_unwilling(one, other):
    low, high = sorted((one, other))
    assert will(trust=low) <= will(trust=high)
    assert will(collaboration=low) <= will(collaboration=high)
    assert will(frustration=low) >= will(frustration=high)


def test_subordinates_bend_to_the_leader_as_far_as_command_reaches():
    assert choice.trust_with_deference(0.2, 0.8, 1.0, 1.0, 1) == 0.8
    assert choice.trust_with_deference(0.2, 0.8, 0.0, 1.0, 1) == 0.2
    assert choice.trust_with_deference(0.2, 0.8, 0.5, 0.5, 2) == pytest.approx(0.35)


def test_the_leader_bends_to_nobody():
    assert choice.trust_with_deference(0.2, 0.8, 1.0, 1.0, 0) == 0.2


@given(SHARES, SHARES, SHARES, SHARES)
def test_monitoring_and_a_charter_leave_a_share_of_opportunism(watch, effect, charter, other):
    left = choice.opportunism_left(watch, effect, charter, other)
    assert 0.0 <= left <= 1.0
    assert choice.opportunism_left(0.0, effect, 0.0, other) == 1.0
    assert left <= choice.opportunism_left(watch, effect, 0.0, other)
    assert left <= choice.opportunism_left(0.0, effect, charter, other)


def test_the_upright_never_break_their_word():
    assert choice.breach_probability(1.0, 1.0, 1.0) == 0.0


@given(SHARES, SHARES, SHARES, SHARES)
def test_low_integrity_means_more_breaches(rate, one, other, opportunism):
    low, high = sorted((one, other))
    more = choice.breach_probability(rate, low, opportunism)
    assert 0.0 <= choice.breach_probability(rate, high, opportunism) <= more <= 1.0


def test_breach_by_hand():
    assert choice.breach_probability(0.02, 0.7, 0.5) == pytest.approx(0.02 * 2 * 0.3 * 0.5)


@given(SHARES, SHARES, SHARES, SHARES)
def test_open_disagreement_needs_trust_or_a_coordinator(base, trust, coordinator, legitimacy):
    alone = choice.challenge_probability(base, trust, coordinator, 0.0)
    assert alone == pytest.approx(base * trust, abs=1e-15)
    assert choice.challenge_probability(base, trust, coordinator, legitimacy) >= alone - 1e-15
    assert choice.challenge_probability(base, 0.0, 1.0, 1.0) == 1.0


@given(SHARES, SHARES)
def test_orders_and_common_command_add_up_like_independent_chances(ordered, across):
    both = choice.compliance_probability(ordered, across)
    assert both == pytest.approx(ordered + across - ordered * across, abs=1e-15)
    assert choice.compliance_probability(0.0, 0.0) == 0.0


@given(SHARES, SHARES)
def test_power_needs_command_and_a_stake(command, stake):
    assert choice.power(command, stake) == pytest.approx((command + stake) / 2, abs=1e-15)


@given(SHARES, SHARES, SHARES)
def test_who_collaborates_does_not_undercut(rivalry, collaboration, opportunism):
    assert choice.undercut_probability(rivalry, 1.0, opportunism) == 0.0
    assert 0.0 <= choice.undercut_probability(rivalry, collaboration, opportunism) <= rivalry


@given(SHARES, CHANCES)
def test_some_action_is_always_chosen(draw, chances):
    assert 0 <= chosen_action(draw, *chances) < len(ACTIONS)
    assert ACTIONS[chosen_action(draw, *chances)].name != "fail", "nobody chooses to fail"


def chances_by_hand(breach, cooperate, challenge, comply, undercut, control):
    unwilling = (1 - breach) * (1 - cooperate)
    silent = unwilling * (1 - challenge)
    refusing = silent * (1 - comply)
    passive = refusing * (1 - undercut)
    return {
        BREACH: breach,
        COOPERATE: (1 - breach) * cooperate,
        CHALLENGE: unwilling * challenge,
        COMPLY: silent * comply,
        UNDERCUT: refusing * undercut,
        CONTROL: passive * control,
        WITHDRAW: passive * (1 - control),
    }


@pytest.mark.parametrize(
    "chances",
    [
        (0.02, 0.6, 0.2, 0.3, 0.15, 0.55),
        (0.5, 0.1, 0.7, 0.0, 0.9, 0.1),
        (0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        (0.0, 0.3, 0.0, 1.0, 0.5, 0.5),
    ],
)
def test_each_action_has_its_chance(chances):
    """The unit interval is walked on a fine grid, so shares are exact to the grid's step."""
    steps = 20_000
    counts = [0] * len(ACTIONS)
    for step in range(steps):
        counts[chosen_action((step + 0.5) / steps, *chances)] += 1
    for action, chance in chances_by_hand(*chances).items():
        assert counts[action] / steps == pytest.approx(chance, abs=2.0 / steps)


@given(SHARES, CHANCES, SHARES)
def test_more_willingness_turns_others_into_cooperators_and_never_back(draw, chances, more):
    breach, cooperate, *rest = chances
    if chosen_action(draw, *chances) == COOPERATE:
        assert chosen_action(draw, breach, max(cooperate, more), *rest) == COOPERATE


@given(SHARES, CHANCES)
def test_without_orders_nobody_complies(draw, chances):
    breach, cooperate, challenge, _, undercut, control = chances
    assert chosen_action(draw, breach, cooperate, challenge, 0.0, undercut, control) != COMPLY


@pytest.mark.parametrize(
    ("chances", "least_draw", "action"),
    [
        # breach, cooperate, challenge, comply, undercut, control: each action from its draw up
        ((0.25, 0.5, 0.0, 0.0, 0.0, 0.0), 0.75, BREACH),
        ((0.0, 0.5, 1.0, 0.0, 0.0, 0.0), 0.5, CHALLENGE),
        ((0.0, 0.5, 0.5, 1.0, 0.0, 0.0), 0.75, COMPLY),
        ((0.0, 0.5, 0.0, 0.0, 0.5, 0.0), 0.75, UNDERCUT),
        ((0.0, 0.5, 0.0, 0.0, 0.0, 0.5), 0.75, CONTROL),
    ],
)
def test_an_action_holds_the_lower_end_of_its_stretch_of_draws(chances, least_draw, action):
    """Draws lie in [0, 1), so only then is a stretch as long as its chance. All sums are exact."""
    assert chosen_action(least_draw, *chances) == action
    assert chosen_action(math.nextafter(least_draw, 0.0), *chances) != action


def test_what_has_no_chance_never_happens_even_at_the_lowest_draw():
    assert chosen_action(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0) == WITHDRAW
    assert chosen_action(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0) == CONTROL
