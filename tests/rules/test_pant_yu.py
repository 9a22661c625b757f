"""The rule of Pant and Yu (pant2025): by hand, at its limits, and against their headline numbers.

No chance in any of it. Their numbers are medians over the grid that they publish.
"""

import math
from itertools import product
from statistics import mean, median, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustsim.model.rules import pant_yu
from trustsim.model.rules.pant_yu import (
    damage_after_signal,
    hyperbolic_tangent,
    signal_from_acts,
    trust_after_signal_published,
    trust_after_signal_released,
)

SHARES = st.floats(0, 1)
SIGNALS = st.floats(-1, 1)
FORMS = (trust_after_signal_published, trust_after_signal_released)
USUAL = (pant_yu.GAIN, pant_yu.LOSS, pant_yu.AMPLIFICATION)

# The grid of their study: gain, loss, growth and decay of damage, amplification.
GRID = tuple(
    product(
        (0.05, 0.08, 0.10, 0.12, 0.15),
        (0.15, 0.23, 0.30, 0.38, 0.45),
        (0.50, 0.55, 0.60, 0.65, 0.70),
        (0.01, 0.02, 0.03, 0.04, 0.05),
        (0.30, 0.40, 0.50, 0.60, 0.70),
    )
)
TOLERANCE = 0.005


@given(st.floats(-100, 100) | st.floats(-15, 15))
def test_the_tangent_is_the_librarys_to_ten_places(x):
    assert hyperbolic_tangent(x) == pytest.approx(math.tanh(x), abs=1e-10)
    assert hyperbolic_tangent(-x) == -hyperbolic_tangent(x)
    assert -1.0 <= hyperbolic_tangent(x) <= 1.0


def test_a_balanced_month_is_no_signal():
    assert signal_from_acts(3.0, 3.0, 1.0) == 0.0
    assert signal_from_acts(3.0, 1.0, 0.0) == 0.0
    assert signal_from_acts(1.0, 3.0, 0.5) == pytest.approx(math.tanh(-1.0))


@pytest.mark.parametrize("form", FORMS)
@given(SHARES, SHARES, SIGNALS, SHARES, SHARES, SHARES, SHARES)
def test_trust_stays_a_share_and_follows_the_sign(form, trust, damage, signal, other, up, down, x):
    after = form(trust, damage, signal, other, up, down, x)
    assert 0.0 <= after <= 1.0
    assert after >= trust if signal >= 0.0 else after <= trust


@pytest.mark.parametrize("form", FORMS)
def test_no_signal_moves_no_trust(form):
    assert form(0.3, 0.2, 0.0, 0.5, *USUAL) == 0.3


def test_by_hand():
    assert trust_after_signal_published(0.6, 0.5, 0.5, 0.5, 0.1, 0.3, 0.5) == pytest.approx(
        0.6 + 0.1 * 0.5 * 0.4 * 0.5
    )
    assert trust_after_signal_released(0.3, 0.5, 0.5, 0.5, 0.1, 0.3, 0.5) == pytest.approx(
        0.3 + 0.1 * 0.5 * (0.5 - 0.3)
    )
    for form in FORMS:
        assert form(0.6, 0.5, -0.5, 0.8, 0.1, 0.3, 0.5) == pytest.approx(
            0.6 - 0.3 * 0.5 * 0.6 * 1.4
        )
    assert damage_after_signal(0.2, -0.5, 0.6, 0.03) == pytest.approx(0.2 + 0.3 * 0.8)
    assert damage_after_signal(0.2, 0.5, 0.6, 0.03) == pytest.approx(0.2 * 0.97)


def test_above_its_ceiling_released_trust_gains_nothing_and_published_trust_does():
    assert trust_after_signal_released(0.8, 0.5, 1.0, 0.5, *USUAL) == 0.8
    assert trust_after_signal_published(0.8, 0.5, 1.0, 0.5, *USUAL) > 0.8


@given(SHARES, SIGNALS, SHARES, SHARES)
def test_damage_stays_a_share(damage, signal, growth, decay):
    after = damage_after_signal(damage, signal, growth, decay)
    assert 0.0 <= after <= 1.0
    assert after >= damage if signal < 0.0 else after <= damage


def test_damage_fades_to_nothing():
    damage = 0.9
    for _ in range(400):
        damage = damage_after_signal(damage, 0.0, pant_yu.DAMAGE_GROWTH, pant_yu.DAMAGE_DECAY)
    assert damage < 1e-5


def path(form, trust, signals, gain, loss, growth, decay, amplification, dependence=0.5):
    """Trust after each signal, from no damage."""
    damage, found = 0.0, []
    for signal in signals:
        trust = form(trust, damage, signal, dependence, gain, loss, amplification)
        damage = damage_after_signal(damage, signal, growth, decay)
        found.append(trust)
    return found


def recoveries(form, periods):
    """Best trust after one violation, as a share of that before it, over the grid."""
    signals = [hyperbolic_tangent(-3.0)] + [hyperbolic_tangent(2.0)] * periods
    return [max(path(form, 0.85, signals, *point)[1:]) / 0.85 for point in GRID]


def test_their_ratio_of_loss_to_gain_is_the_ratio_of_two_inputs():
    ratios = [loss / gain for gain, loss, *_ in GRID]
    assert median(ratios) == pytest.approx(3.0)
    assert mean(ratios) == pytest.approx(3.473, abs=TOLERANCE)
    assert stdev(ratios) == pytest.approx(1.929, abs=TOLERANCE)


def test_their_recovery_from_one_violation_as_published():
    found = recoveries(trust_after_signal_published, 35)
    assert median(found) == pytest.approx(1.112, abs=TOLERANCE)
    assert mean(found) == pytest.approx(1.089, abs=TOLERANCE)
    assert stdev(found) == pytest.approx(0.070, abs=TOLERANCE)


def test_the_released_form_does_not_give_the_published_recovery():
    assert median(recoveries(trust_after_signal_released, 35)) == pytest.approx(
        0.834, abs=TOLERANCE
    )


def test_after_a_hundred_periods_all_is_recovered_as_published():
    assert min(recoveries(trust_after_signal_published, 100)) >= 1.0


@pytest.mark.parametrize("form", FORMS)
def test_their_ratio_of_four_violations_to_one_of_the_same_sum(form):
    many, one = [hyperbolic_tangent(-1.0)] * 4, [hyperbolic_tangent(-4.0)]
    found = [
        (0.8 - path(form, 0.8, many, *point)[-1]) / (0.8 - path(form, 0.8, one, *point)[-1])
        for point in GRID
    ]
    assert median(found) == pytest.approx(1.973, abs=TOLERANCE)
    assert mean(found) == pytest.approx(1.993, abs=TOLERANCE)
    assert stdev(found) == pytest.approx(0.310, abs=TOLERANCE)


def test_their_amplification_by_dependence():
    lost = {
        dependence: [
            0.8 - path(trust_after_signal_published, 0.8, [-0.5], *point, dependence)[0]
            for point in GRID
        ]
        for dependence in (0.8, 0.2)
    }
    found = [high / low for high, low in zip(lost[0.8], lost[0.2], strict=True)]
    assert mean(found) == pytest.approx(1.271, abs=TOLERANCE)
