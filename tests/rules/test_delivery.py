"""A promise to partners must be met at home."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustsim.model.rules.delivery import delivery_probability

SHARES = st.floats(0, 1)


@given(*[SHARES] * 6)
def test_delivery_is_a_chance_at_least_as_high_as_command(command, skill, trust, floor, by, with_):
    chance = delivery_probability(command, skill, trust, floor, by, with_)
    assert command - 1e-15 <= chance <= 1.0 + 1e-15


@given(SHARES, SHARES, SHARES)
def test_full_command_delivers_whatever_trust_says(skill, trust, floor):
    assert delivery_probability(1.0, skill, trust, floor, 0.6, 0.4) == 1.0


def test_the_more_command_the_less_trust_at_home_matters():
    def gain_from_trust(command):
        return delivery_probability(command, 0.5, 0.6, 0.2, 0.6, 0.4) - delivery_probability(
            command, 0.5, 0.2, 0.2, 0.6, 0.4
        )

    assert gain_from_trust(0.0) == pytest.approx(0.16)
    assert gain_from_trust(0.75) == pytest.approx(0.04)


def test_without_command_influence_and_standing_must_do():
    assert delivery_probability(0.0, 0.5, 0.5, 0.1, 0.6, 0.4) == pytest.approx(0.6)
    assert delivery_probability(0.0, 0.0, 0.0, 0.2, 0.6, 0.4) == 0.2
    assert delivery_probability(0.0, 1.0, 1.0, 0.2, 0.6, 0.4) == 1.0
