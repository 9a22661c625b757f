from itertools import pairwise

import numpy as np
import pytest
from E00_propositions.bimodality import dip_test
from E00_propositions.dip import dip

from trustsim.analysis import TableError


def test_dips_that_can_be_worked_out():
    assert dip([1.0, 1.0, 1.0]) == 0
    assert dip([0.0, 1.0]) == pytest.approx(0.25)
    # Even spacing: the straight line is off by half a step at most.
    assert dip(np.arange(20)) == pytest.approx(1 / 40)
    # Two equal atoms: one may be the peak, the other is missed by half its size.
    assert dip([0.0] * 30 + [1.0] * 30) == pytest.approx(0.25)
    # The smaller of two atoms is missed by half its size.
    assert dip([0.0] * 75 + [1.0] * 25) == pytest.approx(0.125)


def test_one_large_atom_is_one_peak():
    even = np.linspace(0, 1, 101)
    assert dip([*even, *[0.5] * 100]) < 0.01


def test_the_dip_does_not_mind_scale_shift_order_or_mirror():
    """No chance of a false alarm: equalities."""
    generator = np.random.default_rng(1)
    sample = generator.normal(size=50)
    assert dip(3 * sample + 7) == pytest.approx(dip(sample))
    assert dip(-sample) == pytest.approx(dip(sample))
    assert dip(generator.permutation(sample)) == dip(sample)


def test_one_peak_is_not_rejected_and_two_are():
    """One uniform and one normal sample of 200; each rejected at .001 once in 1,000 or less."""
    generator = np.random.default_rng(0)
    assert dip_test(generator.random(200), draws=999).p_value > 0.001
    assert dip_test(generator.normal(size=200), draws=999).p_value > 0.001
    lumps = np.concatenate([generator.normal(0, 1, 100), generator.normal(6, 1, 100)])
    assert dip_test(lumps, draws=999).p_value == 0.001


def test_p_values_of_the_uniform_are_even():
    """200 uniform samples of 30: share rejected at .1; 4 errors of sqrt(.09/200) = .021.

    False-alarm rate 6e-5.
    """
    generator = np.random.default_rng(3)
    rejected = [dip_test(generator.random(30), draws=499).p_value <= 0.1 for _ in range(200)]
    assert np.mean(rejected) == pytest.approx(0.1, abs=0.085)


def test_large_samples_use_the_scaled_null():
    """Half of 60 uniform samples of 4,000 have a p-value under .5.

    4 binomial errors of sqrt(.25/60) = .065; false-alarm rate 6e-5.
    """
    generator = np.random.default_rng(17)
    below = [dip_test(generator.random(4000), draws=499).p_value < 0.5 for _ in range(60)]
    assert np.mean(below) == pytest.approx(0.5, abs=0.26)


def test_too_few_or_missing_values_are_refused():
    with pytest.raises(TableError, match="4 values"):
        dip_test([1.0, 2.0, 3.0])
    with pytest.raises(TableError, match="finite"):
        dip([1.0, np.nan])


def test_the_least_p_value_is_one_in_all_draws_and_the_sample():
    lumps = [0.0] * 50 + [1.0] * 50
    assert dip_test(lumps, draws=19) == (pytest.approx(0.25), 1 / 20)
    # No sample of four distinct values dips less than an even one.
    assert dip_test([0.0, 1.0, 2.0, 3.0], draws=19).p_value == 1


def linear_program_dip(values):
    """Dip by definition: for each peak, the best one-peaked curve is a linear program."""
    from scipy.optimize import linprog

    points, counts = np.unique(values, return_counts=True)
    above = counts.cumsum() / counts.sum()
    below = above - counts / counts.sum()
    size = len(points)
    best = 1.0
    for peak in range(size):
        # Unknowns: the curve at each point (before its jump at the peak), after it, the misfit.
        after, misfit = size, size + 1
        rows, bounds = [], []

        def at_most(terms, bound, rows=rows, bounds=bounds):
            row = np.zeros(size + 2)
            for place, factor in terms:
                row[place] += factor
            rows.append(row)
            bounds.append(bound)

        for place in range(size):
            right = after if place == peak else place
            at_most([(right, -1), (misfit, -1)], -above[place])
            at_most([(right, 1), (misfit, -1)], above[place])
            at_most([(place, 1), (misfit, -1)], below[place])
            at_most([(place, -1), (misfit, -1)], -below[place])
        at_most([(peak, 1), (after, -1)], 0)
        sides = ((list(range(peak + 1)), 1), ([after, *range(peak + 1, size)], -1))
        for side, sign in sides:
            where = [points[peak] if place == after else points[place] for place in side]
            for one, two in pairwise(side):
                at_most([(one, 1), (two, -1)], 0)
            for one in range(len(side) - 2):
                early = sign / (where[one + 1] - where[one])
                late = sign / (where[one + 2] - where[one + 1])
                a, b, c = side[one : one + 3]
                at_most([(b, early), (a, -early), (c, -late), (b, late)], 0)
        goal = np.zeros(size + 2)
        goal[misfit] = 1
        found = linprog(goal, A_ub=np.array(rows), b_ub=bounds, bounds=[(0, 1)] * (size + 2))
        best = min(best, found.fun)
    return best


@pytest.mark.parametrize("case", range(24))
def test_the_dip_is_what_its_definition_says(case):
    """Small random samples, with and without ties; no chance of a false alarm: equalities."""
    generator = np.random.default_rng(case)
    size = int(generator.integers(2, 14))
    sample = (
        generator.random(size),
        generator.integers(0, 5, size).astype(float),
        np.concatenate([generator.normal(0, 1, size), generator.normal(5, 1, size)]),
        np.concatenate([generator.integers(0, 3, size), generator.random(size) * 3]),
    )[case % 4]
    assert dip(sample) == pytest.approx(linear_program_dip(sample), abs=1e-8)


def test_by_default_a_thousand_samples_are_drawn_from_seed_0():
    values = np.random.default_rng(9).random(30)
    assert dip_test(values) == dip_test(values, draws=1000, seed=0) != dip_test(values, seed=1)


@pytest.mark.parametrize("values", [[], [np.inf, 0.0], [0.0, np.nan]])
def test_a_dip_needs_finite_numbers(values):
    with pytest.raises(TableError, match=r"^dip, values = "):
        dip(values)
