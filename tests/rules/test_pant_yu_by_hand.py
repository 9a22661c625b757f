"""Trust under a ceiling of reputation damage: every rule against its equation, by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustsim.model.rules import pant_yu

SHARES = st.floats(0, 1)
SIGNALS = st.floats(-1, 1)
FORMS = (pant_yu.trust_after_signal_published, pant_yu.trust_after_signal_released)


@given(st.floats(-15, 15))
def test_the_hyperbolic_tangent_is_the_librarys_and_odd_to_the_bit(x):
    assert pant_yu.hyperbolic_tangent(x) == pytest.approx(math.tanh(x), abs=1e-10)
    assert pant_yu.hyperbolic_tangent(-x) == -pant_yu.hyperbolic_tangent(x)


@pytest.mark.parametrize("x", [0.3, 0.9, 1.4])
def test_the_hyperbolic_tangent_has_the_sign_of_its_argument(x):
    assert pant_yu.hyperbolic_tangent(x) > 0.0 > pant_yu.hyperbolic_tangent(-x)


def test_a_signal_is_the_saturated_balance_of_acts():
    assert pant_yu.signal_from_acts(1.5, 0.5, 0.4) == pytest.approx(math.tanh(0.4))
    assert pant_yu.signal_from_acts(0.5, 1.5, 2.0) == pytest.approx(math.tanh(-2.0))


def test_published_gains_by_hand():
    """Room left to trust is .6, room left to repute .8, the signal half."""
    after = pant_yu.trust_after_signal_published(0.4, 0.2, 0.5, 0.7, 0.1, 0.3, 0.5)
    assert after == pytest.approx(0.4 + 0.1 * 0.5 * 0.6 * 0.8)


def test_released_gains_by_hand():
    """The gap up to the ceiling of .8 is .4, the signal half."""
    after = pant_yu.trust_after_signal_released(0.4, 0.2, 0.5, 0.7, 0.1, 0.3, 0.5)
    assert after == pytest.approx(0.4 + 0.1 * 0.5 * 0.4)


@pytest.mark.parametrize("after_signal", FORMS)
def test_losses_by_hand(after_signal):
    """Dependence of .7, amplified by half, raises the loss by .35."""
    after = after_signal(0.4, 0.2, -0.5, 0.7, 0.1, 0.3, 0.5)
    assert after == pytest.approx(0.4 - 0.3 * 0.5 * 0.4 * 1.35)


@pytest.mark.parametrize("after_signal", FORMS)
@given(SHARES, SHARES, SIGNALS, SHARES)
def test_trust_stays_a_share_and_follows_the_sign_of_the_signal(
    after_signal, trust, damage, signal, dependence
):
    after = after_signal(trust, damage, signal, dependence, 0.1, 0.3, 0.5)
    assert 0.0 <= after <= 1.0
    assert (after - trust) * signal >= 0.0


def test_damage_by_hand():
    assert pant_yu.damage_after_signal(0.2, -0.5, 0.6, 0.03) == pytest.approx(0.2 + 0.3 * 0.8)
    assert pant_yu.damage_after_signal(0.2, 0.5, 0.6, 0.03) == pytest.approx(0.2 * 0.97)
