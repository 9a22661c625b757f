"""Arithmetic that can be trusted to the bit."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustsim.model.rules.numeric import bell, clamp, exponential, logistic, share

NUMBERS = st.floats(-1e6, 1e6)
UNIFORMS = st.floats(2.0**-33, 1.0 - 2.0**-33)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_clamp_is_the_median_of_number_and_ends(x, one, other):
    low, high = sorted((one, other))
    assert clamp(x, low, high) == sorted((x, low, high))[1]


@given(NUMBERS)
def test_share_lies_in_the_unit_interval_and_leaves_what_does(x):
    assert 0.0 <= share(x) <= 1.0
    assert share(x) == x or not 0.0 <= x <= 1.0


@given(st.floats(-40, 40))
def test_exponential_is_the_exponential(x):
    assert exponential(x) == pytest.approx(math.exp(x), rel=1e-10)


def test_exponential_is_exactly_1_at_0():
    assert exponential(0.0) == 1.0


def test_exponential_never_falls():
    grid = [exponential(x / 1000.0) for x in range(-45_000, 45_001)]
    assert all(one <= other for one, other in pairwise(grid))


@pytest.mark.parametrize("x", [40.5, 1000.0, 1e300, math.inf])
def test_exponential_is_held_before_it_can_overflow(x):
    assert exponential(x) == exponential(40.0)
    assert exponential(-x) == exponential(-40.0) > 0.0


@given(st.floats(-40, 40))
def test_logistic_turns_log_odds_into_a_chance(x):
    chance = logistic(x)
    assert 0.0 < chance <= 1.0
    assert logistic(-x) == pytest.approx(1.0 - chance, abs=1e-12)
    if abs(x) < 20:
        assert math.log(chance / (1.0 - chance)) == pytest.approx(x, abs=1e-6)


def test_bell_has_mean_0_and_standard_deviation_1():
    """400,000 deviates from NumPy's own uniforms: both within 5 standard errors (of the mean
    1/sqrt(n); of the variance sqrt(0.8 + 2) / sqrt(n) at most); false-alarm rate about 1e-6."""
    uniforms = np.random.default_rng(4).random((4, 400_000))
    deviates = bell(*uniforms)
    error = 1.0 / math.sqrt(deviates.size)
    assert abs(deviates.mean()) < 5.0 * error
    assert abs(deviates.var() - 1.0) < 5.0 * math.sqrt(2.8) * error


@given(UNIFORMS, UNIFORMS, UNIFORMS, UNIFORMS)
def test_bell_is_bounded_and_symmetric(a, b, c, d):
    deviate = bell(a, b, c, d)
    assert abs(deviate) <= 2.0 * math.sqrt(3.0)
    assert bell(1.0 - a, 1.0 - b, 1.0 - c, 1.0 - d) == pytest.approx(-deviate, abs=1e-12)
