"""Intervals hold the truth as often as they say."""

import numpy as np
import pytest

from tests.oracles import coverage


@pytest.mark.parametrize(
    ("size", "truth", "draw"), [pytest.param(*case, id=name) for name, *case in coverage.cases()]
)
def test_intervals_hold_the_truth_as_often_as_they_say(size, truth, draw):
    """400 small tables of each kind.

    95 %, less .02 for shares that come in steps and for skewed means, less 4 binomial standard
    errors of .011: a false alarm in 10,000 each.
    """
    assert (
        coverage.covered(np.random.default_rng(12), size, truth, draw, tables=400) > 0.886
    ).all()
