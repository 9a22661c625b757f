"""Null models: what chance and mere difference do without any mechanism of ours."""

import math

import numpy as np
import pytest
from null_models import (
    barrier_density,
    barrier_hazard,
    barrier_survival,
    frailty_hazard,
    frailty_survival,
    walks_to_a_barrier,
)
from scipy import integrate, stats

WALK = {"distance": 6.0, "drift": 0.05, "spread": 1.0}
CONTINUITY = 0.5826  # Siegmund 1979: how much further a walk seen once a step must fall


@pytest.mark.parametrize("drift", [-0.2, 0.0, 0.2])
def test_density_is_the_slope_of_survival(drift):
    walk = {"distance": 3.0, "drift": drift, "spread": 1.5}
    for month in (1.0, 5.0, 40.0):
        area, _ = integrate.quad(lambda t: float(barrier_density(t, **walk)), 1e-9, month)
        assert area == pytest.approx(1.0 - float(barrier_survival(month, **walk)), abs=1e-8)


def test_first_passage_is_scipys_inverse_gaussian_when_all_must_fall():
    """With drift -m the month is inverse Gaussian with mean a / m and shape (a / s)**2."""
    distance, speed, spread = 4.0, 0.3, 1.2
    shape = (distance / spread) ** 2
    law = stats.invgauss(distance / speed / shape, scale=shape)
    months = np.array([2.0, 10.0, 50.0])
    walk = {"distance": distance, "drift": -speed, "spread": spread}
    assert np.allclose(barrier_survival(months, **walk), law.sf(months), atol=1e-12)
    assert np.allclose(barrier_density(months, **walk), law.pdf(months), atol=1e-12)


def test_simulated_walks_end_when_theory_says():
    """20,000 walks of 25 steps a month; survival at 12, 36, 60 months within 4.9 standard
    errors: false-alarm rate 3e-6. Seen in steps, the barrier lies 0.5826 of a step's standard
    deviation further away."""
    steps = 25
    small = WALK["spread"] / math.sqrt(steps)
    ended = walks_to_a_barrier(
        np.random.default_rng(1991), walks=20_000, months=60 * steps,
        distance=WALK["distance"], drift=WALK["drift"] / steps, spread=small,
    )  # fmt: skip
    further = {**WALK, "distance": WALK["distance"] + CONTINUITY * small}
    for month in (12, 36, 60):
        survival = float(barrier_survival(month, **further))
        alive = ((ended == 0) | (ended > month * steps)).mean()
        assert abs(alive - survival) < 4.9 * math.sqrt(survival * (1.0 - survival) / 20_000)


def turns(values):
    """Signs of the slopes of a curve, runs of equal signs drawn together."""
    signs = np.sign(np.diff(values))
    return [int(sign) for n, sign in enumerate(signs) if n == 0 or sign != signs[n - 1]]


def test_a_random_walk_to_a_barrier_has_a_honeymoon_without_any_goodwill():
    assert turns(barrier_hazard(np.arange(1.0, 240.0), **WALK)) == [1, -1]


def test_mere_heterogeneity_makes_the_hazard_fall():
    assert turns(frailty_hazard(np.arange(1.0, 240.0), hazard=0.02, variance=1.5)) == [-1]


def test_heterogeneity_with_rising_own_hazards_rises_peaks_and_falls():
    months = np.arange(1.0, 240.0)
    hazard = frailty_hazard(months, hazard=0.001, variance=1.5, ageing=2.0)
    assert turns(hazard) == [1, -1]
    peak = ((2.0 - 1.0) / (1.5 * 0.001)) ** (1.0 / 2.0)
    assert abs(months[hazard.argmax()] - peak) <= 0.5


@pytest.mark.parametrize("ageing", [1.0, 2.0])
def test_frailty_hazard_is_the_slope_of_log_survival(ageing):
    mix = {"hazard": 0.01, "variance": 0.7, "ageing": ageing}
    for month in (3.0, 30.0):
        ends = frailty_survival([month - 1e-4, month + 1e-4], **mix)
        slope = -(math.log(ends[1]) - math.log(ends[0])) / 2e-4
        assert slope == pytest.approx(float(frailty_hazard(month, **mix)), rel=1e-6)


def test_a_simulated_mixture_survives_as_theory_says():
    """100,000 gamma frailties, 4.9 standard errors: false-alarm rate 3e-6 for three months."""
    generator = np.random.default_rng(1979)
    frailty = generator.gamma(1.0 / 1.5, 1.5, size=100_000)
    lifetimes = generator.exponential(size=100_000) / (0.02 * frailty)
    for month in (6.0, 36.0, 120.0):
        survival = float(frailty_survival(month, hazard=0.02, variance=1.5))
        error = math.sqrt(survival * (1.0 - survival) / 100_000)
        assert abs((lifetimes > month).mean() - survival) < 4.9 * error
