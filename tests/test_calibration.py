"""The defaults meet the calibration targets."""

import pytest

from trustsim import calibration
from trustsim.calibration import FACTORS, TARGETS, distance, outcomes
from trustsim.model.parameters import BY_NAME
from trustsim.simulation import simulate


def test_the_defaults_meet_every_target():
    """With luck of its own. Monte Carlo errors at 1,500 runs are below .013 for a share and far
    from the bands' edges, so the false-alarm rate is below 1 in 10,000."""
    found = outcomes(simulate("voluntary", replicates=1500, seed=20_261_123))
    assert distance(found) == 0.0, found


def test_factors_lie_within_the_ranges_of_their_parameters():
    for name, (low, high) in FACTORS.items():
        assert BY_NAME[name].low <= low < high <= BY_NAME[name].high


def test_distance_counts_half_widths_outside_the_bands():
    inside = {target.name: (target.low + target.high) / 2 for target in TARGETS}
    assert distance(inside) == 0.0
    first = calibration.TARGETS[0]
    outside = {**inside, first.name: first.high + (first.high - first.low) / 2}
    assert distance(outside) == pytest.approx(1.0)


def test_too_few_matured_to_judge_counts_as_never():
    never = simulate("dyad", replicates=5, months=2, seed=1)
    assert outcomes(never)["median months to maturity"] == float("inf")
